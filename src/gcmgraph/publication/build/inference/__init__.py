"""Inference of super-classes, super-properties of the ontology, actions and practices of objectives, schemes, wholes.

The rules are the `.rq` files in this folder. They are applied at build time, into `graph/inferred`, so that queries
require no reasoner and inferred statements are separate from stated ones.

- `incremental`: inferred statements of a change
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files

from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import DEFAULT_BASE, Addresses
from gcmgraph.store.embedded.store import EmbeddedStore

#: In the order of application. No result of a rule is a premise of an earlier rule.
_RULES = ("inverses.rq", "subproperties.rq", "subclasses.rq", "schemes.rq", "wholes.rq")


def infer(quads: Iterable[Quad], addresses: Addresses) -> Iterator[Quad]:
    """The inferred triples that are not in the dataset, in `graph/inferred`."""
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
