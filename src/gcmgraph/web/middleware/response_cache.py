"""Keep answers below Flask, so that a repeated request never reaches it. Plain WSGI (PEP 3333).

An answer is kept when its `Cache-Control` says public, with status 200 or 303, unless it was cut. Its key is
the dataset version and everything in the request that an answer may depend on: address, the headers named in
Vary, and for SPARQL's POST its body. When another version becomes current, or a file is put beside the current one, all
is forgotten. Clients learn from `Cache-Status` (RFC 9211) where an answer came from, and pass by the cache with
`Cache-Control: no-cache`.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter
from sys import getsizeof
from typing import TYPE_CHECKING

from cachetools import LRUCache

from gcmgraph.web.http.body_cache import ENTRY
from gcmgraph.web.http.headers import is_known, is_unmodified, without_body

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    Headers = list[tuple[str, str]]

#: Addresses whose POST only asks.
_ASKING_POSTS = frozenset({"/sparql"})

#: Requests with longer addresses, bodies or negotiating headers pass by.
_LONGEST_BODY = 64 * 1024
_LONGEST_QUERY = 16 * 1024
_LONGEST_HEADER = 1024

_NAME = "gcmgraph"

Key = tuple[str, ...]


@dataclass(frozen=True)
class _Answer:
    """A whole answer, kept."""

    status: str
    headers: Headers
    body: bytes
    tag: str | None
    modified: str | None
    size: int


class ResultCache:
    """WSGI middleware: answers of `app` kept for one dataset version, up to `max_bytes` of them.

    `version` tells it, and the state of the files beside it.
    """

    def __init__(self, app: WSGIApplication, version: Callable[[], str | None], max_bytes: int) -> None:
        self._app = app
        self._current_version = version
        self._answers: LRUCache[Key, _Answer] = LRUCache(max_bytes, getsizeof=attrgetter("size"))
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
                    self._forget(version)
                answer = self._answers.get(key)
            if answer is not None:
                return _told(answer, environ, start_response)
        return self._asked(environ, start_response, key, version)

    def _asked(
        self, environ: WSGIEnvironment, start_response: StartResponse, key: Key, version: str
    ) -> Iterable[bytes]:
        started: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], object]:
            if not _may_be_kept(status, headers):
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
            self._keep(key, version, status, headers, body)
        return [body]

    def _keep(self, key: Key, version: str, status: str, headers: Headers, body: bytes) -> None:
        size = _size(key, headers, body)
        named = {name.lower(): value for name, value in headers}
        answer = _Answer(status, headers, body, named.get("etag"), named.get("last-modified"), size)
        # a version that became current while the answer was made may have made it
        if self._current_version() != version:
            return
        with self._lock, suppress(ValueError):  # larger than the whole cache
            if self._version == version:
                self._answers[key] = answer

    def _forget(self, version: str) -> None:
        self._answers.clear()
        self._version = version


def _key(environ: WSGIEnvironment) -> Key | None:
    """What an answer may depend on; None for a request that passes by."""
    method, path, query = environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    accept, language = environ.get("HTTP_ACCEPT", ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
    if len(query) > _LONGEST_QUERY or len(accept) + len(language) > _LONGEST_HEADER:
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
    """The bytes that an entry takes, its headers' values among them: often they take more than the body does."""
    parts = (body, key, *key, headers, *headers, *(value for _, value in headers))  # names are shared
    return sum(map(getsizeof, parts)) + ENTRY


def _body(environ: WSGIEnvironment) -> bytes | None:
    """The body of a request, which the application can still read; None where it is long or of unknown length."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) > _LONGEST_BODY:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _may_be_kept(status: str, headers: Headers) -> bool:
    named = {name.lower(): value for name, value in headers}
    whole = "result-truncated" not in named and "set-cookie" not in named
    return status[:3] in {"200", "303"} and whole and named.get("cache-control", "").startswith("public")


def _told(answer: _Answer, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
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
    raise NotImplementedError("an application that writes by PEP 3333's old callable is not cached")
