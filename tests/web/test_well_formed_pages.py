"""Every kind of page is well-formed: each element is closed, in the order in which elements were opened."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient
from jinja2 import Template

from gcmgraph.web import templating
from markup import Page
from serving import Application

TEMPLATES = Path(templating.__file__).parent / "templates"

SPARQL = "/sparql?query=" + quote("SELECT * { ?s ?p ?o } LIMIT 1")

#: Pages by which all templates are rendered that need no database and no sign-in.
PAGES = (
    "/", "/about", "/browse/practice", "/browse/country", "/browse/sdg", "/browse/evaluation", "/changes",
    "/browse/practice?country=AFG&state=planned", "/check", "/check?subject=glo.act&relation=country&object=AFG",
    "/compare", "/compare?country=NER&country=MAR", "/statistics",
    "/statistics/migrant-corridors?origin=NER",
    "/coverage", "/map", "/matrix/country", "/network", "/dataset",
    "/brief/country/NER", "/brief/objective/9", "/graph/curated", "/guides/analyst", "/linksets", "/dumps",
    "/doc/action/9a", "/doc/country/NER", "/doc/instrument/ilo-c189", "/doc/objective/9", "/doc/organisation/iom",
    "/doc/practice/plan-de-travail-sur-la-lutte-contre-le-trafic-illicite-pour-2019-2025", "/doc/sdg/10.7",
    "/doc/statistics/migrants-by-origin", "/doc/statistics/migrant-corridors", "/doc/statistics/deaths-by-route",
    "/doc/vote/a-res-73-195",
    "/doc/source/objective-09.fr", "/doc/concept/topic/remittances", "/doc/concept/practice-type/plan",
    "/feedback", "/ontology", "/shapes", "/queries", "/queries/figures-of-country", "/queries/things-by-name",
    "/queries/actions-without-practice?objective=9", "/queries/practices-by-country?country=XXX", "/reconcile",
    "/resolve", "/resolve?uri=https://w3id.org/gcmgraph/id/objective/9", "/search?q=smuggling", "/search?q=xyzzy",
    "/sparql", SPARQL, "/suggest", "/validate", "/nothing",
)  # fmt: skip

#: Templates of pages for contributors, curators and operators, which have tests of their own, and
#: of static sites.
OF_OTHER_TESTS = re.compile(
    "contribution|feedback_|token|server_only|version|reconcile_table|search_in_copy|suggest|dumps|linksets"
)


@pytest.fixture(scope="module")
def fresh_client(small_store: Path, application: Application) -> FlaskClient:
    """Of an application that renders each page anew."""
    return application(small_store, result_cache=0, query_timeout=9).test_client(use_cookies=False)


def test_elements_of_every_kind_of_page_are_closed(fresh_client: FlaskClient) -> None:
    names = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
    of_pages = {name for name in names if "{% extends" in (TEMPLATES / name).read_text("utf-8")}
    rendered = set[str]()

    def note(_sender: Flask, template: Template, **_context: object) -> None:
        rendered.add(template.name or "")

    (evaluation, *_) = fresh_client.get("/browse/evaluation?format=json").get_json()["items"]
    unbalanced: dict[str, list[str]] = {}
    with template_rendered.connected_to(note, fresh_client.application):
        for path in (*PAGES, evaluation["href"]):
            response = fresh_client.get(
                path, headers={"Accept": "text/html"}, follow_redirects=True
            )
            assert response.mimetype == "text/html", path
            unbalanced[path] = Page(response.text).unbalanced
    assert {path: tags for path, tags in unbalanced.items() if tags} == {}
    not_rendered = {name for name in of_pages - rendered if not OF_OTHER_TESTS.match(name)}
    assert not_rendered == {"kinds/resource.html"}  # the page that the others extend
