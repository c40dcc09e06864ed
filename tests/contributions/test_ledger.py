"""Ledger in its database: what others write, limits, order, and writers at the same time.

See `databases`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from desk import Desk, practice
from sqlalchemy import text

from gcmgraph.contributions import contribution as contribution_module
from gcmgraph.contributions.access import Invitations, Tokens
from gcmgraph.contributions.contribution import (
    Agent,
    Contribution,
    LedgerEvent,
    Role,
    State,
    Submission,
    Verb,
)
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import HOUR, Ledger
from gcmgraph.contributions.ledger_rows import Waiting
from gcmgraph.contributions.quotas import AddressCounts, Quotas
from gcmgraph.contributions.recorded_versions import RecordedVersion, RecordedVersions
from gcmgraph.platform.errors import ConflictError, DamagedError, LedgerBusyError, QuotaError
from program import run_here as run

SENDER = Agent("0123456789ab", Role.CURATOR, "A Curator", "https://example.org/curator")
NOW = datetime.now(UTC)


def submission(number: int, **values: str) -> Submission:
    identifier = f"01ARZ3NDEKTSV4RRFFQ69{number:05}"
    return Submission(
        identifier, SENDER, NOW, "A title", "en", "a.ttl", "text/turtle", "0", **values
    )


def add(ledger: Ledger, number: int, content: bytes = b"") -> str:
    return ledger.add(submission(number), content, b"", b"{}").id


def comment(ledger: Ledger, one: str, at: datetime = NOW) -> None:
    ledger.record(ledger.find(one), LedgerEvent(Verb.COMMENT, SENDER, at, "A comment."))


def event(verb: Verb) -> LedgerEvent:
    return LedgerEvent(verb, SENDER, NOW, "Because.")


def test_writes_of_another_process_are_read(
    database: Database, reopened: Callable[[], Database]
) -> None:
    ledger, other = Ledger(database), Ledger(reopened())
    assert ledger.identifiers() == []
    first, second = add(other, 2), add(other, 1)  # by another clock
    assert ledger.identifiers() == [first, second]
    other.record(other.find(first), event(Verb.REJECT))
    assert [ledger.find(one).state for one in (first, second)] == [State.REJECTED, State.SUBMITTED]
    assert ledger.listed(SENDER, None, oldest_first=False, offset=0, limit=1) == ([second], 2)
    assert ledger.listed(None, None, oldest_first=False, offset=0, limit=1) == ([], 0)


def test_contributions_and_bytes_that_wait_are_limited(database: Database) -> None:
    ledger = Ledger(database)
    one = add(ledger, 1, b"x" * 400_000)
    waiting = ledger.waiting(SENDER.token)
    assert (waiting, ledger.waiting("another")) == (Waiting(1, 400_000), Waiting(0, 0))
    Quotas(contributions=2, megabytes=1).require_room(waiting, 600_000)
    with pytest.raises(
        QuotaError, match=r"1 contributions of this token await a decision; the limit is 1\."
    ):
        Quotas(contributions=1).require_room(waiting, 1)
    with pytest.raises(
        QuotaError, match=r"1\.0 MB of this token would await a decision; the limit is 1 MB\."
    ):
        Quotas(megabytes=1).require_room(waiting, 600_001)
    Quotas(0, 0, 0).require_room(waiting, 10**9)
    ledger.record(ledger.find(one), event(Verb.WITHDRAW))
    assert ledger.waiting(SENDER.token) == Waiting(0, 0)


def test_comments_of_an_hour_are_limited_on_all_contributions_together(database: Database) -> None:
    ledger, quotas = Ledger(database), Quotas(comments=2)
    first, second = add(ledger, 1), add(ledger, 2)
    comment(ledger, first, NOW - timedelta(minutes=40))
    quotas.require_comment(ledger.comments(SENDER.token, NOW), NOW)
    comment(ledger, second, NOW - timedelta(minutes=10))
    with pytest.raises(QuotaError) as caught:
        quotas.require_comment(ledger.comments(SENDER.token, NOW), NOW)
    assert caught.value.retry_after == 20 * 60
    assert ledger.comments("another", NOW) == []
    assert len(ledger.comments(SENDER.token, NOW + timedelta(minutes=21))) == 1
    assert ledger.comments(SENDER.token, NOW - HOUR) == []  # the clock was set back


def test_decision_on_a_stale_contribution_is_a_conflict_and_a_comment_is_not(
    database: Database,
) -> None:
    ledger = Ledger(database)
    stale = ledger.find(add(ledger, 1))
    comment(ledger, stale.id)
    assert ledger.record(stale, event(Verb.REJECT)).comments == 1
    with pytest.raises(ConflictError, match="was changed meanwhile"):
        ledger.record(stale, event(Verb.ACCEPT))
    assert ledger.record(stale, event(Verb.COMMENT)).state is State.REJECTED


def test_identifiers_and_events_follow_each_other_where_the_clock_is_set_back(
    database: Database,
) -> None:
    ledger = Ledger(database)
    sent = Submission(
        "7ZZZZZZZ00KTSV4RRFFQ69G5FA", SENDER, NOW, "A title", "en", "a.ttl", "text/turtle", "0"
    )
    ledger.add(sent, b"", b"", b"{}")
    assert ledger.mint() > sent.id
    for days, verb in enumerate((Verb.APPROVE, Verb.ACCEPT, Verb.WITHDRAW)):
        at = NOW - timedelta(days=days)
        ledger.record(ledger.find(sent.id), LedgerEvent(verb, SENDER, at, "Because."))
    assert [one.verb for one in ledger.find(sent.id).events] == [
        Verb.APPROVE,
        Verb.ACCEPT,
        Verb.WITHDRAW,
    ]


def test_equal_requests_at_once_store_one_contribution_and_one_decision(
    database: Database, reopened: Callable[[], Database]
) -> None:
    ledgers = [Ledger(database), *(Ledger(reopened()) for _ in range(3))]

    def send(number: int) -> str:
        return ledgers[number % 4].add(submission(number, key="the key"), b"", b"", b"{}").id

    def accept(ledger: Ledger) -> bool:
        try:
            ledger.record(stale, event(Verb.ACCEPT))
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        (identifier,) = set(pool.map(send, range(16)))
        assert ledgers[0].identifiers() == [identifier]
        stale = ledgers[0].find(identifier)
        assert sum(pool.map(accept, ledgers * 2)) == 1
    assert [one.pending() for one in ledgers] == [[identifier]] * 4


def test_redemptions_at_once_give_one_token(
    database: Database, reopened: Callable[[], Database]
) -> None:
    invitation, _ = Invitations(database).create(Role.CURATOR, "A", "https://example.org/a", 1)
    all_ = [Invitations(database), Invitations(reopened())] * 3

    def redeem(invitations: Invitations) -> str | None:
        try:
            return invitations.redeem(invitation)
        except ConflictError:
            return None

    with ThreadPoolExecutor(6) as pool:
        (text,) = [found for found in pool.map(redeem, all_) if found]
    assert Tokens(database).holder(text) is not None
    assert len(Tokens(database).all()) == 1


def test_invalid_tokens_of_an_address_are_limited_over_all_servers(
    database: Database, reopened: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = (AddressCounts(one, "tokens", 3, 60) for one in (database, reopened()))
    other = AddressCounts(database, "remarks", 3, 60)
    monkeypatch.setattr("time.time", lambda: 600.0)
    assert [counts.add("2001:db8::1") for counts in (here, there, here, there)] == [0, 0, 0, 60]
    assert here.add("2001:db8::2") == 60  # of the same network
    assert [here.add("192.0.2.1"), other.add("2001:db8::1")] == [0, 0]
    monkeypatch.setattr("time.time", lambda: 661.0)
    assert here.add("2001:db8::1") == 0
    with database.reading() as rows:
        stored = rows.exec_driver_sql(
            "SELECT subject, period, address FROM counts ORDER BY 1"
        ).all()
    assert [(subject, period) for subject, period, _ in stored] == [
        ("remarks", 10),
        ("tokens", 11),
    ]  # no ended period
    assert "2001:db8" not in str(stored)


def test_decisions_wait_for_each_other(
    database: Database, reopened: Callable[[], Database]
) -> None:
    ledger, other = Ledger(database), Ledger(reopened())
    identifier = add(ledger, 1)
    with ledger.deciding():
        with pytest.raises(LedgerBusyError, match="Another decision"), other.deciding(wait=0.1):
            pass
        comment(other, identifier)
    with other.deciding(wait=0.1):
        assert ledger.record(ledger.find(identifier), event(Verb.ACCEPT)).state is State.ACCEPTED


def test_decisions_are_pending_until_a_version_contains_them(database: Database) -> None:
    ledger, versions = Ledger(database), RecordedVersions(database)
    assert ledger.last_decision() == 0
    waiting, accepted, withdrawn = (add(ledger, number) for number in (1, 2, 3))
    comment(ledger, accepted)
    ledger.record(ledger.find(withdrawn), event(Verb.WITHDRAW))
    assert (ledger.last_decision(), ledger.pending()) == (
        0,
        [],
    )  # nothing of it is or was published
    ledger.record(ledger.find(accepted), event(Verb.ACCEPT))
    last = ledger.last_decision()
    comment(ledger, waiting)
    assert (ledger.last_decision(), ledger.pending()) == (last, [accepted])
    assert ledger.find(accepted).pending
    assert [one.id for one in ledger.decided_after(0).contributions] == [accepted]
    assert ledger.decided_after(last).contributions == ()
    assert [one.id for one in ledger.decided_after(last, [accepted]).contributions] == [accepted]
    versions.add(RecordedVersion("here", last, "v1", NOW, {}))
    assert (ledger.pending(), ledger.find(accepted).pending) == ([], False)
    ledger.record(ledger.find(accepted), event(Verb.WITHDRAW))
    assert ledger.pending() == [accepted]


def test_version_of_a_store_is_recorded_once(database: Database) -> None:
    versions = RecordedVersions(database)
    made = [
        RecordedVersion("here", 1, name, NOW, {"release": "1"}) for name in ("a", "a", "b", "a")
    ]
    for version in made:
        versions.add(version)
    versions.add(RecordedVersion("there", 2, "c", NOW, {}))
    assert versions.last("here") == made[-1]
    with database.reading() as rows:
        assert rows.exec_driver_sql("SELECT count(*) FROM versions").scalar() == 4


#: Rejects what was accepted.
REJECTED = """
INSERT INTO events (verb, contribution, at, by_token, by_role, by_name, by_iri, reason, gone, returned)
SELECT 'reject', contribution, at, by_token, by_role, by_name, by_iri, reason, gone, returned
FROM events WHERE contribution = :id"""


#: Changes of rows by hand, and the error of the contribution.
CHANGES = {
    REJECTED: "event 2 is 'reject'",
    "UPDATE events SET verb = 'published' WHERE contribution = :id": "rows of contribution .* are damaged",
    "UPDATE events SET at = 'today' WHERE contribution = :id": "rows of contribution .* are damaged",
    "UPDATE contributions SET sender_role = 'king' WHERE id = :id": "rows of contribution .* are damaged",
}

#: The same for payloads.
PAYLOADS = {
    "DELETE FROM payloads WHERE contribution = :id AND part = 'statements'": "The statements of contribution",
    "UPDATE payloads SET data = X'3C' WHERE contribution = :id AND part = 'statements'": "The statements of",
    "UPDATE payloads SET data = X'3C' WHERE contribution = :id AND part = 'content'": "The content of contribution",
    "UPDATE contributions SET sha256 = 'abc' WHERE id = :id": "The content of contribution",
}


def change(desk: Desk, contribution: Contribution, statement: str) -> None:
    with desk.ledger.database.writing() as rows:
        rows.execute(text(statement), {"id": contribution.id})


def test_comments_have_a_limit_that_leaves_decisions_possible(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contribution_module, "MAX_COMMENTS", 2)
    for decide in (desk.service.reject, desk.service.withdraw, desk.service.accept):
        sent = desk.sent(practice())
        for words in ("One.", "Two."):
            desk.service.comment(sent.id, desk.sender, words)
        with pytest.raises(ConflictError, match="2 comments, which is the limit"):
            desk.service.comment(sent.id, desk.curator, "Three.")
        assert decide(sent.id, desk.curator, "Because.").state is not State.SUBMITTED


def decided(desk: Desk, slug: str) -> Contribution:
    """A contribution that was accepted, and that no version has."""
    return desk.ledger.record(desk.sent(practice(slug, slug)), event(Verb.ACCEPT))


def test_changed_rows_are_an_error_of_their_contribution_alone(desk: Desk) -> None:
    damaged = [decided(desk, f"n{number}") for number, _ in enumerate(CHANGES)]
    for contribution, (statement, message) in zip(damaged, CHANGES.items(), strict=True):
        change(desk, contribution, statement)
        with pytest.raises(DamagedError, match=message):
            desk.ledger.find(contribution.id)
    other = decided(desk, "other")
    listed = run("contribution", "list", "--contributions", desk.folder)
    assert listed.exit_code == 1
    assert other.id in listed.stdout
    assert [
        contribution.id in line
        for contribution, line in zip(damaged, listed.stderr.splitlines(), strict=True)
    ]


def test_build_and_verify_report_changed_payloads(desk: Desk) -> None:
    damaged = [decided(desk, f"n{number}") for number, _ in enumerate(PAYLOADS)]
    before = desk.store.current_version()
    for contribution, statement in zip(damaged, PAYLOADS, strict=True):
        change(desk, contribution, statement)
    nothing = (
        desk.folder.parent / "nothing"
    )  # not what the working folder may have fetched or imported
    folders = (
        "--root",
        desk.repository.root,
        "--store",
        desk.store.path,
        "--contributions",
        desk.folder,
    )
    result = run("build", "--quiet", *folders, "--imports", nothing, "--sources", nothing)
    assert (result.exit_code, desk.store.current_version()) == (1, before), result.output
    *named, outcome = result.stderr.splitlines()
    assert outcome == "Nothing was stored; the current version is unchanged."
    assert [
        contribution.id in line for contribution, line in zip(damaged[:2], named, strict=True)
    ] == [True] * 2
    verified = run("verify", *folders, "--imports", nothing)
    assert verified.exit_code == 1
    for contribution, message in zip(damaged, PAYLOADS.values(), strict=True):
        (line,) = [
            line for line in verified.stdout.splitlines() if f"{contribution.id} is damaged" in line
        ]
        assert message in line


def test_contribution_with_a_changed_payload_is_not_accepted(desk: Desk) -> None:
    sent = desk.sent(practice())
    change(desk, sent, next(iter(PAYLOADS)))
    with pytest.raises(DamagedError, match="missing or was changed"):
        desk.service.accept(sent.id, desk.curator, "Right.")
    assert desk.ledger.find(sent.id).state is State.SUBMITTED
    assert desk.ledger.pending() == []
