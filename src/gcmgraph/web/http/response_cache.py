"""Responses cached below Flask for one dataset version. Plain WSGI (PEP 3333).

A response with status 200 or 303 that was not truncated is cached where its Cache-Control begins with `public`, or for
the seconds of `max-age` where it has nothing else. The
key is every part of a request on which it may depend: address, Accept, Accept-Language, and for SPARQL's POST the
body. The cache is emptied when another version becomes current, or a file is added beside the current one. Clients
read from `Cache-Status` (RFC 9211) where a response is from, and bypass the cache with `Cache-Control: no-cache`.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter
from sys import getsizeof
from time import monotonic
from typing import TYPE_CHECKING

from cachetools import LRUCache

from gcmgraph.web.http.headers import is_known, is_unmodified, without_body
from gcmgraph.web.http.limits import LONGEST_CACHED_HEADER

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    Headers = list[tuple[str, str]]

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
