"""Long responses, sent in pieces, with limits on their number and bytes. Plain WSGI (PEP 3333).

A response up to `WHOLE` bytes is given to the server as a whole. A longer one is sent in pieces, and takes a slot until
its client has read it: a client that does not read holds no more than that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING

from gcmgraph.web.http.limits import SENDERS, SENT_BYTES, WHOLE
from gcmgraph.web.http.request_limits import refused

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    Headers = list[tuple[str, str]]

TOO_MANY = "Too many long responses are being sent. Try again in a moment."

#: Statuses of responses without a body (RFC 9110, 6.4.1).
_EMPTY = frozenset({"204", "304"})


class ResponseLimiter:
    """WSGI middleware that sends the long responses of `app`, or refuses them where `senders` or `size` is exceeded."""

    def __init__(
        self, app: WSGIApplication, refusing: WSGIApplication, senders: int = SENDERS, size: int = SENT_BYTES
    ) -> None:
        """`refusing` responds to refusals (see `request_limits.REFUSED`). `size` is in bytes."""
        self._app = app
        self._refusing = refusing
        self._slots = _Slots(senders, size)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        started: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], object]:
            started[:] = [(status, headers)]
            return _no_write

        body = self._app(environ, start)
        status, headers = started[0]
        if isinstance(body, list):
            size = sum(map(len, body))
            pieces: Iterable[bytes] = body if size <= WHOLE else _cut(body)
        else:
            empty = environ["REQUEST_METHOD"] == "HEAD" or status[:3] in _EMPTY
            length = 0 if empty else _length(headers)
            size, pieces = _begun(body, length)
        if isinstance(pieces, list):
            start_response(status, headers)
            return pieces
        if not self._slots.take(size):
            _close(body)
            return self._refusing(refused(environ, HTTPStatus.SERVICE_UNAVAILABLE, TOO_MANY), start_response)
        start_response(status, headers)
        return _LongResponse(pieces, body, lambda: self._slots.give(size))


class _LongResponse:
    """The pieces of a response. Its slot is free when it is closed (PEP 3333), which may be done more than once."""

    def __init__(self, pieces: Iterable[bytes], body: Iterable[bytes], give: Callable[[], None]) -> None:
        self._pieces = pieces
        self._body: Iterable[bytes] | None = body
        self._give = give

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def close(self) -> None:
        """Called by the server when the response has been sent or the client has disconnected."""
        if self._body is None:
            return
        body, self._body, self._pieces = self._body, None, ()
        try:
            _close(body)
        finally:
            self._give()


class _Slots:
    """Slots of responses that are being sent, and the bytes of those that are in memory."""

    def __init__(self, number: int, size: int) -> None:
        self._number = number
        self._size = size
        self._used = 0
        self._bytes = 0
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        with self._lock:
            if self._used >= self._number or (self._bytes and self._bytes + size > self._size):
                return False
            self._used += 1
            self._bytes += size
            return True

    def give(self, size: int) -> None:
        with self._lock:
            self._used -= 1
            self._bytes -= size


def _begun(body: Iterable[bytes], length: int | None) -> tuple[int, Iterable[bytes]]:
    """The whole body as a list if it is short, else its pieces; and the bytes of it that are in memory.

    A body of unknown length is read until it is known to be long.
    """
    if length is not None and length > WHOLE:
        return 0, body
    pieces, read, size = iter(body), [], 0
    for piece in pieces:
        read.append(piece)
        size += len(piece)
        if size > WHOLE:
            return size, _Chained(read, pieces)
    _close(body)
    return size, read


class _Chained:
    def __init__(self, read: list[bytes], pieces: Iterator[bytes]) -> None:
        self._pieces = chain(_cut(read), pieces)

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces


def _cut(parts: list[bytes]) -> Iterator[bytes]:
    """The parts of a body in pieces of at most `WHOLE` bytes."""
    for part in parts:
        for start in range(0, len(part), WHOLE):
            yield part[start : start + WHOLE]


def _length(headers: Headers) -> int | None:
    """The Content-Length; None where there is none."""
    return next((int(value) for name, value in headers if name.lower() == "content-length"), None)


def _close(body: object) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()


def _no_write(_: bytes) -> object:
    raise NotImplementedError("PEP 3333's write() is not supported")
