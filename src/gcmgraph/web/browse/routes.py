"""/browse/{kind}: resources of a kind, filtered by facets, in all formats; /timeline.svg.

A list is a page, JSON, CSV, a workbook or RDF.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from flask import Flask, Response, render_template, request
from flask_babel import gettext, ngettext

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.dates import FIRST_YEAR, LAST_YEAR
from gcmgraph.publication.lists.facets import FACETS, Facet
from gcmgraph.publication.lists.index import SORTS
from gcmgraph.publication.tables import list_csv
from gcmgraph.rdf.terms import Triple
from gcmgraph.spreadsheets.workbooks import MAX_WORKBOOK_ROWS
from gcmgraph.web.browse.list_formats import (
    ListTable,
    Things,
    list_json,
    list_name,
    list_triples,
    list_workbook,
)
from gcmgraph.web.browse.list_request import (
    MAX_PAGE_SIZE,
    MAX_TEXT,
    MAX_VALUES,
    ListRequest,
    requested_list,
)
from gcmgraph.web.browse.page import ListPage
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CSV, HTML, JSON, SVG, XLSX, Format, FormatKind, of_kinds
from gcmgraph.web.http.links import shorter_address
from gcmgraph.web.http.negotiation import Offer, chosen_format
from gcmgraph.web.http.parameters import page_links, require_utf8
from gcmgraph.web.http.problems import bad_request, not_found
from gcmgraph.web.responses import drawings, tables
from gcmgraph.web.responses.negotiated import cached_document
from gcmgraph.web.services import Site
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.timeline import Timeline, timeline_svg

#: Formats of a list. The page is first: clients that accept anything get it.
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
    "Day of the values of `state` (running, ended, planned, undated); "
    "by default that of the dataset version.",
    api.text(format="date"),
)
_FILTERS = api.Parameter(
    "filters", "`all`: the page has the menus of all filters.", api.one_of(("all",))
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
    has_dates = kind == "practice"
    sorts = SORTS if has_dates else SORTS[:1]
    default_size = ListRequest(kind, {}).size
    return (
        *map(filter_of, FACETS[kind]),
        *(_DATES if has_dates else ()),
        api.Parameter("q", "Words that the name contains.", api.text(MAX_TEXT)),
        api.Parameter("sort", "Order of the list.", api.one_of(sorts, SORTS[0])),
        api.PAGE_NUMBER,
        api.Parameter(
            "limit",
            f"Items per page; in XLSX {MAX_WORKBOOK_ROWS} by default.",
            api.whole(1, MAX_PAGE_SIZE, default_size),
        ),
        api.format_of(OFFER.by_name),
        _FILTERS,
        api.MARK,
        api.LANG,
    )


_LIST_ANSWERS = {
    200: api.answer("Page of the list.", Things, OFFER, headers=api.PAGED),
    303: api.SHORTER,
}
_TIMELINE_ANSWER = api.answer("SVG drawing with its texts.", SVG)
_TIMELINE_PARAMETERS = (*map(filter_of, FACETS["practice"]), *_DATES, api.LANG)


class ListPages:
    """Views of lists, and of the timeline of practices."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def browse(self, kind: str) -> Response:
        """Return the list of a kind; its operations are described one by one, below."""
        if kind not in KINDS:
            raise not_found(request.path)
        require_utf8(request)
        form = chosen_format(OFFER)
        if form is HTML:
            redirect = shorter_address()
            if redirect:
                return redirect
        page = Page.requested(self._site)
        listing = _requested_page(page, kind, form)
        body = partial(_body, page, listing, form)
        response = cached_document(page.snapshot, body, _CSV_TYPE if form is CSV else form)
        if form is XLSX:
            response.headers["Content-Disposition"] = f'attachment; filename="{kind}.xlsx"'
        response.headers["X-Total-Count"] = str(listing.total)
        for link in _links(listing, form):
            response.headers.add("Link", link)
        return response

    @api.operation("timeline_svg", _TIMELINE_ANSWER, _TIMELINE_PARAMETERS)
    def timeline(self) -> Response:
        """Return the timeline of a list of practices as a file."""
        page = Page.requested(self._site)
        list_request, filters = requested_list(page, "practice")

        def body() -> str:
            listing = ListPage(page, list_request, filters)
            timeline = listing.timeline()
            if timeline is None:
                raise not_found(request.path)
            return _timeline_file(page, listing, timeline)

        return cached_document(page.snapshot, body, SVG, language=page.language)


