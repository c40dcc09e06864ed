"""Queries and data extension queries of version 0.2 (sections 4 and 7), read from JSON.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from math import isinf
from typing import NoReturn, TypeVar

from gcmgraph.model.kinds import KINDS
from gcmgraph.publication.reconciliation.entities import UNKNOWN, EntityProperty
from gcmgraph.publication.reconciliation.reconciler import CandidateQuery, PropertyValue, Reconciler
from gcmgraph.web.http.problems import problem

#: Maximum number of queries in a batch, of resources in an extension, and of properties in either.
MAX_QUERIES = 1_000
MAX_IDS = 1_000
MAX_PROPERTIES = 50

#: Candidates for a query: default and maximum.
LIMIT = 5
MAX_LIMIT = 50

#: Maximum number of values of one property in a query, and of all values in a batch: each is
#: compared with names.
MAX_VALUES = 20
MAX_BATCH_VALUES = 10_000

#: Maximum number of characters of a name; a longer text has no candidates.
MAX_TEXT = 1_000

#: Maximum number of characters of a part of the request in a message.
_MAX_QUOTED = 60

#: Maximum number of digits of a number that is written as text.
_MAX_DIGITS = 8

#: Values of `type_strict`.
STRICTNESS = ("any", "should", "all")

_TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

T = TypeVar("T")


@dataclass(frozen=True)
class RequestedProperty:
    """A property to return, with at most `limit` values a resource (0: all).

    Texts are in one language (None: any).
    """

    property: EntityProperty
    limit: int = 0
    language: str | None = None


def refuse(
    detail: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST, hint: str | None = None
) -> NoReturn:
    """Raise a problem for a request that cannot be answered."""
    raise problem(detail, status, hint)


def read_batch(text: str, reconciler: Reconciler) -> dict[str, CandidateQuery]:
    """The queries of a batch by their keys.

    Raises `ProblemError`: 400, or 413 for too many queries or values of their properties.
    """
    message = (
        "The parameter 'queries' must be a JSON object of queries, such as"
        ' {"q0": {"query": "Niger"}}.'
    )
    batch = _require(dict, read_json(text, "The parameter 'queries'"), message)
    if len(batch) > MAX_QUERIES:
        hint = f"Send batches of {MAX_QUERIES:,} queries or fewer ('batchSize' in the manifest)."
        message = f"The batch has {len(batch):,} queries; it may have {MAX_QUERIES:,}."
        refuse(message, _TOO_LARGE, hint)
    queries = {}
    for key, query in batch.items():
        queries[key] = _read_query(query, f"The query {_quoted(key)}", reconciler)
    count = 0
    for candidate_query in queries.values():
        count += sum(len(property_.values) for property_ in candidate_query.given)
    if count > MAX_BATCH_VALUES:
        message = (
            f"The queries have {count:,} values of properties;"
            f" a batch may have {MAX_BATCH_VALUES:,}."
        )
        refuse(message, _TOO_LARGE, "Send smaller batches.")
    return queries


def read_single(
    text: str, kinds: list[str], limit: str | None, reconciler: Reconciler
) -> CandidateQuery:
    """The query of the parameter `query`: a JSON object or a name. Raises `ProblemError`."""
    if text.lstrip().startswith("{"):
        query = read_json(text, "The parameter 'query'")
        return _read_query(query, "The query", reconciler)
    for kind in kinds:
        if kind:
            read_kind(kind, reconciler, "The query")
    named_query: dict[str, object] = {"query": text, "type": kinds}
    if limit is not None:
        named_query["limit"] = _number_of_text(limit)
    return _read_query(named_query, "The query", reconciler)


def read_extension(text: str, reconciler: Reconciler) -> tuple[list[str], list[RequestedProperty]]:
    """Identifiers and properties of a data extension query.

    Raises `ProblemError`: 400, or 413 for too many resources.
    """
    message = (
        "The parameter 'extend' must be a JSON object with the lists 'ids' (texts) and"
        " 'properties' (objects)."
    )
    extension = _require(dict, read_json(text, "The parameter 'extend'"), message)
    ids = [_require(str, id_, message) for id_ in _require(list, extension.get("ids"), message)]
    properties = _require(list, extension.get("properties"), message)
    if len(ids) > MAX_IDS:
        refuse(f"There are {len(ids):,} ids; there may be {MAX_IDS:,}.", _TOO_LARGE)
    if len(properties) > MAX_PROPERTIES:
        refuse(f"There are {len(properties)} properties; there may be {MAX_PROPERTIES}.")
    return ids, [_read_requested_property(property_, reconciler) for property_ in properties]


def read_json(text: str, name: str) -> object:
    """JSON with numbers that a double can hold.

    `name` begins the sentence of a problem. Raises `ProblemError`.
    """
    try:
        return json.loads(
            text, parse_constant=_refuse_constant, parse_int=_integer, parse_float=_float
        )
    except json.JSONDecodeError as error:
        refuse(f"{name} is not JSON: {error.msg} at character {error.pos + 1}.")
    except (ValueError, RecursionError):  # NaN, deeply nested brackets
        refuse(f"{name} is not JSON that can be read: too deep, or a number that is none.")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _integer(digits: str) -> int:
    """An integer that a double can hold (RFC 8259, 6): longer ones take long to convert.

    Raises `ProblemError`.
    """
    _float(digits)
    return int(digits)


def _float(digits: str) -> float:
    """A number within the range of a double. Raises `ProblemError`."""
    number = float(digits)
    if isinf(number):
        beginning = digits if len(digits) <= 20 else f"{digits[:17]}…"
        hint = "Numbers are those of 64 bits, up to 1.79e308."
        refuse(f"The number {beginning} is too large.", hint=hint)
    return number


def _require(kind: type[T], value: object, message: str) -> T:
    """A value of a type. 400 with the message for others."""
    if not isinstance(value, kind):
        refuse(message)
    return value


def _require_whole(value: object, minimum: int, message: str) -> int:
    """A whole number from `minimum` on. 400 with the message for others."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse(message)
    if value != int(value) or value < minimum:
        refuse(message)
    return int(value)


