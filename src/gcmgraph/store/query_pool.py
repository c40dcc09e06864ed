"""Query processes with limits of time, memory and number, and without a network: their slots, requests and ends.

Nothing inside a process stops a pyoxigraph query (neither a signal nor another thread), and some
queries kill the process. `pebble` 5.2.3 marks its whole pool broken when a worker dies idle, looks
for timeouts and dead workers ten times a second, and shares one pipe among all workers; here each
worker has a socket of its own.
"""

from __future__ import annotations

import json
import os
import pickle
import platform
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import cached_property
from pathlib import Path

from gcmgraph.platform.errors import NotXmlError, QuerySyntaxError, StoreError, recorded_error
from gcmgraph.platform.frames import await_frame, finish_frame, send_frame
from gcmgraph.platform.processes import Worker
from gcmgraph.platform.slots import Slots
from gcmgraph.store.port import (
    QueriesBusyError,
    QueryAnswer,
    QueryNotAcceptableError,
    QueryRefusedError,
    QueryRequest,
    QueryTooComplexError,
    readable_folder,
)
from gcmgraph.store.query_limits import (
    LONG_SECONDS,
    MAX_WAIT,
    MAX_WAITING,
    SLOT_SECONDS,
    QueryLimits,
    over_memory,
    over_memory_together,
    over_time,
)

#: Seconds within which a process is forked, and the end of one reported.
_EXIT_TIMEOUT = 5.0

_STATUS = 16

#: Seconds after the limit within which the rest of an answer is read that began in time.
_READ_GRACE = 0.5

#: Seconds between two checks of how long a query has run.
_POLL_INTERVAL = 0.02

#: Niceness that is added to long queries.
_NICENESS = 10

#: Reports of the fork server on a process: it has an older dataset; it took the most memory of all
#: that were over the limit together. Others are the number of a process, or of the signal of its end.
_OUTDATED = b"outdated"
_OVER_TOGETHER = b"over"

#: Errors that a query process reports; every other one is a refusal.
_ERRORS = (QuerySyntaxError, NotXmlError, StoreError, QueryNotAcceptableError, QueryRefusedError)

_LINUX = platform.system() == "Linux"

#: Lowest bits of the number of a clock that counts all threads of a process (`CPUCLOCK_SCHED` in
#: https://github.com/torvalds/linux/blob/master/include/linux/posix-timers_types.h).
_OF_A_PROCESS = 2


class ForkServerClient:
    """Fork server, started at its first use; server processes that are forked after that use the same one.

    One that has died is replaced, by one for each server process.
    """

    def __init__(self, limits: QueryLimits) -> None:
        self._arguments = (str(limits.held_megabytes), str(limits.together_megabytes))
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._loaded: Path | None = None

    def start(self) -> Worker:
        """The process, started where there is none.

        Raises `QueriesBusyError` where it cannot be started.
        """
        with self._lock:
            if self._worker is None:
                try:
                    self._worker = Worker(
                        "gcmgraph.store.fork_server",
                        *self._arguments,
                        kind=socket.SOCK_SEQPACKET,
                        capped=True,
                        quiet=True,
                    )
                except OSError as error:  # no process or memory left
                    raise not_started(error.strerror or "") from error
            return self._worker

    def fork(self, channel: socket.socket, end: socket.socket, megabytes: int) -> None:
        """Fork a query process that reads `channel`; its number and its end are reported on `end`."""
        sockets = [channel.fileno(), end.fileno()]
        for is_last_attempt in (False, True):
            worker = self.start()
            try:
                socket.send_fds(worker.channel, [f"fork {megabytes}".encode()], sockets)
            except OSError as error:
                self._forget(worker)
                if is_last_attempt:
                    raise not_started(error.strerror or "no answer") from error
            else:
                return

    def load(self, folder: Path) -> None:
        """Load the graph of this folder in the background, in place of another."""
        if folder != self._loaded:
            worker = self.start()
            self._loaded = folder
            with suppress(OSError):  # it has died, which the next query notices
                worker.channel.send(b"load " + os.fsencode(folder))

    def close(self) -> None:
        """Close the channel to the fork server.

        If this process started the fork server, the fork server and its queries end now, else when
        the last server process closes its channel.
        """
        with self._lock:
            if self._worker is not None:
                self._worker.close()
                self._worker = None

    def _forget(self, worker: Worker) -> None:
        with self._lock:
            if self._worker is worker:
                worker.close()
                self._worker = None
                self._loaded = None


class IdleEndError(Exception):
    """A process that ended while it was idle, just before a request."""


