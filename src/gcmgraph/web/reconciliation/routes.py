"""/reconcile: reconciliation of names in a table with resources (Reconciliation Service API 0.2).

Names are matched by `publication.reconciliation`.
"""

from __future__ import annotations

from flask import Blueprint, Request, Response, render_template, request
from flask_babel import format_decimal

from gcmgraph.contributions.service import Contributions
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import HTML, JSON, preferred
from gcmgraph.web.http.headers import VARY, Caching, cached
from gcmgraph.web.http.limits import MAX_BATCH
from gcmgraph.web.http.requests import JSON_OR_PAGE
from gcmgraph.web.i18n import KIND_NAMES, chosen_language
from gcmgraph.web.reconciliation import documents
from gcmgraph.web.reconciliation import draft as reconcile_draft
from gcmgraph.web.reconciliation import suggest as reconcile_suggest
from gcmgraph.web.reconciliation import table as reconcile_table
from gcmgraph.web.reconciliation.manifest import manifest, server_address
from gcmgraph.web.reconciliation.requests import LIMIT, MAX_QUERIES, read_batch, read_extension, read_single, refuse
from gcmgraph.web.reconciliation.responses import CALLBACK, SCRIPT, TYPES, ResponseWriter, answered, reconcilers
from gcmgraph.web.services import PerVersion, Site
from gcmgraph.web.templating import Page

_TOLD = "Results for `queries`, candidates for `query`, or values for `extend`"
_BODIES = (*documents.RESULTS, documents.ReconciliationManifest)
_RESULTS = api.answer(f"{_TOLD}.", {JSON.media_type: documents.RESULTS}, SCRIPT)
_OR_MANIFEST = api.answer(f"{_TOLD}; without these parameters, the manifest.", {JSON.media_type: _BODIES}, SCRIPT, HTML)
_PARAMETERS = (
    api.Parameter("queries", "Batch of queries, by keys that the client chooses.", documents.Batch),
    api.Parameter("query", "Name, or query as JSON."),
    TYPES,
    api.Parameter("limit", "Maximum number of candidates for a name.", api.whole(1, default=LIMIT)),
    api.Parameter(
        "extend",
        "Identifiers of entities, and the properties whose values to return.",
        documents.ReconciliationExtension,
    ),
    CALLBACK,
    api.LANG,
)
_EXCLUSIVE = "`queries`, `query` and `extend` are mutually exclusive."
_BODY = {api.FORM: documents.ReconciliationForm}
_LONGEST = f"Form body of at most {MAX_BATCH:,} bytes."


def blueprint(site: Site, indexes: PerVersion[SearchIndex], service: Contributions | None) -> Blueprint:
    """/reconcile and the other paths of its manifest. Files are read where the server takes contributions."""
    routes = Blueprint("reconcile", __name__)

    by_version = reconcilers(site, indexes)

    def writer() -> ResponseWriter:
        snapshot = site.dataset.snapshot()
        return ResponseWriter(by_version.of(snapshot), Page(site, snapshot, chosen_language(request)))

    @routes.route("/reconcile", methods=["GET", "POST"])
    @api.operation(
        "reconcile_by_get",
        _OR_MANIFEST,
        _PARAMETERS,
        (408, 413, 429),
        method="GET",
        summary="Return the manifest, reconcile names, or extend data",
        description=_EXCLUSIVE,
    )
    @api.operation("reconcile", _RESULTS, (CALLBACK, api.LANG), method="POST", body=_BODY, body_description=_LONGEST)
    def reconcile() -> Response:
        """Reconcile names, or extend data.

        `queries`, `query` and `extend` are mutually exclusive.
        """
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
