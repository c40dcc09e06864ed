"""Names with markup, on the pages of every kind and in every drawing, and controls of direction: shown as text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gcmgraph.model.terms import Literal, Quad
from gcmgraph.namespaces import PREFIXES
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
    "/", "/map", "/map.svg", "/matrix/country", "/browse/practice", "/browse/organisation",
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
    page = Page(response.text)
    assert (response.status_code, page.run) == (200, [])
    assert "q9zmark" not in page.values("class")
    assert "q9zmark" in response.text


TITLE = "An \u202eoffice\u202c and \u2067another"
SHOWN = "An [U+202E]office[U+202C] and [U+2067]another"
ID = "https://w3id.org/gcmgraph/id/practice/directions"


@pytest.fixture(scope="module")
def directions(client_over: Callable[..., FlaskClient]) -> FlaskClient:
    titled = f'<{ID}> a <https://w3id.org/gcmgraph/ontology#Practice> ; <{PREFIXES["dct"]}title> "{TITLE}"@en .'
    graph = f"GRAPH <https://w3id.org/gcmgraph/graph/curated> {{ {titled} }}"
    return client_over(Path(__file__).with_name("graph.trig").read_text("utf-8") + graph)


@pytest.mark.parametrize(
    "path", ["/doc/practice/directions.html?lang=en", "/browse/practice?lang=ar", "/search?q=office"]
)
def test_pages_show_controls_of_data(directions: FlaskClient, path: str) -> None:
    page = directions.get(path, headers={"Accept": "text/html"}).text
    assert SHOWN in page
    assert "\u202e" not in page
    shown = re.sub("<script.*?</script>", "", page, flags=re.DOTALL)
    assert "\u2067" not in shown
    assert page.count("\u2068") == page.count("\u2069")


def test_controls_in_data_and_of_requests(directions: FlaskClient) -> None:
    assert TITLE in directions.get("/doc/practice/directions.ttl").text
    page = directions.get("/search?q=a%E2%80%AEb%E2%81%A6c", headers={"Accept": "text/html"}).text
    assert "a[U+202E]b[U+2066]c" in page
    assert not {"\u202e", "\u2066"} & {*page}
