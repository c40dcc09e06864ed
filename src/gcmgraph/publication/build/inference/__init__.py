"""What follows: all super-classes, super-properties within our ontology, actions and practices of objectives.

The rules are the `.rq` files beside this file. They are applied once at build time, into `graph/inferred`, so
that a query needs no reasoner and what was stated stays apart from what follows.

- `incremental`: what a change of the dataset adds to and removes from `graph/inferred`
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files

from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import DEFAULT_BASE, Addresses
from gcmgraph.store.embedded.store import EmbeddedStore

#: In the order in which they are applied; no rule's result feeds an earlier rule.
_RULES = ("inverses.rq", "subproperties.rq", "subclasses.rq")


def infer(quads: Iterable[Quad], addresses: Addresses) -> Iterator[Quad]:
    """The triples that follow from a dataset and are not in it, in `graph/inferred`."""
    known = {quad.triple for quad in quads}
    store = EmbeddedStore.of_triples(known)
    graph = IRI(addresses.graph("inferred"))
    for rule in _RULES:
        query = files(__name__).joinpath(rule).read_text("utf-8").replace(DEFAULT_BASE, addresses.base)
        found = store.query(query)
        if not isinstance(found, frozenset):
            raise TypeError(f"{rule} is not a CONSTRUCT query")
        for triple in found:
            if triple not in known:
                yield Quad(triple.subject, triple.predicate, triple.object, graph)
