"""Query processes with limits of time, memory and number, and without a network.

Nothing inside a process stops a pyoxigraph query (neither a signal nor another thread), and some queries kill the
process. `pebble` 5.2.3 marks its whole pool broken when a worker dies idle, looks for timeouts and dead workers ten
times a second, and shares one pipe among all workers; here each worker has a socket of its own.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from gcmgraph.store.query_pool.worker import ForkServerClient, IdleEndError, QueryProcess, over_time
from gcmgraph.store.requests import (
    NOTHING,
    QueriesBusyError,
    QueryAnswer,
    QueryLimits,
    QueryRequest,
    readable_folder,
)

#: Seconds to wait for a free slot; a longer queue would only grow. More than `SLOT_SECONDS`, when one becomes free.
MAX_WAIT = 2.5

#: Limit of queries that wait for a slot; those above it are refused at once.
MAX_WAITING = 16

#: Seconds of processor time after which a query is a long one: it leaves its slot, so that short ones never wait for
#: it, and is given a higher niceness. By the clock, a query that others slow down would be slowed down more.
LONG = 1.0

#: Seconds by the clock after which a query leaves its slot in any case, which limits the wait of others; only processor
#: time makes it a long one.
SLOT_SECONDS = 2.0


class QueryWorkers:
    """Slots for queries, each with a process that is started at its first use and replaced when it ends."""

    def __init__(self, limits: QueryLimits, fork_server: ForkServerClient | None = None) -> None:
        """`fork_server` is shared with other slots; without one, the limits' own."""
        self.limits = limits
        self._fork_server = ForkServerClient(limits) if fork_server is None else fork_server
        self._slots = Slots(limits.side_by_side)
        self._long = threading.BoundedSemaphore(limits.side_by_side)

    def prepare(self, folder: Path) -> None:
        """Prepare for queries on the store in `folder`, in the background."""
        self._fork_server.load(folder)

    def run(self, request: QueryRequest, folder: Path) -> QueryAnswer:
        """The answer to a query on the store in `folder`.

        Raises `QuerySyntaxError`, `QueryRefusedError`, `QueryTooComplexError`, `QueryNotAcceptableError`,
        `NotXmlError`, `QueryOverLimitError`, `StoreError` where the store cannot be opened, and `QueriesBusyError`
        where no slot became free in time.
        """
        if folder != NOTHING:
            self._fork_server.load(folder)
        slot = self._slots.take(MAX_WAIT)
        with ExitStack() as stack:
            stack.callback(self._slots.give, slot)
            try:
                return self._run(slot, request, folder, stack.close)
            except IdleEndError:  # the next one is new
                return self._run(slot, request, folder, stack.close)

    def close(self) -> None:
        """End all processes."""
        for slot in self._slots.every:
            slot.clear()
        self._fork_server.close()

    def _run(self, slot: Slot, request: QueryRequest, folder: Path, free: Callable[[], object]) -> QueryAnswer:
        """The answer of the process of a slot; `free` frees the slot."""
        deadline = time.monotonic() + self.limits.seconds
        process, readable = slot.process, readable_folder(folder)
        if process is None or not process.usable(readable):
            slot.clear()
            process = slot.process = QueryProcess(self._fork_server, self.limits, readable)
        try:
            process.send(request, folder)
            first = process.first_bytes_while_short(LONG, min(deadline, time.monotonic() + SLOT_SECONDS))
            if first is None:
                slot.process = None
                return self._run_long(process, deadline, free)
            return process.answer(first, deadline)
        finally:
            if not process.usable(readable):
                process.close()
                if slot.process is process:
                    slot.process = None

    def _run_long(self, process: QueryProcess, deadline: float, free: Callable[[], object]) -> QueryAnswer:
        """Wait for a long query outside its slot, and end its process afterwards."""
        room = self._long.acquire(blocking=False)
        free()
        if not room:
            raise QueriesBusyError(
                f"This query takes longer than {LONG:g} s, and {self.limits.side_by_side} such run already.",
                hint="Try again later, or ask for less: name a class or a graph, add LIMIT.",
            )
        try:
            first = process.first_bytes_while_short(LONG, deadline)
            if first is None:
                process.lower_priority()
                first = process.first_bytes(deadline)
            if first is None:
                raise over_time(self.limits)
            return process.answer(first, deadline)
        finally:
            process.close()
            self._long.release()


@dataclass(eq=False)
class Slot:
    """A slot, with its idle process, if it has one."""

    process: QueryProcess | None = None

    def clear(self) -> None:
        """End its process."""
        if self.process is not None:
            self.process.close()
            self.process = None


class Slots:
    """A limited number of slots, given in the order of waiting; of free ones, that used last.

    A slot that has just become free must not go to a newcomer: with `queue.LifoQueue` it did, and some of 8 equal
    clients waited twice as long as others.
    """

    def __init__(self, count: int, most_waiting: int = MAX_WAITING) -> None:
        self.every = [Slot() for _ in range(count)]
        self._free = [*self.every]
        self._waiting: deque[SimpleQueue[Slot]] = deque()
        self._most_waiting = most_waiting
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """Number of requests waiting for a slot."""
        return len(self._waiting)

    def take(self, seconds: float) -> Slot:
        """A slot. Raises `QueriesBusyError` where none becomes free within `seconds`."""
        with self._lock:
            if self._free:
                return self._free.pop()
            if len(self._waiting) >= self._most_waiting:
                raise _busy()
            given: SimpleQueue[Slot] = SimpleQueue()
            self._waiting.append(given)
        try:
            return given.get(timeout=seconds)
        except Empty:
            with self._lock:
                if given in self._waiting:  # else it was given one meanwhile
                    self._waiting.remove(given)
                    raise _busy() from None
            return given.get()

    def give(self, slot: Slot) -> None:
        """Free a slot."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().put(slot)
            else:
                self._free.append(slot)


def _busy() -> QueriesBusyError:
    return QueriesBusyError("All query workers are busy.", hint="Try again in a moment, or ask for less at once.")
