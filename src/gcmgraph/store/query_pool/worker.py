"""One query process, seen from the server: its start, requests, answers and end."""

from __future__ import annotations

import json
import platform
import signal
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from gcmgraph.errors import GcmGraphError, NotXmlError, Place, QuerySyntaxError, StoreError
from gcmgraph.processes.ipc import await_frame, finish_frame, send_frame
from gcmgraph.store.query_pool.fork_server_client import ForkServerClient
from gcmgraph.store.query_pool.memory_budget import MemoryBudget, resident_megabytes
from gcmgraph.store.requests import (
    QueriesBusyError,
    QueryAnswer,
    QueryLimits,
    QueryNotAcceptableError,
    QueryOverLimitError,
    QueryRefusedError,
    QueryRequest,
    QueryTooComplexError,
    readable_folder,
)

#: Seconds within which a killed process is gone with all its memory.
_LAST_BREATH = 5.0

_STATUS = 8

_PEEK_AT_ONCE = int(socket.MSG_PEEK | socket.MSG_DONTWAIT)

#: Seconds after the limit within which the rest of an answer is read that began in time.
_LAST_BYTES = 0.5

#: Seconds between two checks of how long a query has run.
_LOOK_AGAIN = 0.02

_LINUX = platform.system() == "Linux"

#: Lowest bits of the number of a clock that counts all threads of a process (`CPUCLOCK_SCHED` in
#: https://github.com/torvalds/linux/blob/master/include/linux/posix-timers_types.h).
_OF_A_PROCESS = 2


class QueryWorker:
    """One query process. Raises `QueriesBusyError` where none can be started."""

    def __init__(self, fork_server: ForkServerClient, megabytes: int, budget: MemoryBudget) -> None:
        self.fork_server = fork_server
        self._budget = budget
        self._over_budget = False
        #: the folder that it can read, from its first query on
        self._folder: Path | None = None
        #: whether it can take the next query
        self.usable = True
        self._killed = False
        self._started: tuple[float, float | None] = (0.0, None)
        self._channel, theirs = socket.socketpair()
        self._end, theirs_end = socket.socketpair()
        with theirs, theirs_end:
            try:
                self._pid = fork_server.fork(theirs, theirs_end, megabytes)
            except QueriesBusyError:
                self._channel.close()
                self._end.close()
                raise
        self._at_first = resident_megabytes(self._pid)  # shared with the fork server
        budget.add(self)

    @property
    def megabytes(self) -> float:
        """Megabytes of memory above that of its start."""
        return max(0.0, resident_megabytes(self._pid) - self._at_first)

    def end_over_budget(self) -> None:
        """End the process because all together take too much memory."""
        self._over_budget = True
        self.fork_server.kill(self._pid)

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        try:
            self._end.recv(_STATUS, _PEEK_AT_ONCE)
        except BlockingIOError:
            return True
        return False

    def reads(self, folder: Path) -> bool:
        """Whether it can read the store in a folder."""
        return self._folder in {None, readable_folder(folder)}

    def kill(self) -> None:
        """End the process at once, and wait for its end."""
        if self._killed:
            return
        self._killed, self.usable = True, False
        self._budget.remove(self)
        self._channel.close()
        self.fork_server.kill(self._pid)
        self._exit_code()
        self._end.close()
        self.fork_server.forget_one()

    def step_back(self) -> None:
        """Raise its niceness."""
        self.fork_server.step_back(self._pid)

    def send(self, request: QueryRequest, folder: Path, limits: QueryLimits) -> None:
        """Send a request."""
        self.usable = False  # until its answer has been read
        self._folder = readable_folder(folder)
        self._budget.begin(self)
        self._started = (time.monotonic(), processor_seconds(self._pid))
        self._channel.settimeout(limits.seconds)
        with suppress(ConnectionError, TimeoutError):  # reported when the answer is read
            send_frame(self._channel, request.message(folder, limits))

    def first_bytes(self, deadline: float) -> bytes | None:
        """The first bytes of the answer, or None at the deadline."""
        try:
            return await_frame(self._channel, deadline)
        except ConnectionError:
            return b""

    def first_bytes_while_short(self, seconds: float, deadline: float) -> bytes | None:
        """The first bytes of the answer, or None once the query has run for `seconds`, or at the deadline."""
        while True:
            left = max(seconds - self.seconds_run, _LOOK_AGAIN)
            first = self.first_bytes(min(deadline, time.monotonic() + left))
            if first is not None or self.seconds_run >= seconds or time.monotonic() >= deadline:
                return first

    @property
    def seconds_run(self) -> float:
        """Seconds of processor time of the query; of the clock where the system does not report it."""
        started, before = self._started
        now = processor_seconds(self._pid)
        return time.monotonic() - started if before is None or now is None else now - before

    def answer(self, first: bytes, deadline: float, limits: QueryLimits) -> QueryAnswer:
        """The answer that begins with `first`. Raises the reason where there is none."""
        try:
            frame, body = finish_frame(self._channel, first, deadline + _LAST_BYTES)
        except TimeoutError:
            raise over_time(limits) from None
        except (EOFError, ConnectionError):
            raise self._end_error(limits) from None
        self._budget.end(self)
        head = json.loads(frame)
        self.usable = not head["retiring"]
        if head["outcome"] == "answered":
            return QueryAnswer(head["media_type"], body, head["cut"], unknown_graphs=tuple(head["unknown graphs"]))
        raise _refusal(head, limits)

    def _end_error(self, limits: QueryLimits) -> GcmGraphError:
        """The error for an ended process: SIGSEGV is a full stack, SIGABRT a failed allocation in Rust or C++."""
        code = -self._exit_code()
        if self._over_budget:
            return _over_budget(self._budget)
        if code == signal.SIGALRM:
            return over_time(limits)
        if code in {signal.SIGABRT, signal.SIGKILL}:
            return _over_memory(limits)
        return ended_by_signal(code)

    def _exit_code(self) -> int:
        """The exit code, or minus the signal that ended the process; 0 where it is unknown."""
        self._end.settimeout(_LAST_BREATH)
        try:
            return int(self._end.recv(_STATUS, socket.MSG_PEEK) or 0)
        except OSError:
            return 0


