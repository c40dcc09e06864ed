"""Turns of checks that share a process: one at a time, a limited number waiting, decisions first."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gcmgraph.contributions.errors import CheckBusyError


@dataclass(frozen=True)
class Queue:
    """Limits on waiting for a turn: number of checks, and seconds of each."""

    waiting: int
    seconds: float


class Turns:
    """Gives one check at a time its turn, in the order of arrival; `first` are before the others."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._changed = threading.Condition()
        self._taken = False
        self._waiting: list[tuple[bool, int]] = []
        self._arrived = 0

    @property
    def full(self) -> bool:
        """Whether one more check would be refused."""
        return self._taken and len(self._waiting) >= self._queue.waiting

    @contextmanager
    def turn(self, *, first: bool = False) -> Iterator[None]:
        """Wait for a turn, which ends with the block. Raises `CheckBusyError`, at once where too many wait."""
        with self._changed:
            if self.full and not first:
                raise busy()
            self._arrived += 1
            own = (not first, self._arrived)
            heapq.heappush(self._waiting, own)
            try:
                if not self._changed.wait_for(lambda: self._is_next(own), self._queue.seconds):
                    raise busy()
                self._taken = True
            finally:
                self._waiting.remove(own)
                heapq.heapify(self._waiting)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()

    def _is_next(self, own: tuple[bool, int]) -> bool:
        return not self._taken and self._waiting[0] == own


def busy() -> CheckBusyError:
    """The error of a check that is refused."""
    return CheckBusyError("Other contributions are being checked.", hint="Try again in a moment.")
