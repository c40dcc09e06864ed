"""Services for contributions, and the blueprints that use them.

/contributions/invitation/{code}, the token of an invitation, and /contributions/token, the token of a browser.

The page of an invitation gives its token once. Only POST gives it, so that programs that open the links of mails do not
use it up. A browser sends its token with requests of its user, in a cookie of the session.
"""

from __future__ import annotations

import atexit
import re
from datetime import datetime
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, redirect, request
from flask_babel import gettext

from gcmgraph.contributions.access import AddressCounts, Invitation, Invitations, Quotas, SenderLinks, Tokens
from gcmgraph.contributions.check_process import CheckLimits, CheckWorker, check_slot
from gcmgraph.contributions.contribution import ConflictError
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.publishing import PublishProcess, publish_or_repeat
from gcmgraph.contributions.remarks import RemarkBox
from gcmgraph.contributions.service import Contributions
from gcmgraph.errors import DataError
from gcmgraph.publication.versions.following import open_dataset
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.web.contributions import desk, documents, feedback, form, sender, status
from gcmgraph.web.contributions.responses import as_page, page_of, private
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.limits import LEDGER_WAIT, REMARKS_WAITING, VISITORS_WAIT, VISITORS_WAITING
from gcmgraph.web.http.requests import count_failure, forget_token, refuse_other_sites, required
from gcmgraph.web.http.responses import Problem, ProblemError, query_along
from gcmgraph.web.i18n import chosen_language, time_text
from gcmgraph.web.services import Site

_INVITATION = api.media(documents.InvitationJson, HTML)
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


def access_routes(routes: Blueprint, site: Site, invitations: Invitations, tokens: Tokens) -> None:
    """/contributions/invitation/{code} and /contributions/token."""

    @routes.get("/contributions/invitation/<code>")
    @api.operation("invitation", api.answer("Invitation.", _INVITATION), _CODE, (410, 429, 503), cached=False)
    def invited(code: str) -> Response:
        """Return the holder of an invitation, and when it ends; its token is not given."""
        invitation = _open(invitations, code)
        return _invitation(site, invitation, expires=_day(invitation.expires))

    @routes.post("/contributions/invitation/<code>")
    @api.operation("redeem_invitation", api.answer("Invitation with its token.", _INVITATION), _CODE, (410, 429, 503))
    def redeemed(code: str) -> Response:
        """Create the token of an invitation and return it, once."""
        refuse_other_sites(request)
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
        detail = gettext("This invitation was used on %(date)s; it works once.", date=_day(invitation.redeemed))
        hint = gettext("If you did not use it, tell its sender: the token that it gave can be revoked.")
    elif invitation.revoked is not None:
        detail = gettext("This invitation was withdrawn on %(date)s.", date=_day(invitation.revoked))
    else:
        detail = gettext("This invitation expired on %(date)s.", date=_day(invitation.expires))
    return ProblemError(Problem(HTTPStatus.GONE, detail, {"hint": hint}))


def _day(at: datetime) -> str:
    return time_text(at.date(), chosen_language(request))


def _invitation(site: Site, invitation: Invitation, **values: str) -> Response:
    """An invitation as a page, or as JSON with its token if there is one. No other site learns the address."""
    if as_page():
        response = page_of(site, "contribution_invitation.html", invitation=invitation, **values)
    else:
        holder, expires = invitation.holder, invitation.expires.isoformat(timespec="seconds")
        document: documents.InvitationJson = {
            "role": holder.role,
            "name": holder.name,
            "iri": holder.iri,
            "expires": expires,
        }
        if "token" in values:
            document["token"] = values["token"]
        response = jsonify(document)
    response.headers["Referrer-Policy"] = "same-origin"  # forms of a page without referrer state no origin
    return private(response)


#: Key of an application's extensions for remarks of readers.
REMARKS = "gcmgraph.remarks"


def database_of(settings: Settings) -> Database:
    """The database of contributions. Raises `LedgerError` for the URL of another kind of database."""
    return Database(settings.contributions_location, settings.addresses.base)


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
    visitors = CheckWorker(store.path, root, settings.addresses, limits, slots, background=True)
    atexit.register(checker.close)
    atexit.register(visitors.close)
    ledger = Ledger(database)
    return Contributions(
        ledger,
        lambda: site.dataset.snapshot().store,
        partial(publish_or_repeat, ledger, PublishProcess(database.location, settings.location)),
        checker,
        visitors,
        settings.addresses,
        LEDGER_WAIT,
        Quotas(settings.quota_contributions, comments=settings.quota_comments),
        reviewers=settings.reviewers,
        notifies=bool(settings.smtp),
    )


def blueprints(settings: Settings, site: Site, database: Database, service: Contributions | None) -> list[Blueprint]:
    """/feedback, /suggest, /validate and /contributions; 501 at the last two where no contributions are taken."""
    tokens, links, box = Tokens(database), SenderLinks(database), RemarkBox(database, REMARKS_WAITING)
    counts = AddressCounts(database, "remarks", settings.quota_feedback, feedback.PERIOD)
    remarks = feedback.blueprint(site, box, tokens, counts, settings.proxy_networks)
    remarks.record(lambda state: state.app.extensions.update({REMARKS: box}))
    suggesters = form.suggesters(site)
    always = [form.suggestion_routes(site, suggesters, service), remarks]
    if service is None:
        return [_refusal(), *always]
    routes, contents = Blueprint("contributions", __name__), sender.template_contents(site)
    sender.check_routes(routes, site, service)
    sender.template_routes(routes, site, contents)
    access_routes(routes, site, Invitations(database), tokens)
    form.form_routes(routes, site, service, tokens, links, contents, suggesters)
    sender.submission_routes(routes, site, service, tokens, links)
    desk.decision_routes(routes, site, service, tokens, links)
    desk.review_routes(routes, site, service, tokens, links, box)
    status.status_routes(routes, site, service, tokens, links)
    return [routes, *always]


def _refusal() -> Blueprint:
    routes = Blueprint("contributions", __name__)

    @routes.route("/validate", methods=["GET", "POST"])
    @routes.route("/contributions", methods=["GET", "POST"])
    @routes.route("/contributions/<path:below>", methods=["GET", "POST"])
    def none_here(below: str = "") -> Response:
        """501 (RFC 9110, 15.6.2)."""
        detail = gettext("Contributions are not taken by this server: it lacks the files of the repository.")
        raise ProblemError(Problem(HTTPStatus.NOT_IMPLEMENTED, detail))

    return routes
