"""/compare: up to six countries side by side, as a page, CSV and XLSX, with the sections of their pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from flask import Flask, Response, render_template, request
from flask_babel import gettext
from pyroaring import BitMap

from gcmgraph.publication.tables import write_csv
from gcmgraph.rdf.terms import IRI
from gcmgraph.spreadsheets.workbooks import TableCell
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CSV, HTML, XLSX, Format
from gcmgraph.web.http.negotiation import Offer, chosen_format
from gcmgraph.web.http.problems import bad_request, not_found
from gcmgraph.web.i18n import KIND_NAMES
from gcmgraph.web.resources.country_views import (
    ObjectiveInCountry,
    TreatyOfCountry,
    objectives,
    treaties,
)
from gcmgraph.web.resources.facts import FactsPage
from gcmgraph.web.resources.vote_views import CountryVote, country_votes
from gcmgraph.web.responses import attribution, tables
from gcmgraph.web.responses.negotiated import cached_document
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.figures import Figures, FigureSet, Series

#: Limit on the countries that are compared.
MAX_COMPARED = 6

#: Practices of one country and objective that a cell names.
MAX_NAMED_PRACTICES = 12

_OFFER = Offer.of((HTML, CSV, XLSX))
_COUNTRIES = api.Parameter(
    "country",
    "ISO 3166-1 alpha-3 codes of up to six countries.",
    api.many(api.text(), MAX_COMPARED),
)


@dataclass(frozen=True)
class ComparedCountry:
    """A country with the values of its columns, as on its page."""

    page: FactsPage
    objectives: tuple[ObjectiveInCountry, ...]
    votes: tuple[CountryVote, ...]
    treaties: tuple[TreatyOfCountry, ...]
    evaluations: int
    series: Mapping[IRI, Series]

    @property
    def iri(self) -> IRI:
        """The country."""
        return self.page.iri

    @property
    def code(self) -> str:
        """Its ISO 3166-1 alpha-3 code."""
        return self.page.key

    @property
    def name(self) -> str:
        """Its name in the language of the page."""
        return self.page.label(self.iri).text

    @property
    def practices(self) -> int:
        """The number of its practices."""
        return self.page.practices.count(self.page.having("country"))

    @property
    def covered(self) -> int:
        """The number of the objectives with a practice."""
        return sum(objective.practices > 0 for objective in self.objectives)

    def practices_of(self, objective: str) -> list[IRI]:
        """The practices of an objective, by name."""
        page = self.page
        rows = page.having("country") & page.having("objective", objective)
        return page.by_name(page.practices.iris(rows))[:MAX_NAMED_PRACTICES]


def add_routes(app: Flask, site: Site) -> None:
    """/compare."""

    @app.get("/compare")
    @api.operation(
        "compare",
        api.answer("Comparison in the requested format.", _OFFER),
        (_COUNTRIES, api.format_of(_OFFER.by_name), api.LANG),
    )
    def compare() -> Response:
        """Return up to six countries side by side."""
        page = Page.requested(site)
        codes = request.args.getlist("country")
        _require_comparable(codes, page.snapshot)
        form = chosen_format(_OFFER)
        body = partial(_document, page, codes, form)
        return cached_document(page.snapshot, body, form, language=page.language)


def _require_comparable(codes: list[str], snapshot: Snapshot) -> None:
    """Raise a 400 for too many codes, an unknown one, and one that a request has twice."""
    countries = snapshot.listings.of("country").members
    country_codes = {country.value.rpartition("/")[2] for country in countries}
    unknown_codes = [code for code in codes if code not in country_codes]
    repeated_codes = [code for code in codes if codes.count(code) > 1]
    detail = None
    if len(codes) > MAX_COMPARED:
        detail = gettext(
            "At most %(most)s countries can be compared; the request has %(count)s.",
            most=MAX_COMPARED,
            count=len(codes),
        )
    elif unknown_codes:
        detail = gettext(
            "'%(code)s' is no country code of three letters, such as NER or MAR.",
            code=unknown_codes[0],
        )
    elif repeated_codes:
        detail = gettext("The country %(code)s is in the request twice.", code=repeated_codes[0])
    if detail:
        raise bad_request(detail, parameter="country")


def _document(page: Page, codes: list[str], form: Format) -> bytes | str:
    """The countries side by side as a page, or all rows as CSV or a workbook."""
    figures = Figures(page)
    countries = [_compared_country(figures, code) for code in codes]
    if form is HTML:
        datasets = {iri for country in countries for iri in country.series}
        return render_template(
            "compare.html",
            page=page,
            countries=countries,
            limit=MAX_COMPARED,
            sets=[figure_set for iri, figure_set in figures.sets.items() if iri in datasets],
        )
    headings = [
        gettext("Code"),
        gettext("Country or area"),
        gettext("Section"),
        gettext("What is counted"),
        gettext("Figure"),
        gettext("Year"),
        *attribution.headings(),
    ]
    rows = (row for country in countries for row in _rows(country))
    if form is CSV:
        return write_csv(headings, ([str(cell) for cell in row] for row in rows))
    title = gettext("Compare countries")
    return tables.workbook(page, title, headings, rows, {gettext("Title"): title})


def _compared_country(figures: Figures, code: str) -> ComparedCountry:
    page = figures.page
    iri = IRI(page.site.addresses.resource("country", code))
    description = page.snapshot.describer.describe(iri, with_inbound=False)
    if description is None:  # a withdrawn country
        raise not_found(request.path)
    country_page = FactsPage(page.site, page.snapshot, page.language, description)
    evaluations = page.snapshot.listings.of("evaluation").postings("country")
    return ComparedCountry(
        country_page,
        tuple(objectives(country_page)),
        tuple(country_votes(country_page)),
        tuple(treaties(country_page)),
        len(evaluations.get(code, BitMap())),
        {item.set.iri: item for item in figures.series(figures.of(iri))},
    )


def _rows(country: ComparedCountry) -> Iterator[list[TableCell]]:
    """The rows of a country in a table: counts, treaties, then all last figures with their attribution."""
    page = country.page
    no_attribution = [""] * len(attribution.headings())

    def row(
        section: str,
        subject: str,
        value: TableCell,
        year: TableCell = "",
        source: FigureSet | None = None,
    ) -> list[TableCell]:
        cells = source.source.cells if source else no_attribution
        return [country.code, country.name, section, subject, value, year, *cells]

    practices = str(KIND_NAMES["practice"])
    yield row(practices, practices, country.practices)
    for objective in country.objectives:
        yield row(practices, f"{objective.code} {objective.label.text}", objective.practices)
    for vote in country.votes:
        choice = page.label(vote.choice).text
        yield row(str(KIND_NAMES["vote"]), page.label(vote.event).text, choice)
    for treaty in country.treaties:
        date = _binding_date(page, treaty)
        yield row(gettext("Treaties"), page.label(treaty.treaty).text, date or gettext("not bound"))
    evaluations = str(KIND_NAMES["evaluation"])
    yield row(evaluations, evaluations, country.evaluations)
    for series in country.series.values():
        year, value = series.last
        yield row(gettext("Figures"), series.set.title.text, value, year, series.set)


def _binding_date(page: FactsPage, treaty: TreatyOfCountry) -> str:
    """Since when a country is bound by a treaty; empty where it is not in the list."""
    if treaty.participation is None:
        return ""
    dates = treaty.participation.description.texts(page.term("gcm:bindingDate"))
    return next((date.value for date in dates), "")
