"""Statements of a contribution with their places, and their effect on the published graph.

The places are lines, and columns of values. The effect is the graph before and after, and what is
new in its validation. The result is that of validating the published graph before and after in full
and taking what is new. Only nodes whose verdict the change can affect are validated, by the triples
that their shapes read.

Suggestions are valid values for invalid ones, by similar names: Philippines for "Phillipines", 16.9
for 16.99.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from itertools import islice
from pathlib import Path
from typing import Any, TypeGuard

from gcmgraph.platform.controls import CONTROLS
from gcmgraph.platform.errors import Place, RdfSyntaxError
from gcmgraph.platform.similarity import nearest, nearest_value
from gcmgraph.platform.text import fold_name
from gcmgraph.rdf.media import RdfSyntax
from gcmgraph.rdf.parsing import parse_with_lines, read_document, without_bom
from gcmgraph.rdf.shapes import Predicate, Texts, predicates, sh
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Quad, Term, Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.validation.graphs import (
    NAMES,
    Fact,
    GraphView,
    Subject,
    Triples,
    cached_quads,
    fact,
    labels,
    local_part,
)
from gcmgraph.validation.report import Nearest, Result, extra_result
from gcmgraph.validation.rules import (
    TYPE,
    Dependencies,
    Focus,
    Rules,
    affected_nodes,
    gather,
    is_target,
)

#: Characters of the longest line that is searched; it is searched once for each of its statements.
LONGEST_LINE = 2_000

#: The part of a text that is searched for: its beginning, before characters that may be escaped.
_PLAIN = re.compile(r"[^\\\"'\n\r\t&<>]{0,60}")

#: Characters of a prefix or of a bare value; characters of a local name, where a dot ends the
#: statement.
_WORD, _LOCAL = re.compile(r"[\w.-]*"), re.compile(r"[\w-]*")


def column(line: str, quad: Quad) -> int | None:
    """The 1-based column, in characters, of the value of a statement that ends on this line.

    If the line does not contain it as written, the column of the property, else of the first
    character.
    """
    for term in (quad.object, quad.predicate):
        if isinstance(term, IRI | Literal) and (found := _found(term, line)) is not None:
            return found + 1
    return len(line) - len(line.lstrip()) + 1 if line.strip() else None


def _found(term: IRI | Literal, line: str) -> int | None:
    """The offset of a term as written in Turtle and its relatives, RDF/XML or JSON-LD."""
    if isinstance(term, Literal):
        start = _PLAIN.match(term.value)
        text = start[0] if start else ""
        at = max(line.find(f'"{text}'), line.find(f"'{text}"))
        if at < 0 and text:
            at = _offset(text, line, _WORD, _WORD)
        return at if at >= 0 else None
    if (at := line.find(term.value)) >= 0:
        return at - 1 if at and line[at - 1] in "<\"'" else at
    colon = _offset(f":{local_part(term)}", line, None, _LOCAL)
    return colon - _length(_WORD, line[:colon][::-1]) if colon >= 0 else None


def _offset(text: str, line: str, before: re.Pattern[str] | None, after: re.Pattern[str]) -> int:
    """The first offset of a text without characters of `before` and `after` next to it; -1 for none.

    A regular expression of the text would have to be compiled for each of thousands of texts.
    """
    at = line.find(text)
    while at >= 0 and (
        _length(after, line[at + len(text) : at + len(text) + 1])
        or (before is not None and _length(before, line[max(at - 1, 0) : at]))
    ):
        at = line.find(text, at + 1)
    return at


def _length(characters: re.Pattern[str], text: str) -> int:
    """The number of such characters at the start of a text."""
    found = characters.match(text)
    return found.end() if found else 0


class LocatedStatements:
    """Quads in the order given, each with its first place if that is known."""

    def __init__(self, places: Mapping[Quad, Place | None]) -> None:
        self._places = dict(places)
        #: first places by subject, by subject and property, and by triple
        self._first: dict[tuple[object, ...], Place | None] = {}
        for quad, place in self._places.items():
            triple = (quad.subject, quad.predicate, quad.object)
            for length in (1, 2, 3):
                self._first.setdefault(triple[:length], place)

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> LocatedStatements:
        """Quads without places."""
        return cls(dict.fromkeys(quads))

    @classmethod
    def parse(
        cls, data: bytes, syntax: RdfSyntax, *, source: str, base_iri: str | None = None
    ) -> LocatedStatements:
        """The statements of a text in an RDF syntax, with `source` in their places.

        Raises `RdfSyntaxError`, also if there are none.
        """
        return cls(_places(data, syntax, source, base_iri))

    @classmethod
    def read(cls, paths: Iterable[Path]) -> LocatedStatements:
        """The statements of RDF files taken together.

        Raises `RdfSyntaxError`, also if a file has none.
        """
        places: dict[Quad, Place | None] = {}
        for path in paths:
            for quad, place in _places(
                *read_document(path), str(path), path.absolute().as_uri()
            ).items():
                places.setdefault(quad, place)
        return cls(places)

    def __iter__(self) -> Iterator[Quad]:
        return iter(self._places)

    def located(self) -> Iterable[tuple[Quad, Place | None]]:
        """Each quad with its first place."""
        return self._places.items()

    def __len__(self) -> int:
        return len(self._places)

    def describes(self, subject: object) -> bool:
        """Whether there are statements about a subject."""
        return (subject,) in self._first

    def place(self, result: Result) -> Place | None:
        """The place of the value of a result, else of its property, else the first of the focus node."""
        along = predicates(result.path) if result.path else ()
        properties = [(result.focus, predicate) for predicate in along]
        keys = [*((*one, result.value) for one in properties), *properties, (result.focus,)]
        return next((found for key in keys if (found := self._first.get(key))), None)


def _places(
    data: bytes, syntax: RdfSyntax, source: str, base_iri: str | None
) -> dict[Quad, Place | None]:
    lines = without_bom(data).split(b"\n")
    places: dict[Quad, Place | None] = {}
    for one in parse_with_lines(data, syntax, source=source, base_iri=base_iri):
        if one.quad not in places:
            line = lines[one.line - 1] if one.line <= len(lines) else b""
            known = len(line) <= LONGEST_LINE
            places[one.quad] = Place(
                source, one.line, column(line.decode(), one.quad) if known else None
            )
    if not places:
        raise RdfSyntaxError("There is no statement in it.", place=Place(source))
    return places


#: Nodes that are checked at once.
_AT_ONCE = 200


class ContributionEffect:
    """A contribution, the published graph before and after it, and the rules."""

    #: resources of the contribution that were not checked, after enough results
    left: frozenset[Term] = frozenset()

    def __init__(
        self, added: LocatedStatements, removed: frozenset[Quad], published: Store, rules: Rules
    ) -> None:
        quads, hierarchy = cached_quads(published), Triples(rules.shapes.hierarchy)
        self.added, self.removed, self.published, self.rules = added, removed, published, rules
        self.addresses = rules.addresses
        self.term = Vocabulary(rules.addresses)
        self._joining = Triples(added)
        self.before = GraphView(quads, hierarchy)
        self.after = GraphView(quads, hierarchy, removed, self._joining)
        self._either = GraphView(quads, hierarchy, added=self._joining)
        self.valid = ValidValues(rules.shapes.dependencies, published, self.after)

    @cached_property
    def _new(self) -> list[Fact]:
        return [triple for triple in self._joining.all if not self.before.holds(triple)]

    @property
    def new(self) -> list[Fact]:
        """The triples that are not published yet, without those about resources that were not checked."""
        return (
            [triple for triple in self._new if triple[0] not in self.left]
            if self.left
            else self._new
        )

    @cached_property
    def new_values(self) -> dict[Term, dict[IRI, list[Term]]]:
        """The values of the new triples by subject and property."""
        found: dict[Term, dict[IRI, list[Term]]] = {}
        for subject, predicate, value in self.new:
            found.setdefault(subject, {}).setdefault(predicate, []).append(value)
        return found

    @property
    def new_terms(self) -> Iterator[tuple[Subject, IRI, IRI, IRI | None]]:
        """Properties and classes of the new triples: subject, predicate, term, and the value if it is the term."""
        for subject, predicate, value in self.new:
            yield subject, predicate, predicate, None
            if predicate == TYPE and isinstance(value, IRI):
                yield subject, predicate, value, value

    @property
    def new_literals(self) -> Iterator[tuple[Subject, IRI, Literal]]:
        """The new triples with a literal."""
        return (
            (subject, predicate, value)
            for subject, predicate, value in self.new
            if isinstance(value, Literal)
        )

    def result(
        self, name: str, focus: Term, property: IRI | None, value: Term | None, **more: Any
    ) -> Result:
        """A result of a constraint beside SHACL."""
        return extra_result(name, self.addresses, focus, property, value, **more)

    def remaining(
        self, subject: IRI | None = None, predicate: IRI | None = None, value: Term | None = None
    ) -> Iterator[Quad]:
        """The published quads of a pattern that are not taken away, without inferred ones."""
        inferred = IRI(self.addresses.graph("inferred"))
        found = self.published.quads(subject, predicate, value)
        return (quad for quad in found if quad.graph_name != inferred and quad not in self.removed)

    def kind(self, term: Term) -> str:
        """The kind that an address of this graph names (`country` of `…/id/country/PHL`); empty for other terms."""
        start = f"{self.addresses.base}id/"
        if not isinstance(term, IRI) or not term.value.startswith(start):
            return ""
        return term.value.removeprefix(start).partition("/")[0]

    def is_undeclared(self, term: Term) -> TypeGuard[IRI]:
        """Whether a term is in the namespace of the ontology, which does not declare it."""
        ours = isinstance(term, IRI) and term.value.startswith(self.addresses.ontology)
        return ours and term not in self.rules.terms

    def results(self, enough: int | None = None) -> Iterator[Result]:
        """The results of SHACL after the change that are not there before; no more nodes are checked after `enough`."""
        dependencies = self.rules.shapes.dependencies
        affected = affected_nodes(dependencies, self._changed(), self._either)
        if enough is None:
            yield from self._new_results(affected)
            return
        order: dict[Term, int] = {
            subject: number for number, (subject, _, _) in enumerate(self._joining.all)
        }
        nodes = sorted(
            set().union(*affected.values()), key=lambda node: (order.get(node, -1), str(node))
        )
        for start in range(0, len(nodes), _AT_ONCE):
            some = set(nodes[start : start + _AT_ONCE])
            for result in self._new_results(
                {name: those & some for name, those in affected.items()}
            ):
                enough -= 1
                yield result
            if enough <= 0:
                self.left = frozenset(node for node in nodes[start + _AT_ONCE :] if node in order)
                return

    def _changed(self) -> list[Fact]:
        """The triples in one of the graphs only."""
        leaving = dict.fromkeys(map(fact, self.removed))
        return [
            *self._new,
            *(t for t in leaving if self.before.holds(t) and not self.after.holds(t)),
        ]

    def _new_results(self, affected: Focus) -> Iterator[Result]:
        return _difference(*(self._results(affected, graph) for graph in (self.before, self.after)))

    def _results(self, affected: Focus, graph: GraphView) -> tuple[Result, ...]:
        shapes = self.rules.shapes
        targets = {
            name: here
            for name, nodes in affected.items()
            if (
                here := {
                    node
                    for node in nodes
                    if is_target(shapes.dependencies.shapes[name], node, graph)
                }
            )
        }
        return (
            shapes.results(gather(targets, shapes.dependencies, graph), targets) if targets else ()
        )


def _difference(before: Iterable[Result], after: Iterable[Result]) -> Iterator[Result]:
    """The results after a change that are not there before."""
    old = Counter(map(_identity, before))
    for result in after:
        if old[_identity(result)]:
            old[_identity(result)] -= 1
        else:
            yield result


def _identity(result: Result) -> tuple[object, ...]:
    """The parts by which two results are equal."""
    return (
        result.focus,
        result.path,
        result.value,
        result.component,
        result.severity,
        result.source_shape,
    )


#: Limit on the resources of a class that are compared; a list to choose from has a few hundred.
_MOST = 3000

#: Components that a value without the required class violates.
_OF_CLASS = {sh(f"{name}ConstraintComponent") for name in ("Class", "Or", "Xone", "Node", "And")}

#: Properties and values of which a shape requires one.
Stated = frozenset[tuple[IRI, Term]]


class ValidValues:
    """Valid values by name; each class is read once."""

    def __init__(self, dependencies: Dependencies, published: Store, graph: GraphView) -> None:
        self._dependencies = dependencies
        self._published = published
        self._graph = graph
        self._of, self._folded_of = cache(self._names_of), cache(self._folded_names_of)

    def near(self, result: Result) -> Nearest | None:
        """The resource of the required class whose name or address is most similar to the value."""
        if result.value is None or result.component not in _OF_CLASS:
            return None
        within = self._dependencies.within(result.source_shape)
        shapes = [self._dependencies.shapes[name] for name in within]
        classes = {
            kind for shape in shapes for kind in shape.constraints.classes if isinstance(kind, IRI)
        }
        paths = ((shape.path.iri, shape) for shape in shapes if isinstance(shape.path, Predicate))
        stated = frozenset(
            (iri, value) for iri, shape in paths for value in shape.constraints.has_values
        )
        return self.of_classes(spelled(result.value), classes, stated, refused=result.value)

    def of_classes(
        self,
        spelling: str,
        classes: Iterable[IRI],
        stated: Stated = frozenset(),
        refused: Term | None = None,
    ) -> Nearest | None:
        """The resource of one of the classes, except `refused`, whose name is most similar to a spelling.

        With `stated`, only resources with one of these statements, such as that of their scheme.
        """
        found_in = (self._of(kind, stated) for kind in classes)
        names = {
            name: resource
            for names in found_in
            for name, resource in names.items()
            if resource != refused
        }
        found = nearest_value(spelling.lower(), names)
        return Nearest(found, labels(self._graph, found)) if found else None

    def same_name(self, name: str, classes: Iterable[IRI]) -> IRI | None:
        """A resource of one of the classes with this name, apart from case, accents and punctuation."""
        folded = fold_name(CONTROLS.sub("", name))
        return next(
            (found for kind in classes if folded and (found := self._folded_of(kind).get(folded))),
            None,
        )

    def _folded_names_of(self, kind: IRI) -> dict[str, IRI]:
        names = self._of(kind, frozenset())
        return {
            fold_name(name): one for name, one in names.items() if name != local_part(one).lower()
        }

    def _names_of(self, kind: IRI, stated: Stated) -> dict[str, IRI]:
        resources = islice(self._published.quads(predicate=TYPE, object=kind), _MOST)
        named = [quad.subject for quad in resources if isinstance(quad.subject, IRI)]
        if stated:
            named = [
                one
                for one in named
                if any(value in self._graph.objects(one, p) for p, value in stated)
            ]
        return {
            name.lower(): resource for resource in named for name in _names(resource, self._graph)
        }


def spelled(term: Term) -> str:
    """The spelling of a value: its text, or the last part of its address."""
    if isinstance(term, Literal):
        return term.value.strip()
    return "" if isinstance(term, BlankNode) else local_part(term)


def _names(resource: IRI, graph: GraphView) -> Iterable[str]:
    texts = [
        value.value
        for name in NAMES
        for value in graph.objects(resource, name)
        if isinstance(value, Literal)
    ]
    return [local_part(resource), *texts]


def of_terms(term: IRI, terms: dict[IRI, Texts]) -> Nearest | None:
    """The declared term whose local name is most similar."""
    found = nearest(local_part(term), terms, key=local_part)
    return Nearest(found[0], terms[found[0]]) if found else None
