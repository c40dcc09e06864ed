"""Errors as problem details (RFC 9457), or as a page for a browser. No other module translates errors."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType

from flask import Flask, Response, current_app, g, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from gcmgraph.contributions.contribution import NotReplaceableError
from gcmgraph.contributions.texts import EmailAddressError
from gcmgraph.platform import errors
from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.platform.files import disk_fault
from gcmgraph.queries.library import UnknownQueryError
from gcmgraph.store import port as queries
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import HTML, JSON, best_media_type
from gcmgraph.web.http.limit_middleware import REFUSED, SEND_A_FILE, TOO_MANY_FIELDS, Refusal
from gcmgraph.web.i18n import NAMES, chosen_language

_LOG = logging.getLogger(__name__)

#: Key of an application's configuration for addresses and folders that clients must not see.
PLACES = "GCMGRAPH_PLACES"

#: Key of the page of a form in the environment of its request.
_FORM = "gcmgraph.form"

#: The hint for updates.
HOW_DATA_CHANGE = "Data change by contributions, which a curator reviews: see /contributions."

PROBLEM_JSON = "application/problem+json"

#: Error classes of a status; of the first that fits. All others are a 400.
_ERRORS_BY_STATUS: dict[HTTPStatus, tuple[type[GcmGraphError], ...]] = {
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

#: Errors of the server alone, by their exact class: they are logged, and their hints are not for clients.
_SERVER_ERRORS = frozenset({errors.StoreError, errors.UnwritableError, errors.LedgerError})

#: Statuses of requests that may succeed later.
_RETRIED = frozenset({HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS})

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
        media_type = best_media_type(
            request.accept_mimetypes, (PROBLEM_JSON, JSON.media_type, HTML.media_type)
        )
        if media_type == HTML.media_type:
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
    if _is_logged(error, detail):
        _LOG.warning("%s", error)
    if isinstance(error, errors.NotPermittedError):
        g.asks_token = True  # another one permits it
    status = _status_of(error)
    members = _members_of(error)
    headers = {}
    if status in _RETRIED:
        seconds = error.retry_after if isinstance(error, errors.QuotaError) else RETRY_AFTER
        headers["Retry-After"] = str(seconds)
    if isinstance(error, NotReplaceableError | EmailAddressError):
        language = chosen_language(request)
        detail, members["hint"] = error.in_language(language)
        return Problem(status, detail, members, headers, language=language)
    return Problem(status, detail, members, headers, language=SOURCE_LANGUAGE)


def _is_logged(error: GcmGraphError, detail: str) -> bool:
    """Whether an operator has to read an error: the server failed, or `detail` has less than the message."""
    if type(error) in _SERVER_ERRORS:
        return True
    if isinstance(error, errors.DamagedFileError | errors.DamagedError):
        return True
    return isinstance(error, errors.StoreError) and detail != error.message


def _status_of(error: GcmGraphError) -> HTTPStatus:
    for status, classes in _ERRORS_BY_STATUS.items():
        if isinstance(error, classes):
            return status
    return HTTPStatus.BAD_REQUEST


def _members_of(error: GcmGraphError) -> dict[str, object]:
    """The extension members of a problem: line and column in the input, and the hint if clients may see it."""
    members: dict[str, object] = {}
    if error.place is not None and error.place.line is not None:
        members = {"line": error.place.line, "column": error.place.column}
    has_public_hint = type(error) not in _SERVER_ERRORS or isinstance(error, errors.LedgerError)
    if error.hint is not None and has_public_hint:
        members["hint"] = error.hint
    return members


def without_places(message: str, places: Iterable[str]) -> str:
    """A message without internal addresses and folders.

    >>> without_places("The store at /srv/gcm/store is damaged; see /srv/gcm/store.log.", ["/srv/gcm/store"])
    'The store is damaged; see ….log.'
    """
    for place in places:
        phrase = rf"(?: at| in) {re.escape(place)}(?=[ .:,]|$)"
        message = re.sub(phrase, "", message).replace(place, "…")
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
    members = {"hint": hint} if hint else {}
    return ProblemError(Problem(status, detail, members, headers, language=SOURCE_LANGUAGE))


def refusal(status: HTTPStatus, detail: str, **members: object) -> ProblemError:
    """The problem of a status, with a detail and further members, such as `hint`."""
    return ProblemError(Problem(status, detail, members))


def bad_request(detail: str, **members: object) -> ProblemError:
    """400 with a detail and further members."""
    return refusal(HTTPStatus.BAD_REQUEST, detail, **members)


def not_found(
    address: str, suggestions: list[dict[str, str]] | None = None, detail: str | None = None
) -> ProblemError:
    """404 for an address that does not exist.

    `suggestions` are similar addresses, each with `href`, `title` and the `language` of the title.
    `detail` is a sentence that says more than that.
    """
    detail = detail or gettext("There is nothing at %(address)s.", address=address)
    members = {"suggestions": suggestions} if suggestions else {}
    return refusal(HTTPStatus.NOT_FOUND, detail, **members)


def not_acceptable(alternatives: list[dict[str, str]]) -> ProblemError:
    """406 with the formats that are offered."""
    detail = gettext("None of the formats in the Accept header can be had here.")
    return refusal(HTTPStatus.NOT_ACCEPTABLE, detail, alternatives=alternatives)


def show_on_form(page: Callable[..., Response]) -> None:
    """Respond to errors of the rest of this request with the page of a form, which `page` renders with a `problem`."""
    request.environ[_FORM] = page


def register_problems(app: Flask, places: Iterable[str]) -> None:
    """Let an application respond with problems to all its errors, without these internal addresses and folders."""
    app.config[PLACES] = internal_places(places)
    app.before_request(_raise_refusal)
    app.register_error_handler(GcmGraphError, _respond_to_error)
    for server_error in (OSError, sqlite3.Error):
        app.register_error_handler(server_error, _respond_to_disk_fault)
    app.register_error_handler(HTTPException, _respond_to_http_exception)


def _raise_refusal() -> None:
    """Raise the problem of a request that middleware refused."""
    refused: Refusal | None = request.environ.get(REFUSED)
    if refused is None:
        return
    headers = {}
    if refused.status in _RETRY_REFUSED:
        headers = {"Retry-After": _RETRY_REFUSED[refused.status]}
    elif refused.status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {"Allow": "GET, HEAD, POST, OPTIONS"}
    raise problem(refused.detail, refused.status, refused.hint, headers)


def _respond_to_error(error: GcmGraphError) -> Response:
    problem = problem_of(error)
    form_page = request.environ.pop(_FORM, None)
    if form_page is not None:
        with suppress(GcmGraphError):  # the page requires what the error is about
            response: Response = form_page(problem=problem)
            response.status_code = problem.status
            response.headers.update(problem.headers)
            return response
    return problem.response()


def _respond_to_disk_fault(error: OSError | sqlite3.Error) -> Response:
    """503 for a file that cannot be read or written; any other error is raised again."""
    reason = disk_fault(error)
    if reason is None:
        raise error
    message = " ".join(str(error).split())
    _LOG.warning("%s %s cannot be answered: %s.", request.method, request.path, message)
    detail = gettext("A file of this server cannot be read or written at the moment.")
    headers = {"Retry-After": str(RETRY_AFTER)}
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"reason": reason}, headers).response()


def _respond_to_http_exception(error: HTTPException) -> Response:
    """The response to an error of Flask or Werkzeug, or to a redirect of the router."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:  # a redirect of the router
        return Response(error.get_body(), status=error.code, headers=dict(error.get_headers()))
    headers = {
        name: value for name, value in error.get_headers() if name in {"Allow", "Content-Range"}
    }
    status = HTTPStatus(error.code)
    match status:
        case HTTPStatus.NOT_FOUND:
            return not_found(request.path).problem.response()
        case HTTPStatus.METHOD_NOT_ALLOWED:
            detail = gettext("This address does not answer %(method)s.", method=request.method)
            return Problem(status, detail, headers=headers).response()
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            # too many parts: `BodyLimiter` has refused longer bodies
            return problem(TOO_MANY_FIELDS, status, SEND_A_FILE).problem.response()
        case _:
            return problem(error.description or "", status, headers=headers).problem.response()
