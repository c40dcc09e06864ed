"""Questions through /mcp on the real graph: each can be answered by at most four calls, with the facts of the graph."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from mcp_client import McpClient

from tools.measures.assistants import MAX_CALLS, Question, answer, derived, over_http, read_questions

QUESTIONS = {question.id: question for question in read_questions()}

REASONS = {"not in this graph", "document not read", "source does not say"}


def test_numbers_of_questions() -> None:
    assert len(QUESTIONS) == 60
    for language in ("en", "fr", "es"):
        assert sum(question.language == language for question in QUESTIONS.values()) == 20
    unknown = [question for question in QUESTIONS.values() if question.reason]
    assert len(unknown) == 20
    assert {question.reason for question in unknown} == REASONS
    for question in QUESTIONS.values():
        assert bool(question.answer) != bool(question.reason), question.id
        assert 1 <= len(question.calls) <= MAX_CALLS, question.id


@pytest.fixture(scope="module")
def mcp(real_app: Flask) -> McpClient:
    return McpClient(real_app.test_client())


@pytest.mark.parametrize("name", ["en-05", "en-10", "en-16", "fr-05", "fr-15", "es-09", "es-18"])
def test_answers_to_some_questions(mcp: McpClient, name: str) -> None:
    question = QUESTIONS[name]
    found = answer(question, lambda tool, arguments: mcp.call(tool, **arguments))
    assert found == (set(question.answer), question.reason)


ASKED = json.loads(Path(__file__).with_name("questions_of_analysts.json").read_text("utf-8"))


@pytest.mark.parametrize("asked", ASKED, ids=[asked["question"][:30] for asked in ASKED])
def test_answers_to_questions_of_analysts(mcp: McpClient, asked: dict[str, Any]) -> None:
    answers = "\n".join(mcp.call(tool, **arguments) for tool, arguments in asked["calls"])
    assert [fact for fact in asked["expected"] if fact not in answers] == []


@pytest.mark.exhaustive
def test_query_of_most_questions_among_the_first_three(mcp: McpClient) -> None:
    asked = [
        (question.question, call.arguments["name"])
        for question in QUESTIONS.values()
        for call in question.calls
        if call.tool == "run_query"
    ]
    found = [
        name in re.findall(r"^- ([\w-]+): ", mcp.call("find_examples", question=question), re.MULTILINE)[:3]
        for question, name in asked
    ]
    assert sum(found) >= 0.85 * len(asked)


@pytest.mark.exhaustive
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_answer_to_each_question(site: str, question: Question) -> None:
    assert derived(question, site) == [*question.answer], "run `python -m tools.measures.assistants URL --update`"
    assert answer(question, over_http(f"{site}/mcp")) == (set(question.answer), question.reason)
