"""Plain WSGI middleware (PEP 3333): counts of requests, limits on messages, cached responses.

`Counting` counts requests by path and status for all server processes. `RequestLine`, `BodyLimiter` and
`ResponseLimiter` limit methods, paths, parameters and bodies of requests, and long responses; `FormRequest` parses
forms in little memory. The server (granian 2.8.7) passes a request on before its body has arrived, and does not check
Host. A proxy limits the times of bodies and of responses (docs/deployment/nginx.conf).

`ResultCache` caches responses below Flask for one dataset version. A response with status 200 or 303 that was not
truncated is cached where its Cache-Control begins with `public`, or for the seconds of `max-age` where it has nothing
else. The key is every part of a request on which it may depend: address, Accept, Accept-Language, and for SPARQL's POST
the body. The cache is emptied when another version becomes current, or a file is added beside the current one. Clients
read from `Cache-Status` (RFC 9211) where a response is from, and bypass the cache with `Cache-Control: no-cache`.
"""

from __future__ import annotations

import fcntl
import io
import mmap
import os
import re
import tempfile
import threading
import time
import weakref
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from itertools import accumulate, chain
from operator import attrgetter
from sys import getsizeof
from time import monotonic
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from cachetools import LRUCache
from flask import Request
from werkzeug.formparser import FormDataParser

