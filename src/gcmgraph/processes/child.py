"""The side of a worker process that is started: its socket, its requests and their time limit."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

from gcmgraph.processes.ipc import receive_frame, send_frame

#: Seconds after a request's limit in which the parent, which can report the reason, is to end the process.
GRACE = 1.0


def start_arguments() -> tuple[socket.socket, list[str]]:
    """The socket to the parent, and the other arguments (see `worker`)."""
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
