"""/contributions/{id}: state of a contribution, and the decisions on it."""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO

from flask import Blueprint, Response, jsonify, redirect, request, send_file
from flask_babel import gettext

from gcmgraph.contributions.access.tokens import Tokens
from gcmgraph.contributions.contribution import Agent, Contribution, Role
from gcmgraph.contributions.errors import UnknownContributionError
from gcmgraph.contributions.service import Contributions
from gcmgraph.contributions.storage.ledger import Ledger
from gcmgraph.web.contributions.desk import contribution_page, returned_reasons
from gcmgraph.web.contributions.listing import as_page, contribution_json, fields, private
from gcmgraph.web.http.authentication import asking, refuse_foreign, required, unauthorized
from gcmgraph.web.http.problems import Problem, ProblemError, bad_request
from gcmgraph.web.http.urls import query_along
from gcmgraph.web.services import Site


def blueprint(site: Site, contributions: Contributions, tokens: Tokens) -> Blueprint:
    """/contributions/{id} with its sub-paths for decisions and comments."""
    routes = Blueprint("contributions_review", __name__)
    ledger = contributions.ledger

    @routes.get("/contributions/<identifier>")
    def status(identifier: str) -> Response:
        """The state of a contribution; without a token, a redirect to its published description.

        Without one, a browser gets 401 with a field for a token.
        """
        agent = asking(request, tokens)
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
    def content(identifier: str) -> Response:
        """The submitted file."""
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
    def decide(identifier: str) -> Response:
        """`decision`: accept or reject, with a `reason`; `return-KEY` is the reason for returning a statement."""
        refuse_foreign(request)
        agent = required(request, tokens, Role.CURATOR)
        decided = _decide(contributions, identifier, agent, fields())
        return _after(decided, agent)

    @routes.post("/contributions/<identifier>/comments")
    def comment(identifier: str) -> Response:
        """A `text` to the sender, or to the curators."""
        refuse_foreign(request)
        agent = required(request, tokens)
        return _after(contributions.comment(identifier, agent, fields().get("text", "")), agent)

    @routes.post("/contributions/<identifier>/withdrawal")
    def withdraw(identifier: str) -> Response:
        """Withdraw it, with a `reason`."""
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
