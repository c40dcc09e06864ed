"""Worker process: a module run by an interpreter of its own, with a socket to the process that starts it.

The command is `python -m MODULE FD ARGUMENTS…`, where FD is the worker's end of the socket. Both sides exchange frames
of a head (JSON) and a body (bytes): `multiprocessing.Pipe` makes a selector for each wait, which takes longer than a
small query. Here is also a function called once in a forked process, because it may kill the process that it runs in.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from gcmgraph.errors import GcmGraphError
from gcmgraph.processes.sandbox import ALLOCATION, end_with_parent

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
    ) -> None:
        """Start the process. Raises `OSError` where there is no process or memory left.

        `capped`: it caps its memory, and allocates accordingly. `quiet`: its outputs are discarded.
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
        _limit(self.channel, deadline)
        send_frame(self.channel, head, body)
        return self.receive(deadline)

    def receive(self, deadline: float) -> tuple[bytes, bytes]:
        """The next frame. Raises `TimeoutError` at the deadline (monotonic), `EOFError` or `OSError` for a hang-up."""
        first = await_frame(self.channel, deadline)
        if first is None:
            raise TimeoutError
        return finish_frame(self.channel, first, deadline)

    def wait(self, deadline: float) -> None:
        """Wait for the end of the process; at the deadline (monotonic), kill it."""
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
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


def serve(
    channel: socket.socket,
    answer: Callable[[Any, bytes], tuple[dict[str, Any], bytes]],
    after: Callable[[], object] = lambda: None,
) -> None:
    """Answer requests one at a time until the other side hangs up, or the head of an answer is `retiring`.

    `after` is called when an answer was sent.

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
        del head, body, frame
        after()


# --------------------------------------------------------------------------------------------------------------- frames

_LENGTHS = struct.Struct("!IQ")

#: Bodies of up to this many bytes are sent together with their head.
_SMALL = 64 * 1024


def send_frame(channel: socket.socket, head: bytes, body: bytes = b"") -> None:
    """Send a frame. Raises `OSError` where the other side is gone, `TimeoutError` where it does not read."""
    start = _LENGTHS.pack(len(head), len(body)) + head
    if len(body) <= _SMALL:
        channel.sendall(start + body)
    else:
        channel.sendall(start)
        channel.sendall(body)


def receive_frame(channel: socket.socket) -> tuple[bytes, bytes] | None:
    """The next frame, without a deadline; None where the other side hung up before one began."""
    first = channel.recv(_SMALL)
    return finish_frame(channel, first) if first else None


def await_frame(channel: socket.socket, deadline: float) -> bytes | None:
    """The first bytes of the next frame (`b""` for a hang-up); None at `deadline` (monotonic seconds)."""
    _limit(channel, deadline)
    try:
        return channel.recv(_SMALL)
    except TimeoutError:
        return None


def finish_frame(channel: socket.socket, first: bytes, deadline: float | None = None) -> tuple[bytes, bytes]:
    """The frame that begins with `first`. Raises `EOFError` for a hang-up, `TimeoutError` at the deadline."""
    while len(first) < _LENGTHS.size:
        _limit(channel, deadline)
        if not first or not (received := channel.recv(_SMALL)):
            raise EOFError
        first += received
    head_length, body_length = _LENGTHS.unpack_from(first)
    start, end = _LENGTHS.size + head_length, _LENGTHS.size + head_length + body_length
    if len(first) >= end:
        return first[_LENGTHS.size : start], first[start:end]
    frame = bytearray(end)
    frame[: len(first)] = first
    filled, view = len(first), memoryview(frame)
    while filled < end:
        _limit(channel, deadline)
        if not (count := channel.recv_into(view[filled:])):
            raise EOFError
        filled += count
    return bytes(view[_LENGTHS.size : start]), bytes(view[start:end])


def _limit(channel: socket.socket, deadline: float | None) -> None:
    if deadline is not None:
        channel.settimeout(max(0.001, deadline - time.monotonic()))


# --------------------------------------------------------------------------------------------- jobs in forked processes


class KilledError(Exception):
    """A signal ended the process."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by signal {number}")
        self.signal = number


def run_in_fork(work: Callable[[], str]) -> str:
    """The result of `work`, called in a forked process; to be used before a store is opened in this one.

    Raises a `GcmGraphError` with the message of the one that `work` raises, `KilledError`, and `SystemExit` after any
    other failure, whose traceback the forked process prints.
    """
    reading, writing = os.pipe()
    if (pid := os.fork()) == 0:
        _work(work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        pickled = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code < 0:
        raise KilledError(-code)
    if code > 0:
        sys.exit(code)
    result = pickle.loads(pickled)  # noqa: S301 - written by our own process
    if isinstance(result, GcmGraphError):
        raise result
    return str(result)


def _work(work: Callable[[], str], writing: int) -> NoReturn:
    """Write the result and end: nothing else of this copy of the process may go on."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # the engine delays Ctrl-C until it is done
        end_with_parent()
        result: str | GcmGraphError
        try:
            result = work()
        except GcmGraphError as error:
            result = GcmGraphError(error.message, place=error.place, hint=error.hint)  # not every subclass is picklable
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(result, pipe)
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)
