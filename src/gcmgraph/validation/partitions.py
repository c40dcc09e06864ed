"""Partitions: nodes with equal signatures, of which one has to be validated.

A shape distinguishes values by node kind, datatype and language, patterns and bounds, classes, and
single statements about them. Nodes whose values have equal signatures for every shape get the same
verdict. Where a shape compares two properties, the values themselves are the signature: fewer nodes
are equal, none wrongly so. A shape that reads more is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Set
from contextlib import suppress
from functools import cache
from typing import Any

from pyshacl.rdfutil.compare import compare_literal

from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.shapes import Constraints, Name, Predicate, choices, sh
from gcmgraph.rdf.terms import IRI, XSD, Literal, Term
from gcmgraph.validation.graphs import DatasetIndex, NumberedValues, Subject, collection_paused
from gcmgraph.validation.pyshacl_validator import ConstraintQuery, to_rdflib
from gcmgraph.validation.rules import TYPE, ShapeDependencies, Shapes, unsupported

_TEXT = {IRI(XSD + "string"), IRI(PREFIXES["rdf"] + "langString")}
_NUMBERS = {IRI(XSD + "integer"), IRI(XSD + "decimal")}


class Distinctions:
    """Distinctions that shapes make between the values of one property."""

    def __init__(self) -> None:
        self.patterns: dict[str, re.Pattern[str]] = {}
        self.lengths: set[int] = set()
        self.bounds: list[Any] = []
        self.members: set[Term] = set()
        #: whether the classes of a value matter
        self.types = False
        #: statements about a value that matter, by property and object
        self.stated: set[tuple[IRI, Term]] = set()
        #: whether the value itself matters
        self.itself = False
        #: the highest count of equal values that is distinguished from lower ones
        self.count = 1

    def signature(
        self,
        term: Term,
        types: Callable[[Term], Hashable],
        objects: Callable[[Term, IRI], Collection[Term]],
    ) -> Hashable:
        """The signature of a term; equal for two terms that no shape distinguishes here."""
        if self.itself:
            return term
        if not isinstance(term, Literal):
            kind = "iri" if isinstance(term, IRI) else "blank"
            stated = tuple(value in objects(term, predicate) for predicate, value in self.stated)
            about = (types(term) if self.types else None, stated)
            strings = (term.value,) if isinstance(term, IRI) else ()
            return (kind, about, self._member(term), *self._text(strings))
        if term.datatype in _TEXT:
            return (
                term.datatype,
                (term.language or "").lower(),
                self._member(term),
                *self._text((term.value,)),
            )
        return self._typed(term)

    def _member(self, term: Term) -> Term | None:
        return term if term in self.members else None

    def _text(self, strings: tuple[str, ...]) -> tuple[Hashable, ...]:
        found = tuple(
            bool(pattern.search(text)) for pattern in self.patterns.values() for text in strings
        )
        return (found, tuple(len(text) >= length for length in self.lengths for text in strings))

    def _typed(self, term: Literal) -> Hashable:
        """The signature of a number or a date, by the comparison of pySHACL."""
        node: Any = to_rdflib(term)
        orders: list[int | None] = []
        for bound in self.bounds:
            order = None
            with suppress(TypeError, NotImplementedError):
                order = compare_literal(node, bound)  # type: ignore[no-untyped-call]
            orders.append(order)
        made = (type(node.value).__name__, node.ill_typed, tuple(orders))
        return (
            term.datatype,
            self._member(term),
            *made,
            *self._text((term.value, str(node.value))),
        )


class Signatures:
    """Distinctions that the shapes with targets make between nodes.

    Raises `DataError` for a shape that reads more than the values of properties.
    """

    def __init__(self, shapes: Shapes) -> None:
        self._dependencies = shapes.dependencies
        #: distinctions between the focus nodes themselves
        self.of_focus = Distinctions()
        self._by_property: dict[IRI, Distinctions] = {}
        #: the queries of shapes that compare properties in no other way
        self.queries: dict[Name, tuple[ConstraintQuery, ...]] = {}
        for shape in self._dependencies.targeted:
            self._at_focus(shape)
        self._of(TYPE).itself = True  # targets name classes
        self.of_focus.types = False  # they are distinguished as values of rdf:type

    def of_values(self, predicate: IRI) -> Distinctions | None:
        """Distinctions between the values of a property; None if not even its presence matters."""
        return self._by_property.get(predicate)

    def _of(self, predicate: IRI) -> Distinctions:
        return self._by_property.setdefault(predicate, Distinctions())

    def _at_focus(self, shape: ShapeDependencies) -> None:
        constraints = shape.constraints
        values = choices(shape.path) or ()
        distinctions = (
            [self._of(predicate) for predicate in values] if shape.path else [self.of_focus]
        )
        if not distinctions:
            raise unsupported(shape.name, "has a path of more than one step")
        if shape.path:
            _count(shape.name, constraints, distinctions)
        compared = [path.iri for path in shape.along if isinstance(path, Predicate)]
        if len(compared) < len(shape.along):
            raise unsupported(
                shape.name, "has a SPARQL constraint along a path of more than one step"
            )
        if shape.queries and shape.along == tuple(
            path for query in shape.queries for path in query.along
        ):
            self.queries[shape.name] = shape.queries
        elif compared:
            for predicate in (*compared, *values):
                self._of(predicate).itself = True
        for one in distinctions:
            _distinguish(shape.name, constraints, one)
            for inner in self._nested(shape) if shape.path else ():
                self._at_value(inner, one)
        for inner in () if shape.path else self._nested(shape):
            self._at_focus(inner)

    def _at_value(self, shape: ShapeDependencies, distinctions: Distinctions) -> None:
        constraints = shape.constraints
        if isinstance(shape.path, Predicate) and constraints.stated == {sh("hasValue")}:
            distinctions.stated.update((shape.path.iri, value) for value in constraints.has_values)
            return
        if shape.path is not None or shape.along:
            raise unsupported(
                shape.name,
                "reads more of a value than its classes and one sh:hasValue of a property",
            )
        _distinguish(shape.name, constraints, distinctions)
        for inner in self._nested(shape):
            self._at_value(inner, distinctions)

    def _nested(self, shape: ShapeDependencies) -> list[ShapeDependencies]:
        shapes = self._dependencies.shapes
        return [shapes[name] for name in shape.nested if name in shapes]


def _count(name: Name, constraints: Constraints, distinctions: list[Distinctions]) -> None:
    """Distinguish counts of values, up to one more than any bound."""
    upper = (constraints.max_count, constraints.qualified_max_count)
    bounds = [
        bound
        for bound in (constraints.min_count, constraints.qualified_min_count, *upper)
        if bound is not None
    ]
    count = max([2 if constraints.unique_lang else 1, *(bound + 1 for bound in bounds)])
    limited = (
        any(bound is not None for bound in upper)
        or constraints.unique_lang
        or constraints.has_values
    )
    # a value of two properties of an alternative counts once, which matters unless "none or some"
    # is the constraint
    if len(distinctions) > 1 and (max([1, *bounds]) > 1 or limited):
        raise unsupported(name, "counts along an alternative path")
    for one in distinctions:
        one.count = max(one.count, count)


def _distinguish(name: Name, constraints: Constraints, distinctions: Distinctions) -> None:
    distinctions.types = distinctions.types or bool(constraints.classes)
    if constraints.flags:
        raise unsupported(name, "uses sh:flags")
    for pattern in constraints.patterns:
        try:
            distinctions.patterns[pattern] = re.compile(pattern)
        except re.error as error:
            raise DataError(f"The pattern of the shape {name} is invalid: {error}.") from error
    for length in constraints.lengths:
        distinctions.lengths |= {length, length + 1}
    for bound in constraints.bounds:
        if not isinstance(bound, Literal) or bound.datatype not in _NUMBERS:
            raise unsupported(name, "has a bound that is no integer or decimal number")
        distinctions.bounds.append(to_rdflib(bound))
    distinctions.members.update(constraints.has_values, constraints.listed)


#: Numbers of the signatures of a node's values, alone or with the count of the values.
NodeSignature = frozenset[int | tuple[int, int]]


class Partitions:
    """The subjects of a dataset by signature."""

    def __init__(self, graph: DatasetIndex, signatures: Signatures) -> None:
        self.signatures = signatures
        self.graph = graph
        self._types_of = cache(lambda node: frozenset(graph.objects(node, TYPE)))
        #: by number of a value's signature: the highest count that is distinguished, and the
        #: property
        self._counts: list[int] = []
        self._properties: list[IRI | None] = []
        self._focus = _ValueSignatures(None, signatures.of_focus)
        #: signatures of the values of each property, by its number; None for properties that no
        #: shape reads
        self._values = [
            _ValueSignatures(iri, found) if (found := signatures.of_values(iri)) else None
            for iri in graph.properties
        ]
        self._known = [values and values.known for values in self._values]
        #: nodes by their signature; the first is the representative
        self.all: dict[NodeSignature, list[Term]] = {}
        with collection_paused():
            for subject, values in graph.values.items():
                self.all.setdefault(self._signature(subject, values), []).append(subject)

    def part(self, signature: NodeSignature, properties: Set[IRI]) -> NodeSignature:
        """The part of a signature that depends on these properties."""
        numbered = ((one, one if isinstance(one, int) else one[0]) for one in signature)
        return frozenset(
            one
            for one, number in numbered
            if (where := self._properties[number]) is None or where in properties
        )

    def _signature(self, subject: Subject, values: NumberedValues) -> NodeSignature:
        found: set[int | tuple[int, int]] = {self._number(self._focus, subject)}
        first: dict[int, Term] = {}
        more: dict[int, set[Term]] = {}
        counts, every = self._counts, self._known
        halves = iter(values)
        for property, value in zip(halves, halves, strict=False):
            known = every[property]
            if known is None:
                continue
            number = known.get(value)
            if number is None:
                number = self._number(self._values[property], value)
            if counts[number] > 1:
                before = first.setdefault(number, value)
                if before is not value and before != value:
                    more.setdefault(number, {before}).add(value)
            found.add(number)
        found.update((number, min(len(values), counts[number])) for number, values in more.items())
        return frozenset(found)

    def _number(self, signatures: _ValueSignatures, value: Term) -> int:
        """The number of a value's signature."""
        distinctions = signatures.distinctions
        signature = distinctions.signature(value, self._types_of, self.graph.objects)
        number = signatures.numbers.get(signature)
        if number is None:
            number = signatures.numbers[signature] = len(self._counts)
            self._counts.append(distinctions.count)
            self._properties.append(signatures.property)
        prose = isinstance(value, Literal) and value.language is not None
        if (
            signatures is not self._focus and not prose
        ):  # prose is seldom repeated, other values often
            signatures.known[value] = number
        return number


class _ValueSignatures:
    """Signatures found so far of the values of a property, or of the nodes themselves."""

    def __init__(self, property: IRI | None, distinctions: Distinctions) -> None:
        self.property = property
        self.distinctions = distinctions
        self.numbers: dict[Hashable, int] = {}
        #: numbers by value, for values that may be repeated
        self.known: dict[Term, int] = {}
