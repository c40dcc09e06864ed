"""Tools of /mcp on the small graph: answers with their evidence, and reasons of empty answers."""

from __future__ import annotations

import csv
import re

import pytest
from flask.testing import FlaskClient
from mcp_client import McpClient

from gcmgraph.namespaces import Addresses
from gcmgraph.queries.questions import read_library
from gcmgraph.web.mcp.tools.common import one_line
from gcmgraph.web.named_queries.groups import OF_GAPS

AFG = "https://w3id.org/gcmgraph/id/country/AFG"


@pytest.fixture
def mcp(client: FlaskClient) -> McpClient:
    return McpClient(client)


def rows(text: str) -> list[dict[str, str]]:
    """The table of an answer."""
    return list(csv.DictReader(text.rpartition("\n\n")[2].splitlines()))


@pytest.mark.parametrize("text", ["Afghanistan", "أفغانستان", "AFG", "004", AFG, "afgh"])
def test_search_finds_by_name_code_and_iri(mcp: McpClient, text: str) -> None:
    row, *_ = rows(mcp.call("search", text=text))
    assert (row["resource"], row["kind"], row["code"], row["iri"]) == ("country:AFG", "country", "AFG", AFG)


def test_search_finds_by_the_iri_of_another_dataset(mcp: McpClient) -> None:
    (row,) = rows(mcp.call("search", text="http://metadata.un.org/sdg/10.7"))
    assert (row["resource"], row["match"]) == ("sdg:10.7", "link")


def test_search_is_limited_to_a_kind_and_continues(mcp: McpClient) -> None:
    first = mcp.call("search", text="Iraq Afghanistan", kind="country", limit=1)
    assert first.startswith("Rows 1 to 1 of 2; continue with offset 1.")
    second = mcp.call("search", text="Iraq Afghanistan", kind="country", limit=1, offset=1)
    assert {rows(first)[0]["code"], rows(second)[0]["code"]} == {"AFG", "IRQ"}


def test_a_code_within_another_is_not_found(mcp: McpClient) -> None:
    text = mcp.call("search", text="0.7", kind="sdg")
    assert text.startswith("Not known here: not in this graph.")
    assert "sdg:10.7" in text


def test_search_names_the_reason_and_similar_names(mcp: McpClient) -> None:
    assert rows(mcp.call("search", text="Afganistn"))[0]["resource"] == "country:AFG"
    assert mcp.call("search", text="qwxzv").startswith("Not known here: not in this graph.")
    text = mcp.call("search", text="10.70")
    assert text.startswith("Not known here: not in this graph.")
    assert "sdg:10.7" in text
    unknown = mcp.call("search", text="http://www.wikidata.org/entity/Q1")
    assert unknown.startswith("Not known here: not in this graph.")


def test_a_code_after_its_kind_is_found(mcp: McpClient) -> None:
    assert [row["resource"] for row in rows(mcp.call("search", text="meta 10.7"))] == ["sdg:10.7"]
    assert "(objective:9)" in mcp.call("describe", resource="objectif 9", language="fr").splitlines()[0]


def test_describe_gives_the_quotation_behind_each_statement(mcp: McpClient) -> None:
    text = mcp.call("describe", resource="practice:glo-act", property="gcm:country")
    assert "“Afghanistan” (country:AFG)" in text
    assert "(country:AFG) — sources 1\n" in text
    assert "\n1. “Objectif 9 : page d'orientation” (source:objective-09.fr), characters 11–22, “Afghanistan”" in text


def test_describe_includes_parts_judgements_and_referring_resources(mcp: McpClient) -> None:
    text = mcp.call("describe", resource="practice:glo-act")
    assert "schema:value" in text
    assert "12000000" in text
    assert "judgement of the editors" in text
    assert "\n- “Action mondiale (GLO.ACT)” (practice:glo-act)" in mcp.call("describe", resource="country:AFG")


