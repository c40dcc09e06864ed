"""The draft of version 1.0 (https://reconciliation-api.github.io/specs/1.0-draft/).

Candidates, values and suggestions are those of version 0.2 in other JSON: lists in place of objects with keys, bodies
in JSON in place of forms, fixed paths in place of addresses in the manifest. The paths exist below /reconcile, too,
whose manifest is that of version 0.2: one document cannot be both, because of the members of `suggest`.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request

from gcmgraph.web.http import api
from gcmgraph.web.http.headers import VARY
from gcmgraph.web.http.problems import require_utf8
from gcmgraph.web.reconciliation import documents
from gcmgraph.web.reconciliation.manifest import draft_manifest
from gcmgraph.web.reconciliation.requests import read_draft, read_extension, read_json, refuse
from gcmgraph.web.reconciliation.responses import Json, ResponseWriter, answered
from gcmgraph.web.services import Site

#: Root of the service.
ROOT = "/reconcile/v1"

#: Roots of the paths, with the beginnings of the names of their operations.
_ROOTS = {"/reconcile": "reconcile_draft", ROOT: "reconcile_v1"}

#: Paths for queries: in the present draft, and in earlier ones.
_MATCH = {
    "match": "Reconcile names (draft of version 1.0)",
    "reconcile": "Reconcile names (earlier drafts of version 1.0)",
}


def add_routes(routes: Blueprint, writer: Callable[[], ResponseWriter], site: Site) -> None:
    """/reconcile/v1, and /match, /reconcile, /extend below it."""

    @routes.get(ROOT)
    @api.operation(
        "reconcile_v1", api.answer("Manifest.", documents.ReconciliationDraftManifest), problems=(400,), cached=False
    )
    def manifest() -> Response:
        """Return the manifest of the draft of version 1.0."""
        return answered(draft_manifest(request, site.addresses, writer()), f"{VARY}, Host, X-Forwarded-Proto")

    def draft_match() -> Response:
        ours = writer()
        found = (ours.candidates(query)["result"] for query in read_draft(_body(), ours.reconciler))
        return answered({"results": [{"candidates": [_candidate(one, ours) for one in some]} for some in found]})

    answer, body = api.answer("Result.", documents.ReconciliationDraftResults), documents.ReconciliationDraftQueries
    for name, summary in _MATCH.items():
        for root, version in _ROOTS.items():
            path = f"{root}/{name}"
            api.operation(f"{version}_{name}", answer, path=path, summary=summary, body=body)(draft_match)
            routes.post(path)(draft_match)

    @routes.post("/reconcile/extend")
    @routes.post(f"{ROOT}/extend")
    @api.operation(
        "reconcile_draft_extend",
        api.answer("Result.", documents.ReconciliationDraftValues),
        body=documents.ReconciliationExtension,
    )
    def draft_extend() -> Response:
        """Extend data (draft of version 1.0)."""
        ours = writer()
        values = ours.extension(read_extension(_body(), ours.reconciler))
        rows = [
            {"id": row, "properties": [{"id": pid, "values": found} for pid, found in properties.items()]}
            for row, properties in values["rows"].items()
        ]
        return answered({"meta": values["meta"], "rows": rows})


def _body() -> object:
    """The body of a request in JSON. 400 for another."""
    require_utf8(request)
    if request.mimetype != "application/json":
        refuse("The body must be JSON.", hint="Send it with the media type application/json.")
    return read_json(request.get_data(cache=False), "The body")


def _candidate(candidate: Json, ours: ResponseWriter) -> Json:
    features = [one | {"name": one["id"]} for one in candidate["features"]]
    return candidate | {"lang": ours.page.language, "features": features}
