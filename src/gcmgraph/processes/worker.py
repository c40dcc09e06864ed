"""Worker process: a module run by an interpreter of its own, with a socket to the process that starts it.

The command is `python -m MODULE FD ARGUMENTS…`, where FD is the worker's end of the socket. The functions are for the
process that is started: its socket, its requests and their time limit.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from gcmgraph.processes.ipc import await_frame, finish_frame, receive_frame, send_frame
from gcmgraph.processes.sandbox import ALLOCATION

#: Seconds after a request's limit in which the parent, which can report the reason, is to end the process.
GRACE = 1.0


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


def start_arguments() -> tuple[socket.socket, list[str]]:
    """The socket to the parent, and the other arguments."""
    return socket.socket(fileno=int(sys.argv[1])), sys.argv[2:]


def serve(channel: socket.socket, answer: Callable[[Any, bytes], tuple[dict[str, Any], bytes]]) -> None:
    """Answer requests one at a time until the other side hangs up, or the head of an answer is `retiring`.

    SIGALRM ends the process where a request takes longer than the `seconds` in its head, so that none outlives a parent
    that died.
    """
    while (frame := receive_frame(channel)) is not None:
        request = json.loads(frame[0])
        signal.setitimer(signal.ITIMER_REAL, request["seconds"] + GRACE)
        head, body = answer(request, frame[1])
        send_frame(channel, json.dumps(head).encode(), body)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if head.get("retiring"):
            return


def receive_location(channel: socket.socket) -> str:
    """The text in the first frame: the location of a database, whose password no list of processes shows."""
    frame = receive_frame(channel)
    return frame[0].decode() if frame else ""


def end_with(channel: socket.socket) -> None:
    """End this process when the other side hangs up, which is to send nothing."""

    def wait() -> None:
        channel.recv(1)
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