def ended_by_signal(code: int) -> QueryRefusedError:
    """The error for a query whose process ended by the signal `code`, other than those of its limits."""
    if code == signal.SIGSEGV:
        return QueryTooComplexError("The query is nested too deeply.", hint="Nest fewer groups and brackets.")
    return QueryRefusedError("The engine gave up on this query.")


def service_refused() -> QueryRefusedError:
    """The error for a query with SERVICE."""
    return QueryRefusedError(
        "SERVICE is not available here: this server fetches nothing from others.",
        hint="Leave it out. A prefix or word that only looks like SERVICE must be renamed, too.",
    )


def over_time(limits: QueryLimits) -> QueryOverLimitError:
    """The error for a query over its time limit."""
    return QueryOverLimitError(
        f"The query took longer than {limits.seconds:g} s.",
        hint="Ask for less: name a class or a graph, add LIMIT, leave out ORDER BY.",
    )


def _over_memory(limits: QueryLimits) -> QueryOverLimitError:
    return QueryOverLimitError(
        f"The query took more memory than {limits.megabytes} MB.",
        hint="Ask for less: add LIMIT, leave out ORDER BY and DISTINCT.",
    )


def _over_budget(budget: MemoryBudget) -> QueryOverLimitError:
    return QueryOverLimitError(
        f"All queries together took more memory than {budget.megabytes:,} MB, and this one the most.",
        hint="Try again later, or ask for less: add LIMIT, leave out ORDER BY and DISTINCT.",
    )


def _refusal(head: Mapping[str, Any], limits: QueryLimits) -> GcmGraphError:
    match head["outcome"]:
        case "syntax":
            return QuerySyntaxError(head["message"], place=Place("query", head["line"], head["column"]))
        case "no store":  # no fault of the client, to whom the folder is not disclosed
            return StoreError("The graph cannot be opened at the moment.")
        case "service":
            return service_refused()
        case "not acceptable":
            return QueryNotAcceptableError("This form of query has no answer in the formats asked for.")
        case "not xml":
            return NotXmlError(head["message"], hint=head["hint"])
        case "memory":
            return _over_memory(limits)
        case _:
            return QueryRefusedError(head["message"])


def processor_seconds(pid: int) -> float | None:
    """Processor time of a process since its start; None where it has ended or the system does not report it.

    It is less than the clock's where other processes run, too. The number of the clock is that of
    `clock_getcpuclockid(3)`, made from the number of the process.
    """
    if not _LINUX:
        return None
    try:
        return time.clock_gettime(~pid << 3 | _OF_A_PROCESS)
    except OSError:
        return None
