"""Slots that queries run in: a limited number, given in the order of waiting.

A slot that has just become free must not go to a newcomer: with `queue.LifoQueue` it did, and some of 8 equal clients
waited twice as long as others.
"""

from __future__ import annotations

import threading
from collections import deque

from gcmgraph.store.query_pool.worker import QueryWorker
from gcmgraph.store.requests import QueriesBusyError


class _Waiting:
    """One who waits. `given` is locked until there is a slot."""

    def __init__(self) -> None:
        self.given = threading.Lock()
        self.given.acquire()
        self.worker: QueryWorker | None = None


class Slots:
    """`count` slots, each with its idle process, or None where it has none yet."""

    def __init__(self, count: int, most_waiting: int) -> None:
        self._idle: list[QueryWorker | None] = [None] * count
        self._waiting: deque[_Waiting] = deque()
        self._most_waiting = most_waiting
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """Number of requests waiting for a slot."""
        return len(self._waiting)

    def take(self, seconds: float) -> QueryWorker | None:
        """A slot, the one used last first. Raises `QueriesBusyError` where none becomes free within `seconds`."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
            if len(self._waiting) >= self._most_waiting:
                raise _busy()
            waiting = _Waiting()
            self._waiting.append(waiting)
        if not waiting.given.acquire(timeout=seconds):
            with self._lock:
                if waiting in self._waiting:  # else it was given one meanwhile
                    self._waiting.remove(waiting)
                    raise _busy()
        return waiting.worker

    def give(self, worker: QueryWorker | None) -> None:
        """Free a slot."""
        with self._lock:
            if self._waiting:
                waiting = self._waiting.popleft()
                waiting.worker = worker
                waiting.given.release()
            else:
                self._idle.append(worker)

    def take_idle(self) -> list[QueryWorker | None]:
        """All free slots, to be given back in this order."""
        with self._lock:
            idle, self._idle = self._idle, []
        return idle


def _busy() -> QueriesBusyError:
    return QueriesBusyError("All query workers are busy.", hint="Try again in a moment, or ask for less at once.")
