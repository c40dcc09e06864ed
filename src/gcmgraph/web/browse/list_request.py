"""Requested list: kind, filters, order and page, as parameters of an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from gcmgraph.platform.dates import FIRST_YEAR, LAST_YEAR, Moment
from gcmgraph.publication.lists.facets import Facet
from gcmgraph.publication.lists.index import SORTS, Filters, KindIndex
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.http.parameters import permitted_values, read_number, read_page, require_short
from gcmgraph.web.http.problems import bad_request
from gcmgraph.web.i18n import FACET_NAMES
from gcmgraph.web.services import search_index
from gcmgraph.web.templating import Page

#: Limit on the resources of a page.
MAX_PAGE_SIZE = 1000

#: Resources of a page by default. An entry of a practice is longer than others.
_PRACTICES_ON_PAGE = 50
_RESOURCES_ON_PAGE = 250

#: Limit on the values of one facet.
MAX_VALUES = 50

#: Limit on the characters of a search text.
MAX_TEXT = 200

#: Limit on the values of a facet that the message about an unknown value lists.
MAX_LISTED = 12

#: Characters of an unknown value that its message repeats.
_MAX_REPEATED = 60

#: Length of a day such as 2026-11-27, without a time zone.
_DAY_LENGTH = 10


@dataclass(frozen=True)
class ListRequest:
    """A list of resources of a kind. Values are those of the addresses.

    >>> practices = ListRequest("practice", {"country": ("PHL", "AFG")}, page=3)
    >>> practices.address(format="csv")
    '/browse/practice?country=PHL&country=AFG&page=3&format=csv'
    >>> practices.without_value("country", "AFG").address()
    '/browse/practice?country=PHL'
    """

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
        has_years = self.first_year is not None or self.last_year is not None
        return bool(self.values or self.text or has_years)

    @property
    def size(self) -> int:
        """The number of resources on a page."""
        default = _PRACTICES_ON_PAGE if self.kind == "practice" else _RESOURCES_ON_PAGE
        return self.limit or default

    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the address, without default values."""
        values = [(name, key) for name, keys in self.values.items() for key in keys]
        optional = {
            "from": self.first_year,
            "to": self.last_year,
            "on": self.day,
            "q": self.text or None,
            "sort": self.sort if self.sort != SORTS[0] else None,
            "limit": self.limit or None,
            "page": self.page if self.page != 1 else None,
            "lang": self.language or None,
        }
        non_default = [(name, str(value)) for name, value in optional.items() if value is not None]
        return values + non_default

    def address(self, **parameters: str) -> str:
        """The path with its query, and `parameters` at the end of it."""
        pairs = [*self.parameters(), *parameters.items()]
        return f"/browse/{self.kind}{'?' if pairs else ''}{urlencode(pairs)}"

    def changed(self, **values: Any) -> ListRequest:
        """The list with other values of some members; its first page, if `page` is none of them."""
        return replace(self, **{"page": 1, **values})

    def without_value(self, name: str, key: str) -> ListRequest:
        """The list without one value of a facet."""
        remaining_keys = tuple(value for value in self.values[name] if value != key)
        values = {**self.values, name: remaining_keys}
        return self.changed(values={facet: keys for facet, keys in values.items() if keys})

    def without_filters(self) -> ListRequest:
        """The list of all resources of the kind."""
        return self.changed(values={}, first_year=None, last_year=None, text="")


def requested_list(page: Page, kind: str) -> tuple[ListRequest, Filters]:
    """The requested list of a kind, and its filters; its resources have all words of the text."""
    snapshot = page.snapshot
    index = snapshot.listings.of(kind)
    list_request = read_list_request(request.args, index, page.site.addresses)
    rows = None
    if list_request.text:
        rows = index.rows(search_index(snapshot).resources(list_request.text, kind))
    filters = Filters(
        list_request.values,
        list_request.first_year,
        list_request.last_year,
        rows,
        list_request.day or Moment.of(snapshot.day),
    )
    return list_request, filters


