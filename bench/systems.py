"""Servers under measurement on loopback: ours, Oxigraph's, Virtuoso; their start, memory and end."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from urllib.parse import quote, urlencode

from gcmgraph import __version__
from gcmgraph.settings import Settings, environment_name

HOST = "127.0.0.1"
ROOT = Path(__file__).parents[1]
PROGRAM = Path(sys.executable).with_name("gcmgraph")

#: Time limit until a server answers, in seconds.
START_SECONDS = 600.0


class NotAvailableError(Exception):
    """A system that is not installed here, does not start or does not answer; the message has the reason."""


def query_target(path: str, query: str) -> str:
    """A SPARQL Protocol query by GET; everything but plain letters and digits is percent-encoded."""
    return f"{path}?{urlencode({'query': query}, quote_via=quote, safe='')}"


def free_port() -> int:
    """A port without a listener at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A server process and all its children, in a process group of their own."""

    def __init__(
        self,
        command: Sequence[object],
        port: int,
        log: Path,
        folder: Path,
        environment: Mapping[str, str],
    ) -> None:
        self.port = port
        self._log = log
        self._started = time.perf_counter()
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=folder,
                env={**os.environ, **environment},
                start_new_session=True,
            )
        #: from the start of the process to its first answer; 0 before that
        self.start_seconds = 0.0
        #: the most that `memory` has returned
        self.most_memory = 0

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Poll every 50 ms until it is ready.

        Raises `NotAvailableError` when it ends or takes too long.
        """
        try:
            while not ready():
                if (
                    self._process.poll() is not None
                    or time.perf_counter() - self._started > START_SECONDS
                ):
                    last = self._log.read_text("utf-8", "replace").strip().splitlines()[-3:]
                    raise NotAvailableError(f"it did not start: {' / '.join(last) or 'no output'}")
                time.sleep(0.05)
            self.start_seconds = time.perf_counter() - self._started
        finally:
            if not self.start_seconds:  # also after Ctrl-C
                self.stop()

    def get(self, target: str, accept: str, timeout: float = 120) -> tuple[int, bytes]:
        """Status and body of one request on a connection of its own. Raises `OSError`."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=timeout)
        try:
            connection.request("GET", target, headers={"Accept": accept})
            response = connection.getresponse()
            return response.status, response.read()
        except http.client.HTTPException as error:
            raise ConnectionError(f"no HTTP answer: {error!r}") from error
        finally:
            connection.close()

    def answers(self, target: str) -> bool:
        """Whether a query is answered with 200."""
        try:
            return self.get(target, "application/sparql-results+json", timeout=5)[0] == 200
        except OSError:
            return False

    def memory(self) -> int:
        """Bytes: proportional set sizes of the process and its children, added; each page counts once in all."""
        now = sum(_bytes(pid, "smaps_rollup", "Pss:") for pid in self._descendants())
        self.most_memory = max(self.most_memory, now)
        return now

    def processor_seconds(self) -> float:
        """CPU time of the process and its children, also of those that ended."""
        ticks = 0
        for pid in self._descendants():
            with suppress(OSError):  # ended in the meantime
                stat = Path(f"/proc/{pid}/stat").read_text()
                ticks += sum(map(int, stat.rpartition(")")[2].split()[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End it and its children, by force where it does not listen."""
        for kill in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, kill)
                self._process.wait(timeout=20)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self._process.wait()

    def _descendants(self) -> list[int]:
        children: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
            except OSError:  # ended in the meantime
                continue
            children.setdefault(parent, []).append(int(stat.parent.name))
        descendants = []
        waiting = [self._process.pid]
        while waiting:
            process = waiting.pop()
            descendants.append(process)
            waiting += children.get(process, [])
        return descendants


def peak(pid: int) -> int:
    """Bytes: the peak resident size of a process; 0 where it has ended."""
    return _bytes(pid, "status", "VmHWM:")


def _bytes(pid: int, file: str, field: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(field)), 0)


