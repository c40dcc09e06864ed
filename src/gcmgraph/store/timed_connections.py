"""Keep-alive connections of urllib3 on which a time limit counts for a whole answer.

urllib3 limits each wait for bytes, so a server that sends one now and then would hold a caller for as long as it
likes. The sockets here count down: after `settimeout`, which urllib3 calls before each request and each answer,
everything that is read comes within that time.
"""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

#: Idle connections to one server; more threads than these do not ask one at a time.
_IDLE = 32


class StaleConnectionError(Exception):
    """A connection that the server closed since its last answer: the request was not read."""


class _TimedSocket:
    """A socket whose timeout limits all that is read after it was set."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._end: float | None = None
        self.settimeout(connected.gettimeout())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    def settimeout(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds
        self._socket.settimeout(seconds)

    def makefile(self, *_: object, **__: object) -> io.BufferedReader:
        """Source from which http.client reads an answer."""
        return io.BufferedReader(_TimedReader(self._socket.makefile("rb", buffering=0), self._require_time))

    def _require_time(self) -> None:
        if self._end is not None:
            left = self._end - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)


class _TimedReader(io.RawIOBase):
    def __init__(self, file: socket.SocketIO, require_time: Callable[[], None]) -> None:
        self._file = file
        self._require_time = require_time

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._require_time()
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Timed:
    """Common part of the connections of both schemes."""

    sock: Any
    _answered = False

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self.sock = _TimedSocket(self.sock)
        self._answered = False

    def getresponse(self) -> Any:
        try:
            response = super().getresponse()  # type: ignore[misc]
        except ConnectionError as error:
            if self._answered:
                raise StaleConnectionError from error
            raise
        self._answered = True
        return response


class _HttpConnection(_Timed, HTTPConnection):
    pass


class _HttpsConnection(_Timed, HTTPSConnection):
    pass


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


def pool_manager(url: str, *, by_proxy: bool) -> urllib3.PoolManager:
    """Connections to the server of a URL; `by_proxy` through the proxy that the environment names for it, if any."""
    address = urlsplit(url)
    proxy = getproxies().get(address.scheme) if by_proxy and not proxy_bypass(address.netloc) else None
    manager = urllib3.ProxyManager(proxy, maxsize=_IDLE) if proxy else urllib3.PoolManager(maxsize=_IDLE)
    manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    return manager
