"""A server process on loopback: start, readiness, memory, end."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlencode

from gcmgraph.rdfio.media import RdfSyntax

HOST = "127.0.0.1"

#: Time limit until a server answers, in seconds; rdflib reads its file before.
START_SECONDS = 600.0


class NotAvailableError(Exception):
    """A system that is not installed here, does not start or does not answer; the message has the reason."""


class System(Protocol):
    """A system under measurement. `load` is called first, then `start`, then `stop`."""

    name: str
    #: requested format of graphs
    graph_syntax: RdfSyntax

    def version(self) -> str:
        """Its name and version. Raises `NotAvailableError` where it is not installed."""
        ...

    def load(self, data: Path, folder: Path) -> float | None:
        """Load N-Quads into a new store in a folder. Returns the seconds; None where `start` loads."""
        ...

    def start(self) -> None:
        """Start it and wait until it answers. Raises `NotAvailableError`."""
        ...

    def target(self, query: str) -> str:
        """The path and parameters of a GET request that runs a query."""
        ...

    @property
    def server(self) -> Server:
        """The running server."""
        ...


def free_port() -> int:
    """A port without a listener at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def query_target(path: str, query: str) -> str:
    """A SPARQL Protocol query by GET; everything but plain letters and digits is percent-encoded."""
    return f"{path}?{urlencode({'query': query}, quote_via=quote, safe='')}"


class Server:
    """A server process and all its children, in a process group of their own."""

    def __init__(
        self, command: Sequence[object], port: int, log: Path, folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.port = port
        self.log = log
        started = time.perf_counter()
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
        self._started = started
        #: from the start of the process to its first answer; 0 before that
        self.start_seconds = 0.0
        #: the most that `memory` has seen
        self.most_memory = 0

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Poll every 50 ms until it is ready. Raises `NotAvailableError` when it ends or takes too long."""
        try:
            while not ready():
                if self._process.poll() is not None or time.perf_counter() - self._started > START_SECONDS:
                    last = self.log.read_text("utf-8", "replace").strip().splitlines()[-3:]
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

    def answers(self, target: str, accept: str = "application/sparql-results+json") -> bool:
        """Whether a request, else a query, is answered with 200."""
        try:
            return self.get(target, accept, timeout=5)[0] == 200
        except OSError:
            return False

    def peak_memory(self) -> int:
        """Bytes: the peak resident sizes of the process and its living children, added (shared pages count in each)."""
        return sum(peak(pid) for pid in _descendants(self._process.pid))

    def memory(self) -> int:
        """Bytes: the proportional set sizes of the process and its children, added; each page counts once in all."""
        now = sum(proportional(pid) for pid in self.processes())
        self.most_memory = max(self.most_memory, now)
        return now

    @property
    def alive(self) -> bool:
        """Whether the process that was started still runs."""
        return self._process.poll() is None

    def processes(self) -> list[int]:
        """The numbers of the process and its living children."""
        return _descendants(self._process.pid)

    def last_lines(self, count: int) -> list[str]:
        """The last lines of its log."""
        return self.log.read_text("utf-8", "replace").splitlines()[-count:]

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


def _descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # ended in the meantime
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def peak(pid: int) -> int:
    """Bytes: the peak resident size of a process; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def running(pid: int) -> bool:
    """Whether a process runs. A zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def proportional(pid: int) -> int:
    """Bytes: the proportional set size of a process; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
