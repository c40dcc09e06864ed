"""/contributions/email/{code}: the page of the link with which an e-mail address is confirmed, or notices declined.

Only POST changes something: programs that open the links of mails do not confirm an address. The
address of the page is in no log of this server.
"""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from flask import Blueprint, Response, request
from flask_babel import gettext

from gcmgraph.contributions.confirmations import Confirmation, Confirmations
from gcmgraph.web.contributions.responses import (
    ContributionServices,
    page_of,
    with_unshared_address,
)
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import count_failure, refuse_other_sites
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.parameters import require_permitted
from gcmgraph.web.http.problems import refusal
from gcmgraph.web.i18n import chosen_language, time_text

_CODE = (api.Parameter("code", "Code in the link that was mailed."), api.LANG)
_PAGE = api.answer("Page with the state of the address and its buttons.", HTML)
_ANSWERS = ("confirm", "decline")
_BODY = api.media({api.FORM: api.record({"do": api.one_of(_ANSWERS)}, ("do",))})


def confirmation_routes(routes: Blueprint, services: ContributionServices) -> None:
    """/contributions/email/{code}."""
    pages = ConfirmationPages(services)
    routes.get("/contributions/email/<code>")(pages.shown)
    routes.post("/contributions/email/<code>")(pages.answered)


class ConfirmationPages:
    """Views of the link with which an e-mail address is confirmed."""

    def __init__(self, services: ContributionServices) -> None:
        self._site = services.site
        self._confirmations = services.confirmations

    @api.operation("email_confirmation", _PAGE, _CODE, (410, 429, 503), cached=False)
    def shown(self, code: str) -> Response:
        """Return the page on which the holder of an e-mail address confirms it for notices."""
        return self._page(_open(self._confirmations, code))

    @api.operation("confirm_email", _PAGE, _CODE, (410, 429, 503), body=_BODY)
    def answered(self, code: str) -> Response:
        """Confirm an e-mail address for the notices of a sender, or decline them."""
        refuse_other_sites(request)
        confirmation = _open(self._confirmations, code)
        if require_permitted("do", request.form.get("do", ""), _ANSWERS) == "confirm":
            self._confirmations.confirm(confirmation)
        else:
            self._confirmations.decline(confirmation)
        return self._page(_open(self._confirmations, code))

    def _page(self, confirmation: Confirmation) -> Response:
        return with_unshared_address(
            page_of(self._site, "contribution_email.html", confirmation=confirmation)
        )


def _open(confirmations: Confirmations, code: str) -> Confirmation:
    """The link of a code. 404 for an unknown one, 410 for one that has ended, 429 for too many unknown."""
    confirmation = confirmations.find(code)
    if confirmation is None:
        count_failure(request)
        detail = gettext("This link is not valid, or was revoked.")
        raise refusal(
            HTTPStatus.NOT_FOUND, detail, hint=gettext("Copy the whole link from the mail.")
        )
    if datetime.now(UTC) >= confirmation.expires:
        day = time_text(confirmation.expires.date(), chosen_language(request))
        detail = gettext("This link ended on %(date)s.", date=day)
        hint = gettext("For another one, store the address again on the page of the contribution.")
        raise refusal(HTTPStatus.GONE, detail, hint=hint)
    return confirmation
