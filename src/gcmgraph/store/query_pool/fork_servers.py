"""The fork server that query processes are forked from: one with the newest graph in memory, as soon as there is one.

Queries are answered from the start, on disk. Meanwhile another fork server loads the graph, and then takes over; the
same with each dataset version, once it has been current for a moment.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from gcmgraph.store.query_pool.fork_server_client import ForkServerClient
from gcmgraph.store.requests import NOTHING, QueriesBusyError

#: Seconds from one graph to the next: versions that follow each other faster are not worth loading. The first graph is
#: loaded at once.
SETTLED = 5.0

#: Seconds after which a graph is loaded again whose fork server was lost, as when the system ran out of memory.
_RECOVERED = 60.0


class ForkServers:
    """The current fork server, and the next one.

    `changed` is called when another has become current.
    """

    def __init__(self, megabytes: int, changed: Callable[[], None]) -> None:
        self._megabytes = megabytes
        self._changed = changed
        self._current: ForkServerClient | None = None
        self._next: ForkServerClient | None = None
        self._newest: Path | None = None
        self._wait = 0.0
        self._follower: threading.Thread | None = None
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._closed = threading.Event()

    def current(self) -> ForkServerClient:
        """The fork server to use. Raises `QueriesBusyError` where none can be started."""
        current = self._current
        if current is not None and current.alive:
            return current
        with self._starting:
            if self._current is not None and self._current.alive:
                return self._current
            if self._current is not None and self._current.folder is not None:
                self._newest, self._wait = None, _RECOVERED
            started = ForkServerClient()
            if not started.ready():
                started.close()
                raise QueriesBusyError("No query process can be started.")
            self._replace(started)
            return started

    def is_current(self, fork_server: ForkServerClient) -> bool:
        """Whether new processes are forked from this one."""
        return fork_server is self._current

    def holds(self, folder: Path) -> bool:
        """Whether the current fork server has the graph of this folder in memory."""
        return self._current is not None and self._current.folder == folder

    def follow(self, folder: Path) -> None:
        """Load the graph of this folder as soon as possible, in place of another."""
        if folder is self._newest or self._megabytes <= 0 or folder in {self._newest, NOTHING}:
            return
        with self._lock:
            self._newest = folder
            if self._follower is None and not self._closed.is_set():
                self._follower = threading.Thread(target=self._follow, args=(self._wait,), daemon=True)
                self._follower.start()
            self._wait = SETTLED

    def close(self) -> None:
        """End the current fork server when its last query process ends, and load no more graphs."""
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
        """Load the newest graph, until there is no newer one."""
        with suppress(QueriesBusyError):
            self.current()  # the first queries wait for nothing more than this
        loaded: Path | None = None
        while not self._closed.wait(wait):
            with self._lock:
                if loaded == self._newest:
                    self._follower = None
                    return
                newest = loaded = self._newest
            if newest is not None:
                self._load(newest)
            wait = SETTLED

    def _load(self, folder: Path) -> None:
        """Make a fork server with this graph the current one; one without a graph where it cannot be loaded."""
        try:
            fork_server = ForkServerClient(folder, self._megabytes)
        except QueriesBusyError:  # no process or memory left: the current one stays
            return
        with self._lock:
            self._next = fork_server
            if self._closed.is_set():
                fork_server.stop()
        ready = fork_server.ready()
        with self._lock:
            self._next = None
        if ready:
            self._replace(fork_server)
            return
        fork_server.close()
        if (outdated := self._current) is not None and outdated.folder is not None:
            self._replace(None)

    def _replace(self, fork_server: ForkServerClient | None) -> None:
        with self._lock:
            before, self._current = self._current, fork_server
            if self._closed.is_set() and fork_server is not None:
                fork_server.close()
        if before is not None:
            before.close()
            self._changed()
