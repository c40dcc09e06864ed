"""The requested list: its filters, order and address; and its page: active filters, menus of facets, items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from gcmgraph.platform.dates import FIRST_YEAR, LAST_YEAR, Moment
from gcmgraph.platform.text import fold_words, natural
from gcmgraph.publication.descriptions import Label
from gcmgraph.publication.lists.facets import PRACTICES_OF, Facet
from gcmgraph.publication.lists.index import SORTS, Filters, KindIndex, Listed
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, typed
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.http.parameters import permitted_values, read_number, read_page, require_short
from gcmgraph.web.http.problems import bad_request
from gcmgraph.web.i18n import FACET_NAMES, value_name
from gcmgraph.web.services import search_index
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.timeline import Timeline, draw_timeline

#: Maximum number of resources on a page.
MAX_PAGE_SIZE = 1000

#: Maximum number of values of one facet, and of characters of a search text.
MAX_VALUES, MAX_TEXT = 50, 200

#: Values of a facet at most that the message about an unknown one lists.
MAX_LISTED = 12

#: Length of a day such as 2026-11-27, without a time zone.
_DAY = 10


@dataclass(frozen=True)
class ListRequest:
    """A list of resources of a kind. Values are those of the addresses: `country=AFG`."""

    kind: str
    values: Mapping[str, tuple[str, ...]]
    first_year: int | None = None
    last_year: int | None = None
    text: str = ""
    sort: str = SORTS[0]
    page: int = 1
    #: resources on a page; 0 for the default
    limit: int = 0
    #: the language, where it is in the address
    language: str | None = None
    #: the day of the states of practices, where it is in the address
    day: Moment | None = None

    @property
    def narrowed(self) -> bool:
        """Whether any filter is active."""
        return bool(
            self.values or self.text or self.first_year is not None or self.last_year is not None
        )

    @property
    def size(self) -> int:
        """The number of resources on a page; an entry of a practice is longer than others."""
        return self.limit or (50 if self.kind == "practice" else 250)

    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the address, without default values."""
        pairs = [(name, key) for name, keys in self.values.items() for key in keys]
        years = (("from", self.first_year), ("to", self.last_year))
        pairs += [(name, str(year)) for name, year in years if year is not None]
        pairs += [("on", str(self.day))] if self.day else []
        pairs += [("q", self.text)] if self.text else []
        pairs += [("sort", self.sort)] if self.sort != SORTS[0] else []
        pairs += [("limit", str(self.limit))] if self.limit else []
        pairs += [("page", str(self.page))] if self.page != 1 else []
        return pairs + ([("lang", self.language)] if self.language else [])

    def address(self, **more: str) -> str:
        """The path with its query."""
        pairs = [*self.parameters(), *more.items()]
        return f"/browse/{self.kind}{'?' if pairs else ''}{urlencode(pairs)}"

    def but(self, **changed: Any) -> ListRequest:
        """The list with other values of some parameters, by default its first page."""
        return replace(self, **{"page": 1, **changed})

    def without_value(self, name: str, key: str) -> ListRequest:
        """The list without one value."""
        rest = {**self.values, name: tuple(other for other in self.values[name] if other != key)}
        return self.but(values={facet: keys for facet, keys in rest.items() if keys})

    def everything(self) -> ListRequest:
        """The list without filters."""
        return self.but(values={}, first_year=None, last_year=None, text="")


def requested_list(page: Page, kind: str) -> tuple[ListRequest, Filters]:
    """The requested list of a kind, and its filters; its resources have all words of the text."""
    snapshot = page.snapshot
    index = snapshot.listings.of(kind)
    asked = read_list_request(request.args, index, page.site.addresses)
    only = index.rows(search_index(snapshot).resources(asked.text, kind)) if asked.text else None
    day = asked.day or Moment.of(snapshot.day)
    return asked, Filters(asked.values, asked.first_year, asked.last_year, only, day)


def read_list_request(
    arguments: MultiDict[str, str], index: KindIndex, addresses: Addresses
) -> ListRequest:
    """Parse the parameters of a list. 400 for an invalid value; other parameters are ignored."""
    values: dict[str, tuple[str, ...]] = {}
    for facet in index.facets:
        keys = tuple(dict.fromkeys(key for key in arguments.getlist(facet.name) if key))
        if len(keys) > MAX_VALUES:
            detail = gettext(
                "The filter '%(name)s' has %(count)s values; it may have %(most)s.",
                name=facet.name,
                count=len(keys),
                most=MAX_VALUES,
            )
            raise bad_request(detail)
        for key in keys:
            _require_known(index, facet, key, addresses)
        if keys:
            values[facet.name] = keys
    first = last = None
    if index.has_periods:
        first, last = (
            read_number(arguments, name, FIRST_YEAR, LAST_YEAR) for name in ("from", "to")
        )
    if first is not None and last is not None and first > last:
        raise bad_request(
            gettext(
                "The year 'from' (%(first)s) must not be after the year 'to' (%(last)s).",
                first=first,
                last=last,
            )
        )
    text = require_short(arguments.get("q", "").strip(), MAX_TEXT)
    sorts = SORTS if index.has_periods else SORTS[:1]
    sort = arguments.get("sort") or SORTS[0]
    if sort not in sorts:
        raise bad_request(permitted_values("sort", sorts))
    language = arguments.get("lang")
    return ListRequest(
        index.kind,
        values,
        first,
        last,
        text,
        sort,
        read_page(arguments),
        read_number(arguments, "limit", 1, MAX_PAGE_SIZE) or 0,
        language if language in LANGUAGES else None,
        _read_day(arguments) if index.has_periods else None,
    )


