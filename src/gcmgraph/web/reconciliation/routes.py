"""/reconcile: reconciliation of names in a table with resources (Reconciliation Service API 0.2).

Names are matched by `publication.reconciliation`.
"""

from __future__ import annotations

from flask import Blueprint, Request, Response, render_template, request

from gcmgraph.publication.reconciliation.entities import Entities
from gcmgraph.publication.reconciliation.properties import Properties
from gcmgraph.publication.reconciliation.reconciler import Reconciler
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.translations.languages import SOURCE_LANGUAGE
from gcmgraph.web.http.caching import VARY, Caching, cached
from gcmgraph.web.http.formats import HTML, preferred
from gcmgraph.web.http.negotiation import JSON_OR_PAGE
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.reconciliation import suggest as reconcile_suggest
from gcmgraph.web.reconciliation.manifest import manifest, server_address
from gcmgraph.web.reconciliation.requests import read_batch, read_extension, read_single, refuse
from gcmgraph.web.reconciliation.responses import ResponseWriter, answered
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import PerVersion, Snapshot
from gcmgraph.web.templating.page import Page


def blueprint(site: Site, indexes: PerVersion[SearchIndex]) -> Blueprint:
    """/reconcile and the other paths of its manifest."""
    routes = Blueprint("reconcile", __name__)

    def read(snapshot: Snapshot) -> Reconciler:
        entities = Entities(snapshot.store, site.addresses, snapshot.catalogue, snapshot.labels)
        properties = Properties(snapshot.store, site.addresses, entities)
        return Reconciler(entities, properties, indexes.of(snapshot))

    reconcilers = PerVersion(read)

    def writer() -> ResponseWriter:
        snapshot = site.dataset.snapshot()
        return ResponseWriter(reconcilers.of(snapshot), Page(site, snapshot, chosen_language(request)))

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
        kinds=[ours.kind(kind) for kind in ours.reconciler.entities.kinds],
    )
