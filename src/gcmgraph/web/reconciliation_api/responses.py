"""Candidates, values and types as JSON (Reconciliation Service API 0.2)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from gcmgraph.model.kinds import KINDS
from gcmgraph.publication.reconciliation.entities import UNKNOWN, Entity, EntityProperty, Value
from gcmgraph.publication.reconciliation.reconciler import (
    CandidateQuery,
    Reconciler,
    ScoredCandidate,
)
from gcmgraph.rdf.terms import Literal
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.i18n import KIND_NAMES, chosen_language
from gcmgraph.web.reconciliation_api.requests import (
    RequestedProperty,
    refuse,
    type_identifier,
)
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
        candidates = self.reconciler.candidates(query)
        return {"result": [self._candidate(candidate) for candidate in candidates]}

    def _candidate(self, candidate: ScoredCandidate) -> Json:
        features: list[Json] = []
        if candidate.name_score is not None:
            features.append({"id": "name", "value": candidate.name_score})
            features.append({"id": "same", "value": candidate.same})
        for property_id, agrees in candidate.agree.items():
            features.append({"id": f"agrees:{property_id}", "value": agrees})
        document: Json = {
            "id": candidate.entity.id,
            "name": self.name(candidate.entity),
            "type": [self.type_of(candidate.entity)],
            "score": candidate.score,
            "match": candidate.match,
            "features": features,
        }
        description = self.description(candidate.entity, candidate.name)
        if description:
            document["description"] = description
        return document

    def name(self, entity: Entity) -> str:
        """The name of a resource."""
        return self.reconciler.entities.name(entity, self.page.language)

    def description(self, entity: Entity, matched_name: str | None = None) -> str:
        """The code of a resource, and another name by which it was found."""
        parts = dict.fromkeys([self.reconciler.entities.notation(entity), matched_name])
        name = self.name(entity)
        return " · ".join(part for part in parts if part and part != name)

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
        is_second_class = len(classes) > 1 and "." in entity.id
        return self._type(entity.kind, classes[1] if is_second_class else classes[0])

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
        kinds_by_property: dict[str, set[str | None]] = {}
        for identifier in ids:
            entity = self.reconciler.entities.get(identifier)
            row = rows.setdefault(identifier, {})
            for requested in properties:
                property_id = requested.property.id
                values = self._values(entity, requested) if entity else []
                row[property_id] = [self._value(value) for value in values]
                kinds = kinds_by_property.setdefault(property_id, set())
                kinds.update(value.kind if isinstance(value, Entity) else None for value in values)
        meta = []
        for requested in properties:
            kinds = kinds_by_property.get(requested.property.id, set())
            meta.append(self._property_with_type(requested.property, kinds))
        return {"meta": meta, "rows": rows}

    def _values(self, entity: Entity, requested: RequestedProperty) -> list[Value]:
        """The values of a property, texts in the requested language, without repetitions."""
        properties = self.reconciler.properties
        values = properties.values(entity, requested.property)
        if requested.language is not None and requested.property.predicate is not None:
            terms = properties.terms(entity, requested.property)
            values = [
                value
                for value, term in zip(values, terms, strict=True)
                if _is_in_language(term, requested.language)
            ]
        distinct_values = list(dict.fromkeys(values))
        return distinct_values[: requested.limit] if requested.limit else distinct_values

    def _value(self, value: Value) -> Json:
        match value:
            case Entity():
                return {"id": value.id, "name": self.name(value)}
            case int():
                return {"int": value}
            case float():
                return {"float": value}
        return {"str": value}

    def _property_with_type(self, property_: EntityProperty, kinds: set[str | None]) -> Json:
        """A property with the type of its values, if all are resources of one kind."""
        document = self.property(property_)
        kind = next(iter(kinds)) if len(kinds) == 1 else None
        if kind:
            document["type"] = self.kind(kind)
        return document


def _is_in_language(term: object, language: str) -> bool:
    """Whether a term is in a language, or in none."""
    if not isinstance(term, Literal) or term.language is None:
        return True
    return term.language.lower() == language


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
