"""/contributions/{id}: state of a contribution, and the decisions on it."""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO

from flask import Blueprint, Response, jsonify, redirect, request, send_file
from flask_babel import gettext

from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.content import REASON
from gcmgraph.contributions.contribution import MAX_COMMENTS, Agent, Contribution, Role, UnknownContributionError
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.service import Contributions
from gcmgraph.web.contributions import documents
from gcmgraph.web.contributions.desk import ID, RETURNS, contribution_page, returned_reasons
from gcmgraph.web.contributions.listing import as_page, contribution_json, fields, private
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import agent_of, refuse_foreign, required, unauthorized
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.problems import Problem, ProblemError, bad_request
from gcmgraph.web.http.urls import query_along
from gcmgraph.web.services import Site

_STATUS = {
    200: api.answer("Contribution.", documents.Contribution, HTML),
    303: api.answer("Redirect of other clients to the published description."),
}
_CONTENT = api.answer("Submitted file, unchanged.", "application/octet-stream")
_CHANGED = {
    200: api.answer("Contribution in its new state.", documents.Contribution),
    303: api.answer("Redirect of browsers to the page of the contribution."),
}
_REASON = {"reason": api.text(REASON)}
_COMMENT = f"Add a comment for the sender or the curators; a contribution has at most {MAX_COMMENTS:,}"
_DECISION = {"decision": api.one_of(("accept", "reject")), **_REASON}
_TEXT = api.fields({"text": api.text(REASON)})
_CHANGE = (_CHANGED, (ID, api.LANG))


def blueprint(site: Site, contributions: Contributions, tokens: Tokens) -> Blueprint:
    """/contributions/{id} with its sub-paths for decisions and comments."""
    routes = Blueprint("contributions_review", __name__)
    ledger = contributions.ledger

    @routes.get("/contributions/<identifier>")
    @api.operation("contribution", _STATUS, (ID, api.LANG), (403, 503), token=False)
    def status(identifier: str) -> Response:
        """Return a contribution with its history, for its sender and curators.

        Without a token, a browser gets 401 with a field for one.
        """
        agent = agent_of(request, tokens)
        if agent is None:
            if not _is_public(ledger, identifier):
                detail = gettext("There is no such contribution, or it is not public.")
                if "text/html" in request.headers.get("Accept", ""):
                    raise unauthorized(request, detail)
                raise ProblemError(Problem(HTTPStatus.NOT_FOUND, detail))
            return _redirect(f"/id/contribution/{identifier}")
        contribution = contributions.visible(identifier, agent)
        if not as_page():
            return private(jsonify(contribution_json(contribution, agent)))
        return private(contribution_page(site, contributions, contribution, agent))

    @routes.get("/contributions/<identifier>/content")
    @api.operation("contribution_content", _CONTENT, (ID,), (503,), token=True)
    def content(identifier: str) -> Response:
        """Return the submitted file, for its sender and curators."""
        contribution = contributions.visible(identifier, required(request, tokens))
        response = send_file(
            BytesIO(ledger.content(contribution)),
            "application/octet-stream",
            as_attachment=True,
            download_name=contribution.submission.name,
            conditional=False,
        )
        return private(response)

    @routes.post("/contributions/<identifier>/review")
    @api.operation("decide", *_CHANGE, (406, 409, 422, 503), body=api.fields(_DECISION, **RETURNS), token=True)
    def decide(identifier: str) -> Response:
        """Accept or reject a contribution, for curators."""
        refuse_foreign(request)
        agent = required(request, tokens, Role.CURATOR)
        decided = _decide(contributions, identifier, agent, fields())
        return _after(decided, agent)

    @routes.post("/contributions/<identifier>/comments")
    @api.operation("comment", *_CHANGE, (406, 409, 503), summary=_COMMENT, body=_TEXT, token=True)
    def comment(identifier: str) -> Response:
        """Add a comment."""
        refuse_foreign(request)
        agent = required(request, tokens)
        return _after(contributions.comment(identifier, agent, fields().get("text", "")), agent)

    @routes.post("/contributions/<identifier>/withdrawal")
    @api.operation("withdraw", *_CHANGE, (406, 409, 503), body=api.fields(_REASON), token=True)
    def withdraw(identifier: str) -> Response:
        """Withdraw a contribution, for its sender and curators."""
        refuse_foreign(request)
        agent = required(request, tokens)
        return _after(contributions.withdraw(identifier, agent, fields().get("reason", "")), agent)

    return routes


def _decide(contributions: Contributions, identifier: str, agent: Agent, given: dict[str, str]) -> Contribution:
    reason = given.get("reason", "")
    match given.get("decision"):
        case "accept":
            return contributions.accept(identifier, agent, reason, returned_reasons(given))
        case "reject":
            return contributions.reject(identifier, agent, reason)
        case _:
            raise bad_request(gettext("The decision must be 'accept' or 'reject'."))


def _after(contribution: Contribution, agent: Agent) -> Response:
    if not as_page():
        return private(jsonify(contribution_json(contribution, agent)))
    return _redirect(f"/contributions/{contribution.id}/review")  # a page for holders of a token only


def _is_public(ledger: Ledger, identifier: str) -> bool:
    try:
        return ledger.find(identifier).was_published
    except UnknownContributionError:
        return False


def _redirect(path: str) -> Response:
    """303 to a path of this server, with the language of the request."""
    return redirect(f"{request.script_root}{path}{query_along(request)}", HTTPStatus.SEE_OTHER)  # type: ignore[return-value]
