"""Terms of the ontology with domains, ranges, super-terms, alignments and examples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from gcmgraph.model.terms import IRI, BlankNode, Term, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.graph_values import GraphValues
from gcmgraph.store.port import Store

#: Classes of terms, in the order of display.
TERM_CLASSES = ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")

#: Properties that align a term with external terms.
_ALIGNMENTS = (
    *("rdfs:subClassOf", "rdfs:subPropertyOf", "owl:equivalentClass", "owl:equivalentProperty"),
    *("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch", "rdfs:seeAlso"),
)

#: The last part of a version IRI.
_VERSION_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

#: Limits: examples of a term, statements read for them, terms in one query.
MAX_EXAMPLES, _READ, _IN_ONE_QUERY = 3, 24, 20

#: A few statements that use a term; for a class, type statements.
_USES = (
    "{{ SELECT ({term} AS ?term) ?s ?o WHERE {{ GRAPH ?g {{ ?s {pattern} }} FILTER(?g != {graph}) }} LIMIT {most} }}"
)


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
    """The part after `ontology/` of each version IRI of the ontology that needs no escaping in a path."""
    ontology = f"{addresses.base}ontology"
    found = store.quads(IRI(ontology), IRI(addresses.expand("owl:versionIRI")), graph=IRI(addresses.graph("ontology")))
    names = (quad.object.value.removeprefix(f"{ontology}/") for quad in found if isinstance(quad.object, IRI))
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
            (self._v(curie), other)
            for curie in _ALIGNMENTS
            for other in self._values.iris(iri, curie)
            if not other.value.startswith(self._addresses.ontology)
        )

    def examples(self, term: OntologyTerm) -> tuple[Triple, ...]:
        """A few statements with a term, about different resources, outside of the ontology graph."""
        return self._examples.get(term.iri, ())

    @cached_property
    def _examples(self) -> dict[IRI, tuple[Triple, ...]]:
        found: dict[IRI, dict[Term, Triple]] = {}
        for start in range(0, len(self.terms), _IN_ONE_QUERY):
            uses = " UNION ".join(map(self._uses, self.terms[start : start + _IN_ONE_QUERY]))
            for row in self._store.select(f"SELECT ?term ?s ?o WHERE {{ {uses} }}").rows:
                term, subject = row["term"], row["s"]
                if not isinstance(term, IRI) or not isinstance(subject, IRI | BlankNode):
                    continue
                of_term = found.setdefault(term, {})
                if len(of_term) < MAX_EXAMPLES:
                    triple = (self._v("rdf:type"), term) if "o" not in row else (term, row["o"])
                    of_term.setdefault(subject, Triple(subject, *triple))
        return {term: tuple(triples.values()) for term, triples in found.items()}

    def _uses(self, term: OntologyTerm) -> str:
        pattern = f"a {term.iri}" if term.kind == "owl:Class" else f"{term.iri} ?o"
        return _USES.format(term=term.iri, pattern=pattern, graph=self._graph, most=_READ)

    def _read(self) -> Iterator[OntologyTerm]:
        for kind in TERM_CLASSES:
            for iri in sorted(self.own(self._values.of_class(kind)), key=lambda iri: iri.value.casefold()):
                yield OntologyTerm(
                    iri,
                    kind,
                    self._values.iris(iri, "rdfs:domain", "schema:domainIncludes"),
                    self._values.iris(iri, "rdfs:range", "schema:rangeIncludes"),
                    self._values.iris(iri, "rdfs:subClassOf", "rdfs:subPropertyOf"),
                    self._values.iris(iri, "owl:inverseOf"),
                )
