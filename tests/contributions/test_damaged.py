"""Long and damaged histories: an error of one contribution alone, and nothing that was published is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk import Desk, practice

from gcmgraph.cli.group import main
from gcmgraph.contributions.contribution import Contribution, LedgerEvent, State, Verb
from gcmgraph.contributions.errors import ConflictError, DamagedError
from gcmgraph.contributions.storage import ledger as ledger_module
from gcmgraph.contributions.storage.records import event_record


def events(desk: Desk, contribution: Contribution) -> Path:
    return desk.ledger.folder / "box" / contribution.id / "events"


def write_events(desk: Desk, contribution: Contribution, verbs: list[Verb]) -> None:
    """Write a history as an older release did, which had no limit of comments."""
    folder = events(desk, contribution)
    folder.mkdir(exist_ok=True)
    for number, verb in enumerate(verbs, start=1):
        event = LedgerEvent(verb, desk.curator, contribution.submission.at, "")
        (folder / f"{number:04}.json").write_bytes(event_record(event))


def test_a_history_of_more_than_ten_thousand_events_is_read_in_its_order(desk: Desk) -> None:
    sent = desk.sent(practice())
    comments = [Verb.COMMENT] * 9_999
    write_events(desk, sent, [*comments[:1_000], Verb.ACCEPT, *comments[1_000:], Verb.WITHDRAW])
    found = desk.ledger.find(sent.id)
    assert (found.state, found.events[1_000].verb, found.events[-1].verb) == (
        State.WITHDRAWN,
        Verb.ACCEPT,
        Verb.WITHDRAW,
    )
    with pytest.raises(ConflictError, match="1,000 comments, which is the limit"):
        desk.service.comment(sent.id, desk.sender, "One more.")


@pytest.mark.parametrize("decision", ["accept", "reject", "withdraw"])
def test_comments_have_a_limit_that_leaves_decisions_possible(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, decision: str
) -> None:
    monkeypatch.setattr(ledger_module, "MAX_COMMENTS", 2)
    sent = desk.sent(practice())
    for words in ("One.", "Two."):
        desk.service.comment(sent.id, desk.sender, words)
    with pytest.raises(ConflictError, match="2 comments, which is the limit"):
        desk.service.comment(sent.id, desk.curator, "Three.")
    decided = getattr(desk.service, decision)(sent.id, desk.curator, "Because.")
    assert decided.state is not State.SUBMITTED


def lose_the_first(folder: Path) -> None:
    (folder / "0001.json").unlink()


def cut_the_first(folder: Path) -> None:
    (folder / "0001.json").write_bytes((folder / "0001.json").read_bytes()[:20])


def exchange_the_first_two(folder: Path) -> None:
    (folder / "0001.json").rename(folder / "other")
    (folder / "0002.json").rename(folder / "0001.json")
    (folder / "other").rename(folder / "0002.json")


def repeat_the_second(folder: Path) -> None:
    (folder / "2.json").write_bytes((folder / "0002.json").read_bytes())


def lose_the_statements(folder: Path) -> None:
    (folder.parent / "statements.nq").unlink()


def change_the_statements(folder: Path) -> None:
    (folder.parent / "statements.nq").write_bytes(b"<https://example.org/a> ?")


HISTORIES = [
    (lose_the_first, "event 1 of contribution .* is missing"),
    (cut_the_first, "0001.json is damaged"),
    (exchange_the_first_two, "0001.json is damaged: it has|0001.json is damaged: it differs"),
    (repeat_the_second, "has a second event 2"),
]


@pytest.mark.parametrize(("damage", "says"), HISTORIES)
def test_an_impossible_history_is_an_error_of_its_contribution_alone(
    desk: Desk, damage: Callable[[Path], None], says: str
) -> None:
    damaged = desk.accepted(practice("one", "One"))
    desk.service.withdraw(damaged.id, desk.sender, "Wrong.")
    damage(events(desk, damaged))
    with pytest.raises(DamagedError, match=says):
        desk.ledger.find(damaged.id)
    desk.ledger.mark_pending(damaged.id)
    other = desk.accepted(practice("two", "Two"))
    assert desk.ledger.pending() == [damaged.id]
    listed = CliRunner().invoke(main, ["contribution", "list", "--contributions", str(desk.ledger.folder)])
    assert listed.exit_code == 1
    assert other.id in listed.stdout
    assert damaged.id in listed.stderr
    assert len(listed.stderr.splitlines()) == 1


def test_a_history_that_no_release_writes_is_refused(desk: Desk) -> None:
    sent = desk.sent(practice())
    write_events(desk, sent, [Verb.WITHDRAW, Verb.ACCEPT])
    with pytest.raises(DamagedError, match="its event 2 is 'accept'"):
        desk.ledger.find(sent.id)


@pytest.mark.parametrize("damage", [lose_the_first, lose_the_statements, change_the_statements])
def test_a_build_stops_at_a_damaged_contribution(desk: Desk, damage: Callable[[Path], None]) -> None:
    accepted = desk.accepted(practice("one", "One"))
    desk.accepted(practice("two", "Two"))
    before = desk.store.current_version()
    damage(events(desk, accepted))
    folders = ("--root", desk.repository.root, "--store", desk.store.path, "--contributions", desk.ledger.folder)
    fetched = desk.ledger.folder.parent / "nothing"  # not what the working folder may have fetched or imported
    folders += ("--sources", fetched, "--imports", fetched)
    result = CliRunner().invoke(main, ["build", "--quiet", *map(str, folders)])
    assert (result.exit_code, desk.store.current_version()) == (1, before), result.output
    named, outcome = result.stderr.splitlines()
    assert accepted.id in named
    assert outcome == "Nothing was stored; the current version is unchanged."


def test_a_decision_that_cannot_be_published_is_reported(desk: Desk) -> None:
    sent = desk.sent(practice())
    lose_the_statements(events(desk, sent))
    with pytest.raises(DamagedError, match="is stored, but not published"):
        desk.service.accept(sent.id, desk.curator, "Right.")
    assert desk.ledger.find(sent.id).state is State.ACCEPTED
    assert desk.ledger.pending() == [sent.id]
