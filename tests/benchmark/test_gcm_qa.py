"""GCM-QA (`data/benchmark/questions.yml`): its form, and its answers on the graph that this repository makes."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Term
from gcmgraph.store.port import Store
from gcmgraph.store.store_folder import StoreFolder

ROOT = Path(__file__).parents[2]
FILE = ROOT / "data" / "benchmark" / "questions.yml"
PAGE = ROOT / "docs" / "competency-questions.md"
DATASET: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
QUESTIONS: list[dict[str, Any]] = DATASET["questions"]
ANSWERABLE = [question for question in QUESTIONS if question["kind"] != "unanswerable"]
UNANSWERABLE = [question for question in QUESTIONS if question["kind"] == "unanswerable"]

KINDS = {"look-up", "count", "comparison", "path", "negation", "unanswerable"}
LANGUAGES = {"en", "fr", "es"}

#: Numbers that docs/competency-questions.md promises, at least.
MIN_QUESTIONS = 120
MIN_OF_READERS = 40

PASSAGES = """
PREFIX gcm: <https://w3id.org/gcmgraph/ontology#>
SELECT ?passage WHERE { ?passage a gcm:Passage }
"""


@pytest.fixture(scope="module")
def graph(built_store: Path) -> Store:
    return StoreFolder(built_store).open_current()


def _text(term: Term | None) -> str | None:
    if term is None:
        return None
    assert isinstance(term, IRI | Literal | BlankNode)
    return term.value


def _answer(graph: Store, question: dict[str, Any]) -> list[list[str | None]]:
    """Rows of the gold query, sorted unless the query sorts them."""
    sparql = question["query"]["sparql"]
    solutions = graph.select(sparql)
    rows = [
        [_text(row.get(variable)) for variable in solutions.variables] for row in solutions.rows
    ]
    return rows if "ORDER BY" in sparql else sorted(rows, key=str)


def _name(question: dict[str, Any]) -> str:
    return f"{question['id']}: {question['question']['en']}"


@pytest.mark.parametrize("question", ANSWERABLE, ids=_name)
def test_gold_query_returns_the_gold_answer(graph: Store, question: dict[str, Any]) -> None:
    assert question["answer"], "an answerable question has an answer"
    assert _answer(graph, question) == question["answer"]


@pytest.mark.parametrize("question", UNANSWERABLE, ids=_name)
def test_unanswerable_question_has_a_reason_and_no_rows(
    graph: Store, question: dict[str, Any]
) -> None:
    assert question["reason"]
    assert _answer(graph, question) == question["answer"] == []


def test_passages_of_answers_are_in_the_graph(graph: Store) -> None:
    passages = {_text(row["passage"]) for row in graph.select(PASSAGES).rows}
    for question in QUESTIONS:
        missing = set(question.get("passages", ())) - passages
        assert not missing, f"{_name(question)} names passages that the graph lacks: {missing}"


def test_benchmark_has_the_promised_numbers_of_questions() -> None:
    authors = Counter(question["author"] for question in QUESTIONS)
    assert len(QUESTIONS) >= MIN_QUESTIONS
    assert authors["reader"] >= MIN_OF_READERS
    assert {question["kind"] for question in QUESTIONS} == KINDS


def test_page_states_the_number_of_questions_of_each_kind() -> None:
    contents = PAGE.read_text("utf-8").partition("\n### Contents\n")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| ([a-z-]+) \| (\d+) \|", contents, re.MULTILINE)
    stated = {kind: int(number) for kind, number in rows}
    assert stated == Counter(question["kind"] for question in QUESTIONS)


def test_each_question_is_in_three_languages_and_occurs_once() -> None:
    for question in QUESTIONS:
        assert question["question"].keys() == LANGUAGES, _name(question)
        assert all(question["question"].values()), _name(question)
    for language in LANGUAGES:
        texts = Counter(question["question"][language] for question in QUESTIONS)
        assert [text for text, times in texts.items() if times > 1] == []


def test_questions_have_the_form_of_text2sparql() -> None:
    """The fields that `text2sparql-client` 2.1.0 reads: dataset, id, question, query."""
    assert DATASET["dataset"].keys() == {"id", "prefix"}
    assert [question["id"] for question in QUESTIONS] == list(range(1, len(QUESTIONS) + 1))
    assert all(question["query"].keys() == {"sparql"} for question in QUESTIONS)


def test_gold_queries_are_select_queries_with_their_prefixes(graph: Store) -> None:
    """`text2sparql-client` scores an ASK whose answer is false with 0, whatever a program answers."""
    for question in QUESTIONS:
        lines = question["query"]["sparql"].splitlines()
        query = [line for line in lines if not line.startswith("PREFIX ")]
        assert query[0].startswith("SELECT "), _name(question)
