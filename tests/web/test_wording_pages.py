"""Pages of actions and objectives: the text shown first, its edition, and what other editions word differently."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from markup import Page
from serving import Application

GRAPH = """
@prefix action: <https://w3id.org/gcmgraph/id/action/> .
@prefix concept: <https://w3id.org/gcmgraph/id/concept/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://w3id.org/gcmgraph/id/source/> .

action:9c a gcm:Action ; skos:notation "9c" ;
    skos:definition "Plant trees so as to cool all towns"@en ;
    skos:editorialNote "A note on the text."@en ;
    gcm:wording <https://w3id.org/gcmgraph/id/action/9c#text-guidance-en>,
        <https://w3id.org/gcmgraph/id/action/9c#text-negotiated-en>,
        <https://w3id.org/gcmgraph/id/action/9c#text-guidance-fr> .
<https://w3id.org/gcmgraph/id/action/9c#text-guidance-en> a gcm:Wording ; gcm:wordingOf skos:definition ;
    rdf:value "Plant trees with the aim to cool towns"@en ; gcm:edition concept:edition\\/guidance .
<https://w3id.org/gcmgraph/id/action/9c#text-negotiated-en> a gcm:Wording ; gcm:wordingOf skos:definition ;
    rdf:value "Plant trees  with the aim to cool towns"@en ; gcm:edition concept:edition\\/negotiated .
<https://w3id.org/gcmgraph/id/action/9c#text-guidance-fr> a gcm:Wording ; gcm:wordingOf skos:definition ;
    rdf:value "Planter des arbres"@fr ; gcm:edition concept:edition\\/guidance .
concept:edition\\/guidance a skos:Concept ; skos:prefLabel "as printed"@en .
concept:edition\\/negotiated a skos:Concept ; skos:prefLabel "as negotiated"@en .
"""


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, build: Callable[[Path, str, Path], None], application: Application
) -> FlaskClient:
    folder = tmp_path_factory.mktemp("wordings")
    (folder / "graph.trig").write_text(GRAPH, "utf-8")
    build(folder / "store", "v1", folder / "graph.trig")
    return application(folder / "store").test_client()


def page(client: FlaskClient, language: str) -> Page:
    response = client.get(f"/doc/action/9c?lang={language}", headers={"Accept": "text/html"})
    assert response.status_code == 200
    return Page(response.text)


def test_marks_of_differences(client: FlaskClient) -> None:
    found = page(client, "en")
    assert [mark.text for mark in found.named("ins")] == ["added: with the aim (end of the addition)"]
    assert [mark.text for mark in found.named("del")] == [
        "left out: so as (end of the omission)",
        "left out: all (end of the omission)",
    ]


def test_editions_with_equal_words(client: FlaskClient) -> None:
    editions = [p.text for p in page(client, "en").named("p") if "edition" in (p.attributes.get("class") or "")]
    assert [" ".join(words.split()) for words in editions] == ["edition: as printed, as negotiated"]


def test_names_of_marks_by_language(client: FlaskClient) -> None:
    assert [mark.text for mark in page(client, "es").named("ins")] == ["añadido: with the aim (fin del añadido)"]


def test_note_on_the_text(client: FlaskClient) -> None:
    notes = [div.text for div in page(client, "en").named("div") if div.attributes.get("class") == "said-text note"]
    assert any("A note on the text." in note for note in notes)
