"""One query process, seen from the server: started, asked, listened to, killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from gcmgraph.errors import GcmGraphError, Place, QuerySyntaxError
from gcmgraph.store.frames import await_frame, finish_frame, send_frame
from gcmgraph.store.query_request import (
    QueriesBusyError,
    QueryAnswer,
    QueryLimits,
    QueryNotAcceptableError,
    QueryOverLimitError,
    QueryRefusedError,
    QueryRequest,
    QueryTooComplexError,
)

#: glibc reserves up to 128 MB of address space for each thread's arena, which the memory cap would count
#: (measured: with 768 MB, 2 of 100 processes died at their first query).
_ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}

#: How far a long query steps back behind others (https://man7.org/linux/man-pages/man7/sched.7.html, nice).
_NICENESS = 10

#: Seconds after the limit in which the bytes of an answer that was ready in time may still come.
_LAST_BYTES = 0.5


class QueryWorker:
    """One query process. Raises `QueriesBusyError` where none can be started."""

    def __init__(self, megabytes: int) -> None:
        self._megabytes = megabytes
        self._channel, theirs = socket.socketpair()
        #: whether it waits for the next query
        self.usable = True
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    [sys.executable, "-m", "gcmgraph.store.query_process", str(theirs.fileno()), str(megabytes)],
                    pass_fds=[theirs.fileno()],
                    env={**os.environ, **_ONE_ARENA},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            except OSError as error:  # no process or memory left
                self._channel.close()
                raise QueriesBusyError(f"No query process can be started: {error.strerror}.") from error

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def replaced(self) -> QueryWorker:
        """Another process in the place of this one."""
        self.kill()
        return QueryWorker(self._megabytes)

    def kill(self) -> None:
        """End the process at once, and wait for its end."""
        self.usable = False
        self._process.kill()
        self._process.wait()
        self._channel.close()

    def step_back(self) -> None:
        """Let others run first."""
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICENESS)

    def ask(self, request: QueryRequest, folder: Path, limits: QueryLimits) -> None:
        """Send a request."""
        self.usable = False  # until its answer has been read
        self._channel.settimeout(limits.seconds)
        with suppress(ConnectionError, TimeoutError):  # what became of it shows when the answer is awaited
            send_frame(self._channel, request.message(folder, limits))

    def heard(self, deadline: float) -> bytes | None:
        """The first bytes of the answer, or None where none came by the deadline."""
        try:
            return await_frame(self._channel, deadline)
        except ConnectionError:
            return b""

    def answer(self, first: bytes, deadline: float, limits: QueryLimits) -> QueryAnswer:
        """The answer that begins with `first`. Raises what became of the query where there is none."""
        try:
            if not first:
                raise EOFError
            frame, body = finish_frame(self._channel, first, deadline + _LAST_BYTES)
        except TimeoutError:
            raise over_time(limits) from None
        except (EOFError, ConnectionError):
            raise self._obituary(limits) from None
        head = json.loads(frame)
        self.usable = not head["retiring"]
        if head["outcome"] == "answered":
            return QueryAnswer(head["media_type"], body, head["cut"])
        raise _refusal(head, limits)

    def _obituary(self, limits: QueryLimits) -> GcmGraphError:
        """Say what it died of: a full stack is SIGSEGV, a failed allocation in Rust or C++ is SIGABRT."""
        code = -self._process.wait()
        if code == signal.SIGSEGV:
            return QueryTooComplexError("The query is nested too deeply.", hint="Nest fewer groups and brackets.")
        if code == signal.SIGALRM:
            return over_time(limits)
        if code in {signal.SIGABRT, signal.SIGKILL}:
            return _over_memory(limits)
        return QueryRefusedError("The engine gave up on this query.")


def over_time(limits: QueryLimits) -> QueryOverLimitError:
    """What to say of a query that took too long."""
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
