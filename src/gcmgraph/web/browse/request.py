"""The requested list: its filters, order and page, and its address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.facets import Facet
from gcmgraph.publication.lists.index import SORTS, KindIndex
from gcmgraph.text import FIRST_YEAR, LAST_YEAR, Moment
from gcmgraph.web.http.problems import bad_request
from gcmgraph.web.http.requests import read_number, read_page
from gcmgraph.web.i18n import FACET_NAMES

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
        return bool(self.values or self.text or self.first_year is not None or self.last_year is not None)

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

    def at_page(self, number: int) -> ListRequest:
        """The same list at another page."""
        return replace(self, page=number)

    def without_value(self, name: str, key: str) -> ListRequest:
        """The list without one value, from its first page."""
        values = {
            facet: tuple(other for other in keys if (facet, other) != (name, key))
            for facet, keys in self.values.items()
        }
        return replace(self, values={facet: keys for facet, keys in values.items() if keys}, page=1)

    def in_years(self, first: int | None, last: int | None) -> ListRequest:
        """The list of another range of years, from its first page."""
        return replace(self, first_year=first, last_year=last, page=1)

    def with_text(self, text: str) -> ListRequest:
        """The list of another search text, from its first page."""
        return replace(self, text=text, page=1)

    def everything(self) -> ListRequest:
        """The list without filters."""
        return ListRequest(self.kind, {}, sort=self.sort, limit=self.limit, language=self.language, day=self.day)


def read_list_request(
    arguments: MultiDict[str, str], index: KindIndex, addresses: Addresses, languages: Mapping[str, str]
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
        first, last = (read_number(arguments, name, FIRST_YEAR, LAST_YEAR) for name in ("from", "to"))
    if first is not None and last is not None and first > last:
        raise bad_request(
            gettext("The year 'from' (%(first)s) must not be after the year 'to' (%(last)s).", first=first, last=last)
        )
    text = arguments.get("q", "").strip()
    if len(text) > MAX_TEXT:
        raise bad_request(
            gettext("The search text has %(count)s characters; it may have %(most)s.", count=len(text), most=MAX_TEXT)
        )
    sorts = SORTS if index.has_periods else SORTS[:1]
    sort = arguments.get("sort") or SORTS[0]
    if sort not in sorts:
        raise bad_request(one_of("sort", sorts))
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
        language if language in languages else None,
        _read_day(arguments) if index.has_periods else None,
    )


def _read_day(arguments: Mapping[str, str]) -> Moment | None:
    """The parameter `on`: a day. 400 for another text."""
    text = arguments.get("on", "").strip()
    day = Moment.parse(text) if text else None
    if text and (day is None or not day.day or len(text) > _DAY):
        detail = gettext("The parameter '%(name)s' must be a day, such as %(day)s.", name="on", day="2026-11-27")
        raise bad_request(detail, parameter="on")
    return day


def one_of(name: str, values: Iterable[str]) -> str:
    """The message about a parameter with a fixed set of values."""
    message = gettext("The parameter '%(name)s' may be one of: %(values)s.", name=name, values=", ".join(values))
    return str(message)


def _require_known(index: KindIndex, facet: Facet, key: str, addresses: Addresses) -> None:
    """400 for a value that does not exist; the list of an existing value may be empty."""
    if facet.is_key(key) or key in index.postings(facet.name):
        return
    try:
        known = facet.stem is not None and IRI(facet.value(key, addresses)) in index.names
    except ValueError:  # not valid in an IRI
        known = False
    if not known:
        shown = key if len(key) <= 60 else f"{key[:60]}…"
        detail = gettext(
            "There is no '%(value)s' to filter by in '%(name)s'.", value=shown, name=FACET_NAMES[facet.name]
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
