"""Queries and data extension queries of version 0.2 (sections 4 and 7), read from JSON.

The types of the JSON documents are below.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from math import isinf
from typing import Annotated, Any, NoReturn, NotRequired, TypedDict, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

from gcmgraph.model.kinds import KINDS
from gcmgraph.publication.reconciliation.entities import UNKNOWN, EntityProperty
from gcmgraph.publication.reconciliation.reconciler import CandidateQuery, PropertyValue, Reconciler
from gcmgraph.web.http.api import Address, Count, among
from gcmgraph.web.http.problems import problem

#: Maximum number of queries in a batch, of resources in an extension, and of properties in either.
MAX_QUERIES, MAX_IDS, MAX_PROPERTIES = 1_000, 1_000, 50

#: Candidates for a query: default and maximum.
LIMIT, MAX_LIMIT = 5, 50

#: Maximum number of values of one property in a query, and of all values in a batch: each is
#: compared with names.
MAX_VALUES, MAX_BATCH_VALUES = 20, 10_000

#: Maximum number of characters of a name; a longer text has no candidates.
MAX_TEXT = 1_000

#: Values of `type_strict`.
STRICTNESS = ("any", "should", "all")

T = TypeVar("T")


@dataclass(frozen=True)
class RequestedProperty:
    """A property to return, with at most `limit` values a resource (0: all), and texts in one language (None: any)."""

    property: EntityProperty
    limit: int = 0
    language: str | None = None


def refuse(
    detail: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST, hint: str | None = None
) -> NoReturn:
    """Raise a problem for a request that cannot be answered."""
    raise problem(detail, status, hint)


def read_batch(given: str, reconciler: Reconciler) -> dict[str, CandidateQuery]:
    """The queries of a batch by their keys. Raises `ProblemError`: 400, or 413 for too many."""
    wrong = 'The parameter \'queries\' must be a JSON object of queries, such as {"q0": {"query": "Niger"}}.'
    batch = _as(dict, read_json(given, "The parameter 'queries'"), wrong)
    read = _queries(
        [(f"The query {_shown(key)}", query) for key, query in batch.items()], reconciler
    )
    return dict(zip(batch, read, strict=True))


def _queries(named: list[tuple[str, object]], reconciler: Reconciler) -> list[CandidateQuery]:
    """The queries of a batch, each with the beginning of sentences about it.

    413 for too many queries, or values of their properties.
    """
    too_large = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if len(named) > MAX_QUERIES:
        hint = f"Send batches of {MAX_QUERIES:,} queries or fewer ('batchSize' in the manifest)."
        refuse(
            f"The batch has {len(named):,} queries; it may have {MAX_QUERIES:,}.", too_large, hint
        )
    read = [_query(query, where, reconciler) for where, query in named]
    count = sum(len(property_.values) for query in read for property_ in query.given)
    if count > MAX_BATCH_VALUES:
        detail = f"The queries have {count:,} values of properties; a batch may have {MAX_BATCH_VALUES:,}."
        refuse(detail, too_large, "Send smaller batches.")
    return read


def read_single(
    text: str, kinds: list[str], limit: str | None, reconciler: Reconciler
) -> CandidateQuery:
    """The query of the parameter `query`: a JSON object or a name. Raises `ProblemError`."""
    if text.lstrip().startswith("{"):
        return _query(read_json(text, "The parameter 'query'"), "The query", reconciler)
    for kind in kinds:
        if kind:
            read_kind(kind, reconciler, "The query")
    numbered = {} if limit is None else {"limit": _number(limit)}
    return _query({"query": text, "type": kinds} | numbered, "The query", reconciler)


def read_extension(given: str, reconciler: Reconciler) -> tuple[list[str], list[RequestedProperty]]:
    """Identifiers and properties of a data extension query.

    Raises `ProblemError`: 400, or 413 for too many resources.
    """
    wrong = "The parameter 'extend' must be a JSON object with the lists 'ids' (texts) and 'properties' (objects)."
    extension = _as(dict, read_json(given, "The parameter 'extend'"), wrong)
    ids = [_as(str, one, wrong) for one in _as(list, extension.get("ids"), wrong)]
    properties = _as(list, extension.get("properties"), wrong)
    if len(ids) > MAX_IDS:
        refuse(
            f"There are {len(ids):,} ids; there may be {MAX_IDS:,}.",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        )
    if len(properties) > MAX_PROPERTIES:
        refuse(f"There are {len(properties)} properties; there may be {MAX_PROPERTIES}.")
    return ids, [_requested_property(each, reconciler) for each in properties]


def read_json(text: str, name: str) -> object:
    """JSON with numbers that a double can hold.

    `name` begins the sentence of a problem. Raises `ProblemError`.
    """
    try:
        return json.loads(text, parse_constant=_no_constant, parse_int=_integer, parse_float=_float)
    except json.JSONDecodeError as error:
        refuse(f"{name} is not JSON: {error.msg} at character {error.pos + 1}.")
    except (ValueError, RecursionError):  # NaN, deeply nested brackets
        refuse(f"{name} is not JSON that can be read: too deep, or a number that is none.")


def _no_constant(name: str) -> NoReturn:
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
        shown = digits if len(digits) <= 20 else f"{digits[:17]}…"
        refuse(
            f"The number {shown} is too large.",
            hint="Numbers are those of 64 bits, up to 1.79e308.",
        )
    return number


def _as(kind: type[T], value: object, wrong: str) -> T:
    """A value of a type. 400 for others."""
    if not isinstance(value, kind):
        refuse(wrong)
    return value


def _whole(value: object, least: int, wrong: str) -> int:
    """A whole number from `least` on. 400 for others."""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or value != int(value)
        or value < least
    ):
        refuse(wrong)
    return int(value)


def _number(text: object) -> object:
    """The number of a text of digits; other values as they are.

    OpenRefine sends form values as texts.
    """
    return (
        int(text)
        if isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 9
        else text
    )


def _query(given: object, where: str, reconciler: Reconciler) -> CandidateQuery:
    query = _as(dict, given, f"{where} is not a JSON object.")
    text = _as(str, query.get("query", ""), f"{where}: 'query' must be a text.")
    wrong = f"{where}: 'properties' must be a list of at most {MAX_PROPERTIES} objects."
    properties = _as(list, query.get("properties", []), wrong)
    if len(properties) > MAX_PROPERTIES:
        refuse(wrong)
    if "query" not in query and not properties:
        refuse(f"{where} has neither 'query' nor 'properties'.")
    if query.get("type_strict", "any") not in STRICTNESS:
        refuse(f"{where}: 'type_strict' must be one of {', '.join(STRICTNESS)}.")
    limit = _whole(
        query.get("limit", LIMIT), 1, f"{where}: 'limit' must be a whole number from 1 on."
    )
    read = [_given(each, where, reconciler) for each in properties]
    types = query.get("type", [])
    types = (
        [types]
        if isinstance(types, str)
        else _as(list, types, f"{where}: 'type' must be a text or a list of texts.")
    )
    named_types = [
        _as(str, name, f"{where}: 'type' must be a text or a list of texts.")
        for name in types
        if name != ""
    ]
    kinds = tuple(filter(None, (_kind_of(name, reconciler) for name in named_types)))
    if named_types and not kinds:
        return CandidateQuery(
            ""
        )  # without candidates, so that the other queries of a batch are answered
    return CandidateQuery(
        text if len(text) <= MAX_TEXT else "",
        kinds,
        min(limit, MAX_LIMIT),
        tuple(filter(None, read)),
    )


def _kind_of(name: str, reconciler: Reconciler) -> str | None:
    """The kind of a type by its identifier, or by the IRI, CURIE or name of a class; None for an unknown type."""
    entities = reconciler.entities
    return name if name in entities.kinds else entities.kind_of_class(name)


def type_identifier(kind: str, curie: str) -> str:
    """The identifier of the type of a class: its name where the class is of our ontology, else its kind."""
    prefix, _, name = curie.partition(":")
    return name if prefix == "gcm" else kind


def read_kind(name: str, reconciler: Reconciler, where: str = "The request") -> str:
    """The kind of a type, named as for `_kind_of`.

    Raises `ProblemError` with the types of the manifest.
    """
    kind = _kind_of(name, reconciler)
    if kind is None:
        kinds = reconciler.entities.kinds
        identifiers = [
            type_identifier(known, curie) for known in kinds for curie in KINDS[known].classes
        ]
        refuse(
            f"{where} names the unknown type {_shown(name)}.",
            hint=f"Types: {', '.join(identifiers)}.",
        )
    return kind


def read_property(identifier: str, reconciler: Reconciler, where: str) -> EntityProperty:
    """A property by its identifier. Raises `ProblemError`."""
    found = reconciler.properties.get(identifier)
    if found is None:
        hint = "Properties of a type: /reconcile/properties?type=country."
        refuse(f"{where} names the unknown property {_shown(identifier)}.", hint=hint)
    return found


def _given(given: object, where: str, reconciler: Reconciler) -> PropertyValue | None:
    """A property with its values; None for a property that the graph does not have, which is no evidence."""
    if not isinstance(given, dict) or "pid" not in given or "v" not in given:
        refuse(f"{where}: a property must be an object with 'pid' and 'v'.")
    values = given["v"] if isinstance(given["v"], list) else [given["v"]]
    if len(values) > MAX_VALUES:
        refuse(f"{where}: a property may have {MAX_VALUES} values.")
    pid = _as(str, given["pid"], f"{where}: the identifier of a property must be a text.")
    read = tuple(_value(value, where) for value in values)
    found = reconciler.properties.get(pid)
    return None if found is None else PropertyValue(found, read)


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
    refuse(
        f"{where}: the value of a property must be a text, a number, true, false, or an object with 'id'."
    )


def _requested_property(given: object, reconciler: Reconciler) -> RequestedProperty:
    if not isinstance(given, dict) or "id" not in given:
        refuse("Each of 'properties' must be an object with 'id'.")
    settings = _as(
        dict, given.get("settings") or {}, "The 'settings' of a property must be an object."
    )
    wrong = "The setting 'limit' of a property must be a whole number."
    limit = _whole(_number(settings.get("limit") or 0), 0, wrong)
    wrong = "The setting 'language' of a property must be a language tag, such as fr."
    language = _as(str, settings.get("language") or "any", wrong).lower()
    identifier = _as(
        str, given["id"], "The extension: the identifier of a property must be a text."
    )
    found = reconciler.properties.get(identifier) or EntityProperty(identifier, UNKNOWN)
    return RequestedProperty(found, limit, None if language == "any" else language)


def _shown(value: object) -> str:
    """A value of the request, shortened for a message."""
    text = (
        json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()
    )  # '?' for lone surrogates
    return text if len(text) <= 60 else f"{text[:57]}…"


KindName = Annotated[str, among(KINDS)]
Limit = Annotated[int, Meta(ge=1, extra_json_schema={"default": LIMIT})]


class Named(TypedDict):
    """Entity, type or property with its name."""

    id: str
    name: str
    description: NotRequired[str]


class GivenProperty(TypedDict):
    """Property of a query, with a value or a list of values."""

    pid: str
    v: Any


class ReconciliationQuery(Struct, forbid_unknown_fields=True):
    """Query of a batch. Its text is a name or a code; one that is too long has no candidates."""

    query: str | UnsetType = UNSET
    type: str | list[str] | UnsetType = UNSET
    limit: Limit | UnsetType = UNSET
    properties: Annotated[list[GivenProperty], Meta(max_length=MAX_PROPERTIES)] | UnsetType = UNSET
    type_strict: Annotated[str, among(STRICTNESS)] | UnsetType = UNSET


#: Queries by keys that the client chooses.
Batch = Annotated[
    dict[str, ReconciliationQuery], Meta(extra_json_schema={"maxProperties": MAX_QUERIES})
]


class PropertySettings(TypedDict, total=False):
    """Limits on the values of a property."""

    limit: Count
    language: str


class WantedProperty(TypedDict):
    """Property whose values are to be returned."""

    id: str
    settings: NotRequired[PropertySettings]


class ReconciliationExtension(TypedDict):
    """Data extension query."""

    ids: Annotated[list[str], Meta(max_length=MAX_IDS)]
    properties: Annotated[list[WantedProperty], Meta(max_length=MAX_PROPERTIES)]


class ReconciliationForm(TypedDict, total=False):
    """One of `queries`, `query` (a name, or a query as JSON) and `extend`."""

    queries: Batch
    query: str
    type: list[KindName]
    limit: Limit
    extend: ReconciliationExtension


class ReconciliationManifest(TypedDict):
    """Manifest of version 0.2."""

    versions: list[str]
    name: str
    identifierSpace: Address
    schemaSpace: Address


class Feature(TypedDict):
    """Reason for a score."""

    id: str
    value: Any


class Candidate(Named):
    """Resource that may be meant."""

    type: list[Named]
    score: float
    match: NotRequired[bool]
    features: NotRequired[list[Feature]]


class ReconciliationCandidates(TypedDict):
    """Candidates for one query, best first."""

    result: list[Candidate]


class ReconciliationValues(TypedDict):
    """Values of properties by resource and property."""

    meta: list[Named]
    rows: dict[str, dict[str, list[dict[str, Any]]]]


#: Bodies of responses to the three kinds of requests.
RESULTS = (dict[str, ReconciliationCandidates], ReconciliationCandidates, ReconciliationValues)


class ReconciliationSuggestions(TypedDict):
    """Suggestions for the beginning of a name."""

    result: list[Named]


class ReconciliationFlyout(TypedDict):
    """Summary as HTML."""

    id: str
    html: str


class ReconciliationProperties(TypedDict):
    """Properties of a type."""

    properties: list[Named]
    type: NotRequired[str]
    limit: NotRequired[Annotated[int, Meta(ge=1)]]
