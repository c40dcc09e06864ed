"""Worker process: a module run by an interpreter of its own, with a socket to the process that starts it.

The command is `python -m MODULE FD ARGUMENTS…`, where FD is the worker's end of the socket (see `child`).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

from gcmgraph.processes.ipc import await_frame, finish_frame, send_frame
from gcmgraph.processes.sandbox import ALLOCATION


class Worker:
    """One worker process. Its callers turn `OSError`, `EOFError` and `TimeoutError` into errors of their own."""

    def __init__(
        self,
        module: str,
        *arguments: str,
        kind: socket.SocketKind = socket.SOCK_STREAM,
        capped: bool = False,
        quiet: bool = False,
        session: bool = False,
    ) -> None:
        """Start the process. Raises `OSError` where there is no process or memory left.

        `capped`: it caps its memory, and allocates accordingly. `quiet`: its outputs are discarded.
        `session`: it has a session of its own, so that Ctrl-C does not reach it.
        """
        self.channel, theirs = socket.socketpair(socket.AF_UNIX, kind)
        output = subprocess.DEVNULL if quiet else None
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    [sys.executable, "-m", module, str(theirs.fileno()), *arguments],
                    pass_fds=[theirs.fileno()],
                    env={**os.environ, **ALLOCATION} if capped else None,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=session,
                )
            except OSError:
                self.channel.close()
                raise

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def exchange(self, head: bytes, body: bytes, deadline: float) -> tuple[bytes, bytes]:
        """Send a frame and return the answer; raises as `receive` does."""
        self.channel.settimeout(max(0.001, deadline - time.monotonic()))
        send_frame(self.channel, head, body)
        return self.receive(deadline)

    def receive(self, deadline: float) -> tuple[bytes, bytes]:
        """The next frame. Raises `TimeoutError` at the deadline (monotonic), `EOFError` or `OSError` for a hang-up."""
        first = await_frame(self.channel, deadline)
        if first is None:
            raise TimeoutError
        return finish_frame(self.channel, first, deadline)

    def wait(self, deadline: float | None = None) -> None:
        """Wait for the end of the process; at the deadline (monotonic), kill it."""
        try:
            self._process.wait(None if deadline is None else max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()

    def kill(self) -> None:
        """Kill the process, and with it every process forked from it that called `end_with_parent`."""
        self._process.kill()

    def close(self) -> None:
        """Kill the process, wait for its end, and close the socket."""
        self.kill()
        self._process.wait()
        self.channel.close()