def _number_of_text(value: object) -> object:
    """The number of a text of digits; other values as they are.

    OpenRefine sends form values as texts.
    """
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value) if len(value) <= _MAX_DIGITS else value
    return value


def _read_query(value: object, name: str, reconciler: Reconciler) -> CandidateQuery:
    """The query of a JSON object, whose `name` begins the sentence of a problem."""
    query = _require(dict, value, f"{name} is not a JSON object.")
    text = _require(str, query.get("query", ""), f"{name}: 'query' must be a text.")
    message = f"{name}: 'properties' must be a list of at most {MAX_PROPERTIES} objects."
    properties = _require(list, query.get("properties", []), message)
    if len(properties) > MAX_PROPERTIES:
        refuse(message)
    if "query" not in query and not properties:
        refuse(f"{name} has neither 'query' nor 'properties'.")
    if query.get("type_strict", "any") not in STRICTNESS:
        refuse(f"{name}: 'type_strict' must be one of {', '.join(STRICTNESS)}.")
    message = f"{name}: 'limit' must be a whole number from 1 on."
    limit = _require_whole(query.get("limit", LIMIT), 1, message)
    property_values = [_read_property_value(value, name, reconciler) for value in properties]
    types = _read_types(query, name)
    kinds = [_kind_of(type_, reconciler) for type_ in types]
    known_kinds = tuple(kind for kind in kinds if kind is not None)
    if types and not known_kinds:
        # without candidates, so that the other queries of a batch are answered
        return CandidateQuery("")
    return CandidateQuery(
        text if len(text) <= MAX_TEXT else "",
        known_kinds,
        min(limit, MAX_LIMIT),
        tuple(value for value in property_values if value is not None),
    )


def _read_types(query: Mapping[str, object], name: str) -> list[str]:
    """The types that a query names."""
    message = f"{name}: 'type' must be a text or a list of texts."
    types = query.get("type", [])
    if not isinstance(types, str):
        types = _require(list, types, message)
    names = [types] if isinstance(types, str) else types
    return [_require(str, type_, message) for type_ in names if type_ != ""]


