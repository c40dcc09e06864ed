"""Errors as problem details (RFC 9457), or as a page for a browser. No other module translates them."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from flask import Flask, Request, Response, current_app, g, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.exceptions import HTTPException

from gcmgraph import errors
from gcmgraph.contributions import contribution
from gcmgraph.errors import GcmGraphError
from gcmgraph.files import disk_fault
from gcmgraph.store import requests as queries
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http.formats import HTML, JSON, best_media_type
from gcmgraph.web.http.headers import Caching, cached
from gcmgraph.web.http.middleware import REFUSED, SEND_A_FILE, TOO_MANY_FIELDS
from gcmgraph.web.i18n import chosen_language

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
    HTTPStatus.TOO_MANY_REQUESTS: (queries.QueriesBusyError, contribution.CheckBusyError, contribution.QuotaError),
    HTTPStatus.SERVICE_UNAVAILABLE: (queries.QueryOverLimitError, errors.StoreError, contribution.LedgerError),
    HTTPStatus.NOT_FOUND: (contribution.UnknownContributionError,),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (contribution.TooLongError,),
    HTTPStatus.FORBIDDEN: (contribution.NotPermittedError,),
    HTTPStatus.CONFLICT: (contribution.ConflictError,),
    HTTPStatus.UNPROCESSABLE_ENTITY: (contribution.CheckOverLimitError,),
}

#: Names of statuses (https://www.rfc-editor.org/rfc/rfc9110#name-status-codes), as pages show them.
_TITLES = {
    HTTPStatus.BAD_REQUEST: lazy_gettext("Bad Request"),
    HTTPStatus.UNAUTHORIZED: lazy_gettext("Unauthorized"),
    HTTPStatus.FORBIDDEN: lazy_gettext("Forbidden"),
    HTTPStatus.NOT_FOUND: lazy_gettext("Not Found"),
    HTTPStatus.METHOD_NOT_ALLOWED: lazy_gettext("Method Not Allowed"),
    HTTPStatus.NOT_ACCEPTABLE: lazy_gettext("Not Acceptable"),
    HTTPStatus.CONFLICT: lazy_gettext("Conflict"),
    HTTPStatus.GONE: lazy_gettext("Gone"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: lazy_gettext("Request Entity Too Large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: lazy_gettext("Unsupported Media Type"),
    HTTPStatus.UNPROCESSABLE_ENTITY: lazy_gettext("Unprocessable Content"),
    HTTPStatus.TOO_MANY_REQUESTS: lazy_gettext("Too Many Requests"),
    HTTPStatus.INTERNAL_SERVER_ERROR: lazy_gettext("Internal Server Error"),
    HTTPStatus.SERVICE_UNAVAILABLE: lazy_gettext("Service Unavailable"),
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
        known = self.language is None and self.status in _TITLES
        return str(_TITLES[self.status]) if known else self.status.phrase

    @property
    def heading(self) -> str:
        """The name of the status, in the language of the page where that is known."""
        return str(_TITLES.get(self.status, self.status.phrase))

    def response(self) -> Response:
        """The problem as a page where the client prefers HTML, else as JSON."""
        kind = best_media_type(request.accept_mimetypes, (PROBLEM_JSON, JSON.media_type, HTML.media_type))
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
    broken = type(error) in {errors.StoreError, errors.UnwritableError, contribution.LedgerError}
    damaged = isinstance(error, errors.DamagedFileError | contribution.DamagedError)
    if broken or damaged or (isinstance(error, errors.StoreError) and detail != error.message):
        _LOG.warning("%s", error)
    if isinstance(error, contribution.NotPermittedError):
        g.asks_token = True  # another one permits it
    status = next((s for s, kinds in _STATUS.items() if isinstance(error, kinds)), HTTPStatus.BAD_REQUEST)
    members: dict[str, object] = {}
    if error.place is not None and error.place.line is not None:
        members = {"line": error.place.line, "column": error.place.column}
    if error.hint is not None and (not broken or isinstance(error, contribution.LedgerError)):
        members["hint"] = error.hint
    retry = status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}
    seconds = error.retry_after if isinstance(error, contribution.QuotaError) else RETRY_AFTER
    headers = {"Retry-After": str(seconds)} if retry else {}
    return Problem(status, detail, members, headers, language=SOURCE_LANGUAGE)


def without_places(message: str, places: Iterable[str]) -> str:
    """A message without internal addresses and folders."""
    for place in places:
        message = re.sub(rf"(?: at| in) {re.escape(place)}(?=[ .:,]|$)", "", message).replace(place, "…")
    return message


def internal_places(places: Iterable[str]) -> list[str]:
    """Addresses and folders to remove from messages, the longest first."""
    return sorted((place for place in places if "/" in place), key=len, reverse=True)


def bad_request(detail: str, **members: object) -> ProblemError:
    """400 with a detail and further members, such as `hint`."""
    return ProblemError(Problem(HTTPStatus.BAD_REQUEST, detail, members))


def not_found(what: str, suggestions: list[dict[str, str]] | None = None, detail: str | None = None) -> ProblemError:
    """404 for an address that does not exist.

    `suggestions` are similar addresses, each with `href`, `title` and the `language` of the title. `detail` is a
    sentence that says more than that.
    """
    detail = detail or gettext("There is nothing at %(address)s.", address=what)
    return ProblemError(Problem(HTTPStatus.NOT_FOUND, detail, {"suggestions": suggestions} if suggestions else {}))


def not_acceptable(alternatives: list[dict[str, str]]) -> ProblemError:
    """406 with the formats that are offered."""
    detail = gettext("None of the formats in the Accept header can be had here.")
    return ProblemError(Problem(HTTPStatus.NOT_ACCEPTABLE, detail, {"alternatives": alternatives}))


def require_utf8(request: Request) -> None:
    """Raise 400 for parameters that are not UTF-8, whose ill-formed bytes Flask would replace."""
    try:
        unquote_to_bytes(request.query_string).decode("utf-8")
    except UnicodeDecodeError:
        raise bad_request(gettext("The address is not UTF-8, percent-encoded.")) from None


def register(app: Flask, places: Iterable[str]) -> None:
    """Let an application respond with problems to all its errors, without these internal addresses and folders."""
    app.config[PLACES] = internal_places(places)

    @app.before_request
    def refused() -> None:
        if REFUSED in request.environ:
            status, detail, *hint = request.environ[REFUSED]
            headers = {"Retry-After": _RETRY_REFUSED[status]} if status in _RETRY_REFUSED else {}
            if status is HTTPStatus.METHOD_NOT_ALLOWED:
                headers = {"Allow": "GET, HEAD, POST, OPTIONS"}
            members = {"hint": hint[0]} if hint else {}
            raise ProblemError(Problem(status, detail, members, headers, language=SOURCE_LANGUAGE))

    @app.errorhandler(GcmGraphError)
    def handle_error(error: GcmGraphError) -> Response:
        return problem_of(error).response()

    @app.errorhandler(OSError)
    @app.errorhandler(sqlite3.Error)
    def handle_server_error(error: OSError | sqlite3.Error) -> Response:
        if (reason := disk_fault(error)) is None:
            raise error
        _LOG.warning("%s %s cannot be answered: %s.", request.method, request.path, " ".join(str(error).split()))
        detail = gettext("A file of this server cannot be read or written at the moment.")
        retry = {"Retry-After": str(RETRY_AFTER)}
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"reason": reason}, retry).response()

    @app.errorhandler(HTTPException)
    def handle_http_exception(error: HTTPException) -> Response:
        if error.code is None or error.code < HTTPStatus.BAD_REQUEST:  # a redirect of the router
            return Response(error.get_body(), status=error.code, headers=dict(error.get_headers()))
        retained = {name: value for name, value in error.get_headers() if name in {"Allow", "Content-Range"}}
        status = HTTPStatus(error.code)
        match status:
            case HTTPStatus.NOT_FOUND:
                return not_found(request.path).problem.response()
            case HTTPStatus.METHOD_NOT_ALLOWED:
                detail = gettext("This address does not answer %(method)s.", method=request.method)
                return Problem(status, detail, headers=retained).response()
            case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:  # `BodyLimiter` has refused longer bodies: too many parts
                return Problem(status, TOO_MANY_FIELDS, {"hint": SEND_A_FILE}, language=SOURCE_LANGUAGE).response()
            case _:
                return Problem(status, error.description or "", headers=retained, language=SOURCE_LANGUAGE).response()
