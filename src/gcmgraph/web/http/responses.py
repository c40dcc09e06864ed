"""Responses: links to IRIs, caching, headers of every response, and errors.

IRIs under the base are linked by their path, others unchanged. A server on any host serves the
paths under the base IRI, so links are paths. The Host header is never used.

Each route declares how its response may be cached (RFC 9111; conditional requests: RFC 9110, 13).
Only this module and the replies of `/sparql` (`sparql.protocol`) write such headers. Errors are
problem details (RFC 9457), or a page for a browser; no other module translates them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from http import HTTPStatus
from types import MappingProxyType
from urllib.parse import quote, unquote_to_bytes, urlencode, urlsplit, urlunsplit

from flask import Flask, Request, Response, current_app, g, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_etags, unquote_etag
from werkzeug.routing import RequestRedirect

from gcmgraph.contributions.content import EmailAddressError
from gcmgraph.contributions.contribution import NotReplaceableError
from gcmgraph.platform import errors
from gcmgraph.platform.controls import without_overrides
from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.platform.files import disk_fault
from gcmgraph.queries.library import UnknownQueryError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.store import port as queries
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http.formats import HTML, JSON, best_media_type
from gcmgraph.web.http.middleware import REFUSED, SEND_A_FILE, TOO_MANY_FIELDS
from gcmgraph.web.i18n import NAMES, chosen_language

#: Characters unescaped in a path besides letters and digits (RFC 3986, 3.3), and `%`, which is not
#: escaped again.
_PATH_SAFE = "/:@!$&'()*+,;=-._~%"


def local_path(addresses: Addresses, iri: str) -> str | None:
    """The path (with fragment) of the document about an IRI under the base, else None.

    Resources lead to their documents, parts of resources to their fragment there.
    """
    if not iri.startswith(addresses.base):
        return None
    path, hash_sign, fragment = iri[len(addresses.base) :].partition("#")
    if path.startswith("id/"):
        path = f"doc/{path[3:]}"
    elif not (path in {"ontology", "shapes"} or path.startswith("graph/")):
        return None
    return f"/{quote(path, safe=_PATH_SAFE)}{hash_sign}{quote(fragment, safe=_PATH_SAFE)}"


def foreign_link(iri: str) -> str | None:
    """An IRI of another site where it is a web address; `javascript:`, `data:` and the like are never linked."""
    try:
        parts = urlsplit(iri)
    except ValueError:
        return None
    return iri if parts.scheme in {"http", "https"} and parts.netloc else None


def candidate_iris(addresses: Addresses, path: str) -> list[str]:
    """The IRIs under the base that a decoded request path may mean: as it is, or percent-encoded."""
    encoded = quote(path, safe=_PATH_SAFE)
    return [addresses.base + form for form in dict.fromkeys((path, encoded))]


def header_path(path: str) -> str:
    """A path for a header: ASCII, without quotes, spaces or angle brackets."""
    return quote(path, safe=_PATH_SAFE)


def is_served(path: str) -> bool:
    """Whether the application has a route at a path."""
    return any(rule.rule == path for rule in current_app.url_map.iter_rules())


def query_along(request: Request) -> str:
    """The query of a request with its `?`, for a redirect; empty where it has none.

    Bytes outside ASCII that the client did not escape are escaped.
    """
    query = "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in request.query_string)
    return f"?{query}" if query else ""


def header_iri(iri: str) -> str:
    """An IRI for a header, with its query and fragment (RFC 3987, 3.1)."""
    return quote(iri, safe=f"{_PATH_SAFE}?#")


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
    "Cache-Status, Content-Location, ETag, Link, Result-Truncated, Result-Unknown-Graphs, "
    "Result-Unknown-Terms, Retry-After, X-Total-Count"
)

#: Request headers that scripts of other sites may send.
_ACCEPTED = (
    "Accept, Accept-Language, Authorization, Cache-Control, Content-Type, Idempotency-Key, If-Modified-Since, "
    "If-None-Match, If-Range, Range"
)

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


def framed_anywhere(response: Response) -> Response:
    """The same response, which pages of other sites may show in a frame."""
    response.headers["Content-Security-Policy"] = _FRAMED_ANYWHERE
    return response


def is_known(if_none_match: str | None, tag: str) -> bool:
    """Whether a client has the representation of an entity tag (RFC 9110, 13.1.2: weak comparison)."""
    return parse_etags(if_none_match).contains_weak(unquote_etag(tag)[0])


def finished(response: Response) -> Response:
    """Add the headers that no route sets itself.

    Any other site may read data (https://fetch.spec.whatwg.org/).
    """
    headers = response.headers
    present = {name.lower() for name, _ in headers}
    for name, value in ON_EVERYTHING:
        if name.lower() not in present:
            headers.add(name, value)
    if isinstance(request.routing_exception, RequestRedirect):
        # the router names the host of the request, which the client chose; a path leads to the same
        # address
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


def shorter_address() -> Response | None:
    """Redirect of a browser to the address without the empty parameters of a form; None where there are none."""
    if "" not in request.args.values() or HTML.media_type not in request.headers.get("Accept", ""):
        return None
    full = [pair for pair in request.args.items(multi=True) if pair[1]]
    response = Response(status=HTTPStatus.SEE_OTHER)
    response.headers["Location"] = (
        f"{request.script_root}{quote(request.path)}{'?' if full else ''}{urlencode(full)}"
    )
    return cached(response, None)


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

    Without `caching` it has no Cache-Control: a redirect, or a page that `headers` gives a tag by
    its bytes. `language` is that of the body. The body may be set later, unless the status is 304.
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


_LOG = logging.getLogger(__name__)

#: Key of an application's configuration for addresses and folders that clients must not see.
PLACES = "GCMGRAPH_PLACES"

#: The hint for updates.
HOW_DATA_CHANGE = "Data change by contributions, which a curator reviews: see /contributions."

PROBLEM_JSON = "application/problem+json"

#: Error classes of a status; of the first that fits.
_STATUS: dict[HTTPStatus, tuple[type[GcmGraphError], ...]] = {
    HTTPStatus.BAD_REQUEST: (errors.QuerySyntaxError, queries.QueryRefusedError),
    HTTPStatus.NOT_ACCEPTABLE: (queries.QueryNotAcceptableError, errors.NotXmlError),
    HTTPStatus.TOO_MANY_REQUESTS: (
        queries.QueriesBusyError,
        errors.CheckBusyError,
        errors.QuotaError,
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        queries.QueryOverLimitError,
        errors.StoreError,
        errors.LedgerError,
    ),
    HTTPStatus.NOT_FOUND: (errors.UnknownContributionError, UnknownQueryError),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (errors.TooLongError,),
    HTTPStatus.FORBIDDEN: (errors.NotPermittedError,),
    HTTPStatus.CONFLICT: (errors.ConflictError,),
    HTTPStatus.UNPROCESSABLE_ENTITY: (errors.CheckOverLimitError,),
}

#: Seconds for Retry-After.
RETRY_AFTER = 10

#: The same for requests that are refused before the application.
_RETRY_REFUSED = {HTTPStatus.TOO_MANY_REQUESTS: "1", HTTPStatus.SERVICE_UNAVAILABLE: "5"}


@dataclass(frozen=True)
class Problem:
    """A problem: its status, one sentence about it, and extension members for programs."""

    status: HTTPStatus
    detail: str
    members: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    #: language of the detail and the hint; None for that of the request
    language: str | None = None

    @property
    def title(self) -> str:
        """The name of the status, in the language of the detail."""
        return self.heading if self.language is None else self.status.phrase

    @property
    def heading(self) -> str:
        """The name of the status, in the language of the page where that is known."""
        return str(NAMES["status"].get(str(self.status.value), self.status.phrase))

    def response(self) -> Response:
        """The problem as a page where the client prefers HTML, else as JSON."""
        kind = best_media_type(
            request.accept_mimetypes, (PROBLEM_JSON, JSON.media_type, HTML.media_type)
        )
        if kind == HTML.media_type:
            body = render_template("error.html", problem=self)
            response = Response(body, status=self.status, content_type=HTML.content_type)
        else:
            details = {"title": self.title, "status": self.status.value, "detail": self.detail}
            body = json.dumps({**self.members, **details}, ensure_ascii=False)
            response = Response(body, status=self.status, content_type=PROBLEM_JSON)
            response.headers["Content-Language"] = self.language or chosen_language(request)
        response.headers.update(self.headers)
        return cached(response, Caching.NEVER)


class ProblemError(GcmGraphError):
    """A request that cannot be fulfilled, with its problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def problem_of(error: GcmGraphError) -> Problem:
    """The problem that an error is to a client.

    Internal addresses and folders are logged only; where the store failed, so is the hint.
    """
    if isinstance(error, ProblemError):
        return error.problem
    detail = without_places(error.message, current_app.config[PLACES])
    broken = type(error) in {errors.StoreError, errors.UnwritableError, errors.LedgerError}
    damaged = isinstance(error, errors.DamagedFileError | errors.DamagedError)
    if broken or damaged or (isinstance(error, errors.StoreError) and detail != error.message):
        _LOG.warning("%s", error)
    if isinstance(error, errors.NotPermittedError):
        g.asks_token = True  # another one permits it
    status = next(
        (s for s, kinds in _STATUS.items() if isinstance(error, kinds)), HTTPStatus.BAD_REQUEST
    )
    members: dict[str, object] = {}
    if error.place is not None and error.place.line is not None:
        members = {"line": error.place.line, "column": error.place.column}
    if error.hint is not None and (not broken or isinstance(error, errors.LedgerError)):
        members["hint"] = error.hint
    retry = status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}
    seconds = error.retry_after if isinstance(error, errors.QuotaError) else RETRY_AFTER
    headers = {"Retry-After": str(seconds)} if retry else {}
    if isinstance(error, NotReplaceableError | EmailAddressError):
        detail, members["hint"] = error.in_language(language := chosen_language(request))
        return Problem(status, detail, members, headers, language=language)
    return Problem(status, detail, members, headers, language=SOURCE_LANGUAGE)


