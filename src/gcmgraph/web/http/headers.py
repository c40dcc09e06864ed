"""Caching of responses (RFC 9111), conditional requests (RFC 9110, 13), and headers of every response.

Each route declares how its response may be cached. Only this module and the responses of `/sparql`
(`sparql.reply`) write such headers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, request
from werkzeug.http import parse_etags, unquote_etag
from werkzeug.routing import RequestRedirect

from gcmgraph.text import without_overrides
from gcmgraph.web.i18n import chosen_language

#: Nothing but our own files: no inline script or style, no frame around our pages.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors "
)
CONTENT_SECURITY_POLICY = f"{_POLICY}'none'"
_FRAMED_ANYWHERE = f"{_POLICY}*"

#: Response headers that scripts of other sites may read (https://fetch.spec.whatwg.org/#http-access-control-expose-headers).
EXPOSED = (
    "Cache-Status, Content-Location, ETag, Link, Result-Incomplete, Result-Truncated, Result-Unknown-Graphs, "
    "Result-Unknown-Terms, Retry-After, X-Total-Count"
)

#: Request headers that scripts of other sites may send.
_ACCEPTED = "Accept, Accept-Language, Authorization, Cache-Control, Content-Type, Idempotency-Key, If-None-Match"

#: Seconds for which browsers may cache the response to a preflight request.
_PREFLIGHT_AGE = 86_400

#: Any other site may read data, without credentials.
ON_EVERYTHING = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", EXPOSED),
)

#: Headers that describe a body, and so have no place in a 304 (RFC 9110, 15.4.5).
_OF_A_BODY = frozenset({"content-type", "content-length", "content-language"})


def register(app: Flask) -> None:
    """Finish all responses of an application: the headers of every response, of pages, and of preflight requests."""
    app.after_request(_finished)


def framed_anywhere(response: Response) -> Response:
    """The same response, which pages of other sites may show in a frame."""
    response.headers["Content-Security-Policy"] = _FRAMED_ANYWHERE
    return response


def is_known(if_none_match: str | None, tag: str) -> bool:
    """Whether a client has the representation of an entity tag (RFC 9110, 13.1.2: weak comparison)."""
    return parse_etags(if_none_match).contains_weak(unquote_etag(tag)[0])


def without_body(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers of a 304."""
    return [(name, value) for name, value in headers if name.lower() not in _OF_A_BODY]


def _finished(response: Response) -> Response:
    """Add the headers that no route sets itself. Any other site may read data (https://fetch.spec.whatwg.org/)."""
    headers = response.headers
    present = {name.lower() for name, _ in headers}
    for name, value in ON_EVERYTHING:
        if name.lower() not in present:
            headers.add(name, value)
    if isinstance(request.routing_exception, RequestRedirect):
        # the router names the host of the request, which the client chose; a path leads to the same address
        headers["Location"] = urlunsplit(("", "", *urlsplit(headers["Location"])[2:]))
        response.set_data(b"")
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = _ACCEPTED
        response.access_control_max_age = _PREFLIGHT_AGE
    if response.mimetype == "text/html":
        _finish_page(response)
    return response


def _finish_page(response: Response) -> None:
    """Give a page its language, and an entity tag by its bytes where its route gives it none."""
    headers = response.headers
    if not response.is_streamed:
        response.set_data(without_overrides(response.get_data()))
    plain = response.status_code == HTTPStatus.OK and request.method in {"GET", "HEAD"}
    if plain and "ETag" not in headers and not response.is_streamed:
        headers.setdefault("Cache-Control", "no-cache")
        headers.setdefault("Vary", "Accept, Accept-Language")
        if not response.cache_control.no_store:
            response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
            response.make_conditional(request)
    headers.setdefault("Content-Language", chosen_language(request))
    response.vary.update(("Accept", "Accept-Language"))


class Caching(Enum):
    """Permitted caching of a response, by its Cache-Control header.

    `ResultCache` stores those that begin with `public`, and those of `BRIEF` for their time.
    """

    #: the same for all clients while its dataset version is current
    BY_VERSION = "public, no-cache"
    #: checked with the server each time
    REVALIDATED = "no-cache"
    #: for one client, or of one moment
    NEVER = "no-store"
    #: depends on other servers, whose data change without our version
    BRIEF = "max-age=60"
    #: never changes under its address; large, so that `ResultCache` must not store it
    FOREVER = "max-age=31536000, public, immutable"


#: Request headers on which most responses depend, for Vary.
VARY = "Accept, Accept-Language"


def cached(
    response: Response,
    caching: Caching | None,
    *,
    vary: str | None = VARY,
    tag: str | None = None,
    modified: datetime | None = None,
    language: str | None = None,
) -> Response:
    """The response with its caching headers; 304 where the client has the representation of entity tag `tag`.

    Without `caching` it has no Cache-Control: a redirect, or a page that `headers` gives a tag by its bytes.
    `language` is that of the body. The body may be set later, unless the status is 304.
    """
    headers = response.headers
    if caching is not None:
        headers["Cache-Control"] = caching.value
    if vary is not None:
        headers["Vary"] = vary
    if language is not None:
        headers["Content-Language"] = language
    if modified is not None:  # Werkzeug would take None for now
        response.last_modified = modified
    if tag is not None:
        response.set_etag(tag)
        response.make_conditional(request)
    return response
