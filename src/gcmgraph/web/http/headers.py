"""Headers of every response: security, other sites (https://fetch.spec.whatwg.org/), language of pages."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

from flask import Response, request
from werkzeug.routing import RequestRedirect

from gcmgraph.platform.controls import without_overrides
from gcmgraph.web.http.caching import VARY
from gcmgraph.web.i18n import chosen_language

#: Nothing but our own files: no inline script or style, no frame around our pages.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors "
)
CONTENT_SECURITY_POLICY = f"{_POLICY}'none'"
_FRAMED_ANYWHERE = f"{_POLICY}*"

#: Response headers that scripts of other sites may read
#: (https://fetch.spec.whatwg.org/#http-access-control-expose-headers).
EXPOSED = (
    "Cache-Status, Content-Location, Dataset-Version, ETag, Link, Result-Truncated, Result-Unknown-Graphs, "
    "Result-Unknown-Terms, Retry-After, X-Total-Count"
)

#: Request headers that scripts of other sites may send.
_PERMITTED_REQUEST_HEADERS = (
    "Accept, Accept-Language, Authorization, Cache-Control, Content-Type, Idempotency-Key, If-Modified-Since, "
    "If-None-Match, If-Range, Range"
)

#: Seconds for which browsers may cache the response to a preflight request.
_PREFLIGHT_AGE = 86_400

#: Headers of a response whose route does not set them. Any other site may read data, without
#: credentials.
HEADERS_OF_ALL_RESPONSES = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", EXPOSED),
)


def framed_anywhere(response: Response) -> Response:
    """The same response, which pages of other sites may show in a frame."""
    response.headers["Content-Security-Policy"] = _FRAMED_ANYWHERE
    return response


def add_headers(response: Response) -> Response:
    """Add the headers that no route sets itself, and return the response."""
    headers = response.headers
    present_names = {name.lower() for name, _ in headers}
    for name, value in HEADERS_OF_ALL_RESPONSES:
        if name.lower() not in present_names:
            headers.add(name, value)
    if isinstance(request.routing_exception, RequestRedirect):
        # the router names the host of the request, which the client chose; a path leads to the same
        # address
        headers["Location"] = urlunsplit(("", "", *urlsplit(headers["Location"])[2:]))
        response.set_data(b"")
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = _PERMITTED_REQUEST_HEADERS
        response.access_control_max_age = _PREFLIGHT_AGE
    if response.mimetype == "text/html":
        _finish_page(response)
    return response


def _finish_page(response: Response) -> None:
    """Give a page its language, and an entity tag by its bytes where its route gives it none."""
    headers = response.headers
    if not response.is_streamed:
        response.set_data(without_overrides(response.get_data()))
    is_result = response.status_code == HTTPStatus.OK and request.method in {"GET", "HEAD"}
    if is_result and "ETag" not in headers and not response.is_streamed:
        headers.setdefault("Cache-Control", "no-cache")
        headers.setdefault("Vary", VARY)
        if not response.cache_control.no_store:
            response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
            response.make_conditional(request)
    headers.setdefault("Content-Language", chosen_language(request))
    response.vary.update(("Accept", "Accept-Language"))
