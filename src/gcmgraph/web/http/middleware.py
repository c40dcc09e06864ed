"""Plain WSGI middleware (PEP 3333): counts of requests, limits on messages, cached responses.

`Counting` counts requests by path and status for all server processes. `RequestLine`, `BodyLimiter`
and `ResponseLimiter` limit methods, paths, parameters and bodies of requests, and long responses;
`FormRequest` parses forms in little memory. The server (granian 2.8.7) passes a request on before
its body has arrived, and does not check Host. A proxy limits the times of bodies and of responses
(docs/deployment/nginx.conf).

`ResultCache` caches responses below Flask for one dataset version. A response with status 200 or
303 that was not truncated is cached where its Cache-Control begins with `public`, or for the
seconds of `max-age` where it has nothing else. The key is every part of a request on which it may
depend: address, Accept, Accept-Language, and for SPARQL's POST the body. The cache is emptied when
another version becomes current, or a file is added beside the current one. Clients read from
`Cache-Status` (RFC 9211) where a response is from, and bypass the cache with `Cache-Control:
no-cache`.
"""

from __future__ import annotations

import fcntl
import io
import mmap
import os
import re
import threading
import time
import weakref
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from itertools import accumulate
from operator import attrgetter
from sys import getsizeof
from tempfile import TemporaryFile
from time import monotonic
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from cachetools import LRUCache
from flask import Request
from werkzeug.formparser import FormDataParser
from werkzeug.sansio.http import is_resource_modified
from werkzeug.wsgi import ClosingIterator

from gcmgraph.web.http import limits

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment
    from werkzeug.formparser import t_parse_result

    Headers = list[tuple[str, str]]

#: Key of an application's extensions for its counts of requests.
REQUEST_COUNTS = "gcmgraph.request_counts"

#: Statuses counted separately; the last is for all others.
STATUSES = (
    *(
        200,
        201,
        204,
        301,
        303,
        304,
        400,
        401,
        403,
        404,
        405,
        406,
        408,
        409,
        410,
        411,
        413,
        415,
        422,
        429,
        431,
    ),
    *(500, 503, 0),
)
_STATUS_CELLS = {status: cell for cell, status in enumerate(STATUSES)}

#: Upper bounds of the histogram of durations, in seconds; the last bucket has none.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

#: The name of all unknown addresses.
OTHER = "other"

#: Cells of a path: a number for each status and each bucket, and the seconds of all.
_CELLS_OF_PATH = len(STATUSES) + len(BOUNDS) + 1 + 1

#: Key of the WSGI environment for the refusal of a request: a status, one sentence in English, and
#: perhaps a hint.
REFUSED = "gcmgraph.refused"

#: Bytes of a body that are read at once.
_PIECE = 8 * 1024

#: Headers that describe a body, and so have no place in a 304 (RFC 9110, 15.4.5).
_OF_A_BODY = frozenset({"content-type", "content-length", "content-language"})

#: Headers that WSGI passes without the prefix `HTTP_`.
_HEADERS_WITHOUT_PREFIX = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})

_FORM = "application/x-www-form-urlencoded"

_PAIR = re.compile(rb"[^&]+")

#: Parts of a form that are decoded at once, with few escapes.
FEW_ESCAPES = re.compile(rb"(?:[^%]+|%[0-9A-Fa-f]{2}|%){1,1024}")

