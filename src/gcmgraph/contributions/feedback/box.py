"""Remarks of readers in the database.

An identifier (ULID) has 80 random bits: the address that is made of it is known to the sender and to curators only.
Unlike contributions, remarks can be deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, func, insert, select, update

from gcmgraph.contributions.access.quotas import ASK_LATER
from gcmgraph.contributions.errors import ConflictError, DamagedError, QuotaError, UnknownContributionError
from gcmgraph.contributions.feedback.remark import (
    Answer,
    Remark,
    RemarkState,
    answer_members,
    answer_of,
    remark_members,
    remark_of,
)
from gcmgraph.contributions.storage.database import Database
from gcmgraph.contributions.storage.ledger import RESTORE
from gcmgraph.contributions.storage.records import serialize_record
from gcmgraph.contributions.storage.tables import REMARKS

#: Limit of the bytes of all remarks that await an answer.
BYTES = 20_000_000


@dataclass(frozen=True)
class Counts:
    """Numbers of remarks that await an answer, and of others."""

    waiting: int
    answered: int


class RemarkBox:
    """The remarks in a database. For use by many threads."""

    def __init__(self, database: Database, most_waiting: int = 0) -> None:
        """`most_waiting` remarks may await an answer; 0 is no limit."""
        self._database = database
        self._most = most_waiting

    def identifiers(self, state: RemarkState | None = None) -> list[str]:
        """The identifiers of all remarks, or of those in a state, the oldest first."""
        found = select(REMARKS.c.id).order_by(REMARKS.c.sequence)
        with self._database.reading() as rows:
            return list(rows.scalars(found if state is None else found.where(REMARKS.c.state == state)))

    def waiting(self) -> list[str]:
        """The identifiers of the remarks that await an answer, the oldest first."""
        return self.identifiers(RemarkState.RECEIVED)

    def counts(self) -> Counts:
        """Numbers of remarks."""
        waits = func.count().filter(REMARKS.c.state == RemarkState.RECEIVED)
        with self._database.reading() as rows:
            waiting, every = rows.execute(select(waits, func.count()).select_from(REMARKS)).one()
        return Counts(waiting, every - waiting)

    def find(self, identifier: str) -> Remark:
        """A remark. Raises `UnknownContributionError`, `DamagedError`."""
        with self._database.reading() as rows:
            return _find(rows, identifier)

    def readable(self, identifiers: Iterable[str], damaged: list[DamagedError]) -> Iterator[Remark]:
        """The remarks of these identifiers; the errors of those that cannot be read are added to `damaged`."""
        for identifier in identifiers:
            try:
                yield self.find(identifier)
            except DamagedError as error:
                damaged.append(error)
            except UnknownContributionError:  # deleted meanwhile
                continue

    def add(self, remark: Remark) -> Remark:
        """Store a remark under a new identifier. Raises `QuotaError`, `LedgerError`; nothing is stored then."""
        from ulid import ULID  # noqa: PLC0415 - its import takes long, and a server seldom needs it

        made = replace(remark, id=str(ULID()))
        with self._database.writing() as rows:
            self._require_room(rows, _size(made))
            insert_remark(rows, made)
        return made

    def answer(self, identifier: str, answer: Answer) -> Remark:
        """Store the answer to a remark. Raises as `find` does; `ConflictError` where it has one."""
        with self._database.writing() as rows:
            remark = _find(rows, identifier)
            if remark.answer is not None:
                raise ConflictError("This remark has an answer already.")
            answered = replace(remark, answer=answer)
            values = {"state": answered.state, "answer": answer_members(answer)}
            rows.execute(update(REMARKS).where(REMARKS.c.id == identifier).values(**values))
        return answered

    def delete(self, identifier: str) -> None:
        """Delete a remark with its answer, lastingly. Raises `UnknownContributionError`, `LedgerError`."""
        with self._database.writing() as rows:
            if not rows.execute(delete(REMARKS).where(REMARKS.c.id == identifier)).rowcount:
                raise UnknownContributionError("There is no such remark.")
        self._database.purge()

    def _require_room(self, rows: Connection, size: int) -> None:
        found = select(func.count(), func.coalesce(func.sum(REMARKS.c.size), 0))
        waiting, total = rows.execute(found.where(REMARKS.c.state == RemarkState.RECEIVED)).one()
        hint = "Try again later: curators answer them first."
        if self._most and waiting >= self._most:
            raise QuotaError(
                f"{waiting:,} remarks of readers await an answer; the limit is {self._most:,}.", ASK_LATER, hint=hint
            )
        if total + size > BYTES:
            raise QuotaError(
                f"The remarks that await an answer would have more than {BYTES:,} bytes, which is the limit.",
                ASK_LATER,
                hint=hint,
            )


def insert_remark(rows: Connection, remark: Remark) -> None:
    """Insert a remark with its answer."""
    values = {"state": remark.state, "size": _size(remark), "remark": remark_members(remark)}
    answer = answer_members(remark.answer) if remark.answer else None
    rows.execute(insert(REMARKS).values(id=remark.id, answer=answer, **values))


def _size(remark: Remark) -> int:
    return len(serialize_record(remark_members(remark)))


def _find(rows: Connection, identifier: str) -> Remark:
    row = rows.execute(select(REMARKS).where(REMARKS.c.id == identifier)).mappings().one_or_none()
    if row is None:
        raise UnknownContributionError("There is no such remark.", hint="Check the address.")
    try:
        return remark_of(row["remark"], answer_of(row["answer"]) if row["answer"] else None)
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedError(f"The row of remark {identifier} is damaged: {error}.", hint=RESTORE) from error
