"""Terms of the ontology, with domains, ranges, super-terms, alignments and examples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, BlankNode, Term, Triple, Vocabulary
from gcmgraph.store.port import Row, Store

#: Classes of terms, in the order of display.
TERM_CLASSES = ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")

#: Properties that align a term with external terms.
_ALIGNMENTS = (
    "rdfs:subClassOf",
    "rdfs:subPropertyOf",
    "owl:equivalentClass",
    "owl:equivalentProperty",
    "skos:exactMatch",
    "skos:closeMatch",
    "skos:broadMatch",
    "skos:narrowMatch",
    "skos:relatedMatch",
    "rdfs:seeAlso",
)

#: The last part of a version IRI.
_VERSION_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

#: Limits: examples of a term, statements read for them, graph patterns in one query.
MAX_EXAMPLES = 3
_MAX_READ = 24
_MAX_PATTERNS = 20

#: A few statements that use a term; for a class, type statements.
_USES = (
    "{{ SELECT ({term} AS ?term) ?s ?o"
    " WHERE {{ GRAPH ?g {{ ?s {pattern} }} FILTER(?g != {graph}) }} LIMIT {limit} }}"
)


class GraphValues:
    """The values of properties in the graph with a name of `Addresses.graph`."""

    def __init__(self, store: Store, addresses: Addresses, graph: str) -> None:
        self._v = Vocabulary(addresses)
        self._values: dict[object, dict[IRI, list[object]]] = {}
        for quad in store.quads(graph=IRI(addresses.graph(graph))):
            values_of_subject = self._values.setdefault(quad.subject, {})
            values_of_subject.setdefault(quad.predicate, []).append(quad.object)

    def of_class(self, curie: str) -> Iterator[IRI]:
        """The IRIs of a class."""
        resource_class = self._v(curie)
        for subject in self._values:
            if isinstance(subject, IRI) and resource_class in self.all(subject, "rdf:type"):
                yield subject

    def all(self, subject: object, curie: str) -> list[object]:
        """The values of a property, unordered."""
        return self._values.get(subject, {}).get(self._v(curie), [])

    def iris(self, subject: object, *curies: str) -> tuple[IRI, ...]:
        """The distinct IRIs among the values of some properties, sorted."""
        values = {value for curie in curies for value in self.all(subject, curie)}
        iris = [value for value in values if isinstance(value, IRI)]
        return tuple(sorted(iris, key=lambda iri: iri.value))


def sampled_rows(store: Store, variables: str, patterns: list[str]) -> Iterator[Row]:
    """The rows of some graph patterns, in a few queries."""
    for start in range(0, len(patterns), _MAX_PATTERNS):
        union = " UNION ".join(patterns[start : start + _MAX_PATTERNS])
        yield from store.select(f"SELECT {variables} WHERE {{ {union} }}").rows


@dataclass(frozen=True)
class OntologyTerm:
    """A term of the ontology."""

    iri: IRI
    #: one of TERM_CLASSES
    kind: str
    domains: tuple[IRI, ...]
    ranges: tuple[IRI, ...]
    #: super-classes or super-properties
    supers: tuple[IRI, ...]
    inverses: tuple[IRI, ...]

    @property
    def local(self) -> str:
        """The local name, used as the anchor."""
        return self.iri.value.partition("#")[2]


def ontology_versions(store: Store, addresses: Addresses) -> tuple[str, ...]:
    """The part after `ontology/` of each version IRI of the ontology.

    Names that need escaping in a path are left out.
    """
    ontology = f"{addresses.base}ontology"
    version_iri = IRI(addresses.expand("owl:versionIRI"))
    graph = IRI(addresses.graph("ontology"))
    names = []
    for quad in store.quads(IRI(ontology), version_iri, graph=graph):
        if isinstance(quad.object, IRI):
            names.append(quad.object.value.removeprefix(f"{ontology}/"))
    return tuple(sorted(name for name in names if _VERSION_NAME.fullmatch(name)))


class Ontology:
    """Terms of the ontology of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        self._graph = IRI(addresses.graph("ontology"))
        self._values = GraphValues(store, addresses, "ontology")
        self.terms = tuple(self._read())

    def of_kind(self, kind: str) -> tuple[OntologyTerm, ...]:
        """The terms of one of `TERM_CLASSES`, ordered by name."""
        return tuple(term for term in self.terms if term.kind == kind)

    def classes(self) -> tuple[OntologyTerm, ...]:
        """The classes."""
        return self.of_kind("owl:Class")

    def properties_from(self, iri: IRI) -> tuple[OntologyTerm, ...]:
        """The properties with a class as domain."""
        return tuple(term for term in self.terms if iri in term.domains)

    def properties_to(self, iri: IRI) -> tuple[OntologyTerm, ...]:
        """The properties with a class as range."""
        return tuple(term for term in self.terms if iri in term.ranges)

    def own(self, iris: Iterable[IRI]) -> tuple[IRI, ...]:
        """The IRIs that are terms of the ontology."""
        return tuple(iri for iri in iris if iri.value.startswith(self._addresses.ontology))

    def alignments(self, iri: IRI) -> tuple[tuple[IRI, IRI], ...]:
        """Relation and external term of each alignment of a term."""
        return tuple(
            (self._v(curie), term)
            for curie in _ALIGNMENTS
            for term in self._values.iris(iri, curie)
            if not term.value.startswith(self._addresses.ontology)
        )

    def examples(self, term: OntologyTerm) -> tuple[Triple, ...]:
        """A few statements with a term, about different resources, outside of the ontology."""
        return self._examples.get(term.iri, ())

    @cached_property
    def _examples(self) -> dict[IRI, tuple[Triple, ...]]:
        examples_of: dict[IRI, dict[Term, Triple]] = {}
        patterns = list(map(self._pattern, self.terms))
        for row in sampled_rows(self._store, "?term ?s ?o", patterns):
            term = row["term"]
            subject = row["s"]
            if not isinstance(term, IRI) or not isinstance(subject, IRI | BlankNode):
                continue
            examples = examples_of.setdefault(term, {})
            if len(examples) < MAX_EXAMPLES and subject not in examples:
                if "o" in row:
                    examples[subject] = Triple(subject, term, row["o"])
                else:
                    examples[subject] = Triple(subject, self._v("rdf:type"), term)
        return {term: tuple(examples.values()) for term, examples in examples_of.items()}

    def _pattern(self, term: OntologyTerm) -> str:
        """The graph pattern of a few statements that use a term."""
        pattern = f"a {term.iri}" if term.kind == "owl:Class" else f"{term.iri} ?o"
        return _USES.format(term=term.iri, pattern=pattern, graph=self._graph, limit=_MAX_READ)

    def _read(self) -> Iterator[OntologyTerm]:
        for kind in TERM_CLASSES:
            terms = self.own(self._values.of_class(kind))
            for iri in sorted(terms, key=lambda iri: iri.value.casefold()):
                yield OntologyTerm(
                    iri=iri,
                    kind=kind,
                    domains=self._values.iris(iri, "rdfs:domain", "schema:domainIncludes"),
                    ranges=self._values.iris(iri, "rdfs:range", "schema:rangeIncludes"),
                    supers=self._values.iris(iri, "rdfs:subClassOf", "rdfs:subPropertyOf"),
                    inverses=self._values.iris(iri, "owl:inverseOf"),
                )