def without_places(message: str, places: Iterable[str]) -> str:
    """A message without internal addresses and folders."""
    for place in places:
        message = re.sub(rf"(?: at| in) {re.escape(place)}(?=[ .:,]|$)", "", message).replace(
            place, "…"
        )
    return message


def internal_places(places: Iterable[str]) -> list[str]:
    """Addresses and folders to remove from messages, the longest first."""
    return sorted((place for place in places if "/" in place), key=len, reverse=True)


def problem(
    detail: str,
    status: HTTPStatus = HTTPStatus.BAD_REQUEST,
    hint: str | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> ProblemError:
    """The error for a request at an address of programs, in English."""
    return ProblemError(
        Problem(status, detail, {"hint": hint} if hint else {}, headers, language=SOURCE_LANGUAGE)
    )


def refusal(status: HTTPStatus, detail: str, **members: object) -> ProblemError:
    """The problem of a status, with a detail and further members, such as `hint`."""
    return ProblemError(Problem(status, detail, members))


def bad_request(detail: str, **members: object) -> ProblemError:
    """400 with a detail and further members."""
    return refusal(HTTPStatus.BAD_REQUEST, detail, **members)


def not_found(
    what: str, suggestions: list[dict[str, str]] | None = None, detail: str | None = None
) -> ProblemError:
    """404 for an address that does not exist.

    `suggestions` are similar addresses, each with `href`, `title` and the `language` of the title.
    `detail` is a sentence that says more than that.
    """
    detail = detail or gettext("There is nothing at %(address)s.", address=what)
    return refusal(
        HTTPStatus.NOT_FOUND, detail, **({"suggestions": suggestions} if suggestions else {})
    )


def not_acceptable(alternatives: list[dict[str, str]]) -> ProblemError:
    """406 with the formats that are offered."""
    detail = gettext("None of the formats in the Accept header can be had here.")
    return refusal(HTTPStatus.NOT_ACCEPTABLE, detail, alternatives=alternatives)


def require_utf8(request: Request) -> None:
    """Raise 400 for parameters that are not UTF-8, whose ill-formed bytes Flask would replace."""
    try:
        unquote_to_bytes(request.query_string).decode("utf-8")
    except UnicodeDecodeError:
        raise bad_request(gettext("The address is not UTF-8, percent-encoded.")) from None


#: Key of the page of a form in the environment of its request.
_FORM = "gcmgraph.form"


def show_on_form(page: Callable[..., Response]) -> None:
    """Respond to errors of the rest of this request with the page of a form, which `page` renders with a `problem`."""
    request.environ[_FORM] = page


def register_problems(app: Flask, places: Iterable[str]) -> None:
    """Let an application respond with problems to all its errors, without these internal addresses and folders."""
    app.config[PLACES] = internal_places(places)

    @app.before_request
    def refused() -> None:
        if REFUSED in request.environ:
            status, detail, *hint = request.environ[REFUSED]
            headers = {"Retry-After": _RETRY_REFUSED[status]} if status in _RETRY_REFUSED else {}
            if status is HTTPStatus.METHOD_NOT_ALLOWED:
                headers = {"Allow": "GET, HEAD, POST, OPTIONS"}
            raise problem(detail, status, hint[0] if hint else None, headers)

    @app.errorhandler(GcmGraphError)
    def handle_error(error: GcmGraphError) -> Response:
        problem, form = problem_of(error), request.environ.pop(_FORM, None)
        if form is not None:
            with suppress(GcmGraphError):  # the page requires what the error is about
                response: Response = form(problem=problem)
                response.status_code = problem.status
                response.headers.update(problem.headers)
                return response
        return problem.response()

    @app.errorhandler(OSError)
    @app.errorhandler(sqlite3.Error)
    def handle_server_error(error: OSError | sqlite3.Error) -> Response:
        if (reason := disk_fault(error)) is None:
            raise error
        _LOG.warning(
            "%s %s cannot be answered: %s.",
            request.method,
            request.path,
            " ".join(str(error).split()),
        )
        detail = gettext("A file of this server cannot be read or written at the moment.")
        retry = {"Retry-After": str(RETRY_AFTER)}
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"reason": reason}, retry).response()

    @app.errorhandler(HTTPException)
    def handle_http_exception(error: HTTPException) -> Response:
        if error.code is None or error.code < HTTPStatus.BAD_REQUEST:  # a redirect of the router
            return Response(error.get_body(), status=error.code, headers=dict(error.get_headers()))
        retained = {
            name: value for name, value in error.get_headers() if name in {"Allow", "Content-Range"}
        }
        status = HTTPStatus(error.code)
        match status:
            case HTTPStatus.NOT_FOUND:
                return not_found(request.path).problem.response()
            case HTTPStatus.METHOD_NOT_ALLOWED:
                detail = gettext("This address does not answer %(method)s.", method=request.method)
                return Problem(status, detail, headers=retained).response()
            case (
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            ):  # `BodyLimiter` has refused longer bodies: too many parts
                return problem(TOO_MANY_FIELDS, status, SEND_A_FILE).problem.response()
            case _:
                return problem(error.description or "", status, headers=retained).problem.response()
