"""Names and texts of the graph with markup, on the pages of every kind and in every drawing: shown as text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from gcmgraph.model.terms import Literal, Quad
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions import DUMP, StoreFolder
from markup import Page
from serving import Application
from shared import once

MARKUP = "\"'><b class=q9zmark>]]></script>"

#: Where templates and code state that a text is markup: each with the addresses whose pages pass there.
MARKED = {
    "figures.html chart.drawing": ("/doc/country/NER", "/compare?country=NER&country=MAR"),
    "network.html small[0]": ("/network",),
    "pictures/network.html small[0]": ("/network.svg",),
    "coverage.html drawing": ("/coverage",),
    "pictures/coverage.html drawing": ("/coverage.svg",),
}

PATHS = (
    "/", "/about", "/map", "/map.svg", "/matrix/country", "/browse/practice", "/browse/organisation",
    "/browse/country", "/browse/practice?view=timeline", "/search?q=smuggling",
    "/queries/practices-of-objective?objective=9", "/dataset", "/linksets", "/shapes", "/contributions/form/practice",
    "/brief/country/NER", "/brief/objective/9", "/reconcile/preview?id=country%2FNER", "/graph/reference/countries",
    "/doc/organisation/unodc", "/doc/sdg/10.7", "/doc/action/9a", "/doc/objective/9",
    "/check?resource=NER&relation=M49&value=002",
    *(path for paths in MARKED.values() for path in paths),
)  # fmt: skip


@pytest.fixture(scope="module")
def app(small_store: Path, tmp_path_factory: pytest.TempPathFactory, application: Application) -> Flask:
    """The application over the small dataset, in which each text with a language, and each name, ends in markup."""

    def marked(quad: Quad) -> Quad:
        value = quad.object
        if isinstance(value, Literal) and (value.language or quad.predicate.value.endswith(("/name", "/title"))):
            named = Literal(value.value + MARKUP, language=value.language)
            return Quad(quad.subject, quad.predicate, named, quad.graph_name)
        return quad

    def make(folder: Path) -> None:
        quads = list(map(marked, read_quads(small_store / "current" / DUMP)))
        StoreFolder(folder).publish("v1", quads, {DUMP: serialize_canonical(quads)})

    return application(once(tmp_path_factory, "hostile-names", make))


def test_texts_stated_to_be_markup_are_known(repository: Repository) -> None:
    templates = repository.root / "src" / "gcmgraph" / "web" / "templates"
    found = [
        f"{file.relative_to(templates)} {value}"
        for file in sorted(templates.rglob("*.html"))
        for value in re.findall(r"([\w.\[\]]+)\s*\|\s*safe\b", file.read_text("utf-8"))
    ]
    assert sorted(found) == sorted(MARKED)


@pytest.mark.parametrize("path", PATHS)
def test_markup_in_names_is_text(app: Flask, path: str) -> None:
    response = app.test_client().get(path, headers={"Accept": "text/html, image/svg+xml"})
    assert response.status_code == 200
    page = Page(response.text)
    assert page.run == []
    assert "q9zmark" not in page.values("class")
    assert "q9zmark" in response.text
