"""The addresses of the reconciliation service (Reconciliation Service API 0.2; see docs/reconciliation.md)."""

from __future__ import annotations

from gcmgraph.publication.lists.catalogue import CLASSES
from gcmgraph.web.http.formats import HTML
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
from gcmgraph.web.reconciliation.requests import LIMIT, MAX_TEXT
from gcmgraph.web.reconciliation.suggest import MAX_CURSOR, MAX_SUGGESTIONS, SUGGESTIONS
from gcmgraph.web.sparql.protocol import FORM

_SCRIPT = "text/javascript"

_CALLBACK = query("callback", "The name of a function to call with the answer (JSONP).", text())
_TYPES = query("type", "Only things of these types.", many(one_of(CLASSES)))
_PREFIX = query("prefix", "What was typed so far.", text(MAX_TEXT), example="af")
_PLACES = [
    query("cursor", f"So many are left out at the beginning; more than {MAX_CURSOR:,} never are.", whole(0, default=0)),
    query("limit", f"At most so many; more than {MAX_SUGGESTIONS} are never given.", whole(1, default=SUGGESTIONS)),
]
_TOLD = "The results of `queries`, the candidates for `query`, the values for `extend`, each by its parameter"
_RESULTS = [ref(f"Reconciliation{name}") for name in ("Results", "Candidates", "Values")]


def _in_json(name: str, description: str, schema: str) -> Json:
    """A parameter whose value is JSON."""
    return {"name": name, "in": "query", "description": description, "content": media({JSON: schema})}


def _answer(description: str, schema: str) -> Json:
    return answer(description, media({JSON: f"Reconciliation{schema}"}, _SCRIPT))


def _suggest(what: str, *more: Json) -> Json:
    return get(
        f"reconcile_suggest_{what}",
        "reconciliation",
        f"What may be meant by the beginning of a name: {what}",
        {200: _answer("Suggestions.", "Suggestions")},
        parameters=[_PREFIX, *more, *_PLACES, _CALLBACK, LANG],
        problems=(400,),
    )


PATHS: Json = {
    "/reconcile": {
        "get": operation(
            "reconcile_by_get",
            "reconciliation",
            "The manifest; or what names mean, or values of things",
            {
                200: answer(
                    f"{_TOLD}; without any, the manifest.",
                    media({JSON: {"anyOf": [*_RESULTS, ref("ReconciliationManifest")]}}, _SCRIPT, HTML.media_type),
                )
            },
            description="Only one of `queries`, `query` and `extend` is answered at a time.",
            parameters=[
                _in_json("queries", "A batch of queries by keys of one's own.", "ReconciliationQueries"),
                query("query", "A name, or a query as JSON.", text()),
                _TYPES,
                query("limit", "At most so many candidates for a name.", whole(1, default=LIMIT)),
                _in_json("extend", "Things and the properties whose values are wanted.", "ReconciliationExtension"),
                _CALLBACK,
                LANG,
            ],
            problems=(400, 413),
            conditional=True,
        ),
        "post": operation(
            "reconcile",
            "reconciliation",
            "What names mean, or values of things",
            {200: answer(f"{_TOLD}.", media({JSON: {"anyOf": _RESULTS}}, _SCRIPT))},
            description="Only one of `queries`, `query` and `extend` is answered at a time.",
            parameters=[_CALLBACK, LANG],
            body={
                "description": f"A form; at most {MAX_BATCH:,} bytes.",
                "required": True,
                "content": {
                    FORM: {
                        "schema": record(
                            {},
                            {
                                "queries": ref("ReconciliationQueries"),
                                "query": text(),
                                "type": many(one_of(CLASSES)),
                                "limit": whole(1, default=LIMIT),
                                "extend": ref("ReconciliationExtension"),
                            },
                        ),
                        "encoding": {"queries": {"contentType": JSON}, "extend": {"contentType": JSON}},
                    }
                },
            },
            problems=(400, 413),
        ),
    },
    "/reconcile/suggest/entity": _suggest("entity", _TYPES),
    "/reconcile/suggest/property": _suggest("property"),
    "/reconcile/suggest/type": _suggest("type"),
    "/reconcile/properties": get(
        "reconcile_properties",
        "reconciliation",
        "What can be asked of things of a type",
        {200: _answer("Properties.", "Properties")},
        parameters=[
            query("type", "The type; without it, properties of any.", one_of(CLASSES)),
            query("limit", "At most so many.", whole(1)),
            _CALLBACK,
            LANG,
        ],
        problems=(400,),
    ),
    "/reconcile/flyout/{what}": get(
        "reconcile_flyout",
        "reconciliation",
        "A few words about a thing, a type or a property",
        {200: _answer("A piece of HTML.", "Flyout")},
        parameters=[
            path("what", "What it is.", one_of(("entity", "type", "property")), "entity"),
            query("id", "Its identifier.", text(), required=True, example="country/AFG"),
            _CALLBACK,
            LANG,
        ],
        problems=(400, 404),
    ),
    "/reconcile/preview": get(
        "reconcile_preview",
        "reconciliation",
        "A small page about a thing, which other sites may frame",
        {200: answer("The page.", PAGE)},
        parameters=[query("id", "Its identifier.", text(), required=True, example="country/AFG"), LANG],
        problems=(404,),
        conditional=True,
    ),
}
