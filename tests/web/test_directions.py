"""Characters that change the direction of writing, in data and in requests: pages show them as numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gcmgraph.model.terms import IRI, Literal, Quad
from gcmgraph.namespaces import PREFIXES
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.store.versions import DUMP, StoreFolder
from serving import Application

TITLE = "An \u202eoffice\u202c and \u2067another"
SHOWN = "An [U+202E]office[U+202C] and [U+2067]another"
ID = "https://w3id.org/gcmgraph/id/practice/directions"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, application: Application) -> FlaskClient:
    folder = tmp_path_factory.mktemp("directions")
    practice, graph = IRI(ID), IRI("https://w3id.org/gcmgraph/graph/curated")
    quads = [
        *read_quads(Path(__file__).with_name("graph.trig")),
        Quad(practice, IRI(PREFIXES["rdf"] + "type"), IRI("https://w3id.org/gcmgraph/ontology#Practice"), graph),
        Quad(practice, IRI(PREFIXES["dct"] + "title"), Literal(TITLE, language="en"), graph),
    ]
    StoreFolder(folder).publish("v1", quads, {DUMP: serialize_canonical(quads)})
    return application(folder, contributions=str(folder / "contributions")).test_client(use_cookies=False)


@pytest.mark.parametrize("path", ["/doc/practice/directions.html", "/browse/practice", "/search?q=office"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_show_controls_of_data(client: FlaskClient, path: str, language: str) -> None:
    page = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}", headers={"Accept": "text/html"}).text
    assert SHOWN in page
    assert "\u202e" not in page
    shown = re.sub("<script.*?</script>", "", page, flags=re.DOTALL)
    assert "\u2067" not in shown
    assert page.count("\u2068") == page.count("\u2069")


def test_pages_show_controls_of_requests(client: FlaskClient) -> None:
    page = client.get("/search?q=a%E2%80%AEb%E2%81%A6c", headers={"Accept": "text/html"}).text
    assert "a[U+202E]b[U+2066]c" in page
    assert "\u202e" not in page
    assert "\u2066" not in page


def test_data_are_exact(client: FlaskClient) -> None:
    assert TITLE in client.get("/doc/practice/directions.ttl").text
