"""Fork server of query processes, seen from the server (`fork_server` is its other side)."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path

from gcmgraph.processes.worker import Worker
from gcmgraph.store.requests import QueriesBusyError

_LONGEST = 64

#: Seconds that a fork may take.
_SOON = 10.0


class ForkServerClient:
    """Fork server process, from its start to the end of the last query process that was forked from it.

    With a folder, it loads that folder's graph into memory unless this takes more than `megabytes` (see `ready`).
    Raises `QueriesBusyError` where it cannot be started.
    """

    def __init__(self, folder: Path | None = None, megabytes: int = 0) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._forked = 0
        self._wanted = True
        graph = [] if folder is None else [str(folder), str(megabytes)]
        try:
            self._process = Worker(
                "gcmgraph.store.query_pool.fork_server", *graph, kind=socket.SOCK_SEQPACKET, capped=True, quiet=True
            )
        except OSError as error:  # no process or memory left
            raise _none(error.strerror or "") from error
        self._control = self._process.channel

    def ready(self) -> bool:
        """Wait until it can fork; False where it has ended, or could not load its graph."""
        try:
            state = self._control.recv(_LONGEST)
        except OSError:
            return False
        return state == (b"empty" if self.folder is None else b"holding")

    def fork(self, channel: socket.socket, end: socket.socket, megabytes: int) -> int:
        """Fork a query process that reads `channel`; its end is reported on `end`. Its process number."""
        with self._lock:
            try:
                self._control.settimeout(_SOON)
                socket.send_fds(self._control, [f"fork {megabytes}".encode()], [channel.fileno(), end.fileno()])
                pid = int(self._control.recv(_LONGEST) or 0)
            except OSError as error:
                self._process.kill()  # a late reply would be taken for that to the next message
                raise _none(error.strerror or "no answer") from error
            if not pid:
                raise _none("no process or memory left")
            self._forked += 1
            return pid

    def kill(self, pid: int) -> None:
        """End a query process that was forked here; nothing where it has ended."""
        self._send(f"kill {pid}")

    def step_back(self, pid: int) -> None:
        """Raise the niceness of a query process that was forked here."""
        self._send(f"yield {pid}")

    def forget_one(self) -> None:
        """Count a query process as ended."""
        with self._lock:
            self._forked -= 1
            over = not self._wanted and not self._forked
        if over:
            self._process.close()

    def close(self) -> None:
        """End when the last query process does."""
        with self._lock:
            self._wanted = False
            over = not self._forked
        if over:
            self._process.close()

    def stop(self) -> None:
        """End it at once, with all that were forked from it."""
        self._process.kill()

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.alive

    def _send(self, message: str) -> None:
        with suppress(OSError):  # it has ended, and with it all that were forked from it
            self._control.send(message.encode())


def _none(why: str) -> QueriesBusyError:
    return QueriesBusyError(f"No query process can be started: {why}.")
