"""Tools of /mcp: answers with their evidence, reasons of empty answers, and questions to the real graph."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from mcp_client import McpClient

from gcmgraph.web.mcp.search import one_line
from tools.measures.assistants import Question, answer, derived, over_http, read_questions

AFG = "https://w3id.org/gcmgraph/id/country/AFG"

#: Tools with arguments, the beginning of each answer, and parts of it.
ANSWERS = json.loads(Path(__file__).with_name("mcp_answers.json").read_text("utf-8"))


@pytest.fixture
def mcp(client: FlaskClient) -> McpClient:
    return McpClient(client)


def rows(text: str) -> list[dict[str, str]]:
    """The table of an answer."""
    return list(csv.DictReader(text.rpartition("\n\n")[2].splitlines()))


def test_search_by_name_code_and_iri(mcp: McpClient) -> None:
    for text in ("أفغانستان", "AFG", "004", AFG, "afgh"):
        row, *_ = rows(mcp.call("search", text=text))
        assert (row["resource"], row["kind"], row["code"], row["iri"]) == ("country:AFG", "country", "AFG", AFG)
    (row,) = rows(mcp.call("search", text="http://metadata.un.org/sdg/10.7"))
    assert (row["resource"], row["match"]) == ("sdg:10.7", "link")


def test_parts_of_tables(mcp: McpClient) -> None:
    first = mcp.call("search", text="Iraq Afghanistan", kind="country", limit=1)
    assert first.startswith("Rows 1 to 1 of 2; continue with offset 1.")
    second = mcp.call("search", text="Iraq Afghanistan", kind="country", limit=1, offset=1)
    assert {rows(first)[0]["code"], rows(second)[0]["code"]} == {"AFG", "IRQ"}
    query = "SELECT ?s WHERE { ?s a ?class } ORDER BY ?s"
    text = mcp.call("sparql", query=query, limit=2)
    assert text.startswith("Rows 1 to 2 of ")
    assert len(rows(text)) == 2
    assert rows(text) != rows(mcp.call("sparql", query=query, limit=2, offset=2))


@pytest.mark.parametrize(("tool", "arguments", "start", "parts"), ANSWERS)
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
    ("name", "questions"),
    [
        ("practices-by-country", ["Which practices are carried out in Iraq?", "¿Qué prácticas hay en un país?"]),
        ("funders", ["Who pays for practices?", "¿Quién financia las prácticas?"]),
        ("parties-to-instrument", ["Quels pays sont parties à un instrument ?", "ما هي البلدان الأطراف في صك؟"]),
        ("parties-to-instrument", ["Какие страны участвуют в документе?", "哪些国家是文书的缔约方？"]),
    ],
)
def test_nearest_query_among_the_first_three(mcp: McpClient, name: str, questions: list[str]) -> None:
    for question in questions:
        text = mcp.call("find_examples", question=question)
        assert name in re.findall(r"^- ([\w-]+): ", text, re.MULTILINE)[:3], question
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


def test_terms_in_use_are_accepted(mcp: McpClient) -> None:
    for query in (
        "PREFIX g: <https://w3id.org/gcmgraph/ontology#> SELECT ?c { ?p g:country ?c }",
        "SELECT ?p { ?p schema:startDate ?d FILTER(xsd:integer(STR(?d)) > 2000 && ?d = '2018'^^xsd:gYear) }",
        "SELECT ?p { ?p (gcm:country|gcm:leadOrganisation)+ ?o }",
        "SELECT ?g { GRAPH ?g { practice:glo-act gcm:supportsAction/gcm:objective? ?o } }",
    ):
        assert rows(mcp.call("sparql", query=query)), query


QUESTIONS = {question.id: question for question in read_questions()}


@pytest.fixture(scope="module")
def real_mcp(real_app: Flask) -> McpClient:
    return McpClient(real_app.test_client())


@pytest.mark.parametrize("name", ["en-05", "en-16", "fr-15", "es-09"])
def test_answers_to_some_questions(real_mcp: McpClient, name: str) -> None:
    question = QUESTIONS[name]
    found = answer(question, lambda tool, arguments: real_mcp.call(tool, **arguments))
    assert found == (set(question.answer), question.reason)


ASKED = json.loads(Path(__file__).with_name("questions_of_analysts.json").read_text("utf-8"))


@pytest.mark.parametrize("asked", ASKED, ids=[asked["question"][:30] for asked in ASKED])
def test_answers_to_questions_of_analysts(real_mcp: McpClient, asked: dict[str, Any]) -> None:
    answers = "\n".join(real_mcp.call(tool, **arguments) for tool, arguments in asked["calls"])
    assert [fact for fact in asked["expected"] if fact not in answers] == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_answer_to_each_question(site: str, question: Question) -> None:
    assert derived(question, site) == [*question.answer], "run `python -m tools.measures.assistants URL --update`"
    assert answer(question, over_http(f"{site}/mcp")) == (set(question.answer), question.reason)
