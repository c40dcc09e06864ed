"""/reconcile: reconciliation of names in a table with resources (Reconciliation Service API 0.2).

Names are matched by `publication.reconciliation`.
"""

from __future__ import annotations

from flask import Blueprint, Request, Response, render_template, request
from flask_babel import format_decimal

from gcmgraph.contributions.service import Contributions
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.translations.languages import SOURCE_LANGUAGE
from gcmgraph.web.http.formats import HTML, preferred
from gcmgraph.web.http.headers import VARY, Caching, cached
from gcmgraph.web.http.negotiation import JSON_OR_PAGE
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.i18n.names import KIND_NAMES
from gcmgraph.web.reconciliation import draft as reconcile_draft
from gcmgraph.web.reconciliation import suggest as reconcile_suggest
from gcmgraph.web.reconciliation import table as reconcile_table
from gcmgraph.web.reconciliation.manifest import manifest, server_address
from gcmgraph.web.reconciliation.reconcilers import reconcilers
from gcmgraph.web.reconciliation.requests import MAX_QUERIES, read_batch, read_extension, read_single, refuse
from gcmgraph.web.reconciliation.responses import ResponseWriter, answered
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import PerVersion
from gcmgraph.web.templating.page import Page


def blueprint(site: Site, indexes: PerVersion[SearchIndex], service: Contributions | None) -> Blueprint:
    """/reconcile and the other paths of its manifest. Files are read where the server takes contributions."""
    routes = Blueprint("reconcile", __name__)

    by_version = reconcilers(site, indexes)

    def writer() -> ResponseWriter:
        snapshot = site.dataset.snapshot()
        return ResponseWriter(by_version.of(snapshot), Page(site, snapshot, chosen_language(request)))

    @routes.route("/reconcile", methods=["GET", "POST"])
    def reconcile() -> Response:
        given = {**request.args, **request.form}
        ours = writer()
        reconciler = ours.reconciler
        if len(asked := given.keys() & {"query", "queries", "extend"}) > 1:
            refuse(f"Only one of the parameters {' and '.join(sorted(asked))} can be answered at a time.")
        if "queries" in given:
            batch = read_batch(given["queries"], reconciler)
            return answered({key: ours.candidates(query) for key, query in batch.items()})
        if "query" in given:
            kinds = [*request.args.getlist("type"), *request.form.getlist("type")]
            return answered(ours.candidates(read_single(given["query"], kinds, given.get("limit"), reconciler)))
        if "extend" in given:
            return answered(ours.extension(read_extension(given["extend"], reconciler)))
        if request.method == "POST":
            refuse("A POST must be a form with one of the parameters queries, query and extend.")
        vary = f"{VARY}, Host, X-Forwarded-Proto"
        if _wants_page(request):
            page = Response(_page(site, ours), content_type=HTML.content_type)
            return cached(page, Caching.REVALIDATED, vary=vary)
        return answered(manifest(request, site.addresses, ours), vary)

    reconcile_draft.add_routes(routes, writer, site)
    reconcile_table.add_routes(routes, writer, site, service)
    reconcile_suggest.add_routes(routes, writer, indexes, site)
    return routes


def _wants_page(request: Request) -> bool:
    """Whether the client is a browser. Clients of the API accept JSON or any format."""
    return "callback" not in request.args and preferred(request.accept_mimetypes, JSON_OR_PAGE.by_media_type) is HTML


def _page(site: Site, ours: ResponseWriter) -> str:
    """The page with instructions for the service."""
    alone = f"{server_address(request, site.addresses)}/reconcile"
    language = chosen_language(request)
    return render_template(
        "reconcile.html",
        service=alone if language == SOURCE_LANGUAGE else f"{alone}?lang={language}",
        service_alone=alone,
        types=ours.types(),
        kinds=[(kind, KIND_NAMES[kind]) for kind in ours.reconciler.entities.kinds],
        most=format_decimal(MAX_QUERIES),
    )
