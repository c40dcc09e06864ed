"""Debian's `oxigraph`: loaded by its command line, served read-only with the union as default graph."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

from bench.systems.process import HOST, NotAvailableError, Server, free_port, query_target
from gcmgraph.rdfio.media import TURTLE

_READY = query_target("/query", "ASK {}")


class OxigraphServer:
    """The `oxigraph` server."""

    name = "oxigraph"
    graph_syntax = TURTLE

    def version(self) -> str:
        """Name and version. Raises `NotAvailableError`."""
        if shutil.which("oxigraph") is None:
            raise NotAvailableError("the command 'oxigraph' is not installed (apt-get install oxigraph-cli)")
        return subprocess.run(["oxigraph", "--version"], capture_output=True, text=True, check=True).stdout.strip()

    def load(self, data: Path, folder: Path) -> float:
        """Load with its own loader; seconds.

        Version 0.4.9 aborts when it is done, with the data intact, so its exit status is ignored; the answers
        show whether the data is present.
        """
        self._folder = folder
        start = time.perf_counter()
        subprocess.run(
            ["oxigraph", "load", "--location", folder / "store", "--file", data], capture_output=True, check=False
        )
        return time.perf_counter() - start

    def start(self) -> None:
        """Start it and wait until it answers."""
        port = free_port()
        command = ["oxigraph", "serve-read-only", "--location", self._folder / "store", "--union-default-graph"]
        log = self._folder / "oxigraph.log"
        self._server = Server([*command, "--bind", f"{HOST}:{port}"], port, log, self._folder, {})
        self._server.wait_until(lambda: self._server.answers(_READY))

    def target(self, query: str) -> str:
        """The path of a query."""
        return query_target("/query", query)

    @property
    def server(self) -> Server:
        """The running server."""
        return self._server
