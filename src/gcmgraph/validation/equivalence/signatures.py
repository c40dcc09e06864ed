"""Which nodes no shape can tell apart: of those, one needs to be judged.

A shape sees of a value its kind, datatype and language, whether patterns and bounds hold, the classes that it
is of, and whether single statements are made about it. Nodes whose values look the same to every shape are alike, and
the verdict on one is the verdict on all. Where a shape sees more (it compares two properties), the values themselves
are what is seen, so that few nodes are alike but none wrongly so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable
from contextlib import suppress
from functools import cached_property
from typing import Any

from pyshacl.rdfutil.compare import compare_literal

from gcmgraph.model.terms import IRI, XSD, Literal, Term
from gcmgraph.namespaces import PREFIXES
from gcmgraph.validation.paths import Alternative, Path, Predicate
from gcmgraph.validation.shacl.dependencies import TYPE, Name, Reads, ShapeReads
from gcmgraph.validation.shacl.rdflib_bridge import to_rdflib
from gcmgraph.validation.shacl.shapes_graph import CONSTRAINING, ShapeTriples, sh
from gcmgraph.validation.shacl.sparql_dependencies import Query

_TEXT = {IRI(XSD + "string"), IRI(PREFIXES["rdf"] + "langString")}
_BOUNDS = tuple(map(sh, ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")))
_COUNTS = tuple(map(sh, ("minCount", "maxCount", "qualifiedMinCount", "qualifiedMaxCount")))
_STATED = {sh("hasValue")}
_UPPER = tuple(map(sh, ("maxCount", "qualifiedMaxCount", "uniqueLang", "hasValue")))


class BeyondLikeness(Exception):  # noqa: N818 - what it says of a shape
    """A shape sees more than likeness covers: further than the values of a property."""


class Look:
    """What shapes see of one term, wherever it is the value of one property."""

    def __init__(self) -> None:
        self.patterns: dict[str, re.Pattern[str]] = {}
        self.lengths: set[int] = set()
        self.bounds: list[Any] = []
        self.members: set[Term] = set()
        #: whether it matters which classes a value is of
        self.types = False
        #: statements about a value, by property and object: it matters whether they are made
        self.stated: set[tuple[IRI, Term]] = set()
        #: whether it matters which value it is
        self.itself = False
        #: how many values that look the same are told apart from fewer
        self.count = 1

    def of(
        self, term: Term, types: Callable[[Term], Hashable], objects: Callable[[Term, IRI], Collection[Term]]
    ) -> Hashable:
        """What is seen of a term; equal for two terms that no shape tells apart here."""
        if self.itself:
            return term
        if not isinstance(term, Literal):
            kind = "iri" if isinstance(term, IRI) else "blank"
            stated = tuple(value in objects(term, predicate) for predicate, value in self.stated)
            about = (types(term) if self.types else None, stated)
            if self._plain and not self.patterns:
                return (kind, about)
            strings = (term.value,) if isinstance(term, IRI) else ()
            return (kind, about, self._member(term), *self._text(strings))
        if self._plain and (language := term.language) is not None:
            if not self.patterns:
                return language.lower()
            words = term.value
            return (language.lower(), *[pattern.search(words) is None for pattern in self.patterns.values()])
        if is_text(term):
            return (term.datatype, (term.language or "").lower(), self._member(term), *self._text((term.value,)))
        return self._typed(term)

    @cached_property
    def _plain(self) -> bool:
        """Whether of the characters of a term nothing but patterns is seen."""
        return not self.members and not self.lengths

    def _member(self, term: Term) -> Term | None:
        return term if term in self.members else None

    def _text(self, strings: tuple[str, ...]) -> tuple[Hashable, ...]:
        found = tuple(bool(pattern.search(text)) for pattern in self.patterns.values() for text in strings)
        return (found, tuple(len(text) >= length for length in self.lengths for text in strings))

    def _typed(self, term: Literal) -> Hashable:
        """A number, a date: what the engine makes of it, by the engine's own comparison."""
        node: Any = to_rdflib(term)
        orders: list[int | None] = []
        for bound in self.bounds:
            order = None
            with suppress(TypeError, NotImplementedError):
                order = compare_literal(node, bound)  # type: ignore[no-untyped-call]
            orders.append(order)
        made = (type(node.value).__name__, node.ill_typed, tuple(orders))
        return (term.datatype, self._member(term), *made, *self._text((term.value, str(node.value))))


