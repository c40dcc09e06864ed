"""Tools of /mcp on the small graph: answers with their evidence, and reasons of empty answers."""

from __future__ import annotations

import csv
import re

import pytest
from flask.testing import FlaskClient
from mcp_client import McpClient

from gcmgraph.namespaces import Addresses
from gcmgraph.queries.description import read_library
from gcmgraph.web.mcp.search import one_line
from gcmgraph.web.named_queries.results import OF_GAPS

AFG = "https://w3id.org/gcmgraph/id/country/AFG"

NOT_IN_GRAPH, NOT_STATED = "Not known here: not in this graph.", "Not known here: source does not say."

IN_SPANISH = {"resource": "practice:glo-act", "property": "dct:title", "exact_language": "yes", "language": "es"}


@pytest.fixture
def mcp(client: FlaskClient) -> McpClient:
    return McpClient(client)


def rows(text: str) -> list[dict[str, str]]:
    """The table of an answer."""
    return list(csv.DictReader(text.rpartition("\n\n")[2].splitlines()))


@pytest.mark.parametrize("text", ["Afghanistan", "أفغانستان", "AFG", "004", AFG, "afgh"])
def test_search_by_name_code_and_iri(mcp: McpClient, text: str) -> None:
    row, *_ = rows(mcp.call("search", text=text))
    assert (row["resource"], row["kind"], row["code"], row["iri"]) == ("country:AFG", "country", "AFG", AFG)


def test_search_by_the_iri_of_another_dataset(mcp: McpClient) -> None:
    (row,) = rows(mcp.call("search", text="http://metadata.un.org/sdg/10.7"))
    assert (row["resource"], row["match"]) == ("sdg:10.7", "link")


def test_search_within_a_kind_in_parts(mcp: McpClient) -> None:
    first = mcp.call("search", text="Iraq Afghanistan", kind="country", limit=1)
    assert first.startswith("Rows 1 to 1 of 2; continue with offset 1.")
    second = mcp.call("search", text="Iraq Afghanistan", kind="country", limit=1, offset=1)
    assert {rows(first)[0]["code"], rows(second)[0]["code"]} == {"AFG", "IRQ"}


@pytest.mark.parametrize(
    ("tool", "arguments", "start", "parts"),
    [
        ("search", {"text": "0.7", "kind": "sdg"}, NOT_IN_GRAPH, ["sdg:10.7"]),
        ("search", {"text": "Afganistn"}, "", ["\ncountry:AFG,"]),
        ("search", {"text": "qwxzv"}, NOT_IN_GRAPH, []),
        ("search", {"text": "10.70"}, NOT_IN_GRAPH, ["sdg:10.7"]),
        ("search", {"text": "http://www.wikidata.org/entity/Q1"}, NOT_IN_GRAPH, []),
        ("search", {"text": "meta 10.7"}, "1 row.\n\n", ["\nsdg:10.7,"]),
        ("search", {"text": "Zorblax Afghanistan"}, NOT_IN_GRAPH, ['No name or text has "zorblax".', "\ncountry:AFG,"]),
        ("describe", {"resource": "objectif 9", "language": "fr"}, "“", ["(objective:9)"]),
        ("describe", {"resource": "9"}, "“Renforcer", []),
        ("describe", {"resource": "Iraq"}, "“Iraq” (country:IRQ)", []),
        (
            "describe",
            {"resource": "practice:glo-act", "property": "gcm:country"},
            "“",
            [
                "“Afghanistan” (country:AFG) — sources 1\n",
                "\n1. “Objectif 9 : page d'orientation” (source:objective-09.fr), characters 11–22, “Afghanistan”",
            ],
        ),
        ("describe", {"resource": "practice:glo-act"}, "“", ["schema:value", "12000000", "judgement of the editors"]),
        ("describe", {"resource": "country:AFG"}, "“", ["\n- “Action mondiale (GLO.ACT)” (practice:glo-act)"]),
        ("describe", {"resource": "practice:glo-act", "property": "schema:funding"}, "“", ["12000000"]),
        ("describe", {"resource": "practice:glo-act", "property": "schema:currency"}, "“", ["Of its part ", "EUR"]),
        (
            "describe",
            {"resource": "practice:glo-act", "property": "skos:notation"},
            NOT_STATED,
            ["source:objective-09.fr"],
        ),
        ("describe", IN_SPANISH, "Not known here: document not read.", []),
        ("describe", IN_SPANISH | {"language": "fr"}, "“", ["Action mondiale"]),
        (
            "describe",
            {"resource": "sdg:10.7"},
            "sdg:10.7: gcm:SdgTarget",
            ["\n  - 10.7 — ", "\n  - 10.7 [sdgo:SDGCodeCompact] — "],
        ),
        ("schema", {}, "Version ", ["\ngcm:Practice,1,practice\n", "each statement once"]),
        ("find_examples", {"question": "hello"}, "No query of the library resembles this question.", []),
        ("run_query", {"name": "practices-by-period", "parameters": {"from": 1990, "to": 1991}}, NOT_STATED, []),
        ("run_query", {"name": "practices-by-country", "parameters": {"country": "Wakanda"}}, NOT_IN_GRAPH, []),
        (
            "run_query",
            {"name": "by-un-identifier", "parameters": {"identifier": "http://metadata.un.org/sdg/99.9"}},
            NOT_IN_GRAPH,
            [],
        ),
        ("run_query", {"name": "not-reviewed"}, "0 rows. The query lists what is missing", []),
        ("sparql", {"query": "ASK { ?p gcm:country country:AFG }"}, "true", []),
        ("sparql", {"query": "ASK { country:AFG gcm:country ?x }"}, "false. Not known here", []),
        (
            "sparql",
            {"query": "SELECT (COUNT(*) AS ?n) { country:AFG gcm:country ?x }"},
            f"1 row.\n\nn\n0\n\n{NOT_STATED}",
            [],
        ),
        (
            "sparql",
            {"query": "SELECT (TRIPLE(country:AFG, gcm:country, 'x') AS ?t) {}"},
            "1 row.",
            ["<<( country:AFG gcm:country x )>>"],
        ),
        ("sparql", {"query": "DESCRIBE country:AFG"}, "Turtle:", ["country:AFG"]),
        (
            "sparql",
            {"query": "CONSTRUCT { ?p <http://example.org/in> ?c } WHERE { ?p gcm:country ?c }"},
            "Turtle:",
            ["http://example.org/in"],
        ),
        ("sparql", {"query": "SELECT ?x { country:AFG gcm:country ?x }"}, NOT_STATED, []),
        ("check_statement", {"resource": "AFG", "relation": "M49", "value": "004"}, "Supported. ", ["— sources 1\n"]),
        ("check_statement", {"resource": "AFG", "relation": "M49", "value": "005"}, "Not stated here. ", ["gcm:m49"]),
        (
            "check_statement",
            {"resource": "AFG", "relation": "hue", "value": "x"},
            "Not understood. ",
            ["Part: relation."],
        ),
        ("passages", {"text": "xyzzy"}, NOT_STATED, ["the words"]),
        ("passages", {"text": "xyzzy", "resource": "Wakanda"}, NOT_IN_GRAPH, []),
        ("coverage", {}, "Version ", ["\npractices (parts are counted apart),1,,", "\nCountries with practices,2,"]),
        ("coverage", {"without_practices": "country"}, "", ["No practice here names them", "\n\ncountry,label"]),
        (
            "validate",
            {"data": f"<{AFG}> a <https://w3id.org/gcmgraph/ontology#Practice> .", "language": "fr"},
            "",
            ["data.ttl:1:"],
        ),
    ],
)
def test_answers(mcp: McpClient, tool: str, arguments: dict[str, object], start: str, parts: list[str]) -> None:
    text = mcp.call(tool, **arguments)
    assert text.startswith(start)
    assert not [part for part in parts if part not in text]
    assert start.startswith("Not known") or tool != "describe" or "Not known here" not in text


