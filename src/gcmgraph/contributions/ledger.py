"""Ledger: every contribution and every decision as rows, from which the published graph can be made again.

A decision is one transaction: its event, and the state after it. The numbers of events are the
order of decisions. The version with a decision is made afterwards, outside any transaction, by each
server from the events that its version does not contain yet (`publishing`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from gcmgraph.contributions.contribution import (
    PUBLISHING,
    Agent,
    Contribution,
    LedgerEvent,
    Returned,
    State,
    Submission,
    Verb,
)
from gcmgraph.contributions.database import Database, Read
from gcmgraph.contributions.tables import (
    CONFIRMATION,
    CONTRIBUTIONS,
    EVENTS,
    NOTICES,
    PAYLOADS,
    VERSIONS,
    agent_of,
    agent_values,
)
from gcmgraph.platform import errors
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.media import N_QUADS
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.terms import Quad
from gcmgraph.store.stores import as_kept

#: Seconds to wait for another decision to be recorded.
WAIT = 60.0

#: Time for which comments are counted.
HOUR = timedelta(hours=1)

#: Hint for damaged rows.
RESTORE = "Restore the database from a backup (docs/operations.md)."

_ID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")

#: Numbers of the events that may change what is published: those of contributions that were
#: accepted once.
_ACCEPTED = EVENTS.alias("accepted")
DECISIONS = select(EVENTS.c.sequence).where(
    EVENTS.c.verb.in_(PUBLISHING),
    exists().where(
        _ACCEPTED.c.contribution == EVENTS.c.contribution, _ACCEPTED.c.verb == Verb.ACCEPT
    ),
)

#: Those that no server's version contains yet.
_NEWEST = select(func.coalesce(func.max(VERSIONS.c.event), 0)).scalar_subquery()
UNPUBLISHED = DECISIONS.where(EVENTS.c.sequence > _NEWEST)

#: Limit of the bytes of the name of a file that was sent; that of file systems is 255.
_NAME_BYTES = 200

#: Characters of the name of a file that was sent that become a hyphen.
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class Waiting:
    """Contributions of a token that await a decision, and their bytes."""

    count: int
    bytes: int


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
    """The contributions of a database."""

    database: Database

    # ------------------------------------------------------------------------------------------------ reading

    def find(self, identifier: str) -> Contribution:
        """The contribution of an identifier. Raises `UnknownContributionError`, `DamagedError`."""
        return self.database.read(lambda rows: _find(rows, identifier))

    def readable(
        self, identifiers: Iterable[str], damaged: list[errors.DamagedError]
    ) -> Iterator[Contribution]:
        """The contributions of these identifiers; the errors of those that cannot be read are added to `damaged`."""
        return read_each(self.find, identifiers, damaged)

    def identifiers(self) -> list[str]:
        """The identifiers of all contributions, in the order of submission."""
        return self._scalars(select(CONTRIBUTIONS.c.id).order_by(CONTRIBUTIONS.c.sequence))

    def listed(
        self, agent: Agent | None, state: str | None, *, oldest_first: bool, first: int, most: int
    ) -> tuple[list[str], int]:
        """`most` of the identifiers visible to an agent, after the `first`, and the number of all.

        A curator sees all, a contributor their own and those that are accepted, others the latter.
        """
        columns = CONTRIBUTIONS.c
        found = select(columns.id)
        if agent is None:
            found = found.where(columns.state == State.ACCEPTED)
        elif not agent.is_curator:
            found = found.where(
                or_(columns.state == State.ACCEPTED, columns.sender_iri == agent.iri)
            )
        if state is not None:
            found = found.where(columns.state == state)
        order = columns.sequence if oldest_first else columns.sequence.desc()
        with self.database.reading() as rows:
            total = rows.scalar(select(func.count()).select_from(found.subquery())) or 0
            return list(rows.scalars(found.order_by(order).offset(first).limit(most))), total

    def replaced(self, contribution: Contribution) -> Contribution | None:
        """The contribution that was accepted once and whose place this one, or the file it corrects, is to take."""
        return self.database.read(lambda rows: _replaced(rows, contribution))

    def predecessors(self, contribution: Contribution) -> list[Contribution]:
        """The contributions whose place it took, the last one first, up to one that was accepted."""
        return self.database.read(lambda rows: _predecessors(rows, contribution))

    def event(self, identifier: str, number: int) -> tuple[Contribution, LedgerEvent]:
        """A contribution, and its event of a number. Raises `DamagedError`."""
        with self.database.reading() as rows:
            found = (
                rows.execute(select(EVENTS).where(EVENTS.c.sequence == number))
                .mappings()
                .one_or_none()
            )
            if found is None:
                raise _changed(identifier, f"event {number}")
            return _find(rows, identifier), _event(found)

    def set_email(self, contribution: Contribution, email: str | None) -> None:
        """Change the address for notices, or remove it with what waits to be sent there.

        What waits is due again; the sender asks for another confirmation of an address by storing
        it again.
        """
        waiting = (NOTICES.c.contribution == contribution.id) & NOTICES.c.failed.is_(False)
        with self.database.writing() as rows:
            rows.execute(
                update(CONTRIBUTIONS)
                .where(CONTRIBUTIONS.c.id == contribution.id)
                .values(email=email)
            )
            if email is None:
                rows.execute(delete(NOTICES).where(NOTICES.c.contribution == contribution.id))
            else:
                now = datetime.now(UTC)
                rows.execute(update(NOTICES).where(waiting).values(due=now))
                _ask_confirmation(rows, contribution.id, now)

    def content(self, contribution: Contribution) -> bytes:
        """The bytes as they were sent. Raises `DamagedError`."""
        return self._payload(contribution, "content", contribution.submission.sha256)

    def statements(self, contribution: Contribution) -> list[Quad]:
        """Its statements, in a graph of its own, with literals as the engine returns them.

        Raises `DamagedError`.
        """
        try:
            data = self._payload(contribution, "statements")
            return list(as_kept(parse_quads(data, N_QUADS, source=contribution.id)))
        except errors.RdfSyntaxError as error:
            raise _changed(contribution.id, "statements") from error

    def accepted_statements(self, contribution: Contribution) -> list[Quad]:
        """Its statements without those that were returned.

        Raises `DamagedError`, also for one that it lacks.
        """
        stated, returned = (
            self.statements(contribution),
            {one.statement for one in contribution.returned},
        )
        found = (
            [quad for quad in stated if statement_line(quad) not in returned]
            if returned
            else stated
        )
        if len(stated) - len(found) != len(returned):
            message = f"The decision on contribution {contribution.id} returns a statement that it does not have."
            raise errors.DamagedError(message, hint=RESTORE)
        return found

    def report(self, contribution: Contribution) -> bytes:
        """The report of validation at its submission, as JSON. Raises `DamagedError`."""
        return self._payload(contribution, "report")

    def known_key(self, token: str, key: str) -> Contribution | None:
        """The contribution that a sender already sent under this key, or None."""
        with self.database.reading() as rows:
            identifier = rows.scalar(_by_key(token, key))
            return _find(rows, identifier) if identifier else None

    def last_decision(self) -> int:
        """The number of the last event that may change what is published; 0 where there is none."""
        return self.database.read(_last_decision)

    def decided_after(self, event: int, also: Collection[str] = ()) -> Decided:
        """The contributions on which was decided after an event, and those of the identifiers in `also`."""
        decided = DECISIONS.with_only_columns(EVENTS.c.contribution).where(
            EVENTS.c.sequence > event
        )
        wanted = or_(CONTRIBUTIONS.c.id.in_(decided), CONTRIBUTIONS.c.id.in_(also))
        return self._decided(select(CONTRIBUTIONS.c.id).where(wanted))

    def all_decided(self) -> Decided:
        """All contributions, as they are after the last decision."""
        return self._decided(select(CONTRIBUTIONS.c.id))

    def _decided(self, wanted: Select[str]) -> Decided:
        damages = list[errors.DamagedError]()
        with self.database.reading() as rows:
            identifiers = list(rows.scalars(wanted.order_by(CONTRIBUTIONS.c.sequence)))
            contributions = tuple(read_each(partial(_find, rows), identifiers, damages))
            last = _last_decision(rows)
            at = rows.scalar(select(EVENTS.c.at).where(EVENTS.c.sequence == last))
        read = {contribution.id for contribution in contributions}
        unread = tuple(identifier for identifier in identifiers if identifier not in read)
        return Decided(last, at, contributions, unread, tuple(damages))

    def pending(self) -> list[str]:
        """The contributions with a decision that no server's version contains yet."""
        decided = UNPUBLISHED.with_only_columns(EVENTS.c.contribution)
        named = select(CONTRIBUTIONS.c.id).where(CONTRIBUTIONS.c.id.in_(decided))
        return self._scalars(named.order_by(CONTRIBUTIONS.c.sequence))

    def submitted(self) -> list[str]:
        """The identifiers of the contributions that await a decision."""
        return self._scalars(
            select(CONTRIBUTIONS.c.id).where(CONTRIBUTIONS.c.state == State.SUBMITTED)
        )

    def waiting(self, token: str) -> Waiting:
        """The contributions of a token that await a decision."""
        return self.database.read(lambda rows: _waiting(rows, token))

    def comments(self, token: str, now: datetime) -> list[datetime]:
        """The times of the comments of a token in the hour before `now`, sorted; none after it, as of a wrong clock."""
        columns = EVENTS.c
        wanted = (
            columns.by_token == token,
            columns.verb == Verb.COMMENT,
            columns.at > now - HOUR,
            columns.at <= now,
        )
        return self._scalars(select(columns.at).where(*wanted).order_by(columns.at))

    # ------------------------------------------------------------------------------------------------ writing

    def mint(self) -> str:
        """A new identifier, which sorts after those before it."""
        from ulid import ULID  # noqa: PLC0415 - its import takes long, and a server seldom needs it

        fresh = str(ULID())
        last = self.database.read(lambda rows: rows.scalar(select(func.max(CONTRIBUTIONS.c.id))))
        # the clock may have been set back, or differ from that of another machine
        return (
            max(fresh, str(ULID.from_timestamp(ULID.from_str(last).milliseconds + 1)))
            if last
            else fresh
        )

    def add(
        self,
        submission: Submission,
        content: bytes,
        statements: list[Quad],
        report: bytes,
        room: Room = lambda _: None,
    ) -> Contribution:
        """Store a contribution: when this returns, it is on the disk.

        Raises `LedgerError`; nothing is stored then.

        `room` raises where its token has too much that waits. Where a request with its key was
        stored meanwhile, that is returned. A predecessor that is open is superseded at once; raises
        `NotReplaceableError` for one that ended.
        """
        parts = {
            "content": content,
            "statements": serialize_canonical(statements),
            "report": report,
        }
        with self.database.writing() as rows:
            token = submission.sender.token
            if submission.key is not None and (
                known := rows.scalar(_by_key(token, submission.key))
            ):
                return _find(rows, known)
            if submission.supersedes is not None:
                before = _find(rows, submission.supersedes).require_replaceable()
                if before.is_open:
                    event = LedgerEvent(
                        Verb.SUPERSEDE, submission.sender, submission.at, "", submission.id
                    )
                    _append(rows, before, event)
            room(_waiting(rows, token))
            insert_contribution(rows, Contribution(submission), parts)
            if submission.email:
                _ask_confirmation(rows, submission.id, submission.at)
        return Contribution(submission)

    def record(self, contribution: Contribution, event: LedgerEvent) -> Contribution:
        """Store an event. Raises `ConflictError`.

        An acceptance also supersedes the predecessor, in the same transaction.
        """
        with self.database.writing() as rows:
            now = _find(rows, contribution.id)
            if event.verb is not Verb.COMMENT and now.decisions != contribution.decisions:
                raise errors.ConflictError(
                    f"Contribution {contribution.id} was changed meanwhile.", hint="Look again."
                )
            now.require_allows(event)
            after = _append(rows, now, event)
            if (
                event.verb is Verb.ACCEPT
                and (replaced := _replaced(rows, contribution)) is not None
            ):
                supersede(rows, after, replaced.id)
        return after

    @contextmanager
    def deciding(self, wait: float = WAIT) -> Iterator[None]:
        """Lock the ledger for one decision that is checked and recorded, among threads and processes.

        Raises `LedgerBusyError` where it is still locked after `wait` seconds.
        """
        with self.database.lock("decision", wait) as free:
            if not free:
                raise errors.LedgerBusyError(
                    "Another decision is being made.", hint="Try again in a minute."
                )
            yield

    # -------------------------------------------------------------------------------------------------- inside

    def _scalars(self, statement: Select[Any]) -> list[Any]:
        return self.database.read(lambda rows: list(rows.scalars(statement)))

    def _payload(self, contribution: Contribution, part: str, sha256: str | None = None) -> bytes:
        data = self.database.read(lambda rows: read_payload(rows, contribution.id, part))
        if sha256 not in {None, hashlib.sha256(data).hexdigest()}:
            raise _changed(contribution.id, part)
        return data


