"""Lists of the resources of one kind, filtered by facets, period and text, with counts; overviews of practices.

The data is that of the list file of a dataset version (`lists.file`). A set of resources is a
bitmap of their rows, so a filter is an AND of bitmaps and a count the size of one: the cost does
not depend on the store, and little on the number of resources (docs/performance.md).

Practices are related by shared values, which are returned along, so that similarity is not taken
for a statement of a source. A rare value counts more: its weight is that of its facet times its
inverse document frequency (https://doi.org/10.1108/eb026526, Spärck Jones 1972).

The timeline has a bar for each of a few practices, a count for each year for many. A bar is as
precise as its source. If the start is a year, the bar is faint from the first to the last possible
day, and firm only where the practice was certainly under way. Without a stated end it is open.
"""

from __future__ import annotations

import heapq
import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path

from pyroaring import BitMap

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.dates import Moment, Period
from gcmgraph.platform.text import natural
from gcmgraph.publication.descriptions import Label, Labels
from gcmgraph.publication.lists.facets import (
    AMOUNTS,
    BUDGET,
    END,
    FACETS,
    POINT_EVENTS,
    PRACTICES_OF,
    START,
    STATE,
    UNDATED,
    Facet,
    budgets,
    states,
)
from gcmgraph.publication.lists.file import Lists, read_lists
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Triple, Vocabulary
from gcmgraph.store.port import Store

#: Orders of a list; a minus is the reverse. Kinds without dates have the first only.
SORTS = ("title", "start", "-start")


