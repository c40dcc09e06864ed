"""Real SPARQL servers for tests: on free ports of loopback, in a temporary folder, ended with the session."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

#: Seconds in which a server must answer: Virtuoso takes 5 to make its database, more on a busy
#: machine.
DEADLINE = 90

OXIGRAPH = "oxigraph"
VIRTUOSO = "virtuoso-t"

#: Virtuoso's graphs about itself, which no query of ours should see; see docs/install.md.
VIRTUOSO_PRIVATE_GRAPHS = """\
DB.DBA.RDF_GRAPH_GROUP_CREATE ('http://www.openlinksw.com/schemas/virtrdf#PrivateGraphs', 1);
DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('nobody', 0, 1);
DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('SPARQL', 0, 1);
""" + "".join(
    f"DB.DBA.RDF_GRAPH_GROUP_INS ('http://www.openlinksw.com/schemas/virtrdf#PrivateGraphs', '{graph}');\n"
    for graph in (
        "http://www.openlinksw.com/schemas/virtrdf#",
        "http://www.w3.org/ns/ldp#",
        "urn:activitystreams-owl:map",
        "urn:core:services:sparql",
    )
)

#: Debian's virtuoso.ini, with room for the largest graph (docs/install.md).
VIRTUOSO_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = {sql_port}
DisableUnixSocket = 1
MaxClientConnections = 10
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = {folder}
CaseMode = 2
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
MaxClientConnections = 10
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = 10000
MaxConstructTriples = 10000000
MaxQueryExecutionTime = 60
"""


@contextmanager
def oxigraph_server(folder: Path, *options: str, program: str = OXIGRAPH) -> Iterator[str]:
    """Yield the query URL of Debian's `oxigraph` server, or of `program`, empty and in memory.

    Skips where it is not installed.
    """
    _require(program, "oxigraph")
    port = free_port()
    arguments = [program, "serve", *options, "--bind", f"127.0.0.1:{port}"]
    with running(arguments, folder, f"http://127.0.0.1:{port}/query?query=ASK%7B%7D"):
        yield f"http://127.0.0.1:{port}/query"


def load_turtle(url: str, turtle: bytes, method: str = "POST") -> None:
    """Add statements to the default graph of an Oxigraph server, by its query URL; replace it with PUT."""
    store = url.removesuffix("/query") + "/store?default"
    request = urllib.request.Request(store, turtle, {"Content-Type": "text/turtle"}, method=method)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        assert answer.status in {200, 201, 204}


@contextmanager
def virtuoso_server(folder: Path) -> Iterator[str]:
    """Yield the query URL of Debian's Virtuoso with an empty database.

    Skips where it is not installed.
    """
    _require(VIRTUOSO, "virtuoso-opensource-7")
    port, sql_port = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(VIRTUOSO_INI.format(folder=folder, port=port, sql_port=sql_port), "utf-8")
    arguments = [VIRTUOSO, "+foreground", "+configfile", str(ini)]
    with running(arguments, folder, f"http://127.0.0.1:{port}/sparql?query=ASK%7B%7D"):
        setup = folder / "setup.sql"
        setup.write_text(VIRTUOSO_PRIVATE_GRAPHS, "utf-8")
        said = subprocess.run(
            ["isql-vt", f"127.0.0.1:{sql_port}", "dba", "dba", str(setup)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Error" not in said.stdout + said.stderr, said
        yield f"http://127.0.0.1:{port}/sparql"


@contextmanager
def running(arguments: list[str], folder: Path, ready: str) -> Iterator[None]:
    """Run a server until the block ends; it is ready when the address `ready` answers."""
    with (folder / "output.log").open("wb") as log:
        process = subprocess.Popen(
            arguments, cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
    try:
        _wait_until_ready(process, ready, folder)
        yield
    finally:
        process.terminate()  # Debian's oxigraph aborts on any exit, so the status tells nothing
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, folder: Path) -> None:
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)  # between two looks; the server says itself when it is ready
    pytest.fail(
        f"{process.args!r} did not become ready: {(folder / 'output.log').read_text('utf-8', 'replace')[-500:]}"
    )


def _require(program: str, package: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}: apt-get install {package}")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