def read_each(
    read: Callable[[str], Read], identifiers: Iterable[str], damaged: list[errors.DamagedError]
) -> Iterator[Read]:
    """The values of identifiers, without what was deleted meanwhile; errors of damaged rows are added to `damaged`."""
    for identifier in identifiers:
        try:
            yield read(identifier)
        except errors.DamagedError as error:
            damaged.append(error)
        except errors.UnknownContributionError:
            continue


def insert_contribution(
    rows: Connection, contribution: Contribution, parts: dict[str, bytes]
) -> None:
    """Insert a contribution with its payloads and its history."""
    sent = contribution.submission
    values = {key: value for key, value in asdict(sent).items() if key != "sender"}
    values |= agent_values("sender_", sent.sender)
    more = {"size": len(parts["content"]), "state": contribution.state}
    rows.execute(insert(CONTRIBUTIONS).values(**values, **more))
    for part, data in parts.items():
        digest = hashlib.sha256(data).hexdigest()
        rows.execute(
            insert(PAYLOADS).values(contribution=sent.id, part=part, sha256=digest, data=data)
        )
    for event in contribution.events:
        _insert_event(rows, sent.id, event)


def read_payload(rows: Connection, identifier: str, part: str) -> bytes:
    """A payload of a contribution. Raises `DamagedError` where it is missing or was changed."""
    columns = PAYLOADS.c
    here = columns.contribution == identifier, columns.part == part
    found = rows.execute(select(columns.data, columns.sha256).where(*here)).one_or_none()
    # SQLite stores a text as well, where somebody writes one
    if (
        found is None
        or not isinstance(found.data, bytes)
        or hashlib.sha256(found.data).hexdigest() != found.sha256
    ):
        raise _changed(identifier, part)
    return found.data