from gcmgraph.web.http.headers import is_known, is_unmodified, without_body
from gcmgraph.web.http.limits import (
    ANSWERED,
    ANSWERED_WAIT,
    BODY_BYTES,
    LONGEST_CACHED_HEADER,
    MAX_FIELDS,
    READERS,
    SENDERS,
    SENT_BYTES,
    WHOLE,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment
    from werkzeug.formparser import t_parse_result

    Headers = list[tuple[str, str]]

#: Key of an application's extensions for its counts of requests.
REQUEST_COUNTS = "gcmgraph.request_counts"

#: Statuses counted separately; the last is for all others.
STATUSES = (
    *(200, 201, 204, 301, 303, 304, 400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 413, 415, 422, 429),
    500,
    503,
    0,
)

_STATUS_CELLS = {status: cell for cell, status in enumerate(STATUSES)}

#: Upper bounds of the histogram of durations, in seconds; the last bucket has none.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

#: The name of all unknown addresses.
OTHER = "other"

#: Cells of a path: a number for each status and each bucket, and the seconds of all.
_CELLS_OF_PATH = len(STATUSES) + len(BOUNDS) + 1 + 1


class SharedCells:
    """Numbers in memory shared with processes that are forked later. All are 0 at first."""

    def __init__(self, size: int) -> None:
        self.values = memoryview(mmap.mmap(-1, size * 8)).cast("d")
        self._thread_lock = threading.Lock()
        self._process_lock = _anonymous_file()
        weakref.finalize(self, os.close, self._process_lock)

    @contextmanager
    def changing(self) -> Iterator[memoryview[float]]:
        """The numbers, which no other thread or process changes meanwhile. The lock of a killed process is released."""
        with self._thread_lock:
            fcntl.lockf(self._process_lock, fcntl.LOCK_EX)
            try:
                yield self.values
            finally:
                fcntl.lockf(self._process_lock, fcntl.LOCK_UN)


@dataclass(frozen=True)
class Counted:
    """The counts of an address."""

    path: str
    #: responses by status; 0 for all others
    statuses: dict[int, int]
    #: responses within each of `BOUNDS`, and all
    within: tuple[int, ...]
    #: of all responses together
    seconds: float


class RequestCounts:
    """Responses by path, status and duration."""

    def __init__(self, paths: Iterable[str]) -> None:
        """`paths` are the first parts of all addresses, such as `/doc`."""
        self._paths = {path: number for number, path in enumerate([*sorted(set(paths)), OTHER])}
        self._cells = SharedCells(len(self._paths) * _CELLS_OF_PATH)

    def add(self, path: str, status: int, seconds: float) -> None:
        """Count a response."""
        first = self._paths.get(path, self._paths[OTHER]) * _CELLS_OF_PATH
        with self._cells.changing() as cells:
            cells[first + _STATUS_CELLS.get(status, len(STATUSES) - 1)] += 1
            cells[first + len(STATUSES) + bisect_left(BOUNDS, seconds)] += 1
            cells[first + _CELLS_OF_PATH - 1] += seconds

    def __iter__(self) -> Iterator[Counted]:
        """The counts of each path that was requested."""
        for path, number in self._paths.items():
            first = number * _CELLS_OF_PATH
            *numbers, seconds = self._cells.values[first : first + _CELLS_OF_PATH]
            statuses = {status: int(n) for status, n in zip(STATUSES, numbers, strict=False) if n}
            if statuses:
                yield Counted(path, statuses, tuple(accumulate(map(int, numbers[len(STATUSES) :]))), seconds)


class Counting:
    """WSGI middleware that counts the responses of `app`, with the time until each began."""

    def __init__(self, app: WSGIApplication, counts: RequestCounts) -> None:
        self._app = app
        self._counts = counts

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        begun, path = time.perf_counter(), first_part(environ.get("PATH_INFO", ""))
        statuses = ["500"]  # the server's own, where the application fails

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
            statuses[:] = [status]
            return start_response(status, headers)

        try:
            return self._app(environ, start)
        finally:
            self._counts.add(path, int(statuses[0][:3]), time.perf_counter() - begun)


def first_part(path: str) -> str:
    """The first part of a path, with its slash and without a suffix: `/doc`, `/shapes`; `/` for the home page."""
    part = path[1:].partition("/")[0]
    return f"/{part[:1]}{part[1:].partition('.')[0]}"


def _anonymous_file() -> int:
    """A file that no disk holds, where the system has such files."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("gcmgraph")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


#: Key of the WSGI environment for the refusal of a request: a status, one sentence in English, and perhaps a hint.
REFUSED = "gcmgraph.refused"

#: Bytes of a body that are read at once, and bytes of a form that are decoded at once.
_PIECE, CHUNK = 8 * 1024, 16 * 1024

_FORM = "application/x-www-form-urlencoded"

_PAIR = re.compile(rb"[^&]+")

#: Statuses of responses without a body (RFC 9110, 6.4.1).
_EMPTY = frozenset({"204", "304"})

_TOO_MANY_BODIES = "Too many requests with a body are on their way. Ask by GET, or try again in a moment."
_TOO_MANY_RESPONSES = "Too many long responses are being sent. Try again in a moment."
TOO_MANY_FIELDS = f"The form has more than {MAX_FIELDS:,} fields."
SEND_A_FILE = "Send large data as a file or as the body of the request."


def refused(environ: WSGIEnvironment, status: HTTPStatus, *about: str) -> WSGIEnvironment:
    """The environment of a request that is refused, without its body: with a sentence, and perhaps a hint."""
    others = {name: value for name, value in environ.items() if name != "HTTP_TRANSFER_ENCODING"}
    return {**others, REFUSED: (status, *about), "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}


class RequestLine:
    """WSGI middleware that refuses request lines which the application would take for others, or take long to parse.

    Those are methods that are not in capitals (they are case-sensitive, RFC 9110, 9.1), paths that begin with two
    slashes, and addresses with too many parameters; and HTTP/1.1 without Host or with two (RFC 9112, 3.2), which the
    server joins by a comma. `refusing` responds to the refusal under `REFUSED`.
    """

    def __init__(self, app: WSGIApplication, refusing: WSGIApplication) -> None:
        self._app = app
        self._refusing = refusing

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        refusal = _refusal(environ)
        if refusal is None:
            return self._app(environ, start_response)
        plain = {**environ, "REQUEST_METHOD": "GET", "QUERY_STRING": ""}
        return self._refusing(refused(plain, *refusal), start_response)


def _refusal(environ: WSGIEnvironment) -> tuple[HTTPStatus, *tuple[str, ...]] | None:
    """The status of a request line that is refused, a sentence, and perhaps a hint; None for any other."""
    method, host = environ["REQUEST_METHOD"], environ.get("HTTP_HOST", "")
    if not (method.isascii() and method.isupper()):
        detail = f"The method '{method[:40]}' is none of GET, HEAD, POST and OPTIONS."
        return HTTPStatus.METHOD_NOT_ALLOWED, detail
    if environ.get("PATH_INFO", "").startswith("//"):
        return HTTPStatus.NOT_FOUND, "There is nothing at an address that begins with two slashes."
    if environ.get("SERVER_PROTOCOL") == "HTTP/1.1" and (not host or "," in host):
        return HTTPStatus.BAD_REQUEST, "A request by HTTP/1.1 has one Host header."
    if environ.get("QUERY_STRING", "").count("&") >= MAX_FIELDS:
        detail = f"The address has more than {MAX_FIELDS:,} parameters."
        return HTTPStatus.BAD_REQUEST, detail, "Send fewer parameters, or a query as the body of a POST."
    return None


class BodyLimiter:
    """WSGI middleware that reads the whole body of a request into memory for `app`.

    It refuses bodies longer than `max_bytes`, or than the limit of their path in `larger`, bodies that end early, and
    forms with too many fields: a field of two bytes takes hundreds once it is parsed. In chunked coding an early end
    cannot be recognised, so the paths in `counted` require a Content-Length. `refusing` responds as in `RequestLine`.
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
            return self._refuse(environ, start_response, HTTPStatus.TOO_MANY_REQUESTS, _TOO_MANY_BODIES)
        body = bytearray()
        try:
            most = most_bytes + 1 if chunked else int(length)
            if not self._read(environ["wsgi.input"], most, body):
                return self._refuse(environ, start_response, HTTPStatus.TOO_MANY_REQUESTS, _TOO_MANY_BODIES)
            if not chunked and len(body) < int(length):
                detail = f"The body ended after {len(body):,} of {int(length):,} bytes. Send it again."
                return self._refuse(environ, start_response, HTTPStatus.BAD_REQUEST, detail)
            if len(body) > most_bytes:
                return self._refuse(environ, start_response, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_long)
            if _mime_type(environ) == _FORM and body.count(b"&") >= MAX_FIELDS:
                about = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_MANY_FIELDS, SEND_A_FILE)
                return self._refuse(environ, start_response, *about)
            if not self._answered.acquire(timeout=ANSWERED_WAIT):
                return self._refuse(environ, start_response, HTTPStatus.TOO_MANY_REQUESTS, _TOO_MANY_BODIES)
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
        self, environ: WSGIEnvironment, start_response: StartResponse, status: HTTPStatus, *about: str
    ) -> Iterable[bytes]:
        return self._refusing(refused(environ, status, *about), start_response)