def _kind_of(name: str, reconciler: Reconciler) -> str | None:
    """The kind of a type by its identifier, or by the IRI, CURIE or name of a class.

    None for an unknown type.
    """
    entities = reconciler.entities
    return name if name in entities.kinds else entities.kind_of_class(name)


def type_identifier(kind: str, curie: str) -> str:
    """The identifier of the type of a class: its name if the class is ours, else its kind.

    >>> type_identifier("country", "gcm:Country"), type_identifier("concept", "skos:Concept")
    ('Country', 'concept')
    """
    prefix, _, name = curie.partition(":")
    return name if prefix == "gcm" else kind


def read_kind(name: str, reconciler: Reconciler, where: str = "The request") -> str:
    """The kind of a type, named as for `_kind_of`.

    Raises `ProblemError` with the types of the manifest.
    """
    kind = _kind_of(name, reconciler)
    if kind is None:
        identifiers = []
        for known_kind in reconciler.entities.kinds:
            classes = KINDS[known_kind].classes
            identifiers += [type_identifier(known_kind, curie) for curie in classes]
        hint = f"Types: {', '.join(identifiers)}."
        refuse(f"{where} names the unknown type {_quoted(name)}.", hint=hint)
    return kind


def read_property(identifier: str, reconciler: Reconciler, where: str) -> EntityProperty:
    """A property by its identifier. Raises `ProblemError`."""
    property_ = reconciler.properties.get(identifier)
    if property_ is None:
        hint = "Properties of a type: /reconcile/properties?type=country."
        refuse(f"{where} names the unknown property {_quoted(identifier)}.", hint=hint)
    return property_


def _read_property_value(value: object, name: str, reconciler: Reconciler) -> PropertyValue | None:
    """A property of a query with its values.

    None for a property that the graph does not have, which is no evidence.
    """
    if not isinstance(value, dict) or "pid" not in value or "v" not in value:
        refuse(f"{name}: a property must be an object with 'pid' and 'v'.")
    values = value["v"] if isinstance(value["v"], list) else [value["v"]]
    if len(values) > MAX_VALUES:
        refuse(f"{name}: a property may have {MAX_VALUES} values.")
    message = f"{name}: the identifier of a property must be a text."
    identifier = _require(str, value["pid"], message)
    texts = tuple(_text_of_value(value, name) for value in values)
    property_ = reconciler.properties.get(identifier)
    return None if property_ is None else PropertyValue(property_, texts)


def _text_of_value(value: object, name: str) -> str:
    match value:
        case {"id": str(identifier)}:
            return identifier[:MAX_TEXT]
        case bool():
            return "true" if value else "false"
        case str():
            return value[:MAX_TEXT]
        case int() | float():
            return str(int(value)) if float(value).is_integer() else str(value)
    refuse(
        f"{name}: the value of a property must be a text, a number, true, false, or an object"
        " with 'id'."
    )


def _read_requested_property(value: object, reconciler: Reconciler) -> RequestedProperty:
    if not isinstance(value, dict) or "id" not in value:
        refuse("Each of 'properties' must be an object with 'id'.")
    message = "The 'settings' of a property must be an object."
    settings = _require(dict, value.get("settings") or {}, message)
    message = "The setting 'limit' of a property must be a whole number."
    limit = _require_whole(_number_of_text(settings.get("limit") or 0), 0, message)
    message = "The setting 'language' of a property must be a language tag, such as fr."
    language = _require(str, settings.get("language") or "any", message).lower()
    message = "The extension: the identifier of a property must be a text."
    identifier = _require(str, value["id"], message)
    property_ = reconciler.properties.get(identifier)
    if property_ is None:
        property_ = EntityProperty(identifier, UNKNOWN)
    return RequestedProperty(property_, limit, None if language == "any" else language)


def _quoted(value: object) -> str:
    """A value of the request, shortened for a message; `?` for lone surrogates."""
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()
    return text if len(text) <= _MAX_QUOTED else f"{text[: _MAX_QUOTED - 3]}…"
