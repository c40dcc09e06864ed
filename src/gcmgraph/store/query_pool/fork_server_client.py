"""The process that query processes are forked from, seen from the server (`query_nursery` is its other side)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from gcmgraph.processes.sandbox import ALLOCATION
from gcmgraph.store.requests import QueriesBusyError

_LONGEST = 64

#: Seconds that a fork may take.
_SOON = 10.0


class Nursery:
    """The process, from its start to the end of the last query process that was forked from it.

    With a folder, it holds that folder's graph in memory unless this takes more than `megabytes`: `holds` tells.
    Raises `QueriesBusyError` where it cannot be started.
    """

    def __init__(self, folder: Path | None = None, megabytes: int = 0) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._forked = 0
        self._wanted = True
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        graph = [] if folder is None else [str(folder), str(megabytes)]
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    [sys.executable, "-m", "gcmgraph.store.query_pool.fork_server", str(theirs.fileno()), *graph],
                    pass_fds=[theirs.fileno()],
                    env={**os.environ, **ALLOCATION},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            except OSError as error:  # no process or memory left
                self._control.close()
                raise _none(error.strerror or "") from error

    def ready(self) -> bool:
        """Wait until it can fork; False where it holds no graph though it was to, or has ended."""
        try:
            said = self._control.recv(_LONGEST)
        except OSError:
            return False
        return said == (b"empty" if self.folder is None else b"holding")

    def fork(self, channel: socket.socket, end: socket.socket, megabytes: int) -> int:
        """Fork a query process that reads `channel`; how it ends is told on `end`. Its number."""
        with self._lock:
            try:
                self._control.settimeout(_SOON)
                socket.send_fds(self._control, [f"fork {megabytes}".encode()], [channel.fileno(), end.fileno()])
                pid = int(self._control.recv(_LONGEST) or 0)
            except OSError as error:
                self._process.kill()  # a late answer would be taken for that to the next question
                raise _none(error.strerror or "no answer") from error
            if not pid:
                raise _none("no process or memory left")
            self._forked += 1
            return pid

    def kill(self, pid: int) -> None:
        """End a query process that was forked here; nothing where it has ended."""
        self._tell(f"kill {pid}")

    def step_back(self, pid: int) -> None:
        """Let others run before a query process that was forked here, each time more."""
        self._tell(f"yield {pid}")

    def forget_one(self) -> None:
        """Count a query process as ended."""
        with self._lock:
            self._forked -= 1
            over = not self._wanted and not self._forked
        if over:
            self._end()

    def close(self) -> None:
        """End when the last query process does."""
        with self._lock:
            self._wanted = False
            over = not self._forked
        if over:
            self._end()

    def stop(self) -> None:
        """End it at once, with all that were forked from it."""
        self._process.kill()

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def _tell(self, message: str) -> None:
        with suppress(OSError):  # it has ended, and with it all that were forked from it
            self._control.send(message.encode())

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._control.close()


def _none(why: str) -> QueriesBusyError:
    return QueriesBusyError(f"No query process can be started: {why}.")
