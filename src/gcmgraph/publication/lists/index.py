"""Lists of the resources of one kind, filtered by facets, period and text, with counts.

The data is that of the list file of a dataset version (`lists.file`). A set of resources is a
bitmap of their rows, so a filter is an AND of bitmaps and a count the size of one: the cost does
not depend on the store, and little on the number of resources (docs/performance.md).
"""

from __future__ import annotations

from array import array
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
        """Keys of the values of a facet, in natural order, each with the rows that have it.

        `day` is that of the states of practices, by default today.
        """
        if name == STATE:
            return self._states(day or Moment.of(datetime.now(UTC).date()))
        if name not in self._postings:
            facet = next(facet for facet in self.facets if facet.name == name)
            self._postings[name] = self._read_postings(facet)
        return self._postings[name]

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
            names = self.names
            rows = self._lists.by_title(self.kind, language)
            self._entries[language] = tuple(
                Entry(iri, names.of(iri, language), names.notation(iri)) for iri in self.iris(rows)
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
        """The items of a list of resources: a part of a practice is listed as its whole."""
        parts = selected & self.parts
        if not parts:
            return selected
        return (selected - parts).union(*(self._wholes_of[part] for part in parts))

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
        """The `count` above 0 by facet and value, among what passes all other filters."""
        selected = self.select(filters)
        counts: dict[str, dict[str, int]] = {}
        for facet in self.facets:
            candidates = selected
            if facet.name in filters.values:
                candidates = self.select(filters, but=facet.name)
            counts[facet.name] = {}
            for key, rows in self.postings(facet.name, filters.day).items():
                count = self.count(candidates & rows)
                if count:
                    counts[facet.name][key] = count
        return counts

    def under_way(self, first: int | None, last: int | None) -> BitMap:
        """The practices under way in a period: begun by its last year, not ended before its first.

        Without a stated end a practice continues; without a stated start it began before. Without
        dates it is excluded.
        """
        starts, ends = self._years
        late = (rows for year, rows in starts.items() if last is not None and year > last)
        early = (rows for year, rows in ends.items() if first is not None and year < first)
        return self._dated - _union((*late, *early))

    def years(self, selected: BitMap) -> dict[int, int]:
        """Number of the selected practices under way in each year, between the outer dates."""
        first, last = self.span(selected) or (0, -1)
        return {
            year: self.count(selected & self.under_way(year, year))
            for year in range(first, last + 1)
        }

    def span(self, selected: BitMap | None = None) -> tuple[int, int] | None:
        """The first and the last year in dates of the selected practices, or of all.

        None without dates.
        """
        years = [
            year
            for rows_by_year in self._years
            for year, rows in rows_by_year.items()
            if selected is None or rows & selected
        ]
        return (min(years), max(years)) if years else None

    def ordered(
        self,
        selected: BitMap,
        sort: str,
        language: str,
        first: int,
        count: int,
        day: Moment | None = None,
    ) -> list[Listed]:
        """`count` of the selected resources from index `first` on, in an order of `SORTS`.

        Their states on a day.
        """
        by_title = self._lists.by_title(self.kind, language)
        if sort == "title":
            rows = islice(_members(by_title, selected), first, first + count)
            return self.listed(rows, day)
        starts, _ = self._dates
        groups = [rows for _, rows in sorted(starts.items(), reverse=sort == "-start")]
        without_start = selected - _union(groups)
        selected_groups = (rows & selected for rows in (*groups, without_start))
        return self.listed(_page_of_groups(by_title, selected_groups, first, count), day)

    def listed(self, rows: Iterable[int], day: Moment | None = None) -> list[Listed]:
        """The resources at rows, with their values; states are those on a day, by default today."""
        ordered_rows = list(rows)
        row_set = BitMap(ordered_rows)
        values: dict[int, dict[str, list[str]]] = {row: {} for row in ordered_rows}
        for facet in self.facets:
            for key, rows_with_key in self.postings(facet.name, day).items():
                for row in row_set & rows_with_key:
                    values[row].setdefault(facet.name, []).append(key)
        starts, ends = (_moments_by_row(row_set, moments) for moments in self._dates)
        return [
            Listed(
                self._lists.iri(row),
                Period(starts.get(row), ends.get(row)),
                {name: tuple(keys) for name, keys in values[row].items()},
            )
            for row in ordered_rows
        ]

    def direct_statements(self, iris: Iterable[IRI]) -> Iterator[Triple]:
        """The statements about resources with direct properties of the facets."""
        rows = self.rows(iris)
        v = Vocabulary(self._addresses)
        for curie in dict.fromkeys(curie for facet in self.facets for curie in facet.direct):
            for value, rows_with_value in self._lists.reached(self.kind, (curie,)).items():
                for row in rows & rows_with_value:
                    yield Triple(self._lists.iri(row), v(curie), value)

    def _read_postings(self, facet: Facet) -> dict[str, BitMap]:
        """The postings of a facet (except `STATE`, which depends on a day) from the list file."""
        if facet.name == BUDGET:
            amounts = self._lists.reached(self.kind, AMOUNTS)
            return budgets({value.value: rows for value, rows in amounts.items()}, self.everything)
        postings: dict[str, BitMap] = {}
        for path in facet.paths:
            for value, rows in self._lists.reached(self.kind, path).items():
                if isinstance(value, Literal) == (facet.stem is None):
                    key = facet.key(value.value, self._addresses)
                    postings[key] = postings[key] | rows if key in postings else rows
        ordered_keys = sorted(postings, key=lambda key: (natural(key), key))
        return {key: postings[key] for key in ordered_keys}

    def _states(self, day: Moment) -> dict[str, BitMap]:
        """The postings of the states of practices on a day; states of no practice are left out."""
        types = self.postings("type")
        events = _union(rows for key, rows in types.items() if key in POINT_EVENTS)
        longer_practices = _union(rows for key, rows in types.items() if key not in POINT_EVENTS)
        starts, ends = self._dates
        postings = states(starts, ends, self._dated, events - longer_practices, day)
        postings[UNDATED] = self.everything - self._dated
        return {key: rows for key, rows in postings.items() if rows}

    @cached_property
    def parts(self) -> BitMap:
        """The rows of practices that are parts of others."""
        return BitMap(self._wholes_of)

    @cached_property
    def parts_and_wholes(self) -> frozenset[IRI]:
        """The practices that are parts of others, or have parts."""
        return frozenset(self.iris(self.parts | self.wholes(self.parts)))

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
        if not self.has_periods:
            return {}
        practices: dict[Moment, BitMap] = {}
        for value, rows in self._lists.reached(self.kind, (curie,)).items():
            moment = Moment.parse(value.value)
            if moment is not None:
                practices[moment] = practices.get(moment, BitMap()) | rows
        with_earlier_date = BitMap()
        for moment in sorted(practices):
            practices[moment] -= with_earlier_date
            with_earlier_date |= practices[moment]
        return practices

    @cached_property
    def _dated(self) -> BitMap:
        """The practices with a date."""
        starts, ends = self._dates
        return _union((*starts.values(), *ends.values()))

    @cached_property
    def _years(self) -> tuple[dict[int, BitMap], dict[int, BitMap]]:
        """The practices by year of their start, and of their end."""
        starts, ends = self._dates
        return _by_year(starts), _by_year(ends)


class Listings:
    """Lists and labels of a dataset version, from the list file in its folder or from its store."""

    def __init__(self, store: Store, addresses: Addresses, folder: Path | None = None) -> None:
        self.addresses = addresses
        stored_lists = Lists.open(folder, addresses) if folder else None
        self.lists = stored_lists or read_lists(store, addresses)
        self.labels = Labels(store, addresses, self.lists.names)
        self._indexes: dict[str, KindIndex] = {}

    def of(self, kind: str) -> KindIndex:
        """The index of a kind. Raises `KeyError` for an unknown kind."""
        if kind not in self._indexes:
            self._indexes[kind] = KindIndex(self.lists, self.addresses, self.labels, kind)
        return self._indexes[kind]

    def counts(self) -> dict[str, int]:
        """Number of resources of each kind; kinds without any are left out."""
        return {kind: count for kind in KINDS if (count := len(self.of(kind)))}


def _union(sets: Iterable[BitMap]) -> BitMap:
    return BitMap.union(BitMap(), *sets)


def _members(order: Iterable[int], selected: BitMap) -> Iterator[int]:
    """The selected rows in an order."""
    return (row for row in order if row in selected)


def _page_of_groups(
    by_title: array[int], groups: Iterable[BitMap], first: int, count: int
) -> list[int]:
    """The rows of groups, group after group, each by title: `count` of them from index `first` on.

    Only the groups in which the page begins, continues and ends are ordered. Example:

    >>> by_title = array("I", [2, 0, 3, 1])
    >>> _page_of_groups(by_title, [BitMap([0, 1, 2]), BitMap([3])], first=1, count=3)
    [0, 1, 3]
    """
    skipped_rows = 0
    group_number: dict[int, int] = {}
    for number, group in enumerate(groups):
        is_before_page = not group_number and skipped_rows + len(group) <= first
        if is_before_page:
            skipped_rows += len(group)
            continue
        group_number.update(dict.fromkeys(group, number))
        if skipped_rows + len(group_number) >= first + count:
            break
    ordered_rows = sorted(_members(by_title, BitMap(group_number)), key=group_number.__getitem__)
    start = first - skipped_rows
    return ordered_rows[start : start + count]


def _moments_by_row(rows: BitMap, moments: Mapping[Moment, BitMap]) -> dict[int, Moment]:
    """The moment of each row that has one."""
    return {
        row: moment
        for moment, rows_with_moment in moments.items()
        for row in rows & rows_with_moment
    }


def _by_year(moments: Mapping[Moment, BitMap]) -> dict[int, BitMap]:
    years: dict[int, BitMap] = {}
    for moment, rows in moments.items():
        years[moment.year] = years.get(moment.year, BitMap()) | rows
    return years
