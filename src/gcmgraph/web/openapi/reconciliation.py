"""Paths of the reconciliation service (Reconciliation Service API 0.2; docs/reconciliation.md)."""

from __future__ import annotations

from gcmgraph.kinds import KINDS
from gcmgraph.web.http.formats import CSV, HTML, XLSX
from gcmgraph.web.http.limits import MAX_BATCH
from gcmgraph.web.openapi.builders import (
    JSON,
    PAGE,
    Json,
    answer,
    get,
    many,
    media,
    one_of,
    operation,
    path,
    query,
    record,
    ref,
    text,
    whole,
)
from gcmgraph.web.openapi.components import LANG
from gcmgraph.web.reconciliation.requests import LIMIT, MAX_QUERIES, MAX_TEXT
from gcmgraph.web.reconciliation.suggest import MAX_CURSOR, MAX_SUGGESTIONS, SUGGESTIONS
from gcmgraph.web.sparql.protocol import FORM

_SCRIPT = "text/javascript"

_CALLBACK = query("callback", "Name of the JavaScript function that wraps the response (JSONP).", text())
_TYPES = query("type", "Types of the entities; an entity of any of them matches.", many(one_of(KINDS)))
_PREFIX = query("prefix", "Beginning of a name or code.", text(MAX_TEXT), example="af")
_PLACES = [
    *(
        query(
            name,
            f"Number of suggestions to skip ({version}); larger values than {MAX_CURSOR:,} count as {MAX_CURSOR:,}.",
            whole(0, default=0),
        )
        for name, version in (("cursor", "version 0.2"), ("offset", "version 1.0"))
    ),
    query(
        "limit",
        f"Maximum number of suggestions; larger values than {MAX_SUGGESTIONS} count as {MAX_SUGGESTIONS}.",
        whole(1, default=SUGGESTIONS),
    ),
]
_TABLES = media(HTML.media_type, CSV.media_type, XLSX.media_type)
_TOLD = "Results for `queries`, candidates for `query`, or values for `extend`"
_RESULTS = [ref(f"Reconciliation{name}") for name in ("Results", "Candidates", "Values")]


def _in_json(name: str, description: str, schema: str) -> Json:
    """Query parameter with a JSON value."""
    return {"name": name, "in": "query", "description": description, "content": media({JSON: schema})}


def _answer(description: str, schema: str) -> Json:
    return answer(description, media({JSON: f"Reconciliation{schema}"}, _SCRIPT))


def _suggest(what: str, *more: Json) -> Json:
    return get(
        f"reconcile_suggest_{what}",
        "reconciliation",
        f"Suggest identifiers for the beginning of a name: {what}",
        {200: _answer("Suggestions.", "Suggestions")},
        parameters=[_PREFIX, *more, *_PLACES, _CALLBACK, LANG],
        problems=(400,),
    )


