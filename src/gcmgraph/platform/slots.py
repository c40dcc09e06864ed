"""Slots: a limited number of positions to run in, for many threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Slots:
    """A limited number of slots, given in the order of arrival; `first` are before the others.

    For many threads.
    """

    def __init__(
        self, count: int, waiting: int, seconds: float, busy: Callable[[], Exception]
    ) -> None:
        """As many as `waiting` may wait, each for some seconds.

        `busy` makes the error for one without a slot.
        """
        self._free = count
        self._max_waiting = waiting
        self._seconds = seconds
        self.busy = busy
        self._changed = threading.Condition()
        self._queue: list[object] = []

    @property
    def full(self) -> bool:
        """Whether one more would be refused."""
        return not self._free and len(self._queue) >= self._max_waiting

    @contextmanager
    def slot(self, *, first: bool = False) -> Iterator[None]:
        """Wait for a slot, which is free again after the block.

        Raises the error, at once where too many wait.
        """
        ticket = object()
        with self._changed:
            if self.full and not first:
                raise self.busy()
            self._queue.insert(0 if first else len(self._queue), ticket)
            try:
                in_time = self._changed.wait_for(
                    lambda: self._free and self._queue[0] is ticket, self._seconds
                )
                if not in_time:
                    raise self.busy()
                self._free -= 1
            finally:
                self._queue.remove(ticket)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()
