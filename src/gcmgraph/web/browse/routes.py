"""/browse/{kind}: the things of a kind, narrowed by facets, as a page, CSV, JSON or RDF."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from gcmgraph.model.kinds import KIND_CLASSES
from gcmgraph.publication.csv.tables import list_csv
from gcmgraph.publication.lists.index import Filters, KindIndex
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.web.browse.page import ListPage
from gcmgraph.web.browse.request import ListRequest, one_of, read_list_request, refused
from gcmgraph.web.browse.serialization import list_json, list_triples
from gcmgraph.web.http.negotiation import RDF, best_media_type
from gcmgraph.web.http.parameters import page_links
from gcmgraph.web.http.problems import not_acceptable, not_found, require_utf8
from gcmgraph.web.i18n.languages import LANGUAGES, chosen_language
from gcmgraph.web.responses.documents import VARY, entity_tag, fixed_document, written
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.snapshot import PerVersion
from gcmgraph.web.templating.page import Page

#: Forms of a list by the value of `format`, the page first: it is what a client gets that takes anything.
FORMATS = {
    "html": "text/html",
    "json": "application/json",
    "csv": "text/csv",
    **{representation.suffix: representation.media_type for representation in RDF},
}

#: Characters of an address that is repeated in Link headers, some ten times; proxies take 8 kB of headers or less.
MAX_LINKED = 500

#: Media types that say more than their name.
_PARAMETERS = {"html": "; charset=utf-8", "csv": "; charset=utf-8; header=present", "ttl": "; charset=utf-8"}


def blueprint(site: Site, indexes: PerVersion[SearchIndex]) -> Blueprint:
    """/browse/{kind}."""
    routes = Blueprint("browse", __name__)

    @routes.get("/browse/<kind>")
    def browse(kind: str) -> Response:
        if kind not in KIND_CLASSES:
            raise not_found(request.path)
        require_utf8(request)
        form = _form(kind)
        snapshot = site.dataset.snapshot()
        language = chosen_language(request)
        index = snapshot.listings.of(kind)
        asked = read_list_request(request.args, index, site.addresses, LANGUAGES)
        found = _Found(asked, index, _filters(asked, index, indexes, snapshot), as_page=form == "html")
        if asked.page > found.pages:
            raise refused(
                gettext("There is no page %(number)s: the last one is %(last)s.", number=asked.page, last=found.pages)
            )

        def body() -> bytes | str:
            return _body(site, snapshot, found, form, language)

        shape = f"{request.script_root} {request.query_string!r}"
        tag = entity_tag(snapshot.version, "browse", kind, form, language, shape)
        response = fixed_document(request, snapshot, body, FORMATS[form] + _PARAMETERS.get(form, ""), tag=tag)
        response.headers["Vary"] = VARY
        response.headers["X-Total-Count"] = str(found.total)
        if form == "html":
            response.headers["Content-Language"] = language
        for link in _links(found, form):
            response.headers.add("Link", link)
        return response

    return routes


class _Found:
    """The things that a request asks for, and how many there are."""

    def __init__(self, asked: ListRequest, index: KindIndex, filters: Filters, *, as_page: bool) -> None:
        """`as_page`: parts of practices are shown under their whole, and are not items of the list."""
        self.asked = asked
        self.index = index
        self.filters = filters
        self.selected = index.select(filters)
        self.items = self.selected - index.nested(self.selected) if as_page else self.selected
        self.total = len(self.items)
        self.pages = max(1, -(-self.total // asked.size))


def _filters(asked: ListRequest, index: KindIndex, indexes: PerVersion[SearchIndex], snapshot: Snapshot) -> Filters:
    only = None
    if asked.text:
        only = index.places(indexes.of(snapshot).things(asked.text, asked.kind))
    return Filters(asked.values, asked.first_year, asked.last_year, only)


def _body(site: Site, snapshot: Snapshot, found: _Found, form: str, language: str) -> bytes | str:
    asked, index = found.asked, found.index
    items = index.ordered(found.items, asked.sort, language, (asked.page - 1) * asked.size, asked.size)
    if form == "csv":
        return list_csv(index, items, language)
    if form == "json":
        counts = index.counts(found.filters)
        return list_json(asked, index, items, found.total, counts, site.addresses, language, request.script_root)
    if form == "html":
        listing = ListPage(site.addresses, snapshot.listings, asked, found.filters, found.selected, items, language)
        return render_template("browse.html", page=Page(site, snapshot, language), listing=listing, kind=asked.kind)
    representation = next(r for r in RDF if r.suffix == form)
    return written(list_triples(index, items, site.addresses), representation, site.addresses)


def _form(kind: str) -> str:
    """The form asked for by `format`, else by the Accept header."""
    asked = request.args.get("format")
    if asked:
        if asked not in FORMATS:
            raise refused(one_of("format", FORMATS))
        return asked
    media_type = best_media_type(request.accept_mimetypes, FORMATS.values())
    if media_type is None:
        raise not_acceptable(
            [{"type": offered, "href": f"/browse/{kind}?format={name}"} for name, offered in FORMATS.items()]
        )
    return next(name for name, offered in FORMATS.items() if offered == media_type)


def _links(found: _Found, form: str) -> list[str]:
    """Link headers: the other pages and the other forms of this one; none with long addresses."""
    asked, root = found.asked, request.script_root
    if len(asked.address()) > MAX_LINKED:
        return []
    keep = {"format": form} if request.args.get("format") else {}
    links = page_links(asked.page, found.pages, lambda number: root + asked.at_page(number).address(**keep))
    links += [
        f'<{root}{asked.address(format=name)}>; rel="alternate"; type="{media_type}"'
        for name, media_type in FORMATS.items()
        if name != form
    ]
    return links
