"""Parsing of query batches and data extension queries (Reconciliation Service API 0.2, sections 4 and 7)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from math import isinf
from typing import NoReturn

from gcmgraph.publication.reconciliation.properties import UNKNOWN, Property
from gcmgraph.publication.reconciliation.reconciler import Given, Reconciler, ReconciliationQuery
from gcmgraph.translations.languages import SOURCE_LANGUAGE
from gcmgraph.web.http.problems import Problem, ProblemError

#: Maximum number of queries in a batch, of resources in an extension, and of properties in either.
MAX_QUERIES, MAX_IDS, MAX_PROPERTIES = 1_000, 1_000, 50

#: Candidates for a query: default and maximum.
LIMIT, MAX_LIMIT = 5, 50

#: Maximum number of values of one property in a query.
MAX_VALUES = 20

#: Maximum number of characters of a name; a longer text has no candidates.
MAX_TEXT = 1_000

STRICTNESS = ("any", "should", "all")


@dataclass(frozen=True)
class RequestedProperty:
    """A property to return, with at most `limit` values a resource (0: all), and texts in one language (None: any)."""

    property: Property
    limit: int = 0
    language: str | None = None


@dataclass(frozen=True)
class Extension:
    """A data extension query for values of properties."""

    ids: tuple[str, ...]
    properties: tuple[RequestedProperty, ...]


def refuse(detail: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST, hint: str | None = None) -> NoReturn:
    """Raise a problem for a request that cannot be answered."""
    raise ProblemError(Problem(status, detail, {"hint": hint} if hint else {}, language=SOURCE_LANGUAGE))


def read_batch(given: object, reconciler: Reconciler) -> dict[str, ReconciliationQuery]:
    """The queries of a batch by their keys, from JSON or its text. Raises `ProblemError`: 400, or 413 for too many."""
    batch = read_json(given, "The parameter 'queries'") if isinstance(given, str) else given
    if not isinstance(batch, dict):
        refuse('The parameter \'queries\' must be a JSON object of queries, such as {"q0": {"query": "Niger"}}.')
    if len(batch) > MAX_QUERIES:
        refuse(
            f"The batch has {len(batch):,} queries; it may have {MAX_QUERIES:,}.",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            hint=f"Send batches of {MAX_QUERIES:,} queries or fewer ('batchSize' in the manifest).",
        )
    return {key: _query(query, f"The query {_shown(key)}", reconciler) for key, query in batch.items()}


def read_single(text: str, kinds: list[str], limit: str | None, reconciler: Reconciler) -> ReconciliationQuery:
    """The query of the parameter `query`: a JSON object or a name. Raises `ProblemError`."""
    if text.lstrip().startswith("{"):
        return _query(read_json(text, "The parameter 'query'"), "The query", reconciler)
    query: dict[str, object] = {"query": text, "type": kinds}
    if limit is not None:
        query["limit"] = int(limit) if limit.isascii() and limit.isdecimal() and len(limit) < 9 else limit
    return _query(query, "The query", reconciler)


def read_extension(given: object, reconciler: Reconciler) -> Extension:
    """A data extension query, from JSON or its text. Raises `ProblemError`: 400, or 413 for too many resources."""
    extension = read_json(given, "The parameter 'extend'") if isinstance(given, str) else given
    ids = extension.get("ids") if isinstance(extension, dict) else None
    properties = extension.get("properties") if isinstance(extension, dict) else None
    if not isinstance(ids, list) or not isinstance(properties, list) or not all(isinstance(i, str) for i in ids):
        refuse("The parameter 'extend' must be a JSON object with the lists 'ids' (texts) and 'properties' (objects).")
    if len(ids) > MAX_IDS:
        refuse(f"There are {len(ids):,} ids; there may be {MAX_IDS:,}.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if len(properties) > MAX_PROPERTIES:
        refuse(f"There are {len(properties)} properties; there may be {MAX_PROPERTIES}.")
    return Extension(tuple(ids), tuple(_requested_property(each, reconciler) for each in properties))


def read_json(text: str | bytes, name: str) -> object:
    """JSON with numbers that a double can hold. `name` begins the sentence of a problem. Raises `ProblemError`."""
    try:
        return json.loads(text, parse_constant=_no_constant, parse_int=_integer, parse_float=_float)
    except json.JSONDecodeError as error:
        refuse(f"{name} is not JSON: {error.msg} at character {error.pos + 1}.")
    except (ValueError, RecursionError):  # NaN, deeply nested brackets
        refuse(f"{name} is not JSON that can be read: too deep, or a number that is none.")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _integer(digits: str) -> int:
    """An integer that a double can hold (RFC 8259, 6): longer ones take long to convert. Raises `ProblemError`."""
    _float(digits)
    return int(digits)


def _float(digits: str) -> float:
    """A number within the range of a double. Raises `ProblemError`."""
    number = float(digits)
    if isinf(number):
        shown = digits if len(digits) <= 20 else f"{digits[:17]}…"
        refuse(f"The number {shown} is too large.", hint="Numbers are those of 64 bits, up to 1.79e308.")
    return number


def _query(query: object, where: str, reconciler: Reconciler) -> ReconciliationQuery:
    if not isinstance(query, dict):
        refuse(f"{where} is not a JSON object.")
    text, properties = query.get("query", ""), query.get("properties", [])
    if not isinstance(text, str):
        refuse(f"{where}: 'query' must be a text.")
    if not isinstance(properties, list) or len(properties) > MAX_PROPERTIES:
        refuse(f"{where}: 'properties' must be a list of at most {MAX_PROPERTIES} objects.")
    if "query" not in query and not properties:
        refuse(f"{where} has neither 'query' nor 'properties'.")
    if query.get("type_strict", "any") not in STRICTNESS:
        refuse(f"{where}: 'type_strict' must be one of {', '.join(STRICTNESS)}.")
    limit = query.get("limit", LIMIT)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or limit != int(limit) or limit < 1:
        refuse(f"{where}: 'limit' must be a whole number from 1 on.")
    read = (_given(each, where, reconciler) for each in properties)
    given = tuple(each for each in read if each is not None)
    kinds = _kinds(query.get("type", []), where, reconciler)
    return ReconciliationQuery(text if len(text) <= MAX_TEXT else "", kinds, min(int(limit), MAX_LIMIT), given)


def _kinds(given: object, where: str, reconciler: Reconciler) -> tuple[str, ...]:
    kinds = [given] if isinstance(given, str) else given
    if not isinstance(kinds, list):
        refuse(f"{where}: 'type' must be a text or a list of texts.")
    return tuple(read_kind(kind, reconciler, where) for kind in kinds if kind != "")


def read_kind(kind: object, reconciler: Reconciler, where: str = "The request") -> str:
    """A type by its identifier, or by the IRI, the CURIE or the name of a class of it. Raises `ProblemError`."""
    known = reconciler.entities.kinds
    if isinstance(kind, str) and kind not in known:
        kind = reconciler.entities.kind_of_class(kind) or kind
    if kind not in known or not isinstance(kind, str):
        refuse(f"{where} names the unknown type {_shown(kind)}.", hint=f"Types: {', '.join(known)}.")
    return kind


def read_property(identifier: object, reconciler: Reconciler, where: str) -> Property:
    """A property by its identifier. Raises `ProblemError`."""
    if not isinstance(identifier, str):
        refuse(f"{where}: the identifier of a property must be a text.")
    found = reconciler.properties.get(identifier)
    if found is None:
        hint = "Properties of a type: /reconcile/properties?type=country."
        refuse(f"{where} names the unknown property {_shown(identifier)}.", hint=hint)
    return found


def _given(given: object, where: str, reconciler: Reconciler) -> Given | None:
    """A property with its values; None for a property that the graph does not have, which is no evidence."""
    if not isinstance(given, dict) or "pid" not in given or "v" not in given:
        refuse(f"{where}: a property must be an object with 'pid' and 'v'.")
    values = given["v"] if isinstance(given["v"], list) else [given["v"]]
    if len(values) > MAX_VALUES:
        refuse(f"{where}: a property may have {MAX_VALUES} values.")
    if not isinstance(given["pid"], str):
        refuse(f"{where}: the identifier of a property must be a text.")
    read = tuple(_value(value, where) for value in values)
    found = reconciler.properties.get(given["pid"])
    return None if found is None else Given(found, read, excluded=given.get("matchQuantifier") == "none")


def _value(value: object, where: str) -> str:
    match value:
        case {"id": str(identifier)}:
            return identifier[:MAX_TEXT]
        case bool():
            return "true" if value else "false"
        case str():
            return value[:MAX_TEXT]
        case int() | float():
            return str(int(value)) if float(value).is_integer() else str(value)
    refuse(f"{where}: the value of a property must be a text, a number, true, false, or an object with 'id'.")


def _requested_property(given: object, reconciler: Reconciler) -> RequestedProperty:
    if not isinstance(given, dict) or "id" not in given:
        refuse("Each of 'properties' must be an object with 'id'.")
    settings = given.get("settings") or {}
    if not isinstance(settings, dict):
        refuse("The 'settings' of a property must be an object.")
    limit = settings.get("limit") or 0
    if isinstance(limit, str) and limit.isascii() and limit.isdecimal() and len(limit) < 9:
        limit = int(limit)  # OpenRefine sends form values as texts
    if isinstance(limit, bool) or not isinstance(limit, int | float) or limit != int(limit) or limit < 0:
        refuse("The setting 'limit' of a property must be a whole number.")
    language = settings.get("language") or None
    if language is not None and not isinstance(language, str):
        refuse("The setting 'language' of a property must be a language tag, such as fr.")
    if not isinstance(given["id"], str):
        refuse("The extension: the identifier of a property must be a text.")
    found = reconciler.properties.get(given["id"]) or Property(given["id"], UNKNOWN)
    return RequestedProperty(found, int(limit), language.lower() if language and language != "any" else None)


def _shown(value: object) -> str:
    """A value of the request, shortened for a message."""
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()  # '?' for lone surrogates
    return text if len(text) <= 60 else f"{text[:57]}…"