def supersede(rows: Connection, accepted: Contribution, replaced: str) -> None:
    """Supersede the predecessor of an accepted contribution, if it is still accepted."""
    old, event = _find(rows, replaced), accepted.event(Verb.ACCEPT)
    if event is not None and old.state is State.ACCEPTED:
        ended = LedgerEvent(
            Verb.SUPERSEDE, event.by, event.at, event.reason, accepted.id, event.gone
        )
        _append(rows, old, ended)


def statement_line(quad: Quad) -> str:
    """A statement as a line of N-Quads, without its end.

    It is the same as long as the syntax is.
    """
    return serialize_canonical([quad]).decode().removesuffix("\n")


def is_identifier(name: str) -> bool:
    """Whether a text has the form of an identifier."""
    return _ID.fullmatch(name) is not None


def file_name(name: str) -> str:
    """The stored name of a file that was sent: its last part in letters, digits and `._-`, cut at its start."""
    last = re.split(r"[/\\]", name)[-1]
    kept = _NOT_IN_NAMES.sub("-", last).strip(".-") or "contribution"
    return kept.encode()[-_NAME_BYTES:].decode(errors="ignore")


def _find(rows: Connection, identifier: str) -> Contribution:
    one = select(CONTRIBUTIONS).where(CONTRIBUTIONS.c.id == identifier)
    found = select(EVENTS).where(EVENTS.c.contribution == identifier).order_by(EVENTS.c.sequence)
    try:
        row = rows.execute(one).mappings().one_or_none() if is_identifier(identifier) else None
        if row is None:
            raise errors.unknown_contribution(identifier)
        events = rows.execute(found).mappings().all()
        contribution = Contribution(_submission(row), tuple(map(_event, events)))
    except (ValueError, TypeError) as error:
        raise errors.DamagedError(
            f"The rows of contribution {identifier} are damaged: {error}.", hint=RESTORE
        ) from error
    if (number := contribution.contradiction) is not None:
        verb, history = (
            contribution.events[number - 1].verb,
            f"The history of contribution {identifier} is impossible",
        )
        message = f"{history}: its event {number} is '{verb}', which its state then does not allow."
        raise errors.DamagedError(message, hint=RESTORE)
    if not contribution.was_published:
        return contribution
    decided = max(row["sequence"] for row in events if row["verb"] in PUBLISHING)
    newest = rows.scalar(select(func.max(VERSIONS.c.event))) or 0
    return replace(contribution, pending=decided > newest)


