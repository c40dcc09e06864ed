"""Candidates, values, types and manifests as JSON (Reconciliation Service API 0.2, section 3.1 for the manifest)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Request, Response, request

from gcmgraph import __version__
from gcmgraph.model.kinds import KINDS
from gcmgraph.publication.reconciliation.entities import UNKNOWN, Entity, EntityProperty, Value
from gcmgraph.publication.reconciliation.reconciler import (
    CandidateQuery,
    Reconciler,
    ScoredCandidate,
)
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import Literal
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.hosts import AcceptedHosts
from gcmgraph.web.i18n import KIND_NAMES, chosen_language
from gcmgraph.web.reconciliation_api.requests import (
    MAX_QUERIES,
    RequestedProperty,
    refuse,
    type_identifier,
)
from gcmgraph.web.services import Site
from gcmgraph.web.templating import Page

#: Name of the property for the IRI of a resource.
_ADDRESS_NAME = "IRI"

Json = dict[str, Any]

#: Name of the function of JSONP, and types of entities.
CALLBACK = api.Parameter(
    "callback", "Name of the JavaScript function that wraps the response (JSONP)."
)
TYPES = api.Parameter(
    "type", "Types of the entities; an entity of any of them matches.", api.many(api.one_of(KINDS))
)

#: Media type of a response with `callback`.
SCRIPT = "text/javascript"

#: Permitted names of JSONP functions: dotted identifiers, without any other code.
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]{0,99}(?:\.[A-Za-z_$][\w$]{0,99}){0,4}", re.ASCII)


@dataclass(frozen=True)
class ResponseWriter:
    """Writer of responses about one dataset version in one language."""

    reconciler: Reconciler
    page: Page

    def candidates(self, query: CandidateQuery) -> Json:
        """The result of a query."""
        return {"result": [self._candidate(one) for one in self.reconciler.candidates(query)]}

    def _candidate(self, one: ScoredCandidate) -> Json:
        features: list[Json] = [
            {"id": f"agrees:{pid}", "value": agrees} for pid, agrees in one.agree.items()
        ]
        if one.name_score is not None:
            features[:0] = [
                {"id": "name", "value": one.name_score},
                {"id": "same", "value": one.same},
            ]
        candidate: Json = {
            "id": one.entity.id,
            "name": self.name(one.entity),
            "type": [self.type_of(one.entity)],
            "score": one.score,
            "match": one.match,
            "features": features,
        }
        description = self.description(one.entity, one.name)
        return candidate | ({"description": description} if description else {})

    def name(self, entity: Entity) -> str:
        """The name of a resource."""
        return self.reconciler.entities.name(entity, self.page.language)

    def description(self, entity: Entity, found_by: str | None = None) -> str:
        """The code of a resource, and another name by which it was found."""
        parts = [self.reconciler.entities.notation(entity), found_by]
        return " · ".join(
            part for part in dict.fromkeys(parts) if part and part != self.name(entity)
        )

    def types(self) -> list[Json]:
        """The types of all resources: their classes."""
        return [
            self._type(kind, curie)
            for kind in self.reconciler.entities.kinds
            for curie in KINDS[kind].classes
        ]

    def type_of(self, entity: Entity) -> Json:
        """The type of a resource."""
        classes = KINDS[entity.kind].classes
        return self._type(
            entity.kind, classes[1] if len(classes) > 1 and "." in entity.id else classes[0]
        )

    def kind(self, kind: str) -> Json:
        """The type of the resources of a kind; the first where they have several."""
        return self._type(kind, KINDS[kind].classes[0])

    def _type(self, kind: str, curie: str) -> Json:
        """A type.

        `schemaSpace` followed by its identifier is the IRI of its class, where the class is ours.
        """
        several = len(KINDS[kind].classes) > 1
        label = self.page.term_label_of(curie).text if several else str(KIND_NAMES[kind])
        return {"id": type_identifier(kind, curie), "name": label}

    def property(self, property_: EntityProperty) -> Json:
        """A property; its name ends with the language or host to which its values are limited."""
        if property_.predicate is None:
            return {"id": property_.id, "name": _ADDRESS_NAME}
        if property_.predicate == UNKNOWN:
            return {"id": property_.id, "name": property_.id}
        limited_to = property_.language or property_.host
        name = self.page.term_label(property_.predicate).text
        return {"id": property_.id, "name": f"{name} ({limited_to})" if limited_to else name}

    def extension(self, ids: list[str], properties: list[RequestedProperty]) -> Json:
        """Values of properties; none for an unknown resource."""
        rows: dict[str, dict[str, list[Json]]] = {}
        kinds: dict[str, set[str | None]] = {}
        for identifier in ids:
            entity = self.reconciler.entities.get(identifier)
            row = rows.setdefault(identifier, {})
            for requested in properties:
                values = self._values(entity, requested) if entity else []
                row[requested.property.id] = [self._value(value) for value in values]
                of_kind = (value.kind if isinstance(value, Entity) else None for value in values)
                kinds.setdefault(requested.property.id, set()).update(of_kind)
        meta = [self._meta(one.property, kinds.get(one.property.id, set())) for one in properties]
        return {"meta": meta, "rows": rows}

    def _values(self, entity: Entity, requested: RequestedProperty) -> list[Value]:
        properties = self.reconciler.properties
        values = properties.values(entity, requested.property)
        if requested.language is not None and requested.property.predicate is not None:
            terms = properties.terms(entity, requested.property)
            values = [
                value
                for value, term in zip(values, terms, strict=True)
                if not isinstance(term, Literal)
                or term.language is None
                or term.language.lower() == requested.language
            ]
        values = list(dict.fromkeys(values))  # one of several terms with one text
        return values[: requested.limit] if requested.limit else values

    def _value(self, value: Value) -> Json:
        match value:
            case Entity():
                return {"id": value.id, "name": self.name(value)}
            case int():
                return {"int": value}
            case float():
                return {"float": value}
        return {"str": value}

    def _meta(self, property_: EntityProperty, kinds: set[str | None]) -> Json:
        one = next(iter(kinds)) if len(kinds) == 1 else None
        return self.property(property_) | ({"type": self.kind(one)} if one else {})


def answered(content: Json, vary: str = "Accept-Language") -> Response:
    """A response as JSON, or as a call of the function in the parameter `callback` (JSONP)."""
    body = json.dumps(content, ensure_ascii=True, allow_nan=False)
    callback = request.args.get("callback")
    if callback is None:
        response = Response(body, content_type="application/json")
    elif _CALLBACK.fullmatch(callback):
        # the comment prevents interpretation as anything else than a script (Rosetta Flash)
        response = Response(
            f"/**/{callback}({body});", content_type="text/javascript; charset=utf-8"
        )
    else:
        refuse("The parameter 'callback' must be the name of a JavaScript function.")
    return cached(response, Caching.REVALIDATED, vary=vary, language=chosen_language(request))


#: Size of a preview, in pixels.
PREVIEW_WIDTH, PREVIEW_HEIGHT = 430, 320

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")


def server_address(request: Request, site: Site, local_hosts: AcceptedHosts) -> str:
    """The address of this server for a client, without a final slash: that of the setting `public_url`.

    Where that is unset, the address is the requested one if its host is local (`localhost`, an IP
    address), else the base IRI: a client may write any name into Host.
    """
    host = request.headers.get("Host", "")
    has_public_address = site.public_base != site.addresses.base
    if has_public_address or not _HOST.fullmatch(host) or not local_hosts.accepts_host(host):
        return site.public_base.rstrip("/")
    forwarded = request.headers.get("X-Forwarded-Proto", "")
    scheme = forwarded if forwarded in {"http", "https"} else request.scheme
    return f"{scheme}://{host}{request.script_root}"


def manifest(server: str, addresses: Addresses, writer: ResponseWriter) -> Json:
    """The manifest of the server at an address, for the language of a request."""
    lang = request.args.get("lang", "")
    language = {"lang": lang} if lang in LANGUAGES else {}

    def at(path: str, template: str = "") -> str:
        """A path of the service; `template` is added to its query."""
        query = "&".join(part for part in (urlencode(language), template) if part)
        return f"/reconcile{path}?{query}" if query else f"/reconcile{path}"

    def suggest(what: str) -> Json:
        return {
            "service_url": server,
            "service_path": at(f"/suggest/{what}"),
            "flyout_service_url": server,
            "flyout_service_path": at(f"/flyout/{what}", "id=${id}"),
        }

    return {
        "versions": ["0.1", "0.2"],
        "name": "GCM Graph",
        "identifierSpace": writer.reconciler.entities.space,
        "schemaSpace": addresses.ontology,
        "documentation": f"{server}{at('')}",
        "serviceVersion": __version__,
        "logo": f"{server}/static/apple-touch-icon.png",
        "defaultTypes": writer.types(),
        "view": {"url": f"{server}/resolve?uri={addresses.base}id/{{{{id}}}}"},
        "preview": {
            "url": f"{server}{at('/preview', 'id={{id}}')}",
            "width": PREVIEW_WIDTH,
            "height": PREVIEW_HEIGHT,
        },
        "suggest": {what: suggest(what) for what in ("entity", "property", "type")},
        "extend": {
            "propose_properties": {"service_url": server, "service_path": at("/properties")},
            "property_settings": _property_settings(),
        },
        "batchSize": MAX_QUERIES,
    }


def _property_settings() -> list[Json]:
    """Settings of the properties of a data extension."""
    return [
        {
            "name": "limit",
            "label": "Limit",
            "type": "number",
            "default": 0,
            "help_text": "Maximum number of values of a resource; 0 for all.",
        },
        {
            "name": "language",
            "label": "Language",
            "type": "select",
            "default": "any",
            "help_text": "Texts in one language.",
            "choices": [
                {"value": "any", "name": "any"},
                *({"value": tag, "name": name} for tag, name in LANGUAGES.items()),
            ],
        },
    ]
