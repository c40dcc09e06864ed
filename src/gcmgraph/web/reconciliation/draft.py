"""The draft of version 1.0 (https://reconciliation-api.github.io/specs/1.0-draft/).

Candidates, values and suggestions are those of version 0.2 in other JSON: lists in place of objects with keys, bodies
in JSON in place of forms, fixed paths in place of addresses in the manifest. The paths exist below /reconcile, too,
whose manifest is that of version 0.2: one document cannot be both, because of the members of `suggest`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from flask import Blueprint, Response, request

from gcmgraph import __version__
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.reconciliation.reconciler import Given
from gcmgraph.web.http import api
from gcmgraph.web.http.headers import VARY
from gcmgraph.web.http.problems import require_utf8
from gcmgraph.web.reconciliation import documents
from gcmgraph.web.reconciliation.manifest import (
    DRAFT,
    PREVIEW_HEIGHT,
    PREVIEW_WIDTH,
    property_settings,
    server_address,
)
from gcmgraph.web.reconciliation.requests import MAX_QUERIES, read_batch, read_extension, read_json, refuse
from gcmgraph.web.reconciliation.responses import Json, ResponseWriter, answered
from gcmgraph.web.services import Site

#: Root of the service.
ROOT = "/reconcile/v1"

#: Roots of the paths, with the beginnings of the names of their operations.
_ROOTS = {"/reconcile": "reconcile_draft", ROOT: "reconcile_v1"}

#: Members of a condition with property and value: in the present draft, and in earlier ones.
_PROPERTY, _VALUE = ("propertyId", "pid"), ("propertyValue", "v")
_QUANTIFIERS = ("any", "all", "none")

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
    def draft_manifest() -> Response:
        """Return the manifest of the draft of version 1.0."""
        return answered(_manifest(site.addresses, writer()), f"{VARY}, Host, X-Forwarded-Proto")

    def draft_match() -> Response:
        ours = writer()
        queries = _body().get("queries")
        if not isinstance(queries, list):
            refuse("The member 'queries' must be a list of queries.")
        batch = read_batch(
            {f"{number}": _query(query, number) for number, query in enumerate(queries)}, ours.reconciler
        )
        results = []
        for query, sent in zip(batch.values(), queries, strict=True):
            required = {pid for pid, must in _required(sent).items() if must}
            candidates = cast("list[Json]", ours.candidates(query)["result"])
            kept = [one for one in candidates if _agrees(one, query.given, required)]
            results.append({"candidates": [_candidate(one, ours) for one in kept]})
        return answered({"results": results})

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
        rows = cast("dict[str, dict[str, list[Json]]]", values["rows"])
        listed = [
            {"id": row, "properties": [{"id": pid, "values": found} for pid, found in properties.items()]}
            for row, properties in rows.items()
        ]
        return answered({"meta": values["meta"], "rows": listed})


def _manifest(addresses: Addresses, writer: ResponseWriter) -> Json:
    server = server_address(request, addresses)
    return {
        "versions": [DRAFT],
        "name": "GCM Graph",
        "lang": writer.page.language,
        "documentation": f"{server}/reconcile",
        "serviceVersion": __version__,
        "logo": f"{server}/static/apple-touch-icon.png",
        "defaultTypes": writer.types(),
        "view": {"url": f"{server}/resolve?uri={addresses.base}id/{{id}}"},
        "preview": {"width": PREVIEW_WIDTH, "height": PREVIEW_HEIGHT},
        "suggest": {"entity": True, "property": True, "type": True},
        "extend": {
            "proposeProperties": True,
            "propertySettings": [
                {"id": one["name"], "name": one["label"], "helpText": one["help_text"]}
                | {name: one[name] for name in ("type", "default", "choices") if name in one}
                for one in property_settings()
            ],
        },
        "batchSize": MAX_QUERIES,
        "standardizedScore": True,
    }


def _body() -> dict[str, object]:
    """The body of a request in JSON. 400 for another."""
    require_utf8(request)
    if request.mimetype != "application/json":
        refuse("The body must be JSON.", hint="Send it with the media type application/json.")
    body = read_json(request.get_data(cache=False), "The body")
    if not isinstance(body, dict):
        refuse("The body must be a JSON object.")
    return body


def _query(query: object, number: int) -> object:
    """A query of the draft as one of version 0.2: conditions on the name are its text, the others its properties."""
    where = f"The query {number}"
    if not isinstance(query, dict):
        return query
    conditions = query.get("conditions")
    if not isinstance(conditions, list) or not conditions:
        refuse(f"{where}: 'conditions' must be a list with a condition.")
    read: dict[str, object] = {name: query[name] for name in ("type", "limit") if name in query}
    properties: list[Json] = []
    for condition in conditions:
        if not isinstance(condition, dict):
            refuse(f"{where}: a condition must be an object.")
        value = next((condition[name] for name in _VALUE if name in condition), None)
        quantifier = condition.get("matchQuantifier", "any")
        if quantifier not in _QUANTIFIERS:
            refuse(f"{where}: 'matchQuantifier' must be any, all or none.")
        match condition.get("matchType"):
            case "name":
                if quantifier != "any":
                    refuse(f"{where}: the 'matchQuantifier' of a name must be any.")
                first = value[0] if isinstance(value, list) and value else value
                if not isinstance(first, str):
                    refuse(f"{where}: the value of a condition on the name must be a text.")
                read["query"] = first
            case "property":
                pid = next((condition[name] for name in _PROPERTY if name in condition), None)
                several = value if quantifier == "all" and isinstance(value, list) else [value]
                properties += ({"pid": pid, "v": one, "matchQuantifier": quantifier} for one in several)
            case _:
                refuse(f"{where}: 'matchType' of a condition must be name or property.")
    return read | ({"properties": properties} if properties else {})


def _required(query: Json) -> dict[str, bool]:
    """Whether the property of each condition is required."""
    conditions = cast("list[Json]", query["conditions"])
    return {
        str(condition.get("propertyId") or condition.get("pid")): condition.get("required") is True
        for condition in conditions
        if condition["matchType"] == "property"
    }


def _agrees(candidate: Json, given: tuple[Given, ...], required: set[str]) -> bool:
    """Whether a candidate has the required values; a property that the graph lacks is no requirement."""
    agree = {str(one["id"]): one["value"] for one in cast("list[Json]", candidate["features"])}
    return all(agree.get(f"agrees:{one.property.id}") is True for one in given if one.property.id in required)


def _candidate(candidate: Json, ours: ResponseWriter) -> Json:
    features = [one | {"name": str(one["id"])} for one in cast("list[Json]", candidate["features"])]
    return candidate | {"lang": ours.page.language, "features": features}
