"""One query process, seen from the server: started, asked, listened to, killed."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from gcmgraph.errors import GcmGraphError, NotXmlError, Place, QuerySyntaxError, StoreError
from gcmgraph.processes.ipc import await_frame, finish_frame, send_frame
from gcmgraph.store.query_pool.fork_server_client import Nursery
from gcmgraph.store.query_pool.processor_time import processor_seconds
from gcmgraph.store.requests import (
    QueriesBusyError,
    QueryAnswer,
    QueryLimits,
    QueryNotAcceptableError,
    QueryOverLimitError,
    QueryRefusedError,
    QueryRequest,
    QueryTooComplexError,
)

#: Seconds in which a process that was killed, or hung up, is gone with all its memory.
_LAST_BREATH = 5.0

_STATUS = 8

_PEEK_AT_ONCE = int(socket.MSG_PEEK | socket.MSG_DONTWAIT)

#: Seconds after the limit in which the bytes of an answer that was ready in time may still come.
_LAST_BYTES = 0.5

#: Seconds between two looks at how long a query has run.
_LOOK_AGAIN = 0.02


class QueryWorker:
    """One query process. Raises `QueriesBusyError` where none can be started."""

    def __init__(self, nursery: Nursery, megabytes: int) -> None:
        self.nursery = nursery
        #: whether it waits for the next query
        self.usable = True
        self._killed = False
        self._asked: tuple[float, float | None] = (0.0, None)
        self._channel, theirs = socket.socketpair()
        self._end, tells = socket.socketpair()
        with theirs, tells:
            try:
                self._pid = nursery.fork(theirs, tells, megabytes)
            except QueriesBusyError:
                self._channel.close()
                self._end.close()
                raise

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        try:
            self._end.recv(_STATUS, _PEEK_AT_ONCE)
        except BlockingIOError:
            return True
        return False

    def kill(self) -> None:
        """End the process at once, and wait for its end."""
        if self._killed:
            return
        self._killed, self.usable = True, False
        self._channel.close()
        self.nursery.kill(self._pid)
        self._exit_code()
        self._end.close()
        self.nursery.forget_one()

    def step_back(self) -> None:
        """Let others run first, each time more."""
        self.nursery.step_back(self._pid)

    def ask(self, request: QueryRequest, folder: Path, limits: QueryLimits) -> None:
        """Send a request."""
        self.usable = False  # until its answer has been read
        self._asked = (time.monotonic(), processor_seconds(self._pid))
        self._channel.settimeout(limits.seconds)
        with suppress(ConnectionError, TimeoutError):  # what became of it shows when the answer is awaited
            send_frame(self._channel, request.message(folder, limits))

    def heard(self, deadline: float) -> bytes | None:
        """The first bytes of the answer, or None where none came by the deadline."""
        try:
            return await_frame(self._channel, deadline)
        except ConnectionError:
            return b""

    def heard_while_short(self, seconds: float, deadline: float) -> bytes | None:
        """The first bytes of the answer, or None where none came before the query ran so long, or by the deadline."""
        while True:
            left = max(seconds - self.seconds_run, _LOOK_AGAIN)
            first = self.heard(min(deadline, time.monotonic() + left))
            if first is not None or self.seconds_run >= seconds or time.monotonic() >= deadline:
                return first

    @property
    def seconds_run(self) -> float:
        """How long the query has run on a processor; by the clock where the system does not tell."""
        asked, before = self._asked
        now = processor_seconds(self._pid)
        return time.monotonic() - asked if before is None or now is None else now - before

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
        code = -self._exit_code()
        if code == signal.SIGALRM:
            return over_time(limits)
        if code in {signal.SIGABRT, signal.SIGKILL}:
            return _over_memory(limits)
        return given_up(code)

    def _exit_code(self) -> int:
        """What it ended with, or minus the signal that ended it; 0 where that cannot be learnt."""
        self._end.settimeout(_LAST_BREATH)
        try:
            return int(self._end.recv(_STATUS, socket.MSG_PEEK) or 0)
        except OSError:
            return 0


def given_up(code: int) -> QueryRefusedError:
    """What to say of a query that ended its process by the signal `code`, none of those that keep its limits."""
    if code == signal.SIGSEGV:
        return QueryTooComplexError("The query is nested too deeply.", hint="Nest fewer groups and brackets.")
    return QueryRefusedError("The engine gave up on this query.")


def service_refused() -> QueryRefusedError:
    """What to say of a query with SERVICE."""
    return QueryRefusedError(
        "SERVICE is not available here: this server fetches nothing from others.",
        hint="Leave it out. A prefix or word that only looks like SERVICE must be renamed, too.",
    )


def over_time(limits: QueryLimits) -> QueryOverLimitError:
    """What to say of a query that took too long."""
    return QueryOverLimitError(
        f"The query took longer than {limits.seconds:g} s.",
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
        case "no store":  # not the fault of whoever asks, whom the folder does not concern
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
