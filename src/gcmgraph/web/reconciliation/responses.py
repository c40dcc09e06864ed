"""Candidates and values as the reconciliation service tells them (Reconciliation Service API 0.2)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from flask import Response, request

from gcmgraph.model.terms import Literal
from gcmgraph.publication.reconciliation.entities import Entity
from gcmgraph.publication.reconciliation.properties import Property, Value
from gcmgraph.publication.reconciliation.reconciler import Reconciler, ReconciliationQuery, Weighed
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.i18n.names import KIND_NAMES
from gcmgraph.web.reconciliation.requests import Extension, Wish, refuse
from gcmgraph.web.templating.page import Page

#: The name of the property that is the address of the thing itself.
_ADDRESS_NAME = "IRI"

Json = dict[str, object]

#: Names of functions that an answer may call: dotted identifiers, nothing that could hold a script.
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]{0,99}(?:\.[A-Za-z_$][\w$]{0,99}){0,4}", re.ASCII)


@dataclass(frozen=True)
class Answers:
    """What is told of one dataset version in one language."""

    reconciler: Reconciler
    page: Page

    def candidates(self, query: ReconciliationQuery) -> Json:
        """The result of a query."""
        return {"result": [self._candidate(one) for one in self.reconciler.candidates(query)]}

    def _candidate(self, one: Weighed) -> Json:
        features: list[Json] = [{"id": f"agrees:{pid}", "value": agrees} for pid, agrees in one.agree.items()]
        if one.name_score is not None:
            features[:0] = [{"id": "name", "value": one.name_score}, {"id": "same", "value": one.same}]
        told: Json = {
            "id": one.entity.id,
            "name": self.name(one.entity),
            "type": [self.kind(one.entity.kind)],
            "score": one.score,
            "match": one.match,
            "features": features,
        }
        description = self.description(one.entity, one.name)
        return told | ({"description": description} if description else {})

    def name(self, entity: Entity) -> str:
        """What a thing is called."""
        return self.reconciler.entities.name(entity, self.page.language)

    def description(self, entity: Entity, also: str | None = None) -> str:
        """The code of a thing, and another name by which it was found."""
        told = [self.reconciler.entities.notation(entity), also]
        return " · ".join(part for part in dict.fromkeys(told) if part and part != self.name(entity))

    def kind(self, kind: str) -> Json:
        """A type."""
        return {"id": kind, "name": str(KIND_NAMES[kind])}

    def property(self, wanted: Property) -> Json:
        """A property; the language or host that it is narrowed to stands behind its name."""
        if wanted.predicate is None:
            return {"id": wanted.id, "name": _ADDRESS_NAME}
        narrowed = wanted.language or wanted.host
        name = self.page.term_label(wanted.predicate).text
        return {"id": wanted.id, "name": f"{name} ({narrowed})" if narrowed else name}

    def extension(self, extension: Extension) -> Json:
        """The values of properties of things; none of things that are unknown."""
        rows: dict[str, dict[str, list[Json]]] = {}
        kinds: dict[str, set[str | None]] = {}
        for identifier in extension.ids:
            entity = self.reconciler.entities.get(identifier)
            row = rows.setdefault(identifier, {})
            for wish in extension.wishes:
                values = self._values(entity, wish) if entity else []
                row[wish.property.id] = [self._value(value) for value in values]
                of_kind = (value.kind if isinstance(value, Entity) else None for value in values)
                kinds.setdefault(wish.property.id, set()).update(of_kind)
        meta = [self._meta(wish.property, kinds.get(wish.property.id, set())) for wish in extension.wishes]
        return {"meta": meta, "rows": rows}

    def _values(self, entity: Entity, wish: Wish) -> list[Value]:
        properties = self.reconciler.properties
        values = properties.values(entity, wish.property)
        if wish.language is not None and wish.property.predicate is not None:
            terms = properties.terms(entity, wish.property)
            values = [
                value
                for value, term in zip(values, terms, strict=True)
                if not isinstance(term, Literal) or term.language is None or term.language.lower() == wish.language
            ]
        return values[: wish.limit] if wish.limit else values

    def _value(self, value: Value) -> Json:
        match value:
            case Entity():
                return {"id": value.id, "name": self.name(value)}
            case int():
                return {"int": value}
            case float():
                return {"float": value}
        return {"str": value}

    def _meta(self, wanted: Property, kinds: set[str | None]) -> Json:
        told = self.property(wanted)
        one = next(iter(kinds)) if len(kinds) == 1 else None
        return told | ({"type": self.kind(one)} if one else {})


def answered(told: Json, vary: str = "Accept-Language") -> Response:
    """An answer as JSON; as a call of the function `callback`, where that is asked for (JSONP)."""
    body = json.dumps(told, ensure_ascii=True, allow_nan=False)
    callback = request.args.get("callback")
    if callback is None:
        response = Response(body, content_type="application/json")
    elif _CALLBACK.fullmatch(callback):
        # the comment keeps the answer from being read as anything else than a script (Rosetta Flash)
        response = Response(f"/**/{callback}({body});", content_type="text/javascript; charset=utf-8")
    else:
        refuse("The parameter 'callback' must be the name of a JavaScript function.")
    return cached(response, Caching.REVALIDATED, vary=vary, language=chosen_language(request))
