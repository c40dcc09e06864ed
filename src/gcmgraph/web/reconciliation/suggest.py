"""What helps people to choose by hand: suggestions while they type, small previews, properties of a type.

Reconciliation Service API 0.2, sections 5 to 7.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from flask import Blueprint, Response, render_template, request

from gcmgraph.publication.reconciliation.entities import Entity
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.text.folding import fold_name
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.headers import framed_anywhere
from gcmgraph.web.http.parameters import whole_number
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.http.urls import local_path
from gcmgraph.web.reconciliation.requests import MAX_TEXT, read_kind, read_property, refuse
from gcmgraph.web.reconciliation.responses import Answers, Json, answered
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import PerVersion

#: Suggestions in one answer, where nothing is said and at most; the last place that is given.
SUGGESTIONS, MAX_SUGGESTIONS, MAX_CURSOR = 20, 100, 10_000

#: Properties that a preview shows, as far as a thing has them.
_SHOWN = (
    "gcm:iso3", "skos:notation", "gcm:m49", "gcm:acronym", "gcm:region", "gcm:objective", "gcm:country",
    "gcm:leadOrganisation", "skos:definition", "foaf:homepage", "skos:exactMatch",
)  # fmt: skip

#: Characters of one value, and values of one property, in a preview.
_LONGEST, _VALUES = 160, 3


def add_routes(routes: Blueprint, answers: Callable[[], Answers], indexes: PerVersion[SearchIndex], site: Site) -> None:
    """/reconcile/suggest/…, /reconcile/flyout/…, /reconcile/properties, /reconcile/preview."""

    @routes.get("/reconcile/suggest/entity")
    def suggest_entity() -> Response:
        ours, prefix = answers(), _prefix()
        kinds = [read_kind(kind, ours.reconciler) for kind in request.args.getlist("type") if kind]
        first, count = _place(), _count()
        found = _entities(ours, indexes.of(site.dataset.snapshot()), prefix, kinds, first + count)
        return answered({"result": [_suggested(ours, entity) for entity in found[first : first + count]]})

    @routes.get("/reconcile/suggest/property")
    def suggest_property() -> Response:
        ours = answers()
        told = [ours.property(each) for each in ours.reconciler.properties.all()]
        return answered({"result": _fitting(told, _prefix())})

    @routes.get("/reconcile/suggest/type")
    def suggest_type() -> Response:
        ours = answers()
        told = [ours.kind(kind) for kind in ours.reconciler.entities.kinds]
        return answered({"result": _fitting(told, _prefix())})

    @routes.get("/reconcile/properties")
    def propose_properties() -> Response:
        ours = answers()
        kind = request.args.get("type", "")
        properties = ours.reconciler.properties
        proposed = properties.of_kind(read_kind(kind, ours.reconciler)) if kind else properties.all()
        limit = _number("limit", len(proposed), 1)
        told: Json = {"properties": [ours.property(each) for each in proposed[:limit]]}
        return answered(told | ({"type": kind} if kind else {}) | ({"limit": limit} if limit else {}))

    @routes.get("/reconcile/flyout/<what>")
    def flyout(what: str) -> Response:
        ours, identifier = answers(), request.args.get("id", "")
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
    def preview() -> Response:
        ours = answers()
        entity = _known(ours, request.args.get("id", ""))
        body = render_template(
            "reconcile_preview.html",
            name=ours.name(entity),
            kind=ours.kind(entity.kind)["name"],
            facts=_facts(ours, entity),
            path=local_path(site.addresses, entity.iri.value),
            iri=entity.iri.value,
        )
        response = Response(body, content_type=HTML.content_type)
        cached(response, Caching.REVALIDATED, vary="Accept-Language", language=ours.page.language)
        return framed_anywhere(response)


def _entities(ours: Answers, index: SearchIndex, prefix: str, kinds: list[str], most: int) -> list[Entity]:
    """The things that a beginning of a name or an identifier may mean, best first."""
    entities = ours.reconciler.entities
    named = entities.get(prefix) if "/" in prefix else None
    hits = index.search(prefix, ours.page.language, most, kinds=kinds)
    found = (entities.get(hit.label.iri.value) for hit in hits)
    wanted = [entity for entity in (named, *found) if entity and (not kinds or entity.kind in kinds)]
    return list(dict.fromkeys(wanted))[:most]


def _suggested(ours: Answers, entity: Entity) -> Json:
    told: Json = {"id": entity.id, "name": ours.name(entity), "notable": [ours.kind(entity.kind)]}
    description = ours.description(entity)
    return told | ({"description": description} if description else {})


def _fitting(told: Iterable[Json], prefix: str) -> list[Json]:
    """Those in whose identifier or name a text occurs, the ones that begin with it first; a page of them."""
    wanted = fold_name(prefix)

    def fits(one: Json) -> tuple[str, str]:
        return fold_name(str(one["name"])), fold_name(str(one["id"]))

    found = [one for one in told if prefix == one["id"] or any(wanted in text for text in fits(one))]
    found.sort(key=lambda one: (one["id"] != prefix, not any(text.startswith(wanted) for text in fits(one))))
    first = _place()
    return found[first : first + _count()]


def _facts(ours: Answers, entity: Entity) -> list[tuple[str, list[str]]]:
    """Names of properties and their values, for people."""
    facts: list[tuple[str, list[str]]] = []
    for identifier in _SHOWN:
        wanted = ours.reconciler.properties.get(identifier)
        values = ours.reconciler.properties.values(entity, wanted) if wanted else []
        texts = [ours.name(value) if isinstance(value, Entity) else str(value) for value in values[:_VALUES]]
        if wanted and texts and all(texts != told for _, told in facts):  # a country's code is its ISO code
            short = [text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in texts]
            facts.append((str(ours.property(wanted)["name"]), short))
    return facts


def _known(ours: Answers, identifier: str) -> Entity:
    entity = ours.reconciler.entities.get(identifier)
    if entity is None:
        raise not_found(f"{request.path}?id={identifier[:100]}")
    return entity


def _prefix() -> str:
    prefix = request.args.get("prefix", "").strip()
    if len(prefix) > MAX_TEXT:
        refuse(f"The parameter 'prefix' has {len(prefix)} characters; it may have {MAX_TEXT}.")
    return prefix


def _place() -> int:
    return min(_number("cursor", 0, 0), MAX_CURSOR)


def _count() -> int:
    return min(_number("limit", SUGGESTIONS, 1), MAX_SUGGESTIONS)


def _number(name: str, default: int, least: int) -> int:
    """A parameter that is a whole number."""
    value = request.args.get(name, "")
    if not value:
        return default
    number = whole_number(value, least, sys.maxsize)
    if number is None:
        refuse(f"The parameter '{name}' must be a whole number from {least} on.")
    return number
