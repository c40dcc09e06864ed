"""The engines that the behaviour suite runs over."""

from __future__ import annotations

from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.remote.dialects import Access
from gcmgraph.store.remote.store import RemoteStore
from gcmgraph.store.remote.union import UNION_GRAPH

DBA = Access(user="dba", password="dba")  # noqa: S106 - Virtuoso's own default, on loopback

#: `standard` is Oxigraph, spoken to as to a server that nothing is known about.
ENGINES = ("memory", "disk", "oxigraph", "standard", "virtuoso")

Engine = EmbeddedStore | RemoteStore


def oxigraph(url: str, *, standard: bool = False) -> RemoteStore:
    """Return the store at an Oxigraph server, in its own dialect or in what the standards say."""
    if not standard:
        return RemoteStore(url)
    base = url.removesuffix("/query")
    return RemoteStore(url, Access("standard", f"{base}/update", f"{base}/store"))


def emptied(store: RemoteStore) -> RemoteStore:
    """Return the store with nothing left in it."""
    for graph in (*store.graphs(), UNION_GRAPH):
        store.drop_graph(graph)
    store.keep_union([])
    return store
