"""The terms of the ontology as its graph says them: what a class is a kind of, what a property leads from and to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store

#: Kinds of terms, in the order in which they are told.
TERM_CLASSES = ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")

#: How a term is aligned with those of others.
_ALIGNMENTS = (
    *("rdfs:subClassOf", "rdfs:subPropertyOf", "owl:equivalentClass", "owl:equivalentProperty"),
    *("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch", "rdfs:seeAlso"),
)

#: Real examples shown of a term.
MAX_EXAMPLES = 3


@dataclass(frozen=True)
class OntologyTerm:
    """A term of ours."""

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
        """Its name within the namespace, which is its anchor."""
        return self.iri.value.partition("#")[2]


class Ontology:
    """The terms of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        self._graph = IRI(addresses.graph("ontology"))
        self.terms = tuple(self._read())

    def of_kind(self, kind: str) -> tuple[OntologyTerm, ...]:
        """The terms of one of `TERM_CLASSES`, by name."""
        return tuple(term for term in self.terms if term.kind == kind)

    def classes(self) -> tuple[OntologyTerm, ...]:
        """The classes."""
        return self.of_kind("owl:Class")

    def properties_from(self, iri: IRI) -> tuple[OntologyTerm, ...]:
        """The properties that a class is a domain of."""
        return tuple(term for term in self.terms if iri in term.domains)

    def properties_to(self, iri: IRI) -> tuple[OntologyTerm, ...]:
        """The properties that a class is a range of."""
        return tuple(term for term in self.terms if iri in term.ranges)

    def own(self, iris: Iterable[IRI]) -> tuple[IRI, ...]:
        """Those that are terms of ours."""
        return tuple(iri for iri in iris if iri.value.startswith(self._addresses.ontology))

    def alignments(self, iri: IRI) -> tuple[tuple[IRI, IRI], ...]:
        """Relation and term of others, for each alignment of a term of ours."""
        return tuple(
            (self._v(curie), other)
            for curie in _ALIGNMENTS
            for other in self._values(iri, curie)
            if not other.value.startswith(self._addresses.ontology)
        )

    def examples(self, term: OntologyTerm) -> tuple[Triple, ...]:
        """Statements of the graph that use a term, a few; of the evidence and the ontology itself none."""
        pattern = (
            self._store.triples(predicate=self._v("rdf:type"), object=term.iri)
            if term.kind == "owl:Class"
            else self._store.triples(predicate=term.iri)
        )
        return tuple(_first(filter(self._stated_elsewhere, pattern)))

    def _stated_elsewhere(self, triple: Triple) -> bool:
        return any(quad.graph_name != self._graph for quad in self._store.quads(*triple))

    def _read(self) -> Iterator[OntologyTerm]:
        for kind in TERM_CLASSES:
            found = {q.subject for q in self._store.quads(None, self._v("rdf:type"), self._v(kind), self._graph)}
            ours = (s for s in found if isinstance(s, IRI) and s.value.startswith(self._addresses.ontology))
            for iri in sorted(ours, key=lambda iri: iri.value.casefold()):
                yield OntologyTerm(
                    iri,
                    kind,
                    self._values(iri, "rdfs:domain", "schema:domainIncludes"),
                    self._values(iri, "rdfs:range", "schema:rangeIncludes"),
                    self._values(iri, "rdfs:subClassOf", "rdfs:subPropertyOf"),
                    self._values(iri, "owl:inverseOf"),
                )

    def _values(self, iri: IRI, *curies: str) -> tuple[IRI, ...]:
        found = {q.object for curie in curies for q in self._store.quads(iri, self._v(curie), None, self._graph)}
        return tuple(sorted((value for value in found if isinstance(value, IRI)), key=lambda value: value.value))


def _first(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The first few statements about different things."""
    seen: set[object] = set()
    for triple in triples:
        if triple.subject not in seen:
            seen.add(triple.subject)
            yield triple
        if len(seen) == MAX_EXAMPLES:
            return
