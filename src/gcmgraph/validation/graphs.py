"""Graphs as validation reads them, and labels of resources in them.

Triples are plain tuples, which are cheap to hash and compare. A graph is one of

- `Triples`: triples in memory
- `GraphView`: the graph before or after a change, read by pattern and never copied
- `DatasetIndex`: a whole dataset in memory, by subject, in compact form
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, cast
from urllib.parse import unquote

from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Quad, Term
from gcmgraph.store.port import Store

TYPE = IRI(PREFIXES["rdf"] + "type")
SUB_CLASS_OF = IRI(PREFIXES["rdfs"] + "subClassOf")

#: Properties with the label of a resource, the best first.
_LABELS = (
    IRI(PREFIXES["skos"] + "prefLabel"),
    IRI(PREFIXES["dct"] + "title"),
    IRI(PREFIXES["rdfs"] + "label"),
    IRI(PREFIXES["skos"] + "notation"),
)
#: Properties with names of a resource.
NAMES = (*_LABELS, IRI(PREFIXES["skos"] + "altLabel"))

Subject = IRI | BlankNode
#: Subject, predicate and object.
Fact = tuple[Subject, IRI, Term]
#: Subject, predicate and object of the triples to find; None matches any.
Pattern = tuple[Term | None, IRI | None, Term | None]
#: The published quads of a pattern.
QuadPattern = Callable[[Term | None, IRI | None, Term | None], tuple[Quad, ...]]
#: Number of a property, value, number of the next property, and so on; a triple of two graphs is
#: there twice.
NumberedValues = list[Any]


def fact(quad: Quad) -> Fact:
    """The triple of a quad. Readers refuse triple terms (RDF 1.2)."""
    return cast(Fact, (quad.subject, quad.predicate, quad.object))


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
        triples_by_pattern: dict[Pattern, list[Fact]] = {}
        for triple in self.all:
            subject, predicate, value = triple
            for pattern in ((subject, predicate, None), (None, predicate, value), triple):
                triples_by_pattern.setdefault(pattern, []).append(triple)
        self.match = lambda pattern: triples_by_pattern.get(pattern, [])


_NO_TRIPLES = Triples(())


class GraphView(PatternGraph):
    """The published graph without some of its quads and with further triples.

    A triple is removed with the last of its quads.
    """

    def __init__(
        self,
        published: QuadPattern,
        hierarchy: Triples,
        removed: frozenset[Quad] = frozenset(),
        added: Triples = _NO_TRIPLES,
    ) -> None:
        graphs_in_memory = [graph for graph in (hierarchy, added) if graph.all]

        @cache
        def match(pattern: Pattern) -> list[Fact]:
            triples = [fact(quad) for quad in published(*pattern) if quad not in removed]
            for graph in graphs_in_memory:
                triples += graph.match(pattern)
            return list(dict.fromkeys(triples))

        self.match = match


class DatasetIndex:
    """The union of the graphs of a dataset. Quads of one subject are best given together."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.values: dict[Subject, NumberedValues] = {}
        #: properties by number; hashing a number costs a tenth of hashing an IRI
        self.properties: list[IRI] = []
        self._numbers: dict[IRI, int] = {}
        numbers = self._numbers
        previous_subject: Subject | None = None
        for quad in quads:
            subject: Subject = quad.subject  # type: ignore[assignment]
            if subject != previous_subject:
                append = self.values.setdefault(subject, []).append
                previous_subject = subject
            predicate = quad.predicate
            number = numbers.get(predicate)
            if number is None:
                number = numbers[predicate] = len(numbers)
                self.properties.append(predicate)
            append(number)
            append(quad.object)

    def objects(self, subject: Term, predicate: IRI) -> list[Term]:
        """The values of a property of a subject."""
        numbered_values = self.values.get(subject, ())  # type: ignore[arg-type]
        number = self._numbers.get(predicate)
        values: list[Term] = [
            numbered_values[index + 1]
            for index in range(0, len(numbered_values), 2)
            if numbered_values[index] == number
        ]
        return values if len(values) < 2 else list(dict.fromkeys(values))


#: A graph, as paths read it.
Graph = Triples | GraphView | DatasetIndex


def labels(graph: Graph, node: Term) -> Texts:
    """The labels of a node in all languages, by the best property that it has."""
    if not isinstance(node, Literal):
        for predicate in _LABELS:
            labels = Texts.of_terms(graph.objects(node, predicate))
            if labels.pairs:
                return labels
    return Texts()


def local_part(iri: IRI) -> str:
    """The last part of an address, decoded.

    >>> local_part(IRI("https://w3id.org/gcmgraph/id/country/PHL"))
    'PHL'
    >>> local_part(IRI("https://w3id.org/gcmgraph/ontology#Practice"))
    'Practice'
    >>> local_part(IRI("https://w3id.org/gcmgraph/ontology#"))
    'ontology'
    """
    address = iri.value.rstrip("/#")
    separator = "#" if "#" in address else "/"
    return unquote(address.rpartition(separator)[2])


@contextmanager
def exempt_from_collection() -> Iterator[None]:
    """Make the objects of a block, all of which stay in use, without garbage collection.

    Collection pauses until the end of the block. Objects made by then are exempt after that, too,
    until `end_exemption_from_collection`. Both affect the whole process.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()


def end_exemption_from_collection() -> None:
    """Search all objects for garbage again."""
    gc.unfreeze()
