"""Bodies of requests, read before the application, with limits on their number and bytes. Plain WSGI (PEP 3333).

The server (granian 2.8.7) passes a request on before its body has arrived, and does not check Host. The times of
bodies are limited by a proxy (docs/deployment/nginx.conf).
"""

from __future__ import annotations

import io
import threading
from collections.abc import Collection, Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from gcmgraph.web.http.limits import ANSWERED, ANSWERED_WAIT, BODY_BYTES, READERS

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

#: Key of the WSGI environment for the refusal of a request: a status, one sentence in English, and perhaps a hint.
REFUSED = "gcmgraph.refused"


#: Bytes that are read at once.
_PIECE = 8 * 1024

_TOO_MANY = "Too many requests with a body are on their way. Ask by GET, or try again in a moment."


class BodyGate:
    """WSGI middleware that reads the whole body of a request into memory for `app`.

    It refuses bodies longer than `max_bytes`, or than the limit of their path in `larger`, and bodies that end early.
    In chunked coding an early end cannot be recognised, so the paths in `counted` require a Content-Length. It also
    refuses HTTP/1.1 without Host or with two (RFC 9112, 3.2), which the server joins by a comma. `refusing` responds
    to the refusal under `REFUSED`, without a body.
    """

    def __init__(
        self,
        app: WSGIApplication,
        refusing: WSGIApplication,
        max_bytes: int,
        larger: Mapping[str, int] | None = None,
        counted: Collection[str] = (),
    ) -> None:
        self._app = app
        self._refusing = refusing
        self._max_bytes = max_bytes
        self._larger = larger or {}
        self._counted = counted
        self._reading = threading.BoundedSemaphore(READERS)
        self._answered = threading.BoundedSemaphore(ANSWERED)
        self._bytes = _Budget(BODY_BYTES)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        host = environ.get("HTTP_HOST", "")
        if environ.get("SERVER_PROTOCOL") == "HTTP/1.1" and (not host or "," in host):
            detail = "A request by HTTP/1.1 has one Host header."
            return self._refuse(environ, start_response, HTTPStatus.BAD_REQUEST, detail)
        length = environ.get("CONTENT_LENGTH") or ""
        chunked = bool(environ.get("HTTP_TRANSFER_ENCODING"))
        if not chunked and length in {"", "0"}:
            return self._app(environ, start_response)
        if not chunked and not length.isdecimal():
            return self._refuse(environ, start_response, HTTPStatus.BAD_REQUEST, "The Content-Length is not a number.")
        if chunked and environ.get("PATH_INFO", "") in self._counted:
            detail = "Send it with its Content-Length: without, a part would look like the whole, and be kept."
            return self._refuse(environ, start_response, HTTPStatus.LENGTH_REQUIRED, detail)
        most_bytes = self._larger.get(environ.get("PATH_INFO", ""), self._max_bytes)
        too_long = f"What was sent is longer than {most_bytes // 10**6} MB, the limit here."
        if not chunked and int(length) > most_bytes:
            return self._refuse(environ, start_response, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_long)
        if not self._reading.acquire(blocking=False):
            return self._refuse(environ, start_response, HTTPStatus.TOO_MANY_REQUESTS, _TOO_MANY)
        body = bytearray()
        try:
            most = most_bytes + 1 if chunked else int(length)
            if not self._read(environ["wsgi.input"], most, body):
                return self._refuse(environ, start_response, HTTPStatus.TOO_MANY_REQUESTS, _TOO_MANY)
            if not chunked and len(body) < int(length):
                detail = f"The body ended after {len(body):,} of {int(length):,} bytes. Send it again."
                return self._refuse(environ, start_response, HTTPStatus.BAD_REQUEST, detail)
            if len(body) > most_bytes:
                return self._refuse(environ, start_response, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_long)
            if not self._answered.acquire(timeout=ANSWERED_WAIT):
                return self._refuse(environ, start_response, HTTPStatus.TOO_MANY_REQUESTS, _TOO_MANY)
            try:
                environ["wsgi.input"] = io.BytesIO(body)
                environ["CONTENT_LENGTH"] = str(len(body))
                environ.pop("HTTP_TRANSFER_ENCODING", None)
                return self._app(environ, start_response)
            finally:
                self._answered.release()
        finally:
            self._bytes.give(len(body))
            self._reading.release()

    def _read(self, given: InputStream, most: int, body: bytearray) -> bool:
        """Read up to `most` bytes into `body`; False where the bytes of all bodies are over their limit."""
        while len(body) < most and (piece := given.read(min(_PIECE, most - len(body)))):
            body += piece
            if not self._bytes.take(len(piece)):
                return False
        return True

    def _refuse(
        self, environ: WSGIEnvironment, start_response: StartResponse, status: HTTPStatus, detail: str
    ) -> Iterable[bytes]:
        return self._refusing(refused(environ, status, detail), start_response)


class _Budget:
    """Bytes in use, with a limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        """Use bytes, even beyond the limit; False where they are beyond it."""
        with self._lock:
            self._used += size
            return self._used <= self._limit

    def give(self, size: int) -> None:
        """Use bytes no longer."""
        with self._lock:
            self._used -= size


def refused(environ: WSGIEnvironment, status: HTTPStatus, detail: str) -> WSGIEnvironment:
    """The environment of a request that is refused, without its body."""
    others = {name: value for name, value in environ.items() if name != "HTTP_TRANSFER_ENCODING"}
    return {**others, REFUSED: (status, detail), "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}
