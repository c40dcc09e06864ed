"""/map, /network, /coverage: drawings with tables, and as SVG files; figures as tables and charts; /compare."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext, ngettext
from pyroaring import BitMap

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.publication.descriptions import Label, choose
from gcmgraph.publication.tables import write_csv
from gcmgraph.text import natural
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CSV, SVG, XLSX
from gcmgraph.web.http.requests import Offer, negotiate
from gcmgraph.web.http.responses import Problem, ProblemError, local_path, not_found
from gcmgraph.web.i18n import chosen_language, time_text
from gcmgraph.web.responses.documents import cached_document, cached_page, entity_tag
from gcmgraph.web.responses.tables import GridCell, GridRow, grid_svg, shade, workbook
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import STATIC_FOLDER, Page
from gcmgraph.web.visualisation.drawings import country_rows, counts_map, participation, whole_drawing
from gcmgraph.web.visualisation.figures import Figures, Series, dataset_figures, table_rows

#: Makes the values of a template from a version and a language.
_Values = Callable[[Snapshot, str], dict[str, Any]]

_SUMMARIES = {
    "map": "Return a map of countries by number of practices, and its data as a table",
    "network": "Return a diagram of cooperation between organisations, and its data as a table",
    "coverage": "Return the actions of all objectives by number of practices, and a table of them",
}
_DRAWING = api.answer("SVG drawing.", SVG)


def blueprint(site: Site) -> Blueprint:
    """/map, /network and /coverage."""
    routes = Blueprint("pictures", __name__)

    def add(name: str, values: _Values) -> None:
        """Add the page of a picture, and the picture as a file."""

        @api.operation(name, summary=_SUMMARIES[name])
        def page() -> Response:
            snapshot, language = site.dataset.snapshot(), chosen_language(request)

            def body() -> str:
                return _rendered(f"{name}.html", site, snapshot, language, values)

            return cached_page(request, snapshot, name, body)

        @api.operation(f"{name}_svg", _DRAWING, summary=f"Return the drawing of `/{name}` as a file")
        def picture() -> Response:
            snapshot, language = site.dataset.snapshot(), chosen_language(request)

            def body() -> str:
                drawing = _rendered(f"pictures/{name}.html", site, snapshot, language, values)
                return standalone(drawing, site.public_base)

            tag = entity_tag(snapshot.version, name, SVG.suffix, language, request.script_root)
            return cached_document(snapshot, body, SVG.content_type, tag=tag, language=language)

        routes.add_url_rule(f"/{name}", name, page)
        routes.add_url_rule(f"/{name}.svg", f"{name}_svg", picture)

    def map_values(snapshot: Snapshot, language: str) -> dict[str, Any]:
        rows = country_rows(site, snapshot, language)
        return {"map": counts_map(site, snapshot, every=True), "rows": rows}

    def network_values(snapshot: Snapshot, language: str) -> dict[str, Any]:
        small = participation(site, snapshot, language, _address(site))
        return {
            "picture": None if small else whole_drawing(site, snapshot, language),
            "small": small,
            "alone": snapshot.relations.alone(),
            "too_large": snapshot.relations.too_large,
        }

    def coverage_values(snapshot: Snapshot, language: str) -> dict[str, Any]:
        objectives = covered_objectives(site, snapshot, language)
        drawing = coverage_svg(objectives, language, _address(site))
        actions = [action for one in objectives for action in one.actions]
        return {
            "objectives": objectives,
            "drawing": drawing,
            "judgements": sum(action.judgements for action in actions),
            "elsewhere": sum(action.elsewhere for action in actions),
            "compared": time_text(COMPARED, chosen_language(request)),
        }

    add("map", map_values)
    add("network", network_values)
    add("coverage", coverage_values)
    return routes


#: Countries that are compared at most.
MOST_COMPARED = 4

_FIGURE_OFFER = Offer.of((CSV, XLSX, SVG))
_FIGURES = api.answer("All figures of the dataset, or a chart of the largest.", _FIGURE_OFFER)
_DATASET = api.Parameter("name", "Last part of the address of the dataset.", api.text(), "refugees-by-asylum")
_COUNTRIES = api.Parameter(
    "country", "ISO 3166-1 alpha-3 codes of up to four countries.", api.many(api.text(), MOST_COMPARED)
)


def figure_routes(site: Site) -> Blueprint:
    """/statistics/{name} and /compare."""
    routes = Blueprint("figures", __name__)

    @routes.get("/statistics/<name>")
    @api.operation("statistics", _FIGURES, (_DATASET, api.format_of(_FIGURE_OFFER.by_name), api.LANG))
    def statistics(name: str) -> Response:
        """Return the figures of a dataset."""
        asked = request.args.get("format") or None
        form = negotiate(_FIGURE_OFFER, f"/statistics/{name}?format={{}}".format, name=asked)
        snapshot, language = site.dataset.snapshot(), chosen_language(request)
        if not _NAME.fullmatch(name):
            raise not_found(request.path)

        def body() -> bytes | str:
            page = Page(site, snapshot, language)
            found = dataset_figures(page, IRI(site.addresses.thing("statistics", name)))
            if found is None or (form is SVG and found.chart is None):
                raise not_found(request.path)
            if form is SVG and found.chart is not None:
                return found.chart.drawing
            headings = [gettext("Code"), gettext("Country or area"), gettext("Code of origin"), gettext("Origin")]
            headings += [gettext("Year"), gettext("Figure")]
            if form is CSV:
                return write_csv(headings, ([str(cell) for cell in row] for row in table_rows(page, found)))
            notes = found.set.notes.value if found.set.notes else ""
            about = {gettext("Title"): found.set.title.text, gettext("Source"): found.source, gettext("Notes"): notes}
            rows = table_rows(page, found)
            return workbook(gettext("Figures"), headings, rows, about, snapshot, site.addresses, language)

        tag = entity_tag(snapshot.version, "statistics", name, form.suffix, language)
        return cached_document(snapshot, body, form.content_type, tag=tag, language=language)

    @routes.get("/compare")
    @api.operation("compare", parameters=(_COUNTRIES, api.LANG))
    def compare() -> Response:
        """Return a page with up to four countries side by side."""
        snapshot, language = site.dataset.snapshot(), chosen_language(request)
        codes = request.args.getlist("country")
        _require_comparable(codes, snapshot)

        def body() -> str:
            page = Page(site, snapshot, language)
            figures = Figures(page)
            columns = [_column(site, snapshot, figures, code) for code in codes]
            return render_template(
                "compare.html",
                page=page,
                columns=columns,
                most=MOST_COMPARED,
                countries=snapshot.listings.of("country").entries(language),
                sets=[one for iri, one in figures.sets.items() if any(iri in column.series for column in columns)],
                sources={iri: figures.source(one) for iri, one in figures.sets.items()},
            )

        return cached_page(request, snapshot, "compare", body)

    return routes


_NAME = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")


def _require_comparable(codes: list[str], snapshot: Snapshot) -> None:
    """Raise a 400 for too many codes, one that is given twice, and an unknown one."""
    known = {country.value.rpartition("/")[2] for country in snapshot.listings.of("country").members}
    detail = None
    if len(codes) > MOST_COMPARED:
        detail = gettext(
            "At most %(most)s countries can be compared; the request has %(count)s.",
            most=MOST_COMPARED,
            count=len(codes),
        )
    elif unknown := [code for code in codes if code not in known]:
        detail = gettext("'%(code)s' is no country code of three letters, such as NER or MAR.", code=unknown[0])
    elif twice := [code for code in codes if codes.count(code) > 1]:
        detail = gettext("The country %(code)s is in the request twice.", code=twice[0])
    if detail:
        raise ProblemError(Problem(HTTPStatus.BAD_REQUEST, detail, {"parameter": "country"}))


@dataclass(frozen=True)
class Compared:
    """A country that is compared: its numbers of practices and of their objectives, and its series by dataset."""

    iri: IRI
    code: str
    practices: int
    objectives: int
    series: Mapping[IRI, Series]


def _column(site: Site, snapshot: Snapshot, figures: Figures, code: str) -> Compared:
    iri, practices = IRI(site.addresses.thing("country", code)), snapshot.listings.of("practice")
    here = practices.postings("country").get(code, BitMap())
    objectives = sum(bool(rows & here) for rows in practices.postings("objective").values())
    series = {one.set.iri: one for one in figures.series(figures.of(iri))}
    return Compared(iri, code, practices.count(here), objectives, series)


def _rendered(template: str, site: Site, snapshot: Snapshot, language: str, values: _Values) -> str:
    return render_template(template, page=Page(site, snapshot, language), **values(snapshot, language))


def _address(site: Site) -> Callable[[IRI], str]:
    """The addresses of resources in drawings, in the language of the request."""
    asked = request.args.get("lang")
    query = f"?lang={asked}" if asked in LANGUAGES else ""
    return lambda iri: f"{request.script_root}{local_path(site.addresses, iri.value)}{query}"


#: Day on which the editors had compared every practice with every action (`docs/readings.md`, "Judgements").
COMPARED = date(2026, 11, 29)


@dataclass(frozen=True)
class CoveredAction:
    """An action, its code and name, and the number of practices that support it."""

    iri: IRI
    code: str
    label: Label
    practices: int
    #: judgements that a practice or part supports it, and those on practices of another objective
    judgements: int
    elsewhere: int


@dataclass(frozen=True)
class CoveredObjective:
    """An objective with its short name, and its actions in the order of their letters."""

    iri: IRI
    code: str
    label: Label
    actions: tuple[CoveredAction, ...]
    practices: int

    @property
    def without(self) -> tuple[CoveredAction, ...]:
        """The actions without a practice."""
        return tuple(action for action in self.actions if not action.practices)


def covered_objectives(site: Site, snapshot: Snapshot, language: str) -> list[CoveredObjective]:
    """All objectives, by number."""
    practices, actions = snapshot.listings.of("practice"), snapshot.listings.of("action")
    names, supported = snapshot.labels, practices.postings("action")
    objectives = {iri.value.rpartition("/")[2]: iri for iri in snapshot.listings.of("objective").members}
    found = []
    for key in sorted(objectives, key=natural):
        places = actions.postings("objective").get(key, ())
        own = {iri.value.rpartition("/")[2]: iri for iri in actions.iris(places)}
        here = practices.postings("objective").get(key, BitMap())
        judged = {code: supported.get(code, BitMap()) for code in sorted(own, key=natural)}
        listed = tuple(
            CoveredAction(own[code], code, names.of(own[code], language), practices.count(of), len(of), len(of - here))
            for code, of in judged.items()
        )
        iri = objectives[key]
        found.append(
            CoveredObjective(iri, key, _short_name(site, snapshot, iri, language), listed, practices.count(here))
        )
    return found


def coverage_svg(objectives: list[CoveredObjective], language: str, address: Callable[[IRI], str]) -> str:
    """The actions of all objectives as squares with their letters, shaded by the number of practices."""
    rows = [
        GridRow(
            f"{one.code} {one.label.text}",
            [
                GridCell(
                    action.code.removeprefix(one.code),
                    shade(action.practices),
                    address(action.iri),
                    ngettext(
                        "%(action)s: %(num)s practice",
                        "%(action)s: %(num)s practices",
                        action.practices,
                        action=f"{action.code} {action.label.text}",
                    ),
                )
                for action in one.actions
            ],
            address(one.iri),
            one.label.language if one.label.language != language else None,
        )
        for one in objectives
    ]
    return grid_svg(gettext("Actions of each objective with and without a practice"), (), rows)


def _short_name(site: Site, snapshot: Snapshot, iri: IRI, language: str) -> Label:
    names = snapshot.store.triples(iri, Vocabulary(site.addresses)("skos:altLabel"))
    short = choose((triple.object for triple in names if isinstance(triple.object, Literal)), language)
    return Label(short.value, short.language) if short else snapshot.labels.of(iri, language)


#: Values of the site's style sheet that drawings use.
_STYLE = "svg { --ink: #1b2733; --line: #ccd6df; --paper: #fff; font-family: sans-serif; background: #fff; }\n"


def standalone(drawing: str, public_base: str) -> str:
    """A drawing of a page as a file."""
    drawing = re.sub(r"<image [^>]*/>", _land(), drawing, count=1)
    drawing = re.sub(r' href="/(?=[^/])', f' href="{public_base}', drawing)
    namespace = "" if 'xmlns="' in drawing else ' xmlns="http://www.w3.org/2000/svg"'
    begin = drawing.index("<svg")
    opened, closed, rest = drawing[begin : drawing.rindex("</svg>") + 6].partition(">")
    return f"{opened}{namespace}{closed}<style>{_STYLE}{_pictures()}</style>{rest}\n"


@cache
def _land() -> str:
    """The land of the world, without its outer element."""
    whole = (STATIC_FOLDER / "world.svg").read_text("utf-8")
    return whole[whole.index(">", whole.index("<svg")) + 1 : whole.rindex("</svg>")]


@cache
def _pictures() -> str:
    return (STATIC_FOLDER / "pictures.css").read_text("utf-8").replace("<", "\\3c ").replace("&", "\\26 ")
