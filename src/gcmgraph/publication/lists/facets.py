"""Facets of lists by kind of resource, with the property paths to their values.

The table is `facets.csv`. Paths are separated by `|`; values are the stem of resources, or
`literal`.

The key of a value is the local part of its address (`AFG`, `unodc`, `10.7`, `plan`), the same in
every language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pyroaring import BitMap

from gcmgraph.model.kinds import KINDS
from gcmgraph.model.program_tables import table_rows
from gcmgraph.platform.dates import Moment
from gcmgraph.platform.errors import DataError, Place
from gcmgraph.queries.headers import CountedList
from gcmgraph.queries.library import NamedQuery
from gcmgraph.rdf.namespaces import Addresses

_ROLES = ("gcm:involvesOrganisation", "gcm:leadOrganisation", "gcm:partnerOrganisation")
_IN_EVENTS = ("schema:organizer", "schema:contributor")

#: Facet of practices that is derived from their dates, and its key for those without a date.
STATE = "state"
UNDATED = "undated"

#: Facet of practices that is derived from their amounts, and its key for those without an amount.
BUDGET = "budget"
UNSTATED = "unstated"

#: Properties of the start and end of practices.
START = "schema:startDate"
END = "schema:endDate"

#: A step of a path to the two values of an amount, as one text such as "12000000 EUR".
PAIR = "schema:value+schema:currency"

#: Path from a practice to the practice as which it is counted.
COUNTED_AS = ("gcm:countedAs",)

#: Path from a practice to its amounts of money.
AMOUNTS = ("schema:funding", "schema:amount", PAIR)

#: Paths from a practice to its organisations: in its own roles, and in events that are part of it.
TAKING_PART = (
    *((role,) for role in (*_ROLES, *_IN_EVENTS)),
    *(("dct:hasPart", role) for role in _IN_EVENTS),
)

#: Path from a practice to the countries in which it is carried out.
CARRIED_OUT = ("gcm:country",)

#: Types of practices that last no longer than their start where no end is stated.
POINT_EVENTS = ("event", "meeting")

#: The bands of budgets begin with 0 and with each power of ten from the lowest to the highest
#: exponent.
_LOWEST_EXPONENT = 5
_HIGHEST_EXPONENT = 15

_AMOUNT = re.compile(r"(\S+) ([A-Z]{3})")


@dataclass(frozen=True)
class Facet:
    """A facet: the name of its parameter, the property paths to its values, and their stem.

    A step of a path is a property, followed any number of times if it ends with `*`, or a `PAIR`.
    `stem` is the path of the values under `{base}id/`; None for literals.
    """

    name: str
    #: English name, translated by the catalogs of the interface
    label: str
    paths: tuple[tuple[str, ...], ...]
    stem: str | None
    #: whether the page of a list offers it; all are parameters and columns
    offered: bool = True
    #: form of the keys of a derived facet, whose values are neither resources nor texts
    keys: str | None = None
    #: weight of a value that two practices share; 0 for a facet that repeats another (lead, goal)
    weight: float = 0.0

    def is_key(self, text: str) -> bool:
        """Whether a text has the form of a key of this derived facet."""
        return self.keys is not None and re.fullmatch(self.keys, text) is not None

    def key(self, value: str, addresses: Addresses) -> str:
        """The key of a value (an IRI, or the text of a literal) in request parameters."""
        if self.stem is None:
            return value
        return value.removeprefix(f"{addresses.base}id/{self.stem}")

    def value(self, key: str, addresses: Addresses) -> str:
        """The value of a key. A key that is an http(s) IRI is the value."""
        if self.stem is None or key.startswith(("http://", "https://")):
            return key
        return f"{addresses.base}id/{self.stem}{key}"

    @property
    def hierarchical(self) -> bool:
        """Whether its values include the wider ones of others (`skos:broader`)."""
        return any(path[-1].endswith("*") for path in self.paths)

    @property
    def direct(self) -> tuple[str, ...]:
        """The properties that lead to values directly."""
        return tuple(path[0] for path in self.paths if len(path) == 1)


def _number(text: str) -> Decimal | None:
    """The finite number that a text is; None for another text."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _read_facets() -> dict[str, tuple[Facet, ...]]:
    """The facets in `facets.csv` by kind; other kinds have none."""
    facets: dict[str, list[Facet]] = {}
    for place, row in table_rows("publication/lists/facets.csv", "kind", "name"):
        facets.setdefault(row["kind"], []).append(_facet(row, place))
    return {kind: tuple(facets.get(kind, ())) for kind in dict.fromkeys((*facets, *KINDS))}


def _facet(row: Mapping[str, str], place: Place) -> Facet:
    """The facet of a row of the table. Raises `DataError`."""
    kind_of_values = row["values"].partition("/")[0]
    for kind, kinds in (
        (row["kind"], KINDS.keys()),
        (kind_of_values, {"literal", "", *KINDS}),
    ):
        if kind not in kinds:
            raise DataError(
                f"No kind is called '{kind}'.",
                place=place,
                hint=f"Kinds: {', '.join(KINDS)}; of values also literal.",
            )
    weight = _number(row["weight"] or "0")
    if weight is None:
        raise DataError(
            f"The weight '{row['weight']}' is no number.",
            place=place,
            hint="Such as 0.5, or empty.",
        )
    return Facet(
        name=row["name"],
        label=row["label"],
        paths=tuple(tuple(path.split()) for path in row["paths"].split("|") if path),
        stem=None if row["values"] == "literal" else row["values"],
        offered=row["offered"] != "no",
        keys=row["keys"] or None,
        weight=float(weight),
    )


