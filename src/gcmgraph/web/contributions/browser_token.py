"""/contributions/token: the token that a browser sends with requests of its user, in a cookie of the session."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Blueprint, Response, redirect, request

from gcmgraph.contributions.access import Tokens
from gcmgraph.web.contributions.listing import page_of, private
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import forget_token, refuse_other_sites, required
from gcmgraph.web.http.urls import query_along
from gcmgraph.web.services import Site

#: Paths of the pages to which a browser returns with its token.
_PAGE = re.compile(r"/(?:contributions|feedback)(?:[/?][!-\[\]-~]*)?")

_FIELDS = {
    "token": api.text(),
    "to": api.text(description="Path of the page, with its query."),
    "do": api.text(description="`forget` deletes the token."),
}
_BODY = api.media({api.FORM: api.record(_FIELDS)})
_RETURN = {303: api.answer("Redirect to the page that requires the token.", headers=("Set-Cookie",))}


def blueprint(site: Site, tokens: Tokens) -> Blueprint:
    """/contributions/token."""
    routes = Blueprint("browser_token", __name__)

    @routes.get("/contributions/token")
    @api.operation("ask_token", api.FORM_PAGE, cached=False)
    def asked() -> Response:
        """Return the page with a field for the token of a browser."""
        return private(page_of(site, "token_page.html"))

    @routes.post("/contributions/token")
    @api.operation("store_token", _RETURN, (api.LANG,), (503,), body=_BODY, token=True)
    def given() -> Response:
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
