"""Run strangers' queries in processes that can be killed, with limits of time and memory and no network.

Nothing inside one process stops a pyoxigraph query (measured: neither a signal nor another thread), some kill
the process. We wrote this small pool after reading `pebble` 5.2.3, which marks its whole pool broken when a
worker dies idle, looks for timeouts and dead workers ten times a second, and shares one pipe among all
workers. Here each worker has a socket of its own and is waited for directly.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from gcmgraph.errors import GcmGraphError, Place, QuerySyntaxError
from gcmgraph.store.port import Wanted

#: glibc reserves up to 128 MB of address space for each thread's arena, which the memory cap would count
#: (measured: with 768 MB, 2 of 100 processes died at their first query).
_ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}


#: Seconds to wait for a free worker; a longer queue would only grow.
MAX_WAIT = 1.0


class QueryRefusedError(GcmGraphError):
    """A query that is not run, or that the engine cannot evaluate."""


class QueryTooComplexError(QueryRefusedError):
    """A query whose nesting exhausts the engine's stack."""


class QueryNotAcceptableError(GcmGraphError):
    """A query whose form has no answer in the syntaxes asked for."""


class QueryOverLimitError(GcmGraphError):
    """A query that took more time or memory than one may take."""


class QueriesBusyError(GcmGraphError):
    """All workers are busy, and stayed so."""


@dataclass(frozen=True)
class QueryLimits:
    """What one query may take, and how many run side by side."""

    seconds: float = 10
    megabytes: int = 1024
    side_by_side: int = 2


@dataclass(frozen=True)
class QueryRequest:
    """A query as the SPARQL protocol gives it. Graphs are None where the request names none."""

    query: str
    wanted: Wanted
    prefixes: Mapping[str, str] = field(default_factory=dict)
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()

    def message(self, folder: Path, seconds: float) -> bytes:
        """What a query process reads."""
        named = self.default_graphs or self.named_graphs
        dataset = {"default": self.default_graphs, "named": self.named_graphs} if named else None
        request = {
            "query": self.query,
            "wanted": asdict(self.wanted),
            "prefixes": dict(self.prefixes),
            "dataset": dataset,
            "folder": str(folder),
            "seconds": seconds,
        }
        return json.dumps(request).encode()


@dataclass(frozen=True)
class QueryAnswer:
    """The bytes the engine wrote, and what they are."""

    media_type: str
    body: bytes


class QueryWorkers:
    """A few query processes, started when first needed and replaced when they die."""

    def __init__(self, limits: QueryLimits) -> None:
        self.limits = limits
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(limits.side_by_side):
            self._idle.put(None)
        self._closed = threading.Event()

    def run(self, request: QueryRequest, folder: Path) -> QueryAnswer:
        """The answer to a query on the store in `folder`.

        Raises `QuerySyntaxError`, `QueryRefusedError`, `QueryTooComplexError`, `QueryNotAcceptableError`,
        `QueryOverLimitError`, and `QueriesBusyError` where no worker became free in time.
        """
        try:
            worker = self._idle.get(timeout=MAX_WAIT)
        except queue.Empty:
            raise QueriesBusyError(
                "All query workers are busy.", hint="Try again in a moment, or ask for less at once."
            ) from None
        kept: _Worker | None = None
        try:
            if worker is None or not worker.alive:
                worker = _Worker(self.limits.megabytes)
            answer = worker.ask(request, folder, self.limits)
            kept = worker
        except (QuerySyntaxError, QueryNotAcceptableError, QueryRefusedError, QueryOverLimitError):
            kept = worker if worker is not None and worker.alive else None
            raise
        finally:
            if kept is None and worker is not None:
                worker.kill()
            self._give_back(kept)
        return answer

    def close(self) -> None:
        """End all processes that are idle; busy ones end when their query does."""
        self._closed.set()
        while not self._idle.empty():
            if (worker := self._idle.get_nowait()) is not None:
                worker.kill()

    def _give_back(self, worker: _Worker | None) -> None:
        if self._closed.is_set() and worker is not None:
            worker.kill()
            worker = None
        self._idle.put(worker)


class _Worker:
    """One query process, seen from the server."""

    def __init__(self, megabytes: int) -> None:
        ours, theirs = Pipe()
        self._channel: Connection[bytes, bytes] = ours
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "gcmgraph.store.query_process", str(theirs.fileno()), str(megabytes)],
                pass_fds=[theirs.fileno()],
                env={**os.environ, **_ONE_ARENA},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process at once, and wait for its end."""
        self._process.kill()
        self._process.wait()
        self._channel.close()

    def ask(self, request: QueryRequest, folder: Path, limits: QueryLimits) -> QueryAnswer:
        """Send a request and wait for its answer, or kill the process when the time is over."""
        deadline = time.monotonic() + limits.seconds
        try:
            self._channel.send_bytes(request.message(folder, limits.seconds))
            head = json.loads(self._received(deadline, limits))
            body = self._received(deadline, limits)
        except (EOFError, ConnectionError):
            raise self._obituary(limits) from None
        if head["outcome"] == "answered":
            return QueryAnswer(head["media_type"], body)
        raise _refusal(head, limits)

    def _received(self, deadline: float, limits: QueryLimits) -> bytes:
        if not self._channel.poll(max(0.0, deadline - time.monotonic())):
            self.kill()
            raise _over_time(limits)
        return self._channel.recv_bytes()

    def _obituary(self, limits: QueryLimits) -> GcmGraphError:
        """Say what it died of: a full stack is SIGSEGV, a failed allocation in Rust or C++ is SIGABRT."""
        code = -self._process.wait()
        if code == signal.SIGSEGV:
            return QueryTooComplexError("The query is nested too deeply.", hint="Nest fewer groups and brackets.")
        if code == signal.SIGALRM:
            return _over_time(limits)
        if code in {signal.SIGABRT, signal.SIGKILL}:
            return _over_memory(limits)
        return QueryRefusedError("The engine gave up on this query.")


def _over_time(limits: QueryLimits) -> QueryOverLimitError:
    return QueryOverLimitError(
        f"The query took longer than {limits.seconds:g} seconds.",
        hint="Ask for less: name a class or a graph, add LIMIT, leave out ORDER BY.",
    )


def _over_memory(limits: QueryLimits) -> QueryOverLimitError:
    return QueryOverLimitError(
        f"The query took more memory than {limits.megabytes} MB.",
        hint="Ask for less: add LIMIT, leave out ORDER BY and DISTINCT.",
    )


def _refusal(head: Mapping[str, Any], limits: QueryLimits) -> GcmGraphError:
    match head["outcome"]:
        case "syntax":
            return QuerySyntaxError(head["message"], place=Place("query", head["line"], head["column"]))
        case "service":
            return QueryRefusedError(
                "SERVICE is not available here: this server fetches nothing from others.",
                hint="Leave it out. A prefix or word that only looks like SERVICE must be renamed, too.",
            )
        case "not acceptable":
            return QueryNotAcceptableError("This form of query has no answer in the formats asked for.")
        case "memory":
            return _over_memory(limits)
        case _:
            return QueryRefusedError(head["message"])
