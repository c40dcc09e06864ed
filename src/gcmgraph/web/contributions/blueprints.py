"""Services for contributions, and the blueprints that use them; links that require no token.

/contributions/invitation/{code}, the token of an invitation, and /contributions/token, the token of
a browser. The page of an invitation gives its token once. Only POST gives it, so that programs that
open the links of mails do not use it up. A browser sends its token with requests of its user, in a
cookie of the session.

/contributions/status/{code}: a link to the state of a contribution works once: it gives the browser
a cookie with which it reads that contribution for some hours. Its address is in no log of this
server.
"""

from __future__ import annotations

import atexit
import re
from dataclasses import replace
from datetime import datetime
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, redirect, request
from flask_babel import gettext

from gcmgraph.contributions.access import (
    AddressCounts,
    Invitations,
    Quotas,
    SenderLinks,
    Token,
    Tokens,
)
from gcmgraph.contributions.check_process import CheckLimits, CheckWorker, check_slot
from gcmgraph.contributions.confirmations import Confirmations
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.publish_process import AwaitedPublication
from gcmgraph.contributions.publishing import unpublished_change
from gcmgraph.contributions.remarks import RemarkBox
from gcmgraph.contributions.service import Contributions
from gcmgraph.contributions.texts import EMAIL
from gcmgraph.platform.errors import ConflictError, DataError
from gcmgraph.publication.versions.dataset import open_dataset
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.web.contributions import (
    confirmation,
    desk,
    feedback,
    form,
    json_documents,
    responses,
    sender,
)
from gcmgraph.web.http import api
from gcmgraph.web.http.authentication import (
    count_failure,
    forget_token,
    over_tls,
    refuse_other_sites,
    require_agent,
)
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.limits import LEDGER_WAIT, REMARKS_WAITING, VISITORS_WAIT, VISITORS_WAITING
from gcmgraph.web.http.links import query_along
from gcmgraph.web.http.problems import ProblemError, refusal
from gcmgraph.web.i18n import chosen_language, time_text
from gcmgraph.web.services import Site

_INVITATION = api.media(json_documents.InvitationJson, HTML)
_CODE = (api.Parameter("code", "Code of the invitation, from the link that was mailed."), api.LANG)

#: Paths of the pages to which a browser returns with its token.
_PAGE = re.compile(r"/(?:contributions|feedback)(?:[/?][!-\[\]-~]*)?")

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

    @routes.get("/contributions/invitation/<code>")
    @api.operation(
        "invitation", api.answer("Invitation.", _INVITATION), _CODE, (410, 429, 503), cached=False
    )
    def invited(code: str) -> Response:
        """Return the holder of an invitation, and when it ends; its token is not given."""
        invitation = _open(invitations, code)
        return _invitation(site, invitation, expires=_day(invitation.expires))

    @routes.post("/contributions/invitation/<code>")
    @api.operation(
        "redeem_invitation",
        api.answer("Invitation with its token.", _INVITATION),
        _CODE,
        (410, 429, 503),
    )
    def redeemed(code: str) -> Response:
        """Create the token of an invitation and return it, once."""
        refuse_other_sites(request)
        invitation = _open(invitations, code)
        responses.as_page()  # 406 before it is used up
        try:
            token = invitations.redeem(invitation)
        except ConflictError:  # another request was faster
            raise _ended(invitations.find(code) or invitation) from None
        return _invitation(site, invitation, token=token)

    @routes.get("/contributions/token")
    @api.operation("ask_token", api.FORM_PAGE, cached=False)
    def token_form() -> Response:
        """Return the page with a field for the token of a browser."""
        return responses.private(responses.page_of(site, "token_page.html"))

    @routes.post("/contributions/token")
    @api.operation("store_token", _RETURN, (api.LANG,), (503,), body=_BODY, token=True)
    def store_token() -> Response:
        """Store a token in a cookie of the browser's session, or delete it."""
        refuse_other_sites(request)
        to = request.form.get("to", "")
        if request.form.get("do") == "forget":
            forget_token()
        else:
            require_agent(request, tokens)  # stores it
        where = to if _PAGE.fullmatch(to) else f"/contributions{query_along(request)}"
        return responses.private(redirect(f"{request.script_root}{where}", HTTPStatus.SEE_OTHER))  # type: ignore[arg-type]


def _open(invitations: Invitations, code: str) -> Token:
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


def _day(at: datetime) -> str:
    return time_text(at.date(), chosen_language(request))


def _invitation(site: Site, invitation: Token, **values: str) -> Response:
    """An invitation as a page, or as JSON with its token if there is one.

    No other site learns the address.
    """
    if responses.as_page():
        response = responses.page_of(
            site, "contribution_invitation.html", invitation=invitation, **values
        )
    else:
        holder, expires = invitation.holder, invitation.expires.isoformat(timespec="seconds")
        document = {"role": holder.role, "name": holder.name, "iri": holder.iri, "expires": expires}
        response = jsonify(
            document | {name: value for name, value in values.items() if name == "token"}
        )
    return responses.unnamed(response)


# ------------------------------------------------------------------------------------------ state without a token

_LINK_CODE = (api.Parameter("code", "Code in the link."), api.LANG)
_LINKED = {303: api.answer("Redirect to the contribution.", headers=("Set-Cookie",))}
_NOTICES = responses.changed("Contribution.", json_documents.ContributionJson)
_EMAIL = api.fields(
    {"email": api.text(EMAIL, description="E-mail address for notices; empty for none.")}
)


