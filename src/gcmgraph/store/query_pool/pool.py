"""Run strangers' queries in processes that can be killed, with limits of time and memory and no network.

Nothing inside one process stops a pyoxigraph query (measured: neither a signal nor another thread), some kill
the process. We wrote this small pool after reading `pebble` 5.2.3, which marks its whole pool broken when a
worker dies idle, looks for timeouts and dead workers ten times a second, and shares one pipe among all
workers. Here each worker has a socket of its own and is waited for directly.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.query_pool.fork_servers import Nurseries
from gcmgraph.store.query_pool.memory_graph_here import HeldHere
from gcmgraph.store.query_pool.slots import Places
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

#: Seconds to wait for a free place; a longer queue would only grow. More than `HELD`, after which one becomes free.
MAX_WAIT = 2.5

#: So many may wait for a place at once; whoever comes then is told at once that all are taken.
MAX_WAITING = 16

#: A query that has run longer than so many seconds is a long one: it moves to a place of its own, so that short ones
#: never wait for it, and runs behind them. What counts is the time on a processor: one that others slow down would be
#: slowed down more.
LONG = 1.0

#: One that has run longer than so many steps back further, behind those that soon come to an end.
VERY_LONG = 3.0

#: Seconds by the clock after which it moves all the same, so that nobody waits longer for its place; it runs behind
#: others only once it is a long one.
HELD = 2.0


class QueryWorkers:
    """Places for queries, each with a process that is started when first needed and replaced when it dies."""

    def __init__(self, limits: QueryLimits) -> None:
        self.limits = limits
        self._places = Places(limits.side_by_side, MAX_WAITING)
        self._long = threading.BoundedSemaphore(limits.side_by_side)
        self._closed = threading.Event()
        self._here = HeldHere()
        self._nurseries = Nurseries(limits.held_megabytes, self._replace_idle, self._here.hold)

    def prepare(self, folder: Path) -> None:
        """Make ready for queries on the store in `folder`, in the background."""
        self._nurseries.follow(folder)

    def holds(self, folder: Path) -> bool:
        """Whether the graph in `folder` is held in memory."""
        return self._nurseries.holds(folder)

    def held_here(self, folder: Path) -> EmbeddedStore | None:
        """The union of the graphs in `folder`, in memory of this process; None where it is not held."""
        return self._here.union(folder)

    def run(self, request: QueryRequest, folder: Path) -> QueryAnswer:
        """The answer to a query on the store in `folder`.

        Raises `QuerySyntaxError`, `QueryRefusedError`, `QueryTooComplexError`, `QueryNotAcceptableError`,
        `NotXmlError`, `QueryOverLimitError`, `StoreError` where the store cannot be opened, and `QueriesBusyError`
        where no place became free in time.
        """
        self._nurseries.follow(folder)
        worker = self._places.take(MAX_WAIT)
        place_held = True
        deadline = time.monotonic() + self.limits.seconds
        try:
            worker = self._ready(worker)
            worker.ask(request, folder, self.limits)
            if (first := worker.heard_while_short(LONG, min(deadline, time.monotonic() + HELD))) is None:
                place_held = False
                return self._run_long(worker, deadline)
            return worker.answer(first, deadline, self.limits)
        finally:
            if place_held:
                self._free_place(worker)

    def close(self) -> None:
        """End all processes that are idle; busy ones end when their query does."""
        self._closed.set()
        for worker in self._places.take_idle():
            if worker is not None:
                worker.kill()
        self._nurseries.close()

    def _ready(self, worker: QueryWorker | None) -> QueryWorker:
        """The process of a place, or another in its stead where there is none or it is past its use."""
        if worker is not None:
            if self._nurseries.is_current(worker.nursery) and worker.alive:
                return worker
            worker.kill()
        nursery = self._nurseries.current()
        try:
            return QueryWorker(nursery, self.limits.megabytes)
        except QueriesBusyError:
            if self._nurseries.is_current(nursery):
                raise
            return QueryWorker(self._nurseries.current(), self.limits.megabytes)

    def _replace_idle(self) -> None:
        """Let processes go that wait for a query and were forked from what is no longer current."""
        for worker in self._places.take_idle():
            if worker is None or self._nurseries.is_current(worker.nursery):
                self._places.give(worker)
            else:
                worker.kill()
                self._places.give(None)

    def _run_long(self, worker: QueryWorker, deadline: float) -> QueryAnswer:
        """Wait for a query that takes longer, in a place for long ones, and end its process afterwards."""
        room = self._long.acquire(blocking=False)
        self._places.give(None)
        try:
            if not room:
                raise QueriesBusyError(
                    f"This query takes longer than {LONG:g} s, and {self.limits.side_by_side} such run already.",
                    hint="Try again later, or ask for less: name a class or a graph, add LIMIT.",
                )
            first = worker.heard_while_short(LONG, deadline)
            if first is None:
                worker.step_back()
                first = worker.heard_while_short(VERY_LONG, deadline)
            if first is None:
                worker.step_back()
                first = worker.heard(deadline)
            if first is None:
                raise over_time(self.limits)
            return worker.answer(first, deadline, self.limits)
        finally:
            worker.kill()
            if room:
                self._long.release()

    def _free_place(self, worker: QueryWorker | None) -> None:
        if worker is not None and (self._closed.is_set() or not worker.usable):
            worker.kill()
            worker = None
        self._places.give(worker)
