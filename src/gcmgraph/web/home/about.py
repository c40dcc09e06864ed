"""/about: coverage by objective, glossary, who runs the site, how to cite it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request
from flask_babel import LazyString, lazy_pgettext

from gcmgraph.web.home.coverage import Coverage
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import CITATIONS
from gcmgraph.web.http.urls import is_served
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.responses.documents import cached_page, make_citation
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import PerVersion
from gcmgraph.web.templating.page import Page

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


def blueprint(site: Site, coverage: PerVersion[Coverage]) -> Blueprint:
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