def _last_decision(rows: Connection) -> int:
    # from the end, since servers ask each second: the maximum would be read from all events
    return rows.scalar(DECISIONS.order_by(EVENTS.c.sequence.desc()).limit(1)) or 0


def _replaced(rows: Connection, contribution: Contribution) -> Contribution | None:
    *_, last = [None, *_predecessors(rows, contribution)]
    return last if last is not None and last.was_published else None


def _predecessors(rows: Connection, contribution: Contribution) -> list[Contribution]:
    found = list[Contribution]()
    while (before := contribution.submission.supersedes) is not None and not (
        found and found[-1].was_published
    ):
        found.append(contribution := _find(rows, before))
    return found


def _submission(row: RowMapping) -> Submission:
    names = (
        "id",
        "at",
        "title",
        "language",
        "name",
        "media_type",
        "sha256",
        "key",
        "supersedes",
        "email",
        "spoken",
    )
    return Submission(sender=agent_of(row, "sender_"), **{name: row[name] for name in names})


def _event(row: RowMapping) -> LedgerEvent:
    returned = tuple(Returned(**one) for one in row["returned"])
    by, verb = agent_of(row, "by_"), Verb(row["verb"])
    return LedgerEvent(
        verb, by, row["at"], row["reason"], row["successor"], tuple(row["gone"]), returned
    )


