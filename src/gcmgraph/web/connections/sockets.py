"""End of connections whose client neither sends nor reads.

The server (granian 2.8.7) has no time limit on writing. The kernel's counters of each connection show whether its
client sends and reads (`tcp_info` of linux/tcp.h), and a connection that is shut down ends in the server as one that
the client closed. Only on Linux.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from gcmgraph.web.http.limits import (
    BODY_GRACE_CROWDED,
    CONNECTION_TICK,
    HEADER_SECONDS,
    SEND_PROGRESS,
    SILENT_CROWDED,
    STALLED,
    STALLED_CROWDED,
)

_FOLDER = "/proc/self/fd"

#: Parts of `tcp_info`: segments without acknowledgement, milliseconds since data were last sent and last received,
#: bytes acknowledged, bytes received, bytes that were not sent yet.
_TCP_INFO = struct.Struct("<24xI16xI4xI64xQQ8xI")

#: Seconds between a response and the time at which its data are sent.
_SENT_WITHIN = 1.0

#: Seconds after a response in which the server itself has closed a connection that awaits the next request.
_IDLE = HEADER_SECONDS + 5

#: Seconds for which the times of responses are remembered.
_REMEMBERED = 10.0


@dataclass
class _Connection:
    """A connection of a client: its descriptor, and the time at which its client was last seen to be active."""

    descriptor: int
    active: float
    #: bytes that the client had acknowledged at that time
    acknowledged: int = 0


class SocketWatch:
    """Shuts down the connections to a port of this process whose clients are inactive."""

    def __init__(self, port: int, capacity: int, crowded: Callable[[], bool]) -> None:
        """`crowded`: whether inactive clients have less time; so they have beyond half of `capacity` connections."""
        self._port = port
        self._capacity = capacity
        self._crowded = crowded
        self._known: dict[str, _Connection | None] = {}
        self._unfinished: deque[float] = deque()

    def end_soon(self) -> None:
        """End the connection to which a response is sent now before its request has been received whole.

        The server would receive the rest first. The connection is recognised by the time of the response: nothing was
        received after it. Another that had a response at that moment, after a long wait, may be closed as well; it is
        idle then.
        """
        self._unfinished.append(time.monotonic())

    def start(self) -> None:
        """Check every `CONNECTION_TICK` seconds, in a thread."""
        if sys.platform == "linux":
            threading.Thread(target=self._run, name="connections", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(CONNECTION_TICK)
            self.check(time.monotonic())

    def check(self, now: float) -> int:
        """Shut down the connections that are inactive now; their number."""
        self._known = {name: self._found(name, descriptor, now) for name, descriptor in _sockets()}
        connections = {name: connection for name, connection in self._known.items() if connection}
        while self._unfinished and now - self._unfinished[0] > _REMEMBERED:
            self._unfinished.popleft()
        many = 2 * len(connections) > self._capacity
        crowded = many or self._crowded()
        return sum(
            self._is_inactive(connection, now, silent=many, crowded=crowded) and _shut_down(name, connection)
            for name, connection in connections.items()
        )

    def _found(self, name: str, descriptor: int, now: float) -> _Connection | None:
        """A connection by the name of its socket, which is unique; None for sockets of other use."""
        if name in self._known:
            known = self._known[name]
            if known is not None:
                known.descriptor = descriptor
            return known
        with suppress(OSError, IndexError), _borrowed(descriptor) as opened:
            if opened.getsockname()[1] == self._port and opened.getpeername():
                return _Connection(descriptor, now)
        return None

    def _is_inactive(self, connection: _Connection, now: float, *, silent: bool, crowded: bool) -> bool:
        try:
            with _borrowed(connection.descriptor) as opened:
                told = opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size)
            unacknowledged, sent, received, acknowledged, all_received, unsent = _TCP_INFO.unpack(told)
        except (OSError, struct.error):
            return False
        if all_received == 0:
            return silent and now - connection.active > SILENT_CROWDED
        if not unacknowledged + unsent or acknowledged - connection.acknowledged >= SEND_PROGRESS:
            connection.active, connection.acknowledged = now, acknowledged
        if not unsent and (received - sent) / 1000 > BODY_GRACE_CROWDED / 2:
            return any(abs(now - sent / 1000 - at) < _SENT_WITHIN for at in self._unfinished) or sent / 1000 > _IDLE
        return now - connection.active > (STALLED_CROWDED if crowded else STALLED)


class _Borrowed(socket.socket):
    """A socket of the server, which stays open."""

    def __exit__(self, *_: object) -> None:
        self.detach()


def _borrowed(descriptor: int) -> _Borrowed:
    return _Borrowed(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, descriptor)


def _sockets() -> Iterator[tuple[str, int]]:
    """The open sockets of this process, each with its name `socket:[inode]` and its descriptor."""
    for entry in os.listdir(_FOLDER):  # noqa: PTH208 - there are thousands, and paths take ten times as long
        with suppress(OSError):
            name = os.readlink(f"{_FOLDER}/{entry}")  # noqa: PTH115
            if name.startswith("socket:"):
                yield name, int(entry)


def _shut_down(name: str, connection: _Connection) -> bool:
    """Shut down a connection; False where its descriptor has become that of another meanwhile."""
    with suppress(OSError), socket.socket(fileno=os.dup(connection.descriptor)) as own:
        if f"socket:[{os.fstat(own.fileno()).st_ino}]" == name:
            own.shutdown(socket.SHUT_RDWR)
            return True
    return False
