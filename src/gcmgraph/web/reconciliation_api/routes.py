"""/reconcile: reconciliation of names in a table with resources (Reconciliation Service API 0.1 and 0.2).

Names are matched by `publication.reconciliation`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial

from flask import Flask, Response, render_template, request
from flask_babel import format_decimal

from gcmgraph.contributions.service import Contributions
from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.text import fold_name
from gcmgraph.publication.reconciliation.entities import Entity
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import VARY, Caching, cached
from gcmgraph.web.http.formats import HTML, JSON, preferred
from gcmgraph.web.http.headers import framed_anywhere
from gcmgraph.web.http.hosts import AcceptedHosts
from gcmgraph.web.http.limits import MAX_BATCH
from gcmgraph.web.http.links import local_path
from gcmgraph.web.http.negotiation import JSON_OR_PAGE
from gcmgraph.web.http.parameters import whole_number
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.reconciliation_api import requests, responses
from gcmgraph.web.reconciliation_api import table as reconcile_table
from gcmgraph.web.services import Site, reconciler_of, search_index
from gcmgraph.web.templating import Page

#: Suggestions in one response: default and maximum; and the maximum cursor.
SUGGESTIONS, MAX_SUGGESTIONS, MAX_CURSOR = 20, 100, 10_000

#: Properties in a preview.
_PREVIEWED = (
    "gcm:iso3", "skos:notation", "gcm:m49", "gcm:acronym", "gcm:region", "gcm:objective", "gcm:country",
    "gcm:leadOrganisation", "skos:definition", "foaf:homepage", "skos:exactMatch",
)  # fmt: skip

#: Maximum number of characters of a value, and of values of a property, in a preview.
_MAX_LENGTH, _MAX_VALUES = 160, 3


_SUGGESTED = api.answer("Suggestions.", requests.ReconciliationSuggestions, responses.SCRIPT)
_PROPERTIES = api.answer("Properties.", requests.ReconciliationProperties, responses.SCRIPT)
_FLYOUT = api.answer("HTML fragment.", requests.ReconciliationFlyout, responses.SCRIPT)
_SKIPPED = (
    f"Number of suggestions to skip; larger values than {MAX_CURSOR:,} count as {MAX_CURSOR:,}."
)
_PREFIX = api.Parameter("prefix", "Beginning of a name or code.", api.text(requests.MAX_TEXT), "af")
_PART = (
    api.Parameter("cursor", _SKIPPED, api.whole(0, default=0)),
    api.Parameter(
        "limit",
        f"Maximum number of suggestions; larger values than {MAX_SUGGESTIONS} count as {MAX_SUGGESTIONS}.",
        api.whole(1, default=SUGGESTIONS),
    ),
    responses.CALLBACK,
    api.LANG,
)

#: Parameters of suggestions by what is suggested.
_SUGGESTIBLE = {
    "entity": (_PREFIX, responses.TYPES, *_PART),
    "property": (_PREFIX, *_PART),
    "type": (_PREFIX, *_PART),
}
_OF_TYPE = (
    api.Parameter("type", "Type of the entities. Default: every type.", api.one_of(KINDS)),
    api.Parameter("limit", "Maximum number of properties. Default: no limit.", api.whole(1)),
    responses.CALLBACK,
    api.LANG,
)
_WHAT = api.Parameter(
    "what", "Kind of the identifier.", api.one_of(("entity", "type", "property")), "entity"
)
_ID = api.Parameter("id", "Identifier.", api.text(), "country/AFG", required=True)


def add_suggest_routes(
    app: Flask, writer: Callable[[], responses.ResponseWriter], site: Site
) -> None:
    """/reconcile/suggest/…, /reconcile/flyout/…, /reconcile/properties, /reconcile/preview."""

    def suggest(what: str) -> Response:
        ours, prefix = writer(), request.args.get("prefix", "").strip()
        if len(prefix) > requests.MAX_TEXT:
            requests.refuse(
                f"The parameter 'prefix' has {len(prefix)} characters; it may have {requests.MAX_TEXT}."
            )
        if what == "entity":
            kinds = [
                requests.read_kind(kind, ours.reconciler)
                for kind in request.args.getlist("type")
                if kind
            ]
            part = _part()
            found = _entities(ours, search_index(site.dataset.snapshot()), prefix, kinds, part.stop)
            return responses.answered(
                {"result": [_suggested(ours, entity) for entity in found[part]]}
            )
        known = (
            ours.types() if what == "type" else map(ours.property, ours.reconciler.properties.all())
        )
        return responses.answered({"result": _matching(known, prefix)})

    for what, parameters in _SUGGESTIBLE.items():
        summary = f"Suggest identifiers for the beginning of a name: {what}"
        described = api.operation(
            f"reconcile_suggest_{what}", _SUGGESTED, parameters, cached=False, summary=summary
        )
        app.add_url_rule(
            f"/reconcile/suggest/{what}", f"suggest_{what}", described(partial(suggest, what))
        )

    @app.get("/reconcile/properties")
    @api.operation("reconcile_properties", _PROPERTIES, _OF_TYPE, cached=False)
    def propose_properties() -> Response:
        """List the properties of a type."""
        ours = writer()
        kind = request.args.get("type", "")
        properties = ours.reconciler.properties
        proposed = (
            properties.of_kind(requests.read_kind(kind, ours.reconciler))
            if kind
            else properties.all()
        )
        limit = _number("limit", len(proposed), 1)
        response: responses.Json = {
            "properties": [ours.property(each) for each in proposed[:limit]]
        }
        return responses.answered(
            response | ({"type": kind} if kind else {}) | ({"limit": limit} if limit else {})
        )

    @app.get("/reconcile/flyout/<what>")
    @api.operation(
        "reconcile_flyout",
        _FLYOUT,
        (_WHAT, _ID, responses.CALLBACK, api.LANG),
        (400,),
        cached=False,
    )
    def flyout(what: str) -> Response:
        """Summarize an entity, a type or a property."""
        ours, identifier = writer(), request.args.get("id", "")
        match what:
            case "entity":
                entity = _known(ours, identifier)
                name, text = ours.name(entity), ours.description(entity)
            case "type":
                name, text = (
                    str(ours.kind(requests.read_kind(identifier, ours.reconciler))["name"]),
                    identifier,
                )
            case "property":
                name = str(
                    ours.property(
                        requests.read_property(identifier, ours.reconciler, "The request")
                    )["name"]
                )
                text = identifier
            case _:
                raise not_found(request.path)
        html = render_template("reconcile_flyout.html", name=name, text=text)
        return responses.answered({"id": identifier, "html": html})

    @app.get("/reconcile/preview")
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


def _entities(
    ours: responses.ResponseWriter, index: SearchIndex, prefix: str, kinds: list[str], most: int
) -> list[Entity]:
    """Resources for the beginning of a name or an identifier, best first."""
    entities = ours.reconciler.entities
    named = entities.get(prefix) if "/" in prefix else None
    hits = index.search(prefix, ours.page.language, most, kinds=kinds, within="names")
    found = (entities.get(hit.iri.value) for hit in hits)
    of_kinds = [
        entity for entity in (named, *found) if entity and (not kinds or entity.kind in kinds)
    ]
    return list(dict.fromkeys(of_kinds))[:most]


def _suggested(ours: responses.ResponseWriter, entity: Entity) -> responses.Json:
    suggestion: responses.Json = {
        "id": entity.id,
        "name": ours.name(entity),
        "notable": [ours.type_of(entity)],
    }
    description = ours.description(entity)
    return suggestion | ({"description": description} if description else {})


def _matching(suggestions: Iterable[responses.Json], prefix: str) -> list[responses.Json]:
    """A page of the suggestions with a text in their identifier or name, those that begin with it first."""
    folded = fold_name(prefix)

    def texts(one: responses.Json) -> tuple[str, str]:
        return fold_name(str(one["name"])), fold_name(str(one["id"]))

    found = [
        one
        for one in suggestions
        if prefix == one["id"] or any(folded in text for text in texts(one))
    ]
    found.sort(
        key=lambda one: (
            one["id"] != prefix,
            not any(text.startswith(folded) for text in texts(one)),
        )
    )
    return found[_part()]


def _facts(ours: responses.ResponseWriter, entity: Entity) -> list[tuple[str, list[str]]]:
    """Names of properties with their values, for a preview."""
    facts: list[tuple[str, list[str]]] = []
    for identifier in _PREVIEWED:
        property_ = ours.reconciler.properties.get(identifier)
        values = ours.reconciler.properties.values(entity, property_) if property_ else []
        values = list(dict.fromkeys(values))[:_MAX_VALUES]
        texts = [ours.name(value) if isinstance(value, Entity) else str(value) for value in values]
        if (
            property_ and texts and all(texts != others for _, others in facts)
        ):  # a country has its ISO code twice
            short = [
                text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…" for text in texts
            ]
            facts.append((str(ours.property(property_)["name"]), short))
    return facts


def _known(ours: responses.ResponseWriter, identifier: str) -> Entity:
    entity = ours.reconciler.entities.get(identifier)
    if entity is None:
        raise not_found(f"{request.path}?id={identifier[:100]}")
    return entity


def _part() -> slice:
    """The requested part of the suggestions."""
    first = min(_number("cursor", 0, 0), MAX_CURSOR)
    return slice(first, first + min(_number("limit", SUGGESTIONS, 1), MAX_SUGGESTIONS))


def _number(name: str, default: int, minimum: int) -> int:
    """A parameter that is a whole number."""
    value = request.args.get(name, "")
    if not value:
        return default
    number = whole_number(value, minimum, sys.maxsize)
    if number is None:
        requests.refuse(f"The parameter '{name}' must be a whole number from {minimum} on.")
    return number


_CONTENTS = "Results for `queries`, candidates for `query`, or values for `extend`"
_BODIES = (*requests.RESULTS, requests.ReconciliationManifest)
_RESULTS = api.answer(f"{_CONTENTS}.", {JSON.media_type: requests.RESULTS}, responses.SCRIPT)
_OR_MANIFEST = api.answer(
    f"{_CONTENTS}; without these parameters, the manifest.",
    {JSON.media_type: _BODIES},
    responses.SCRIPT,
    HTML,
)
_PARAMETERS = (
    api.Parameter("queries", "Batch of queries, by keys that the client chooses.", requests.Batch),
    api.Parameter("query", "Name, or query as JSON."),
    responses.TYPES,
    api.Parameter(
        "limit", "Maximum number of candidates for a name.", api.whole(1, default=requests.LIMIT)
    ),
    api.Parameter(
        "extend",
        "Identifiers of entities, and the properties whose values to return.",
        requests.ReconciliationExtension,
    ),
    responses.CALLBACK,
    api.LANG,
)
_EXCLUSIVE = "`queries`, `query` and `extend` are mutually exclusive."
_BODY = {api.FORM: requests.ReconciliationForm}
_LONGEST = f"Form body of at most {MAX_BATCH:,} bytes."


def add_routes(
    app: Flask, site: Site, service: Contributions | None, local_hosts: AcceptedHosts
) -> None:
    """/reconcile and the other paths of its manifest.

    Files are read where the server takes contributions.
    """

    def server() -> str:
        return responses.server_address(request, site, local_hosts)

    def writer() -> responses.ResponseWriter:
        page = Page.requested(site)
        return responses.ResponseWriter(reconciler_of(page.snapshot), page)

    @app.route("/reconcile", methods=["GET", "POST"])
    @api.operation(
        "reconcile_by_get",
        _OR_MANIFEST,
        _PARAMETERS,
        (408, 413, 429),
        method="GET",
        summary="Return the manifest, reconcile names, or extend data",
        description=_EXCLUSIVE,
    )
    @api.operation(
        "reconcile",
        _RESULTS,
        (responses.CALLBACK, api.LANG),
        method="POST",
        body=_BODY,
        body_description=_LONGEST,
    )
    def reconcile() -> Response:
        """Reconcile names, or extend data.

        `queries`, `query` and `extend` are mutually exclusive.
        """
        given = {**request.args, **request.form}
        ours = writer()
        reconciler = ours.reconciler
        if len(exclusive := given.keys() & {"query", "queries", "extend"}) > 1:
            requests.refuse(
                f"Only one of the parameters {' and '.join(sorted(exclusive))} can be answered at a time."
            )
        if "queries" in given:
            batch = requests.read_batch(given["queries"], reconciler)
            return responses.answered({key: ours.candidates(query) for key, query in batch.items()})
        if "query" in given:
            kinds = [*request.args.getlist("type"), *request.form.getlist("type")]
            return responses.answered(
                ours.candidates(
                    requests.read_single(given["query"], kinds, given.get("limit"), reconciler)
                )
            )
        if "extend" in given:
            return responses.answered(
                ours.extension(*requests.read_extension(given["extend"], reconciler))
            )
        if request.method == "POST":
            requests.refuse(
                "A POST must be a form with one of the parameters queries, query and extend."
            )
        vary = f"{VARY}, Host, X-Forwarded-Proto"
        # clients of the API accept JSON or any format
        if (
            "callback" not in request.args
            and preferred(request.accept_mimetypes, JSON_OR_PAGE.by_media_type) is HTML
        ):
            page = Response(_page(server(), ours), content_type=HTML.content_type)
            return cached(page, Caching.REVALIDATED, vary=vary)
        return responses.answered(responses.manifest(server(), site.addresses, ours), vary)

    reconcile_table.add_routes(app, writer, site, service)
    add_suggest_routes(app, writer, site)


def _page(server: str, ours: responses.ResponseWriter) -> str:
    """The page with instructions for the service of the server at an address."""
    alone = f"{server}/reconcile"
    language = chosen_language(request)
    return render_template(
        "reconcile.html",
        service=alone if language == SOURCE_LANGUAGE else f"{alone}?lang={language}",
        service_alone=alone,
        types=ours.types(),
        kinds=ours.reconciler.entities.kinds,
        most=format_decimal(requests.MAX_QUERIES),
    )