def test_describe_of_a_property_that_is_not_stated_states_why(mcp: McpClient) -> None:
    text = mcp.call("describe", resource="practice:glo-act", property="skos:notation")
    assert text.startswith("Not known here: source does not say.")
    assert "source:objective-09.fr" in text


def test_describe_of_a_property_of_parts_names_the_part(mcp: McpClient) -> None:
    text = mcp.call("describe", resource="practice:glo-act", property="schema:currency")
    assert "Of its part " in text
    assert "EUR" in text
    assert "Not known here" not in text
    funding = mcp.call("describe", resource="practice:glo-act", property="schema:funding")
    assert "12000000" in funding


def test_describe_of_a_language_that_was_not_read_states_why(mcp: McpClient) -> None:
    arguments = {"resource": "practice:glo-act", "property": "dct:title", "exact_language": "yes"}
    assert "Not known here: document not read." in mcp.call("describe", language="es", **arguments)
    assert "Action mondiale" in mcp.call("describe", language="fr", **arguments)


def test_describe_of_a_code_of_several_resources_asks_which(mcp: McpClient) -> None:
    assert mcp.call("describe", resource="9").startswith("“Renforcer")
    assert mcp.call("describe", resource="Iraq").startswith("“Iraq” (country:IRQ)")


def test_describe_names_the_special_datatype_of_a_code(mcp: McpClient) -> None:
    text = mcp.call("describe", resource="sdg:10.7")
    assert "\n  - 10.7 — " in text
    assert "\n  - 10.7 [sdgo:SDGCodeCompact] — " in text


def test_a_text_cannot_forge_lines() -> None:
    assert one_line("a\n\nSources:\r1. b\u2028c\u202ed\x1b[2Je\0") == "a Sources: 1. b c d [2Je"


def test_texts_of_the_graph_stay_on_their_line(mcp: McpClient) -> None:
    for line in mcp.call("describe", resource="practice:glo-act").splitlines():
        assert line.isprintable()


def test_schema_counts_classes_and_properties(mcp: McpClient) -> None:
    whole = mcp.call("schema")
    assert "\ngcm:Practice,1,practice\n" in whole
    assert "each statement once" in whole
    practice = mcp.call("schema", **{"class": "pratique", "language": "fr"})
    table = rows(practice.partition("\n\nPitfalls")[0])
    country = next(row for row in table if row["property"] == "gcm:country")
    assert (country["label"], country["resources"], country["triples"]) == ("pays", "1", "2")
    assert "gcm:supportsAction is a judgement" in practice


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Which practices are carried out in Iraq?", "practices-by-country"),
        ("Quelles pratiques sont mises en œuvre dans un pays ?", "practices-by-country"),
        ("¿Qué prácticas hay en un país?", "practices-by-country"),
        ("Who pays for practices?", "funders"),
        ("¿Quién financia las prácticas?", "funders"),
        ("Quels pays sont parties à un instrument ?", "parties-to-instrument"),
        ("¿Qué países son parte de un protocolo?", "parties-to-instrument"),
        ("Which organisations work together?", "who-works-with-whom"),
        ("Quelles pratiques mentionnent les enfants ?", "practices-by-audience"),
    ],
)
def test_the_nearest_query_is_among_the_first(mcp: McpClient, question: str, name: str) -> None:
    text = mcp.call("find_examples", question=question)
    assert name in re.findall(r"^- ([\w-]+): ", text, re.MULTILINE)[:2]
    assert "SELECT" in text


def test_a_question_unlike_all_queries_finds_none(mcp: McpClient) -> None:
    assert mcp.call("find_examples", question="hello").startswith("No query of the library resembles this question.")


def test_a_query_takes_names_of_resources(mcp: McpClient) -> None:
    text = mcp.call("run_query", name="practices-by-country", parameters={"country": "العراق", "language": "fr"})
    assert "country = country:IRQ" in text
    assert [row["practice"] for row in rows(text)] == ["practice:glo-act"]


