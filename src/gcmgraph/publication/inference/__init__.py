"""Inferred statements: super-classes, super-properties, inverses, schemes, wholes and votes.

The rules are the `.rq` files of this folder. They are applied when a version is built, into
`graph/inferred`, so that queries require no reasoner and inferred statements are separate from
stated ones. Each rule depends on the statements about one resource and on the ontology, so a
contribution applies them to the subjects and objects of its change. The rule of votes reads whole
roll calls, which no contribution changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files

from gcmgraph.rdf.namespaces import DEFAULT_BASE, Addresses
from gcmgraph.rdf.terms import IRI, Quad, Triple
from gcmgraph.store.port import Change, Store
from gcmgraph.store.stores import ChangedStore

#: In the order of application. No result of a rule is a premise of an earlier rule.
_RULES = (
    "inverses.rq",
    "subproperties.rq",
    "subclasses.rq",
    "schemes.rq",
    "wholes.rq",
    "votes.rq",
)


def infer(quads: Iterable[Quad], addresses: Addresses) -> Iterator[Quad]:
    """The inferred triples that are not in the dataset, in `graph/inferred`."""
    stated = {quad.triple for quad in quads}
    store = Store.of_triples(stated)
    graph = IRI(addresses.graph("inferred"))
    for rule in _RULES:
        query = files(__package__).joinpath(rule).read_text("utf-8")
        for triple in store.construct(query.replace(DEFAULT_BASE, addresses.base)):
            if triple not in stated:
                yield Quad(triple.subject, triple.predicate, triple.object, graph)


def with_inferred(store: Store, change: Change, addresses: Addresses) -> Change:
    """A change of stated quads with its inferred quads. It must not change the ontology.

    An inferred quad is removed if nothing concludes it any more, or if it is now stated.
    """
    graph = IRI(addresses.graph("inferred"))
    resources = _resources(change)
    changed_store = ChangedStore(store, change)
    ontology = list(store.quads(graph=IRI(addresses.graph("ontology"))))

    def conclusions(version: Store) -> set[Triple]:
        """The triples that a version infers from the statements about the changed resources."""
        stated = {
            quad
            for resource in resources
            for quad in version.quads(resource)
            if quad.graph_name != graph
        }
        return {quad.triple for quad in infer([*ontology, *stated], addresses)}

    def is_stated(triple: Triple) -> bool:
        return any(quad.graph_name != graph for quad in changed_store.quads(*triple))

    conclusions_after = conclusions(changed_store)
    added_triples = {quad.triple for quad in change.added}
    possible_triples = conclusions_after | conclusions(store) | added_triples
    possible_quads = {
        Quad(triple.subject, triple.predicate, triple.object, graph) for triple in possible_triples
    }
    quads_after = {
        quad
        for quad in possible_quads
        if quad.triple in conclusions_after and not is_stated(quad.triple)
    }
    return change.then(Change.towards(quads_after, possible_quads, store.holds))


def _resources(change: Change) -> set[IRI]:
    """The subjects and objects of the quads of a change."""
    return {
        term
        for quad in change.removed | change.added
        for term in (quad.subject, quad.object)
        if isinstance(term, IRI)
    }
