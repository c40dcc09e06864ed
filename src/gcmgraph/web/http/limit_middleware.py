"""Limits on request lines, headers, bodies and long responses: WSGI middleware (PEP 3333).

`RequestLine` and `BodyLimiter` limit methods, paths, parameters, headers and bodies of requests,
`ResponseLimiter` long responses. The server (granian 2.8.7) passes a request on before its body has
arrived, and does not check Host. A proxy limits the times of bodies and of responses
(docs/deployment/nginx.conf).
"""

from __future__ import annotations

import io
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from werkzeug.wsgi import ClosingIterator

from gcmgraph.web.http import limits
from gcmgraph.web.http.form_parsing import FORM_MEDIA_TYPE
from gcmgraph.web.http.wsgi import call_application

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

#: Key of the WSGI environment for the `Refusal` of a request.
REFUSED = "gcmgraph.refused"

#: Bytes of a body that are read at once.
_PIECE = 8 * 1024

#: Headers that WSGI passes without the prefix `HTTP_`.
_HEADERS_WITHOUT_PREFIX = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})

TOO_MANY_FIELDS = f"The form has more than {limits.MAX_FIELDS:,} fields."
SEND_A_FILE = "Send large data as a file or as the body of the request."


@dataclass(frozen=True)
class Refusal:
    """Reason to not pass a request on: a status, one sentence in English, and perhaps a hint."""

    status: HTTPStatus
    detail: str
    hint: str | None = None


