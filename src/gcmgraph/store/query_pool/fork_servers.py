"""Which nursery query processes are forked from: one that holds the newest graph in memory, once it does.

Queries are answered from the start, on disk. Meanwhile another nursery reads the graph, and takes over when it has.
So it goes with each dataset version, once it has stayed for a moment.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from gcmgraph.store.query_pool.fork_server_client import Nursery
from gcmgraph.store.requests import NOTHING, QueriesBusyError

#: Seconds from one graph to the next: versions that follow each other faster are not worth holding. The first is held
#: at once.
SETTLED = 5.0

#: Seconds after which a graph is held again whose nursery was lost, as when the system ran out of memory.
_RECOVERED = 60.0


class Nurseries:
    """The current nursery, and the next one. `changed` is called when another has become current.

    `held` is told, while nobody waits, of which folder the graph is held from now on; None where it cannot be.
    """

    def __init__(self, megabytes: int, changed: Callable[[], None], held: Callable[[Path | None], None]) -> None:
        self._megabytes = megabytes
        self._changed = changed
        self._held = held
        self._current: Nursery | None = None
        self._next: Nursery | None = None
        self._newest: Path | None = None
        self._wait = 0.0
        self._follower: threading.Thread | None = None
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._closed = threading.Event()

    def current(self) -> Nursery:
        """The nursery to fork from. Raises `QueriesBusyError` where none can be started."""
        nursery = self._current
        if nursery is not None and nursery.alive:
            return nursery
        with self._starting:
            if self._current is not None and self._current.alive:
                return self._current
            if self._current is not None and self._current.folder is not None:
                self._newest, self._wait = None, _RECOVERED
            started = Nursery()
            if not started.ready():
                started.close()
                raise QueriesBusyError("No query process can be started.")
            self._replace(started)
            return started

    def is_current(self, nursery: Nursery) -> bool:
        """Whether new processes come from this nursery."""
        return nursery is self._current

    def holds(self, folder: Path) -> bool:
        """Whether the current nursery holds the graph in this folder."""
        return self._current is not None and self._current.folder == folder

    def follow(self, folder: Path) -> None:
        """Hold the graph of this folder from now on, as soon as it can be."""
        if folder is self._newest or self._megabytes <= 0 or folder in {self._newest, NOTHING}:
            return
        with self._lock:
            self._newest = folder
            if self._follower is None and not self._closed.is_set():
                self._follower = threading.Thread(target=self._follow, args=(self._wait,), daemon=True)
                self._follower.start()
            self._wait = SETTLED

    def close(self) -> None:
        """End the current nursery when its last query process ends, and follow no longer."""
        with self._lock:
            self._closed.set()
            follower = self._follower
            if self._next is not None:
                self._next.stop()
            if self._current is not None:
                self._current.close()
        if follower is not None:
            follower.join()

    def _follow(self, wait: float) -> None:
        """Hold the newest graph, until there is no newer one."""
        with suppress(QueriesBusyError):
            self.current()  # the first queries wait for nothing more than this
        held: Path | None = None
        while not self._closed.wait(wait):
            with self._lock:
                if held == self._newest:
                    self._follower = None
                    return
                newest = held = self._newest
            if newest is not None:
                self._hold(newest)
            wait = SETTLED

    def _hold(self, folder: Path) -> None:
        """Fork from a nursery that holds this graph, or from one that holds none where that cannot be."""
        try:
            nursery = Nursery(folder, self._megabytes)
        except QueriesBusyError:  # no process or memory left: what there is goes on
            return
        with self._lock:
            self._next = nursery
            if self._closed.is_set():
                nursery.stop()
        ready = nursery.ready()
        with self._lock:
            self._next = None
        if ready:
            self._replace(nursery)
            if not self._closed.is_set():
                self._held(folder)
            return
        nursery.close()
        self._held(None)
        if (outdated := self._current) is not None and outdated.folder is not None:
            self._replace(None)

    def _replace(self, nursery: Nursery | None) -> None:
        with self._lock:
            before, self._current = self._current, nursery
            if self._closed.is_set() and nursery is not None:
                nursery.close()
        if before is not None:
            before.close()
            self._changed()
