"""/map, /network, /coverage: drawings with tables, and as SVG files. Figures: tables and charts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Flask, Response, render_template, request
from flask_babel import gettext

from gcmgraph.rdf.terms import IRI
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import cached
from gcmgraph.web.http.formats import CSV, HTML, JSON, PNG, SVG, XLSX, ZIP, Format, FormatKind
from gcmgraph.web.http.links import query_along, redirection, shorter_address
from gcmgraph.web.http.negotiation import Offer, chosen_format
from gcmgraph.web.http.parameters import read_choice
from gcmgraph.web.http.problems import bad_request, not_found
from gcmgraph.web.responses import drawings, tables
from gcmgraph.web.responses.citations import make_citation
from gcmgraph.web.responses.drawings import PictureTexts
from gcmgraph.web.responses.negotiated import cached_document, cached_page
from gcmgraph.web.responses.rasters import png
from gcmgraph.web.services import Site
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.charts import country_figures
from gcmgraph.web.visualisation.chosen_figures import MAX_LINES, SORTS, chosen_figures, country_of
from gcmgraph.web.visualisation.corridors import corridors_json, corridors_of, requested_area
from gcmgraph.web.visualisation.figure_archive import figures_archive
from gcmgraph.web.visualisation.figure_pictures import (
    FIGURE_PICTURES,
    bars_picture,
    lines_picture,
    map_picture,
)
from gcmgraph.web.visualisation.figure_tables import (
    DatasetFigures,
    figures_csv,
    headings,
    requested_figures,
    table_rows,
)
from gcmgraph.web.visualisation.figures import Figures, FigureSet
from gcmgraph.web.visualisation.pictures import coverage_values, land, map_values, network_values
from gcmgraph.web.visualisation.world import REGIONS

#: Name of a dataset in addresses.
_DATASET_NAME = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")


_DRAWING = api.answer("SVG drawing with its texts.", SVG)

_FIGURE_OFFER = Offer.of((CSV, XLSX, SVG, PNG, ZIP, HTML))
_CORRIDOR_OFFER = Offer.of((HTML, CSV, XLSX, JSON))
_FIGURES = api.answer(
    "Figures as a table, as a picture, or with metadata and licence in one file.", _FIGURE_OFFER
)
_TO_PAGE = api.answer("Redirect of browsers to the page of the dataset.")
_DATASET = api.Parameter(
    "name", "Last part of the address of the dataset.", api.text(), "refugees-by-asylum"
)
_AREAS = api.Parameter(
    "country",
    "ISO 3166-1 alpha-3 code of a country or area: "
    "in CSV and XLSX its figures alone, in a picture its line.",
    api.many(api.text(), MAX_LINES),
)
_PICTURE = api.Parameter(
    "picture",
    "In SVG: a world map of a year, lines of countries, or the largest figures as bars.",
    api.one_of(FIGURE_PICTURES),
)
_CHOICES = (
    api.Parameter(
        "year", "Year of a map, of bars and of a table; by default the last.", api.text()
    ),
    api.Parameter("unit", "`number`, or the name of a rate derived from the dataset.", api.text()),
    api.Parameter("sort", "Order of the figures of a year.", api.one_of(SORTS)),
)
_ORIGIN = api.Parameter(
    "origin", "Code of an area: the people from this area in others, as a page too.", api.text()
)
_DESTINATION = api.Parameter(
    "destination",
    "Code of an area: the people in this area from others, as a page too.",
    api.text(),
)
_ROLE = api.Parameter(
    "of",
    "In a chart: origins, destinations, or both on a map.",
    api.one_of(("origin", "destination", "both")),
)


@dataclass(frozen=True)
class Picture:
    """A picture of the dataset with a page, `/NAME`, and a file, `/NAME.svg`."""

    name: str
    #: summary of the page in the description of the interface
    summary: str
    parameters: tuple[api.Parameter, ...]
    #: the values of its template
    values: Callable[[Page], dict[str, Any]]


_PICTURES = (
    Picture(
        "map",
        "Return a map of countries by number of practices, and its data as a table",
        (
            api.Parameter(
                "region", "M49 code of the region that the map shows.", api.one_of(REGIONS)
            ),
        ),
        map_values,
    ),
    Picture(
        "network",
        "Return a diagram of cooperation between organisations, and its data as a table",
        (
            api.Parameter(
                "objective", "Number of an objective, whose practices alone count.", api.text()
            ),
            api.Parameter(
                "organisation", "Organisation that is shown with its partners.", api.text()
            ),
        ),
        network_values,
    ),
    Picture(
        "coverage",
        "Return the actions of all objectives by number of practices, and a table of them",
        (),
        coverage_values,
    ),
)


def add_routes(app: Flask, site: Site) -> None:
    """/statistics and /statistics/{name}; /map, /network and /coverage with their files."""
    pages = FigurePages(site)
    app.add_url_rule("/statistics", "datasets_of_figures", pages.datasets)
    app.add_url_rule("/statistics/<name>", "statistics", pages.statistics)
    for picture in _PICTURES:
        _add_picture(app, site, picture)


def _add_picture(app: Flask, site: Site, picture: Picture) -> None:
    """Add the page of a picture, and the picture as a file."""
    name = picture.name
    parameters = (*picture.parameters, api.LANG)
    file_summary = f"Return the drawing of `/{name}` as a file"

    @api.operation(name, {200: api.PAGE, 303: api.SHORTER}, parameters, summary=picture.summary)
    def page_view() -> Response:
        page = Page.requested(site)

        def body() -> str:
            return render_template(f"{name}.html", page=page, **picture.values(page))

        return shorter_address() or cached_page(page.snapshot, body)

    @api.operation(f"{name}_svg", _DRAWING, parameters, summary=file_summary)
    def file_view() -> Response:
        page = Page.requested(site)
        body = partial(_picture_svg, page, picture)
        return cached_document(page.snapshot, body, SVG, language=page.language)

    app.add_url_rule(f"/{name}", name, page_view)
    app.add_url_rule(f"/{name}.svg", f"{name}_svg", file_view)


def _picture_svg(page: Page, picture: Picture) -> str:
    """A picture with its headline, note, legend and sources as an SVG file."""
    values = picture.values(page)
    drawing = render_template(f"pictures/{picture.name}.html", page=page, **values)
    texts = PictureTexts(
        values["headline"],
        values["note"],
        (*values["sources"], drawings.picture_source(page, picture.name)),
        page.language,
        values.get("legend", ()),
    )
    return drawings.complete(drawing.strip(), texts, page.site.public_base)


class FigurePages:
    """Views of the figures of datasets."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @api.operation("datasets_of_figures")
    def datasets(self) -> Response:
        """Return the list of all datasets of figures."""
        page = Page.requested(self._site)

        def body() -> str:
            figures = Figures(page)
            return render_template("datasets_of_figures.html", page=page, extents=figures.extents())

        return cached_page(page.snapshot, body)

    @api.operation(
        "statistics",
        {200: _FIGURES, 303: _TO_PAGE},
        (
            _DATASET,
            _AREAS,
            _ORIGIN,
            _DESTINATION,
            _ROLE,
            _PICTURE,
            *_CHOICES,
            api.format_of({**_FIGURE_OFFER.by_name, **_CORRIDOR_OFFER.by_name}),
            api.LANG,
        ),
    )
    def statistics(self, name: str) -> Response:
        """Return the figures of a dataset."""
        if not _DATASET_NAME.fullmatch(name):
            raise not_found(request.path)
        page = Page.requested(self._site)
        figures = Figures(page)
        figure_set = figures.set_of(IRI(self._site.addresses.resource("statistics", name)))
        if figure_set is None:
            raise not_found(request.path)
        role_and_area = requested_area(page)
        if role_and_area:
            form = chosen_format(_CORRIDOR_OFFER)
            body = partial(_corridors_document, page, figure_set, *role_and_area, form)
        else:
            form = chosen_format(_FIGURE_OFFER)
            if form is HTML:
                return _to_page(name)
            body = partial(_figures_document, figures, figure_set, form)
        return cached_document(page.snapshot, body, form, language=page.language)


