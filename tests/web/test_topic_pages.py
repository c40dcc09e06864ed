"""Pages of topics: passages in words with page and document, actions without a practice, figures that belong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from answers import html
from flask.testing import FlaskClient

from gcmgraph.web.resources.topic_views import excerpt_at_names
from markup import Page

_GRAPH = """
@prefix gcm: <https://w3id.org/gcmgraph/ontology#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix schema: <https://schema.org/> .
@prefix oa: <http://www.w3.org/ns/oa#> . @prefix r: <https://w3id.org/gcmgraph/graph/> .
@base <https://w3id.org/gcmgraph/id/> .
r:all {
<concept/topic> a skos:ConceptScheme ; skos:prefLabel "Topics"@en .
<concept/topic/remittances> a skos:Concept ; skos:inScheme <concept/topic> ; skos:prefLabel "remittances"@en .
<concept/topic/costs-of-remittances> a skos:Concept ; skos:inScheme <concept/topic> ;
  skos:prefLabel "remittance costs"@en ; skos:broader <concept/topic/remittances> .
<source/d.en> a gcm:SourceDocument ; dct:title "The page"@en ; dct:language "en" .
<source/d.en/0-99> a gcm:Passage ; oa:hasSource <source/d.en> ; dct:language "en" ; schema:about <action/9a> ;
  oa:hasSelector <source/d.en/0-99#q>, <source/d.en/0-99#p> .
<source/d.en/0-99#q> a oa:TextQuoteSelector ;
  oa:exact "Lower the costs of sending **remittances** home, and publish them each year"@en .
<source/d.en/0-99#p> a oa:TextPositionSelector ; oa:start 0 ; oa:end 99 .
<source/d.en/0-99#t> a oa:Annotation ;
  oa:hasTarget <source/d.en/0-99> ; oa:hasBody <concept/topic/costs-of-remittances> .
<action/9a> a gcm:Action ; skos:notation "9a" ; skos:prefLabel "Lower the costs"@en ;
  gcm:objective <objective/9> ; gcm:topic <concept/topic/costs-of-remittances> .
}
"""


@pytest.fixture(scope="module")
def topics(client_over: Callable[..., FlaskClient]) -> FlaskClient:
    return client_over(_GRAPH)


def text_of(client: FlaskClient, path: str) -> str:
    return " ".join(Page(html(client, path, Accept_Language="en")).text.split())


def test_topic_shows_words_of_passages_on_narrower_topics(topics: FlaskClient) -> None:
    page = html(topics, "/doc/concept/topic/remittances", Accept_Language="en")
    assert "Lower the <mark>costs</mark> of sending <mark>remittances</mark> home" in page
    assert "1 passage names this topic or a narrower one" in page
    assert 'href="/doc/source/d.en/0-99"' in page


def test_topic_lists_its_actions_without_a_practice(topics: FlaskClient) -> None:
    words = text_of(topics, "/doc/concept/topic/remittances")
    gaps = words.partition("Actions on this topic without a practice")[2]
    assert gaps.strip().startswith("9a Lower the costs")


def test_topic_without_passages_states_their_absence(real_client: FlaskClient) -> None:
    query = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX oa: <http://www.w3.org/ns/oa#>
      SELECT ?topic WHERE { ?topic skos:inScheme ?scheme . FILTER(STRENDS(STR(?scheme), "concept/topic"))
        FILTER NOT EXISTS { ?any skos:broader* ?topic . ?annotation oa:hasBody ?any } }"""
    response = real_client.get("/sparql", query_string={"query": query, "format": "json"})
    rows = response.get_json()["results"]["bindings"]
    assert rows
    for row in rows:
        path = row["topic"]["value"].partition("/id/")[2]
        assert "0 passages name this topic" in text_of(real_client, f"/doc/{path}")


def test_figures_of_a_topic_are_those_of_its_main_objective(real_client: FlaskClient) -> None:
    words = text_of(real_client, "/doc/concept/topic/remittances")
    figures = words.partition("Figures that belong")[2]
    assert "remittances received" in figures.lower()


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Money transfer operators", [("money", "transfer")], ["Money", "transfer"]),
        ("Transfer of prisoners", [("money", "transfer")], []),
    ],
)
def test_only_words_of_names_that_a_passage_has_whole_are_marked(
    text: str, names: list[tuple[str, ...]], expected: list[str]
) -> None:
    pieces = excerpt_at_names(text, names)
    assert [piece.text for piece in pieces if piece.marked] == expected
