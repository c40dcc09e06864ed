"""/ and /about: the home page; coverage by objective, glossary, who runs the site, how to cite it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

from flask import Blueprint, Response, current_app, render_template, request
from flask_babel import LazyString, lazy_pgettext

from gcmgraph.web.dataset.routes import KnownFacts, structured_data
from gcmgraph.web.home.coverage import Coverage, coverage_of, sample_statement
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CITATIONS
from gcmgraph.web.http.urls import is_served
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.resources.facts import ResourcePage
from gcmgraph.web.responses.documents import cached_page, make_citation
from gcmgraph.web.responses.signposting import service_link
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import PerVersion
from gcmgraph.web.templating.page import Page
from gcmgraph.web.visualisation.maps import counts_map

#: Practices and questions on the home page.
PRACTICES_AT_HOME, QUESTIONS_AT_HOME = 6, 6


def blueprint(site: Site, facts: KnownFacts) -> Blueprint:
    """/ and /about."""
    routes = Blueprint("pages", __name__)
    coverage = PerVersion(partial(coverage_of, site.addresses))
    routes.register_blueprint(_about(site, coverage))

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


#: Words that the pages use, each with a sentence that explains it.
GLOSSARY: Mapping[LazyString, LazyString] = {
    lazy_pgettext("glossary", "objective"): lazy_pgettext(
        "glossary", "One of the aims that States agreed on in the Global Compact for Migration."
    ),
    lazy_pgettext("glossary", "action"): lazy_pgettext(
        "glossary", "A measure that the Compact lists under an objective, such as 9a."
    ),
    lazy_pgettext("glossary", "practice"): lazy_pgettext(
        "glossary", "A law, programme, project, network or service through which someone carries out the Compact."
    ),
    lazy_pgettext("glossary", "lead organisation"): lazy_pgettext(
        "glossary", "An organisation that a source names as responsible for a practice."
    ),
    lazy_pgettext("glossary", "SDG target"): lazy_pgettext(
        "glossary",
        "A target of the Sustainable Development Goals. A practice states it itself, or its objective is linked to it.",
    ),
    lazy_pgettext("glossary", "statement"): lazy_pgettext(
        "glossary", "One fact, such as a practice and its country. Each statement has a source."
    ),
    lazy_pgettext("glossary", "source document"): lazy_pgettext(
        "glossary", "A document that was read, page by page, for its statements."
    ),
    lazy_pgettext("glossary", "passage"): lazy_pgettext(
        "glossary", "The page or the words of a document from which a statement was taken."
    ),
    lazy_pgettext("glossary", "editor's judgement"): lazy_pgettext(
        "glossary", "A statement that an editor made, with a reason; no source says it in these words."
    ),
    lazy_pgettext("glossary", "contribution"): lazy_pgettext(
        "glossary", "A description that someone sent, published after review with the name of the sender."
    ),
    lazy_pgettext("glossary", "graph"): lazy_pgettext(
        "glossary", "All statements together, as linked data. Parts of it by source are named graphs."
    ),
    lazy_pgettext("glossary", "version"): lazy_pgettext(
        "glossary", "The graph on one day. An older version can still be downloaded and compared."
    ),
}


def _about(site: Site, coverage: PerVersion[Coverage]) -> Blueprint:
    """/about."""
    routes = Blueprint("about", __name__)

    @routes.get("/about")
    @api.operation("about")
    def about() -> Response:
        """Return the page about the site: coverage, glossary, citation, contact."""
        snapshot = site.dataset.snapshot()
        language = chosen_language(request)

        def body() -> str:
            return render_template(
                "about.html",
                page=Page(site, snapshot, language),
                coverage=coverage.of(snapshot),
                glossary=GLOSSARY,
                citation=make_citation(site, snapshot, None, language, datetime.now(UTC).date()),
                citation_forms=CITATIONS,
                cite_path="/dataset",
                contribute="/contributions" if is_served("/contributions") else None,
            )

        return cached_page(request, snapshot, "about", body)

    return routes
