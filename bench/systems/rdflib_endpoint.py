"""PyPI's `rdflib-endpoint`: rdflib's own engine behind FastAPI, with its default store.

It is installed into an environment of its own below the system's folder for temporary files, not into ours.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.systems.process import HOST, NotAvailableError, Server, free_port, query_target
from gcmgraph.rdfio.media import RDF_XML

_REQUIREMENTS = ("rdflib-endpoint[cli]==0.6.3", "rdflib==7.6.0")
_READY = query_target("/", "ASK {}")


class RdflibEndpoint:
    """The `rdflib-endpoint` server."""

    name = "rdflib-endpoint"
    #: it answers DESCRIBE in RDF/XML whatever format is requested (and calls that `application/sparql-results+xml`)
    graph_syntax = RDF_XML

    def __init__(self) -> None:
        self._environment = Path(tempfile.gettempdir()) / "gcmgraph-bench-rdflib-endpoint-0.6.3"

    def version(self) -> str:
        """Install it where it is not yet; name and version. Raises `NotAvailableError`."""
        done = self._environment / "installed"
        if not done.exists():
            try:
                subprocess.run(
                    [sys.executable, "-m", "venv", "--clear", self._environment], capture_output=True, check=True
                )
                subprocess.run(
                    [self._environment / "bin" / "pip", "install", "--quiet", *_REQUIREMENTS],
                    capture_output=True,
                    text=True,
                    check=True,
                )
            except (OSError, subprocess.CalledProcessError) as error:
                last = str(getattr(error, "stderr", "") or error).strip().splitlines()[-1:]
                raise NotAvailableError(f"it could not be installed from PyPI: {' '.join(last)}") from error
            done.touch()
        return " with ".join(requirement.replace("==", " ") for requirement in _REQUIREMENTS)

    def load(self, data: Path, folder: Path) -> None:
        """Do nothing: the server reads the file when it starts."""
        self._data, self._folder = data, folder

    def start(self) -> None:
        """Start it and wait until it has read the file and answers."""
        port = free_port()
        command = [self._environment / "bin" / "rdflib-endpoint", "serve", "--host", HOST, "--port", str(port)]
        self._server = Server([*command, self._data], port, self._folder / "endpoint.log", self._folder, {})
        self._server.wait_until(lambda: self._server.answers(_READY))

    def target(self, query: str) -> str:
        """The path of a query."""
        return query_target("/", query)

    @property
    def server(self) -> Server:
        """The running server."""
        return self._server