def _mime_type(environ: WSGIEnvironment) -> str:
    return str(environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()


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


class _Parser(FormDataParser):
    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> t_parse_result:
        """The fields as werkzeug's parser returns them."""
        if mimetype != _FORM:
            return super().parse(stream, mimetype, content_length, options)
        body = stream.read()
        try:
            body.decode()
        except UnicodeDecodeError:  # no form, as there
            return stream, self.cls(), self.cls()
        return stream, self.cls(_fields(body)), self.cls()


class FormRequest(Request):
    """A request whose forms are parsed in little memory.

    Werkzeug parses `application/x-www-form-urlencoded` by `urllib.parse`, whose lists of escapes take many times the
    bytes of the body.
    """

    form_data_parser_class = _Parser


def _fields(body: bytes) -> Iterator[tuple[str, str]]:
    for pair in _PAIR.finditer(body):
        name, _, value = pair[0].partition(b"=")
        yield _decoded(name), _decoded(value)


def _decoded(encoded: bytes) -> str:
    """A name or value (https://url.spec.whatwg.org/#urlencoded-parsing). Bytes that are not UTF-8 stay escaped."""
    encoded = encoded.replace(b"+", b" ")
    decoded, start = bytearray(), 0
    while start < len(encoded):
        end = start + CHUNK
        if end < len(encoded) and (escape := encoded.rfind(b"%", end - 2, end)) > start:  # is not cut
            end = escape
        decoded += unquote_to_bytes(encoded[start:end])
        start = end
    return decoded.decode("utf-8", "werkzeug.url_quote")


class ResponseLimiter:
    """WSGI middleware that sends the long responses of `app`, or refuses them where `senders` or `size` is exceeded.

    A response up to `WHOLE` bytes is given to the server as a whole. A longer one is sent in pieces, and takes a slot
    until its client has read it: a client that does not read holds no more than that.
    """

    def __init__(
        self, app: WSGIApplication, refusing: WSGIApplication, senders: int = SENDERS, size: int = SENT_BYTES
    ) -> None:
        """`refusing` responds to refusals under `REFUSED`. `size` is in bytes."""
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
            return self._refusing(refused(environ, HTTPStatus.SERVICE_UNAVAILABLE, _TOO_MANY_RESPONSES), start_response)
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


#: Addresses whose POST is a query.
_ASKING_POSTS = frozenset({"/sparql"})

#: Limits in bytes; requests beyond them bypass the cache.
_LONGEST_BODY = 64 * 1024
_LONGEST_QUERY = 16 * 1024

_NAME = "gcmgraph"

_FOR_A_TIME = re.compile(r"max-age=(\d+)")
_CACHEABLE = re.compile(rf"public|{_FOR_A_TIME.pattern}$")

#: Bytes of an entry of `LRUCache` besides its key and value (CPython 3.11), roughly.
_ENTRY = 256

Key = tuple[str, ...]


@dataclass(frozen=True)
class _CachedResponse:
    """A cached response, fresh `until` a time of the monotonic clock."""

    status: str
    headers: Headers
    body: bytes
    tag: str | None
    modified: str | None
    size: int
    until: float | None


class ResultCache:
    """WSGI middleware that caches responses of `app` for one dataset version, up to `max_bytes` of them.

    `version` names the version and the state of the files beside it.
    """

    def __init__(self, app: WSGIApplication, version: Callable[[], str | None], max_bytes: int) -> None:
        self._app = app
        self._current_version = version
        self._responses: LRUCache[Key, _CachedResponse] = LRUCache(max_bytes, getsizeof=attrgetter("size"))
        self._version: str | None = None
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        version = self._current_version()
        key = _key(environ)
        if key is None or version is None:
            return self._app(environ, start_response)
        if environ.get("HTTP_CACHE_CONTROL") != "no-cache":
            with self._lock:
                if version != self._version:
                    self._clear(version)
                answer = self._responses.get(key)
            if answer is not None and (answer.until is None or monotonic() < answer.until):
                return _respond(answer, environ, start_response)
        return self._forward(environ, start_response, key, version)

    def _forward(
        self, environ: WSGIEnvironment, start_response: StartResponse, key: Key, version: str
    ) -> Iterable[bytes]:
        started: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], object]:
            if not _is_cacheable(status, headers):
                return start_response(status, headers, exc_info)  # type: ignore[arg-type]
            started[:] = [(status, headers)]
            return _no_write

        parts = self._app(environ, start)
        if not started:
            return parts
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        status, headers = started[0]
        start_response(status, [*headers, ("Cache-Status", f"{_NAME}; fwd=miss")])
        if environ["REQUEST_METHOD"] != "HEAD":
            self._store(key, version, status, headers, body)
        return [body]

    def _store(self, key: Key, version: str, status: str, headers: Headers, body: bytes) -> None:
        size = _size(key, headers, body)
        named = {name.lower(): value for name, value in headers}
        brief = _FOR_A_TIME.fullmatch(named["cache-control"])
        until = monotonic() + int(brief[1]) if brief else None
        answer = _CachedResponse(status, headers, body, named.get("etag"), named.get("last-modified"), size, until)
        # made by the next version, where that became current meanwhile
        if self._current_version() != version:
            return
        with self._lock, suppress(ValueError):  # larger than the whole cache
            if self._version == version:
                self._responses[key] = answer

    def _clear(self, version: str) -> None:
        self._responses.clear()
        self._version = version


