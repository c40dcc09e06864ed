"""Requests as granian hands them over, each in a thread: bodies with a time limit, long responses in other threads.

Granian (2.8.7) calls the application in one of a limited number of threads. Its own wrapper reads the request's body
there without a time limit, and waits there until the client has read all but the last piece of the response. Here the
number of requests that run is limited apart from those that wait for their client.
"""

from __future__ import annotations

import queue
import sys
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any, Protocol

from werkzeug.wsgi import FileWrapper

from gcmgraph.web.connections.bodies import BodyClock, TimedBody
from gcmgraph.web.connections.sockets import SocketWatch
from gcmgraph.web.connections.threads import Threads
from gcmgraph.web.http.limits import RUNNING, SENDERS
from gcmgraph.web.http.request_bodies import refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

#: Threads beyond the limit of responses: one is busy for a moment after its response was closed.
_SPARE = 8

#: Bytes that are read from a file at once.
_PIECE = 64 * 1024

Headers = list[tuple[str, str]]


class Exchange(Protocol):
    """The response to one request, as granian offers it to its wrapper of applications. Only the first call counts."""

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Respond with a whole body."""
        ...

    def response_iter(self, status: int, headers: Headers, body: object) -> None:
        """Respond with a body in pieces. Returns when the client has read all but the last, or has disconnected."""
        ...


class Requests:
    """Answers the requests of one server process by a WSGI application, in place of granian's own wrapper."""

    def __init__(self, app: WSGIApplication, refusing: WSGIApplication, port: int, connections: int) -> None:
        """`refusing` responds to refusals (see `request_bodies.REFUSED`). `connections` is the limit on them."""
        self._app = app
        self._refusing = refusing
        self._running: queue.SimpleQueue[None] = queue.SimpleQueue()  # a semaphore, faster than that of `threading`
        for _ in range(RUNNING):
            self._running.put(None)
        self._senders = Threads(SENDERS + _SPARE, "response")
        self._clock = BodyClock()
        self._sockets = SocketWatch(port, connections, lambda: self._senders.crowded)
        self._sockets.start()
        self._environ: WSGIEnvironment = {
            "SCRIPT_NAME": "",
            "SERVER_SOFTWARE": "Granian",
            "wsgi.errors": sys.stderr,
            "wsgi.file_wrapper": _file_wrapper,
            "wsgi.input_terminated": True,
            "wsgi.multiprocess": True,
            "wsgi.multithread": True,
            "wsgi.run_once": False,
            "wsgi.version": (1, 0),
        }

    def __call__(self, exchange: Exchange, scope: WSGIEnvironment) -> None:
        """Answer a request."""
        environ = self._environ | scope
        started: list[tuple[int, Headers]] = []

        def start(status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], object]:
            started[:] = [(int(status[:3]), headers)]
            return _no_write

        if _has_body(environ):  # `BodyGate` limits their number when it has read the body
            expire = partial(self._expire, exchange, environ)
            timed = {**environ, "wsgi.input": TimedBody(environ["wsgi.input"], expire, self._clock)}
            body = self._app(timed, start)
        else:
            self._running.get()
            try:
                body = self._app(environ, start)
            finally:
                self._running.put(None)
        status, headers = started[0]
        if isinstance(body, list):
            exchange.response_bytes(status, headers, body[0] if len(body) == 1 else b"".join(body))
            return
        send = partial(_send, exchange, status, headers, body)
        if not self._senders.run(send):
            send()

    def _expire(self, exchange: Exchange, environ: WSGIEnvironment) -> None:
        """Respond to a request whose body arrives too slowly, and end its connection."""
        detail = "The body arrived too slowly."
        status, headers, body = refusal(self._refusing, environ, HTTPStatus.REQUEST_TIMEOUT, detail)
        self._sockets.end_soon()
        exchange.response_bytes(status, [*headers, ("Connection", "close")], body)


class _Pieces:
    """An iterator as granian takes it: it calls `__next__`, and `close` at the end."""

    __slots__ = ("__next__", "_body")

    def __init__(self, body: Iterable[bytes]) -> None:
        self._body = body
        self.__next__ = iter(body).__next__

    def close(self) -> None:
        _close(self._body)


def _send(exchange: Exchange, status: int, headers: Headers, body: Iterable[bytes]) -> None:
    try:
        exchange.response_iter(status, headers, _Pieces(body))
    finally:
        _close(body)  # granian does not where the request has been answered


def _close(body: object) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()


def _has_body(environ: WSGIEnvironment) -> bool:
    return environ.get("CONTENT_LENGTH", "0") not in {"", "0"} or "HTTP_TRANSFER_ENCODING" in environ


def _file_wrapper(file: IO[bytes], _: int = 0) -> FileWrapper:
    """The pieces of a file (PEP 3333), larger than an application requests: each is handed from thread to thread."""
    return FileWrapper(file, _PIECE)


def _no_write(_: bytes) -> Any:
    raise NotImplementedError("PEP 3333's write() is not supported")
