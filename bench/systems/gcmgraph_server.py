"""Ours: `gcmgraph serve` over a version of an embedded store.

Settings not given here are those of the environment (`GCMGRAPH_QUERY_WORKERS=2 make bench`).
"""

from __future__ import annotations

import sys
import time
from dataclasses import fields
from pathlib import Path

from bench.systems.process import HOST, Server, free_port, query_target
from gcmgraph import __version__
from gcmgraph.rdfio.media import N_QUADS, TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.settings import Settings, environment_name
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.versions.folder import StoreFolder

PROGRAM = Path(sys.executable).with_name("gcmgraph")
ROOT = Path(__file__).parents[2]
READY = query_target("/sparql", "ASK {}")


def cache_settings() -> dict[str, str]:
    """Settings without a result cache: every whole-number setting with 'cache' in its name, to 0."""
    return {
        environment_name(setting.name): "0"
        for setting in fields(Settings)
        if "cache" in setting.name and isinstance(setting.default, int)
    }


class GcmGraphServer:
    """Our server; `cached` leaves its result cache on."""

    name = "gcmgraph"
    graph_syntax = TURTLE

    def __init__(self, *, cached: bool) -> None:
        self._cached = cached
        self._folder = Path()

    def version(self) -> str:
        """Name and version."""
        return f"gcmgraph {__version__}"

    def load(self, data: Path, folder: Path) -> float:
        """Load a new version with the embedded engine; seconds. Does nothing where there is one already."""
        self._folder = folder
        store_folder = StoreFolder(folder / "store")
        start = time.perf_counter()
        if store_folder.current_version() is None:
            with store_folder.new_version("bench") as place:
                content = data.read_bytes()
                store = EmbeddedStore.open(place / "index")
                store.bulk_load(parse_quads(content, N_QUADS, source=data.name, max_bytes=len(content)))
                store.close()
        return time.perf_counter() - start

    def start(self) -> None:
        """Start it and wait until it answers."""
        port = free_port()
        log = self._folder / f"gcmgraph-{'cached' if self._cached else 'uncached'}.log"
        command = [PROGRAM, "serve", "--store", self._folder / "store", "--host", HOST, "--port", str(port)]
        environment = {} if self._cached else cache_settings()
        self._server = Server(command, port, log, ROOT, environment)
        self._server.wait_until(lambda: self._server.answers(READY))

    def target(self, query: str) -> str:
        """The path of a query."""
        return query_target("/sparql", query)

    @property
    def server(self) -> Server:
        """The running server."""
        return self._server
