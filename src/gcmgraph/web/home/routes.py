"""/: the home page."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, current_app, render_template, request

from gcmgraph.web.dataset.routes import KnownFacts, structured_data
from gcmgraph.web.home import about
from gcmgraph.web.home.coverage import coverage_of, sample_statement
from gcmgraph.web.http import api
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.resources.facts import ResourcePage
from gcmgraph.web.responses.documents import cached_page
from gcmgraph.web.responses.signposting import service_link
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import PerVersion
from gcmgraph.web.visualisation.maps import counts_map

#: Practices and questions on the home page.
PRACTICES_AT_HOME, QUESTIONS_AT_HOME = 6, 6


def blueprint(site: Site, facts: KnownFacts) -> Blueprint:
    """/ and /about."""
    routes = Blueprint("pages", __name__)
    coverage = PerVersion(partial(coverage_of, site.addresses))
    routes.register_blueprint(about.blueprint(site, coverage))

    @routes.get("/")
    @api.operation("home")
    def home() -> Response:
        """Return the home page: counts and example questions."""
        snapshot = site.dataset.snapshot()

        def body() -> str:
            language = chosen_language(request)
            catalogue, practices = snapshot.catalogue, snapshot.listings.of("practice")
            return render_template(
                "home.html",
                page=ResourcePage(site, snapshot, language),
                counts={**catalogue.counts(), "practice": practices.count(practices.everything)},
                part_count=len(practices.parts),
                map=counts_map(site, snapshot, every=False),
                sample=sample_statement(site, snapshot, language),
                coverage=coverage.of(snapshot),
                practices=practices.first_of(practices.wholes(practices.everything), PRACTICES_AT_HOME),
                questions=site.questions[:QUESTIONS_AT_HOME],
                quads=snapshot.quad_count,
                version=snapshot.version,
                structured=structured_data(site, facts.of(snapshot), language),
                served={rule.rule for rule in current_app.url_map.iter_rules()},
            )

        response = cached_page(request, snapshot, f"home {facts.files(snapshot)}", body)
        response.headers.add("Link", service_link(request.script_root).header())
        return response

    return routes