def _read_day(arguments: Mapping[str, str]) -> Moment | None:
    """The parameter `on`: a day. 400 for another text."""
    text = arguments.get("on", "").strip()
    day = Moment.parse(text) if text else None
    if text and (day is None or not day.day or len(text) > _DAY):
        detail = gettext(
            "The parameter '%(name)s' must be a day, such as %(day)s.", name="on", day="2026-11-27"
        )
        raise bad_request(detail, parameter="on")
    return day


def _require_known(index: KindIndex, facet: Facet, key: str, addresses: Addresses) -> None:
    """400 for a value that does not exist; the list of an existing value may be empty."""
    if facet.is_key(key) or key in index.postings(facet.name):
        return
    try:
        known = facet.stem is not None and bool(index.names.names(IRI(facet.value(key, addresses))))
    except ValueError:  # not valid in an IRI
        known = False
    if not known:
        shown = key if len(key) <= 60 else f"{key[:60]}…"
        detail = gettext(
            "There is no '%(value)s' to filter by in '%(name)s'.",
            value=shown,
            name=FACET_NAMES[facet.name],
        )
        raise bad_request(detail, parameter=facet.name, hint=_known_values(index, facet))


def _known_values(index: KindIndex, facet: Facet) -> str:
    """The values of a facet in short, as a hint."""
    keys = tuple(index.postings(facet.name))
    if not keys:
        return str(gettext("No resource of this list has a value of this filter."))
    if len(keys) <= MAX_LISTED:
        return str(gettext("Its values are: %(values)s.", values=", ".join(keys)))
    return str(gettext("Its values are from %(first)s to %(last)s.", first=keys[0], last=keys[-1]))


#: Facets whose menus are first, in the order of their kind; the others are folded.
FIRST_MENUS = frozenset({"objective", "country", "region"})

#: Maximum number of values in the menu of a facet: the most frequent ones, ordered by name.
MAX_OPTIONS = 250


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


