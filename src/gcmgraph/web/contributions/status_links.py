"""/contributions/status/{code}, a link to the state of a contribution, and the address for notices of its sender.

A link works once: it gives the browser a cookie with which it reads that contribution for some
hours. Its address is in no log of this server.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext

from gcmgraph.contributions.texts import EMAIL
from gcmgraph.web.contributions import json_documents
from gcmgraph.web.contributions.responses import (
    COOKIE,
    ContributionServices,
    acting,
    as_page,
    change_answers,
    contribution_json,
    fields,
    private,
    see_other,
    with_unshared_address,
)
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import count_failure, over_tls
from gcmgraph.web.http.problems import refusal

_CODE = (api.Parameter("code", "Code in the link."), api.LANG)
_LINKED = {303: api.answer("Redirect to the contribution.", headers=("Set-Cookie",))}
_ID = (api.Parameter("id", "Identifier of the contribution."), api.LANG)
_NOTICES = change_answers("Contribution.", json_documents.ContributionJson)
_EMAIL = api.fields(
    {"email": api.text(EMAIL, description="E-mail address for notices; empty for none.")}
)


def status_routes(routes: Blueprint, services: ContributionServices) -> None:
    """/contributions/status/{code}, and the notices of /contributions/{id}."""
    pages = StatusPages(services)
    routes.get("/contributions/status/<code>")(pages.once)
    routes.post("/contributions/<identifier>/notices")(pages.notify)


class StatusPages:
    """Views of links to the state of contributions, and of addresses for notices."""

    def __init__(self, services: ContributionServices) -> None:
        self._services = services

    @api.operation("status_link", _LINKED, _CODE, (404, 429, 503), cached=False)
    def once(self, code: str) -> Response:
        """Redirect to a contribution, which the browser may read for some hours; the link works once."""
        link = self._services.links.valid(code)
        if link is None:
            count_failure(request)
            raise refusal(HTTPStatus.NOT_FOUND, gettext("This link is not valid, or was revoked."))
        response = see_other(f"/contributions/{link.contribution}")
        cookie = self._services.links.open(link)
        if cookie is not None:  # else the page asks for the token
            response.set_cookie(
                COOKIE,
                cookie,
                path=f"{request.script_root}/contributions",
                secure=over_tls("Referer"),
                httponly=True,
                samesite="Lax",
            )
        return with_unshared_address(response)

    @api.operation("notify", _NOTICES, _ID, (406, 503), body=_EMAIL, token=True)
    def notify(self, identifier: str) -> Response:
        """Change or remove the address for notices by e-mail, for the sender."""
        agent = acting(self._services.tokens)
        email = fields().get("email", "")
        contribution = self._services.service.notify(identifier, agent, email)
        if not as_page():
            return private(jsonify(contribution_json(contribution, agent)))
        return private(see_other(f"/contributions/{identifier}"))
