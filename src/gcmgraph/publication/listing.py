"""Lists of the things of one kind, narrowed by facets, period and text, with counts for every value.

One index for each kind of a dataset version, read from the store in one pass over each property. A set of things is
a bitmap of their places, so a filter is an AND of bitmaps and a count the size of one: what a list costs does not
depend on the store, and hardly on how many things there are (docs/lists.md has the figures).
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyroaring import BitMap

from gcmgraph.model.terms import IRI, Literal, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe_catalogue import Catalogue, natural
from gcmgraph.publication.facets import FACETS, Facet
from gcmgraph.publication.names import Names
from gcmgraph.publication.periods import Moment, Period
from gcmgraph.publication.search_index import fold
from gcmgraph.store.port import Store

#: Orders of a list; a minus turns one around. Kinds without dates know the first only.
SORTS = ("title", "start", "-start")


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to: any of the values of each facet, a span of years, and certain things."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    first_year: int | None = None
    last_year: int | None = None
    #: the things that a search text fits; None where there is no text
    only: frozenset[IRI] | None = None


@dataclass(frozen=True)
class Listed:
    """A thing in a list."""

    iri: IRI
    period: Period
    #: facet to the keys of its values
    values: Mapping[str, tuple[str, ...]]


class KindIndex:
    """The things of one kind, in the order of their addresses, and which of them have which values."""

    def __init__(self, store: Store, addresses: Addresses, names: Names, kind: str, members: tuple[IRI, ...]) -> None:
        self.kind = kind
        self.names = names
        self.members = members
        self.facets = FACETS[kind]
        self.everything = BitMap(range(len(members)))
        self.place = {iri: number for number, iri in enumerate(members)}
        self.postings: dict[str, dict[str, BitMap]] = {}
        v = Vocabulary(addresses)
        reader = _Reader(store, v, self.place)
        for facet in self.facets:
            found = reader.values(facet)
            keyed = {facet.key(value, addresses): places for value, places in found.items()}
            self.postings[facet.name] = {key: keyed[key] for key in sorted(keyed, key=lambda key: (natural(key), key))}
        self._stated = {v(curie): reader.own_values(curie) for facet in self.facets for curie in facet.direct}
        self.has_periods = kind == "practice"
        self.starts = reader.moments("schema:startDate") if self.has_periods else {}
        self.ends = reader.moments("schema:endDate") if self.has_periods else {}
        self._start_years, self._end_years = _by_year(self.starts), _by_year(self.ends)
        self._orders: dict[tuple[str, str], array[int]] = {}

    def facet(self, name: str) -> Facet | None:
        """The facet of a name."""
        return next((facet for facet in self.facets if facet.name == name), None)

    def period(self, place: int) -> Period:
        """From when to when a thing was carried out."""
        return Period(self.starts.get(place), self.ends.get(place))

    def select(self, filters: Filters, *, but: str | None = None) -> BitMap:
        """The places of the things that fit; the facet `but` is left aside."""
        selected = self.everything
        for name, keys in filters.values.items():
            if name != but:
                postings = self.postings[name]
                selected = selected & BitMap.union(*(postings.get(key, BitMap()) for key in keys))
        if filters.first_year is not None or filters.last_year is not None:
            selected = selected & self.under_way(filters.first_year, filters.last_year)
        if filters.only is not None:
            selected = selected & BitMap(self.place[iri] for iri in filters.only if iri in self.place)
        return selected

    def counts(self, filters: Filters) -> dict[str, dict[str, int]]:
        """For each facet how many things each value has, among those that fit all other facets; none are left out."""
        narrowed = self.select(filters)
        counts: dict[str, dict[str, int]] = {}
        for name, postings in self.postings.items():
            among = self.select(filters, but=name) if name in filters.values else narrowed
            found = ((key, among.intersection_cardinality(places)) for key, places in postings.items())
            counts[name] = {key: count for key, count in found if count}
        return counts

    def under_way(self, first: int | None, last: int | None) -> BitMap:
        """What was carried out in some of these years: begun by the last, not ended before the first.

        A thing whose end is not stated goes on, one whose start is not stated began before; one without any date
        is in no span of years.
        """
        begun, unended = self._dated(), self._dated()
        if last is not None:
            begun -= BitMap.union(BitMap(), *(p for year, p in self._start_years.items() if year > last))
        if first is not None:
            unended -= BitMap.union(BitMap(), *(p for year, p in self._end_years.items() if year < first))
        return begun & unended

    def years(self, selected: BitMap) -> dict[int, int]:
        """How many of these things were under way in each year from the first that is named to the last."""
        named = [year for table in (self._start_years, self._end_years) for year in table if table[year] & selected]
        if not named:
            return {}
        return {
            year: selected.intersection_cardinality(self.under_way(year, year))
            for year in range(min(named), max(named) + 1)
        }

    def ordered(self, selected: BitMap, sort: str, language: str, first: int, count: int) -> list[Listed]:
        """`count` of the things selected, from number `first` on, in an order of `SORTS`."""
        places: list[int] = []
        skipped = 0
        for place in self._order(sort, language):
            if place in selected:
                if skipped < first:
                    skipped += 1
                    continue
                places.append(place)
                if len(places) == count:
                    break
        return self.listed(places)

    def listed(self, places: Iterable[int]) -> list[Listed]:
        """The things at places, with their values."""
        order = list(places)
        wanted = BitMap(order)
        values: dict[int, dict[str, list[str]]] = {place: {} for place in order}
        for name, postings in self.postings.items():
            for key, having in postings.items():
                for place in wanted & having:
                    values[place].setdefault(name, []).append(key)
        return [
            Listed(
                self.members[place],
                self.period(place),
                {name: tuple(sorted(keys, key=natural)) for name, keys in values[place].items()},
            )
            for place in order
        ]

    def stated(self, places: Iterable[int]) -> Iterator[Triple]:
        """What is stated of things by the properties of the facets; nothing that holds by way of others."""
        wanted = BitMap(places)
        for predicate, values in self._stated.items():
            for value, having in values.items():
                for place in wanted & having:
                    yield Triple(self.members[place], predicate, value)

    def _dated(self) -> BitMap:
        return BitMap.union(BitMap(), *self._start_years.values(), *self._end_years.values())

    def _order(self, sort: str, language: str) -> array[int]:
        """All places in an order; made when first asked for."""
        key = (sort, language)
        if key not in self._orders:
            by_title = self._titles(language)
            if sort == "title":
                order = by_title
            else:
                place_by_title = {place: number for number, place in enumerate(by_title)}
                sign = -1 if sort == "-start" else 1
                order = sorted(by_title, key=lambda place: self._start_key(place, sign, place_by_title[place]))
            self._orders[key] = array("I", order)
        return self._orders[key]

    def _start_key(self, place: int, sign: int, title: int) -> tuple[bool, int, int, int, int]:
        """A sort key by start, in either direction; what has no start comes last."""
        start = self.starts.get(place)
        moment = (start.year, start.month, start.day) if start else (0, 0, 0)
        return start is None, *(sign * part for part in moment), title  # type: ignore[return-value]

    def _titles(self, language: str) -> list[int]:
        by_code = self.kind not in {"country", "concept", "practice"}

        def key(place: int) -> tuple[list[tuple[int, str]], str, str]:
            iri = self.members[place]
            code = self.names.notation(iri) or "~" if by_code else ""
            text = self.names.of(iri, language).text
            return natural(code), fold(text) or text, text

        return sorted(range(len(self.members)), key=key)


class _Reader:
    """Reads the values of the members of one kind, each property once."""

    def __init__(self, store: Store, v: Vocabulary, place: Mapping[IRI, int]) -> None:
        self._store = store
        self._v = v
        self._place = place
        self._own: dict[str, dict[IRI | Literal, BitMap]] = {}
        self._links: dict[str, dict[IRI, set[IRI]]] = {}

    def values(self, facet: Facet) -> dict[str, BitMap]:
        """The values of a facet, each with the places of the members that have it."""
        found: dict[str, BitMap] = {}
        for path in facet.paths:
            for value, places in self._along(path):
                if isinstance(value, Literal) == (facet.stem is None):
                    found.setdefault(value.value, BitMap()).update(places)
        return dict(sorted(found.items()))  # engines have orders of their own

    def moments(self, curie: str) -> dict[int, Moment]:
        """The date of each member that has one; the earliest of several."""
        moments: dict[int, Moment] = {}
        same: dict[Moment, Moment] = {}  # thousands of practices share a few hundred dates
        for value, places in self._along((curie,)):
            moment = Moment.parse(value.value)
            if moment is not None:
                moment = same.setdefault(moment, moment)
                for place in places:
                    moments[place] = min(moment, moments.get(place, moment))
        return moments

    def _along(self, path: tuple[str, ...]) -> Iterator[tuple[IRI | Literal, BitMap]]:
        """What a path of properties leads to, and from which members."""
        reached = self.own_values(path[0])
        for curie in path[1:]:
            further: dict[IRI | Literal, BitMap] = {}
            links = self._links_of(curie)
            for value, places in reached.items():
                for target in links.get(value, ()) if isinstance(value, IRI) else ():
                    further.setdefault(target, BitMap()).update(places)
            reached = further
        yield from reached.items()

    def own_values(self, curie: str) -> dict[IRI | Literal, BitMap]:
        """The values of a property, each with the places of the members that it is stated of."""
        if curie not in self._own:
            places: dict[IRI | Literal, array[int]] = {}
            for triple in self._store.triples(predicate=self._v(curie)):
                value = triple.object
                if isinstance(triple.subject, IRI) and isinstance(value, IRI | Literal):
                    place = self._place.get(triple.subject)
                    if place is not None:
                        places.setdefault(value, array("I")).append(place)
            self._own[curie] = {value: BitMap(found) for value, found in places.items()}
        return self._own[curie]

    def _links_of(self, curie: str) -> dict[IRI, set[IRI]]:
        if curie not in self._links:
            links: dict[IRI, set[IRI]] = {}
            for triple in self._store.triples(predicate=self._v(curie)):
                if isinstance(triple.subject, IRI) and isinstance(triple.object, IRI):
                    links.setdefault(triple.subject, set()).add(triple.object)
            self._links[curie] = links
        return self._links[curie]


class Listings:
    """The indexes of one dataset version, each made when first asked for."""

    def __init__(self, store: Store, addresses: Addresses, catalogue: Catalogue) -> None:
        self._store = store
        self.addresses = addresses
        self._catalogue = catalogue
        self._indexes: dict[str, KindIndex] = {}
        self._names: Names | None = None
        self._making = threading.RLock()

    def names(self) -> Names:
        """The names of all things."""
        with self._making:
            if self._names is None:
                self._names = Names(self._store, self.addresses)
            return self._names

    def of(self, kind: str) -> KindIndex:
        """The index of a kind of thing. A `KeyError` for no kind of ours."""
        made = self._indexes.get(kind)
        if made is None:
            with self._making:
                made = self._indexes.get(kind)
                if made is None:
                    members = self._catalogue.members(kind)
                    made = KindIndex(self._store, self.addresses, self.names(), kind, members)
                    self._indexes[kind] = made
        return made


def _by_year(moments: Mapping[int, Moment]) -> dict[int, BitMap]:
    years: dict[int, array[int]] = {}
    for place, moment in moments.items():
        years.setdefault(moment.year, array("I")).append(place)
    return {year: BitMap(places) for year, places in years.items()}