PATHS: Json = {
    "/reconcile": {
        "get": operation(
            "reconcile_by_get",
            "reconciliation",
            "Return the manifest, reconcile names, or extend data",
            {
                200: answer(
                    f"{_TOLD}; without these parameters, the manifest.",
                    media({JSON: {"anyOf": [*_RESULTS, ref("ReconciliationManifest")]}}, _SCRIPT, HTML.media_type),
                )
            },
            description="`queries`, `query` and `extend` are mutually exclusive.",
            parameters=[
                _in_json("queries", "Batch of queries, by keys that the client chooses.", "ReconciliationQueries"),
                query("query", "Name, or query as JSON.", text()),
                _TYPES,
                query("limit", "Maximum number of candidates for a name.", whole(1, default=LIMIT)),
                _in_json(
                    "extend",
                    "Identifiers of entities, and the properties whose values to return.",
                    "ReconciliationExtension",
                ),
                _CALLBACK,
                LANG,
            ],
            problems=(400, 408, 413, 429),
            conditional=True,
        ),
        "post": operation(
            "reconcile",
            "reconciliation",
            "Reconcile names, or extend data",
            {200: answer(f"{_TOLD}.", media({JSON: {"anyOf": _RESULTS}}, _SCRIPT))},
            description="`queries`, `query` and `extend` are mutually exclusive.",
            parameters=[_CALLBACK, LANG],
            body={
                "description": f"Form body of at most {MAX_BATCH:,} bytes.",
                "required": True,
                "content": {
                    FORM: {
                        "schema": record(
                            {},
                            {
                                "queries": ref("ReconciliationQueries"),
                                "query": text(),
                                "type": many(one_of(KINDS)),
                                "limit": whole(1, default=LIMIT),
                                "extend": ref("ReconciliationExtension"),
                            },
                        ),
                        "encoding": {"queries": {"contentType": JSON}, "extend": {"contentType": JSON}},
                    }
                },
            },
            problems=(400, 408, 413, 429),
        ),
    },
    "/reconcile/table": {
        "get": operation(
            "reconcile_table_form",
            "reconciliation",
            "Return the form for names to match",
            {200: answer("Form.", PAGE)},
            parameters=[LANG],
            conditional=True,
        ),
        "post": operation(
            "reconcile_table",
            "reconciliation",
            "Match names of a list or of a column of a file, without a client of the API",
            {200: answer("Table of the names with their resources.", _TABLES)},
            parameters=[LANG],
            body={
                "description": f"Form body of at most {MAX_BATCH:,} bytes with at most {MAX_QUERIES:,} different names."
                " Its fields `choice-0`, `choice-1` and so on are the resource chosen for a name, or empty for none.",
                "required": True,
                "content": {
                    "multipart/form-data": {
                        "schema": record(
                            {},
                            {
                                "names": text(description="Names, one a line."),
                                "file": {"type": "string", "format": "binary", "description": "CSV in UTF-8, or XLSX."},
                                "column": text(description="Heading of the column of the file."),
                                "type": one_of(["", *KINDS]),
                                "format": one_of(["html", "csv", "xlsx"]),
                            },
                        )
                    }
                },
            },
            problems=(400, 408, 413, 422, 429, 503),
        ),
    },
    "/reconcile/suggest/entity": _suggest("entity", _TYPES),
    "/reconcile/suggest/property": _suggest("property"),
    "/reconcile/suggest/type": _suggest("type"),
    "/reconcile/properties": get(
        "reconcile_properties",
        "reconciliation",
        "List the properties of a type",
        {200: _answer("Properties.", "Properties")},
        parameters=[
            query("type", "Type of the entities. Default: every type.", one_of(KINDS)),
            query("limit", "Maximum number of properties. Default: no limit.", whole(1)),
            _CALLBACK,
            LANG,
        ],
        problems=(400,),
    ),
    "/reconcile/flyout/{what}": get(
        "reconcile_flyout",
        "reconciliation",
        "Summarize an entity, a type or a property",
        {200: _answer("HTML fragment.", "Flyout")},
        parameters=[
            path("what", "Kind of the identifier.", one_of(("entity", "type", "property")), "entity"),
            query("id", "Identifier.", text(), required=True, example="country/AFG"),
            _CALLBACK,
            LANG,
        ],
        problems=(400, 404),
    ),
    "/reconcile/preview": get(
        "reconcile_preview",
        "reconciliation",
        "Return an HTML preview of an entity, which other sites may frame",
        {200: answer("HTML preview.", PAGE)},
        parameters=[query("id", "Identifier.", text(), required=True, example="country/AFG"), LANG],
        problems=(404,),
        conditional=True,
    ),
}


def _of_draft(root: str, name: str) -> Json:
    """Paths of version 1.0 below a root; the operations are named after `name`."""
    bodies = {
        "match": ("Reconcile names (draft of version 1.0)", "Queries", "Results"),
        "reconcile": ("Reconcile names (earlier drafts of version 1.0)", "Queries", "Results"),
        "extend": ("Extend data (draft of version 1.0)", "Extension", "Values"),
    }
    paths: Json = {
        f"{root}/{what}": {
            "post": operation(
                f"{name}_{what}",
                "reconciliation",
                summary,
                {200: answer("Result.", media({JSON: f"ReconciliationDraft{result}"}))},
                parameters=[LANG],
                body={"required": True, "content": media({JSON: f"ReconciliationDraft{sent}"})},
                problems=(400, 408, 413, 429),
            )
        }
        for what, (summary, sent, result) in bodies.items()
    }
    properties = PATHS["/reconcile/properties"]["get"] | {"operationId": f"{name}_extend_propose"}
    return paths | {f"{root}/extend/propose": {"get": properties}}


PATHS |= _of_draft("/reconcile", "reconcile_draft") | _of_draft("/reconcile/v1", "reconcile_v1")
PATHS |= {
    f"/reconcile/v1/{path}": {
        "get": PATHS[f"/reconcile/{path}"]["get"] | {"operationId": f"reconcile_v1_{path.replace('/', '_')}"}
    }
    for path in ("suggest/entity", "suggest/property", "suggest/type", "preview")
}
PATHS["/reconcile/v1"] = get(
    "reconcile_v1",
    "reconciliation",
    "Return the manifest of the draft of version 1.0",
    {200: answer("Manifest.", media({JSON: "ReconciliationDraftManifest"}))},
    parameters=[LANG],
    problems=(400,),
)
