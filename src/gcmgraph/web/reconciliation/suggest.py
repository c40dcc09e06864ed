"""Suggestions, flyouts, previews, and properties of a type (Reconciliation Service API 0.2, sections 5 to 7)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from flask import Blueprint, Response, render_template, request

from gcmgraph.kinds import KINDS
from gcmgraph.publication.reconciliation.entities import Entity
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.text import fold_name
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.headers import Caching, cached, framed_anywhere
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.http.requests import whole_number
from gcmgraph.web.http.urls import local_path
from gcmgraph.web.reconciliation import documents
from gcmgraph.web.reconciliation.requests import MAX_TEXT, read_kind, read_property, refuse
from gcmgraph.web.reconciliation.responses import CALLBACK, SCRIPT, TYPES, Json, ResponseWriter, answered
from gcmgraph.web.services import PerVersion, Site

#: Suggestions in one response: default and maximum; and the maximum cursor (`offset` in version 1.0).
SUGGESTIONS, MAX_SUGGESTIONS, MAX_CURSOR = 20, 100, 10_000

#: Properties in a preview.
_PREVIEWED = (
    "gcm:iso3", "skos:notation", "gcm:m49", "gcm:acronym", "gcm:region", "gcm:objective", "gcm:country",
    "gcm:leadOrganisation", "skos:definition", "foaf:homepage", "skos:exactMatch",
)  # fmt: skip

#: Maximum number of characters of a value, and of values of a property, in a preview.
_MAX_LENGTH, _MAX_VALUES = 160, 3


_SUGGESTED = api.answer("Suggestions.", documents.ReconciliationSuggestions, SCRIPT)
_PROPERTIES = api.answer("Properties.", documents.ReconciliationProperties, SCRIPT)
_FLYOUT = api.answer("HTML fragment.", documents.ReconciliationFlyout, SCRIPT)
_SKIPPED = (
    f"Number of suggestions to skip (version {{version}}); larger values than {MAX_CURSOR:,} count as {MAX_CURSOR:,}."
)
_PREFIX = api.Parameter("prefix", "Beginning of a name or code.", api.text(MAX_TEXT), "af")
_PART = (
    api.Parameter("cursor", _SKIPPED.format(version="0.2"), api.whole(0, default=0)),
    api.Parameter("offset", _SKIPPED.format(version="1.0"), api.whole(0, default=0)),
    api.Parameter(
        "limit",
        f"Maximum number of suggestions; larger values than {MAX_SUGGESTIONS} count as {MAX_SUGGESTIONS}.",
        api.whole(1, default=SUGGESTIONS),
    ),
    CALLBACK,
    api.LANG,
)
_OF_TYPE = (
    api.Parameter("type", "Type of the entities. Default: every type.", api.one_of(KINDS)),
    api.Parameter("limit", "Maximum number of properties. Default: no limit.", api.whole(1)),
    CALLBACK,
    api.LANG,
)
_PROPOSE = "/reconcile/extend/propose"
_WHAT = api.Parameter("what", "Kind of the identifier.", api.one_of(("entity", "type", "property")), "entity")
_ID = api.Parameter("id", "Identifier.", api.text(), "country/AFG", required=True)


def add_routes(
    routes: Blueprint, writer: Callable[[], ResponseWriter], indexes: PerVersion[SearchIndex], site: Site
) -> None:
    """/reconcile/suggest/…, /reconcile/flyout/…, /reconcile/properties, /reconcile/preview."""

    @routes.get("/reconcile/suggest/entity")
    @routes.get("/reconcile/v1/suggest/entity")
    @api.operation("reconcile_suggest_entity", _SUGGESTED, (_PREFIX, TYPES, *_PART), cached=False)
    def suggest_entity() -> Response:
        """Suggest identifiers for the beginning of a name: entity."""
        ours, prefix = writer(), _prefix()
        kinds = [read_kind(kind, ours.reconciler) for kind in request.args.getlist("type") if kind]
        first, count = _cursor(), _count()
        found = _entities(ours, indexes.of(site.dataset.snapshot()), prefix, kinds, first + count)
        return answered({"result": [_suggested(ours, entity) for entity in found[first : first + count]]})

    @routes.get("/reconcile/suggest/property")
    @routes.get("/reconcile/v1/suggest/property")
    @api.operation("reconcile_suggest_property", _SUGGESTED, (_PREFIX, *_PART), cached=False)
    def suggest_property() -> Response:
        """Suggest identifiers for the beginning of a name: property."""
        ours = writer()
        properties = [ours.property(each) for each in ours.reconciler.properties.all()]
        return answered({"result": _matching(properties, _prefix())})

    @routes.get("/reconcile/suggest/type")
    @routes.get("/reconcile/v1/suggest/type")
    @api.operation("reconcile_suggest_type", _SUGGESTED, (_PREFIX, *_PART), cached=False)
    def suggest_type() -> Response:
        """Suggest identifiers for the beginning of a name: type."""
        ours = writer()
        return answered({"result": _matching(ours.types(), _prefix())})

    @routes.get("/reconcile/properties")
    @routes.get(_PROPOSE)
    @routes.get("/reconcile/v1/extend/propose")
    @api.operation("reconcile_draft_extend_propose", _PROPERTIES, _OF_TYPE, path=_PROPOSE, cached=False)
    @api.operation("reconcile_properties", _PROPERTIES, _OF_TYPE, cached=False)
    def propose_properties() -> Response:
        """List the properties of a type."""
        ours = writer()
        kind = request.args.get("type", "")
        properties = ours.reconciler.properties
        proposed = properties.of_kind(read_kind(kind, ours.reconciler)) if kind else properties.all()
        limit = _number("limit", len(proposed), 1)
        response: Json = {"properties": [ours.property(each) for each in proposed[:limit]]}
        return answered(response | ({"type": kind} if kind else {}) | ({"limit": limit} if limit else {}))

    @routes.get("/reconcile/flyout/<what>")
    @api.operation("reconcile_flyout", _FLYOUT, (_WHAT, _ID, CALLBACK, api.LANG), (400,), cached=False)
    def flyout(what: str) -> Response:
        """Summarize an entity, a type or a property."""
        ours, identifier = writer(), request.args.get("id", "")
        match what:
            case "entity":
                entity = _known(ours, identifier)
                name, text = ours.name(entity), ours.description(entity)
            case "type":
                name, text = str(ours.kind(read_kind(identifier, ours.reconciler))["name"]), identifier
            case "property":
                name = str(ours.property(read_property(identifier, ours.reconciler, "The request"))["name"])
                text = identifier
            case _:
                raise not_found(request.path)
        html = render_template("reconcile_flyout.html", name=name, text=text)
        return answered({"id": identifier, "html": html})

    @routes.get("/reconcile/preview")
    @routes.get("/reconcile/v1/preview")
    @api.operation("reconcile_preview", api.PAGE, (_ID, api.LANG), (404,))
    def preview() -> Response:
        """Return an HTML preview of an entity, which other sites may frame."""
        ours = writer()
        entity = _known(ours, request.args.get("id", ""))
        body = render_template(
            "reconcile_preview.html",
            name=ours.name(entity),
            kind=ours.type_of(entity)["name"],
            facts=_facts(ours, entity),
            path=local_path(site.addresses, entity.iri.value),
            iri=entity.iri.value,
        )
        response = Response(body, content_type=HTML.content_type)
        cached(response, Caching.REVALIDATED, vary="Accept-Language", language=ours.page.language)
        return framed_anywhere(response)


def _entities(ours: ResponseWriter, index: SearchIndex, prefix: str, kinds: list[str], most: int) -> list[Entity]:
    """Resources for the beginning of a name or an identifier, best first."""
    entities = ours.reconciler.entities
    named = entities.get(prefix) if "/" in prefix else None
    hits = index.search(prefix, ours.page.language, most, kinds=kinds, within="names")
    found = (entities.get(hit.iri.value) for hit in hits)
    of_kinds = [entity for entity in (named, *found) if entity and (not kinds or entity.kind in kinds)]
    return list(dict.fromkeys(of_kinds))[:most]


def _suggested(ours: ResponseWriter, entity: Entity) -> Json:
    suggestion: Json = {"id": entity.id, "name": ours.name(entity), "notable": [ours.type_of(entity)]}
    description = ours.description(entity)
    return suggestion | ({"description": description} if description else {})


def _matching(suggestions: Iterable[Json], prefix: str) -> list[Json]:
    """A page of the suggestions with a text in their identifier or name, those that begin with it first."""
    folded = fold_name(prefix)

    def texts(one: Json) -> tuple[str, str]:
        return fold_name(str(one["name"])), fold_name(str(one["id"]))

    found = [one for one in suggestions if prefix == one["id"] or any(folded in text for text in texts(one))]
    found.sort(key=lambda one: (one["id"] != prefix, not any(text.startswith(folded) for text in texts(one))))
    first = _cursor()
    return found[first : first + _count()]


def _facts(ours: ResponseWriter, entity: Entity) -> list[tuple[str, list[str]]]:
    """Names of properties with their values, for a preview."""
    facts: list[tuple[str, list[str]]] = []
    for identifier in _PREVIEWED:
        property_ = ours.reconciler.properties.get(identifier)
        values = ours.reconciler.properties.values(entity, property_) if property_ else []
        values = list(dict.fromkeys(values))[:_MAX_VALUES]
        texts = [ours.name(value) if isinstance(value, Entity) else str(value) for value in values]
        if property_ and texts and all(texts != others for _, others in facts):  # a country has its ISO code twice
            short = [text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…" for text in texts]
            facts.append((str(ours.property(property_)["name"]), short))
    return facts


def _known(ours: ResponseWriter, identifier: str) -> Entity:
    entity = ours.reconciler.entities.get(identifier)
    if entity is None:
        raise not_found(f"{request.path}?id={identifier[:100]}")
    return entity


def _prefix() -> str:
    prefix = request.args.get("prefix", "").strip()
    if len(prefix) > MAX_TEXT:
        refuse(f"The parameter 'prefix' has {len(prefix)} characters; it may have {MAX_TEXT}.")
    return prefix


def _cursor() -> int:
    return min(_number("offset" if "offset" in request.args else "cursor", 0, 0), MAX_CURSOR)


def _count() -> int:
    return min(_number("limit", SUGGESTIONS, 1), MAX_SUGGESTIONS)


def _number(name: str, default: int, minimum: int) -> int:
    """A parameter that is a whole number."""
    value = request.args.get(name, "")
    if not value:
        return default
    number = whole_number(value, minimum, sys.maxsize)
    if number is None:
        refuse(f"The parameter '{name}' must be a whole number from {minimum} on.")
    return number
