"""Cache of responses below Flask for one dataset version: WSGI middleware (PEP 3333).

A response with status 200 or 303 that was not truncated is cached where its Cache-Control begins
with `public`, or for the seconds of `max-age` where it has nothing else. The key is every part of a
request on which it may depend: address, Accept, Accept-Language, and for SPARQL's POST the body.
The cache is emptied when another version becomes current, or a file is added beside the current
one. Clients read from `Cache-Status` (RFC 9211) where a response is from, and bypass the cache with
`Cache-Control: no-cache`.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from operator import attrgetter
from sys import getsizeof
from time import monotonic
from typing import TYPE_CHECKING

from cachetools import LRUCache
from werkzeug.sansio.http import is_resource_modified

from gcmgraph.web.http.wsgi import Headers, call_application

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Headers that describe a body, and so have no place in a 304 (RFC 9110, 15.4.5).
_HEADERS_OF_BODIES = frozenset({"content-type", "content-length", "content-language"})

#: Addresses whose POST is a query.
_ADDRESSES_OF_QUERIES = frozenset({"/sparql"})

#: Limits in bytes; requests beyond them bypass the cache.
_LONGEST_BODY = 64 * 1024
_LONGEST_QUERY = 16 * 1024

#: Name of the cache in Cache-Status.
_NAME = "gcmgraph"
_HIT = ("Cache-Status", f"{_NAME}; hit")
_MISS = ("Cache-Status", f"{_NAME}; fwd=miss")

_MAX_AGE = re.compile(r"max-age=(\d+)")
_CACHEABLE = re.compile(rf"public|{_MAX_AGE.pattern}$")

#: Bytes of an entry of `LRUCache` besides its key and value (CPython 3.11), roughly.
_ENTRY_SIZE = 256

#: The parts of a request on which its response may depend.
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

    @property
    def is_fresh(self) -> bool:
        """Whether the response may still be sent."""
        return self.until is None or monotonic() < self.until


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
                cached_response = self._responses.get(key)
            if cached_response is not None and cached_response.is_fresh:
                return _respond(cached_response, environ, start_response)
        return self._run_and_store(environ, start_response, key, version)

    def _run_and_store(
        self, environ: WSGIEnvironment, start_response: StartResponse, key: Key, version: str
    ) -> Iterable[bytes]:
        status, headers, parts = call_application(self._app, environ)
        values = _values_by_name(headers)
        if not _is_cacheable(status, values):
            start_response(status, headers)
            return parts
        with ExitStack() as ends:
            ends.callback(getattr(parts, "close", lambda: None))
            body = b"".join(parts)
        start_response(status, [*headers, _MISS])
        if environ["REQUEST_METHOD"] != "HEAD":
            max_age = _MAX_AGE.fullmatch(values["cache-control"])
            response = _CachedResponse(
                status,
                headers,
                body,
                tag=values.get("etag"),
                modified=values.get("last-modified"),
                size=_size(key, headers, body),
                until=monotonic() + int(max_age[1]) if max_age else None,
            )
            self._store(key, version, response)
        return [body]

    def _store(self, key: Key, version: str, response: _CachedResponse) -> None:
        # made by the next version, where that became current meanwhile
        if self._current_version() != version:
            return
        with self._lock, suppress(ValueError):  # larger than the whole cache
            if self._version == version:
                self._responses[key] = response


def _key(environ: WSGIEnvironment) -> Key | None:
    """The parts of a request on which its response may depend; None for one that bypasses the cache."""
    method = environ["REQUEST_METHOD"]
    path = environ.get("PATH_INFO", "")
    query = environ.get("QUERY_STRING", "")
    if len(query) > _LONGEST_QUERY:
        return None
    key = (
        environ.get("SCRIPT_NAME", ""),
        path,
        query,
        environ.get("HTTP_ACCEPT", ""),
        environ.get("HTTP_ACCEPT_LANGUAGE", ""),
    )
    if method in {"GET", "HEAD"}:
        return key
    if method != "POST" or path not in _ADDRESSES_OF_QUERIES:
        return None
    body = _body(environ)
    if body is None:
        return None
    return (*key, environ.get("CONTENT_TYPE", ""), body.decode("latin-1"))


def _size(key: Key, headers: Headers, body: bytes) -> int:
    """The bytes that an entry takes, with the values of its headers: often they take more than the body does.

    The names of headers are shared by all entries.
    """
    values = [value for _, value in headers]
    objects = (body, key, *key, headers, *headers, *values)
    return sum(map(getsizeof, objects)) + _ENTRY_SIZE


def _body(environ: WSGIEnvironment) -> bytes | None:
    """The body of a request, which stays readable for the application; None for a long one or unknown length."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) > _LONGEST_BODY:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _values_by_name(headers: Headers) -> dict[str, str]:
    """The values of headers by their names in lower case; the last of a name that is repeated."""
    return {name.lower(): value for name, value in headers}


def _is_cacheable(status: str, values: Mapping[str, str]) -> bool:
    """Whether a response may be stored; `values` are those of its headers by name."""
    if status[:3] not in {"200", "303"} or "result-truncated" in values or "set-cookie" in values:
        return False
    return _CACHEABLE.match(values.get("cache-control", "")) is not None


def _respond(
    response: _CachedResponse, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """Send a cached response; 304 where the client has it."""
    if _is_modified(response, environ):
        start_response(response.status, [*response.headers, _HIT])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.body]
    headers = [header for header in response.headers if header[0].lower() not in _HEADERS_OF_BODIES]
    start_response("304 NOT MODIFIED", [*headers, _HIT])
    return []


def _is_modified(response: _CachedResponse, environ: WSGIEnvironment) -> bool:
    """Whether a response is another than the one that the client states to have; True where it states none."""
    if_none_match = environ.get("HTTP_IF_NONE_MATCH")
    if_modified_since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if not (if_none_match or if_modified_since):
        return True
    return is_resource_modified(
        http_if_none_match=if_none_match,
        http_if_modified_since=if_modified_since,
        etag=response.tag,
        last_modified=response.modified,
    )
