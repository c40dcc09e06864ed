"""Services for contributions, and the blueprints that use them."""

from __future__ import annotations

import atexit
from dataclasses import replace
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response
from flask_babel import gettext

from gcmgraph.contributions.access import Invitations, SenderLinks, Tokens
from gcmgraph.contributions.check_process import CheckLimits, CheckWorker, check_slot
from gcmgraph.contributions.confirmations import Confirmations
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.publication_process import AwaitedPublication
from gcmgraph.contributions.quotas import AddressCounts, Quotas
from gcmgraph.contributions.remarks import RemarkBox
from gcmgraph.contributions.service import Contributions
from gcmgraph.contributions.version_derivation import unpublished_change
from gcmgraph.platform.errors import DataError
from gcmgraph.publication.versions.dataset import open_dataset
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.web.contributions import (
    confirmation,
    desk,
    feedback,
    form_pages,
    invitations,
    sender,
    status_links,
    suggest,
)
from gcmgraph.web.contributions.responses import ContributionServices
from gcmgraph.web.http.limits import (
    LEDGER_WAIT,
    MEGABYTES_WAITING,
    REMARKS_WAITING,
    VISITORS_WAIT,
    VISITORS_WAITING,
)
from gcmgraph.web.http.problems import refusal
from gcmgraph.web.services import Site

#: Key of an application's extensions for remarks of readers.
REMARKS = "gcmgraph.remarks"

#: Niceness of the process that checks contents which are not submitted: it gets a tenth of the time
#: of others.
_NICENESS = 10


def database_of(settings: Settings) -> Database:
    """The database of contributions.

    Raises `LedgerError` for the URL of another kind of database.
    """
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
        quotas=Quotas(settings.quota_contributions, MEGABYTES_WAITING, settings.quota_comments),
    )


def blueprints(
    settings: Settings, site: Site, database: Database, service: Contributions | None
) -> list[Blueprint]:
    """/feedback, /suggest, /validate and /contributions; 501 at the last two where no contributions are taken."""
    tokens = Tokens(database)
    box = RemarkBox(database, REMARKS_WAITING)
    counts = AddressCounts(database, "remarks", settings.quota_feedback, feedback.PERIOD)
    remarks = feedback.blueprint(site, box, tokens, counts, settings.proxy_networks)
    remarks.record(lambda state: state.app.extensions.update({REMARKS: box}))
    suggestions = suggest.suggestion_routes(site, service)
    if service is None:
        return [_refusal(), suggestions, remarks]
    routes = Blueprint("contributions", __name__)
    services = ContributionServices(
        site, service, tokens, SenderLinks(database), box, Confirmations(database)
    )
    sender.template_routes(routes, services)
    form_pages.form_routes(routes, services)
    invitations.access_routes(routes, site, Invitations(database), tokens)
    sender.check_routes(routes, services)
    sender.submission_routes(routes, services)
    desk.decision_routes(routes, services)
    desk.review_routes(routes, services)
    status_links.status_routes(routes, services)
    confirmation.confirmation_routes(routes, services)
    return [routes, suggestions, remarks]


def _refusal() -> Blueprint:
    """The addresses of contributions where none are taken."""
    routes = Blueprint("contributions", __name__)
    for path in ("/contributions/<path:below>", "/contributions", "/validate"):
        routes.route(path, methods=["GET", "POST"])(none_here)
    return routes


def none_here(below: str = "") -> Response:
    """501 (RFC 9110, 15.6.2)."""
    detail = gettext(
        "Contributions are not taken by this server: it lacks the files of the repository."
    )
    raise refusal(HTTPStatus.NOT_IMPLEMENTED, detail)