class ListPage:
    """The resources of a requested list, in one language."""

    def __init__(self, page: Page, asked: ListRequest, filters: Filters, size: int = 0) -> None:
        self.asked = asked
        self.filters = filters
        self.index = page.snapshot.listings.of(asked.kind)
        self._selected = self.index.select(filters)
        self._rows = self.index.wholes(self._selected)
        #: number of the resources that are listed: of practices, wholes alone
        self.total = len(self._rows)
        #: number of the parts of practices that pass the filters, which are displayed under their
        #: whole
        self.part_count = len(self._selected & self.index.parts)
        self.size = size or asked.size
        self.last = max(1, -(-self.total // self.size))
        #: place of the first item of the page among all
        self.first = (asked.page - 1) * self.size
        self.sorts = SORTS if self.index.has_periods else SORTS[:1]
        self._page = page
        self._practices = page.snapshot.listings.of("practice")

    def part(self, first: int, size: int) -> list[Listed]:
        """A part of the list in the requested order."""
        return self.index.ordered(
            self._rows, self.asked.sort, self._page.language, first, size, self.filters.day
        )

    @cached_property
    def items(self) -> list[Listed]:
        """The items of the requested page."""
        return self.part(self.first, self.size)

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

    def leading_parts(self, item: Listed) -> list[IRI]:
        """The parts through which alone an item is in the list; none for an item that passes the filters itself."""
        return self.parts(item) if self.through_part(item) else []

    @property
    def everything(self) -> int:
        """The number of resources without filters."""
        return self.index.count(self.index.everything)

    @property
    def iris(self) -> frozenset[IRI]:
        """All resources that pass the filters."""
        return frozenset(self.index.iris(self._selected))

    def parts(self, item: Listed) -> list[IRI]:
        """The parts of a practice that match the filters."""
        if not self.part_count:
            return []
        (place,) = self.index.rows([item.iri])
        return self.index.iris(self.index.parts_of(place, self._selected))

    def through_part(self, item: Listed) -> bool:
        """Whether only parts of an item match the filters, not the item itself."""
        return not self.index.rows([item.iri]) & self._selected

    def practices(self, item: Listed) -> list[tuple[str, str, int]]:
        """The numbers of an item's practices by facet, each with the address of their list.

        Of an SDG target, those that state it, then those that inherit it.
        """
        if self.index.kind == "sdg":
            return [*self._counts(("goal", "stated-target", "inherited-target"), item)]
        return [*self._counts(PRACTICES_OF.get(self.index.kind, ()), item)][:1]

    def _counts(self, names: Iterable[str], item: Listed) -> Iterator[tuple[str, str, int]]:
        for name in names:
            facet = self._practices.facet(name)
            key = facet.key(item.iri.value, self._page.site.addresses) if facet else ""
            if having := self._practices.postings(name).get(key):
                request = ListRequest("practice", {name: (key,)}, language=self.asked.language)
                yield name, request.address(), self._practices.count(having)

    def menus(self) -> list[Menu]:
        """The menus of the facets that have values to add."""
        counts = self.index.counts(self.filters)
        made = [
            self._menu(facet, counts[facet.name]) for facet in self.index.facets if facet.offered
        ]
        return sorted(
            (menu for menu in made if menu.options), key=lambda menu: menu.name not in FIRST_MENUS
        )

    def chips(self) -> list[Option]:
        """The active filters by value."""
        chips: list[Option] = []
        for name, keys in self.asked.values.items():
            facet = self.index.facet(name)
            for key in keys if facet else ():
                asked = self.asked.without_value(name, key)
                option = (
                    self._option(facet, key, self._count(values=asked.values)) if facet else None
                )
                chips += [replace(option, without=asked.address())] if option else []
        return chips

    def without_years(self) -> tuple[str, int]:
        """The address of the list without its range of years, and its number of resources."""
        years: dict[str, Any] = {"first_year": None, "last_year": None}
        return self.asked.but(**years).address(), self._count(**years)

    def without_text(self) -> tuple[str, int]:
        """The address of the list without its search text, and its number of resources."""
        return self.asked.but(text="").address(), self._count(only=None)

    def _count(self, **wider: Any) -> int:
        return self.index.count(self.index.select(replace(self.filters, **wider)))

    @property
    def day(self) -> Literal:
        """The day of the states of practices."""
        return typed(str(self.filters.day), "date")

    def timeline(self) -> Timeline | None:
        """The timeline of the whole list; None for kinds without periods."""
        if not self.index.has_periods:
            return None
        return draw_timeline(self.index, self._selected, self._page.language)

    def year_address(self, year: int) -> str:
        """The address of the list of a year."""
        return self.asked.but(first_year=year, last_year=year).address()

    def complete(self) -> ListRequest:
        """The list from its first page, with pages of maximum size."""
        return self.asked.but(limit=MAX_PAGE_SIZE)

    def _menu(self, facet: Facet, counts: dict[str, int]) -> Menu:
        chosen = self.asked.values.get(facet.name, ())
        offered = sorted(
            ((count, key) for key, count in counts.items() if key not in chosen),
            key=lambda pair: (-pair[0], pair[1]),
        )
        options = [self._option(facet, key, count) for count, key in offered[:MAX_OPTIONS]]
        if facet.keys:  # in the order of the values
            order = list(self.index.postings(facet.name, self.filters.day))
            options.sort(key=lambda option: order.index(option.key))
        elif facet.hierarchical:
            options = self._in_hierarchy(facet, options)
        else:
            options.sort(key=_reading_order)
        return Menu(facet.name, tuple(options), max(0, len(offered) - MAX_OPTIONS))

    def _in_hierarchy(self, facet: Facet, options: list[Option]) -> list[Option]:
        """Options below the wider ones that include them, by name at each level."""
        concepts, addresses = self._page.snapshot.listings.of("concept"), self._page.site.addresses
        postings, broader = concepts.postings("broader").items(), concepts.facet("broader") or facet
        wider = {
            iri.value: broader.value(key, addresses)
            for key, places in postings
            for iri in concepts.iris(places)
        }
        by_value = {facet.value(option.key, addresses): option for option in options}

        def lineage(value: str) -> list[str]:
            line = [value]
            while (above := wider.get(line[0])) and above not in line:
                line.insert(0, above)
            return [one for one in line if one in by_value]

        lines = sorted(
            map(lineage, by_value),
            key=lambda line: [fold_words(by_value[one].label.text) for one in line],
        )
        return [replace(by_value[line[-1]], depth=len(line) - 1) for line in lines]

    def _option(self, facet: Facet, key: str, count: int) -> Option:
        if facet.stem is None:
            name = value_name(facet, key, self._page.language)
            return Option(
                facet.name,
                key,
                None,
                Label(name, self._page.language if facet.keys else None),
                count,
            )
        iri = IRI(facet.value(key, self._page.site.addresses))
        label, notation = self._page.label(iri), self._page.notation(iri)
        # the name of a country suffices
        plain = notation == label.text or facet.stem == "country/"
        return Option(facet.name, key, None if plain else notation, label, count)


def _reading_order(option: Option) -> tuple[list[tuple[int, str]], str]:
    """A sort key: the code, else the name."""
    code = option.notation or ("" if option.label.language else option.label.text)
    return natural(code), fold_words(option.label.text)
