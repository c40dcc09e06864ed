"""/matrix/{facet}: practices by objective and another facet, as a page, CSV, a workbook, JSON or a drawing."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from gcmgraph.publication.lists.facets import FACETS
from gcmgraph.publication.lists.matrix import matrix
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.text import natural
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.browse.matrix import (
    COLUMNS,
    MAX_SHOWN,
    ROWS,
    MatrixView,
    matrix_csv,
    matrix_svg,
    matrix_workbook,
)
from gcmgraph.web.browse.request import read_list_request
from gcmgraph.web.browse.routes import DAY, filter_of, list_filters
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CSV, HTML, SVG, XLSX
from gcmgraph.web.http.problems import not_found, require_utf8
from gcmgraph.web.http.requests import Offer, negotiate
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.responses.documents import cached_document, entity_tag, page_variant
from gcmgraph.web.responses.tables import marked, wants_mark
from gcmgraph.web.services import PerVersion, Site
from gcmgraph.web.templating import Page

OFFER = Offer.of((HTML, CSV, XLSX, SVG))

_ANSWER = api.answer("Matrix in the requested format.", OFFER)
_PARAMETERS = (api.format_of(OFFER.by_name), api.MARK, *map(filter_of, FACETS["practice"]), DAY, api.LANG)
_FACET = api.Parameter("facet", "Facet of the rows.", api.one_of(ROWS), ROWS[0])
_BY_FACET = "Return numbers of practices by a facet and objective"


def blueprint(site: Site, indexes: PerVersion[SearchIndex]) -> Blueprint:
    """/matrix and /matrix/{facet}."""
    routes = Blueprint("matrix", __name__)

    @routes.get("/matrix")
    @routes.get("/matrix/<facet>")
    @api.operation("matrix", _ANSWER, _PARAMETERS, path="/matrix")
    @api.operation("matrixBy", _ANSWER, (_FACET, *_PARAMETERS), path="/matrix/{facet}", summary=_BY_FACET)
    def practices(facet: str = ROWS[0]) -> Response:
        """Return numbers of practices by country and objective."""
        if facet not in ROWS:
            raise not_found(request.path)
        require_utf8(request)
        form = negotiate(OFFER, f"/matrix/{facet}?format={{}}".format, name=request.args.get("format") or None)
        snapshot = site.dataset.snapshot()
        language = chosen_language(request)
        index = snapshot.listings.of("practice")
        asked = read_list_request(request.args, index, site.addresses, LANGUAGES)
        mark = form is CSV and wants_mark()

        def body() -> bytes | str:
            filters = list_filters(asked, index, indexes.of(snapshot), snapshot)
            every = (snapshot.listings.names().notation(iri) for iri in snapshot.listings.of(COLUMNS).members)
            columns = sorted((code for code in every if code), key=natural)
            found = matrix(index, filters, facet, COLUMNS, columns)
            view = MatrixView(index, found, asked, facet, language, site.addresses)
            if form is CSV:
                return marked(matrix_csv(view), mark=mark)
            if form is XLSX:
                return matrix_workbook(view, site, snapshot, language)
            if form is SVG:
                return matrix_svg(view)
            page = Page(site, snapshot, language)
            return render_template("matrix.html", page=page, view=view, choices=ROWS, shown=MAX_SHOWN)

        tag = entity_tag(snapshot.version, "matrix", form.suffix, page_variant(request, HTML))
        return cached_document(snapshot, body, form.content_type, tag=tag, language=language)

    return routes
