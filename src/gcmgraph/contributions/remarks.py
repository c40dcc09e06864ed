"""Remarks of readers on a statement or a page, which curators answer, in the database.

They are never published.

An identifier (ULID) has 80 random bits: the address with the identifier is known to the sender and
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
from gcmgraph.platform.controls import DIRECTION_CONTROLS

#: Limits of the fields of a remark, in characters.
LIMITS = {"reason": 2_000, "correction": 2_000, "source": 500, "email": EMAIL}

#: Limit of the characters of a value that is stored with a remark; of a longer one the start is
#: stored.
VALUE = 1_000

#: Limit of the bytes of all remarks that await an answer.
BYTES = 20_000_000


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
        """The state that follows from the answer."""
        if self.answer is None:
            return RemarkState.RECEIVED
        if self.answer.outcome is Outcome.ANSWER:
            return RemarkState.ANSWERED
        return RemarkState.CLOSED


def read_texts(fields: Mapping[str, str]) -> dict[str, str]:
    """The texts of a remark from the fields of a form, without controls of direction.

    Raises `ContributionError`.
    """
    texts = {}
    for name, limit in LIMITS.items():
        text = DIRECTION_CONTROLS.sub("", fields.get(name, "")).replace("\r\n", "\n").strip()
        if len(text) > limit:
            raise errors.ContributionError(
                f"The field '{name}' has {len(text):,} characters; the limit is {limit:,}."
            )
        require_text(text, name)
        texts[name] = text
    if not texts["reason"]:
        raise errors.ContributionError(
            "The field 'reason' is missing.", hint="Write what is wrong."
        )
    require_email(texts["email"])
    return texts


def read_answer(fields: Mapping[str, str], curator: Agent, now: datetime) -> CuratorAnswer:
    """The answer in the fields `decision` and `reason`.

    Raises `ContributionError`, `NotPermittedError`.
    """
    curator.require_curator()
    decision = fields.get("decision", "")
    if decision not in set(Outcome):
        raise errors.ContributionError("The decision must be 'answer' or 'close'.")
    reason = text_within(fields.get("reason", ""), REASON, "reason")
    return CuratorAnswer(Outcome(decision), curator, now, reason)


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
    waiting_limit: int = 0

    def identifiers(self, state: RemarkState | None = None) -> list[str]:
        """The identifiers of all remarks, or of those in a state, the oldest first."""
        identifiers = select(REMARKS.c.id).order_by(REMARKS.c.sequence)
        if state is not None:
            identifiers = identifiers.where(REMARKS.c.state == state)
        return self.database.read(lambda rows: list(rows.scalars(identifiers)))

    def listed(self, state: RemarkState, *, offset: int = 0, limit: int) -> tuple[list[str], int]:
        """Up to `limit` identifiers of remarks in a state after the first ones, and the number of all.

        Those that await an answer are in the order of their arrival, others the newest first.
        """
        identifiers = self.identifiers(state)
        if state is not RemarkState.RECEIVED:
            identifiers.reverse()
        return identifiers[offset : offset + limit], len(identifiers)

    def counts(self) -> Counts:
        """Numbers of remarks."""
        count_waiting = func.count().filter(REMARKS.c.state == RemarkState.RECEIVED)
        counts = select(count_waiting, func.count()).select_from(REMARKS)
        waiting, total = self.database.read(lambda rows: rows.execute(counts).one())
        return Counts(waiting, total - waiting)

    def find(self, identifier: str) -> Remark:
        """A remark. Raises `UnknownContributionError`, `DamagedError`."""
        return self.database.read(lambda rows: _find(rows, identifier))

    def readable(
        self, identifiers: Iterable[str], damages: list[errors.DamagedError]
    ) -> Iterator[Remark]:
        """The remarks of identifiers.

        The errors of those that cannot be read are added to `damages`.
        """
        return read_each(self.find, identifiers, damages)

    def add(self, remark: Remark) -> Remark:
        """Store a remark under a new identifier.

        Raises `QuotaError`, `LedgerError`; nothing is stored then.
        """
        from ulid import ULID  # noqa: PLC0415 - its import takes long, and a server seldom needs it

        stored = replace(remark, id=str(ULID()))
        with self.database.writing() as rows:
            self._require_room(rows, stored)
            insert_remark(rows, stored)
        return stored

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
        """Raise `QuotaError` where too many remarks, or too many bytes, would await an answer."""
        totals = select(func.count(), func.coalesce(func.sum(REMARKS.c.size), 0))
        received = totals.where(REMARKS.c.state == RemarkState.RECEIVED)
        waiting, size = rows.execute(received).one()
        limit = self.waiting_limit
        if limit and waiting >= limit:
            message = f"{waiting:,} remarks of readers await an answer; the limit is {limit:,}."
        elif size + _size(remark) > BYTES:
            message = (
                f"The remarks that await an answer would have more than {BYTES:,} bytes, "
                "which is the limit."
            )
        else:
            return
        raise errors.QuotaError(
            message, ASK_LATER, hint="Try again later: curators answer them first."
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
        members = row["remark"] | {"answer": row["answer"]}
        return msgspec.convert(members, Remark)
    except (TypeError, msgspec.ValidationError) as error:
        raise errors.DamagedError(
            f"The row of remark {identifier} is damaged: {error}.", hint=RESTORE
        ) from error