_TOO_MANY_BODIES = (
    "Too many requests with a body are on their way. Ask by GET, or try again in a moment."
)
_TOO_MANY_RESPONSES = "Too many long responses are being sent. Try again in a moment."
TOO_MANY_FIELDS = f"The form has more than {limits.MAX_FIELDS:,} fields."
SEND_A_FILE = "Send large data as a file or as the body of the request."

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
    """Responses by path, status and duration, in memory shared with processes that are forked later."""

    def __init__(self, paths: Iterable[str]) -> None:
        """`paths` are the first parts of all addresses, such as `/doc`."""
        self._paths = {path: number for number, path in enumerate([*sorted(set(paths)), OTHER])}
        self._cells = memoryview(mmap.mmap(-1, len(self._paths) * _CELLS_OF_PATH * 8)).cast("d")
        self._thread_lock = threading.Lock()
        # a file that no disk holds, where the system has such files
        lock: IO[Any] = (
            os.fdopen(os.memfd_create(_NAME), "w")
            if hasattr(os, "memfd_create")
            else TemporaryFile()  # noqa: SIM115
        )
        self._process_lock = lock
        weakref.finalize(self, lock.close)

    def add(self, path: str, status: int, seconds: float) -> None:
        """Count a response."""
        first = self._paths.get(path, self._paths[OTHER]) * _CELLS_OF_PATH
        with self._alone():
            self._cells[first + _STATUS_CELLS.get(status, len(STATUSES) - 1)] += 1
            self._cells[first + len(STATUSES) + bisect_left(BOUNDS, seconds)] += 1
            self._cells[first + _CELLS_OF_PATH - 1] += seconds

    def __iter__(self) -> Iterator[Counted]:
        """The counts of each path that was requested."""
        for path, number in self._paths.items():
            first = number * _CELLS_OF_PATH
            *numbers, seconds = self._cells[first : first + _CELLS_OF_PATH]
            statuses = {status: int(n) for status, n in zip(STATUSES, numbers, strict=False) if n}
            if statuses:
                yield Counted(
                    path, statuses, tuple(accumulate(map(int, numbers[len(STATUSES) :]))), seconds
                )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other thread or process changes the numbers meanwhile.

        The lock of a killed process is released.
        """
        with self._thread_lock:
            fcntl.lockf(self._process_lock, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._process_lock, fcntl.LOCK_UN)


class Counting:
    """WSGI middleware that counts the responses of `app`, with the time until each began."""

    def __init__(self, app: WSGIApplication, counts: RequestCounts) -> None:
        self._app = app
        self._counts = counts

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        begun, path = time.perf_counter(), first_part(environ.get("PATH_INFO", ""))
        statuses = ["500"]  # the server's own, where the application fails

        def start(
            status: str, headers: Headers, exc_info: object = None
        ) -> Callable[[bytes], object]:
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


class RefusalError(Exception):
    """A request that is not passed on: a status, one sentence in English, and perhaps a hint."""


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
            if refusal := _refusal(environ):
                environ |= {"REQUEST_METHOD": "GET", "QUERY_STRING": ""}
                for variable in _long_headers(environ):
                    del environ[variable]
                raise RefusalError(*refusal)
            return self._app(environ, start_response)
        except RefusalError as error:
            environ.pop("HTTP_TRANSFER_ENCODING", None)
            environ |= {REFUSED: error.args, "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}
            return self._refusing(environ, start_response)


def _refusal(environ: WSGIEnvironment) -> tuple[HTTPStatus, *tuple[str, ...]] | None:
    """The status of a request line that is refused, a sentence, and perhaps a hint; None for any other."""
    method, host = environ["REQUEST_METHOD"], environ.get("HTTP_HOST", "")
    if not (method.isascii() and method.isupper()):
        detail = f"The method '{method[:40]}' is none of GET, HEAD, POST and OPTIONS."
        return HTTPStatus.METHOD_NOT_ALLOWED, detail
    if environ.get("PATH_INFO", "").startswith("//"):
        return HTTPStatus.NOT_FOUND, "There is nothing at an address that begins with two slashes."
    for variable in _long_headers(environ):
        name = _header_name(variable)
        limit = limits.LONGEST_HEADERS.get(name, limits.LONGEST_HEADER)
        detail = f"The header {name} has more than {limit:,} characters."
        return (
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            detail,
            "Send a shorter one, or leave the header out.",
        )
    if environ.get("SERVER_PROTOCOL") == "HTTP/1.1" and (not host or "," in host):
        return HTTPStatus.BAD_REQUEST, "A request by HTTP/1.1 has one Host header."
    if environ.get("QUERY_STRING", "").count("&") >= limits.MAX_FIELDS:
        detail = f"The address has more than {limits.MAX_FIELDS:,} parameters."
        return (
            HTTPStatus.BAD_REQUEST,
            detail,
            "Send fewer parameters, or a query as the body of a POST.",
        )
    return None


def _long_headers(environ: WSGIEnvironment) -> list[str]:
    """The variables of the headers that are longer than their limit."""
    long_headers = []
    for variable, value in environ.items():
        if not (variable.startswith("HTTP_") or variable in _HEADERS_WITHOUT_PREFIX):
            continue
        if len(value) > limits.LONGEST_HEADERS.get(_header_name(variable), limits.LONGEST_HEADER):
            long_headers.append(variable)
    return long_headers


def _header_name(variable: str) -> str:
    """The name of the header in a variable of WSGI: `HTTP_ACCEPT_LANGUAGE` is `Accept-Language`."""
    return variable.removeprefix("HTTP_").replace("_", "-").title()


class _Slots:
    """Slots of messages in progress, and the bytes of them in memory.

    Where there are none, any number is taken.
    """

    def __init__(self, number: int, size: int) -> None:
        self._number = number
        self._size = size
        self._used = 0
        self._bytes = 0
        self._lock = threading.Lock()

    def take(self, size: int = 0, slots: int = 1) -> bool:
        """Use slots and bytes; False where there are too few."""
        with self._lock:
            if self._used + slots > self._number or (
                self._bytes and self._bytes + size > self._size
            ):
                return False
            self._used += slots
            self._bytes += size
            return True

    def give(self, size: int) -> None:
        """Use a slot and bytes no longer."""
        with self._lock:
            self._used -= 1
            self._bytes -= size


class BodyLimiter:
    """WSGI middleware that reads the whole body of a request into memory for `app`.

    It refuses bodies longer than `max_bytes`, or than the limit of their path in `larger`, bodies
    that end early, and forms with too many fields: a field of two bytes takes hundreds once it is
    parsed. In chunked coding an early end cannot be recognised, so the paths in `counted` require a
    Content-Length. Raises `RefusalError`.
    """

    def __init__(
        self,
        app: WSGIApplication,
        max_bytes: int,
        larger: Mapping[str, int],
        counted: Collection[str],
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._larger = larger
        self._counted = counted
        self._reading = _Slots(limits.READERS, limits.BODY_BYTES)
        self._answered = threading.BoundedSemaphore(limits.ANSWERED)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        length, chunked = (
            environ.get("CONTENT_LENGTH") or "",
            bool(environ.get("HTTP_TRANSFER_ENCODING")),
        )
        if not chunked and length in {"", "0"}:
            return self._app(environ, start_response)
        path = environ.get("PATH_INFO", "")
        most = self._larger.get(path, self._max_bytes)
        expected = None if chunked else _expected(length, most)
        if chunked and path in self._counted:
            detail = "Send it with its Content-Length: without, a part would look like the whole, and be kept."
            raise RefusalError(HTTPStatus.LENGTH_REQUIRED, detail)
        if not self._reading.take():
            raise RefusalError(HTTPStatus.TOO_MANY_REQUESTS, _TOO_MANY_BODIES)
        body = bytearray()
        try:
            self._read(environ["wsgi.input"], most + 1 if expected is None else expected, body)
            _check(environ, body, expected, most)
            environ["wsgi.input"] = io.BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
            environ.pop("HTTP_TRANSFER_ENCODING", None)
            if not self._answered.acquire(timeout=limits.ANSWERED_WAIT):
                raise RefusalError(HTTPStatus.TOO_MANY_REQUESTS, _TOO_MANY_BODIES)
            try:
                return self._app(environ, start_response)
            finally:
                self._answered.release()
        finally:
            self._reading.give(len(body))

    def _read(self, given: InputStream, most: int, body: bytearray) -> None:
        """Read up to `most` bytes into `body`.

        Raises `RefusalError` where all bodies together are too long.
        """
        while len(body) < most and (piece := given.read(min(_PIECE, most - len(body)))):
            if not self._reading.take(len(piece), slots=0):
                raise RefusalError(HTTPStatus.TOO_MANY_REQUESTS, _TOO_MANY_BODIES)
            body += piece


def _too_long(most: int) -> RefusalError:
    detail = f"What was sent is longer than {most // 10**6} MB, the limit here."
    return RefusalError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)


def _expected(length: str, most: int) -> int:
    """The number of a Content-Length. Raises `RefusalError` for another one."""
    if not length.isdecimal():
        raise RefusalError(HTTPStatus.BAD_REQUEST, "The Content-Length is not a number.")
    if int(length) > most:
        raise _too_long(most)
    return int(length)


def _check(environ: WSGIEnvironment, body: bytearray, expected: int | None, most: int) -> None:
    """Raise `RefusalError` for a body that ended early, is too long, or is a form with too many fields."""
    if expected is not None and len(body) < expected:
        detail = f"The body ended after {len(body):,} of {expected:,} bytes. Send it again."
        raise RefusalError(HTTPStatus.BAD_REQUEST, detail)
    if len(body) > most:
        raise _too_long(most)
    media_type = str(environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()
    if media_type == _FORM and body.count(b"&") >= limits.MAX_FIELDS:
        raise RefusalError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_MANY_FIELDS, SEND_A_FILE)


class _Parser(FormDataParser):
    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> t_parse_result:
        """The fields as werkzeug's parser returns them."""
        if mimetype != _FORM:
            return super().parse(stream, mimetype, content_length, options)
        body = stream.read()
        try:
            body.decode()
        except UnicodeDecodeError:  # no form, as there
            return stream, self.cls(), self.cls()
        pairs = (pair[0].partition(b"=") for pair in _PAIR.finditer(body))
        return (
            stream,
            self.cls((_decoded(name), _decoded(value)) for name, _, value in pairs),
            self.cls(),
        )


