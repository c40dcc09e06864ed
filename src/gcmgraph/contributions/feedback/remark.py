"""A remark of a reader, its answer, and their JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from gcmgraph.contributions.content import REASON, require_text, worded
from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.contributions.errors import ContributionError, NotPermittedError
from gcmgraph.contributions.storage.records import parse_agent
from gcmgraph.text import CONTROLS

#: Limits of the fields of a remark, in characters. An e-mail address has at most 254 (RFC 5321).
LIMITS = {"reason": 2_000, "correction": 2_000, "source": 500, "email": 254}

#: Limit of the characters of a value that is stored with a remark; of a longer one the start is stored.
VALUE = 1_000

_EMAIL = re.compile(r"[^@\s<>\"'()]+@[^@\s<>\"'()]+\.[^@\s<>\"'()]+")


class RemarkState(StrEnum):
    """State of a remark."""

    RECEIVED = "received"
    ANSWERED = "answered"
    CLOSED = "closed"


class Outcome(StrEnum):
    """Decision of a curator on a remark: to answer it, or to close it without consequence."""

    ANSWER = "answer"
    CLOSE = "close"


@dataclass(frozen=True)
class RemarkedStatement:
    """The statement that a remark is about: IRIs, and the value with its language or datatype."""

    subject: str
    predicate: str
    value: str
    graph: str
    is_iri: bool = False
    language: str = ""
    datatype: str = ""


@dataclass(frozen=True)
class Answer:
    """The answer of a curator."""

    outcome: Outcome
    by: Agent
    at: datetime
    reason: str


@dataclass(frozen=True)
class Remark:
    """A remark. `email` is for curators only."""

    id: str
    at: datetime
    #: path of the page on this server
    page: str
    reason: str
    correction: str = ""
    source: str = ""
    email: str = ""
    #: language of the page that the reader saw
    language: str = "en"
    statement: RemarkedStatement | None = None
    answer: Answer | None = None

    @property
    def state(self) -> RemarkState:
        """Its state."""
        if self.answer is None:
            return RemarkState.RECEIVED
        return RemarkState.ANSWERED if self.answer.outcome is Outcome.ANSWER else RemarkState.CLOSED


def read_texts(given: Mapping[str, str]) -> dict[str, str]:
    """The texts of a remark from the fields of a form, without controls of direction. Raises `ContributionError`."""
    texts = {}
    for name, most in LIMITS.items():
        words = CONTROLS.sub("", given.get(name, "")).replace("\r\n", "\n").strip()
        if len(words) > most:
            raise ContributionError(f"The field '{name}' has {len(words):,} characters; the limit is {most:,}.")
        require_text(words, name)
        texts[name] = words
    if not texts["reason"]:
        raise ContributionError("The field 'reason' is missing.", hint="Write what is wrong.")
    if texts["email"] and not _EMAIL.fullmatch(texts["email"]):
        raise ContributionError("The field 'email' is not an e-mail address.", hint="Correct it, or leave it empty.")
    return texts


def read_answer(given: Mapping[str, str], curator: Agent, now: datetime) -> Answer:
    """The answer in the fields `decision` and `reason`. Raises `ContributionError`, `NotPermittedError`."""
    if curator.role is not Role.CURATOR:
        raise NotPermittedError("This needs the token of a curator.")
    decision = given.get("decision", "")
    if decision not in set(Outcome):
        raise ContributionError("The decision must be 'answer' or 'close'.")
    return Answer(Outcome(decision), curator, now, worded(given.get("reason", ""), REASON, "reason"))


def remark_members(remark: Remark) -> dict[str, Any]:
    """The members of a remark without its answer, as JSON."""
    members = {**asdict(remark), "at": remark.at.isoformat()}
    del members["answer"]
    return members


def answer_members(answer: Answer) -> dict[str, Any]:
    """The members of an answer, as JSON."""
    return {**asdict(answer), "at": answer.at.isoformat()}


def remark_of(members: dict[str, Any], answer: Answer | None) -> Remark:
    """The remark of members. Raises `KeyError`, `TypeError`, `ValueError`."""
    statement = RemarkedStatement(**members["statement"]) if members["statement"] else None
    return Remark(**{**members, "at": datetime.fromisoformat(members["at"]), "statement": statement, "answer": answer})


def answer_of(members: dict[str, Any]) -> Answer:
    """The answer of members. Raises `KeyError`, `TypeError`, `ValueError`."""
    by, at = parse_agent(members["by"]), datetime.fromisoformat(members["at"])
    return Answer(Outcome(members["outcome"]), by, at, str(members["reason"]))
