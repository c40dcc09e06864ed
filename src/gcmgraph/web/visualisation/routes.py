"""/map, /network, /coverage: drawings with tables, and as SVG files; figures as tables and charts; /compare."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Flask, Response, render_template, request
from flask_babel import gettext, lazy_gettext, ngettext
from markupsafe import Markup
from pyroaring import BitMap

from gcmgraph.platform.text import fold_words
from gcmgraph.publication.network import Relations
from gcmgraph.publication.tables import write_csv
from gcmgraph.rdf.terms import IRI
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CSV, SVG, XLSX
from gcmgraph.web.http.links import shorter_address
from gcmgraph.web.http.negotiation import Offer, chosen_format
from gcmgraph.web.http.parameters import read_choice
from gcmgraph.web.http.problems import bad_request, not_found
from gcmgraph.web.i18n import time_text
from gcmgraph.web.responses import attribution, tables
from gcmgraph.web.responses.negotiated import cached_document, cached_page, make_citation
from gcmgraph.web.responses.tables import PictureTexts
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import STATIC_FOLDER, Page
from gcmgraph.web.visualisation import drawings, figures
from gcmgraph.web.visualisation.figures import Figures

#: Summary and parameters of each picture.
_PICTURES = {
    "map": (
        "Return a map of countries by number of practices, and its data as a table",
        (
            api.Parameter(
                "region", "M49 code of the region that the map shows.", api.one_of(drawings.REGIONS)
            ),
        ),
    ),
    "network": (
        "Return a diagram of cooperation between organisations, and its data as a table",
        (
            api.Parameter(
                "objective", "Number of an objective, whose practices alone count.", api.text()
            ),
            api.Parameter(
                "organisation", "Organisation that is shown with its partners.", api.text()
            ),
        ),
    ),
    "coverage": (
        "Return the actions of all objectives by number of practices, and a table of them",
        (),
    ),
}
_DRAWING = api.answer("SVG drawing with its texts.", SVG)


def add_routes(app: Flask, site: Site) -> None:
    """/map, /network and /coverage."""
    _add_figures(app, site)

    def add(name: str, values: Callable[[Page], dict[str, Any]]) -> None:
        """Add the page of a picture with the values of its template, and the picture as a file."""
        summary, parameters = _PICTURES[name]

        @api.operation(
            name, {200: api.PAGE, 303: api.SHORTER}, (*parameters, api.LANG), summary=summary
        )
        def shown() -> Response:
            page = Page.requested(site)

            def body() -> str:
                return render_template(f"{name}.html", page=page, **values(page))

            return shorter_address() or cached_page(page.snapshot, body)

        @api.operation(
            f"{name}_svg",
            _DRAWING,
            (*parameters, api.LANG),
            summary=f"Return the drawing of `/{name}` as a file",
        )
        def picture() -> Response:
            page = Page.requested(site)

            def body() -> str:
                given = values(page)
                drawn = render_template(f"pictures/{name}.html", page=page, **given)
                sources = *given["sources"], tables.picture_source(page, name)
                texts = PictureTexts(
                    given["headline"],
                    given["note"],
                    sources,
                    page.language,
                    given.get("legend", ()),
                )
                return tables.complete(drawn.strip(), texts, site.public_base)

            return cached_document(page.snapshot, body, SVG, language=page.language)

        app.add_url_rule(f"/{name}", name, shown)
        app.add_url_rule(f"/{name}.svg", f"{name}_svg", picture)

    add("map", _map_values)
    add("network", _network_values)
    add("coverage", _coverage_values)


def _map_values(page: Page) -> dict[str, Any]:
    practices, name = (
        page.snapshot.relations.by_country(),
        page.snapshot.listings.of("country").entries(page.language),
    )
    place = {entry.iri: number for number, entry in enumerate(name)}
    rows = sorted(
        practices.items(),
        key=lambda row: (-row[1].count, place.get(row[0], len(place)), row[0].value),
    )
    region = read_choice("region", drawings.REGIONS)
    drawn = drawings.counts_map(page, every=True, region=region)
    return {
        "map": drawn,
        "rows": rows,
        "region": region,
        "regions": [
            IRI(page.site.addresses.resource("concept", f"m49/{code}")) for code in drawings.REGIONS
        ],
        "land": land(),
        "headline": ngettext(
            "Practices are carried out in %(num)s country; most in: %(most)s",
            "Practices are carried out in %(num)s countries; most in: %(most)s",
            len(rows),
            most=f"{page.label(rows[0][0]).text} ({rows[0][1].count})" if rows else "–",
        ),
        "note": gettext("Countries by number of practices"),
        "sources": [
            str(one) for one in (DOCUMENTS_READ, BORDERS, *([CITIES] if drawn.places else []))
        ],
        "legend": [
            *(
                (drawn.colours[one.tone], tables.shade_words(one.low, one.high))
                for one in drawn.shades
            ),
            *([(drawn.colours["place"], gettext("City with a practice"))] if drawn.places else []),
        ],
    }


def _network_values(page: Page) -> dict[str, Any]:
    listings = page.snapshot.listings
    objectives = listings.of("practice").postings("objective")
    known = {
        "objective": objectives,
        "organisation": [*map(page.local_name, listings.of("organisation").members)],
    }
    asked = {name: read_choice(name, values) for name, values in known.items()}
    among, organisation = objectives.get(asked["objective"]), asked["organisation"]
    relations = Relations(listings, among) if among else page.snapshot.relations
    centre = (
        IRI(page.site.addresses.resource("organisation", organisation)) if organisation else None
    )
    small = None if centre else drawings.participation(relations)
    picture = None
    if centre:
        picture = drawings.drawing_around(page, centre, relations)
    elif not small and (whole := relations.drawing):
        picture = drawings.network_drawing(page, whole, relations)
    partners = relations.collaboration.partners
    names = {iri: page.label(iri) for iri in partners}
    first = max(partners, key=lambda iri: (partners[iri], iri.value), default=None)
    joined = gettext("Organisations joined by the practices they share")
    return {
        "picture": picture,
        "small": small,
        "alone": () if centre else relations.alone(),
        "too_large": relations.too_large,
        "collaboration": relations.collaboration,
        "query": urlencode({name: key for name, key in asked.items() if key}),
        "organisations": sorted(names.items(), key=lambda item: fold_words(item[1].text)),
        "objectives": listings.of("objective").entries(page.language),
        "asked": asked,
        "centre": centre,
        "headline": ngettext(
            "%(num)s organisation shares practices with others; most partners: %(most)s",
            "%(num)s organisations share practices with others; most partners: %(most)s",
            len(partners),
            most=f"{names[first].text} ({partners[first]})" if first else "–",
        ),
        "note": gettext("Organisations by practices") if small else joined,
        "sources": [str(DOCUMENTS_READ)],
    }


def _coverage_values(page: Page) -> dict[str, Any]:
    objectives = drawings.covered_objectives(page)
    actions = [action for one in objectives for action in one.actions]
    supported = sum(bool(action.practices) for action in actions)
    return {
        "objectives": objectives,
        "judgements": sum(action.judgements for action in actions),
        "elsewhere": sum(action.elsewhere for action in actions),
        "compared": time_text(COMPARED, page.language),
        "headline": gettext(
            "%(count)s of %(total)s actions have a practice",
            count=str(supported),
            total=str(len(actions)),
        ),
        "note": gettext(
            "Each square is an action of the Compact: dashed without a practice, the darker the more practices "
            "support it. A gap is one of the documents that were read, not of the world."
        ),
        "sources": [str(DOCUMENTS_READ)],
        "legend": tables.shades_legend(),
    }


#: Sources that a picture names.
DOCUMENTS_READ = lazy_gettext(
    "Source: practices in the documents that were read here, and accepted contributions."
)
BORDERS = lazy_gettext(
    "Borders and names on this map say nothing about the legal status of any place or about who governs it, and nobody "
    "endorses them. Shapes: Natural Earth."
)
CITIES = lazy_gettext("Cities: GeoNames (CC BY 4.0).")


#: Countries that are compared at most.
MOST_COMPARED = 4

_FIGURE_OFFER = Offer.of((CSV, XLSX, SVG))
_FIGURES = api.answer("All figures of the dataset, or a chart of the largest.", _FIGURE_OFFER)
_DATASET = api.Parameter(
    "name", "Last part of the address of the dataset.", api.text(), "refugees-by-asylum"
)
_AREA = api.Parameter(
    "country", "ISO 3166-1 alpha-3 code of a country or area: its figures alone.", api.text()
)
_ROLE = api.Parameter(
    "of",
    "In a chart: origins, destinations, or both on a map.",
    api.one_of(("origin", "destination", "both")),
)
_COUNTRIES = api.Parameter(
    "country",
    "ISO 3166-1 alpha-3 codes of up to four countries.",
    api.many(api.text(), MOST_COMPARED),
)


def _add_figures(app: Flask, site: Site) -> None:
    """/statistics/{name} and /compare."""

    @app.get("/statistics/<name>")
    @api.operation(
        "statistics",
        _FIGURES,
        (_DATASET, _AREA, _ROLE, api.format_of(_FIGURE_OFFER.by_name), api.LANG),
    )
    def statistics(name: str) -> Response:
        """Return the figures of a dataset."""
        code = request.args.get("country")
        if not _NAME.fullmatch(name) or (code and not _CODE.fullmatch(code)):
            raise not_found(request.path)
        form = chosen_format(_FIGURE_OFFER)
        page = Page.requested(site)

        def body() -> bytes | str:
            area = IRI(site.addresses.resource("country", code)) if code else None
            found = figures.dataset_figures(
                page, IRI(site.addresses.resource("statistics", name)), area
            )
            if found is None or (area and not found.series and not found.pairs):
                raise not_found(request.path)
            if form is SVG:
                return _chart_of(page, found, area, request.args.get("of"))
            headings = [
                gettext("Code"),
                gettext("Country or area"),
                gettext("Code of origin"),
                gettext("Origin"),
            ]
            headings += [gettext("Year"), gettext("Figure"), *attribution.headings()]
            if form is CSV:
                return write_csv(
                    headings,
                    ([str(cell) for cell in row] for row in figures.table_rows(page, found)),
                )
            of = found.set
            about = {
                gettext("Title"): of.title.text,
                gettext("Source"): of.source.line,
                gettext("Notes"): of.notes.value if of.notes else "",
                gettext("Unit"): of.source.unit,
                gettext("Licence"): of.source.licence,
                gettext("Citation"): str(make_citation(page, of.iri)),
            }
            rows = figures.table_rows(page, found)
            return tables.workbook(page, gettext("Figures"), headings, rows, about)

        return cached_document(page.snapshot, body, form, language=page.language)

    @app.get("/compare")
    @api.operation("compare", parameters=(_COUNTRIES, api.LANG))
    def compare() -> Response:
        """Return a page with up to four countries side by side."""
        page, codes = Page.requested(site), request.args.getlist("country")
        _require_comparable(codes, page.snapshot)

        def body() -> str:
            figures = Figures(page)
            columns = [_column(figures, code) for code in codes]
            return render_template(
                "compare.html",
                page=page,
                columns=columns,
                most=MOST_COMPARED,
                sets=[
                    one
                    for iri, one in figures.sets.items()
                    if any(iri in column.series for column in columns)
                ],
            )

        return cached_page(page.snapshot, body)


def _chart_of(page: Page, found: figures.DatasetFigures, area: IRI | None, role: str | None) -> str:
    """The chart of a dataset, or the one on the page of a country. 404 where there is none."""
    charts: tuple[figures.Chart | None, ...] = (found.chart,)
    if area:
        of_country = figures.country_figures(page, area)
        charts = of_country.charts if of_country else ()
    for chart in charts:
        if chart and chart.set.iri == found.set.iri and (not role or f"&of={role}&" in chart.path):
            return re.sub("<image [^>]*/>", lambda _: f"<g>{land()}</g>", chart.drawing)
    raise not_found(request.path)


_NAME = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")
_CODE = re.compile("[A-Z]{3}")


def _require_comparable(codes: list[str], snapshot: Snapshot) -> None:
    """Raise a 400 for too many codes, one that is given twice, and an unknown one."""
    known = {
        country.value.rpartition("/")[2] for country in snapshot.listings.of("country").members
    }
    detail = None
    if len(codes) > MOST_COMPARED:
        detail = gettext(
            "At most %(most)s countries can be compared; the request has %(count)s.",
            most=MOST_COMPARED,
            count=len(codes),
        )
    elif unknown := [code for code in codes if code not in known]:
        detail = gettext(
            "'%(code)s' is no country code of three letters, such as NER or MAR.", code=unknown[0]
        )
    elif twice := [code for code in codes if codes.count(code) > 1]:
        detail = gettext("The country %(code)s is in the request twice.", code=twice[0])
    if detail:
        raise bad_request(detail, parameter="country")


class Compared(NamedTuple):
    """A country that is compared: its numbers of practices and of their objectives, and its series by dataset."""

    iri: IRI
    practices: int
    objectives: int
    series: Mapping[IRI, figures.Series]


def _column(figures: Figures, code: str) -> Compared:
    page = figures.page
    iri, practices = (
        IRI(page.site.addresses.resource("country", code)),
        page.snapshot.listings.of("practice"),
    )
    here = practices.postings("country").get(code, BitMap())
    objectives = sum(bool(rows & here) for rows in practices.postings("objective").values())
    series = {one.set.iri: one for one in figures.series(figures.of(iri))}
    return Compared(iri, practices.count(here), objectives, series)


#: Day on which the editors had compared every practice with every action (`docs/readings.md`,
#: "Judgements").
COMPARED = date(2026, 11, 29)


@cache
def land() -> Markup:
    """The land of the world, without its outer element."""
    whole = (STATIC_FOLDER / "world.svg").read_text("utf-8")
    return Markup(whole[whole.index(">", whole.index("<svg")) + 1 : whole.rindex("</svg>")])  # noqa: S704 - ours
