"""/contributions/invitation/{code}: a page that gives the token of an invitation, once.

Only POST gives it, so that programs that open the links of mails do not use it up.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request
from flask_babel import format_date, gettext

from gcmgraph.contributions.access import Invitation, Invitations
from gcmgraph.contributions.contribution import ConflictError
from gcmgraph.web.contributions import documents
from gcmgraph.web.contributions.listing import as_page, page_of, private
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import count_failure
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.problems import Problem, ProblemError
from gcmgraph.web.services import Site

_INVITATION = api.media(documents.Invitation, HTML)
_PARAMETERS = (api.Parameter("code", "Code of the invitation, from the link that was mailed."), api.LANG)


def blueprint(site: Site, invitations: Invitations) -> Blueprint:
    """/contributions/invitation/{code}."""
    routes = Blueprint("contribution_invitation", __name__)

    @routes.get("/contributions/invitation/<code>")
    @api.operation("invitation", api.answer("Invitation.", _INVITATION), _PARAMETERS, (410, 429, 503), cached=False)
    def invited(code: str) -> Response:
        """Return the holder of an invitation, and when it ends; its token is not given."""
        invitation = _open(code)
        if not as_page():
            return _unlinked(jsonify(_json(invitation)))
        return _unlinked(
            page_of(
                site,
                "contribution_invitation.html",
                invitation=invitation,
                expires=format_date(invitation.expires, "long"),
            )
        )

    @routes.post("/contributions/invitation/<code>")
    @api.operation(
        "redeem_invitation", api.answer("Invitation with its token.", _INVITATION), _PARAMETERS, (410, 429, 503)
    )
    def redeemed(code: str) -> Response:
        """Create the token of an invitation and return it, once."""
        invitation = _open(code)
        page = as_page()
        try:
            token = invitations.redeem(invitation)
        except ConflictError:  # another request was faster
            raise _ended(invitations.find(code) or invitation) from None
        if not page:
            return _unlinked(jsonify({**_json(invitation), "token": token}))
        return _unlinked(page_of(site, "contribution_invitation.html", invitation=invitation, token=token))

    def _open(code: str) -> Invitation:
        """The invitation of a code. 404 for an unknown one, 410 for one that has ended, 429 for too many unknown."""
        invitation = invitations.find(code)
        if invitation is None:
            count_failure(request)
            detail = gettext("There is no such invitation: the link is incomplete, or was never valid.")
            hint = gettext("Copy the whole link from the mail, or ask its sender for another.")
            raise ProblemError(Problem(HTTPStatus.NOT_FOUND, detail, {"hint": hint}))
        if invitation.state != "open":
            raise _ended(invitation)
        return invitation

    return routes


def _ended(invitation: Invitation) -> ProblemError:
    """410 for an invitation that was redeemed or revoked, or has expired."""
    if invitation.redeemed is not None:
        detail = gettext(
            "This invitation was used on %(date)s; it works once.", date=format_date(invitation.redeemed, "long")
        )
        hint = gettext("If you did not use it, tell its sender: the token that it gave can be revoked.")
    elif invitation.revoked is not None:
        detail = gettext("This invitation was withdrawn on %(date)s.", date=format_date(invitation.revoked, "long"))
        hint = gettext("Ask its sender for another.")
    else:
        detail = gettext("This invitation expired on %(date)s.", date=format_date(invitation.expires, "long"))
        hint = gettext("Ask its sender for another.")
    return ProblemError(Problem(HTTPStatus.GONE, detail, {"hint": hint}))


def _json(invitation: Invitation) -> documents.Invitation:
    holder = invitation.holder
    expires = invitation.expires.isoformat(timespec="seconds")
    return {"role": holder.role, "name": holder.name, "iri": holder.iri, "expires": expires}


def _unlinked(response: Response) -> Response:
    """A response whose address no other site learns."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return private(response)
