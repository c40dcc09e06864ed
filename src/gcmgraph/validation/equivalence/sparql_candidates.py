"""Ask a SPARQL constraint of many nodes at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from gcmgraph.model.terms import IRI, Quad, Term
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.validation.equivalence.graph_index import Index
from gcmgraph.validation.paths import predicates
from gcmgraph.validation.shacl.sparql_dependencies import Query


def found_at_once(query: Query, nodes: Iterable[Term], graph: Index) -> Iterator[Term]:
    """The nodes for which the query has solutions, which are the suspects: the reference has the last word.

    Nodes with the same values are asked about once.
    """
    asked = tuple(dict.fromkeys(iri for path in query.along for iri in predicates(path)))
    alike: dict[tuple[frozenset[Term], ...], list[Term]] = {}
    for node in nodes:
        found = (frozenset(graph.objects(node, predicate)) for predicate in asked)
        values = tuple(takewhile(bool, found))
        if len(values) == len(asked):  # every pattern must match: the query only joins
            alike.setdefault(values, []).append(node)
    stand_ins = {
        IRI(f"urn:x-gcmgraph:{number}"): (values, members) for number, (values, members) in enumerate(alike.items())
    }
    store = EmbeddedStore.in_memory(
        Quad(node, predicate, value)
        for node, (values, _) in stand_ins.items()
        for predicate, found in zip(asked, values, strict=True)
        for value in found
    )
    for node in {row["this"] for row in store.select(query.text).rows}:
        yield from stand_ins[node][1]  # type: ignore[index]