def _to_page(name: str) -> Response:
    """Redirect of a browser to the page of a dataset, with the choices of its query."""
    path = f"{request.script_root}/doc/statistics/{name}{query_along(request)}"
    return cached(redirection(path), None)


def _figures_document(figures: Figures, figure_set: FigureSet, form: Format) -> bytes | str:
    """Figures of a dataset as a picture, CSV, a workbook or one file with metadata and licence."""
    page = figures.page
    if form.kind is FormatKind.PICTURE:
        drawing = _figure_picture(figures, figure_set)
        return png(drawing, page.language) if form is PNG else drawing
    table = requested_figures(figures, figure_set)
    return figures_archive(page, table) if form is ZIP else _figures_table(page, table, form)


def _corridors_document(
    page: Page, figure_set: FigureSet, role: str, area: IRI, form: Format
) -> bytes | str:
    """The pairs of an area as a page, JSON, CSV or a workbook."""
    corridors = corridors_of(page, figure_set, role, area)
    if form is HTML:
        return render_template("corridors.html", page=page, corridors=corridors)
    if form is JSON:
        return corridors_json(page, corridors)
    return _figures_table(page, corridors.figures, form)


def _figure_picture(figures: Figures, figure_set: FigureSet) -> str:
    """A picture of the chosen figures, or a chart on the page of a country.

    400 for one that they lack.
    """
    page = figures.page
    name = read_choice("picture", FIGURE_PICTURES)
    codes = request.args.getlist("country")
    if not name and len(codes) == 1:
        chart = _country_chart(page, figure_set, codes[0])
        if chart:
            return chart
    chosen = chosen_figures(figures, figure_set)
    if name:
        picture = FIGURE_PICTURES[name](page, chosen)
    else:
        preferred_picture = lines_picture if codes else map_picture
        picture = preferred_picture(page, chosen) or bars_picture(page, chosen)
    if picture is None:
        detail = gettext("These figures have no such picture; picture=bars shows them.")
        raise bad_request(detail, parameter="picture")
    return picture.file(page.site.public_base)


def _country_chart(page: Page, figure_set: FigureSet, code: str) -> str | None:
    """A chart on the page of a country; None without one. 404 for a role that it lacks."""
    role = request.args.get("of")
    area = country_of(page, code)
    for chart in country_figures(page, area).charts if area else ():
        has_role = not role or f"&of={role}&" in chart.path
        if has_role and chart.set.iri == figure_set.iri:
            return re.sub("<image [^>]*/>", lambda _: f"<g>{land()}</g>", chart.drawing)
    if role:
        raise not_found(request.path)
    return None


def _figures_table(page: Page, figures: DatasetFigures, form: Format) -> bytes | str:
    """Figures with their attribution as CSV or a workbook."""
    figure_set = figures.set
    rows = table_rows(page, figures)
    if form is CSV:
        return figures_csv(figure_set, rows)
    about = {
        gettext("Title"): figure_set.title.text,
        gettext("Source"): figure_set.source.line,
        gettext("Notes"): figure_set.notes.value if figure_set.notes else "",
        gettext("Unit"): figure_set.source.unit,
        gettext("Licence"): figure_set.source.licence,
        gettext("Citation"): str(make_citation(page, figure_set.iri)),
    }
    return tables.workbook(page, gettext("Figures"), headings(), rows, about)
