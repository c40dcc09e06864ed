"""Pages of actions and objectives: the text shown first, its edition, and what other editions word differently."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from answers import page
from flask.testing import FlaskClient

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
def client(client_over: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_over(GRAPH)


def test_marks_of_differences_editions_and_notes(client: FlaskClient) -> None:
    found = page(client, "/doc/action/9c?lang=en")
    assert [mark.text for mark in found.named("ins")] == ["added: with the aim (end of the addition)"]
    assert [mark.text for mark in found.named("del")] == [
        "left out: so as (end of the omission)",
        "left out: all (end of the omission)",
    ]
    editions = [p.text for p in found.named("p") if "edition" in (p.attributes.get("class") or "")]
    assert [" ".join(words.split()) for words in editions] == ["edition: as printed, as negotiated"]
    notes = [div.text for div in found.named("div") if div.attributes.get("class") == "said-text note"]
    assert any("A note on the text." in note for note in notes)
    spanish = page(client, "/doc/action/9c?lang=es")
    assert [mark.text for mark in spanish.named("ins")] == ["añadido: with the aim (fin del añadido)"]