class FormRequest(Request):
    """A request whose forms are parsed in little memory.

    Werkzeug parses `application/x-www-form-urlencoded` by `urllib.parse`, whose lists of escapes
    take many times the bytes of the body.
    """

    form_data_parser_class = _Parser


def _decoded(encoded: bytes) -> str:
    """A name or value (https://url.spec.whatwg.org/#urlencoded-parsing).

    Bytes that are not UTF-8 stay escaped.
    """
    parts = FEW_ESCAPES.finditer(encoded.replace(b"+", b" "))
    return b"".join(unquote_to_bytes(part[0]) for part in parts).decode(
        "utf-8", "werkzeug.url_quote"
    )


def _called(app: WSGIApplication, environ: WSGIEnvironment) -> tuple[str, Headers, Iterable[bytes]]:
    """Status, headers and body of the response of an application that begins it before it returns, as Flask's does."""
    started: list[tuple[str, Headers]] = []

    def start(status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], object]:
        started[:] = [(status, headers)]
        return lambda _: None

    body = app(environ, start)
    return *started[0], body


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
        status, headers, body = _called(self._app, environ)
        pieces, read, size = iter(body), list[bytes](), 0
        with ExitStack() as ends:
            ends.callback(getattr(body, "close", lambda: None))
            for piece in pieces:
                read.append(piece)
                size += len(piece)
                if size > limits.WHOLE:
                    break
            else:
                start_response(status, headers)
                return read
            if not self._slots.take(size):
                raise RefusalError(HTTPStatus.SERVICE_UNAVAILABLE, _TOO_MANY_RESPONSES)
            ends.callback(self._slots.give, size)
            start_response(status, headers)
            return ClosingIterator(
                _cut(read, pieces), ends.pop_all().close
            )  # closed once or more often


