"""The index of a ledger: it follows what others write, and opens no more files the longer the ledger is."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree

import pytest

from gcmgraph.contributions.access.quotas import Quotas
from gcmgraph.contributions.contribution import Agent, LedgerEvent, Role, State, Submission, Verb
from gcmgraph.contributions.errors import ConflictError, QuotaError
from gcmgraph.contributions.storage.index import HOUR, LedgerIndex
from gcmgraph.contributions.storage.ledger import Ledger
from gcmgraph.contributions.storage.records import submission_record

SENDER = Agent("0123456789ab", Role.CURATOR, "A Curator", "https://example.org/curator")
NOW = datetime.now(UTC)

OPENED: list[str] = []
_COUNTED: list[Path] = []


def _count(event: str, arguments: tuple[object, ...]) -> None:
    if _COUNTED and event == "open" and str(arguments[0]).startswith(str(_COUNTED[0])):
        OPENED.append(str(arguments[0]))


sys.addaudithook(_count)


def identifier(number: int) -> str:
    return f"01ARZ3NDEKTSV4RRFFQ69{number:05}"


def add(ledger: Ledger, number: int, content: bytes = b"") -> str:
    sent = Submission(identifier(number), SENDER, NOW, "A title", "en", "a.ttl", "text/turtle", "0")
    ledger.add(sent, content, [], b"{}")
    return sent.id


def comment(ledger: Ledger, one: str, at: datetime = NOW) -> None:
    ledger.record(ledger.find(one), LedgerEvent(Verb.COMMENT, SENDER, at, "A comment."))


def generate(folder: Path, count: int) -> None:
    """Contributions that wait, as an older release left them: without a journal."""
    for number in range(count):
        sent = Submission(identifier(number), SENDER, NOW, "A title", "en", "a.ttl", "text/turtle", "0")
        (folder / "box" / sent.id).mkdir(parents=True)
        (folder / "box" / sent.id / "submission.json").write_bytes(submission_record(sent))


def states(index: LedgerIndex) -> list[State]:
    return [entry.state for entry in index.entries()[0]]


def test_an_index_follows_what_other_processes_write(tmp_path: Path) -> None:
    index, other = LedgerIndex(Ledger(tmp_path)), Ledger(tmp_path)
    assert states(index) == []
    first, second = add(other, 1), add(other, 2)
    assert states(index) == [State.SUBMITTED] * 2
    other.record(other.find(first), LedgerEvent(Verb.REJECT, SENDER, NOW, "Because."))
    assert states(index) == [State.REJECTED, State.SUBMITTED]
    rmtree(tmp_path / "box" / second)
    assert states(index) == [State.REJECTED]
    (tmp_path / "journal").unlink()
    add(other, 3)
    assert states(index) == [State.REJECTED, State.SUBMITTED]


def test_a_change_whose_end_is_missing_is_read_each_time(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    index, one = LedgerIndex(ledger), add(ledger, 1)
    index.entries()
    with (tmp_path / "journal").open("a") as journal:
        journal.write(f"+{one}\n")  # by a process that is killed before the end
    assert states(index) == [State.SUBMITTED]
    events = tmp_path / "box" / one / "events"
    other = Ledger(tmp_path / "other")
    add(other, 1)
    other.record(other.find(one), LedgerEvent(Verb.REJECT, SENDER, NOW, "Because."))
    (tmp_path / "other" / "box" / one / "events").rename(events)
    assert states(index) == [State.REJECTED]


@pytest.mark.parametrize("count", [60, pytest.param(12_000, marks=pytest.mark.exhaustive)])
def test_files_are_read_once_however_many_contributions_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    generate(tmp_path, count)
    ledger = Ledger(tmp_path)
    index = LedgerIndex(ledger)
    assert len(index.entries()[0]) == count
    monkeypatch.setattr(sys.modules[__name__], "_COUNTED", [tmp_path / "box"])
    OPENED.clear()
    assert len(index.waiting(SENDER.token)) == count
    assert OPENED == []
    comment(ledger, identifier(7))
    OPENED.clear()
    index.entries()
    assert {Path(file).parts[len(tmp_path.parts) + 1] for file in OPENED} == {identifier(7)}


def test_contributions_and_bytes_that_wait_are_limited(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    index, one = LedgerIndex(ledger), add(ledger, 1, b"x" * 400_000)
    Quotas(contributions=2, megabytes=1).require_room(index, SENDER.token, 600_000)
    with pytest.raises(QuotaError, match=r"1 contributions of this token await a decision; the limit is 1\."):
        Quotas(contributions=1).require_room(index, SENDER.token, 1)
    with pytest.raises(QuotaError, match=r"1\.0 MB of this token would await a decision; the limit is 1 MB\."):
        Quotas(megabytes=1).require_room(index, SENDER.token, 600_001)
    Quotas(contributions=1, megabytes=1).require_room(index, "another", 600_001)
    Quotas(0, 0, 0).require_room(index, SENDER.token, 10**9)
    ledger.record(ledger.find(one), LedgerEvent(Verb.WITHDRAW, SENDER, NOW, "Because."))
    Quotas(contributions=1, megabytes=1).require_room(index, SENDER.token, 600_001)


def test_comments_of_an_hour_are_limited_on_all_contributions_together(tmp_path: Path) -> None:
    ledger, quotas = Ledger(tmp_path), Quotas(comments=2)
    index, first, second = LedgerIndex(ledger), add(ledger, 1), add(ledger, 2)
    comment(ledger, first, NOW - timedelta(minutes=40))
    quotas.require_comment(index, SENDER.token, NOW)
    comment(ledger, second, NOW - timedelta(minutes=10))
    with pytest.raises(QuotaError) as caught:
        quotas.require_comment(index, SENDER.token, NOW)
    assert caught.value.retry_after == 20 * 60
    quotas.require_comment(index, "another", NOW)
    quotas.require_comment(index, SENDER.token, NOW + timedelta(minutes=21))
    quotas.require_comment(index, SENDER.token, NOW - HOUR)  # the clock was set back


def test_an_event_that_is_refused_ends_its_change(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    one = ledger.find(add(ledger, 1))
    comment(ledger, one.id)
    with pytest.raises(ConflictError):
        ledger.record(one, LedgerEvent(Verb.COMMENT, SENDER, NOW, "At once."))
    assert (tmp_path / "journal").read_text().count("+") == (tmp_path / "journal").read_text().count("-")


def test_identifiers_follow_each_other_where_the_clock_is_set_back(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    sent = Submission("7ZZZZZZZ00KTSV4RRFFQ69G5FA", SENDER, NOW, "A title", "en", "a.ttl", "text/turtle", "0")
    ledger.add(sent, b"", [], b"{}")
    assert ledger.mint() > sent.id
