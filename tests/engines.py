"""SPARQL servers that answer visitors' queries, with the graphs of a dataset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.terms import Quad
from gcmgraph.store.graph_store import GraphStore, Target

#: A graph of others in an engine, which no query of visitors may read, and a value in it.
FOREIGN_GRAPH = "http://example.org/others"
FOREIGN_VALUE = "of others"


def load_engine(url: str, quads: Iterable[Quad]) -> None:
    """Write the named graphs of a dataset to an engine by its URL for queries, and a graph of others."""
    user = "dba" if url.endswith("/sparql") else ""
    server = GraphStore(Target.of(url, user, user))
    triples = defaultdict(list)
    for quad in quads:
        triples[quad.graph_name.value].append(Quad(quad.subject, quad.predicate, quad.object))  # type: ignore[union-attr]
    for graph, members in triples.items():
        server.replace(graph, serialize_canonical(members).splitlines(keepends=True))
    foreign = f'<urn:x:foreign> <urn:x:p> "{FOREIGN_VALUE}" .\n'
    server.replace(FOREIGN_GRAPH, [foreign.encode()])