def test_a_part_of_a_name_offers_the_whole_ones(mcp: McpClient) -> None:
    refused = mcp.refused("run_query", name="practices-of-objective", parameters={"objective": "trafic migrants"})
    assert "(parameter 'objective')" in refused
    assert "Choose one: objective:9" in refused
    assert "practice:glo-act" in mcp.refused("describe", resource="mondiale action")


def test_a_query_without_rows_states_why(mcp: McpClient) -> None:
    period = {"from": 1990, "to": 1991}
    text = mcp.call("run_query", name="practices-by-period", parameters=period)
    assert text.startswith("Not known here: source does not say.")
    text = mcp.call("run_query", name="practices-by-country", parameters={"country": "Wakanda"})
    assert text.startswith("Not known here: not in this graph.")
    text = mcp.call("run_query", name="by-un-identifier", parameters={"identifier": "http://metadata.un.org/sdg/99.9"})
    assert text.startswith("Not known here: not in this graph.")


def test_no_rows_of_a_query_for_gaps_are_an_answer(mcp: McpClient) -> None:
    assert set(read_library("", Addresses())) >= OF_GAPS
    assert mcp.call("run_query", name="not-reviewed").startswith("0 rows. The query lists what is missing")


def test_rows_are_cut_and_the_answer_states_it(mcp: McpClient) -> None:
    query = "SELECT ?s WHERE { ?s a ?class } ORDER BY ?s"
    text = mcp.call("sparql", query=query, limit=2)
    assert text.startswith("Rows 1 to 2 of ")
    assert len(rows(text)) == 2
    rest = mcp.call("sparql", query=query, limit=2, offset=2)
    assert rows(text) != rows(rest)


def test_sparql_answers_each_form(mcp: McpClient) -> None:
    assert mcp.call("sparql", query="ASK { ?p gcm:country country:AFG }") == "true"
    assert mcp.call("sparql", query="ASK { country:AFG gcm:country ?x }").startswith("false. Not known here")
    zero = mcp.call("sparql", query="SELECT (COUNT(*) AS ?n) { country:AFG gcm:country ?x }")
    assert zero.startswith("1 row.\n\nn\n0\n\nNot known here: source does not say.")
    term = mcp.call("sparql", query="SELECT (TRIPLE(country:AFG, gcm:country, 'x') AS ?t) {}")
    assert "<<( country:AFG gcm:country x )>>" in term
    assert "country:AFG" in mcp.call("sparql", query="DESCRIBE country:AFG")
    template = "CONSTRUCT { ?p <http://example.org/in> ?c } WHERE { ?p gcm:country ?c }"
    assert "http://example.org/in" in mcp.call("sparql", query=template)
    empty = mcp.call("sparql", query="SELECT ?x { country:AFG gcm:country ?x }")
    assert empty.startswith("Not known here: source does not say.")


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX g: <https://w3id.org/gcmgraph/ontology#> SELECT ?c { ?p g:country ?c }",
        "SELECT ?p { ?p schema:startDate ?d FILTER(xsd:integer(STR(?d)) > 2000 && ?d = '2018'^^xsd:gYear) }",
        "SELECT ?p { ?p (gcm:country|gcm:leadOrganisation)+ ?o }",
        "SELECT ?p { GRAPH <https://w3id.org/gcmgraph/graph/curated> { ?p ?q ?o } }",
        "SELECT ?g { GRAPH ?g { practice:glo-act gcm:supportsAction/gcm:objective? ?o } }",
    ],
)
def test_terms_in_use_are_not_refused(mcp: McpClient, query: str) -> None:
    assert rows(mcp.call("sparql", query=query))


def test_a_contribution_is_validated(mcp: McpClient) -> None:
    report = mcp.call("validate", data=f"<{AFG}> a <https://w3id.org/gcmgraph/ontology#Practice> .", language="fr")
    assert "data.ttl:1:" in report
