"""Services for contributions, and the blueprints that use them."""

from __future__ import annotations

import atexit
import logging
from http import HTTPStatus

from flask import Blueprint, Response
from flask_babel import gettext

from gcmgraph.contributions.access import AddressCounts, Invitations, Quotas, Tokens
from gcmgraph.contributions.check_process import CheckLimits, CheckQueue, CheckWorker
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.publishing import PublishProcess
from gcmgraph.contributions.remarks import RemarkBox
from gcmgraph.contributions.service import Contributions
from gcmgraph.errors import DataError, GcmGraphError
from gcmgraph.publication.versions.following import open_dataset
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.web.contributions import access, desk, feedback, form, sender
from gcmgraph.web.http.limits import LEDGER_WAIT, REMARKS_WAITING, VISITORS_WAIT, VISITORS_WAITING
from gcmgraph.web.http.problems import Problem, ProblemError
from gcmgraph.web.services import Site

_LOG = logging.getLogger(__name__)

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
    queue = CheckQueue(VISITORS_WAITING, VISITORS_WAIT)
    visitors = CheckWorker(store.path, root, settings.addresses, limits, queue, background=True)
    atexit.register(checker.close)
    atexit.register(visitors.close)
    return Contributions(
        Ledger(database),
        lambda: site.dataset.snapshot().store,
        PublishProcess(database.location, settings.location),
        checker,
        visitors,
        settings.addresses,
        LEDGER_WAIT,
        Quotas(settings.quota_contributions, comments=settings.quota_comments),
        second_review=settings.reviewers > 1,
    )


def publish_left_over(settings: Settings, database: Database) -> None:
    """Publish the decisions that an earlier process did not publish; log a failure."""
    ledger = Ledger(database)
    try:
        if ledger.pending():
            with ledger.deciding():
                PublishProcess(database.location, settings.location)()
    except GcmGraphError as error:  # earlier publications stay readable
        _LOG.error("Decisions on contributions are not shown yet: %s", error)


def blueprints(settings: Settings, site: Site, database: Database, service: Contributions | None) -> list[Blueprint]:
    """/feedback, /suggest, /validate and /contributions; 501 at the last two where no contributions are taken."""
    tokens, box = Tokens(database), RemarkBox(database, REMARKS_WAITING)
    counts = AddressCounts(database, "remarks", settings.quota_feedback, feedback.PERIOD)
    remarks = feedback.blueprint(site, box, tokens, counts, settings.proxy_addresses)
    remarks.record(lambda state: state.app.extensions.update({REMARKS: box}))
    suggesters = form.suggesters(site)
    always = [form.suggestion_routes(site, suggesters, service), remarks]
    if service is None:
        return [_refusal(), *always]
    contents = sender.template_contents(site)
    return [
        sender.check_routes(site, service),
        sender.template_routes(site, contents),
        access.blueprint(site, Invitations(database), tokens),
        form.form_routes(site, service, tokens, contents, suggesters),
        sender.submission_routes(site, service, tokens),
        desk.decision_routes(site, service, tokens),
        desk.review_routes(site, service, tokens, box),
        *always,
    ]


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
