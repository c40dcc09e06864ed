"""Questions of `questions.json`: text, answer, the query from which the answer is derived, a script of calls."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("questions.json")

#: Limit on the calls of a script.
MAX_CALLS = 4


@dataclass(frozen=True)
class Call:
    """A call of a tool. A text argument `$1` is the first result of the first call, and so on."""

    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Question:
    """A question. Its answer is a set of short forms and texts, or the reason why it is not known here."""

    id: str
    language: str
    question: str
    answer: tuple[str, ...]
    reason: str | None
    #: SELECT ?answer: the answer, from the statements alone; no rows where it is not known
    derivation: str
    calls: tuple[Call, ...]
    #: how the answer is read from the last result (`client.read_answer`)
    read: dict[str, Any]


def read_questions(file: Path = FILE) -> list[Question]:
    """All questions, in order."""
    return [_question(one) for one in json.loads(file.read_text("utf-8"))]


def _question(one: dict[str, Any]) -> Question:
    calls = tuple(Call(call["tool"], call["arguments"]) for call in one["calls"])
    answer = tuple(one["answer"])
    return Question(
        one["id"], one["language"], one["question"], answer, one["reason"], one["derivation"], calls, one["read"]
    )