class QueryProcess:
    """One query process. Raises `QueriesBusyError` where none can be started."""

    def __init__(self, fork_server: ForkServerClient, limits: QueryLimits, folder: Path) -> None:
        """Fork a process that can read `folder` only."""
        self._limits = limits
        self._folder = folder
        #: time of the request by `time.monotonic`, and processor time of earlier ones
        self._started_at = 0.0
        self._processor_seconds_before: float | None = None
        #: seconds of the query, as last measured
        self._seconds_run = 0.0
        #: whether an answer was read to its end, and the process can take the next query
        self._answered = False
        self._channel, theirs = socket.socketpair()
        self._end, theirs_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, theirs_end:
            try:
                fork_server.fork(theirs, theirs_end, limits.megabytes)
            except QueriesBusyError:
                self._channel.close()
                self._end.close()
                raise

    def usable(self, folder: Path) -> bool:
        """Whether the process can take the next query, on a store in `folder`."""
        return self._answered and self._folder == folder and self._pid > 0 and not self._has_report

    def send(self, request: QueryRequest, folder: Path) -> None:
        """Send a request."""
        is_reused = self._answered
        self._answered = False
        self._seconds_run = 0.0
        self._started_at = time.monotonic()
        self._processor_seconds_before = processor_seconds(self._pid) if is_reused else 0.0
        self._channel.settimeout(self._limits.seconds)
        with suppress(ConnectionError, TimeoutError):  # reported when the answer is read
            caps = (self._limits.rows, self._limits.answer_megabytes * 2**20)
            head = {"folder": str(folder), "seconds": self._limits.seconds, "caps": caps}
            send_frame(self._channel, json.dumps(head).encode(), pickle.dumps(request))

    def first_bytes(self, deadline: float) -> bytes | None:
        """The first bytes of the answer, or None at the deadline."""
        try:
            return await_frame(self._channel, deadline)
        except ConnectionError:
            return b""

    def first_bytes_while_short(self, seconds: float, deadline: float) -> bytes | None:
        """The first bytes of the answer, or None once the query has run for `seconds`, or at the deadline."""
        while True:
            remaining_seconds = max(seconds - self._seconds_run, _POLL_INTERVAL)
            first = self.first_bytes(min(deadline, time.monotonic() + remaining_seconds))
            if first is not None:
                return first
            self._seconds_run = self._measure_run()
            if self._seconds_run >= seconds or time.monotonic() >= deadline:
                return None

    def answer(self, first: bytes, deadline: float) -> QueryAnswer:
        """The answer that begins with `first`. Raises the reason where there is none."""
        try:
            frame, body = finish_frame(self._channel, first, deadline + _READ_GRACE)
        except TimeoutError:
            raise over_time(self._limits) from None
        except (EOFError, ConnectionError):
            raise self._end_error() from None
        head = json.loads(frame)
        self._answered = not head["retiring"]
        if "media_type" in head:
            return QueryAnswer(
                head["media_type"], body, head["cut"], unknown_graphs=tuple(head["unknown graphs"])
            )
        if "error" in head:
            raise recorded_error(head, *_ERRORS)
        raise over_memory(self._limits)

    def lower_priority(self) -> None:
        """Let short queries run before it (https://man7.org/linux/man-pages/man7/sched.7.html)."""
        if self._pid:
            with suppress(ProcessLookupError):
                niceness = os.getpriority(os.PRIO_PROCESS, self._pid) + _NICENESS
                os.setpriority(os.PRIO_PROCESS, self._pid, niceness)

    def close(self) -> None:
        """End the process."""
        if self._end.fileno() < 0:  # it was closed before
            return
        self._answered = False
        self._channel.close()
        if self._pid and not self._has_report:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        self._end.close()

    @cached_property
    def _pid(self) -> int:
        """The number of the process; 0 where none was forked."""
        self._end.settimeout(_EXIT_TIMEOUT)
        try:
            return int(self._end.recv(_STATUS) or 0)
        except OSError:
            return 0

    @property
    def _has_report(self) -> bool:
        """Whether the fork server has reported that the process is outdated or has ended.

        No signal is sent to it then: its number may be that of another process.
        """
        self._end.setblocking(False)
        try:
            self._end.recv(_STATUS, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        return True

    def _measure_run(self) -> float:
        """Seconds of processor time of the query; of the clock where the system does not report them."""
        seconds_before = self._processor_seconds_before
        seconds_now = processor_seconds(self._pid) if self._pid else None
        if seconds_before is None or seconds_now is None:
            return time.monotonic() - self._started_at
        return seconds_now - seconds_before

    def _end_error(self) -> Exception:
        """The error for an ended process: SIGSEGV is a full stack, SIGABRT a failed allocation in Rust or C++."""
        if not self._pid:
            return not_started("no process or memory left")
        report = _OUTDATED
        self._end.settimeout(_EXIT_TIMEOUT)
        with suppress(OSError):
            while report == _OUTDATED:  # the report of its end follows
                report = self._end.recv(_STATUS)
        if report == _OVER_TOGETHER:
            return over_memory_together(self._limits)
        code = -int(report) if report.removeprefix(b"-").isdigit() else 0
        match code:
            case 0 | signal.SIGTERM:
                return IdleEndError()
            case signal.SIGALRM:
                return over_time(self._limits)
            case signal.SIGABRT | signal.SIGKILL:
                return over_memory(self._limits)
            case _:
                return ended_by_signal(code)


def not_started(reason: str) -> QueriesBusyError:
    """The error where no process can be started."""
    return QueriesBusyError(f"No query process can be started: {reason}.")


def ended_by_signal(code: int) -> QueryRefusedError:
    """The error for a query whose process ended by the signal `code`, other than those of its limits."""
    if code == signal.SIGSEGV:
        return QueryTooComplexError(
            "The query is nested too deeply.", hint="Nest fewer groups and brackets."
        )
    return QueryRefusedError("The engine gave up on this query.")


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


class QueryWorkers:
    """Slots for queries, and their processes, which are used again until they end."""

    def __init__(self, limits: QueryLimits) -> None:
        self.limits = limits
        self._fork_server = ForkServerClient(limits)
        self._slots = Slots(limits.side_by_side, MAX_WAITING, MAX_WAIT, _busy)
        self._processes = set[QueryProcess]()
        self._idle = list[QueryProcess]()
        self._long = Slots(limits.side_by_side, 0, 0.0, self._too_long)

    def prepare(self, folder: Path) -> None:
        """Prepare for queries on the store in `folder`, in the background."""
        self._fork_server.load(folder)

    def run(self, request: QueryRequest, folder: Path) -> QueryAnswer:
        """The answer to a query on the store in `folder`.

        Raises `QuerySyntaxError`, `QueryRefusedError`, `QueryTooComplexError`,
        `QueryNotAcceptableError`, `NotXmlError`, `QueryOverLimitError`, `StoreError` where the
        store cannot be opened, and `QueriesBusyError` where no slot became free in time.
        """
        self._fork_server.load(folder)
        with ExitStack() as slot:
            slot.enter_context(self._slots.slot())
            free_slot = slot.close  # a long query frees the slot before the answer
            try:
                return self._run(request, folder, free_slot)
            except IdleEndError:  # the second process is a new one
                return self._run(request, folder, free_slot)

    def close(self) -> None:
        """End all processes."""
        for process in list(self._processes):
            self._end(process)
        self._fork_server.close()

    def _run(
        self, request: QueryRequest, folder: Path, free_slot: Callable[[], object]
    ) -> QueryAnswer:
        """The answer of a process; a long query calls `free_slot`."""
        deadline = time.monotonic() + self.limits.seconds
        readable = readable_folder(folder)
        process = self._process(readable)
        try:
            process.send(request, folder)
            end_of_slot = min(deadline, time.monotonic() + SLOT_SECONDS)
            first = process.first_bytes_while_short(LONG_SECONDS, end_of_slot)
            if first is None:
                return self._run_long(process, deadline, free_slot)
            return process.answer(first, deadline)
        finally:
            if process.usable(readable):
                self._idle.append(process)
            else:
                self._end(process)

    def _process(self, readable: Path) -> QueryProcess:
        """The process that ran last, if it can read this folder, or a new one."""
        with suppress(IndexError):  # none is idle, not even one that another thread took now
            while True:
                process = self._idle.pop()
                if process.usable(readable):
                    return process
                self._end(process)
        process = QueryProcess(self._fork_server, self.limits, readable)
        self._processes.add(process)
        return process

    def _end(self, process: QueryProcess) -> None:
        process.close()
        self._processes.discard(process)

    def _run_long(
        self, process: QueryProcess, deadline: float, free_slot: Callable[[], object]
    ) -> QueryAnswer:
        """Wait for a long query outside its slot, and end its process afterwards."""
        free_slot()
        try:
            with self._long.slot():
                first = process.first_bytes_while_short(LONG_SECONDS, deadline)
                if first is None:
                    process.lower_priority()
                    first = process.first_bytes(deadline)
                if first is None:
                    raise over_time(self.limits)
                return process.answer(first, deadline)
        finally:
            process.close()

    def _too_long(self) -> QueriesBusyError:
        return QueriesBusyError(
            f"This query takes longer than {LONG_SECONDS:g} s, and {self.limits.side_by_side} such "
            "run already.",
            hint="Try again later, or ask for less: name a class or a graph, add LIMIT.",
        )


def _busy() -> QueriesBusyError:
    return QueriesBusyError(
        "All query workers are busy.", hint="Try again in a moment, or ask for less at once."
    )
