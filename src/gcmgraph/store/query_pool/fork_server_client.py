"""Fork server of query processes, seen from the servers that share it (`fork_server` is its other side)."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from pathlib import Path

from gcmgraph.processes.worker import Worker
from gcmgraph.store.requests import QueriesBusyError, QueryLimits


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
        """The process, started where there is none. Raises `QueriesBusyError` where it cannot be started."""
        with self._lock:
            if self._worker is None:
                try:
                    self._worker = Worker(
                        "gcmgraph.store.query_pool.fork_server",
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
        for last in (False, True):
            worker = self.start()
            try:
                socket.send_fds(worker.channel, [f"fork {megabytes}".encode()], sockets)
            except OSError as error:
                self._forget(worker)
                if last:
                    raise not_started(error.strerror or "no answer") from error
            else:
                return

    def load(self, folder: Path) -> None:
        """Load the graph of this folder in the background, in place of another."""
        if folder is not self._loaded and folder != self._loaded:
            worker = self.start()
            self._loaded = folder
            with suppress(OSError):  # it has died, which the next query notices
                worker.channel.send(b"load " + os.fsencode(folder))

    def close(self) -> None:
        """Hang up. It ends, with all queries, at once where this process started it, else with the last server."""
        with self._lock:
            if self._worker is not None:
                self._worker.close()
                self._worker = None

    def _forget(self, worker: Worker) -> None:
        with self._lock:
            if self._worker is worker:
                worker.close()
                self._worker = self._loaded = None


def not_started(why: str) -> QueriesBusyError:
    """The error where no process can be started."""
    return QueriesBusyError(f"No query process can be started: {why}.")
