"""Remarks of readers on a statement or a page, which curators answer, in the database.

They are never published.

An identifier (ULID) has 80 random bits: the address that is made of it is known to the sender and
to curators only. Unlike contributions, remarks can be deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from gcmgraph.contributions.contribution import RESTORE, Agent
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import read_each
from gcmgraph.contributions.quotas import ASK_LATER
from gcmgraph.contributions.tables import REMARKS
from gcmgraph.contributions.texts import EMAIL, REASON, require_email, require_text, text_within
from gcmgraph.platform import errors
from gcmgraph.platform.controls import CONTROLS

#: Limits of the fields of a remark, in characters.
LIMITS = {"reason": 2_000, "correction": 2_000, "source": 500, "email": EMAIL}

#: Limit of the characters of a value that is stored with a remark; of a longer one the start is
#: stored.
VALUE = 1_000


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
class CuratorAnswer:
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
    answer: CuratorAnswer | None = None

    @property
    def state(self) -> RemarkState:
        """Its state."""
        if self.answer is None:
            return RemarkState.RECEIVED
        return RemarkState.ANSWERED if self.answer.outcome is Outcome.ANSWER else RemarkState.CLOSED


def read_texts(given: Mapping[str, str]) -> dict[str, str]:
    """The texts of a remark from the fields of a form, without controls of direction.

    Raises `ContributionError`.
    """
    texts = {}
    for name, most in LIMITS.items():
        words = CONTROLS.sub("", given.get(name, "")).replace("\r\n", "\n").strip()
        if len(words) > most:
            raise errors.ContributionError(
                f"The field '{name}' has {len(words):,} characters; the limit is {most:,}."
            )
        require_text(words, name)
        texts[name] = words
    if not texts["reason"]:
        raise errors.ContributionError(
            "The field 'reason' is missing.", hint="Write what is wrong."
        )
    require_email(texts["email"])
    return texts


def read_answer(given: Mapping[str, str], curator: Agent, now: datetime) -> CuratorAnswer:
    """The answer in the fields `decision` and `reason`.

    Raises `ContributionError`, `NotPermittedError`.
    """
    curator.require_curator()
    decision = given.get("decision", "")
    if decision not in set(Outcome):
        raise errors.ContributionError("The decision must be 'answer' or 'close'.")
    return CuratorAnswer(
        Outcome(decision), curator, now, text_within(given.get("reason", ""), REASON, "reason")
    )


# -------------------------------------------------------------------------------------------------------------- storage

#: Limit of the bytes of all remarks that await an answer.
BYTES = 20_000_000


@dataclass(frozen=True)
class Counts:
    """Numbers of remarks that await an answer, and of others."""

    waiting: int
    answered: int


@dataclass(frozen=True)
class RemarkBox:
    """The remarks in a database. For use by many threads."""

    database: Database
    #: limit on the remarks that await an answer; 0 is no limit
    most_waiting: int = 0

    def identifiers(self, state: RemarkState | None = None) -> list[str]:
        """The identifiers of all remarks, or of those in a state, the oldest first."""
        every = select(REMARKS.c.id).order_by(REMARKS.c.sequence)
        found = every if state is None else every.where(REMARKS.c.state == state)
        return self.database.read(lambda rows: list(rows.scalars(found)))

    def listed(self, state: RemarkState, *, first: int = 0, most: int) -> tuple[list[str], int]:
        """`most` of the identifiers of remarks in a state, after the `first`, and the number of all.

        Those that await an answer are in the order of their arrival, others the newest first.
        """
        found = self.identifiers(state)
        found = found if state is RemarkState.RECEIVED else found[::-1]
        return found[first:][:most], len(found)

    def counts(self) -> Counts:
        """Numbers of remarks."""
        waits = func.count().filter(REMARKS.c.state == RemarkState.RECEIVED)
        counted = select(waits, func.count()).select_from(REMARKS)
        waiting, every = self.database.read(lambda rows: rows.execute(counted).one())
        return Counts(waiting, every - waiting)

    def find(self, identifier: str) -> Remark:
        """A remark. Raises `UnknownContributionError`, `DamagedError`."""
        return self.database.read(lambda rows: _find(rows, identifier))

    def readable(
        self, identifiers: Iterable[str], damaged: list[errors.DamagedError]
    ) -> Iterator[Remark]:
        """The remarks of these identifiers; the errors of those that cannot be read are added to `damaged`."""
        return read_each(self.find, identifiers, damaged)

    def add(self, remark: Remark) -> Remark:
        """Store a remark under a new identifier.

        Raises `QuotaError`, `LedgerError`; nothing is stored then.
        """
        from ulid import ULID  # noqa: PLC0415 - its import takes long, and a server seldom needs it

        made = replace(remark, id=str(ULID()))
        with self.database.writing() as rows:
            self._require_room(rows, made)
            insert_remark(rows, made)
        return made

    def answer(self, identifier: str, answer: CuratorAnswer) -> Remark:
        """Store the answer to a remark. Raises as `find` does; `ConflictError` where it has one."""
        with self.database.writing() as rows:
            remark = _find(rows, identifier)
            if remark.answer is not None:
                raise errors.ConflictError("This remark has an answer already.")
            answered = replace(remark, answer=answer)
            values = {"state": answered.state, "answer": msgspec.to_builtins(answer)}
            rows.execute(update(REMARKS).where(REMARKS.c.id == identifier).values(**values))
        return answered

    def delete(self, identifier: str) -> None:
        """Delete a remark with its answer, lastingly.

        Raises `UnknownContributionError`, `LedgerError`.
        """
        with self.database.writing() as rows:
            if not rows.execute(delete(REMARKS).where(REMARKS.c.id == identifier)).rowcount:
                raise errors.UnknownContributionError("There is no such remark.")
        self.database.purge()

    def _require_room(self, rows: Connection, remark: Remark) -> None:
        found = select(func.count(), func.coalesce(func.sum(REMARKS.c.size), 0))
        waiting, total = rows.execute(found.where(REMARKS.c.state == RemarkState.RECEIVED)).one()
        most, reason = self.most_waiting, ""
        if most and waiting >= most:
            reason = f"{waiting:,} remarks of readers await an answer; the limit is {most:,}."
        elif total + _size(remark) > BYTES:
            reason = f"The remarks that await an answer would have more than {BYTES:,} bytes, which is the limit."
        if reason:
            raise errors.QuotaError(
                reason, ASK_LATER, hint="Try again later: curators answer them first."
            )


def insert_remark(rows: Connection, remark: Remark) -> None:
    """Insert a remark with its answer."""
    members = msgspec.to_builtins(remark)
    values = {
        "state": remark.state,
        "size": _size(remark),
        "answer": members.pop("answer"),
        "remark": members,
    }
    rows.execute(insert(REMARKS).values(id=remark.id, **values))


def _size(remark: Remark) -> int:
    return len(msgspec.json.encode(remark))


def _find(rows: Connection, identifier: str) -> Remark:
    row = rows.execute(select(REMARKS).where(REMARKS.c.id == identifier)).mappings().one_or_none()
    if row is None:
        raise errors.UnknownContributionError("There is no such remark.", hint="Check the address.")
    try:
        return msgspec.convert({**row["remark"], "answer": row["answer"]}, Remark)
    except (TypeError, msgspec.ValidationError) as error:
        raise errors.DamagedError(
            f"The row of remark {identifier} is damaged: {error}.", hint=RESTORE
        ) from error
