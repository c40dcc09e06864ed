"""Threads started when they are required, up to a limit, and ended when they are idle."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

#: Seconds after which an idle thread ends.
IDLE = 30.0


class Threads:
    """Up to `limit` threads. No task waits for one: the caller learns at once that all are busy.

    The threads are daemons, so that one that waits for a client does not delay the end of the process.
    """

    def __init__(self, limit: int, name: str) -> None:
        self._limit = limit
        self._name = name
        self._tasks: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._busy = 0
        self._idle = 0

    @property
    def crowded(self) -> bool:
        """Whether more than half of the threads are busy."""
        return 2 * self._busy > self._limit

    def run(self, task: Callable[[], object]) -> bool:
        """Run a task in a thread; False where all are busy."""
        with self._lock:
            if self._busy >= self._limit:
                return False
            self._busy += 1
            start = self._idle == 0
            if not start:
                self._idle -= 1
        self._tasks.put(task)
        if start:
            threading.Thread(target=self._work, name=self._name, daemon=True).start()
        return True

    def _work(self) -> None:
        while True:
            try:
                task = self._tasks.get(timeout=IDLE)
            except queue.Empty:
                with self._lock:
                    if self._idle == 0:  # `run` has just put a task for this thread
                        continue
                    self._idle -= 1
                return
            done = False
            try:
                task()
                done = True
            finally:  # a task that fails ends its thread, and Python prints the reason
                del task
                with self._lock:
                    self._busy -= 1
                    self._idle += done
