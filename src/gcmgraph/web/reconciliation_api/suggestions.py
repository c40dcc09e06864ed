"""Suggestions, flyouts, properties and previews of the service."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from flask import Flask, Response, render_template, request

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.text import fold_name
from gcmgraph.publication.reconciliation.entities import Entity
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.headers import framed_anywhere
from gcmgraph.web.http.links import local_path
from gcmgraph.web.http.parameters import whole_number
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.reconciliation_api import json_types, requests, responses
from gcmgraph.web.services import Site, search_index

#: Suggestions in one response: default and maximum.
SUGGESTIONS = 20
MAX_SUGGESTIONS = 100

#: Maximum number of suggestions to skip.
MAX_CURSOR = 10_000

#: Properties in a preview.
_PREVIEW_PROPERTIES = (
    "gcm:iso3",
    "skos:notation",
    "gcm:m49",
    "gcm:acronym",
    "gcm:region",
    "gcm:objective",
    "gcm:country",
    "gcm:leadOrganisation",
    "skos:definition",
    "foaf:homepage",
    "skos:exactMatch",
)

#: Maximum number of characters of a value, and of values of a property, in a preview.
_MAX_LENGTH = 160
_MAX_VALUES = 3


_SUGGESTIONS_ANSWER = api.answer(
    "Suggestions.", json_types.ReconciliationSuggestions, responses.SCRIPT
)
_PROPERTIES_ANSWER = api.answer(
    "Properties.", json_types.ReconciliationProperties, responses.SCRIPT
)
_FLYOUT_ANSWER = api.answer("HTML fragment.", json_types.ReconciliationFlyout, responses.SCRIPT)
_CURSOR_TEXT = (
    f"Number of suggestions to skip; larger values than {MAX_CURSOR:,} count as {MAX_CURSOR:,}."
)
_PREFIX = api.Parameter("prefix", "Beginning of a name or code.", api.text(requests.MAX_TEXT), "af")
_PAGING = (
    api.Parameter("cursor", _CURSOR_TEXT, api.whole(0, default=0)),
    api.Parameter(
        "limit",
        f"Maximum number of suggestions; larger values than {MAX_SUGGESTIONS} count as"
        f" {MAX_SUGGESTIONS}.",
        api.whole(1, default=SUGGESTIONS),
    ),
    responses.CALLBACK,
    api.LANG,
)

#: Parameters of suggestions by what is suggested.
_PARAMETERS_BY_SUBJECT = {
    "entity": (_PREFIX, responses.TYPES, *_PAGING),
    "property": (_PREFIX, *_PAGING),
    "type": (_PREFIX, *_PAGING),
}
_PROPERTIES_PARAMETERS = (
    api.Parameter("type", "Type of the entities. Default: every type.", api.one_of(KINDS)),
    api.Parameter("limit", "Maximum number of properties. Default: no limit.", api.whole(1)),
    responses.CALLBACK,
    api.LANG,
)
_SUBJECT = api.Parameter(
    "what", "Kind of the identifier.", api.one_of(("entity", "type", "property")), "entity"
)
_ID = api.Parameter("id", "Identifier.", api.text(), "country/AFG", required=True)


@dataclass(frozen=True)
class SuggestPages:
    """Responses of /reconcile/suggest/…, /flyout/…, /properties and /preview."""

    site: Site
    #: writer of the responses to the present request
    writer: Callable[[], responses.ResponseWriter]

    def suggest(self, subject: str) -> Response:
        """Entities, properties or types for the beginning of a name."""
        writer = self.writer()
        prefix = request.args.get("prefix", "").strip()
        if len(prefix) > requests.MAX_TEXT:
            requests.refuse(
                f"The parameter 'prefix' has {len(prefix)} characters;"
                f" it may have {requests.MAX_TEXT}."
            )
        if subject == "entity":
            suggestions = self._entity_suggestions(writer, prefix)
        elif subject == "type":
            suggestions = _matching(writer.types(), prefix)
        else:
            properties = writer.reconciler.properties.all()
            suggestions = _matching(map(writer.property, properties), prefix)
        return responses.answered({"result": suggestions})

    def _entity_suggestions(
        self, writer: responses.ResponseWriter, prefix: str
    ) -> list[responses.Json]:
        """The requested part of the resources for a prefix, best first."""
        kind_names = filter(None, request.args.getlist("type"))
        kinds = [requests.read_kind(name, writer.reconciler) for name in kind_names]
        part = _requested_part()
        entities = self._entities(writer, prefix, kinds, part.stop)
        return [_suggestion(writer, entity) for entity in entities[part]]

    def _entities(
        self, writer: responses.ResponseWriter, prefix: str, kinds: list[str], limit: int
    ) -> list[Entity]:
        """At most `limit` resources for the beginning of a name or an identifier, best first."""
        entities = writer.reconciler.entities
        candidates = [entities.get(prefix)] if "/" in prefix else []
        index = search_index(self.site.dataset.snapshot())
        hits = index.search(prefix, writer.page.language, limit, kinds=kinds, within="names")
        candidates += [entities.get(hit.iri.value) for hit in hits]
        of_kinds = [
            entity for entity in candidates if entity and (not kinds or entity.kind in kinds)
        ]
        return list(dict.fromkeys(of_kinds))[:limit]

    def properties(self) -> Response:
        """List the properties of a type."""
        writer = self.writer()
        kind = request.args.get("type", "")
        properties = writer.reconciler.properties
        proposed = properties.all()
        if kind:
            proposed = properties.of_kind(requests.read_kind(kind, writer.reconciler))
        limit = _read_number("limit", len(proposed), 1)
        document: responses.Json = {
            "properties": [writer.property(property_) for property_ in proposed[:limit]]
        }
        if kind:
            document["type"] = kind
        if limit:
            document["limit"] = limit
        return responses.answered(document)

    def flyout(self, subject: str) -> Response:
        """Summarize an entity, a type or a property."""
        writer = self.writer()
        identifier = request.args.get("id", "")
        text = identifier
        match subject:
            case "entity":
                entity = _require_entity(writer, identifier)
                name = writer.name(entity)
                text = writer.description(entity)
            case "type":
                kind = requests.read_kind(identifier, writer.reconciler)
                name = str(writer.kind(kind)["name"])
            case "property":
                property_ = requests.read_property(identifier, writer.reconciler, "The request")
                name = str(writer.property(property_)["name"])
            case _:
                raise not_found(request.path)
        html = render_template("reconcile_flyout.html", name=name, text=text)
        return responses.answered({"id": identifier, "html": html})

    def preview(self) -> Response:
        """Return an HTML preview of an entity, which other sites may frame."""
        writer = self.writer()
        entity = _require_entity(writer, request.args.get("id", ""))
        body = render_template(
            "reconcile_preview.html",
            name=writer.name(entity),
            kind=writer.type_of(entity)["name"],
            facts=_facts(writer, entity),
            path=local_path(self.site.addresses, entity.iri.value),
            iri=entity.iri.value,
        )
        response = Response(body, content_type=HTML.content_type)
        language = writer.page.language
        cached(response, Caching.REVALIDATED, vary="Accept-Language", language=language)
        return framed_anywhere(response)


def add_suggest_routes(
    app: Flask, writer: Callable[[], responses.ResponseWriter], site: Site
) -> None:
    """/reconcile/suggest/…, /reconcile/flyout/…, /reconcile/properties, /reconcile/preview."""
    pages = SuggestPages(site, writer)
    for subject, parameters in _PARAMETERS_BY_SUBJECT.items():
        summary = f"Suggest identifiers for the beginning of a name: {subject}"
        described = api.operation(
            f"reconcile_suggest_{subject}",
            _SUGGESTIONS_ANSWER,
            parameters,
            cached=False,
            summary=summary,
        )
        app.add_url_rule(
            f"/reconcile/suggest/{subject}",
            f"suggest_{subject}",
            described(partial(pages.suggest, subject)),
        )

    @app.get("/reconcile/properties")
    @api.operation("reconcile_properties", _PROPERTIES_ANSWER, _PROPERTIES_PARAMETERS, cached=False)
    def propose_properties() -> Response:
        """List the properties of a type."""
        return pages.properties()

    @app.get("/reconcile/flyout/<what>")
    @api.operation(
        "reconcile_flyout",
        _FLYOUT_ANSWER,
        (_SUBJECT, _ID, responses.CALLBACK, api.LANG),
        (400,),
        cached=False,
    )
    def flyout(what: str) -> Response:
        """Summarize an entity, a type or a property."""
        return pages.flyout(what)

    @app.get("/reconcile/preview")
    @api.operation("reconcile_preview", api.PAGE, (_ID, api.LANG), (404,))
    def preview() -> Response:
        """Return an HTML preview of an entity, which other sites may frame."""
        return pages.preview()


def _suggestion(writer: responses.ResponseWriter, entity: Entity) -> responses.Json:
    suggestion: responses.Json = {
        "id": entity.id,
        "name": writer.name(entity),
        "notable": [writer.type_of(entity)],
    }
    description = writer.description(entity)
    if description:
        suggestion["description"] = description
    return suggestion


def _matching(suggestions: Iterable[responses.Json], prefix: str) -> list[responses.Json]:
    """The requested part of the suggestions with a text in their identifier or name.

    The suggestion with this identifier is first, then those that begin with the text.
    """
    folded_prefix = fold_name(prefix)
    ranked: list[tuple[tuple[bool, bool], responses.Json]] = []
    for suggestion in suggestions:
        texts = [fold_name(str(suggestion["name"])), fold_name(str(suggestion["id"]))]
        has_identifier = suggestion["id"] == prefix
        if has_identifier or any(folded_prefix in text for text in texts):
            begins = any(text.startswith(folded_prefix) for text in texts)
            ranked.append(((not has_identifier, not begins), suggestion))
    ranked.sort(key=lambda rank_and_suggestion: rank_and_suggestion[0])
    return [suggestion for _, suggestion in ranked][_requested_part()]


def _facts(writer: responses.ResponseWriter, entity: Entity) -> list[tuple[str, list[str]]]:
    """Names of properties with their values, for a preview."""
    facts: list[tuple[str, list[str]]] = []
    for identifier in _PREVIEW_PROPERTIES:
        property_ = writer.reconciler.properties.get(identifier)
        if property_ is None:
            continue
        values = dict.fromkeys(writer.reconciler.properties.values(entity, property_))
        texts = []
        for value in list(values)[:_MAX_VALUES]:
            text = writer.name(value) if isinstance(value, Entity) else str(value)
            texts.append(text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…")
        is_repeated = any(texts == earlier for _, earlier in facts)  # the ISO code of a country
        if texts and not is_repeated:
            facts.append((str(writer.property(property_)["name"]), texts))
    return facts


def _require_entity(writer: responses.ResponseWriter, identifier: str) -> Entity:
    entity = writer.reconciler.entities.get(identifier)
    if entity is None:
        raise not_found(f"{request.path}?id={identifier[:100]}")
    return entity


def _requested_part() -> slice:
    """The requested part of the suggestions."""
    start = min(_read_number("cursor", 0, 0), MAX_CURSOR)
    limit = min(_read_number("limit", SUGGESTIONS, 1), MAX_SUGGESTIONS)
    return slice(start, start + limit)


def _read_number(name: str, default: int, minimum: int) -> int:
    """A parameter that is a whole number."""
    value = request.args.get(name, "")
    if not value:
        return default
    number = whole_number(value, minimum, sys.maxsize)
    if number is None:
        requests.refuse(f"The parameter '{name}' must be a whole number from {minimum} on.")
    return number
