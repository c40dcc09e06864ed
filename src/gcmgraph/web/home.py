"""/ and /about: the home page, with a statement and its evidence; coverage, glossary, citation."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response, render_template, request

from gcmgraph.publication.descriptions import Evidence, EvidenceIndex
from gcmgraph.rdf.terms import IRI, Vocabulary
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.dataset.facts import dataset_facts, download_names, structured_data
from gcmgraph.web.http import api
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.resources.facts import EvidencePage
from gcmgraph.web.responses.negotiated import cached_page
from gcmgraph.web.responses.typed_links import service_link
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.coverage import CoveredObjective, covered_objectives

#: Predicates of the statements to show, best first.
_PREDICATES = ("gcm:country", "gcm:leadOrganisation", "gcm:partnerOrganisation")

#: Practices that are searched for the statement.
_PRACTICES = 10

#: Limits on the characters of a quotation.
_MIN_QUOTATION = 12
_MAX_QUOTATION = 220


def sample_statement(site: Site, snapshot: Snapshot, language: str) -> Evidence | None:
    """A statement about one of the first practices with its passage; None where none has evidence.

    A passage in the language of the reader comes first (else in English), then a quoted one, then
    the best kind, then the longest short quotation.
    """
    vocabulary = Vocabulary(site.addresses)
    rank_by_predicate = {vocabulary(curie): rank for rank, curie in enumerate(_PREDICATES)}
    index = EvidenceIndex(snapshot.store, site.addresses)
    candidates = []
    for practice in snapshot.listings.of("practice").members[:_PRACTICES]:
        for (predicate, value), passages in index.about(practice).items():
            if predicate in rank_by_predicate and isinstance(value, IRI):
                candidates += [evidence for evidence in passages if _is_short(evidence)]

    def order(evidence: Evidence) -> tuple[bool, bool, bool, int, int, str]:
        words = evidence.passage.exact or ""
        tag = evidence.passage.language
        return (
            tag != language,
            tag != SOURCE_LANGUAGE,
            not words,
            rank_by_predicate[evidence.predicate],
            -len(words),
            evidence.iri.value,
        )

    return min(candidates, key=order, default=None)


def _is_short(evidence: Evidence) -> bool:
    """Whether a passage can be shown: a short quotation, or a page without one."""
    passage = evidence.passage
    if passage.exact is None and passage.page is not None:
        return True
    return _MIN_QUOTATION <= len(passage.exact or "") <= _MAX_QUOTATION


def largest_gap(objectives: list[CoveredObjective]) -> CoveredObjective | None:
    """The objective with the largest share of actions without a practice, None without gaps.

    Of several, the one with the most such actions.
    """

    def share_and_count(objective: CoveredObjective) -> tuple[float, int]:
        return len(objective.without) / len(objective.actions), len(objective.without)

    with_gaps = [objective for objective in objectives if objective.without]
    return max(with_gaps, key=share_and_count, default=None)


class HomePages:
    """Views of the home page, and of the page about the site."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @api.operation("home")
    def home(self) -> Response:
        """Return the home page: actions with and without a practice, a finding, what is new, example questions."""
        site = self._site
        snapshot = site.dataset.snapshot()
        body = partial(_home_page, site, snapshot)
        response = cached_page(snapshot, body, download_names(site, snapshot))
        response.headers.add("Link", service_link(request.script_root).header())
        return response

    @api.operation("about")
    def about(self) -> Response:
        """Return the page about the site: coverage, glossary, citation, contact."""
        page = Page.requested(self._site)
        return cached_page(page.snapshot, partial(render_template, "about.html", page=page))


def add_routes(app: Flask, site: Site) -> None:
    """/ and /about."""
    pages = HomePages(site)
    app.add_url_rule("/", "home", pages.home)
    app.add_url_rule("/about", "about", pages.about)


def _home_page(site: Site, snapshot: Snapshot) -> str:
    """The home page in the language of the reader."""
    page = EvidencePage(site, snapshot, chosen_language(request))
    objectives = covered_objectives(page)
    return render_template(
        "home.html",
        page=page,
        sample=sample_statement(site, snapshot, page.language),
        objectives=objectives,
        finding=largest_gap(objectives),
        structured=structured_data(site, dataset_facts(site, snapshot), page.language),
    )
