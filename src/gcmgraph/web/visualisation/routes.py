"""/map and /network: places of practices and cooperation of organisations, as drawings and tables."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.responses.documents import cached_page
from gcmgraph.web.services import Site
from gcmgraph.web.templating.page import Page
from gcmgraph.web.visualisation.maps import country_rows, counts_map
from gcmgraph.web.visualisation.network import whole_drawing


def blueprint(site: Site) -> Blueprint:
    """/map and /network."""
    routes = Blueprint("pictures", __name__)

    @routes.get("/map")
    def world() -> Response:
        snapshot = site.dataset.snapshot()

        def body() -> str:
            language = chosen_language(request)
            return render_template(
                "map.html",
                page=Page(site, snapshot, language),
                map=counts_map(site, snapshot, every=True),
                rows=country_rows(site, snapshot, language),
            )

        return cached_page(request, snapshot, "map", body)

    @routes.get("/network")
    def network() -> Response:
        snapshot = site.dataset.snapshot()

        def body() -> str:
            language = chosen_language(request)
            picture = whole_drawing(site, snapshot, language)
            too_large = snapshot.relations.too_large
            return render_template(
                "network.html", page=Page(site, snapshot, language), picture=picture, too_large=too_large
            )

        return cached_page(request, snapshot, "network", body)

    return routes
