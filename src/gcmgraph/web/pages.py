"""/ and /browse/{kind}: the home page, and lists of things."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from gcmgraph.publication.describe_catalogue import CLASSES
from gcmgraph.web.language import chosen_language
from gcmgraph.web.problems import not_found
from gcmgraph.web.site import Site
from gcmgraph.web.thing_page import Page

#: Things listed on one page.
PAGE_SIZE = 250


def blueprint(site: Site) -> Blueprint:
    """/ and /browse/{kind}."""
    routes = Blueprint("pages", __name__)

    @routes.get("/")
    def home() -> str:
        snapshot = site.dataset.snapshot()
        language = chosen_language(request)
        catalogue = snapshot.catalogue
        return render_template(
            "home.html",
            page=Page(site, snapshot, language),
            counts=catalogue.counts(),
            objectives=catalogue.entries("objective", language),
            practices=catalogue.entries("practice", language)[:20],
            questions=site.questions[:8],
            quads=snapshot.quad_count,
            version=snapshot.version,
        )

    @routes.get("/browse/<kind>")
    def browse(kind: str) -> str:
        if kind not in CLASSES:
            raise not_found(request.path)
        snapshot = site.dataset.snapshot()
        language = chosen_language(request)
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

    return routes
