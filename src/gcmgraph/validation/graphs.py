"""Graphs as validation reads them, and evaluation of property paths in them.

Triples are plain tuples, which are cheap to hash and compare. A graph is one of

- `Triples`: triples in memory
- `GraphView`: the graph before or after a change, read by pattern and never copied
- `DatasetIndex`: a whole dataset in memory, by subject, in compact form
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, cast
from urllib.parse import unquote

from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.shapes import Alternative, Modified, Path, Predicate, Sequence, Texts, join
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Quad, Term
from gcmgraph.store.port import Store

Subject = IRI | BlankNode

#: Subject, predicate and object.
Fact = tuple[Subject, IRI, Term]


def fact(quad: Quad) -> Fact:
    """The triple of a quad. Readers refuse triple terms (RDF 1.2)."""
    return cast(Fact, (quad.subject, quad.predicate, quad.object))


def ends(
    graph: Graph,
    path: Path | None,
    starts: Iterable[Term],
    *,
    backwards: bool = False,
    read: set[Fact] | None = None,
) -> set[Term]:
    """The nodes at the end of a path from some nodes; with `backwards`, the nodes from which it leads to them.

    None is the path without steps. The triples on the way are added to `read`.
    """
    nodes = set(starts)
    match path:
        case None:
            return nodes
        case Predicate(iri):
            return _one_step(graph, iri, nodes, backwards, read)
        case Sequence(steps):
            for step in reversed(steps) if backwards else steps:
                nodes = ends(graph, step, nodes, backwards=backwards, read=read)
            return nodes
        case Alternative(choices):
            return {
                end
                for choice in choices
                for end in ends(graph, choice, nodes, backwards=backwards, read=read)
            }
        case Modified("inversePath", inner):
            return ends(graph, inner, nodes, backwards=not backwards, read=read)
        case Modified("zeroOrOnePath", inner):
            return nodes | ends(graph, inner, nodes, backwards=backwards, read=read)
        case Modified(operator, inner):
            first = ends(graph, inner, nodes, backwards=backwards, read=read)
            found, fresh = set(first), first
            while fresh:
                fresh = ends(graph, inner, fresh, backwards=backwards, read=read) - found
                found |= fresh
            return found | nodes if operator == "zeroOrMorePath" else found


def _one_step(
    graph: Graph, iri: IRI, nodes: set[Term], backwards: bool, read: set[Fact] | None
) -> set[Term]:
    if backwards:
        # no path leads backwards in a whole dataset
        triples = {
            (start, iri, node)
            for node in nodes
            for start in cast(PatternGraph, graph).subjects(iri, node)
        }
    else:
        starts = (node for node in nodes if not isinstance(node, Literal))
        triples = {(start, iri, value) for start in starts for value in graph.objects(start, iri)}
    if read is not None:
        read |= triples
    return {start if backwards else value for start, _, value in triples}


@dataclass(frozen=True)
class PathStep:
    """One step of a path: its property and direction, and the path before it."""

    predicate: IRI
    before: Path | None = None
    inverse: bool = False

    def starts(self, graph: Graph, triple: Fact) -> set[Term]:
        """The nodes from which evaluation of the path reads this triple at this step."""
        anchor = triple[2] if self.inverse else triple[0]
        return ends(graph, self.before, {anchor}, backwards=True)


def path_steps(
    path: Path, before: Path | None = None, *, inverse: bool = False
) -> Iterator[PathStep]:
    """The steps of a path."""
    match path:
        case Predicate(iri):
            yield PathStep(iri, before, inverse)
        case Sequence(steps):
            for step in reversed(steps) if inverse else steps:
                yield from path_steps(step, before, inverse=inverse)
                before = join(before, _turned(step, inverse))
        case Alternative(choices):
            for choice in choices:
                yield from path_steps(choice, before, inverse=inverse)
        case Modified("inversePath", inner):
            yield from path_steps(inner, before, inverse=not inverse)
        case Modified("zeroOrOnePath", inner):
            yield from path_steps(inner, before, inverse=inverse)
        case Modified(_, inner):
            again = Modified("zeroOrMorePath", _turned(inner, inverse))
            yield from path_steps(inner, join(before, again), inverse=inverse)


def _turned(path: Path, inverse: bool) -> Path:
    return Modified("inversePath", path) if inverse else path


#: Subject, predicate and object of the triples to find; None matches any.
Pattern = tuple[Term | None, IRI | None, Term | None]
#: The published quads of a pattern.
QuadPattern = Callable[[Term | None, IRI | None, Term | None], tuple[Quad, ...]]


def cached_quads(published: Store) -> QuadPattern:
    """The published quads by pattern, each read once; none if the subject is a literal."""

    @cache
    def quads(subject: Term | None, predicate: IRI | None, object: Term | None) -> tuple[Quad, ...]:
        if isinstance(subject, Literal):
            return ()
        return tuple(published.quads(subject, predicate, object))  # type: ignore[arg-type]

    return quads


class PatternGraph:
    """A graph that is read by `match`: the triples of a pattern with a predicate, and a subject, an object, or both."""

    match: Callable[[Pattern], list[Fact]]

    def objects(self, subject: Term, predicate: IRI) -> list[Term]:
        """The values of a property of a subject."""
        return [value for _, _, value in self.match((subject, predicate, None))]

    def subjects(self, predicate: IRI, object: Term) -> list[Subject]:
        """The subjects with a value of a property."""
        return [subject for subject, _, _ in self.match((None, predicate, object))]

    def holds(self, triple: Fact) -> bool:
        """Whether a triple is in the graph."""
        return bool(self.match(triple))


class Triples(PatternGraph):
    """Triples in memory, indexed by pattern."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.all = dict.fromkeys(map(fact, quads))
        found: dict[Pattern, list[Fact]] = {}
        for triple in self.all:
            subject, predicate, value = triple
            for pattern in ((subject, predicate, None), (None, predicate, value), triple):
                found.setdefault(pattern, []).append(triple)
        self.match = lambda pattern: found.get(pattern, [])


