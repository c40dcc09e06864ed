"""/reconcile: which things of the graph the names in somebody's table mean (Reconciliation Service API 0.2).

OpenRefine and other clients of the API ask it. What they send is in `reconcile_requests`, how names are matched in
`publication.reconciliation`.
"""

from __future__ import annotations

from flask import Blueprint, Request, Response, render_template, request

from gcmgraph.publication.reconciliation.entities import Entities
from gcmgraph.publication.reconciliation.properties import Properties
from gcmgraph.publication.reconciliation.reconciler import Reconciler
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.web.http.negotiation import HTML, best_media_type
from gcmgraph.web.i18n.languages import SOURCE_LANGUAGE, chosen_language
from gcmgraph.web.reconciliation import suggest as reconcile_suggest
from gcmgraph.web.reconciliation.manifest import manifest, server_address
from gcmgraph.web.reconciliation.requests import read_batch, read_extension, read_single, refuse
from gcmgraph.web.reconciliation.responses import Answers, answered
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.snapshot import PerVersion
from gcmgraph.web.templating.page import Page

#: Longest body, in bytes: a batch in Arabic takes six bytes a letter when it is sent as a form.
MAX_BODY = 4 * 1024 * 1024

#: Bodies by path, for `BodyGate`.
BODIES = {"/reconcile": MAX_BODY}


def blueprint(site: Site, indexes: PerVersion[SearchIndex]) -> Blueprint:
    """/reconcile and what its manifest names."""
    routes = Blueprint("reconcile", __name__)

    def read(snapshot: Snapshot) -> Reconciler:
        entities = Entities(snapshot.store, site.addresses, snapshot.catalogue, snapshot.labels)
        properties = Properties(snapshot.store, site.addresses, entities)
        return Reconciler(entities, properties, indexes.of(snapshot))

    reconcilers = PerVersion(read)

    def answers() -> Answers:
        snapshot = site.dataset.snapshot()
        return Answers(reconcilers.of(snapshot), Page(site, snapshot, chosen_language(request)))

    @routes.route("/reconcile", methods=["GET", "POST"])
    def reconcile() -> Response:
        given = {**request.args, **request.form}
        ours = answers()
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
        if _wants_page(request):
            response = Response(_page(site, ours), content_type=HTML.content_type)
            response.headers["Cache-Control"] = "no-cache"
        else:
            response = answered(manifest(request, site.addresses, ours))
        response.headers["Vary"] = "Accept, Accept-Language, Host, X-Forwarded-Proto"
        return response

    reconcile_suggest.add_routes(routes, answers, indexes, site)
    return routes


def _wants_page(request: Request) -> bool:
    """Whether a person opened the address in a browser. Clients of the API take JSON, or anything."""
    offered = ("application/json", HTML.media_type)
    return "callback" not in request.args and best_media_type(request.accept_mimetypes, offered) == HTML.media_type


def _page(site: Site, ours: Answers) -> str:
    """How to use the service, for people."""
    alone = f"{server_address(request, site.addresses)}/reconcile"
    language = chosen_language(request)
    return render_template(
        "reconcile.html",
        service=alone if language == SOURCE_LANGUAGE else f"{alone}?lang={language}",
        service_alone=alone,
        kinds=[ours.kind(kind) for kind in ours.reconciler.entities.kinds],
    )