def _cut(read: list[bytes], rest: Iterable[bytes]) -> Iterator[bytes]:
    """The parts of a body that were read in pieces of at most `WHOLE` bytes, then the rest."""
    for part in read:
        for start in range(0, len(part), limits.WHOLE):
            yield part[start : start + limits.WHOLE]
    yield from rest


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

    def __init__(
        self, app: WSGIApplication, version: Callable[[], str | None], max_bytes: int
    ) -> None:
        self._app = app
        self._current_version = version
        self._responses: LRUCache[Key, _CachedResponse] = LRUCache(
            max_bytes, getsizeof=attrgetter("size")
        )
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
                    self._responses.clear()
                    self._version = version
                answer = self._responses.get(key)
            if answer is not None and (answer.until is None or monotonic() < answer.until):
                return _respond(answer, environ, start_response)
        return self._forward(environ, start_response, key, version)

    def _forward(
        self, environ: WSGIEnvironment, start_response: StartResponse, key: Key, version: str
    ) -> Iterable[bytes]:
        status, headers, parts = _called(self._app, environ)
        if not _is_cacheable(status, headers):
            start_response(status, headers)
            return parts
        with ExitStack() as ends:
            ends.callback(getattr(parts, "close", lambda: None))
            body = b"".join(parts)
        start_response(status, [*headers, ("Cache-Status", f"{_NAME}; fwd=miss")])
        if environ["REQUEST_METHOD"] != "HEAD":
            self._store(key, version, status, headers, body)
        return [body]

    def _store(self, key: Key, version: str, status: str, headers: Headers, body: bytes) -> None:
        size = _size(key, headers, body)
        named = {name.lower(): value for name, value in headers}
        brief = _FOR_A_TIME.fullmatch(named["cache-control"])
        until = monotonic() + int(brief[1]) if brief else None
        answer = _CachedResponse(
            status, headers, body, named.get("etag"), named.get("last-modified"), size, until
        )
        # made by the next version, where that became current meanwhile
        if self._current_version() != version:
            return
        with self._lock, suppress(ValueError):  # larger than the whole cache
            if self._version == version:
                self._responses[key] = answer


def _key(environ: WSGIEnvironment) -> Key | None:
    """The parts of a request on which its response may depend; None for one that bypasses the cache."""
    method, path, query = (
        environ["REQUEST_METHOD"],
        environ.get("PATH_INFO", ""),
        environ.get("QUERY_STRING", ""),
    )
    accept, language = environ.get("HTTP_ACCEPT", ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
    if len(query) > _LONGEST_QUERY:
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
    parts = (
        body,
        key,
        *key,
        headers,
        *headers,
        *(value for _, value in headers),
    )  # names are shared
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
    return (
        status[:3] in {"200", "303"}
        and whole
        and _CACHEABLE.match(named.get("cache-control", "")) is not None
    )


def _respond(
    answer: _CachedResponse, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    hit = ("Cache-Status", f"{_NAME}; hit")
    known, since = environ.get("HTTP_IF_NONE_MATCH"), environ.get("HTTP_IF_MODIFIED_SINCE")
    if (known or since) and not is_resource_modified(
        http_if_none_match=known,
        http_if_modified_since=since,
        etag=answer.tag,
        last_modified=answer.modified,
    ):
        headers = [
            (name, value) for name, value in answer.headers if name.lower() not in _OF_A_BODY
        ]
        start_response("304 NOT MODIFIED", [*headers, hit])
        return []
    start_response(answer.status, [*answer.headers, hit])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]