class RefusalError(Exception):
    """A request that is not passed on."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal


_TOO_MANY_BODIES = Refusal(
    HTTPStatus.TOO_MANY_REQUESTS,
    "Too many requests with a body are on their way. Ask by GET, or try again in a moment.",
)
_TOO_MANY_RESPONSES = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "Too many long responses are being sent. Try again in a moment.",
)
_TWO_SLASHES = Refusal(
    HTTPStatus.NOT_FOUND, "There is nothing at an address that begins with two slashes."
)
_NOT_ONE_HOST = Refusal(HTTPStatus.BAD_REQUEST, "A request by HTTP/1.1 has one Host header.")
_TOO_MANY_PARAMETERS = Refusal(
    HTTPStatus.BAD_REQUEST,
    f"The address has more than {limits.MAX_FIELDS:,} parameters.",
    "Send fewer parameters, or a query as the body of a POST.",
)
_UNKNOWN_LENGTH = Refusal(
    HTTPStatus.LENGTH_REQUIRED,
    "Send it with its Content-Length: without, a part would look like the whole, and be kept.",
)
_INVALID_LENGTH = Refusal(HTTPStatus.BAD_REQUEST, "The Content-Length is not a number.")
_LONG_FORM = Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_MANY_FIELDS, SEND_A_FILE)


class RequestLine:
    """WSGI middleware that refuses request heads which the application would take for others, or take long to parse.

    Those are methods that are not in capitals (they are case-sensitive, RFC 9110, 9.1), paths that
    begin with two slashes, addresses with too many parameters, and long headers (RFC 6585, 5); and
    HTTP/1.1 without Host or with two (RFC 9112, 3.2), which the server joins by a comma. `refusing`
    responds to these refusals, and to those of `app`, under `REFUSED`, without the body of the
    request.
    """

    def __init__(self, app: WSGIApplication, refusing: WSGIApplication) -> None:
        self._app = app
        self._refusing = refusing

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        try:
            if refusal := _refusal_of_head(environ):
                environ |= {"REQUEST_METHOD": "GET", "QUERY_STRING": ""}
                for variable in _long_headers(environ):
                    del environ[variable]
                raise RefusalError(refusal)
            return self._app(environ, start_response)
        except RefusalError as error:
            environ.pop("HTTP_TRANSFER_ENCODING", None)
            environ |= {REFUSED: error.refusal, "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}
            return self._refusing(environ, start_response)


def _refusal_of_head(environ: WSGIEnvironment) -> Refusal | None:
    """The refusal of a request line or of headers; None where they are accepted."""
    method = environ["REQUEST_METHOD"]
    if not (method.isascii() and method.isupper()):
        detail = f"The method '{method[:40]}' is none of GET, HEAD, POST and OPTIONS."
        return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, detail)
    if environ.get("PATH_INFO", "").startswith("//"):
        return _TWO_SLASHES
    long_headers = _long_headers(environ)
    if long_headers:
        name = _header_name(long_headers[0])
        return Refusal(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            f"The header {name} has more than {_longest(name):,} characters.",
            "Send a shorter one, or leave the header out.",
        )
    host = environ.get("HTTP_HOST", "")
    if environ.get("SERVER_PROTOCOL") == "HTTP/1.1" and (not host or "," in host):
        return _NOT_ONE_HOST
    if environ.get("QUERY_STRING", "").count("&") >= limits.MAX_FIELDS:
        return _TOO_MANY_PARAMETERS
    return None


def _long_headers(environ: WSGIEnvironment) -> list[str]:
    """The variables of the headers that are longer than their limit."""
    long_headers = []
    for variable, value in environ.items():
        if not (variable.startswith("HTTP_") or variable in _HEADERS_WITHOUT_PREFIX):
            continue
        if len(value) > _longest(_header_name(variable)):
            long_headers.append(variable)
    return long_headers


def _longest(name: str) -> int:
    """The limit on the characters of a header."""
    return limits.LONGEST_HEADERS.get(name, limits.LONGEST_HEADER)


def _header_name(variable: str) -> str:
    """The name of the header in a variable of WSGI: `HTTP_ACCEPT_LANGUAGE` is `Accept-Language`."""
    return variable.removeprefix("HTTP_").replace("_", "-").title()


class _Slots:
    """Slots of messages in progress, and the bytes of them in memory.

    Where there are no bytes yet, any number is taken.
    """

    def __init__(self, max_slots: int, max_bytes: int) -> None:
        self._max_slots = max_slots
        self._max_bytes = max_bytes
        self._used_slots = 0
        self._used_bytes = 0
        self._lock = threading.Lock()

    def take(self, size: int = 0, slots: int = 1) -> bool:
        """Use slots and bytes; False where there are too few."""
        with self._lock:
            no_slot = self._used_slots + slots > self._max_slots
            no_memory = self._used_bytes and self._used_bytes + size > self._max_bytes
            if no_slot or no_memory:
                return False
            self._used_slots += slots
            self._used_bytes += size
            return True

    def release(self, size: int) -> None:
        """Use a slot and bytes no longer."""
        with self._lock:
            self._used_slots -= 1
            self._used_bytes -= size


class BodyLimiter:
    """WSGI middleware that reads the whole body of a request into memory for `app`.

    It refuses bodies longer than `max_bytes`, or than the limit of their path in `larger`, bodies
    that end early, and forms with too many fields: a field of two bytes takes hundreds once it is
    parsed. In chunked coding an early end cannot be recognised, so the paths in `length_required` need a
    Content-Length. Raises `RefusalError`.
    """

    def __init__(
        self,
        app: WSGIApplication,
        max_bytes: int,
        larger: Mapping[str, int],
        length_required: Collection[str],
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._larger = larger
        self._length_required = length_required
        self._reading = _Slots(limits.READERS, limits.BODY_BYTES)
        self._turns = threading.BoundedSemaphore(limits.ANSWERED)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        length = environ.get("CONTENT_LENGTH") or ""
        is_chunked = bool(environ.get("HTTP_TRANSFER_ENCODING"))
        if not is_chunked and length in {"", "0"}:
            return self._app(environ, start_response)
        path = environ.get("PATH_INFO", "")
        limit = self._larger.get(path, self._max_bytes)
        expected = None if is_chunked else _content_length(length, limit)
        if is_chunked and path in self._length_required:
            raise RefusalError(_UNKNOWN_LENGTH)
        if not self._reading.take():
            raise RefusalError(_TOO_MANY_BODIES)
        body = bytearray()
        try:
            # one byte beyond the limit shows that a chunked body is too long
            self._read(environ["wsgi.input"], limit + 1 if expected is None else expected, body)
            _require_acceptable_body(environ, body, expected, limit)
            environ["wsgi.input"] = io.BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
            environ.pop("HTTP_TRANSFER_ENCODING", None)
            return self._answer_in_turn(environ, start_response)
        finally:
            self._reading.release(len(body))

    def _read(self, stream: InputStream, max_bytes: int, body: bytearray) -> None:
        """Read up to `max_bytes` into `body`, which has what was read also after an error.

        Raises `RefusalError` where all bodies together are too long.
        """
        while len(body) < max_bytes:
            piece = stream.read(min(_PIECE, max_bytes - len(body)))
            if not piece:
                return
            if not self._reading.take(len(piece), slots=0):
                raise RefusalError(_TOO_MANY_BODIES)
            body += piece

    def _answer_in_turn(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a request whose body was read, as soon as one of `limits.ANSWERED` turns is free.

        Raises `RefusalError` after a wait.
        """
        if not self._turns.acquire(timeout=limits.ANSWERED_WAIT):
            raise RefusalError(_TOO_MANY_BODIES)
        try:
            return self._app(environ, start_response)
        finally:
            self._turns.release()


