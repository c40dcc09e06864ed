"""Frames of a head (JSON) and a body (bytes) on a socket.

`multiprocessing.Pipe` makes a selector for each wait, which takes longer than a small query.
"""

from __future__ import annotations

import socket
import struct
import time

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
    return _rest(channel, first, None) if first else None


def await_frame(channel: socket.socket, deadline: float) -> bytes | None:
    """The first bytes of the next frame (`b""` for a hang-up); None at `deadline` (monotonic seconds)."""
    channel.settimeout(max(0.001, deadline - time.monotonic()))
    try:
        return channel.recv(_SMALL)
    except TimeoutError:
        return None


def finish_frame(channel: socket.socket, first: bytes, deadline: float) -> tuple[bytes, bytes]:
    """The frame that begins with `first`. Raises `EOFError` for a hang-up, `TimeoutError` at the deadline."""
    if not first:
        raise EOFError
    return _rest(channel, first, deadline)


def _rest(channel: socket.socket, first: bytes, deadline: float | None) -> tuple[bytes, bytes]:
    while len(first) < _LENGTHS.size:
        _set_timeout(channel, deadline)
        if not (received := channel.recv(_SMALL)):
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
        _set_timeout(channel, deadline)
        if not (count := channel.recv_into(view[filled:])):
            raise EOFError
        filled += count
    return bytes(view[_LENGTHS.size : start]), bytes(view[start:end])


def _set_timeout(channel: socket.socket, deadline: float | None) -> None:
    if deadline is not None:
        channel.settimeout(max(0.001, deadline - time.monotonic()))
