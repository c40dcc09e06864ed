"""Gzip compression of responses (RFC 9110, 8.4, 12.5.3). Plain WSGI (PEP 3333).

A compressed response has an entity tag of its own (`"…-gzip"`), since a strong tag denotes exact bytes (RFC 9110,
8.8.3.3); a weak tag stays. Compressed bodies are cached by their tags, so that a page or script is compressed once in
each server process. Long responses are compressed piece by piece, at the fastest level.
"""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING

from cachetools import LRUCache

from gcmgraph.web.http.body_cache import entry_size
from gcmgraph.web.http.headers import opaque
from gcmgraph.web.http.limits import LONGEST_CACHED_HEADER

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    Headers = list[tuple[str, str]]

Key = tuple[str, ...]

#: Smallest response to compress, in bytes: a smaller one fits one packet.
LEAST = 1_000

#: Largest response to compress whole and cache, in bytes; longer ones are compressed piece by piece.
WHOLE = 2 * 1024 * 1024

#: Bytes of compressed responses cached in each server process, with their keys.
MAX_BYTES = 16 * 1024 * 1024

#: Limit on the letters of a cached response's address and tag: clients can make up longer ones without end.
LONGEST_KEY = 2_000

#: Limit on responses compressed whole at once in each server process; others are sent uncompressed.
SIDE_BY_SIDE = 2

#: Levels of zlib for responses that are cached, for those that are not, and for long ones.
_ONCE, _EACH, _LONG = 9, 5, 1

#: 15 bits of window, in the wrapping of gzip (zlib's manual, `deflateInit2`).
_GZIP = 31

_SUFFIX = "-gzip"

_TEXT = re.compile(
    r"text/|application/(?:[\w.+-]*(?:json|xml)|javascript|n-triples|n-quads|trig|sparql-query)(?:$|[;\s])|image/svg"
)

_TAGGED = re.compile(rf'"([^"]*){_SUFFIX}"')


class Compression:
    """WSGI middleware that compresses the responses of `app` for clients that accept gzip."""

    def __init__(self, app: WSGIApplication, max_bytes: int = MAX_BYTES) -> None:
        self._app = app
        self._cached: LRUCache[Key, tuple[bytes, int]] = LRUCache(max_bytes, getsizeof=itemgetter(1))
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(SIDE_BY_SIDE)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        accepts = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        known = environ.get("HTTP_IF_NONE_MATCH", "") if accepts else ""  # RFC 9110, 13.1.2
        if _SUFFIX in known:  # the application's tags are those of uncompressed responses
            environ = {**environ, "HTTP_IF_NONE_MATCH": _TAGGED.sub(r'"\1"', known)}
        started: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], object]:
            started[:] = [(status, headers)]
            return _no_write

        parts = self._app(environ, start)
        status, headers = started[0]
        named = {name.lower(): value for name, value in headers}
        if status[:3] == "304":
            start_response(status, _of_not_modified(headers, named, known))
            return parts
        whole = "accept-ranges" not in named and "content-range" not in named  # else ranges may be requested
        if not whole or "content-encoding" in named or not _TEXT.match(named.get("content-type", "")):
            start_response(status, headers)
            return parts
        headers = _varying(headers, named)
        length = int(named.get("content-length", WHOLE + 1))  # of unknown length: long
        if length < LEAST or not accepts:
            start_response(status, headers)
            return parts
        encoded = _encoded(headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            start_response(status, encoded)
            return parts
        if length > WHOLE:
            start_response(status, encoded)
            return _CompressedParts(parts)
        body = _joined(parts)
        key = (environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""), named.get("etag", ""))
        short = self._compressed(key, body)
        if short is None:
            start_response(status, headers)
            return [body]
        start_response(status, [*encoded, ("Content-Length", str(len(short)))])
        return [short]

    def _compressed(self, key: Key, body: bytes) -> bytes | None:
        """The compressed body; None where too many are being compressed."""
        strong = key[-1] != "" and not key[-1].startswith("W/")  # a strong tag denotes exact bytes
        caching = strong and sum(map(len, key)) <= LONGEST_KEY
        with self._lock:
            if caching and (cached := self._cached.get(key)) is not None:
                return cached[0]
        if not self._places.acquire(blocking=False):
            return None
        try:
            compressor = zlib.compressobj(_ONCE if caching else _EACH, zlib.DEFLATED, _GZIP)
            short = compressor.compress(body) + compressor.flush()
        finally:
            self._places.release()
        if caching:
            with self._lock, suppress(ValueError):  # larger than the whole cache
                self._cached[key] = (short, entry_size(short, key, *key))
        return short


class _CompressedParts:
    """The compressed parts of a long response."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        compressor = zlib.compressobj(_LONG, zlib.DEFLATED, _GZIP)
        for part in self._parts:
            if short := compressor.compress(part):
                yield short
        yield compressor.flush()

    def close(self) -> None:
        """Called by the server when the response has been sent or the client has disconnected (PEP 3333)."""
        if hasattr(self._parts, "close"):
            self._parts.close()


def takes_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header accepts gzip: by name or by `*`, with a quality above 0."""
    return len(accept_encoding) <= LONGEST_CACHED_HEADER and _takes_gzip(accept_encoding)


@lru_cache(maxsize=128)
def _takes_gzip(accept_encoding: str) -> bool:
    qualities: dict[str, float] = {}
    for item in accept_encoding.lower().split(","):
        coding, *parameters = (part.strip() for part in item.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            qualities[coding] = float(quality)
        except ValueError:
            qualities[coding] = 0.0
    return qualities.get("gzip", qualities.get("*", 0.0)) > 0


def _of_not_modified(headers: Headers, named: dict[str, str], known: str) -> Headers:
    """The headers of a 304: those of the 200 (RFC 9110, 15.4.5), with the tag that the client has.

    A 304 has no Content-Type, so Vary is extended unless the response accepts ranges: such a one is never compressed.
    """
    if "accept-ranges" not in named:
        headers = _varying(headers, named)
    tag = named.get("etag", "")
    if f'"{opaque(tag)}{_SUFFIX}"' not in known:
        return headers
    return [(name, _tagged(value) if name.lower() == "etag" else value) for name, value in headers]


def _varying(headers: Headers, named: dict[str, str]) -> Headers:
    vary = named.get("vary")
    extended = f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"
    return [*((name, value) for name, value in headers if name.lower() != "vary"), ("Vary", extended)]


def _encoded(headers: Headers) -> Headers:
    """The headers of a compressed response, without its length."""
    others = [
        (name, _tagged(value) if name.lower() == "etag" else value)
        for name, value in headers
        if name.lower() != "content-length"
    ]
    return [*others, ("Content-Encoding", "gzip")]


def _tagged(tag: str) -> str:
    return tag if tag.startswith("W/") else f'"{opaque(tag)}{_SUFFIX}"'


def _joined(parts: Iterable[bytes]) -> bytes:
    try:
        return b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()


def _no_write(_: bytes) -> object:
    raise NotImplementedError("PEP 3333's write() is not supported")