class System:
    """A system under measurement: `version`, then `load`, then `start`; its `server` runs after `start`."""

    name = ""
    path = "/sparql"
    server: Server

    def version(self) -> str:
        """Name and version. Raises `NotAvailableError` where it is not installed."""
        raise NotImplementedError

    def load(self, dump: Path, folder: Path) -> None:
        """Load N-Quads into a new store in a folder."""
        raise NotImplementedError

    def start(self) -> None:
        """Start it and wait until it answers. Raises `NotAvailableError`."""
        raise NotImplementedError

    def target(self, query: str) -> str:
        """Path and parameters of a GET request that runs a query."""
        return query_target(self.path, query)

    def _serve(
        self, command: Sequence[object], port: int, folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.server = Server(command, port, folder / f"{self.name}.log", ROOT, environment)
        self.server.wait_until(lambda: self.server.answers(self.target("ASK {}")))


class GcmGraph(System):
    """`gcmgraph serve` of a checkout, over a store that is there; `cached` leaves its caches on."""

    name = "gcmgraph"

    def __init__(
        self, store: Path, *, cached: bool, options: Sequence[object] = (), root: Path = ROOT
    ) -> None:
        self._store = store
        self._cached = cached
        self._options = options
        self._root = root

    def version(self) -> str:
        return f"gcmgraph {__version__}"

    def start(self) -> None:
        port = free_port()
        command = [
            PROGRAM,
            "serve",
            "--store",
            self._store,
            "--host",
            HOST,
            "--port",
            port,
            *self._options,
        ]
        environment = {"PYTHONPATH": str(self._root / "src"), "GCMGRAPH_ROOT": str(self._root)}
        if not self._cached:
            environment |= _no_caches()
        self._serve(command, port, self._store.parent, environment)


def _no_caches() -> dict[str, str]:
    """Every whole-number setting with `cache` in its name, at 0."""
    named = (
        setting
        for setting in fields(Settings)
        if "cache" in setting.name and isinstance(setting.default, int)
    )
    return {environment_name(setting.name): "0" for setting in named}


class Oxigraph(System):
    """Oxigraph's server of PyPI's package `oxigraph`, else of Debian's, with the union as default graph."""

    name = "oxigraph"
    path = "/query"

    def __init__(self) -> None:
        beside_python = Path(sys.executable).with_name("oxigraph")
        self._command = str(beside_python) if beside_python.exists() else shutil.which("oxigraph")

    def version(self) -> str:
        if self._command is None:
            raise NotAvailableError(
                "the command 'oxigraph' is not installed (pip install oxigraph)"
            )
        return subprocess.run(
            [self._command, "--version"], capture_output=True, text=True, check=True
        ).stdout.strip()

    def load(self, dump: Path, folder: Path) -> None:
        self._folder = folder
        command: list[str | Path] = [
            str(self._command),
            "load",
            "--location",
            folder / "store",
            "--file",
            dump,
        ]
        # Debian's 0.4.9 aborts when it is done, with the data intact: answers show whether the data
        # are there
        subprocess.run(command, capture_output=True, check=False)

    def start(self) -> None:
        port = free_port()
        command = [str(self._command), "serve-read-only", "--location", self._folder / "store"]
        self._serve(
            [*command, "--union-default-graph", "--bind", f"{HOST}:{port}"], port, self._folder, {}
        )


_VIRTUOSO_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/errors.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = {host}:{sql_port}
DisableUnixSocket = 1
MaxClientConnections = 20
DirsAllowed = {data}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
MaxQueryMem = 1G
CheckpointInterval = 0
[HTTPServer]
ServerPort = {host}:{http_port}
ServerRoot = {folder}
ServerThreads = 20
MaxClientConnections = 20
MaxKeepAlives = 20
KeepAliveTimeout = 60
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = 60
"""


class Virtuoso(System):
    """Virtuoso 7 of Debian, its memory by its manual for 2 GB (https://docs.openlinksw.com/virtuoso/rdfperfgeneral/)."""

    name = "virtuoso"

    def version(self) -> str:
        if shutil.which("virtuoso-t") is None or shutil.which("isql-vt") is None:
            raise NotAvailableError(
                "'virtuoso-t' and 'isql-vt' are not installed (apt-get install virtuoso-opensource-7)"
            )
        done = subprocess.run(["virtuoso-t", "-?"], capture_output=True, text=True, check=False)
        lines = (done.stdout + done.stderr).splitlines()
        return next(
            (f"Virtuoso, {line.strip()}" for line in lines if "Version" in line), "Virtuoso"
        )

    def load(self, dump: Path, folder: Path) -> None:
        self._sql_port, port = free_port(), free_port()
        ini = folder / "virtuoso.ini"
        ini.write_text(
            _VIRTUOSO_INI.format(
                folder=folder, host=HOST, sql_port=self._sql_port, http_port=port, data=dump.parent
            )
        )
        self._serve(["virtuoso-t", "+foreground", "+configfile", ini], port, folder, {})
        for statement in (
            f"ld_dir('{dump.parent}', '{dump.name}', '')",
            "rdf_loader_run()",
            "checkpoint",
        ):
            self._sql(statement)
        if failed := self._sql("select ll_error from DB.DBA.load_list where ll_error is not null"):
            self.server.stop()
            raise NotAvailableError(f"it could not load the data: {failed}")

    def start(self) -> None:
        """Do nothing: it runs since `load`."""

    def target(self, query: str) -> str:
        """DESCRIBE must return the triples with the resource as subject, as on other systems."""
        if query.startswith("DESCRIBE"):
            query = f'DEFINE sql:describe-mode "CBD"\n{query}'
        return super().target(query)

    def _sql(self, statement: str) -> str:
        address = f"{HOST}:{self._sql_port}"
        command = [
            "isql-vt",
            address,
            "dba",
            "dba",
            "VERBOSE=OFF",
            "BANNER=OFF",
            f"exec={statement};",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or "*** Error" in done.stderr:
            self.server.stop()
            raise NotAvailableError(f"isql-vt: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout.strip()


#: Systems beside ours, by name.
PEERS: dict[str, Callable[[], System]] = {"oxigraph": Oxigraph, "virtuoso": Virtuoso}
