"""A page of a list as JSON, as RDF, and as an XLSX workbook with the page of each source."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, TypedDict

from flask_babel import gettext
from msgspec import Meta
from pyroaring import BitMap

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Literal, Triple, Vocabulary, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.facets import Facet
from gcmgraph.publication.lists.index import SORTS, KindIndex, Listed
from gcmgraph.spreadsheets.workbooks import TableCell
from gcmgraph.text import Moment
from gcmgraph.web.browse.request import ListRequest
from gcmgraph.web.http import api
from gcmgraph.web.http.urls import local_path
from gcmgraph.web.i18n import FACET_NAMES, KIND_NAMES, value_name


class Label(TypedDict):
    """Name of a resource with its language."""

    text: str
    language: str | None


class Item(TypedDict):
    """Resource in a list. It has its values by filter name, too."""

    iri: api.Address
    href: str
    notation: str | None
    label: Label


class Things(TypedDict):
    """Page of a list."""

    kind: Annotated[str, api.among(KINDS)]
    filters: dict[str, Any]
    sort: Annotated[str, api.among(SORTS)]
    total: api.Count
    page: Annotated[int, Meta(ge=1)]
    pages: Annotated[int, Meta(ge=1)]
    items: list[Item]
    counts: dict[str, dict[str, api.Count]]


def list_json(
    asked: ListRequest,
    index: KindIndex,
    items: Iterable[Listed],
    total: int,
    counts: dict[str, dict[str, int]],
    addresses: Addresses,
    language: str,
    root: str,
    day: Moment,
) -> str:
    """A page of a list as JSON: the request, the items with their values, the counts of all values.

    `day` is that of the states of practices.
    """
    names = index.names
    members: list[dict[str, object]] = []
    for item in items:
        label = names.of(item.iri, language)
        member: dict[str, object] = {
            "iri": item.iri.value,
            "href": f"{root}{local_path(addresses, item.iri.value)}",
            "notation": names.notation(item.iri),
            "label": {"text": label.text, "language": label.language},
        }
        if index.has_periods:
            start, end = item.period.start, item.period.end
            member |= {"start": str(start) if start else None, "end": str(end) if end else None}
        members.append(member | {name: list(keys) for name, keys in item.values.items()})
    document = {
        "kind": asked.kind,
        "filters": {name: list(keys) for name, keys in asked.values.items()}
        | {"from": asked.first_year, "to": asked.last_year, "q": asked.text or None}
        | ({"on": str(day)} if index.has_periods else {}),
        "sort": asked.sort,
        "total": total,
        "page": asked.page,
        "pages": max(1, -(-total // asked.size)),
        "items": members,
        "counts": counts,
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def list_triples(index: KindIndex, items: Iterable[Listed], addresses: Addresses) -> Iterator[Triple]:
    """The statements of the graph in a list: class, names, code, dates, and values of facets.

    Values that hold only through another resource (the targets of a practice's objective) are not included.
    """
    v = Vocabulary(addresses)
    listed = list(items)
    for item in listed:
        yield Triple(item.iri, v("rdf:type"), v(_class_of(index.kind, item)))
        for naming, text in index.names.statements(item.iri):
            yield Triple(item.iri, naming, text)
        if code := index.names.notation(item.iri):
            yield Triple(item.iri, v("skos:notation"), Literal(code))
        for curie, moment in (("schema:startDate", item.period.start), ("schema:endDate", item.period.end)):
            if moment is not None:
                yield Triple(item.iri, v(curie), _date(moment))
    yield from index.stated(item.iri for item in listed)


def _class_of(kind: str, item: Listed) -> str:
    """The class of an item. In the kind `sdg`, an item with a goal is a target."""
    classes = KINDS[kind].classes
    return classes[1] if len(classes) > 1 and item.values.get("goal") else classes[0]


def _date(moment: Moment) -> Literal:
    return typed(str(moment), moment.datatype)


#: Resources that are read at once.
_AT_ONCE = 2_000

#: Facets whose values are written by their codes alone, and by name and code.
_BY_CODE = frozenset({"objective/", "action/", "sdg/"})
_BY_BOTH = frozenset({"country/", "concept/m49/", "practice/"})


class ListTable:
    """The rows of a list in one language."""

    def __init__(self, index: KindIndex, language: str, addresses: Addresses, public_base: str) -> None:
        self._index = index
        self._language = language
        self._addresses = addresses
        self._public_base = public_base

    def headings(self) -> list[str]:
        """Headings of the columns."""
        dates = [gettext("Start"), gettext("End")] if self._index.has_periods else []
        facets = [heading for facet in self._index.facets for heading in _headings(facet)]
        return [gettext("Address"), gettext("Code"), gettext("Name"), *dates, *facets, gettext("Source")]

    def rows(self, items: BitMap, asked: ListRequest, first: int, count: int, day: Moment) -> Iterator[list[TableCell]]:
        """`count` rows from index `first` on, in the requested order."""
        for begin in range(first, first + count, _AT_ONCE):
            size = min(_AT_ONCE, first + count - begin)
            listed = self._index.ordered(items, asked.sort, self._language, begin, size, day)
            for item in listed:
                yield self._row(item)

    def filters(self, asked: ListRequest) -> str:
        """The filters of a list in words."""
        parts = [
            f"{FACET_NAMES[name]}: {', '.join(self._names(facet, keys, coded=True))}"
            for name, keys in asked.values.items()
            if (facet := self._index.facet(name))
        ]
        if asked.first_year is not None or asked.last_year is not None:
            years = (str(year) if year is not None else "…" for year in (asked.first_year, asked.last_year))
            parts.append(f"{gettext('Years:')} {'–'.join(years)}")
        if asked.text:
            parts.append(f"{gettext('Words:')} {asked.text}")
        return "; ".join(parts) or gettext("none")

    def _row(self, item: Listed) -> list[TableCell]:
        names = self._index.names
        period = item.period
        dates = [str(date) if date else None for date in (period.start, period.end)] if self._index.has_periods else []
        cells: list[TableCell] = [item.iri.value, names.notation(item.iri), names.of(item.iri, self._language).text]
        values = (cell for facet in self._index.facets for cell in self._cells(facet, item.values.get(facet.name, ())))
        return [*cells, *dates, *values, self._source(item)]

    def _cells(self, facet: Facet, keys: Sequence[str]) -> list[TableCell]:
        if facet.stem in _BY_CODE:
            return ["; ".join(keys) or None]
        found: list[TableCell] = ["; ".join(self._names(facet, keys)) or None]
        return [*found, "; ".join(keys) or None] if facet.stem in _BY_BOTH else found

    def _names(self, facet: Facet, keys: Sequence[str], *, coded: bool = False) -> list[str]:
        if facet.stem is None:
            return [value_name(facet, key, self._language) for key in keys]
        iris = [IRI(facet.value(key, self._addresses)) for key in keys]
        codes = (self._index.names.notation(iri) if coded and facet.stem in _BY_CODE else None for iri in iris)
        names = (self._index.names.of(iri, self._language).text for iri in iris)
        return [f"{code} {name}" if code else name for code, name in zip(codes, names, strict=True)]

    def _source(self, item: Listed) -> str:
        """The pages of the source documents of a practice, else the page of the resource."""
        facet, keys = self._index.facet("source"), item.values.get("source", ())
        iris = [facet.value(key, self._addresses) for key in keys] if facet else []
        paths = ((iri, local_path(self._addresses, iri)) for iri in iris or [item.iri.value])
        return "; ".join(f"{self._public_base}{path.removeprefix('/')}" if path else iri for iri, path in paths)


def list_name(kind: str) -> str:
    """The name of a list."""
    return str(KIND_NAMES[kind])


def _headings(facet: Facet) -> list[str]:
    name = str(FACET_NAMES[facet.name])
    coded = gettext("%(name)s (code)", name=name)
    return [coded] if facet.stem in _BY_CODE else [name, coded] if facet.stem in _BY_BOTH else [name]
