"""Query processes with limits of time, memory and number, and without a network.

Nothing inside a process stops a pyoxigraph query (neither a signal nor another thread), and some queries kill the
process. `pebble` 5.2.3 marks its whole pool broken when a worker dies idle, looks for timeouts and dead workers ten
times a second, and shares one pipe among all workers; here each worker has a socket of its own.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

from gcmgraph.store.query_pool.fork_servers import ForkServers
from gcmgraph.store.query_pool.memory_budget import MemoryBudget
from gcmgraph.store.query_pool.slots import Slots
from gcmgraph.store.query_pool.worker import QueryWorker, over_time
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

__all__ = [
    "QueriesBusyError",
    "QueryAnswer",
    "QueryLimits",
    "QueryNotAcceptableError",
    "QueryOverLimitError",
    "QueryRefusedError",
    "QueryRequest",
    "QueryTooComplexError",
    "QueryWorkers",
]

#: Seconds to wait for a free slot; a longer queue would only grow. More than `SLOT_SECONDS`, when one becomes free.
MAX_WAIT = 2.5

#: Limit of queries that wait for a slot; those above it are refused at once.
MAX_WAITING = 16

#: Seconds of processor time after which a query is a long one: it leaves its slot, so that short ones never wait for
#: it, and is given a higher niceness. By the clock, a query that others slow down would be slowed down more.
LONG = 1.0

#: Seconds of processor time after which its niceness is raised again, behind those that end soon.
VERY_LONG = 3.0

#: Seconds by the clock after which a query leaves its slot in any case, which limits the wait of others; only processor
#: time makes it a long one.
SLOT_SECONDS = 2.0


class QueryWorkers:
    """Slots for queries, each with a process that is started at its first use and replaced when it dies."""

    def __init__(self, limits: QueryLimits, budget: MemoryBudget | None = None) -> None:
        """`budget` is shared with other slots, also of other processes; without one, the limits' own."""
        self.limits = limits
        self._budget = MemoryBudget(limits.together_megabytes) if budget is None else budget
        self._slots = Slots(limits.side_by_side, MAX_WAITING)
        self._long = threading.BoundedSemaphore(limits.side_by_side)
        self._closed = threading.Event()
        self._fork_servers = ForkServers(limits.held_megabytes, self._replace_idle)

    def prepare(self, folder: Path) -> None:
        """Prepare for queries on the store in `folder`, in the background."""
        self._fork_servers.follow(folder)

    def holds(self, folder: Path) -> bool:
        """Whether query processes have the graph in `folder` in memory."""
        return self._fork_servers.holds(folder)

    def run(self, request: QueryRequest, folder: Path) -> QueryAnswer:
        """The answer to a query on the store in `folder`.

        Raises `QuerySyntaxError`, `QueryRefusedError`, `QueryTooComplexError`, `QueryNotAcceptableError`,
        `NotXmlError`, `QueryOverLimitError`, `StoreError` where the store cannot be opened, and `QueriesBusyError`
        where no slot became free in time.
        """
        self._fork_servers.follow(folder)
        worker = self._slots.take(MAX_WAIT)
        in_slot = True
        deadline = time.monotonic() + self.limits.seconds
        try:
            worker = self._ready(worker, folder)
            worker.send(request, folder, self.limits)
            if (first := worker.first_bytes_while_short(LONG, min(deadline, time.monotonic() + SLOT_SECONDS))) is None:
                in_slot = False
                return self._run_long(worker, deadline)
            return worker.answer(first, deadline, self.limits)
        finally:
            if in_slot:
                self._free_slot(worker)

    def close(self) -> None:
        """End all processes that are idle; busy ones end when their query does."""
        self._closed.set()
        for worker in self._slots.take_idle():
            if worker is not None:
                worker.kill()
        self._fork_servers.close()

    def _ready(self, worker: QueryWorker | None, folder: Path) -> QueryWorker:
        """The process of a slot, or a new one where it has none, or one that is dead, outdated or cannot read."""
        if worker is not None:
            if self._fork_servers.is_current(worker.fork_server) and worker.alive and worker.reads(folder):
                return worker
            worker.kill()
        fork_server = self._fork_servers.current()
        try:
            return QueryWorker(fork_server, self.limits.megabytes, self._budget)
        except QueriesBusyError:
            if self._fork_servers.is_current(fork_server):
                raise
            return QueryWorker(self._fork_servers.current(), self.limits.megabytes, self._budget)

    def _replace_idle(self) -> None:
        """End idle processes that were forked from a fork server that is no longer current."""
        for worker in self._slots.take_idle():
            if worker is None or self._fork_servers.is_current(worker.fork_server):
                self._slots.give(worker)
            else:
                worker.kill()
                self._slots.give(None)

    def _run_long(self, worker: QueryWorker, deadline: float) -> QueryAnswer:
        """Wait for a long query outside its slot, and end its process afterwards."""
        room = self._long.acquire(blocking=False)
        self._slots.give(None)
        try:
            if not room:
                raise QueriesBusyError(
                    f"This query takes longer than {LONG:g} s, and {self.limits.side_by_side} such run already.",
                    hint="Try again later, or ask for less: name a class or a graph, add LIMIT.",
                )
            first = worker.first_bytes_while_short(LONG, deadline)
            if first is None:
                worker.step_back()
                first = worker.first_bytes_while_short(VERY_LONG, deadline)
            if first is None:
                worker.step_back()
                first = worker.first_bytes(deadline)
            if first is None:
                raise over_time(self.limits)
            return worker.answer(first, deadline, self.limits)
        finally:
            worker.kill()
            if room:
                self._long.release()

    def _free_slot(self, worker: QueryWorker | None) -> None:
        if worker is not None and (self._closed.is_set() or not worker.usable):
            worker.kill()
            worker = None
        self._slots.give(worker)
