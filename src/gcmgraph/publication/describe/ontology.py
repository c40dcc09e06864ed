"""The terms of the ontology as its graph says them: what a class is a kind of, what a property leads from and to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from gcmgraph.model.terms import IRI, BlankNode, Term, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.graph_values import GraphValues
from gcmgraph.store.port import Store

#: Kinds of terms, in the order in which they are told.
TERM_CLASSES = ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")

#: How a term is aligned with those of others.
_ALIGNMENTS = (
    *("rdfs:subClassOf", "rdfs:subPropertyOf", "owl:equivalentClass", "owl:equivalentProperty"),
    *("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch", "rdfs:seeAlso"),
)

#: The last part of a version IRI.
_VERSION_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

#: Real examples shown of a term, and statements looked at for them; so many terms are asked for at once.
MAX_EXAMPLES, _LOOKED_AT, _TOGETHER = 3, 24, 20

#: A few statements that use a term, and of a class those that say that a thing is of it.
_USES = (
    "{{ SELECT ({term} AS ?term) ?s ?o WHERE {{ GRAPH ?g {{ ?s {pattern} }} FILTER(?g != {graph}) }} LIMIT {most} }}"
)


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


def ontology_versions(store: Store, addresses: Addresses) -> tuple[str, ...]:
    """What stands behind `ontology/` in the version IRIs of the published ontology; such as no path needs escaped."""
    ontology = f"{addresses.base}ontology"
    found = store.quads(IRI(ontology), IRI(addresses.expand("owl:versionIRI")), graph=IRI(addresses.graph("ontology")))
    names = (quad.object.value.removeprefix(f"{ontology}/") for quad in found if isinstance(quad.object, IRI))
    return tuple(sorted(name for name in names if _VERSION_NAME.fullmatch(name)))


class Ontology:
    """The terms of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        self._graph = IRI(addresses.graph("ontology"))
        self._said = GraphValues(store, addresses, "ontology")
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

    def named(self) -> Iterator[IRI]:
        """What is named where the terms are told: the terms, what they lead to, and what their examples are about."""
        for term in self.terms:
            yield from (term.iri, *term.domains, *term.ranges, *term.supers, *term.inverses)
            yield from (iri for alignment in self.alignments(term.iri) for iri in alignment)
            yield from (end for t in self.examples(term) for end in (t.subject, t.object) if isinstance(end, IRI))

    def alignments(self, iri: IRI) -> tuple[tuple[IRI, IRI], ...]:
        """Relation and term of others, for each alignment of a term of ours."""
        return tuple(
            (self._v(curie), other)
            for curie in _ALIGNMENTS
            for other in self._said.iris(iri, curie)
            if not other.value.startswith(self._addresses.ontology)
        )

    def examples(self, term: OntologyTerm) -> tuple[Triple, ...]:
        """Statements of the graph that use a term, a few about different things; of the ontology itself none."""
        return self._examples.get(term.iri, ())

    @cached_property
    def _examples(self) -> dict[IRI, tuple[Triple, ...]]:
        found: dict[IRI, dict[Term, Triple]] = {}
        for start in range(0, len(self.terms), _TOGETHER):
            uses = " UNION ".join(map(self._uses, self.terms[start : start + _TOGETHER]))
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
        return _USES.format(term=term.iri, pattern=pattern, graph=self._graph, most=_LOOKED_AT)

    def _read(self) -> Iterator[OntologyTerm]:
        for kind in TERM_CLASSES:
            for iri in sorted(self.own(self._said.of_class(kind)), key=lambda iri: iri.value.casefold()):
                yield OntologyTerm(
                    iri,
                    kind,
                    self._said.iris(iri, "rdfs:domain", "schema:domainIncludes"),
                    self._said.iris(iri, "rdfs:range", "schema:rangeIncludes"),
                    self._said.iris(iri, "rdfs:subClassOf", "rdfs:subPropertyOf"),
                    self._said.iris(iri, "owl:inverseOf"),
                )
