"""Errors as problem details (RFC 9457), or as a page for a browser. The one place that translates them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from gcmgraph.errors import GcmGraphError, QuerySyntaxError, StoreError
from gcmgraph.store.workers import (
    QueriesBusyError,
    QueryNotAcceptableError,
    QueryOverLimitError,
    QueryRefusedError,
)
from gcmgraph.web.negotiation import best_media_type

PROBLEM_JSON = "application/problem+json"

#: Error class to status; the first that fits.
_STATUS: tuple[tuple[type[GcmGraphError], HTTPStatus], ...] = (
    (QuerySyntaxError, HTTPStatus.BAD_REQUEST),
    (QueryRefusedError, HTTPStatus.BAD_REQUEST),
    (QueryNotAcceptableError, HTTPStatus.NOT_ACCEPTABLE),
    (QueryOverLimitError, HTTPStatus.SERVICE_UNAVAILABLE),
    (QueriesBusyError, HTTPStatus.TOO_MANY_REQUESTS),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
)

#: Seconds after which a client may try again.
RETRY_AFTER = 10


@dataclass(frozen=True)
class Problem:
    """A problem: its status, one sentence about it, and members of its own for programs."""

    status: HTTPStatus
    detail: str
    members: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """The problem as the client wants it: a page where it prefers HTML, else JSON."""
        kind = best_media_type(request.accept_mimetypes, (PROBLEM_JSON, "application/json", "text/html"))
        if kind == "text/html":
            body = render_template("error.html", problem=self._listed())
            response = Response(body, status=self.status, content_type="text/html; charset=utf-8")
        else:
            details = {"title": self.status.phrase, "status": self.status.value, "detail": self.detail}
            body = json.dumps({**self.members, **details}, ensure_ascii=False)
            response = Response(body, status=self.status, content_type=PROBLEM_JSON)
        response.headers.update(self.headers)
        response.headers["Vary"] = "Accept, Accept-Language"
        response.headers["Cache-Control"] = "no-store"
        return response

    def _listed(self) -> Problem:
        """The problem for the page, which links suggestions the way it links alternatives."""
        suggestions = self.members.get("suggestions")
        if not isinstance(suggestions, list):
            return self
        links = [{"href": other["href"], "type": other["title"]} for other in suggestions]
        return replace(self, members={**self.members, "alternatives": links})


class ProblemError(GcmGraphError):
    """A request that cannot be answered, with the problem to tell."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def problem_of(error: GcmGraphError) -> Problem:
    """The problem that an error of ours is to a client."""
    if isinstance(error, ProblemError):
        return error.problem
    status = next((s for kind, s in _STATUS if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)
    members: dict[str, object] = {}
    if error.place is not None:
        members = {"line": error.place.line, "column": error.place.column}
    if error.hint is not None:
        members["hint"] = error.hint
    retry = status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}
    headers = {"Retry-After": str(RETRY_AFTER)} if retry else {}
    return Problem(status, error.message, members, headers)


def not_found(what: str, suggestions: list[dict[str, str]] | None = None) -> ProblemError:
    """404 for an address under which there is nothing, with what may have been meant: `href` and `title` of each."""
    detail = f"There is nothing at {what}."
    if not suggestions:
        return ProblemError(Problem(HTTPStatus.NOT_FOUND, detail))
    names = ", ".join(f"{other['title']} ({other['href']})" for other in suggestions)
    members = {"suggestions": suggestions}
    return ProblemError(Problem(HTTPStatus.NOT_FOUND, f"{detail} Near it there is: {names}.", members))


def not_acceptable(alternatives: list[dict[str, str]]) -> ProblemError:
    """406, with what there is instead."""
    detail = "None of the formats in the Accept header can be had here."
    return ProblemError(Problem(HTTPStatus.NOT_ACCEPTABLE, detail, {"alternatives": alternatives}))


def register(app: Flask) -> None:
    """Let an application answer all its errors as problems."""

    @app.errorhandler(GcmGraphError)
    def ours(error: GcmGraphError) -> Response:
        return problem_of(error).response()

    @app.errorhandler(HTTPException)
    def werkzeugs(error: HTTPException) -> Response:
        if error.code is None or error.code < HTTPStatus.BAD_REQUEST:  # a redirect of the router
            return Response(error.get_body(), status=error.code, headers=dict(error.get_headers()))
        kept = {name: value for name, value in error.get_headers() if name == "Allow"}
        return Problem(HTTPStatus(error.code), error.description or "", headers=kept).response()
