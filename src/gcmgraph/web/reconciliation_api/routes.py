"""/reconcile: names in a table are reconciled with resources (Reconciliation Service API 0.1, 0.2).

Names are matched by `publication.reconciliation`.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, render_template, request
from flask_babel import format_decimal

from gcmgraph.contributions.service import Contributions
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import VARY, Caching, cached
from gcmgraph.web.http.formats import HTML, JSON, preferred
from gcmgraph.web.http.hosts import AcceptedHosts
from gcmgraph.web.http.limits import MAX_BATCH
from gcmgraph.web.http.negotiation import JSON_OR_PAGE
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.reconciliation_api import json_types, requests, responses
from gcmgraph.web.reconciliation_api import table as reconcile_table
from gcmgraph.web.reconciliation_api.manifest import manifest, server_address
from gcmgraph.web.reconciliation_api.suggestions import add_suggest_routes
from gcmgraph.web.services import Site, reconciler_of
from gcmgraph.web.templating import Page

_CONTENTS = "Results for `queries`, candidates for `query`, or values for `extend`"
_BODIES = (*json_types.RESULTS, json_types.ReconciliationManifest)
_RESULTS_ANSWER = api.answer(
    f"{_CONTENTS}.", {JSON.media_type: json_types.RESULTS}, responses.SCRIPT
)
_ANSWER_OR_MANIFEST = api.answer(
    f"{_CONTENTS}; without these parameters, the manifest.",
    {JSON.media_type: _BODIES},
    responses.SCRIPT,
    HTML,
)
_PARAMETERS = (
    api.Parameter(
        "queries", "Batch of queries, by keys that the client chooses.", json_types.Batch
    ),
    api.Parameter("query", "Name, or query as JSON."),
    responses.TYPES,
    api.Parameter(
        "limit", "Maximum number of candidates for a name.", api.whole(1, default=requests.LIMIT)
    ),
    api.Parameter(
        "extend",
        "Identifiers of entities, and the properties whose values to return.",
        json_types.ReconciliationExtension,
    ),
    responses.CALLBACK,
    api.LANG,
)
_EXCLUSIVE = "`queries`, `query` and `extend` are mutually exclusive."
_BODY = {api.FORM: json_types.ReconciliationForm}
_BODY_TEXT = f"Form body of at most {MAX_BATCH:,} bytes."


@dataclass(frozen=True)
class ReconcilePage:
    """Responses of /reconcile."""

    site: Site
    local_hosts: AcceptedHosts

    def writer(self) -> responses.ResponseWriter:
        """Writer of the responses to the present request."""
        page = Page.requested(self.site)
        return responses.ResponseWriter(reconciler_of(page.snapshot), page)

    def reconcile(self) -> Response:
        """Reconcile names, extend data, or return the manifest."""
        parameters = {**request.args, **request.form}
        exclusive = sorted(parameters.keys() & {"query", "queries", "extend"})
        if len(exclusive) > 1:
            requests.refuse(
                f"Only one of the parameters {' and '.join(exclusive)} can be answered at a time."
            )
        writer = self.writer()
        reconciler = writer.reconciler
        if "queries" in parameters:
            batch = requests.read_batch(parameters["queries"], reconciler)
            results = {key: writer.candidates(query) for key, query in batch.items()}
            return responses.answered(results)
        if "query" in parameters:
            kinds = [*request.args.getlist("type"), *request.form.getlist("type")]
            limit = parameters.get("limit")
            query = requests.read_single(parameters["query"], kinds, limit, reconciler)
            return responses.answered(writer.candidates(query))
        if "extend" in parameters:
            ids, properties = requests.read_extension(parameters["extend"], reconciler)
            return responses.answered(writer.extension(ids, properties))
        if request.method == "POST":
            requests.refuse(
                "A POST must be a form with one of the parameters queries, query and extend."
            )
        return self._manifest_or_page(writer)

    def _manifest_or_page(self, writer: responses.ResponseWriter) -> Response:
        """The manifest; for a browser, the page with instructions.

        Clients of the API accept JSON or any format.
        """
        server = server_address(request, self.site, self.local_hosts)
        vary = f"{VARY}, Host, X-Forwarded-Proto"
        preferred_format = preferred(request.accept_mimetypes, JSON_OR_PAGE.by_media_type)
        if "callback" not in request.args and preferred_format is HTML:
            response = Response(_page(server, writer), content_type=HTML.content_type)
            return cached(response, Caching.REVALIDATED, vary=vary)
        return responses.answered(manifest(server, self.site.addresses, writer), vary)


def add_routes(
    app: Flask, site: Site, service: Contributions | None, local_hosts: AcceptedHosts
) -> None:
    """/reconcile and the other paths of its manifest.

    Files are read where the server takes contributions.
    """
    page = ReconcilePage(site, local_hosts)

    @app.route("/reconcile", methods=["GET", "POST"])
    @api.operation(
        "reconcile_by_get",
        _ANSWER_OR_MANIFEST,
        _PARAMETERS,
        (408, 413, 429),
        method="GET",
        summary="Return the manifest, reconcile names, or extend data",
        description=_EXCLUSIVE,
    )
    @api.operation(
        "reconcile",
        _RESULTS_ANSWER,
        (responses.CALLBACK, api.LANG),
        method="POST",
        body=_BODY,
        body_description=_BODY_TEXT,
    )
    def reconcile() -> Response:
        """Reconcile names, or extend data.

        `queries`, `query` and `extend` are mutually exclusive.
        """
        return page.reconcile()

    reconcile_table.add_routes(app, page.writer, site, service)
    add_suggest_routes(app, page.writer, site)


def _page(server: str, writer: responses.ResponseWriter) -> str:
    """The page with instructions for the service of the server at an address."""
    address = f"{server}/reconcile"
    language = chosen_language(request)
    return render_template(
        "reconcile.html",
        service=address if language == SOURCE_LANGUAGE else f"{address}?lang={language}",
        service_alone=address,
        types=writer.types(),
        kinds=writer.reconciler.entities.kinds,
        most=format_decimal(requests.MAX_QUERIES),
    )
