"""/ and /browse/{kind}: the home page, and lists of things."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, current_app, render_template, request

from gcmgraph.publication.dcat import DatasetFacts
from gcmgraph.publication.describe_catalogue import CLASSES
from gcmgraph.web.dataset import structured_data
from gcmgraph.web.dataset_versions import PerVersion
from gcmgraph.web.language import chosen_language
from gcmgraph.web.maps import counts_map
from gcmgraph.web.problems import not_found
from gcmgraph.web.representation import page
from gcmgraph.web.site import Site, Snapshot
from gcmgraph.web.thing_page import Page

#: Things listed on one page.
PAGE_SIZE = 250

#: Practices and questions that the home page names.
PRACTICES_AT_HOME, QUESTIONS_AT_HOME = 6, 6


def blueprint(site: Site, facts: PerVersion[DatasetFacts]) -> Blueprint:
    """/ and /browse/{kind}."""
    routes = Blueprint("pages", __name__)

    @routes.get("/")
    def home() -> Response:
        snapshot = site.dataset.snapshot()

        def body() -> str:
            language = chosen_language(request)
            catalogue = snapshot.catalogue
            return render_template(
                "home.html",
                page=Page(site, snapshot, language),
                counts=catalogue.counts(),
                map=counts_map(site, snapshot, every=False),
                objectives=catalogue.entries("objective", language),
                practices=catalogue.entries("practice", language)[:PRACTICES_AT_HOME],
                questions=site.questions[:QUESTIONS_AT_HOME],
                quads=snapshot.quad_count,
                version=snapshot.version,
                structured=structured_data(site, facts.of(snapshot), language),
                served={rule.rule for rule in current_app.url_map.iter_rules()},
            )

        return kept_page(snapshot, "home", body)

    @routes.get("/browse/<kind>")
    def browse(kind: str) -> Response:
        if kind not in CLASSES:
            raise not_found(request.path)
        snapshot = site.dataset.snapshot()
        language = chosen_language(request)

        def body() -> str:
            entries = snapshot.catalogue.entries(kind, language)
            last = max(1, -(-len(entries) // PAGE_SIZE))
            number = min(max(1, request.args.get("page", 1, type=int)), last)
            return render_template(
                "browse.html",
                page=Page(site, snapshot, language),
                kind=kind,
                total=len(entries),
                entries=entries[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
                number=number,
                last=last,
            )

        return kept_page(snapshot, "browse", body)

    return routes


def kept_page(snapshot: Snapshot, name: str, body: Callable[[], str]) -> Response:
    """A page that depends on the dataset version, the language and its address alone; made once for each."""
    return page(request, snapshot, body, of=name)
