"""Workers: processes that can be killed, each with a socket to the process that starts it.

A worker is a module run by an interpreter of its own. The command is `python -m MODULE FD
ARGUMENTS…`, where FD is the worker's end of the socket. Both sides exchange frames
(`gcmgraph.platform.frames`).
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from gcmgraph.platform.errors import GcmGraphError, recorded_error
from gcmgraph.platform.frames import (
    await_frame,
    finish_frame,
    limit_wait,
    receive_frame,
    send_frame,
)

#: Environment of a process whose memory is capped: how glibc allocates
#: (https://sourceware.org/glibc/manual/latest/html_node/Memory-Allocation-Tunables.html). By
#: default it reserves up to 128 MB of address space for the arena of each thread, which the cap
#: counts: the engine opens a store with several, and some processes died at their first query. It
#: caches 7 free pieces of a size, where the engine frees many at once: with 100, joins and sorts
#: take up to a fifth less time.
ALLOCATION = {"GLIBC_TUNABLES": "glibc.malloc.arena_max=1:glibc.malloc.tcache_count=100"}

#: Seconds after a request's limit in which the parent, which can report the reason, is to end the
#: process.
GRACE = 1.0


class Worker:
    """One worker process.

    Its callers turn `OSError`, `EOFError` and `TimeoutError` into errors of their own.
    """

    def __init__(
        self,
        module: str,
        *arguments: str,
        kind: int = socket.SOCK_STREAM,
        capped: bool = False,
        quiet: bool = False,
    ) -> None:
        """Start the process. Raises `OSError` where there is no process or memory left.

        `capped`: it caps its memory, and allocates accordingly. `quiet`: its outputs are discarded.
        """
        self.channel, end_of_worker = socket.socketpair(socket.AF_UNIX, kind)
        output = subprocess.DEVNULL if quiet else None
        descriptor = end_of_worker.fileno()
        with end_of_worker:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    [sys.executable, "-m", module, str(descriptor), *arguments],
                    pass_fds=[descriptor],
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
        limit_wait(self.channel, deadline)
        send_frame(self.channel, head, body)
        return self.receive(deadline)

    def receive(self, deadline: float) -> tuple[bytes, bytes]:
        """The next frame.

        Raises `TimeoutError` at the deadline (monotonic), `EOFError` or `OSError` for a hang-up.
        """
        first_bytes = await_frame(self.channel, deadline)
        if first_bytes is None:
            raise TimeoutError
        return finish_frame(self.channel, first_bytes, deadline)

    def wait(self, deadline: float) -> None:
        """Wait for the end of the process; at the deadline (monotonic), kill it."""
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()

    def kill(self) -> None:
        """Kill the process, and every process forked from it that called `end_with_parent`."""
        self._process.kill()

    def close(self) -> None:
        """Kill the process, wait for its end, and close the socket."""
        self.kill()
        self._process.wait()
        self.channel.close()


def request_once(
    module: str, arguments: tuple[object, ...], seconds: float, *errors: type[GcmGraphError]
) -> Any:
    """The answer of a process that is started for one request.

    It may go on afterwards, until its time is over.

    Raises one of the `errors` (`recorded_error`), and `EOFError` or `OSError` where there is no
    answer in time.
    """
    deadline = time.monotonic() + seconds
    process = Worker(module)
    try:
        outcome = json.loads(process.exchange(b"", pickle.dumps(arguments), deadline)[0])
    except (EOFError, OSError):
        process.kill()
        raise
    finally:
        process.channel.close()
        threading.Thread(target=process.wait, args=(deadline,), daemon=True).start()
    if "error" in outcome:
        raise recorded_error(outcome, *errors)
    return outcome["result"]


def answer_once(act: Callable[..., Iterator[object]]) -> None:
    """Answer the one request of the parent by the first value of `act`, or its error.

    Then run `act` to its end.
    """
    channel, _ = start_arguments()
    frame = receive_frame(channel)
    if frame is None:
        return
    steps = act(*pickle.loads(frame[1]))  # noqa: S301 - written by our own process
    try:
        outcome = {"result": next(steps)}
    except GcmGraphError as error:
        outcome = error.record
    with channel, suppress(OSError):  # the parent may have ended meanwhile
        send_frame(channel, json.dumps(outcome).encode())
    for _ in steps:
        pass


def start_arguments() -> tuple[socket.socket, list[str]]:
    """The socket to the parent, and the other arguments."""
    return socket.socket(fileno=int(sys.argv[1])), sys.argv[2:]


def serve(
    channel: socket.socket,
    answer: Callable[[Any, bytes], tuple[dict[str, Any], bytes]],
    retires: Callable[[], bool] = lambda: False,
    after: Callable[[], object] = lambda: None,
) -> None:
    """Answer requests one at a time until the other side hangs up, or this process `retires`.

    The head of the last answer states that the process retires. The head of an error is its
    record, or `memory` where the memory does not suffice. `after` is called when an answer was
    sent.

    SIGALRM ends the process where a request takes longer than the `seconds` in its head, so that
    none outlives a parent that died.
    """
    while (frame := receive_frame(channel)) is not None:
        request = json.loads(frame[0])
        signal.setitimer(signal.ITIMER_REAL, request["seconds"] + GRACE)
        try:
            head, body = answer(request, frame[1])
        except GcmGraphError as error:
            head = error.record
            body = b""
        except MemoryError:
            head = {"memory": True}
            body = b""
        head["retiring"] = retires()
        send_frame(channel, json.dumps(head).encode(), body)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if head["retiring"]:
            return
        del head, body, frame
        after()
