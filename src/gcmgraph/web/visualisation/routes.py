"""/map, /network and /coverage: drawings with tables, and the drawings as SVG files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import format_date

from gcmgraph.model.terms import IRI
from gcmgraph.translations.languages import LANGUAGES
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import SVG
from gcmgraph.web.http.urls import local_path
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.responses.documents import cached_document, cached_page, entity_tag
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot
from gcmgraph.web.templating.page import Page
from gcmgraph.web.visualisation.coverage import COMPARED, coverage_svg, covered_objectives
from gcmgraph.web.visualisation.maps import country_rows, counts_map
from gcmgraph.web.visualisation.network import participation, whole_drawing
from gcmgraph.web.visualisation.standalone import standalone

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
            "compared": format_date(COMPARED, "long"),
        }

    add("map", map_values)
    add("network", network_values)
    add("coverage", coverage_values)
    return routes


def _rendered(template: str, site: Site, snapshot: Snapshot, language: str, values: _Values) -> str:
    return render_template(template, page=Page(site, snapshot, language), **values(snapshot, language))


def _address(site: Site) -> Callable[[IRI], str]:
    """The addresses of resources in drawings, in the language of the request."""
    asked = request.args.get("lang")
    query = f"?lang={asked}" if asked in LANGUAGES else ""
    return lambda iri: f"{request.script_root}{local_path(site.addresses, iri.value)}{query}"