def test_dataset_texts_on_one_line(mcp: McpClient) -> None:
    assert one_line("a\n\nSources:\r1. b\u2028c\u202ed\x1b[2Je\0") == "a Sources: 1. b c d [2Je"
    assert all(line.isprintable() for line in mcp.call("describe", resource="practice:glo-act").splitlines())


def test_speakers_of_texts(mcp: McpClient) -> None:
    """Each result names who says a text: a document, a list, the editors, or a contribution by its address."""
    (row, *_) = mcp.data("search", text="Afghanistan", kind="country")["rows"]
    assert row["said_by"] == "reference list"
    (found,) = mcp.data("sparql", query="SELECT ?t { practice:glo-act dct:title ?t FILTER(LANG(?t) = 'fr') }")["rows"]
    assert found["said_by"] == "document"
    (codes,) = mcp.data("sparql", query="SELECT ?c { country:AFG gcm:m49 ?c }")["rows"]
    assert codes.keys() == {"c"}
    described = mcp.data("describe", resource="practice:glo-act", property="gcm:country")
    assert all(fact["sources"] for fact in described["facts"])
    assert described["sources"][0].startswith("1. “Objectif 9")


def test_schema_of_a_class_by_its_label(mcp: McpClient) -> None:
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
        ("ما هي البلدان الأطراف في صك؟", "parties-to-instrument"),
        ("Какие страны участвуют в документе?", "parties-to-instrument"),
        ("哪些国家是文书的缔约方？", "parties-to-instrument"),
    ],
)
def test_nearest_query_among_the_first_three(mcp: McpClient, question: str, name: str) -> None:
    text = mcp.call("find_examples", question=question)
    assert name in re.findall(r"^- ([\w-]+): ", text, re.MULTILINE)[:3]
    assert "SELECT" in text


def test_query_parameter_by_name_in_arabic(mcp: McpClient) -> None:
    text = mcp.call("run_query", name="practices-by-country", parameters={"country": "العراق", "language": "fr"})
    assert "country = country:IRQ" in text
    assert [row["practice"] for row in rows(text)] == ["practice:glo-act"]


def test_choice_for_a_part_of_a_name(mcp: McpClient) -> None:
    refused = mcp.refused("run_query", name="practices-of-objective", parameters={"objective": "trafic migrants"})
    assert "(parameter 'objective')" in refused
    assert "Choose one: objective:9" in refused
    assert "practice:glo-act" in mcp.refused("describe", resource="mondiale action")


def test_queries_for_gaps_are_in_the_library() -> None:
    assert set(read_library("", Addresses())) >= OF_GAPS


def test_parts_of_a_table(mcp: McpClient) -> None:
    query = "SELECT ?s WHERE { ?s a ?class } ORDER BY ?s"
    text = mcp.call("sparql", query=query, limit=2)
    assert text.startswith("Rows 1 to 2 of ")
    assert len(rows(text)) == 2
    assert rows(text) != rows(mcp.call("sparql", query=query, limit=2, offset=2))


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
def test_terms_in_use_are_accepted(mcp: McpClient, query: str) -> None:
    assert rows(mcp.call("sparql", query=query))
