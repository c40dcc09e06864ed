"""Ledger: every contribution and every decision as rows, from which the published graph can be made again.

A decision is one transaction: its event, and the state after it. The numbers of events are the
order of decisions. The version with a decision is made afterwards, outside any transaction, by each
server from the events that its version does not contain yet (`version_derivation`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, delete, func, or_, select, update

from gcmgraph.contributions.contribution import (
    Agent,
    Contribution,
    LedgerEvent,
    Returned,
    State,
    Submission,
    Verb,
    damaged_part,
)
from gcmgraph.contributions.database import Database, Read
from gcmgraph.contributions.ledger_rows import (
    DECISIONS,
    UNPUBLISHED,
    Waiting,
    append_event,
    event_of,
    find_contribution,
    find_predecessors,
    find_replaced,
    identifier_with_key,
    insert_contribution,
    last_decision,
    queue_confirmation,
    read_payload,
    supersede,
    waiting_of,
)
from gcmgraph.contributions.stored_statements import StoredStatements
from gcmgraph.contributions.tables import CONTRIBUTIONS, EVENTS, NOTICES
from gcmgraph.platform import errors
from gcmgraph.rdf.terms import Quad

#: Seconds to wait for another decision to be recorded.
WAIT = 60.0

#: Time for which comments are counted.
HOUR = timedelta(hours=1)

#: Limit of the bytes of the name of a file that was sent; that of file systems is 255.
_NAME_BYTES = 200

#: Characters of the name of a file that was sent that become a hyphen.
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")

#: Raises an error where its token has too much that waits.
Room = Callable[[Waiting], None]


@dataclass(frozen=True)
class Decided:
    """Contributions as they are after the `last` decision.

    `unread` are the identifiers of those whose rows are damaged, and `damages` the errors.
    """

    last: int
    #: time of that decision, if there is one
    at: datetime | None
    contributions: tuple[Contribution, ...]
    unread: tuple[str, ...]
    damages: tuple[errors.DamagedError, ...]


@dataclass(eq=False)
class Ledger:
    """The contributions of a database: first what is read, then what is written."""

    database: Database

    def find(self, identifier: str) -> Contribution:
        """The contribution of an identifier. Raises `UnknownContributionError`, `DamagedError`."""
        return self.database.read(lambda rows: find_contribution(rows, identifier))

    def readable(
        self, identifiers: Iterable[str], damages: list[errors.DamagedError]
    ) -> Iterator[Contribution]:
        """The contributions of these identifiers; the errors of those that cannot be read are added to `damages`."""
        return read_each(self.find, identifiers, damages)

    def identifiers(self) -> list[str]:
        """The identifiers of all contributions, in the order of submission."""
        return self._scalars(select(CONTRIBUTIONS.c.id).order_by(CONTRIBUTIONS.c.sequence))

    def listed(
        self, agent: Agent | None, state: str | None, *, oldest_first: bool, offset: int, limit: int
    ) -> tuple[list[str], int]:
        """Up to `limit` identifiers visible to an agent, after the first ones, and the number of all.

        A curator sees all, a contributor their own and those that are accepted, others the latter.
        """
        columns = CONTRIBUTIONS.c
        visible = select(columns.id)
        if agent is None:
            visible = visible.where(columns.state == State.ACCEPTED)
        elif not agent.is_curator:
            is_own = columns.sender_iri == agent.iri
            visible = visible.where(or_(columns.state == State.ACCEPTED, is_own))
        if state is not None:
            visible = visible.where(columns.state == state)
        order = columns.sequence if oldest_first else columns.sequence.desc()
        page = visible.order_by(order).offset(offset).limit(limit)
        with self.database.reading() as rows:
            total = rows.scalar(select(func.count()).select_from(visible.subquery())) or 0
            return list(rows.scalars(page)), total

    def replaced(self, contribution: Contribution) -> Contribution | None:
        """The contribution that was accepted once and whose place this one, or the file it corrects, is to take."""
        return self.database.read(lambda rows: find_replaced(rows, contribution))

    def predecessors(self, contribution: Contribution) -> list[Contribution]:
        """The contributions whose place it took, the last one first, up to one that was accepted."""
        return self.database.read(lambda rows: find_predecessors(rows, contribution))

    def event(self, identifier: str, number: int) -> tuple[Contribution, LedgerEvent]:
        """A contribution, and its event of a number. Raises `DamagedError`."""
        by_number = select(EVENTS).where(EVENTS.c.sequence == number)
        with self.database.reading() as rows:
            row = rows.execute(by_number).mappings().one_or_none()
            if row is None:
                raise damaged_part(identifier, f"event {number}")
            return find_contribution(rows, identifier), event_of(row)

    def content(self, contribution: Contribution) -> bytes:
        """The bytes as they were sent. Raises `DamagedError`."""
        data = self._payload(contribution, "content")
        if hashlib.sha256(data).hexdigest() != contribution.submission.sha256:
            raise damaged_part(contribution.id, "content")
        return data

    def stored_statements(
        self, contribution: Contribution, returned: Iterable[Returned] = ()
    ) -> StoredStatements:
        """Its statements in their stored form, without those that were `returned`.

        Raises `DamagedError`.
        """
        lines = self._payload(contribution, "statements")
        return StoredStatements(
            contribution.id, lines, frozenset(statement.statement for statement in returned)
        )

    def statements(self, contribution: Contribution) -> list[Quad]:
        """Its statements, in a graph of its own, with literals as the engine returns them.

        Raises `DamagedError`.
        """
        return self.stored_statements(contribution).quads()

    def accepted_statements(self, contribution: Contribution) -> list[Quad]:
        """Its statements without those that were returned.

        Raises `DamagedError`, also for one that it lacks.
        """
        return self.stored_statements(contribution, contribution.returned).quads()

    def report(self, contribution: Contribution) -> bytes:
        """The report of validation at its submission, as JSON. Raises `DamagedError`."""
        return self._payload(contribution, "report")

    def sent_with_key(self, token: str, key: str) -> Contribution | None:
        """The contribution that a sender already sent with this key, or None."""
        with self.database.reading() as rows:
            identifier = rows.scalar(identifier_with_key(token, key))
            return find_contribution(rows, identifier) if identifier else None

    def last_decision(self) -> int:
        """The number of the last event that may change what is published; 0 where there is none."""
        return self.database.read(last_decision)

    def decided_after(self, event: int, also: Collection[str] = ()) -> Decided:
        """The contributions on which was decided after an event, and those of the identifiers in `also`."""
        later = DECISIONS.with_only_columns(EVENTS.c.contribution).where(EVENTS.c.sequence > event)
        columns = CONTRIBUTIONS.c
        return self._decided(
            select(columns.id).where(or_(columns.id.in_(later), columns.id.in_(also)))
        )

    def all_decided(self) -> Decided:
        """All contributions, as they are after the last decision."""
        return self._decided(select(CONTRIBUTIONS.c.id))

    def _decided(self, selected: Select[str]) -> Decided:
        """The contributions of the selected identifiers."""
        damages = list[errors.DamagedError]()
        with self.database.reading() as rows:
            identifiers = list(rows.scalars(selected.order_by(CONTRIBUTIONS.c.sequence)))
            find = partial(find_contribution, rows)
            contributions = tuple(read_each(find, identifiers, damages))
            last = last_decision(rows)
            time = rows.scalar(select(EVENTS.c.at).where(EVENTS.c.sequence == last))
        read = {contribution.id for contribution in contributions}
        unread = tuple(identifier for identifier in identifiers if identifier not in read)
        return Decided(last, time, contributions, unread, tuple(damages))

    def pending(self) -> list[str]:
        """The contributions with a decision that no server's version contains yet."""
        undone = UNPUBLISHED.with_only_columns(EVENTS.c.contribution)
        identifiers = select(CONTRIBUTIONS.c.id).where(CONTRIBUTIONS.c.id.in_(undone))
        return self._scalars(identifiers.order_by(CONTRIBUTIONS.c.sequence))

    def submitted(self) -> list[str]:
        """The identifiers of the contributions that await a decision."""
        return self._scalars(
            select(CONTRIBUTIONS.c.id).where(CONTRIBUTIONS.c.state == State.SUBMITTED)
        )

    def waiting(self, token: str) -> Waiting:
        """The contributions of a token that await a decision."""
        return self.database.read(lambda rows: waiting_of(rows, token))

    def comments(self, token: str, now: datetime) -> list[datetime]:
        """The times of the comments of a token in the hour before `now`, sorted; none after it, as of a wrong clock."""
        columns = EVENTS.c
        is_comment = (columns.by_token == token) & (columns.verb == Verb.COMMENT)
        is_recent = (columns.at > now - HOUR) & (columns.at <= now)
        return self._scalars(select(columns.at).where(is_comment, is_recent).order_by(columns.at))

    def mint(self) -> str:
        """A new identifier, which sorts after those before it."""
        from ulid import ULID  # noqa: PLC0415 - its import takes long, and a server seldom needs it

        minted = str(ULID())
        last = self.database.read(lambda rows: rows.scalar(select(func.max(CONTRIBUTIONS.c.id))))
        if last is None:
            return minted
        # the clock may have been set back, or differ from that of another machine
        successor = ULID.from_timestamp(ULID.from_str(last).milliseconds + 1)
        return max(minted, str(successor))

    def add(
        self,
        submission: Submission,
        content: bytes,
        statements: bytes,
        report: bytes,
        room: Room = lambda _: None,
    ) -> Contribution:
        """Store a contribution: when this returns, it is on the disk.

        `statements` are in their stored form (`StoredStatements.lines`), the report is JSON. Raises
        `LedgerError`; nothing is stored then.

        `room` raises where its token has too much that waits. Where a request with its key was
        stored meanwhile, that is returned. A predecessor that is open is superseded at once; raises
        `NotReplaceableError` for one that ended.
        """
        payloads = {"content": content, "statements": statements, "report": report}
        token = submission.sender.token
        with self.database.writing() as rows:
            if submission.key is not None:
                identifier = rows.scalar(identifier_with_key(token, submission.key))
                if identifier is not None:
                    return find_contribution(rows, identifier)
            if submission.supersedes is not None:
                predecessor = find_contribution(rows, submission.supersedes).require_replaceable()
                if predecessor.is_open:
                    event = LedgerEvent(
                        Verb.SUPERSEDE, submission.sender, submission.at, "", submission.id
                    )
                    append_event(rows, predecessor, event)
            room(waiting_of(rows, token))
            insert_contribution(rows, Contribution(submission), payloads)
            if submission.email:
                queue_confirmation(rows, submission.id, submission.at)
        return Contribution(submission)

    def record(self, contribution: Contribution, event: LedgerEvent) -> Contribution:
        """Store an event. Raises `ConflictError`.

        An acceptance also supersedes the predecessor, in the same transaction.
        """
        with self.database.writing() as rows:
            current = find_contribution(rows, contribution.id)
            if event.verb is not Verb.COMMENT and current.decisions != contribution.decisions:
                raise errors.ConflictError(
                    f"Contribution {contribution.id} was changed meanwhile.", hint="Look again."
                )
            current.require_allows(event)
            after = append_event(rows, current, event)
            if event.verb is Verb.ACCEPT:
                replaced = find_replaced(rows, contribution)
                if replaced is not None:
                    supersede(rows, after, replaced.id)
        return after

    def set_email(self, contribution: Contribution, email: str | None) -> None:
        """Change the address for notices, or remove it with what waits to be sent there.

        What waits is due again; the sender asks for another confirmation of an address by storing
        it again.
        """
        is_of_contribution = NOTICES.c.contribution == contribution.id
        with self.database.writing() as rows:
            rows.execute(
                update(CONTRIBUTIONS)
                .where(CONTRIBUTIONS.c.id == contribution.id)
                .values(email=email)
            )
            if email is None:
                rows.execute(delete(NOTICES).where(is_of_contribution))
                return
            now = datetime.now(UTC)
            waiting = is_of_contribution & NOTICES.c.failed.is_(False)
            rows.execute(update(NOTICES).where(waiting).values(due=now))
            queue_confirmation(rows, contribution.id, now)

    @contextmanager
    def deciding(self, wait: float = WAIT) -> Iterator[None]:
        """Lock the ledger for one decision that is checked and recorded, among threads and processes.

        Raises `LedgerBusyError` where it is still locked after `wait` seconds.
        """
        with self.database.lock("decision", wait) as is_free:
            if not is_free:
                raise errors.LedgerBusyError(
                    "Another decision is being made.", hint="Try again in a minute."
                )
            yield

    def _scalars(self, statement: Select[Any]) -> list[Any]:
        return self.database.read(lambda rows: list(rows.scalars(statement)))

    def _payload(self, contribution: Contribution, part: str) -> bytes:
        return self.database.read(lambda rows: read_payload(rows, contribution.id, part))


def read_each(
    read: Callable[[str], Read], identifiers: Iterable[str], damages: list[errors.DamagedError]
) -> Iterator[Read]:
    """The values of identifiers, without what was deleted meanwhile; errors of damaged rows are added to `damages`."""
    for identifier in identifiers:
        try:
            yield read(identifier)
        except errors.DamagedError as error:
            damages.append(error)
        except errors.UnknownContributionError:
            continue


def file_name(name: str) -> str:
    r"""The stored name of a file that was sent: its last part in letters, digits and `._-`, cut at its start.

    >>> file_name(r"C:\data\Practices (new).xlsx")
    'Practices-new-.xlsx'
    """
    last_part = re.split(r"[/\\]", name)[-1]
    stored = _NOT_IN_NAMES.sub("-", last_part).strip(".-") or "contribution"
    return stored.encode()[-_NAME_BYTES:].decode(errors="ignore")