def _key(environ: WSGIEnvironment) -> Key | None:
    """The parts of a request on which its response may depend; None for one that bypasses the cache."""
    method, path, query = environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    accept, language = environ.get("HTTP_ACCEPT", ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
    if len(query) > _LONGEST_QUERY or len(accept) + len(language) > LONGEST_CACHED_HEADER:
        return None
    posted: tuple[str, ...] = ()
    if method == "POST":
        if path not in _ASKING_POSTS or (body := _body(environ)) is None:
            return None
        posted = (environ.get("CONTENT_TYPE", ""), body.decode("latin-1"))
    elif method not in {"GET", "HEAD"}:
        return None
    return (environ.get("SCRIPT_NAME", ""), path, query, accept, language, *posted)


def _size(key: Key, headers: Headers, body: bytes) -> int:
    """The bytes that an entry takes, with the values of its headers: often they take more than the body does."""
    parts = (body, key, *key, headers, *headers, *(value for _, value in headers))  # names are shared
    return sum(map(getsizeof, parts)) + _ENTRY


def _body(environ: WSGIEnvironment) -> bytes | None:
    """The body of a request, which stays readable for the application; None for a long one or unknown length."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) > _LONGEST_BODY:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _is_cacheable(status: str, headers: Headers) -> bool:
    named = {name.lower(): value for name, value in headers}
    whole = "result-truncated" not in named and "set-cookie" not in named
    return status[:3] in {"200", "303"} and whole and _CACHEABLE.match(named.get("cache-control", "")) is not None


def _respond(answer: _CachedResponse, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    hit = ("Cache-Status", f"{_NAME}; hit")
    known = environ.get("HTTP_IF_NONE_MATCH")
    if (answer.tag is not None and is_known(known, answer.tag)) or (
        known is None and is_unmodified(environ.get("HTTP_IF_MODIFIED_SINCE"), answer.modified)
    ):
        start_response("304 NOT MODIFIED", [*without_body(answer.headers), hit])
        return []
    start_response(answer.status, [*answer.headers, hit])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]


def _no_write(_: bytes) -> object:
    raise NotImplementedError("PEP 3333's write() is not supported")