_NOTHING = Triples(())


class GraphView(PatternGraph):
    """The published graph without some of its quads and with some more triples.

    A triple is removed with the last of its quads.
    """

    def __init__(
        self,
        published: QuadPattern,
        hierarchy: Triples,
        removed: frozenset[Quad] = frozenset(),
        added: Triples = _NOTHING,
    ) -> None:
        more = [triples for triples in (hierarchy, added) if triples.all]

        @cache
        def match(pattern: Pattern) -> list[Fact]:
            found = (fact(quad) for quad in published(*pattern) if quad not in removed)
            return list(dict.fromkeys(chain(found, *(triples.match(pattern) for triples in more))))

        self.match = match


#: Number of a property, value, number of the next property, and so on; a triple of two graphs is
#: there twice.
NumberedValues = list[Any]


class DatasetIndex:
    """The union of the graphs of a dataset. Quads of one subject are best given together."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.values: dict[Subject, NumberedValues] = {}
        #: properties by number; hashing a number costs a tenth of hashing an IRI
        self.properties: list[IRI] = []
        numbers = self._numbers = dict[IRI, int]()
        before: Subject | None = None
        for quad in quads:
            subject: Subject = quad.subject  # type: ignore[assignment]
            if subject != before:
                add = self.values.setdefault(subject, []).append
                before = subject
            predicate = quad.predicate
            number = numbers.get(predicate)
            if number is None:
                number = numbers[predicate] = len(numbers)
                self.properties.append(predicate)
            add(number)
            add(quad.object)

    def objects(self, subject: Term, predicate: IRI) -> list[Term]:
        """The values of a property of a subject."""
        found = self.values.get(subject, ())  # type: ignore[arg-type]
        number = self._numbers.get(predicate)
        values = [found[i + 1] for i in range(0, len(found), 2) if found[i] == number]
        return values if len(values) < 2 else list(dict.fromkeys(values))


#: A graph, as paths read it.
Graph = Triples | GraphView | DatasetIndex

#: Properties with the label of a resource, the best first.
_LABELS = tuple(
    IRI(PREFIXES[prefix] + name)
    for prefix, name in (
        ("skos", "prefLabel"),
        ("dct", "title"),
        ("rdfs", "label"),
        ("skos", "notation"),
    )
)
#: Properties with names of a resource.
NAMES = (*_LABELS, IRI(PREFIXES["skos"] + "altLabel"))


def labels(graph: Graph, node: Term) -> Texts:
    """The labels of a node in all languages, by the best property that it has."""
    if not isinstance(node, Literal):
        for predicate in _LABELS:
            found = Texts.of_terms(graph.objects(node, predicate))
            if found.pairs:
                return found
    return Texts()


def local_part(iri: IRI) -> str:
    """The last part of an address, decoded: `PHL` of `…/id/country/PHL`."""
    tail = (
        iri.value.rstrip("/#").rpartition("#")[2]
        if "#" in iri.value
        else iri.value.rstrip("/").rpartition("/")[2]
    )
    return unquote(tail)


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause garbage collection until the end of the block.

    Objects made by then are not searched until `collection_resumed`. Both affect the whole process.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if enabled:
            gc.enable()


def collection_resumed() -> None:
    """Search all objects again."""
    gc.unfreeze()
