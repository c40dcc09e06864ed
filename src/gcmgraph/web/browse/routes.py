"""/browse/{kind}: resources of a kind, filtered by facets, as a page, CSV, a workbook, JSON or RDF."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Annotated, Any, TypedDict

from flask import Flask, Response, render_template, request
from flask_babel import gettext, ngettext
from msgspec import Meta

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.dates import FIRST_YEAR, LAST_YEAR, Moment
from gcmgraph.publication.lists.facets import FACETS, Facet
from gcmgraph.publication.lists.index import SORTS, KindIndex, Listed
from gcmgraph.publication.tables import THROUGH_PART, list_csv
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Triple, Vocabulary, typed
from gcmgraph.spreadsheets.workbooks import MAX_WORKBOOK_ROWS, TableCell
from gcmgraph.web.browse.page import (
    MAX_PAGE_SIZE,
    MAX_TEXT,
    MAX_VALUES,
    ListPage,
    ListRequest,
    requested_list,
)
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CSV, HTML, JSON, SVG, XLSX, Format, FormatKind, of_kinds
from gcmgraph.web.http.links import shorter_address
from gcmgraph.web.http.negotiation import Offer, chosen_format
from gcmgraph.web.http.parameters import page_links, require_utf8
from gcmgraph.web.http.problems import bad_request, not_found
from gcmgraph.web.i18n import FACET_NAMES, KIND_NAMES, value_name
from gcmgraph.web.responses import tables
from gcmgraph.web.responses.negotiated import cached_document
from gcmgraph.web.services import Site
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.timeline import timeline_svg


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


#: Resources that `total` of JSON counts, by whether those of the kind have parts.
_WHAT_TOTAL_COUNTS = {
    True: "practices; a part of a practice is an item after its whole and counts as that whole",
    False: "items",
}


def list_json(page: Page, found: ListPage) -> str:
    """A page of a list as JSON: the request, the items with their values, the counts of all values."""
    asked = found.asked
    index = found.index
    members: list[dict[str, object]] = []
    for item in found.with_parts(found.items):
        label = page.label(item.iri)
        member: dict[str, object] = {
            "iri": item.iri.value,
            "href": f"{request.script_root}{page.link(item.iri)}",
            "notation": page.notation(item.iri),
            "label": {"text": label.text, "language": label.language},
        }
        if index.has_periods:
            start, end = item.period.start, item.period.end
            member |= {"start": str(start) if start else None, "end": str(end) if end else None}
            member[THROUGH_PART] = [page.local_name(part) for part in found.leading_parts(item)]
        members.append(member | {name: list(keys) for name, keys in item.values.items()})
    document = {
        "kind": asked.kind,
        "filters": {name: list(keys) for name, keys in asked.values.items()}
        | {"from": asked.first_year, "to": asked.last_year, "q": asked.text or None}
        | ({"on": str(found.filters.day)} if index.has_periods else {}),
        "sort": asked.sort,
        "total": found.total,
        "totalCounts": _WHAT_TOTAL_COUNTS[index.has_parts],
        "parts": found.part_count,
        "page": asked.page,
        "pages": found.last,
        "items": members,
        "counts": index.counts(found.filters),
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def list_triples(
    index: KindIndex, items: Iterable[Listed], addresses: Addresses
) -> Iterator[Triple]:
    """The statements of the graph in a list: class, names, code, dates, and values of facets.

    Values that hold only through another resource (the targets of a practice's objective) are not
    included.
    """
    v = Vocabulary(addresses)
    listed = list(items)
    for item in listed:
        yield Triple(item.iri, v("rdf:type"), v(_class_of(index.kind, item)))
        for naming, text in index.names.statements(item.iri):
            yield Triple(item.iri, naming, text)
        if code := index.names.notation(item.iri):
            yield Triple(item.iri, v("skos:notation"), Literal(code))
        for curie, moment in (
            ("schema:startDate", item.period.start),
            ("schema:endDate", item.period.end),
        ):
            if moment is not None:
                yield Triple(item.iri, v(curie), _date(moment))
    yield from index.direct_statements(item.iri for item in listed)


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

    def __init__(self, index: KindIndex, page: Page) -> None:
        self._index = index
        self._page = page

    def headings(self) -> list[str]:
        """Headings of the columns."""
        dates = (
            [gettext("Start"), gettext("End"), gettext("Description")]
            if self._index.has_periods
            else []
        )
        facets = [heading for facet in self._index.facets for heading in _headings(facet)]
        through_part = [gettext("In the list through its part")] if self._index.has_parts else []
        names = [gettext("Address"), gettext("Code"), gettext("Name")]
        return [*names, *dates, *facets, *through_part, gettext("Source")]

    def rows(self, found: ListPage) -> Iterator[list[TableCell]]:
        """The rows of the requested page in the requested order."""
        last = min(found.first + found.size, found.total)
        for begin in range(found.first, last, _AT_ONCE):
            wholes = found.part(begin, min(_AT_ONCE, last - begin))
            for item in found.with_parts(wholes):
                yield self._row(item, found.leading_parts(item))

    def filters(self, asked: ListRequest) -> str:
        """The filters of a list in words."""
        parts = [
            f"{FACET_NAMES[name]}: {', '.join(self._names(facet, keys, coded=True))}"
            for name, keys in asked.values.items()
            if (facet := self._index.facet(name))
        ]
        if asked.first_year is not None or asked.last_year is not None:
            years = (
                str(year) if year is not None else "…"
                for year in (asked.first_year, asked.last_year)
            )
            parts.append(f"{gettext('Years:')} {'–'.join(years)}")
        if asked.text:
            parts.append(f"{gettext('Words:')} {asked.text}")
        return "; ".join(parts) or gettext("none")

    def _row(self, item: Listed, leading_parts: Sequence[IRI]) -> list[TableCell]:
        dates: list[TableCell] = []
        if self._index.has_periods:
            summary = self._index.names.summary(item.iri, self._page.language)
            dates = [str(date) if date else None for date in (item.period.start, item.period.end)]
            dates.append(summary.value if summary else None)
        cells: list[TableCell] = [
            item.iri.value,
            self._page.notation(item.iri),
            self._page.label(item.iri).text,
        ]
        values = (
            cell
            for facet in self._index.facets
            for cell in self._cells(facet, item.values.get(facet.name, ()))
        )
        parts: list[TableCell] = []
        if self._index.has_parts:
            parts = ["; ".join(self._page.label(part).text for part in leading_parts) or None]
        return [*cells, *dates, *values, *parts, self._source(item)]

    def _cells(self, facet: Facet, keys: Sequence[str]) -> list[TableCell]:
        if facet.stem in _BY_CODE:
            return ["; ".join(keys) or None]
        found: list[TableCell] = ["; ".join(self._names(facet, keys)) or None]
        return [*found, "; ".join(keys) or None] if facet.stem in _BY_BOTH else found

    def _names(self, facet: Facet, keys: Sequence[str], *, coded: bool = False) -> list[str]:
        if facet.stem is None:
            return [value_name(facet, key, self._page.language) for key in keys]
        iris = self._index.values(facet.name, keys)
        codes = (
            self._page.notation(iri) if coded and facet.stem in _BY_CODE else None for iri in iris
        )
        names = (self._page.label(iri).text for iri in iris)
        return [f"{code} {name}" if code else name for code, name in zip(codes, names, strict=True)]

    def _source(self, item: Listed) -> str:
        """The pages of the source documents of a practice, else the page of the resource."""
        iris = self._index.values("source", item.values.get("source", ())) or [item.iri]
        paths = ((iri.value, self._page.link(iri)) for iri in iris)
        return "; ".join(self._page.url(path) if path else iri for iri, path in paths)


def list_name(kind: str) -> str:
    """The name of a list."""
    return str(KIND_NAMES[kind])


def _headings(facet: Facet) -> list[str]:
    name = str(FACET_NAMES[facet.name])
    coded = gettext("%(name)s (code)", name=name)
    return (
        [coded] if facet.stem in _BY_CODE else [name, coded] if facet.stem in _BY_BOTH else [name]
    )


#: Formats of a list, the page first: it is what a client gets that takes anything.
OFFER = Offer.of(
    of_kinds(
        FormatKind.PAGE,
        FormatKind.DATA,
        FormatKind.TABLE,
        FormatKind.WORKBOOK,
        FormatKind.DESCRIPTION,
    )
)

#: Characters of the longest address that is repeated in Link headers, about ten times: proxies
#: limit headers to 8 kB.
MAX_LINKED = 500

#: Content-Type of a list as CSV (RFC 7111).
_CSV_TYPE = f"{CSV.content_type}; header=present"

_YEARS = api.whole(FIRST_YEAR, LAST_YEAR)

#: Parameters of lists of practices about their dates.
DAY = api.Parameter(
    "on",
    "Day of the values of `state` (running, ended, planned, undated); by default that of the dataset version.",
    api.text(format="date"),
)
_DATES = (
    api.Parameter("from", "First year: only practices carried out in this year or later.", _YEARS),
    api.Parameter("to", "Last year: only practices carried out in this year or earlier.", _YEARS),
    DAY,
)


def filter_of(facet: Facet) -> api.Parameter:
    """Parameter for the values of a facet."""
    description = (
        f"Filter by {facet.name}: a key of `counts` in the JSON response."
        " If repeated, any of the values matches."
    )
    return api.Parameter(facet.name, description, api.many(api.text(), MAX_VALUES))


def _parameters(kind: str) -> tuple[api.Parameter, ...]:
    """Parameters of the list of one kind."""
    dated = kind == "practice"
    size = api.whole(1, MAX_PAGE_SIZE, ListRequest(kind, {}).size)
    return (
        *map(filter_of, FACETS[kind]),
        *(_DATES if dated else ()),
        api.Parameter("q", "Words that the name contains.", api.text(MAX_TEXT)),
        api.Parameter(
            "sort", "Order of the list.", api.one_of(SORTS if dated else SORTS[:1], SORTS[0])
        ),
        api.PAGE_NUMBER,
        api.Parameter("limit", f"Items per page; in XLSX {MAX_WORKBOOK_ROWS} by default.", size),
        api.format_of(OFFER.by_name),
        api.MARK,
        api.LANG,
    )


_TIMELINE = (*map(filter_of, FACETS["practice"]), *_DATES, api.LANG)


def add_routes(app: Flask, site: Site) -> None:
    """/browse/{kind} and /timeline.svg."""

    @app.get("/browse/<kind>")
    def browse(kind: str) -> Response:
        if kind not in KINDS:
            raise not_found(request.path)
        require_utf8(request)
        form = chosen_format(OFFER)
        if form is HTML and (shorter := shorter_address()):
            return shorter
        page = Page.requested(site)
        asked, filters = requested_list(page, kind)
        size = MAX_WORKBOOK_ROWS if form is XLSX else asked.size
        found = ListPage(page, asked, filters, asked.limit or size)
        if asked.page > found.last:
            raise bad_request(
                gettext(
                    "There is no page %(number)s: the last one is %(last)s.",
                    number=asked.page,
                    last=found.last,
                )
            )

        make = partial(_body, page, found, form)
        response = cached_document(page.snapshot, make, _CSV_TYPE if form is CSV else form)
        if form is XLSX:
            response.headers["Content-Disposition"] = f'attachment; filename="{kind}.xlsx"'
        response.headers["X-Total-Count"] = str(found.total)
        for link in _links(found, form):
            response.headers.add("Link", link)
        return response

    @app.get("/timeline.svg")
    @api.operation("timeline_svg", api.answer("SVG drawing with its texts.", SVG), _TIMELINE)
    def timeline() -> Response:
        """Return the timeline of a list of practices as a file."""
        page = Page.requested(site)
        asked, filters = requested_list(page, "practice")

        def body() -> str:
            found = ListPage(page, asked, filters)
            drawn = found.timeline()
            if drawn is None:
                raise not_found(request.path)
            filters_in_words = ListTable(found.index, page).filters(asked)
            headline = ngettext(
                "%(num)s practice has dates, from %(first)s on; %(undated)s without dates",
                "%(num)s practices have dates, from %(first)s on; %(undated)s without dates",
                drawn.dated,
                first=drawn.first,
                undated=drawn.undated,
            )
            note = (
                f"{gettext('Filters')}: {filters_in_words}"
                if asked.narrowed
                else list_name("practice")
            )
            source = tables.picture_source(page, asked.address())
            names = [page.label(bar.listed.iri).text for bar in drawn.bars]
            return timeline_svg(
                tables.PictureTexts(headline, note, (source,), page.language), drawn, names
            )

        return cached_document(page.snapshot, body, SVG, language=page.language)

    page = {
        200: api.answer("Page of the list.", Things, OFFER, headers=api.PAGED),
        303: api.SHORTER,
    }
    for kind in KINDS:
        path, summary = f"/browse/{kind}", f"List resources of the kind {kind}"
        api.operation(f"list_{kind}", page, _parameters(kind), path=path, summary=summary)(browse)


def _body(page: Page, found: ListPage, form: Format) -> bytes | str | Iterable[Triple]:
    index = found.index
    if form is XLSX:
        return _workbook(page, found)
    if form is JSON:
        return list_json(page, found)
    if form is HTML:
        return render_template("browse.html", page=page, listing=found, kind=index.kind)
    items = list(found.with_parts(found.items))
    if form is CSV:
        leading_parts = {
            item.iri: [*map(page.local_name, found.leading_parts(item))] for item in items
        }
        return tables.byte_order_mark() + list_csv(index, items, page.language, leading_parts)
    return list_triples(index, items, page.site.addresses)


def _workbook(page: Page, found: ListPage) -> bytes:
    """One page of a list, by default as many rows as a workbook may have."""
    asked, table = found.asked, ListTable(found.index, page)
    here, other = (
        page.url(asked.but(page=number).address(format=XLSX.suffix))
        for number in (asked.page, min(asked.page + 1, found.last))
    )
    counted = {}
    if found.index.has_parts:
        counted = {list_name(asked.kind): str(found.total), gettext("Parts"): str(found.part_count)}
    about = {
        gettext("Title"): list_name(asked.kind),
        gettext("Filters"): table.filters(asked),
        **(
            {gettext("State of practices on"): str(found.filters.day)}
            if found.index.has_periods
            else {}
        ),
        gettext("Address"): here,
        **counted,
        **tables.part_lines(found.total + found.part_count, asked.page, found.last, other),
        gettext("Source"): gettext(
            "The last column has the page of the source documents, else the page of the row."
        ),
    }
    return tables.workbook(page, list_name(asked.kind), table.headings(), table.rows(found), about)


def _links(found: ListPage, form: Format) -> list[str]:
    """Link headers to the other pages and formats; none where the address is long."""
    asked, root = found.asked, request.script_root
    if len(asked.address()) > MAX_LINKED:
        return []
    keep = {"format": form.suffix} if request.args.get("format") else {}
    links = page_links(
        asked.page, found.last, lambda number: root + asked.but(page=number).address(**keep)
    )
    links += [
        f'<{root}{asked.address(format=name)}>; rel="alternate"; type="{other.media_type}"'
        for name, other in OFFER.by_name.items()
        if other is not form
    ]
    return links
