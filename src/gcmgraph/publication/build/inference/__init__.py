"""Inference of super-classes, super-properties of the ontology, actions and practices of objectives, schemes, wholes.

The rules are the `.rq` files in this folder. They are applied at build time, into `graph/inferred`, so that queries
require no reasoner and inferred statements are separate from stated ones. Each rule depends on the statements about one
resource and on the ontology, so a contribution applies them to the subjects and objects of its change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files

from gcmgraph.model.terms import IRI, Quad, Triple
from gcmgraph.namespaces import DEFAULT_BASE, Addresses
from gcmgraph.store.port import Change, Store
from gcmgraph.store.stores import of_triples

#: In the order of application. No result of a rule is a premise of an earlier rule.
_RULES = ("inverses.rq", "subproperties.rq", "subclasses.rq", "schemes.rq", "wholes.rq")


def infer(quads: Iterable[Quad], addresses: Addresses) -> Iterator[Quad]:
    """The inferred triples that are not in the dataset, in `graph/inferred`."""
    known = {quad.triple for quad in quads}
    store = of_triples(known)
    graph = IRI(addresses.graph("inferred"))
    for rule in _RULES:
        query = files(__name__).joinpath(rule).read_text("utf-8").replace(DEFAULT_BASE, addresses.base)
        found = store.query(query)
        if not isinstance(found, frozenset):
            raise TypeError(f"{rule} is not a CONSTRUCT query")
        for triple in found:
            if triple not in known:
                yield Quad(triple.subject, triple.predicate, triple.object, graph)


def with_inferred(store: Store, change: Change, addresses: Addresses) -> Change:
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