class Likeness:
    """What the shapes with targets see of a node. Raises `BeyondLikeness` where one sees further than its values."""

    def __init__(self, reads: Reads, said: ShapeTriples) -> None:
        self._reads = reads
        self._values = said.values
        self._members = said.members
        self._predicates = said.predicates
        #: by property; under None what is seen of the focus node itself
        self.looks: dict[IRI | None, Look] = {None: Look()}
        #: whether it matters which properties a node has
        self.closed = False
        #: what is asked of each node by query, for shapes that compare in no other way
        self.queried: dict[Name, tuple[Query, ...]] = {}
        if reads.not_covered:
            raise BeyondLikeness("; ".join(reads.not_covered))
        for shape in reads.targeted:
            self._at_focus(shape)
            for predicate in shape.targets.subjects_of:
                self._look(predicate)
        self._look(TYPE).itself = True  # targets name classes
        self.looks[None].types = False  # they are seen as the values of rdf:type

    def look(self, predicate: IRI) -> Look | None:
        """What shapes see of the values of a property; None if nothing, not even that there is one."""
        return self.looks.get(predicate) or (Look() if self.closed else None)

    def _look(self, predicate: IRI | None) -> Look:
        return self.looks.setdefault(predicate, Look())

    def _at_focus(self, shape: ShapeReads) -> None:  # noqa: PLR0912 - one case a kind of constraint
        if shape.path is None:
            values, looks = [], [self.looks[None]]
        else:
            values = _properties(shape.path)
            looks = [self._look(predicate) for predicate in values]
            self._count(shape, looks)
        compared = [path.iri for path in shape.along if isinstance(path, Predicate)]
        if len(compared) < len(shape.along):
            raise BeyondLikeness(f"{shape.name} compares along a path")
        if shape.queries and shape.along == tuple(path for query in shape.queries for path in query.along):
            self.queried[shape.name] = shape.queries
        elif compared:
            for predicate in (*compared, *values):
                self._look(predicate).itself = True
        for look in looks:
            self._see(shape, look)
        if shape.closed:
            if shape.path is not None:
                raise BeyondLikeness(f"{shape.name} is closed")
            self.closed = True
        for inner in self._nested(shape):
            if shape.path is None:
                self._at_focus(inner)
            else:
                for look in looks:
                    self._at_value(inner, look)

    def _at_value(self, shape: ShapeReads, look: Look) -> None:
        if isinstance(shape.path, Predicate) and CONSTRAINING.intersection(self._predicates(shape.name)) == _STATED:
            look.stated.update((shape.path.iri, value) for value in self._values(shape.name, sh("hasValue")))
            return
        if shape.path is not None or shape.along or shape.closed:
            raise BeyondLikeness(f"{shape.name} looks beyond a value")
        self._see(shape, look)
        for inner in self._nested(shape):
            self._at_value(inner, look)

    def _nested(self, shape: ShapeReads) -> list[ShapeReads]:
        return [self._reads.shapes[name] for name in shape.nested if name in self._reads.shapes]

    def _count(self, shape: ShapeReads, looks: list[Look]) -> None:
        """How many values there are, up to one more than any bound asks for."""
        bounds = [_whole(value) for name in _COUNTS for value in self._values(shape.name, name)]
        count = max([1, *(bound + 1 for bound in bounds)])
        if self._values(shape.name, sh("uniqueLang")):
            count = max(count, 2)
        # a value of two properties of an alternative counts once, which only "none or some" does not ask about
        if len(looks) > 1 and (max([1, *bounds]) > 1 or any(self._values(shape.name, name) for name in _UPPER)):
            raise BeyondLikeness(f"{shape.name} counts along an alternative")
        for look in looks:
            look.count = max(look.count, count)

    def _see(self, shape: ShapeReads, look: Look) -> None:
        name = shape.name
        look.types = look.types or bool(shape.classes)
        if self._values(name, sh("flags")):
            raise BeyondLikeness(f"{name} has a pattern with flags")
        for pattern in self._values(name, sh("pattern")):
            try:
                look.patterns[pattern.value] = re.compile(pattern.value)
            except re.error as error:
                raise BeyondLikeness(f"{name} has a pattern that is none") from error
        for parameter in (sh("minLength"), sh("maxLength")):
            for length in self._values(name, parameter):
                look.lengths |= {_whole(length), _whole(length) + 1}
        for parameter in _BOUNDS:
            for bound in self._values(name, parameter):
                if not _is_number(bound):
                    raise BeyondLikeness(f"{name} has a bound that is no number")
                look.bounds.append(to_rdflib(bound))
        listed = [member for head in self._values(name, sh("in")) for member in self._members(head)]
        for value in (*self._values(name, sh("hasValue")), *listed):
            look.members.add(value)


def _properties(path: Path) -> list[IRI]:
    """The properties that are the path, one or several to choose from."""
    match path:
        case Predicate(iri):
            return [iri]
        case Alternative(choices):
            return [iri for choice in choices for iri in _properties(choice)]
    raise BeyondLikeness("a path has more than one step")


def _whole(term: Term) -> int:
    try:
        return int(term.value)
    except ValueError as error:
        raise BeyondLikeness(f"{term} is no whole number") from error


def _is_number(term: Term) -> bool:
    return isinstance(term, Literal) and term.datatype in {IRI(XSD + "integer"), IRI(XSD + "decimal")}


def is_text(term: Term) -> bool:
    """Whether a term is plain text or text in a language."""
    return isinstance(term, Literal) and term.datatype in _TEXT