def read_list_request(
    arguments: MultiDict[str, str], index: KindIndex, addresses: Addresses
) -> ListRequest:
    """Parse the parameters of a list. 400 for an invalid value; other parameters are ignored."""
    values = _read_values(arguments, index, addresses)
    first_year, last_year = _read_years(arguments) if index.has_periods else (None, None)
    text = require_short(arguments.get("q", "").strip(), MAX_TEXT)
    sort = _read_sort(arguments, index)
    language = arguments.get("lang")
    return ListRequest(
        index.kind,
        values,
        first_year,
        last_year,
        text,
        sort,
        page=read_page(arguments),
        limit=read_number(arguments, "limit", 1, MAX_PAGE_SIZE) or 0,
        language=language if language in LANGUAGES else None,
        day=_read_day(arguments) if index.has_periods else None,
    )


def _read_values(
    arguments: MultiDict[str, str], index: KindIndex, addresses: Addresses
) -> dict[str, tuple[str, ...]]:
    """The values to filter by, by facet. 400 for too many or an unknown one."""
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
            _require_value(index, facet, key, addresses)
        if keys:
            values[facet.name] = keys
    return values


def _read_years(arguments: Mapping[str, str]) -> tuple[int | None, int | None]:
    """The parameters `from` and `to`. 400 where the first year is after the last."""
    first = read_number(arguments, "from", FIRST_YEAR, LAST_YEAR)
    last = read_number(arguments, "to", FIRST_YEAR, LAST_YEAR)
    if first is not None and last is not None and first > last:
        detail = gettext(
            "The year 'from' (%(first)s) must not be after the year 'to' (%(last)s).",
            first=first,
            last=last,
        )
        raise bad_request(detail)
    return first, last


def _read_sort(arguments: Mapping[str, str], index: KindIndex) -> str:
    """The order of a list, that by title by default. 400 for an order that the kind lacks."""
    sorts = list_orders(index)
    sort = arguments.get("sort") or SORTS[0]
    if sort not in sorts:
        raise bad_request(permitted_values("sort", sorts))
    return sort


def list_orders(index: KindIndex) -> tuple[str, ...]:
    """The orders in which the resources of a kind can be listed."""
    return SORTS if index.has_periods else SORTS[:1]


def _read_day(arguments: Mapping[str, str]) -> Moment | None:
    """The parameter `on`: a day. 400 for another text."""
    text = arguments.get("on", "").strip()
    if not text:
        return None
    day = Moment.parse(text)
    if day is None or not day.day or len(text) > _DAY_LENGTH:
        detail = gettext(
            "The parameter '%(name)s' must be a day, such as %(day)s.", name="on", day="2026-11-27"
        )
        raise bad_request(detail, parameter="on")
    return day


def _require_value(index: KindIndex, facet: Facet, key: str, addresses: Addresses) -> None:
    """400 for a value that does not exist; the list of an existing value may be empty."""
    if facet.is_key(key) or key in index.postings(facet.name):
        return
    if facet.stem is not None and _has_names(index, facet.value(key, addresses)):
        return
    repeated = key if len(key) <= _MAX_REPEATED else f"{key[:_MAX_REPEATED]}…"
    detail = gettext(
        "There is no '%(value)s' to filter by in '%(name)s'.",
        value=repeated,
        name=FACET_NAMES[facet.name],
    )
    raise bad_request(detail, parameter=facet.name, hint=_permitted_values(index, facet))


def _has_names(index: KindIndex, address: str) -> bool:
    """Whether the dataset names the resource at an address, which may be no valid IRI."""
    try:
        return bool(index.names.names(IRI(address)))
    except ValueError:  # not valid in an IRI
        return False


def _permitted_values(index: KindIndex, facet: Facet) -> str:
    """The values of a facet in short, as a hint."""
    keys = tuple(index.postings(facet.name))
    if not keys:
        return str(gettext("No resource of this list has a value of this filter."))
    if len(keys) <= MAX_LISTED:
        return str(gettext("Its values are: %(values)s.", values=", ".join(keys)))
    return str(gettext("Its values are from %(first)s to %(last)s.", first=keys[0], last=keys[-1]))
