"""Inferred statements of a change, computed without reading the whole dataset.

Each rule depends on the statements about one resource and on the ontology, so only subjects and objects of the change
are considered. A test compares the result with that of all rules on the whole dataset.
"""

from __future__ import annotations

from collections.abc import Iterator

from gcmgraph.model.terms import IRI, Quad, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.inference import infer
from gcmgraph.store.change import Change
from gcmgraph.store.embedded.store import EmbeddedStore

#: Premises of the rules, besides properties that have a super-property.
_PREMISES = ("rdf:type", "gcm:objective", "dct:isPartOf")


def with_inferred(store: EmbeddedStore, change: Change, addresses: Addresses) -> Change:
    """A change of stated quads with its inferred quads. It must not change the ontology."""
    v, inferred = Vocabulary(addresses), IRI(addresses.graph("inferred"))
    ontology = [*store.quads(graph=IRI(addresses.graph("ontology")))]
    premises = {v(curie) for curie in _PREMISES}
    premises |= {q.subject for q in ontology if q.predicate == v("rdfs:subPropertyOf") and isinstance(q.subject, IRI)}

    def stated(iri: IRI) -> Iterator[Quad]:
        for premise in premises:
            yield from (quad for quad in store.quads(iri, premise) if quad.graph_name != inferred)

    iris = {
        term for quad in change.removed | change.added for term in (quad.subject, quad.object) if isinstance(term, IRI)
    }
    before = {quad for iri in iris for quad in stated(iri)}
    after = before - change.removed | {quad for quad in change.added if quad.predicate in premises}
    concluded = {quad.triple for quad in infer([*ontology, *after], addresses)}
    concluded_before = {quad.triple for quad in infer([*ontology, *before], addresses)}
    added = {quad.triple for quad in change.added}

    def is_stated(triple: Triple) -> bool:
        there = store.quads(triple.subject, triple.predicate, triple.object)  # type: ignore[arg-type]
        return triple in added or any(quad.graph_name != inferred and quad not in change.removed for quad in there)

    candidates = {Quad(t.subject, t.predicate, t.object, inferred) for t in concluded | concluded_before | added}
    inferred_after = {quad for quad in candidates if quad.triple in concluded and not is_stated(quad.triple)}
    return change.then(Change.towards(inferred_after, candidates, store.holds))