def status_routes(routes: Blueprint, services: responses.ContributionServices) -> None:
    """/contributions/status/{code}, and the notices of /contributions/{id}."""
    service, links = services.service, services.links

    @routes.get("/contributions/status/<code>")
    @api.operation("status_link", _LINKED, _LINK_CODE, (404, 429, 503), cached=False)
    def once(code: str) -> Response:
        """Redirect to a contribution, which the browser may read for some hours; the link works once."""
        link = links.valid(code)
        if link is None:
            count_failure(request)
            raise refusal(HTTPStatus.NOT_FOUND, gettext("This link is not valid, or was revoked."))
        response = responses.see_other(f"/contributions/{link.contribution}")
        cookie = links.open(link)
        if cookie is not None:  # else the page asks for the token
            path, secure = f"{request.script_root}/contributions", over_tls("Referer")
            response.set_cookie(
                responses.COOKIE, cookie, path=path, secure=secure, httponly=True, samesite="Lax"
            )
        return responses.unnamed(response)

    @routes.post("/contributions/<identifier>/notices")
    @api.operation("notify", _NOTICES, (api.Parameter("id", "Identifier of the contribution."), api.LANG), (406, 503),
                   body=_EMAIL, token=True)  # fmt: skip
    def notify(identifier: str) -> Response:
        """Change or remove the address for notices by e-mail, for the sender."""
        agent = responses.acting(services.tokens)
        contribution = service.notify(identifier, agent, responses.fields().get("email", ""))
        if not responses.as_page():
            return responses.private(jsonify(responses.contribution_json(contribution, agent)))
        return responses.private(responses.see_other(f"/contributions/{identifier}"))


# ------------------------------------------------------------------------------------------------- services

#: Key of an application's extensions for remarks of readers.
REMARKS = "gcmgraph.remarks"


def database_of(settings: Settings) -> Database:
    """The database of contributions.

    Raises `LedgerError` for the URL of another kind of database.
    """
    return Database(settings.contributions_location, settings.addresses.base)


#: Niceness of the process that checks contents which are not submitted: it gets a tenth of the time
#: of others.
_NICENESS = 10


def service_of(settings: Settings, site: Site, database: Database) -> Contributions | None:
    """Contributions to the served dataset; None where the repository is missing."""
    store = open_dataset(settings.location)
    try:
        root = Repository.find(settings.root).root
    except DataError:
        return None
    limits = CheckLimits(settings.check_timeout)
    checker = CheckWorker(store.path, root, settings.addresses, limits)
    slots = check_slot(VISITORS_WAITING, VISITORS_WAIT)
    visitors = CheckWorker(
        store.path, root, settings.addresses, replace(limits, niceness=_NICENESS), slots
    )
    atexit.register(checker.close)
    atexit.register(visitors.close)
    ledger = Ledger(database)
    return Contributions(
        ledger,
        published=lambda: site.dataset.snapshot().store,
        unpublished=partial(unpublished_change, ledger, store, settings.addresses),
        publisher=AwaitedPublication(ledger, store),
        checker=checker,
        visitors=visitors,
        addresses=settings.addresses,
        reviewers=settings.reviewers,
        notifies=bool(settings.smtp),
        wait=LEDGER_WAIT,
        quotas=Quotas(settings.quota_contributions, comments=settings.quota_comments),
    )


def blueprints(
    settings: Settings, site: Site, database: Database, service: Contributions | None
) -> list[Blueprint]:
    """/feedback, /suggest, /validate and /contributions; 501 at the last two where no contributions are taken."""
    tokens, links, box = (
        Tokens(database),
        SenderLinks(database),
        RemarkBox(database, REMARKS_WAITING),
    )
    counts = AddressCounts(database, "remarks", settings.quota_feedback, feedback.PERIOD)
    remarks = feedback.blueprint(site, box, tokens, counts, settings.proxy_networks)
    remarks.record(lambda state: state.app.extensions.update({REMARKS: box}))
    always = [form.suggestion_routes(site, service), remarks]
    if service is None:
        return [_refusal(), *always]
    routes = Blueprint("contributions", __name__)
    services = responses.ContributionServices(
        site, service, tokens, links, box, Confirmations(database)
    )
    sender.template_routes(routes, services)
    form.form_routes(routes, services)
    access_routes(routes, site, Invitations(database), tokens)
    for add_routes in (
        sender.check_routes,
        sender.submission_routes,
        desk.decision_routes,
        desk.review_routes,
        status_routes,
        confirmation.confirmation_routes,
    ):
        add_routes(routes, services)
    return [routes, *always]


def _refusal() -> Blueprint:
    routes = Blueprint("contributions", __name__)

    @routes.route("/validate", methods=["GET", "POST"])
    @routes.route("/contributions", methods=["GET", "POST"])
    @routes.route("/contributions/<path:below>", methods=["GET", "POST"])
    def none_here(below: str = "") -> Response:
        """501 (RFC 9110, 15.6.2)."""
        detail = gettext(
            "Contributions are not taken by this server: it lacks the files of the repository."
        )
        raise refusal(HTTPStatus.NOT_IMPLEMENTED, detail)

    return routes
