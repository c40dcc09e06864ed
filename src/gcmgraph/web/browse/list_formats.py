"""A list of resources as JSON, as statements, and as the rows of a workbook."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, TypedDict

from flask import request
from flask_babel import gettext
from msgspec import Meta

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.dates import Moment
from gcmgraph.publication.lists.facets import Facet
from gcmgraph.publication.lists.index import SORTS, KindIndex, Listed
from gcmgraph.publication.tables import THROUGH_PART
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Triple, Vocabulary, typed
from gcmgraph.spreadsheets.workbooks import TableCell
from gcmgraph.web.browse.list_request import ListRequest
from gcmgraph.web.browse.page import ListPage
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import XLSX
from gcmgraph.web.i18n import FACET_NAMES, KIND_NAMES, value_name
from gcmgraph.web.responses import tables
from gcmgraph.web.templating import Page

#: Resources that `total` of JSON counts, by whether those of the kind have parts.
_WHAT_TOTAL_COUNTS = {
    True: "practices; a part of a practice is an item after its whole and counts as that whole",
    False: "items",
}

#: Resources that are read at once for a workbook.
_BATCH_SIZE = 2_000

#: Stems of facets whose values are written by their codes alone, and by name and code.
_WRITTEN_BY_CODE = frozenset({"objective/", "action/", "sdg/"})
_WRITTEN_BY_NAME_AND_CODE = frozenset({"country/", "concept/m49/", "practice/"})


class LabelJson(TypedDict):
    """Name of a resource with its language."""

    text: str
    language: str | None


class Item(TypedDict):
    """Resource in a list, or a part of it. It has its values by filter name, too."""

    iri: api.Address
    href: str
    notation: str | None
    label: LabelJson


class Things(TypedDict):
    """Page of a list."""

    kind: Annotated[str, api.among(KINDS)]
    filters: dict[str, Any]
    sort: Annotated[str, api.among(SORTS)]
    total: api.Count
    totalCounts: str
    parts: api.Count
    page: Annotated[int, Meta(ge=1)]
    pages: Annotated[int, Meta(ge=1)]
    items: list[Item]
    counts: dict[str, dict[str, api.Count]]


def list_json(page: Page, listing: ListPage) -> str:
    """A page of a list as JSON: the request, the items with their values, the counts of values."""
    list_request = listing.list_request
    index = listing.index
    document = {
        "kind": list_request.kind,
        "filters": _filters_json(listing),
        "sort": list_request.sort,
        "total": listing.total,
        "totalCounts": _WHAT_TOTAL_COUNTS[index.has_parts],
        "parts": listing.part_count,
        "page": list_request.page,
        "pages": listing.last_page,
        "items": [_item_json(page, listing, item) for item in listing.with_parts(listing.items)],
        "counts": index.counts(listing.filters),
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _filters_json(listing: ListPage) -> dict[str, object]:
    """The active filters by parameter; an absent span of years or text is null."""
    list_request = listing.list_request
    filters: dict[str, object] = {name: list(keys) for name, keys in list_request.values.items()}
    filters["from"] = list_request.first_year
    filters["to"] = list_request.last_year
    filters["q"] = list_request.text or None
    if listing.index.has_periods:
        filters["on"] = str(listing.filters.day)
    return filters


def _item_json(page: Page, listing: ListPage, item: Listed) -> dict[str, object]:
    """A resource with its dates, where its kind has them, and its values by facet."""
    label = page.label(item.iri)
    members: dict[str, object] = {
        "iri": item.iri.value,
        "href": f"{request.script_root}{page.link(item.iri)}",
        "notation": page.notation(item.iri),
        "label": {"text": label.text, "language": label.language},
    }
    if listing.index.has_periods:
        start = item.period.start
        end = item.period.end
        members["start"] = str(start) if start else None
        members["end"] = str(end) if end else None
        members[THROUGH_PART] = [page.local_name(part) for part in listing.leading_parts(item)]
    values = {name: list(keys) for name, keys in item.values.items()}
    return members | values


def list_triples(
    index: KindIndex, items: Iterable[Listed], addresses: Addresses
) -> Iterator[Triple]:
    """The statements of the graph in a list: class, names, code, dates, and values of facets.

    Values that hold only through another resource (the targets of a practice's objective) are not
    included.
    """
    vocabulary = Vocabulary(addresses)
    listed = list(items)
    for item in listed:
        yield Triple(item.iri, vocabulary("rdf:type"), vocabulary(_class_of(index.kind, item)))
        for naming_property, text in index.names.statements(item.iri):
            yield Triple(item.iri, naming_property, text)
        code = index.names.notation(item.iri)
        if code:
            yield Triple(item.iri, vocabulary("skos:notation"), Literal(code))
        if item.period.start is not None:
            yield Triple(item.iri, vocabulary("schema:startDate"), _date(item.period.start))
        if item.period.end is not None:
            yield Triple(item.iri, vocabulary("schema:endDate"), _date(item.period.end))
    yield from index.direct_statements(item.iri for item in listed)


def _class_of(kind: str, item: Listed) -> str:
    """The class of an item. In the kind `sdg`, an item with a goal is a target."""
    classes = KINDS[kind].classes
    return classes[1] if len(classes) > 1 and item.values.get("goal") else classes[0]


def _date(moment: Moment) -> Literal:
    return typed(str(moment), moment.datatype)


def list_workbook(page: Page, listing: ListPage) -> bytes:
    """One page of a list as a workbook, by default as many rows as a workbook may have."""
    list_request = listing.list_request
    table = ListTable(listing.index, page)
    name = list_name(list_request.kind)
    about = {gettext("Title"): name, gettext("Filters"): table.filters(list_request)}
    if listing.index.has_periods:
        about[gettext("State of practices on")] = str(listing.filters.day)
    about[gettext("Address")] = _workbook_url(page, list_request, list_request.page)
    if listing.index.has_parts:
        about[name] = str(listing.total)
        about[gettext("Parts")] = str(listing.part_count)
    next_page = min(list_request.page + 1, listing.last_page)
    about |= tables.part_lines(
        listing.total + listing.part_count,
        list_request.page,
        listing.last_page,
        _workbook_url(page, list_request, next_page),
    )
    about[gettext("Source")] = gettext(
        "The last column has the page of the source documents, else the page of the row."
    )
    return tables.workbook(page, name, table.headings(), table.rows(listing), about)


def _workbook_url(page: Page, list_request: ListRequest, number: int) -> str:
    """The web address of one page of a list as a workbook."""
    return page.url(list_request.changed(page=number).address(format=XLSX.suffix))


class ListTable:
    """The rows of a list in one language."""

    def __init__(self, index: KindIndex, page: Page) -> None:
        self._index = index
        self._page = page

    def headings(self) -> list[str]:
        """Headings of the columns."""
        headings = [gettext("Address"), gettext("Code"), gettext("Name")]
        if self._index.has_periods:
            headings += [gettext("Start"), gettext("End"), gettext("Description")]
        for facet in self._index.facets:
            headings += _headings(facet)
        if self._index.has_parts:
            headings.append(gettext("In the list through its part"))
        headings.append(gettext("Source"))
        return headings

    def rows(self, listing: ListPage) -> Iterator[list[TableCell]]:
        """The rows of the requested page in the requested order."""
        end = min(listing.offset + listing.size, listing.total)
        for offset in range(listing.offset, end, _BATCH_SIZE):
            wholes = listing.items_from(offset, min(_BATCH_SIZE, end - offset))
            for item in listing.with_parts(wholes):
                yield self._row(item, listing.leading_parts(item))

    def filters(self, list_request: ListRequest) -> str:
        """The filters of a list in words."""
        filters = []
        for name, keys in list_request.values.items():
            facet = self._index.facet(name)
            if facet:
                filters.append(f"{FACET_NAMES[name]}: {', '.join(self._coded_names(facet, keys))}")
        years = (list_request.first_year, list_request.last_year)
        if years != (None, None):
            ends = ("…" if year is None else str(year) for year in years)
            filters.append(f"{gettext('Years:')} {'–'.join(ends)}")
        if list_request.text:
            filters.append(f"{gettext('Words:')} {list_request.text}")
        return "; ".join(filters) or gettext("none")

    def _row(self, item: Listed, leading_parts: Sequence[IRI]) -> list[TableCell]:
        cells: list[TableCell] = [
            item.iri.value,
            self._page.notation(item.iri),
            self._page.label(item.iri).text,
        ]
        if self._index.has_periods:
            start = item.period.start
            end = item.period.end
            summary = self._index.names.summary(item.iri, self._page.language)
            cells.append(str(start) if start else None)
            cells.append(str(end) if end else None)
            cells.append(summary.value if summary else None)
        for facet in self._index.facets:
            cells += self._cells(facet, item.values.get(facet.name, ()))
        if self._index.has_parts:
            labels = (self._page.label(part).text for part in leading_parts)
            cells.append("; ".join(labels) or None)
        cells.append(self._source(item))
        return cells

    def _cells(self, facet: Facet, keys: Sequence[str]) -> list[TableCell]:
        """The cells of a facet, one for each of its headings."""
        codes = "; ".join(keys) or None
        if facet.stem in _WRITTEN_BY_CODE:
            return [codes]
        names = "; ".join(self._names(facet, keys)) or None
        if facet.stem in _WRITTEN_BY_NAME_AND_CODE:
            return [names, codes]
        return [names]

    def _names(self, facet: Facet, keys: Sequence[str]) -> list[str]:
        """The names of values of a facet."""
        if facet.stem is None:
            return [value_name(facet, key, self._page.language) for key in keys]
        return [self._page.label(iri).text for iri in self._index.values(facet.name, keys)]

    def _coded_names(self, facet: Facet, keys: Sequence[str]) -> list[str]:
        """The names of values of a facet, after their codes where they are written by code."""
        names = self._names(facet, keys)
        if facet.stem not in _WRITTEN_BY_CODE:
            return names
        codes = [self._page.notation(iri) for iri in self._index.values(facet.name, keys)]
        return [f"{code} {name}" if code else name for code, name in zip(codes, names, strict=True)]

    def _source(self, item: Listed) -> str:
        """The pages of the source documents of a practice, else the page of the resource."""
        sources = self._index.values("source", item.values.get("source", ()))
        return "; ".join(self._page_url(iri) for iri in sources or [item.iri])

    def _page_url(self, iri: IRI) -> str:
        """The web address of the page of a resource; its IRI where it has no page here."""
        path = self._page.link(iri)
        return self._page.url(path) if path else iri.value


def _headings(facet: Facet) -> list[str]:
    """The headings of the columns of a facet."""
    name = str(FACET_NAMES[facet.name])
    code_heading = gettext("%(name)s (code)", name=name)
    if facet.stem in _WRITTEN_BY_CODE:
        return [code_heading]
    if facet.stem in _WRITTEN_BY_NAME_AND_CODE:
        return [name, code_heading]
    return [name]


def list_name(kind: str) -> str:
    """The name of a list."""
    return str(KIND_NAMES[kind])
