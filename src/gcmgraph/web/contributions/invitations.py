"""/contributions/invitation/{code}, the token of an invitation, and /contributions/token, the token of a browser.

The page of an invitation gives its token once. Only POST gives it, so that programs that open the
links of mails do not use it up. A browser sends its token with requests of its user, in a cookie of
the session.
"""

from __future__ import annotations

import re
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, redirect, request
from flask_babel import gettext

from gcmgraph.contributions.access import Invitations, Token, Tokens
from gcmgraph.platform.errors import ConflictError
from gcmgraph.web.contributions import json_documents
from gcmgraph.web.contributions.responses import as_page, page_of, private, with_unshared_address
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import (
    count_failure,
    forget_token,
    refuse_other_sites,
    require_agent,
)
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.links import query_along
from gcmgraph.web.http.problems import ProblemError, refusal
from gcmgraph.web.i18n import chosen_language, time_text
from gcmgraph.web.services import Site

#: Paths of the pages to which a browser returns with its token.
_RETURN_PATH = re.compile(r"/(?:contributions|feedback)(?:[/?][!-\[\]-~]*)?")

_CODE = (api.Parameter("code", "Code of the invitation, from the link that was mailed."), api.LANG)
_INVITATION = api.media(json_documents.InvitationJson, HTML)
_INVITED = api.answer("Invitation.", _INVITATION)
_REDEEMED = api.answer("Invitation with its token.", _INVITATION)
_INVITATION_PROBLEMS = (410, 429, 503)

_FIELDS = {
    "token": api.text(),
    "to": api.text(description="Path of the page, with its query."),
    "do": api.text(description="`forget` deletes the token."),
}
_BODY = api.media({api.FORM: api.record(_FIELDS)})
_RETURN = {
    303: api.answer("Redirect to the page that requires the token.", headers=("Set-Cookie",))
}


def access_routes(routes: Blueprint, site: Site, invitations: Invitations, tokens: Tokens) -> None:
    """/contributions/invitation/{code} and /contributions/token."""
    pages = AccessPages(site, invitations, tokens)
    routes.get("/contributions/invitation/<code>")(pages.invited)
    routes.post("/contributions/invitation/<code>")(pages.redeemed)
    routes.get("/contributions/token")(pages.token_form)
    routes.post("/contributions/token")(pages.store_token)


class AccessPages:
    """Views of invitations and of the token of a browser."""

    def __init__(self, site: Site, invitations: Invitations, tokens: Tokens) -> None:
        self._site = site
        self._invitations = invitations
        self._tokens = tokens

    @api.operation("invitation", _INVITED, _CODE, _INVITATION_PROBLEMS, cached=False)
    def invited(self, code: str) -> Response:
        """Return the holder of an invitation, and when it ends; its token is not given."""
        invitation = _open_invitation(self._invitations, code)
        return _response(self._site, invitation, expires=_day(invitation.expires))

    @api.operation("redeem_invitation", _REDEEMED, _CODE, _INVITATION_PROBLEMS)
    def redeemed(self, code: str) -> Response:
        """Create the token of an invitation and return it, once."""
        refuse_other_sites(request)
        invitation = _open_invitation(self._invitations, code)
        as_page()  # 406 before it is used up
        try:
            token = self._invitations.redeem(invitation)
        except ConflictError:  # another request was faster
            raise _ended(self._invitations.find(code) or invitation) from None
        return _response(self._site, invitation, token=token)

    @api.operation("ask_token", api.FORM_PAGE, cached=False)
    def token_form(self) -> Response:
        """Return the page with a field for the token of a browser."""
        return private(page_of(self._site, "token_page.html"))

    @api.operation("store_token", _RETURN, (api.LANG,), (503,), body=_BODY, token=True)
    def store_token(self) -> Response:
        """Store a token in a cookie of the browser's session, or delete it."""
        refuse_other_sites(request)
        if request.form.get("do") == "forget":
            forget_token()
        else:
            require_agent(request, self._tokens)  # stores it
        path = request.form.get("to", "")
        if not _RETURN_PATH.fullmatch(path):
            path = f"/contributions{query_along(request)}"
        return private(redirect(f"{request.script_root}{path}", HTTPStatus.SEE_OTHER))  # type: ignore[arg-type]


def _open_invitation(invitations: Invitations, code: str) -> Token:
    """The invitation of a code. 404 for an unknown one, 410 for one that has ended, 429 for too many unknown."""
    invitation = invitations.find(code)
    if invitation is None:
        count_failure(request)
        detail = gettext("There is no such invitation: the link is incomplete, or was never valid.")
        hint = gettext("Copy the whole link from the mail, or ask its sender for another.")
        raise refusal(HTTPStatus.NOT_FOUND, detail, hint=hint)
    if invitation.state != "open":
        raise _ended(invitation)
    return invitation


def _ended(invitation: Token) -> ProblemError:
    """410 for an invitation that was redeemed or revoked, or has expired."""
    hint = gettext("Ask its sender for another.")
    if invitation.redeemed is not None:
        detail = gettext(
            "This invitation was used on %(date)s; it works once.", date=_day(invitation.redeemed)
        )
        hint = gettext(
            "If you did not use it, tell its sender: the token that it gave can be revoked."
        )
    elif invitation.revoked is not None:
        detail = gettext(
            "This invitation was withdrawn on %(date)s.", date=_day(invitation.revoked)
        )
    else:
        detail = gettext("This invitation expired on %(date)s.", date=_day(invitation.expires))
    return refusal(HTTPStatus.GONE, detail, hint=hint)


def _day(time: datetime) -> str:
    return time_text(time.date(), chosen_language(request))


def _response(site: Site, invitation: Token, **values: str) -> Response:
    """An invitation as a page, or as JSON with its token if there is one.

    No other site learns the address.
    """
    if as_page():
        page = page_of(site, "contribution_invitation.html", invitation=invitation, **values)
        return with_unshared_address(page)
    document: dict[str, str] = {
        "role": invitation.holder.role,
        "name": invitation.holder.name,
        "iri": invitation.holder.iri,
        "expires": invitation.expires.isoformat(timespec="seconds"),
    }
    if "token" in values:
        document["token"] = values["token"]
    return with_unshared_address(jsonify(document))