def _body_too_long(limit: int) -> RefusalError:
    detail = f"What was sent is longer than {limit // 10**6} MB, the limit here."
    return RefusalError(Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail))


def _content_length(length: str, limit: int) -> int:
    """The number of a Content-Length. Raises `RefusalError` for another text, and beyond the limit."""
    if not length.isdecimal():
        raise RefusalError(_INVALID_LENGTH)
    if int(length) > limit:
        raise _body_too_long(limit)
    return int(length)


def _require_acceptable_body(
    environ: WSGIEnvironment, body: bytearray, expected: int | None, limit: int
) -> None:
    """Raise `RefusalError` for a body that ended early, is too long, or is a form with too many fields."""
    if expected is not None and len(body) < expected:
        detail = f"The body ended after {len(body):,} of {expected:,} bytes. Send it again."
        raise RefusalError(Refusal(HTTPStatus.BAD_REQUEST, detail))
    if len(body) > limit:
        raise _body_too_long(limit)
    media_type = str(environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()
    if media_type == FORM_MEDIA_TYPE and body.count(b"&") >= limits.MAX_FIELDS:
        raise RefusalError(_LONG_FORM)


class ResponseLimiter:
    """WSGI middleware that sends the long responses of `app`, or refuses them where `senders` or `size` is exceeded.

    A response up to `WHOLE` bytes is given to the server as a whole. A longer one is sent in
    pieces, and takes a slot until its client has read it: a client that does not read holds no more
    than that. `size` is in bytes. Raises `RefusalError`.
    """

    def __init__(
        self, app: WSGIApplication, senders: int = limits.SENDERS, size: int = limits.SENT_BYTES
    ) -> None:
        self._app = app
        self._slots = _Slots(senders, size)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        status, headers, body = call_application(self._app, environ)
        parts = iter(body)
        read_parts: list[bytes] = []
        size = 0
        with ExitStack() as ends:
            ends.callback(getattr(body, "close", lambda: None))
            for part in parts:
                read_parts.append(part)
                size += len(part)
                if size > limits.WHOLE:
                    break
            else:
                start_response(status, headers)
                return read_parts
            if not self._slots.take(size):
                raise RefusalError(_TOO_MANY_RESPONSES)
            ends.callback(self._slots.release, size)
            start_response(status, headers)
            close = ends.pop_all().close  # may be called more than once
            return ClosingIterator(_pieces(read_parts, parts), close)


def _pieces(read_parts: list[bytes], unread_parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts of a body that were read, in pieces of at most `WHOLE` bytes, then the others."""
    for part in read_parts:
        for start in range(0, len(part), limits.WHOLE):
            yield part[start : start + limits.WHOLE]
    yield from unread_parts
