"""Inferred statements of a change: the rules are applied to the statements about its subjects and objects.

Each rule depends on the statements about one resource and on the ontology.
"""

from __future__ import annotations

from gcmgraph.model.terms import IRI, Quad, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.inference import infer
from gcmgraph.store.change import Change
from gcmgraph.store.embedded.store import EmbeddedStore


def with_inferred(store: EmbeddedStore, change: Change, addresses: Addresses) -> Change:
    """A change of stated quads with its inferred quads. It must not change the ontology."""
    inferred = IRI(addresses.graph("inferred"))
    ontology = [*store.quads(graph=IRI(addresses.graph("ontology")))]
    iris = {
        term for quad in change.removed | change.added for term in (quad.subject, quad.object) if isinstance(term, IRI)
    }
    before = {quad for iri in iris for quad in store.quads(iri) if quad.graph_name != inferred}
    after = before - change.removed | change.added
    concluded = {quad.triple for quad in infer([*ontology, *after], addresses)}
    concluded_before = {quad.triple for quad in infer([*ontology, *before], addresses)}
    added = {quad.triple for quad in change.added}

    def is_stated(triple: Triple) -> bool:
        there = store.quads(triple.subject, triple.predicate, triple.object)  # type: ignore[arg-type]
        return triple in added or any(quad.graph_name != inferred and quad not in change.removed for quad in there)

    candidates = {Quad(t.subject, t.predicate, t.object, inferred) for t in concluded | concluded_before | added}
    inferred_after = {quad for quad in candidates if quad.triple in concluded and not is_stated(quad.triple)}
    return change.then(Change.towards(inferred_after, candidates, store.holds))
