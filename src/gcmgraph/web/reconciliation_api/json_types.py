"""Types of the JSON documents of the service, from which `/openapi.json` describes them.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

from typing import Annotated, Any, NotRequired, TypedDict

from msgspec import UNSET, Meta, Struct, UnsetType

from gcmgraph.model.kinds import KINDS
from gcmgraph.web.http.api import Address, Count, among
from gcmgraph.web.reconciliation_api.requests import (
    LIMIT,
    MAX_IDS,
    MAX_PROPERTIES,
    MAX_QUERIES,
    STRICTNESS,
)

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
