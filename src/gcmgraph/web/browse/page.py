"""Page of a requested list: items, active filters, and menus of facets with counts of items."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from gcmgraph.platform.text import fold_words, natural
from gcmgraph.publication.descriptions import Label
from gcmgraph.publication.lists.facets import PRACTICES_OF, UNDATED, Facet
from gcmgraph.publication.lists.index import Filters, Listed
from gcmgraph.rdf.terms import IRI, Literal, typed
from gcmgraph.web.browse.list_request import MAX_PAGE_SIZE, ListRequest, list_orders
from gcmgraph.web.i18n import value_name
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.timeline import Timeline, draw_timeline

#: Facets whose menus are first, in the order of their kind; the others are folded.
FIRST_MENUS = frozenset({"objective", "country", "region"})

#: Limit on the values in the menu of a facet: the most frequent ones, ordered by name.
MAX_OPTIONS = 250

#: Facets of practices by which those of an SDG goal or target are counted.
_PRACTICES_OF_SDG = ("goal", "stated-target", "inherited-target")


@dataclass(frozen=True)
class Option:
    """A value to filter by, and the number of resources that have it."""

    facet: str
    key: str
    notation: str | None
    label: Label
    count: int
    #: number of wider values above it in a hierarchy
    depth: int = 0
    #: of an active filter, the address of the list without it; `count` is that of its resources
    without: str = ""


@dataclass(frozen=True)
class Menu:
    """The values of a facet that can be added; `left_out` more are not in the menu."""

    name: str
    options: tuple[Option, ...]
    left_out: int


@dataclass(frozen=True)
class WiderList:
    """The list without one of its filters: its address, and its number of resources."""

    address: str
    count: int


@dataclass(frozen=True)
class PracticeCount:
    """The number of practices that have a resource as the value of a facet, and the address of their list."""

    facet: str
    address: str
    count: int


class ListPage:
    """The resources of a requested list, in one language."""

    def __init__(
        self, page: Page, list_request: ListRequest, filters: Filters, size: int = 0
    ) -> None:
        """`size` is the number of items, where it is not that of the request."""
        self.list_request = list_request
        self.filters = filters
        self.index = page.snapshot.listings.of(list_request.kind)
        self._selected = self.index.select(filters)
        self._rows = self.index.wholes(self._selected)
        #: number of the resources that are listed: of practices, wholes alone
        self.total = len(self._rows)
        #: number of the parts of practices that pass the filters and are displayed under their whole
        self.part_count = len(self._selected & self.index.parts)
        self.size = size or list_request.size
        self.last_page = max(1, -(-self.total // self.size))
        #: index of the first item of the page among all
        self.offset = (list_request.page - 1) * self.size
        self.sorts = list_orders(self.index)
        self._page = page
        self._practices = page.snapshot.listings.of("practice")

    @cached_property
    def items(self) -> list[Listed]:
        """The items of the requested page."""
        return self.items_from(self.offset, self.size)

    def items_from(self, offset: int, count: int) -> list[Listed]:
        """`count` items of the whole list from index `offset` on, in the requested order."""
        return self.index.ordered(
            self._rows,
            self.list_request.sort,
            self._page.language,
            offset,
            count,
            self.filters.day,
        )

    def with_parts(self, items: Sequence[Listed]) -> Iterator[Listed]:
        """Items for files: each is followed by its parts that pass the filters.

        A part of two items comes once.
        """
        parts_of = {item.iri: self.parts(item) for item in items}
        rows = self.index.rows(part for parts in parts_of.values() for part in parts)
        listed_parts = {part.iri: part for part in self.index.listed(rows, self.filters.day)}
        for item in items:
            yield item
            for part in parts_of[item.iri]:
                if part in listed_parts:
                    yield listed_parts.pop(part)

    def parts(self, item: Listed) -> list[IRI]:
        """The parts of a practice that pass the filters."""
        if not self.part_count:
            return []
        (row,) = self.index.rows([item.iri])
        return self.index.iris(self.index.parts_of(row, self._selected))

    def through_part(self, item: Listed) -> bool:
        """Whether only parts of an item pass the filters, not the item itself."""
        return not self.index.rows([item.iri]) & self._selected

    def leading_parts(self, item: Listed) -> list[IRI]:
        """The parts through which alone an item is in the list.

        None for an item that passes the filters itself.
        """
        return self.parts(item) if self.through_part(item) else []

    @property
    def unfiltered_count(self) -> int:
        """The number of resources without filters."""
        return self.index.count(self.index.everything)

    @property
    def count_at_address(self) -> int:
        """The number of results of the list at the address, of which a page may show a part."""
        return self._count(replace(self.filters, only=None))

    @property
    def iris(self) -> frozenset[IRI]:
        """All resources that pass the filters."""
        return frozenset(self.index.iris(self._selected))

    @property
    def day(self) -> Literal:
        """The day of the states of practices."""
        return typed(str(self.filters.day), "date")

    def practice_counts(self, item: Listed) -> list[PracticeCount]:
        """The numbers of an item's practices by facet.

        Of an SDG target, the number of those that state it, then of those that inherit it. Of
        resources of other kinds, one number.
        """
        if self.index.kind == "sdg":
            return list(self._practice_counts(_PRACTICES_OF_SDG, item))
        facets = PRACTICES_OF.get(self.index.kind, ())
        return list(self._practice_counts(facets, item))[:1]

    def _practice_counts(self, facets: Iterable[str], item: Listed) -> Iterator[PracticeCount]:
        for name in facets:
            facet = self._practices.facet(name)
            key = facet.key(item.iri.value, self._page.site.addresses) if facet else ""
            rows = self._practices.postings(name).get(key)
            if rows:
                list_request = ListRequest(
                    "practice", {name: (key,)}, language=self.list_request.language
                )
                yield PracticeCount(name, list_request.address(), self._practices.count(rows))

    def chips(self) -> list[Option]:
        """The active filters by value."""
        chips: list[Option] = []
        for name, keys in self.list_request.values.items():
            facet = self.index.facet(name)
            if facet is None:
                continue
            for key in keys:
                wider_request = self.list_request.without_value(name, key)
                count = self._count(replace(self.filters, values=wider_request.values))
                option = self._option(facet, key, count)
                chips.append(replace(option, without=wider_request.address()))
        return chips

    def without_years(self) -> WiderList:
        """The list without its range of years."""
        list_request = self.list_request.changed(first_year=None, last_year=None)
        filters = replace(self.filters, first_year=None, last_year=None)
        return WiderList(list_request.address(), self._count(filters))

    def without_text(self) -> WiderList:
        """The list without its search text."""
        list_request = self.list_request.changed(text="")
        return WiderList(list_request.address(), self._count(replace(self.filters, only=None)))

    def _count(self, filters: Filters) -> int:
        return self.index.count(self.index.select(filters))

    def timeline(self) -> Timeline | None:
        """The timeline of the whole list; None for kinds without periods."""
        if not self.index.has_periods:
            return None
        return draw_timeline(self.index, self._selected, self._page.language)

    def year_address(self, year: int) -> str:
        """The address of the list of a year."""
        return self.list_request.changed(first_year=year, last_year=year).address()

    @property
    def undated_address(self) -> str:
        """The address of the list of the practices without dates."""
        values = {**self.list_request.values, "state": (UNDATED,)}
        return self.list_request.changed(values=values).address()

    def with_largest_pages(self) -> ListRequest:
        """The list from its first page, with pages of maximum size."""
        return self.list_request.changed(limit=MAX_PAGE_SIZE)

    def menus(self) -> list[Menu]:
        """The menus of the facets that have values to add."""
        counts = self.index.counts(self.filters)
        facets = [facet for facet in self.index.facets if facet.offered]
        menus = [self._menu(facet, counts[facet.name]) for facet in facets]
        menus_with_values = [menu for menu in menus if menu.options]
        return sorted(menus_with_values, key=lambda menu: menu.name not in FIRST_MENUS)

    def _menu(self, facet: Facet, counts: dict[str, int]) -> Menu:
        """The menu of a facet, whose values have `counts` of resources."""
        active_keys = self.list_request.values.get(facet.name, ())
        keys = [key for key in counts if key not in active_keys]
        keys.sort(key=lambda key: (-counts[key], key))
        options = [self._option(facet, key, counts[key]) for key in keys[:MAX_OPTIONS]]
        if facet.keys:  # in the order of the values
            order = list(self.index.postings(facet.name, self.filters.day))
            options.sort(key=lambda option: order.index(option.key))
        elif facet.hierarchical:
            options = self._in_hierarchy(facet, options)
        else:
            options.sort(key=_reading_order)
        return Menu(facet.name, tuple(options), max(0, len(keys) - MAX_OPTIONS))

    def _in_hierarchy(self, facet: Facet, options: list[Option]) -> list[Option]:
        """Options below the wider ones that include them, by name at each level."""
        addresses = self._page.site.addresses
        broader_values = self._broader_values()
        option_by_value = {facet.value(option.key, addresses): option for option in options}

        def names(lineage: list[str]) -> list[str]:
            return [fold_words(option_by_value[value].label.text) for value in lineage]

        lineages = [_lineage(value, broader_values, option_by_value) for value in option_by_value]
        lineages.sort(key=names)
        return [
            replace(option_by_value[lineage[-1]], depth=len(lineage) - 1) for lineage in lineages
        ]

    def _broader_values(self) -> dict[str, str]:
        """The IRI of the next broader concept by the IRI of a concept."""
        concepts = self._page.snapshot.listings.of("concept")
        facet = concepts.facet("broader")
        broader_values: dict[str, str] = {}
        if facet is None:
            return broader_values
        for key, rows in concepts.postings("broader").items():
            broader_value = facet.value(key, self._page.site.addresses)
            broader_values |= {iri.value: broader_value for iri in concepts.iris(rows)}
        return broader_values

    def _option(self, facet: Facet, key: str, count: int) -> Option:
        language = self._page.language
        if facet.stem is None:
            # the names of fixed values are in the language of the page, other texts in any
            label = Label(value_name(facet, key, language), language if facet.keys else None)
            return Option(facet.name, key, None, label, count)
        iri = IRI(facet.value(key, self._page.site.addresses))
        label = self._page.label(iri)
        notation = self._page.notation(iri)
        name_suffices = notation == label.text or facet.stem == "country/"
        return Option(facet.name, key, None if name_suffices else notation, label, count)


def _lineage(
    value: str, broader_values: Mapping[str, str], offered_values: Container[str]
) -> list[str]:
    """The offered values among the broader ones of a value and itself, the broadest first.

    >>> broader_values = {"women": "adults", "adults": "people"}
    >>> _lineage("women", broader_values, {"women", "people"})
    ['people', 'women']
    """
    lineage = [value]
    while lineage[0] in broader_values:
        broader_value = broader_values[lineage[0]]
        if broader_value in lineage:
            break  # a circle in the data
        lineage.insert(0, broader_value)
    return [member for member in lineage if member in offered_values]


def _reading_order(option: Option) -> tuple[list[tuple[int, str]], str]:
    """A sort key: the code, else the name."""
    code = option.notation or ("" if option.label.language else option.label.text)
    return natural(code), fold_words(option.label.text)
