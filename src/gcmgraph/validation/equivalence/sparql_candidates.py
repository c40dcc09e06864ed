"""One query for the nodes that may violate a SPARQL constraint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from gcmgraph.model.terms import IRI, Quad, Term
from gcmgraph.shapes.paths import predicates
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.validation.equivalence.graph_index import Index
from gcmgraph.validation.shacl.sparql_dependencies import ConstraintQuery


def candidates(query: ConstraintQuery, nodes: Iterable[Term], graph: Index) -> Iterator[Term]:
    """The nodes for which the query has solutions; pySHACL decides about them.

    Nodes with the same values are queried once.
    """
    properties = tuple(dict.fromkeys(iri for path in query.along for iri in predicates(path)))
    equal: dict[tuple[frozenset[Term], ...], list[Term]] = {}
    for node in nodes:
        found = (frozenset(graph.objects(node, predicate)) for predicate in properties)
        values = tuple(takewhile(bool, found))
        if len(values) == len(properties):  # every pattern must match: the query only joins
            equal.setdefault(values, []).append(node)
    representatives = {
        IRI(f"urn:x-gcmgraph:{number}"): (values, members) for number, (values, members) in enumerate(equal.items())
    }
    store = EmbeddedStore.in_memory(
        Quad(node, predicate, value)
        for node, (values, _) in representatives.items()
        for predicate, found in zip(properties, values, strict=True)
        for value in found
    )
    for node in {row["this"] for row in store.select(query.text).rows}:
        yield from representatives[node][1]  # type: ignore[index]