@dataclass(frozen=True)
class Filters:
    """Filters of a list: for each facet any of some values, a span of years, a set of rows."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    first_year: int | None = None
    last_year: int | None = None
    #: rows of the resources that fit a search text (`KindIndex.rows`); None without a text
    only: BitMap | None = None
    #: the day of the states of practices; None for today
    day: Moment | None = None


@dataclass(frozen=True)
class Listed:
    """A resource in a list."""

    iri: IRI
    period: Period
    #: facet to the keys of its values
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Entry:
    """A resource with its name and code."""

    iri: IRI
    label: Label
    notation: str | None


class KindIndex:
    """Index of the resources of one kind by facet values, dates and orders."""

    def __init__(self, lists: Lists, addresses: Addresses, names: Labels, kind: str) -> None:
        self.kind = kind
        self.names = names
        self.facets = FACETS[kind]
        self.everything = lists.of_kind(kind)
        self.has_periods = kind == "practice"
        #: whether resources of the kind have parts, which are listed with their whole
        self.has_parts = kind == "practice"
        self._lists = lists
        self._addresses = addresses
        self._postings: dict[str, dict[str, BitMap]] = {}
        self._entries: dict[str, tuple[Entry, ...]] = {}

    def __len__(self) -> int:
        """Number of resources."""
        return len(self.everything)

    def facet(self, name: str) -> Facet | None:
        """The facet with this name, or None."""
        return next((facet for facet in self.facets if facet.name == name), None)

    def values(self, name: str, keys: Iterable[str]) -> list[IRI]:
        """The resources that are values of a facet, by their keys."""
        facet = self.facet(name)
        return [IRI(facet.value(key, self._addresses)) for key in keys] if facet else []

    def postings(self, name: str, day: Moment | None = None) -> Mapping[str, BitMap]:
        """Keys of the values of a facet, in natural order, each with the rows of the resources that have it.

        `day` is that of the states of practices, by default today.
        """
        if name == STATE:
            return self._states(day or Moment.of(datetime.now(UTC).date()))
        made = self._postings.get(name)
        if made is None:
            facet = next(facet for facet in self.facets if facet.name == name)
            made = self._postings[name] = self._of_facet(facet)
        return made

    def rows(self, iris: Iterable[IRI]) -> BitMap:
        """The rows of those resources that are of this kind."""
        return self._lists.rows(iri.value for iri in iris) & self.everything

    def iris(self, rows: Iterable[int]) -> list[IRI]:
        """The resources at rows, in their order; those of a set are ordered by address."""
        return [self._lists.iri(row) for row in rows]

    @cached_property
    def members(self) -> tuple[IRI, ...]:
        """All resources, ordered by address."""
        return tuple(self.iris(self.everything))

    def holds(self, iri: IRI) -> bool:
        """Whether a resource is of this kind."""
        return bool(self.rows([iri]))

    def entries(self, language: str) -> tuple[Entry, ...]:
        """All resources with their names, in the order of a list by title."""
        if language not in self._entries:
            ordered, names = self.iris(self._lists.by_title(self.kind, language)), self.names
            self._entries[language] = tuple(
                Entry(iri, names.of(iri, language), names.notation(iri)) for iri in ordered
            )
        return self._entries[language]

    def select(self, filters: Filters, *, but: str | None = None) -> BitMap:
        """The rows of the resources that pass the filters; the facet `but` is ignored."""
        selected = self.everything
        for name, keys in filters.values.items():
            if name != but:
                postings = self.postings(name, filters.day)
                selected = selected & BitMap.union(*(postings.get(key, BitMap()) for key in keys))
        if filters.first_year is not None or filters.last_year is not None:
            selected = selected & self.under_way(filters.first_year, filters.last_year)
        return selected if filters.only is None else selected & filters.only

    def wholes(self, selected: BitMap) -> BitMap:
        """The items of a list of selected resources: a part of a practice is listed and counted as its whole."""
        parts = selected & self.parts
        return (
            (selected - parts).union(*(self._wholes_of[part] for part in parts))
            if parts
            else selected
        )

    def parts_of(self, whole: int, selected: BitMap) -> list[int]:
        """The selected parts of a practice, ordered by address."""
        return list(self._parts_of.get(whole, BitMap()) & selected)

    def family(self, row: int) -> set[int]:
        """The rows of a practice, of the practices that it is part of, and of its parts."""
        return {row, *self._wholes_of.get(row, ()), *self.parts_of(row, self.parts)}

    def count(self, selected: BitMap) -> int:
        """Number of selected resources.

        A practice counts once where it or any of its parts is selected.
        """
        return len(self.wholes(selected))

    def counts(self, filters: Filters) -> dict[str, dict[str, int]]:
        """For each facet the `count` by value, among the resources that pass all other filters, without zeros."""
        narrowed = self.select(filters)
        counts: dict[str, dict[str, int]] = {}
        for facet in self.facets:
            among = (
                self.select(filters, but=facet.name) if facet.name in filters.values else narrowed
            )
            found = (
                (key, self.count(among & rows))
                for key, rows in self.postings(facet.name, filters.day).items()
            )
            counts[facet.name] = {key: count for key, count in found if count}
        return counts

    def under_way(self, first: int | None, last: int | None) -> BitMap:
        """The practices under way in some of these years: started by the last, not ended before the first.

        Without a stated end a practice continues; without a stated start it began before. Without
        dates it is excluded.
        """
        starts, ends = self._years
        late = (rows for year, rows in starts.items() if last is not None and year > last)
        early = (rows for year, rows in ends.items() if first is not None and year < first)
        return self._dated - BitMap.union(BitMap(), *late, *early)

    def years(self, selected: BitMap) -> dict[int, int]:
        """Number of the selected practices under way in each year, from the first date to the last."""
        first, last = self.span(selected) or (0, -1)
        return {
            year: self.count(selected & self.under_way(year, year))
            for year in range(first, last + 1)
        }

    def span(self, selected: BitMap | None = None) -> tuple[int, int] | None:
        """The first and the last year in dates of the selected practices, or of all; None without dates."""
        named = [
            year
            for table in self._years
            for year in table
            if selected is None or table[year] & selected
        ]
        return (min(named), max(named)) if named else None

    def ordered(
        self,
        selected: BitMap,
        sort: str,
        language: str,
        first: int,
        count: int,
        day: Moment | None = None,
    ) -> list[Listed]:
        """`count` of the selected resources from index `first` on, in an order of `SORTS`; their states on a day."""
        by_title = self._lists.by_title(self.kind, language)
        if sort == SORTS[0]:
            return self.listed(islice(_among(by_title, selected), first, first + count), day)
        groups = [group for _, group in sorted(self._dates[0].items(), reverse=sort == "-start")]
        groups.append(selected - BitMap.union(BitMap(), *groups))  # what has no start comes last
        return self.listed(
            _grouped(by_title, (group & selected for group in groups), first, count), day
        )

    def listed(self, rows: Iterable[int], day: Moment | None = None) -> list[Listed]:
        """The resources at rows, with their values; states are those on a day, by default today."""
        order = list(rows)
        among = BitMap(order)
        values: dict[int, dict[str, list[str]]] = {row: {} for row in order}
        for facet in self.facets:
            for key, having in self.postings(facet.name, day).items():
                for row in among & having:
                    values[row].setdefault(facet.name, []).append(key)
        starts, ends = (_at(among, moments) for moments in self._dates)
        return [
            Listed(
                self._lists.iri(row),
                Period(starts.get(row), ends.get(row)),
                {name: tuple(keys) for name, keys in values[row].items()},
            )
            for row in order
        ]

    def stated(self, iris: Iterable[IRI]) -> Iterator[Triple]:
        """The statements about resources with direct properties of the facets."""
        among = self.rows(iris)
        v = Vocabulary(self._addresses)
        for curie in dict.fromkeys(curie for facet in self.facets for curie in facet.direct):
            for value, having in self._lists.reached(self.kind, (curie,)).items():
                for row in among & having:
                    yield Triple(self._lists.iri(row), v(curie), value)

    def _of_facet(self, facet: Facet) -> dict[str, BitMap]:
        if facet.name == BUDGET:
            amounts = self._lists.reached(self.kind, AMOUNTS)
            return budgets({value.value: rows for value, rows in amounts.items()}, self.everything)
        found: dict[str, BitMap] = {}
        for value, rows in (
            item for path in facet.paths for item in self._lists.reached(self.kind, path).items()
        ):
            if isinstance(value, Literal) == (facet.stem is None):
                key = facet.key(value.value, self._addresses)
                found[key] = found[key] | rows if key in found else rows
        return {key: found[key] for key in sorted(found, key=lambda key: (natural(key), key))}

    def _states(self, day: Moment) -> dict[str, BitMap]:
        types = self.postings("type")
        events = BitMap.union(BitMap(), *(types[key] for key in POINT_EVENTS if key in types))
        others = BitMap.union(
            BitMap(), *(rows for key, rows in types.items() if key not in POINT_EVENTS)
        )
        found = states(*self._dates, self._dated, events - others, day)
        return {
            key: rows
            for key, rows in {**found, UNDATED: self.everything - self._dated}.items()
            if rows
        }

    @cached_property
    def parts(self) -> BitMap:
        """The rows of practices that are parts of others."""
        return BitMap(self._wholes_of)

    @cached_property
    def _wholes_of(self) -> dict[int, BitMap]:
        """The rows of the practices that a practice is part of."""
        return self._lists.wholes if self.has_parts else {}

    @cached_property
    def _parts_of(self) -> dict[int, BitMap]:
        """The rows of the parts of a practice."""
        parts_of: dict[int, BitMap] = {}
        for part, wholes in self._wholes_of.items():
            for whole in wholes:
                parts_of.setdefault(whole, BitMap()).add(part)
        return parts_of

    @cached_property
    def _dates(self) -> tuple[dict[Moment, BitMap], dict[Moment, BitMap]]:
        """The practices by start, and by end."""
        return self._moments(START), self._moments(END)

    def _moments(self, curie: str) -> dict[Moment, BitMap]:
        """The practices by date; the earliest of several dates."""
        found: dict[Moment, BitMap] = {}
        for value, rows in (
            self._lists.reached(self.kind, (curie,)).items() if self.has_periods else ()
        ):
            moment = Moment.parse(value.value)
            if moment is not None:
                found[moment] = found.get(moment, BitMap()) | rows
        taken = BitMap()
        for moment in sorted(found):
            found[moment] -= taken
            taken |= found[moment]
        return found

    @cached_property
    def _dated(self) -> BitMap:
        return BitMap.union(
            BitMap(), *(rows for moments in self._dates for rows in moments.values())
        )

    @cached_property
    def _years(self) -> tuple[dict[int, BitMap], ...]:
        """The practices by year of their start, and of their end."""
        return tuple(map(_by_year, self._dates))


class Listings:
    """Lists and labels of one dataset version, from the list file in its folder, or else from its store."""

    def __init__(self, store: Store, addresses: Addresses, folder: Path | None = None) -> None:
        self.addresses = addresses
        self.lists = (Lists.open(folder, addresses) if folder else None) or read_lists(
            store, addresses
        )
        self.labels = Labels(store, addresses, self.lists.names)
        self._indexes: dict[str, KindIndex] = {}

    def of(self, kind: str) -> KindIndex:
        """The index of a kind. Raises `KeyError` for an unknown kind."""
        made = self._indexes.get(kind)
        if made is None:
            made = self._indexes[kind] = KindIndex(self.lists, self.addresses, self.labels, kind)
        return made

    def counts(self) -> dict[str, int]:
        """Number of resources of each kind; kinds without any are left out."""
        return {kind: count for kind in KINDS if (count := len(self.of(kind)))}


def _among(order: Iterable[int], selected: BitMap) -> Iterator[int]:
    return (row for row in order if row in selected)


def _grouped(by_title: array[int], groups: Iterable[BitMap], first: int, count: int) -> list[int]:
    """Places by group, and by title within each: `count` from index `first` on."""
    skipped = 0
    number_of: dict[int, int] = {}
    for number, group in enumerate(groups):
        if not number_of and skipped + len(group) <= first:
            skipped += len(group)
            continue
        number_of.update(dict.fromkeys(group, number))
        if skipped + len(number_of) >= first + count:
            break
    among = BitMap(number_of)
    ordered = sorted(_among(by_title, among), key=number_of.__getitem__)
    return ordered[first - skipped : first - skipped + count]


def _at(rows: BitMap, moments: Mapping[Moment, BitMap]) -> dict[int, Moment]:
    return {row: moment for moment, having in moments.items() for row in rows & having}


def _by_year(moments: Mapping[Moment, BitMap]) -> dict[int, BitMap]:
    years: dict[int, BitMap] = {}
    for moment, rows in moments.items():
        years[moment.year] = years.get(moment.year, BitMap()) | rows
    return years


#: Weight of a shared value, by facet.
_WEIGHTS = {facet.name: facet.weight for facet in FACETS["practice"] if facet.weight}

#: Limit on the related practices, and on the values of each facet.
MOST = 6

#: Limit on the practices compared with one, those with the rarest values first.
MAX_CANDIDATES = 20_000

#: Facets whose values are shown for a kind.
_ALONG = {
    **dict.fromkeys(("objective", "action", "sdg", "concept"), ("organisation", "country", "area")),
    "organisation": ("organisation", "country"),
    "country": ("country", "organisation"),
}


@dataclass(frozen=True)
class RelatedPractice:
    """A related practice, and the shared values: facet and keys, highest weight first."""

    iri: IRI
    shared: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Along:
    """A value that practices of a resource share, and their number."""

    facet: str
    key: str
    iri: IRI
    practices: int


@dataclass(frozen=True)
class Related:
    """The resources related to one."""

    #: practices similar to a practice, most similar first
    alike: tuple[RelatedPractice, ...] = ()
    #: facet and key by which the practices of a resource are listed
    facet: tuple[str, str] | None = None
    #: rows of the practices of a resource
    practices: BitMap = BitMap()  # noqa: RUF009 - never changed
    along: tuple[Along, ...] = ()


def related(listings: Listings, kind: str, iri: IRI) -> Related:
    """The resources related to one; none if no practice refers to it."""
    index = listings.of("practice")
    if kind == "practice":
        return Related(alike=alike(index, iri))
    for name in PRACTICES_OF.get(kind, ()):
        facet = index.facet(name)
        key = facet.key(iri.value, listings.addresses) if facet else ""
        if practices := index.postings(name).get(key):
            along = _along(listings, index, practices, _ALONG.get(kind, ()), (name, key))
            return Related(facet=(name, key), practices=practices, along=along)
    return Related()


def alike(index: KindIndex, iri: IRI, most: int = MOST) -> tuple[RelatedPractice, ...]:
    """The practices that share most with one, at most `most`; none for an unknown practice."""
    found = index.rows([iri])
    if not found:
        return ()
    (row,) = found
    (own,) = index.listed(found)
    values = [
        (len(index.postings(name)[key]), name, key)
        for name in _WEIGHTS
        for key in own.values.get(name, ())
    ]
    total = len(index)
    scores: defaultdict[int, float] = defaultdict(float)
    for having, name, key in sorted(values):
        weight = _WEIGHTS[name] * math.log(total / having) if having else 0.0
        seen = index.postings(name)[key]
        # above the limit, common values add no candidates
        for other in seen if len(scores) + having <= MAX_CANDIDATES else seen & BitMap(scores):
            scores[other] += weight
    for kin in index.family(row):  # pages show its whole and its parts separately
        scores.pop(kin, None)
    scored = (other for other, score in scores.items() if score > 0)
    best = heapq.nsmallest(
        most, scored, key=lambda row: (-scores[row], row)
    )  # of equal ones, the first by address
    pairs = zip(index.iris(best), best, strict=True)
    return tuple(RelatedPractice(iri, _shared(index, other, values, total)) for iri, other in pairs)


def _shared(
    index: KindIndex, other: int, values: list[tuple[int, str, str]], total: int
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    weights: dict[str, float] = {}
    keys: dict[str, list[str]] = {}
    for having, name, key in sorted(values):
        if other in index.postings(name)[key] and having < total:
            weights[name] = weights.get(name, 0.0) + _WEIGHTS[name] * math.log(total / having)
            keys.setdefault(name, []).append(key)
    return tuple(
        (name, tuple(keys[name]))
        for name in sorted(weights, key=lambda name: (-weights[name], name))
    )


def _along(
    listings: Listings,
    index: KindIndex,
    practices: BitMap,
    facets: tuple[str, ...],
    own: tuple[str, str],
) -> tuple[Along, ...]:
    found: list[Along] = []
    for name in facets:
        facet = index.facet(name)
        counts = (
            (index.count(practices & having), key)
            for key, having in index.postings(name).items()
            if (name, key) != own
        )
        best = sorted(
            ((count, key) for count, key in counts if count), key=lambda pair: (-pair[0], pair[1])
        )[:MOST]
        for count, key in best:
            value = facet.value(key, listings.addresses) if facet else key
            found.append(Along(name, key, IRI(value), count))
    return tuple(found)


#: Limit on the practices that are drawn one by one.
MAX_BARS = 60

#: Limit on the marks of the axis, and their possible distances in years.
_MARKS, _STEPS = 9, (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


@dataclass(frozen=True)
class Bar:
    """A practice on the axis, in positions from 0 to 1."""

    listed: Listed
    #: earliest start and latest end
    begin: float
    finish: float
    #: where it was certainly under way; None if its dates do not say
    firm: tuple[float, float] | None

    @property
    def open_start(self) -> bool:
        """Whether the start is unknown."""
        return self.listed.period.start is None

    @property
    def open_end(self) -> bool:
        """Whether the end is unknown."""
        return self.listed.period.end is None


@dataclass(frozen=True)
class Timeline:
    """The axis with its marks (year and position), and bars or the number under way in each year."""

    first: int
    #: the year after the last
    end: int
    marks: tuple[tuple[int, float], ...]
    bars: tuple[Bar, ...]
    years: tuple[tuple[int, int], ...]
    dated: int
    undated: int

    @property
    def busiest(self) -> int:
        """The largest number of practices in one year."""
        return max((count for _, count in self.years), default=0)


def draw_timeline(
    index: KindIndex, selected: BitMap, language: str, most: int = MAX_BARS
) -> Timeline | None:
    """The timeline of the selected practices; None if none of them has a date."""
    dated = selected & index.under_way(None, None)
    if not dated:
        return None
    count = index.count(dated)
    undated = index.count(selected) - count
    if len(dated) > most:
        years = index.years(dated)
        first, end = min(years), max(years) + 1
        return Timeline(first, end, _marks(first, end), (), tuple(years.items()), count, undated)
    listed = index.ordered(dated, "start", language, 0, most)
    moments = [
        moment for item in listed for moment in (item.period.start, item.period.end) if moment
    ]
    first = math.floor(min(moment.begin for moment in moments))
    end = math.ceil(max(moment.finish for moment in moments))
    bars = tuple(_bar(item, first, end) for item in listed)
    return Timeline(first, end, _marks(first, end), bars, (), count, undated)


def _bar(listed: Listed, first: int, end: int) -> Bar:
    start, finish = listed.period.start, listed.period.end

    def position(year: float) -> float:
        return round((year - first) / (end - first), 4)

    firm_from = position(start.finish) if start else 0.0
    firm_to = position(finish.begin) if finish else 1.0
    return Bar(
        listed,
        position(start.begin) if start else 0.0,
        position(finish.finish) if finish else 1.0,
        (firm_from, firm_to) if firm_from < firm_to else None,
    )


def _marks(first: int, end: int) -> tuple[tuple[int, float], ...]:
    step = next((step for step in _STEPS if (end - first) / step <= _MARKS), _STEPS[-1])
    years = range(-(-first // step) * step, end, step)
    return tuple((year, round((year - first) / (end - first), 4)) for year in years)