#: Facets of kinds, in the order of display. The SDG targets of a practice (`target`) are those
#: stated for it (`stated-target`) and those of its objective and of the actions it supports
#: (`inherited-target`), since sources need not state targets for a practice.
FACETS = _read_facets()


def require_facets(query: NamedQuery) -> None:
    """Raise `DataError` for a query that counts a list by a facet that the list does not have."""
    counted_lists = (count for count in query.counts if isinstance(count, CountedList))
    for counted_list in counted_lists:
        facets = [facet.name for facet in FACETS.get(counted_list.kind, ())]
        for name in counted_list.variable_by_facet:
            if name not in facets:
                raise DataError(
                    f"A line 'counts' of the header names the facet '{name}', "
                    f"which lists of the kind '{counted_list.kind}' do not have.",
                    place=Place(f"queries/{query.name}.rq"),
                    hint=f"Facets: {', '.join(facets)}.",
                )


#: For each kind the facets of practices by which the practices of a resource are listed: by default
#: those with its resources as values.
PRACTICES_OF = {
    "organisation": ("organisation", "funder"),
    "sdg": ("goal", "target"),
    "concept": ("type", "area", "audience", "topic", "principle"),
}
for _kind in KINDS.keys() - PRACTICES_OF.keys() - {"practice"}:
    PRACTICES_OF[_kind] = tuple(
        facet.name for facet in FACETS["practice"] if facet.stem == f"{_kind}/"
    )

#: Paths from a practice to objectives, actions, SDG goals, targets and concepts.
NAMING = tuple(
    (curie,)
    for facet in FACETS["practice"]
    if facet.name
    in ("objective", "action", "goal", "target", "type", "area", "audience", "principle")
    for curie in facet.direct
)

#: Paths that a list requires for each kind: those of its facets; for practices also dates and
#: organisations.
PATHS: dict[str, tuple[tuple[str, ...], ...]] = {
    kind: tuple(dict.fromkeys(path for facet in facets for path in facet.paths))
    for kind, facets in FACETS.items()
}
PATHS["practice"] = tuple(
    dict.fromkeys((*PATHS["practice"], (START,), (END,), AMOUNTS, COUNTED_AS, *TAKING_PART))
)


def states(
    starts: Mapping[Moment, BitMap],
    ends: Mapping[Moment, BitMap],
    dated: BitMap,
    events: BitMap,
    day: Moment,
) -> dict[str, BitMap]:
    """Practices by their state on a day, from their dates of any precision.

    `running`: the start is not after the day, and no end is before it; a year or month that
    includes the day has begun and has not ended. `events` without an end last as long as their
    start. `planned`: the start is after the day.
    """
    events_without_end = events - BitMap.union(BitMap(), *ends.values())
    ended_by_end = (rows for end, rows in ends.items() if end.before(day))
    ended_by_start = (
        rows & events_without_end for start, rows in starts.items() if start.before(day)
    )
    ended = BitMap.union(BitMap(), *ended_by_end, *ended_by_start)
    later = (rows for start, rows in starts.items() if day.before(start))
    planned = BitMap.union(BitMap(), *later) - ended
    return {"running": dated - ended - planned, "ended": ended, "planned": planned}


def budgets(amounts: Mapping[str, BitMap], everything: BitMap) -> dict[str, BitMap]:
    """Practices by the band of the largest amount that is stated in a currency.

    An amount is a text such as "12000000 EUR"; its band `EUR-10000000` is below the next power of
    ten. Amounts of one practice are not added, since a source may state a sum and its parts.
    """
    amounts_by_currency: dict[str, list[tuple[Decimal, BitMap]]] = {}
    for text, rows in amounts.items():
        match = _AMOUNT.fullmatch(text)
        value = _number(match[1]) if match else None
        if match and value is not None and value >= 0:
            amounts_by_currency.setdefault(match[2], []).append((value, rows))
    bands: dict[str, BitMap] = {}
    for currency in sorted(amounts_by_currency):
        bands |= _bands_of_currency(currency, amounts_by_currency[currency])
    unstated = everything - BitMap.union(BitMap(), *bands.values())
    return bands | ({UNSTATED: unstated} if unstated else {})


def _bands_of_currency(
    currency: str, amounts: Iterable[tuple[Decimal, BitMap]]
) -> dict[str, BitMap]:
    """Practices by the band of their largest amount in a currency, lowest band first."""
    practices: dict[int, BitMap] = {}
    with_larger_amount = BitMap()
    for value, rows in sorted(amounts, key=lambda amount: -amount[0]):
        minimum = _minimum_of_band(value)
        practices[minimum] = practices.get(minimum, BitMap()) | (rows - with_larger_amount)
        with_larger_amount |= rows
    return {
        f"{currency}-{minimum}": practices[minimum]
        for minimum in sorted(practices)
        if practices[minimum]
    }


def band_of(key: str) -> tuple[str, int, int | None] | None:
    """The currency, minimum amount and upper bound of a band; None for no band.

    The bound is exclusive, and None for the last band.

    >>> band_of("EUR-100000")
    ('EUR', 100000, 1000000)
    """
    currency, _, digits = key.partition("-")
    if not digits.isdecimal():
        return None
    minimum = int(digits)
    if minimum == 0:
        return currency, 0, 10**_LOWEST_EXPONENT
    if minimum >= 10**_HIGHEST_EXPONENT:
        return currency, minimum, None
    return currency, minimum, minimum * 10


def _minimum_of_band(value: Decimal) -> int:
    """The minimum amount of the band of an amount."""
    exponent = value.adjusted()
    return 10 ** min(exponent, _HIGHEST_EXPONENT) if exponent >= _LOWEST_EXPONENT else 0
