"""Frames of a head (JSON) and a body (bytes), exchanged by two processes over a socket.

`multiprocessing.Pipe` makes a selector for each wait, which takes longer than a small query.
Deadlines are seconds of the monotonic clock.
"""

from __future__ import annotations

import socket
import struct
import time

#: The start of a frame: lengths of its head and of its body, in bytes.
_LENGTHS = struct.Struct("!IQ")

#: Bodies of up to this many bytes are sent together with their head.
_SMALL = 64 * 1024


def send_frame(channel: socket.socket, head: bytes, body: bytes = b"") -> None:
    """Send a frame.

    Raises `OSError` where the other side is gone, `TimeoutError` where it does not read.
    """
    start = _LENGTHS.pack(len(head), len(body)) + head
    if len(body) <= _SMALL:
        channel.sendall(start + body)
    else:
        channel.sendall(start)
        channel.sendall(body)


def receive_frame(channel: socket.socket) -> tuple[bytes, bytes] | None:
    """The next frame, without a deadline; None where the other side hung up before one began."""
    first_bytes = channel.recv(_SMALL)
    return finish_frame(channel, first_bytes) if first_bytes else None


def await_frame(channel: socket.socket, deadline: float) -> bytes | None:
    """The first bytes of the next frame (`b""` for a hang-up); None at the deadline."""
    limit_wait(channel, deadline)
    try:
        return channel.recv(_SMALL)
    except TimeoutError:
        return None


def finish_frame(
    channel: socket.socket, first_bytes: bytes, deadline: float | None = None
) -> tuple[bytes, bytes]:
    """The head and body of the frame that begins with `first_bytes`.

    Raises `EOFError` for a hang-up, `TimeoutError` at the deadline.
    """
    start = first_bytes
    while len(start) < _LENGTHS.size:
        limit_wait(channel, deadline)
        received = channel.recv(_SMALL) if start else b""
        if not received:
            raise EOFError
        start += received
    head_length, body_length = _LENGTHS.unpack_from(start)
    end_of_head = _LENGTHS.size + head_length
    end = end_of_head + body_length
    if len(start) >= end:
        return start[_LENGTHS.size : end_of_head], start[end_of_head:end]
    frame = bytearray(end)
    frame[: len(start)] = start
    view = memoryview(frame)
    filled = len(start)
    while filled < end:
        limit_wait(channel, deadline)
        count = channel.recv_into(view[filled:])
        if not count:
            raise EOFError
        filled += count
    return bytes(view[_LENGTHS.size : end_of_head]), bytes(view[end_of_head:end])


def limit_wait(channel: socket.socket, deadline: float | None) -> None:
    """Have the next operation of a socket end at a deadline, if there is one."""
    if deadline is not None:
        channel.settimeout(max(0.001, deadline - time.monotonic()))