for _kind in KINDS:
    _describe = api.operation(
        f"list_{_kind}",
        _LIST_ANSWERS,
        _parameters(_kind),
        path=f"/browse/{_kind}",
        summary=f"List resources of the kind {_kind}",
    )
    _describe(ListPages.browse)


def add_routes(app: Flask, site: Site) -> None:
    """/browse/{kind} and /timeline.svg."""
    pages = ListPages(site)
    app.add_url_rule("/browse/<kind>", "browse", pages.browse)
    app.add_url_rule("/timeline.svg", "timeline", pages.timeline)


def _requested_page(page: Page, kind: str, form: Format) -> ListPage:
    """The requested page of a list. 400 for a page after the last one."""
    list_request, filters = requested_list(page, kind)
    default_size = MAX_WORKBOOK_ROWS if form is XLSX else list_request.size
    listing = ListPage(page, list_request, filters, list_request.limit or default_size)
    if list_request.page > listing.last_page:
        detail = gettext(
            "There is no page %(number)s: the last one is %(last)s.",
            number=list_request.page,
            last=listing.last_page,
        )
        raise bad_request(detail)
    return listing


def _body(page: Page, listing: ListPage, form: Format) -> bytes | str | Iterable[Triple]:
    """A page of a list in a format."""
    index = listing.index
    if form is XLSX:
        return list_workbook(page, listing)
    if form is JSON:
        return list_json(page, listing)
    if form is HTML:
        all_filters = request.args.get(_FILTERS.name) == "all"
        return render_template(
            "browse.html", page=page, listing=listing, kind=index.kind, all_filters=all_filters
        )
    items = list(listing.with_parts(listing.items))
    if form is CSV:
        leading_parts = {
            item.iri: list(map(page.local_name, listing.leading_parts(item))) for item in items
        }
        return tables.byte_order_mark() + list_csv(index, items, page.language, leading_parts)
    return list_triples(index, items, page.site.addresses)


def _links(listing: ListPage, form: Format) -> list[str]:
    """Link headers to the other pages and formats; none where the address is long."""
    list_request = listing.list_request
    root = request.script_root
    if len(list_request.address()) > MAX_LINKED:
        return []
    parameters = {"format": form.suffix} if request.args.get("format") else {}

    def page_address(number: int) -> str:
        return root + list_request.changed(page=number).address(**parameters)

    links = page_links(list_request.page, listing.last_page, page_address)
    for name, offered_form in OFFER.by_name.items():
        if offered_form is not form:
            address = f"{root}{list_request.address(format=name)}"
            links.append(f'<{address}>; rel="alternate"; type="{offered_form.media_type}"')
    return links


def _timeline_file(page: Page, listing: ListPage, timeline: Timeline) -> str:
    """The timeline of a list of practices with its texts, as an SVG file."""
    list_request = listing.list_request
    headline = ngettext(
        "%(num)s practice has dates, from %(first)s on; %(undated)s without dates",
        "%(num)s practices have dates, from %(first)s on; %(undated)s without dates",
        timeline.dated,
        first=timeline.first,
        undated=timeline.undated,
    )
    note = list_name("practice")
    if list_request.narrowed:
        note = f"{gettext('Filters')}: {ListTable(listing.index, page).filters(list_request)}"
    source = drawings.picture_source(page, list_request.address())
    texts = drawings.PictureTexts(headline, note, (source,), page.language)
    names = [page.label(bar.listed.iri).text for bar in timeline.bars]
    return timeline_svg(texts, timeline, names)
