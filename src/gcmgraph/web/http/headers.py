"""Headers of every response: security, other sites (https://fetch.spec.whatwg.org/), language of pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from flask import Response, request
from werkzeug.routing import RequestRedirect

from gcmgraph.platform.controls import without_overrides
from gcmgraph.web.http.caching import VARY
from gcmgraph.web.i18n import chosen_language

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from gcmgraph.web.http.wsgi import Headers

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


class HeadersOfAllResponses:
    """WSGI middleware that adds the headers of all responses that no route sets itself.

    Flask would check and copy each of them again for each response.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""

        def start(
            status: str, headers: Headers, exc_info: object = None
        ) -> Callable[[bytes], object]:
            return start_response(status, add_headers(headers))

        return self._app(environ, start)


def add_headers(headers: Headers) -> Headers:
    """The headers of a response, and those of all responses that they lack."""
    present_names = {name.lower() for name, _ in headers}
    missing = [
        header for header in HEADERS_OF_ALL_RESPONSES if header[0].lower() not in present_names
    ]
    return [*headers, *missing]


def finish_response(response: Response) -> Response:
    """Complete redirects, responses to OPTIONS and pages, and return the response."""
    headers = response.headers
    is_redirect = isinstance(request.routing_exception, RequestRedirect)
    if is_redirect and "Location" in headers:  # a refused head has no address to lead to
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
