"""Rows of contributions with their payloads, events and notices, read and written within a transaction."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, Select, delete, exists, func, insert, select, update

from gcmgraph.contributions.columns import agent_of, agent_values
from gcmgraph.contributions.contribution import (
    PUBLISHING,
    RESTORE,
    Contribution,
    LedgerEvent,
    Returned,
    State,
    Submission,
    Verb,
    damaged_part,
)
from gcmgraph.contributions.tables import (
    CONFIRMATION,
    CONTRIBUTIONS,
    EVENTS,
    NOTICES,
    PAYLOADS,
    VERSIONS,
)
from gcmgraph.platform.errors import DamagedError, unknown_contribution

#: Columns of a contribution that are attributes of its submission, besides the sender.
_SUBMISSION = (
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

_IDENTIFIER = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")

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


@dataclass(frozen=True)
class Waiting:
    """Contributions of a token that await a decision, and their bytes."""

    count: int
    bytes: int


def is_identifier(name: str) -> bool:
    """Whether a text has the form of an identifier (ULID).

    >>> is_identifier("01JDZ3V4Q8K7M2N5P9R1S6T0WX")
    True
    """
    return _IDENTIFIER.fullmatch(name) is not None


def find_contribution(rows: Connection, identifier: str) -> Contribution:
    """The contribution of an identifier. Raises `UnknownContributionError`, `DamagedError`."""
    if not is_identifier(identifier):
        raise unknown_contribution(identifier)
    by_identifier = select(CONTRIBUTIONS).where(CONTRIBUTIONS.c.id == identifier)
    history = select(EVENTS).where(EVENTS.c.contribution == identifier)
    try:
        row = rows.execute(by_identifier).mappings().one_or_none()
        if row is None:
            raise unknown_contribution(identifier)
        event_rows = rows.execute(history.order_by(EVENTS.c.sequence)).mappings().all()
        contribution = Contribution(_submission(row), tuple(map(event_of, event_rows)))
    except (ValueError, TypeError) as error:
        raise DamagedError(
            f"The rows of contribution {identifier} are damaged: {error}.", hint=RESTORE
        ) from error
    number = contribution.contradiction
    if number is not None:
        verb = contribution.events[number - 1].verb
        history_text = f"The history of contribution {identifier} is impossible"
        message = (
            f"{history_text}: its event {number} is '{verb}', which its state then does not allow."
        )
        raise DamagedError(message, hint=RESTORE)
    if not contribution.was_published:
        return contribution
    decided = max(row["sequence"] for row in event_rows if row["verb"] in PUBLISHING)
    newest = rows.scalar(select(func.max(VERSIONS.c.event))) or 0
    return replace(contribution, pending=decided > newest)


def find_predecessors(rows: Connection, contribution: Contribution) -> list[Contribution]:
    """The contributions whose place a contribution took, the last one first, up to one that was accepted.

    Example. A was accepted, B is to take its place, and C corrects B: those of C are B and A.
    """
    predecessors: list[Contribution] = []
    identifier = contribution.submission.supersedes
    while identifier is not None:
        predecessor = find_contribution(rows, identifier)
        predecessors.append(predecessor)
        if predecessor.was_published:
            break
        identifier = predecessor.submission.supersedes
    return predecessors


def find_replaced(rows: Connection, contribution: Contribution) -> Contribution | None:
    """The last of the predecessors, if that was accepted once: the one whose statements are replaced."""
    predecessors = find_predecessors(rows, contribution)
    if not predecessors:
        return None
    earliest = predecessors[-1]
    return earliest if earliest.was_published else None


def identifier_with_key(token: str, key: str) -> Select[str]:
    """The identifier of the contribution that was sent with a token and a key."""
    columns = CONTRIBUTIONS.c
    return select(columns.id).where(columns.sender_token == token, columns.key == key)


def last_decision(rows: Connection) -> int:
    """The number of the last event that may change what is published; 0 where there is none."""
    # from the end, since servers ask each second: the maximum would be read from all events
    return rows.scalar(DECISIONS.order_by(EVENTS.c.sequence.desc()).limit(1)) or 0


def waiting_of(rows: Connection, token: str) -> Waiting:
    """The contributions of a token that await a decision."""
    columns = CONTRIBUTIONS.c
    totals = select(func.count(), func.coalesce(func.sum(columns.size), 0))
    submitted = totals.where(columns.sender_token == token, columns.state == State.SUBMITTED)
    count, size = rows.execute(submitted).one()
    return Waiting(count, int(size))


def read_payload(rows: Connection, identifier: str, part: str) -> bytes:
    """A payload of a contribution. Raises `DamagedError` where it is missing or was changed."""
    columns = PAYLOADS.c
    payload = select(columns.data, columns.sha256).where(
        columns.contribution == identifier, columns.part == part
    )
    row = rows.execute(payload).one_or_none()
    # SQLite stores a text as well, where somebody writes one
    if (
        row is None
        or not isinstance(row.data, bytes)
        or hashlib.sha256(row.data).hexdigest() != row.sha256
    ):
        raise damaged_part(identifier, part)
    return row.data


def event_of(row: RowMapping) -> LedgerEvent:
    """The event in a row. Raises `ValueError`, `TypeError`."""
    return LedgerEvent(
        Verb(row["verb"]),
        agent_of(row, "by_"),
        row["at"],
        row["reason"],
        row["successor"],
        tuple(row["gone"]),
        tuple(Returned(**members) for members in row["returned"]),
    )


def _submission(row: RowMapping) -> Submission:
    return Submission(sender=agent_of(row, "sender_"), **{name: row[name] for name in _SUBMISSION})


def insert_contribution(
    rows: Connection, contribution: Contribution, payloads: dict[str, bytes]
) -> None:
    """Insert a contribution with its payloads by part, and its history."""
    submission = contribution.submission
    values = asdict(submission)
    del values["sender"]
    rows.execute(
        insert(CONTRIBUTIONS).values(
            **values,
            **agent_values("sender_", submission.sender),
            size=len(payloads["content"]),
            state=contribution.state,
        )
    )
    for part, data in payloads.items():
        digest = hashlib.sha256(data).hexdigest()
        rows.execute(
            insert(PAYLOADS).values(contribution=submission.id, part=part, sha256=digest, data=data)
        )
    for event in contribution.events:
        _insert_event(rows, submission.id, event)


def append_event(rows: Connection, contribution: Contribution, event: LedgerEvent) -> Contribution:
    """Store an event of a contribution with the state after it, and queue a notice to the sender.

    The contribution with the event.
    """
    number = _insert_event(rows, contribution.id, event)
    submission = contribution.submission
    if submission.email and event.by.iri != submission.sender.iri:
        _queue_notice(rows, contribution.id, number, event.at)
    after = Contribution(submission, (*contribution.events, event))
    rows.execute(
        update(CONTRIBUTIONS).where(CONTRIBUTIONS.c.id == contribution.id).values(state=after.state)
    )
    return after


def supersede(rows: Connection, successor: Contribution, identifier: str) -> None:
    """Supersede the predecessor of an accepted contribution, if the predecessor is still accepted."""
    predecessor = find_contribution(rows, identifier)
    acceptance = successor.event(Verb.ACCEPT)
    if acceptance is None or predecessor.state is not State.ACCEPTED:
        return
    event = replace(acceptance, verb=Verb.SUPERSEDE, successor=successor.id, returned=())
    append_event(rows, predecessor, event)


def queue_confirmation(rows: Connection, identifier: str, now: datetime) -> None:
    """Queue a mail with which the address of a contribution is confirmed, in place of one that is queued."""
    queued = (NOTICES.c.contribution == identifier) & (NOTICES.c.event == CONFIRMATION)
    rows.execute(delete(NOTICES).where(queued))
    _queue_notice(rows, identifier, CONFIRMATION, now)


def _queue_notice(rows: Connection, identifier: str, event: int, now: datetime) -> None:
    """Queue a notice of an event by its number, which is due now."""
    rows.execute(
        insert(NOTICES).values(
            contribution=identifier,
            event=event,
            added=now,
            due=now,
            tries=0,
            error="",
            failed=False,
        )
    )


def _insert_event(rows: Connection, identifier: str, event: LedgerEvent) -> int:
    """Insert an event, and return its number."""
    values = asdict(event)
    del values["by"]
    values |= agent_values("by_", event.by)
    statement = insert(EVENTS).values(contribution=identifier, **values)
    primary_key = rows.execute(statement).inserted_primary_key
    return int(primary_key[0]) if primary_key else 0
