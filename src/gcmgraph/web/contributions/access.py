"""/contributions/invitation/{code}, the token of an invitation, and /contributions/token, the token of a browser.

The page of an invitation gives its token once. Only POST gives it, so that programs that open the links of mails do not
use it up. A browser sends its token with requests of its user, in a cookie of the session.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, redirect, request
from flask_babel import format_date, gettext

from gcmgraph.contributions.access import Invitation, Invitations, Tokens
from gcmgraph.contributions.contribution import ConflictError
from gcmgraph.web.contributions import documents
from gcmgraph.web.contributions.responses import as_page, page_of, private
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import count_failure, forget_token, refuse_other_sites, required
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.problems import Problem, ProblemError
from gcmgraph.web.http.urls import query_along
from gcmgraph.web.services import Site

_INVITATION = api.media(documents.Invitation, HTML)
_CODE = (api.Parameter("code", "Code of the invitation, from the link that was mailed."), api.LANG)

#: Paths of the pages to which a browser returns with its token.
_PAGE = re.compile(r"/(?:contributions|feedback)(?:[/?][!-\[\]-~]*)?")

_FIELDS = {
    "token": api.text(),
    "to": api.text(description="Path of the page, with its query."),
    "do": api.text(description="`forget` deletes the token."),
}
_BODY = api.media({api.FORM: api.record(_FIELDS)})
_RETURN = {303: api.answer("Redirect to the page that requires the token.", headers=("Set-Cookie",))}


def blueprint(site: Site, invitations: Invitations, tokens: Tokens) -> Blueprint:
    """/contributions/invitation/{code} and /contributions/token."""
    routes = Blueprint("contributions_access", __name__)

    @routes.get("/contributions/invitation/<code>")
    @api.operation("invitation", api.answer("Invitation.", _INVITATION), _CODE, (410, 429, 503), cached=False)
    def invited(code: str) -> Response:
        """Return the holder of an invitation, and when it ends; its token is not given."""
        invitation = _open(invitations, code)
        return _invitation(site, invitation, expires=format_date(invitation.expires, "long"))

    @routes.post("/contributions/invitation/<code>")
    @api.operation("redeem_invitation", api.answer("Invitation with its token.", _INVITATION), _CODE, (410, 429, 503))
    def redeemed(code: str) -> Response:
        """Create the token of an invitation and return it, once."""
        invitation = _open(invitations, code)
        as_page()  # 406 before it is used up
        try:
            token = invitations.redeem(invitation)
        except ConflictError:  # another request was faster
            raise _ended(invitations.find(code) or invitation) from None
        return _invitation(site, invitation, token=token)

    @routes.get("/contributions/token")
    @api.operation("ask_token", api.FORM_PAGE, cached=False)
    def token_form() -> Response:
        """Return the page with a field for the token of a browser."""
        return private(page_of(site, "token_page.html"))

    @routes.post("/contributions/token")
    @api.operation("store_token", _RETURN, (api.LANG,), (503,), body=_BODY, token=True)
    def store_token() -> Response:
        """Store a token in a cookie of the browser's session, or delete it."""
        refuse_other_sites(request)
        to = request.form.get("to", "")
        if request.form.get("do") == "forget":
            forget_token()
        else:
            required(request, tokens)  # stores it
        where = to if _PAGE.fullmatch(to) else f"/contributions{query_along(request)}"
        return private(redirect(f"{request.script_root}{where}", HTTPStatus.SEE_OTHER))  # type: ignore[arg-type]

    return routes


def _open(invitations: Invitations, code: str) -> Invitation:
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


def _ended(invitation: Invitation) -> ProblemError:
    """410 for an invitation that was redeemed or revoked, or has expired."""
    hint = gettext("Ask its sender for another.")
    if invitation.redeemed is not None:
        detail = gettext(
            "This invitation was used on %(date)s; it works once.", date=format_date(invitation.redeemed, "long")
        )
        hint = gettext("If you did not use it, tell its sender: the token that it gave can be revoked.")
    elif invitation.revoked is not None:
        detail = gettext("This invitation was withdrawn on %(date)s.", date=format_date(invitation.revoked, "long"))
    else:
        detail = gettext("This invitation expired on %(date)s.", date=format_date(invitation.expires, "long"))
    return ProblemError(Problem(HTTPStatus.GONE, detail, {"hint": hint}))


def _invitation(site: Site, invitation: Invitation, **values: str) -> Response:
    """An invitation as a page, or as JSON with its token if there is one. No other site learns the address."""
    if as_page():
        response = page_of(site, "contribution_invitation.html", invitation=invitation, **values)
    else:
        holder, expires = invitation.holder, invitation.expires.isoformat(timespec="seconds")
        document: documents.Invitation = {
            "role": holder.role,
            "name": holder.name,
            "iri": holder.iri,
            "expires": expires,
        }
        if "token" in values:
            document["token"] = values["token"]
        response = jsonify(document)
    response.headers["Referrer-Policy"] = "no-referrer"
    return private(response)
