"""Overviews of practices: those related to a resource, the timeline, and numbers by two facets.

Practices are related by shared values, which are returned along, so that similarity is not taken for a statement of a
source. A rare value counts more: its weight is that of its facet times its inverse document frequency
(https://doi.org/10.1108/eb026526, Spärck Jones 1972).

The timeline has a bar for each of a few practices, a count for each year for many. A bar is as precise as its source.
If the start is a year, the bar is faint from the first to the last possible day, and firm only where the practice was
certainly under way. Without a stated end it is open.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from pyroaring import BitMap

from gcmgraph.model.terms import IRI
from gcmgraph.publication.lists.facets import PRACTICES_OF
from gcmgraph.publication.lists.index import Filters, KindIndex, Listed, Listings
from gcmgraph.text import Period

#: Weight of a shared value, by facet. Facets that repeat another (lead, goal) are left out.
_WEIGHTS = {
    "action": 3.0,
    "organisation": 3.0,
    "country": 2.5,
    "area": 2.0,
    "stated-target": 1.0,
    "audience": 0.75,
    "type": 0.5,
    "objective": 0.5,
}

#: Limit on the related practices, and on the values of each facet.
MOST = 6

#: Limit on the practices compared with one, those with the rarest values first.
MAX_CANDIDATES = 20_000

#: Facets whose values are shown for a kind.
_ALONG = {
    "organisation": ("organisation", "country"),
    "country": ("country", "organisation"),
    "objective": ("organisation", "country", "area"),
    "action": ("organisation", "country", "area"),
    "sdg": ("organisation", "country", "area"),
    "concept": ("organisation", "country", "area"),
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
    values = [(len(index.postings(name)[key]), name, key) for name in _WEIGHTS for key in own.values.get(name, ())]
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
    best = _best({other: score for other, score in scores.items() if score > 0}, most)
    return tuple(
        RelatedPractice(iri, _shared(index, other, values, total))
        for iri, other in zip(index.iris(best), best, strict=True)
    )


def _best(scores: Mapping[int, float], most: int) -> list[int]:
    """The rows with the highest scores; of equal ones, the first by address."""
    least = min(heapq.nlargest(most, scores.values()), default=0.0)
    above = BitMap(row for row, score in scores.items() if score > least)
    equal = BitMap(row for row, score in scores.items() if score == least)
    best = [*above, *islice(equal, most - len(above))]
    return sorted(best, key=lambda row: -scores[row])


def _shared(
    index: KindIndex, other: int, values: list[tuple[int, str, str]], total: int
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    weights: dict[str, float] = {}
    keys: dict[str, list[str]] = {}
    for having, name, key in sorted(values):
        if other in index.postings(name)[key] and having < total:
            weights[name] = weights.get(name, 0.0) + _WEIGHTS[name] * math.log(total / having)
            keys.setdefault(name, []).append(key)
    return tuple((name, tuple(keys[name])) for name in sorted(weights, key=lambda name: (-weights[name], name)))


def _along(
    listings: Listings, index: KindIndex, practices: BitMap, facets: tuple[str, ...], own: tuple[str, str]
) -> tuple[Along, ...]:
    found: list[Along] = []
    for name in facets:
        facet = index.facet(name)
        counts = (
            (index.count(practices & having), key) for key, having in index.postings(name).items() if (name, key) != own
        )
        best = sorted(((count, key) for count, key in counts if count), key=lambda pair: (-pair[0], pair[1]))[:MOST]
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


def draw_timeline(index: KindIndex, selected: BitMap, language: str, most: int = MAX_BARS) -> Timeline | None:
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
    first = min(math.floor(_earliest(item.period)) for item in listed)
    end = max(math.ceil(_latest(item.period)) for item in listed)
    bars = tuple(_bar(item, first, end) for item in listed)
    return Timeline(first, end, _marks(first, end), bars, (), count, undated)


def _earliest(period: Period) -> float:
    moments = [moment.begin for moment in (period.start, period.end) if moment]
    return min(moments)


def _latest(period: Period) -> float:
    moments = [moment.finish for moment in (period.start, period.end) if moment]
    return max(moments)


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


@dataclass(frozen=True)
class Matrix:
    """Numbers of resources by pairs of values. Rows and columns are keys of facets (`KindIndex.postings`)."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    #: by row and column, without zeros
    counts: Mapping[tuple[str, str], int]
    row_totals: Mapping[str, int]
    column_totals: Mapping[str, int]
    #: number of the resources that have a value of both facets
    total: int


def matrix(index: KindIndex, filters: Filters, rows: str, columns: str, every_column: Iterable[str] = ()) -> Matrix:
    """Cross the values of two facets, among the resources that pass the filters.

    A resource counts once in a cell and in a total, whatever number of values it has. Parts of counted resources are
    not counted (`KindIndex.count`). Rows without resources are left out; columns are those of `every_column` and those
    with resources.
    """
    among = index.select(filters)
    across = _having(index.postings(rows), among)
    along = _having(index.postings(columns), among)
    crossed = {(row, column): having & those for row, having in across.items() for column, those in along.items()}
    of_rows = BitMap.union(BitMap(), *along.values())
    of_columns = BitMap.union(BitMap(), *across.values())
    row_totals = {row: index.count(having & of_rows) for row, having in across.items() if having & of_rows}
    totals = {column: index.count(having & of_columns) for column, having in along.items() if having & of_columns}
    return Matrix(
        tuple(row_totals),
        tuple(dict.fromkeys((*every_column, *totals))),
        {cell: index.count(having) for cell, having in crossed.items() if having},
        row_totals,
        totals,
        index.count(of_rows & of_columns),
    )


def _having(postings: Mapping[str, BitMap], among: BitMap) -> dict[str, BitMap]:
    return {key: found for key, having in postings.items() if (found := having & among)}
