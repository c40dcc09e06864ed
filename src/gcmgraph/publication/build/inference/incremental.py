"""What a change of statements changes in `graph/inferred`, found without looking at the whole dataset.

Each rule in `publication/inference` draws its conclusions from the statements about one thing and from the ontology.
So only the things that the change speaks of, as subject or as object, are looked at again. A test compares the
outcome with inferring everything anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from gcmgraph.model.terms import IRI, Quad, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.inference import infer
from gcmgraph.store.change import Change
from gcmgraph.store.embedded.store import EmbeddedStore

#: Conclusions are drawn from these and from properties that have a super-property.
_PREMISES = ("rdf:type", "gcm:objective")


def with_inferred(store: EmbeddedStore, change: Change, addresses: Addresses) -> Change:
    """A change of stated quads, and what follows from it. It may not touch the ontology."""
    v, inferred = Vocabulary(addresses), IRI(addresses.graph("inferred"))
    ontology = [*store.quads(graph=IRI(addresses.graph("ontology")))]
    premises = {v(curie) for curie in _PREMISES}
    premises |= {q.subject for q in ontology if q.predicate == v("rdfs:subPropertyOf") and isinstance(q.subject, IRI)}

    def stated(thing: IRI) -> Iterator[Quad]:
        for premise in premises:
            yield from (quad for quad in store.quads(thing, premise) if quad.graph_name != inferred)

    things = {
        term for quad in change.removed | change.added for term in (quad.subject, quad.object) if isinstance(term, IRI)
    }
    before = {quad for thing in things for quad in stated(thing)}
    after = before - change.removed | {quad for quad in change.added if quad.predicate in premises}
    concluded = {quad.triple for quad in infer([*ontology, *after], addresses)}
    concluded_before = {quad.triple for quad in infer([*ontology, *before], addresses)}
    coming = {quad.triple for quad in change.added}

    def is_stated(triple: Triple) -> bool:
        there = store.quads(triple.subject, triple.predicate, triple.object)  # type: ignore[arg-type]
        return triple in coming or any(quad.graph_name != inferred and quad not in change.removed for quad in there)

    looked_at = {Quad(t.subject, t.predicate, t.object, inferred) for t in concluded | concluded_before | coming}
    wanted = {quad for quad in looked_at if quad.triple in concluded and not is_stated(quad.triple)}
    return change.then(Change.towards(wanted, looked_at, store.holds))