def _append(rows: Connection, contribution: Contribution, event: LedgerEvent) -> Contribution:
    number = _insert_event(rows, contribution.id, event)
    if contribution.submission.email and event.by.iri != contribution.submission.sender.iri:
        _add_notice(rows, contribution.id, number, event.at)
    after = Contribution(contribution.submission, (*contribution.events, event))
    rows.execute(
        update(CONTRIBUTIONS).where(CONTRIBUTIONS.c.id == contribution.id).values(state=after.state)
    )
    return after


def _ask_confirmation(rows: Connection, identifier: str, now: datetime) -> None:
    """Queue a mail with which the address of a contribution is confirmed, in place of one that is queued."""
    queued = (NOTICES.c.contribution == identifier) & (NOTICES.c.event == CONFIRMATION)
    rows.execute(delete(NOTICES).where(queued))
    _add_notice(rows, identifier, CONFIRMATION, now)


def _add_notice(rows: Connection, identifier: str, event: int, now: datetime) -> None:
    values = {"added": now, "due": now, "tries": 0, "error": "", "failed": False}
    rows.execute(insert(NOTICES).values(contribution=identifier, event=event, **values))


def _insert_event(rows: Connection, identifier: str, event: LedgerEvent) -> int:
    values = {key: value for key, value in asdict(event).items() if key != "by"} | agent_values(
        "by_", event.by
    )
    made = rows.execute(
        insert(EVENTS).values(contribution=identifier, **values)
    ).inserted_primary_key
    return int(made[0]) if made else 0


def _by_key(token: str, key: str) -> Select[str]:
    columns = CONTRIBUTIONS.c
    return select(columns.id).where(columns.sender_token == token, columns.key == key)


def _waiting(rows: Connection, token: str) -> Waiting:
    columns = CONTRIBUTIONS.c
    found = select(func.count(), func.coalesce(func.sum(columns.size), 0))
    count, size = rows.execute(
        found.where(columns.sender_token == token, columns.state == State.SUBMITTED)
    ).one()
    return Waiting(count, int(size))


def _changed(identifier: str, part: str) -> errors.DamagedError:
    return errors.DamagedError(
        f"The {part} of contribution {identifier} is missing or was changed.", hint=RESTORE
    )
