"""Long and damaged histories: an error of one contribution alone, and nothing that was published is lost."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from desk import Desk, practice
from sqlalchemy import text

from gcmgraph.cli.group import main
from gcmgraph.contributions import ledger as ledger_module
from gcmgraph.contributions.contribution import ConflictError, Contribution, DamagedError, State

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


def test_changed_rows_are_an_error_of_their_contribution_alone(desk: Desk) -> None:
    damaged = [desk.accepted(practice(f"n{number}", "One")) for number, _ in enumerate(CHANGES)]
    for contribution, (statement, message) in zip(damaged, CHANGES.items(), strict=True):
        change(desk, contribution, statement)
        with pytest.raises(DamagedError, match=message):
            desk.ledger.find(contribution.id)
    other = desk.accepted(practice("other", "Other"))
    listed = CliRunner().invoke(main, ["contribution", "list", "--contributions", str(desk.folder)])
    assert listed.exit_code == 1
    assert other.id in listed.stdout
    assert [contribution.id in line for contribution, line in zip(damaged, listed.stderr.splitlines(), strict=True)]


def test_build_and_verify_report_changed_payloads(desk: Desk) -> None:
    damaged = [desk.accepted(practice(f"n{number}", "One")) for number, _ in enumerate(PAYLOADS)]
    before = desk.store.current_version()
    for contribution, statement in zip(damaged, PAYLOADS, strict=True):
        change(desk, contribution, statement)
    nothing = str(desk.folder.parent / "nothing")  # not what the working folder may have fetched or imported
    folders = ["--root", str(desk.repository.root), "--store", str(desk.store.path)]
    folders += ["--contributions", str(desk.folder), "--imports", nothing]
    result = CliRunner().invoke(main, ["build", "--quiet", *folders, "--sources", nothing])
    assert (result.exit_code, desk.store.current_version()) == (1, before), result.output
    *named, outcome = result.stderr.splitlines()
    assert outcome == "Nothing was stored; the current version is unchanged."
    assert [contribution.id in line for contribution, line in zip(damaged[:2], named, strict=True)] == [True] * 2
    verified = CliRunner().invoke(main, ["verify", *folders])
    assert verified.exit_code == 1
    for contribution, message in zip(damaged, PAYLOADS.values(), strict=True):
        (line,) = [line for line in verified.stdout.splitlines() if f"{contribution.id} is damaged" in line]
        assert message in line


def test_contribution_with_a_changed_payload_is_not_accepted(desk: Desk) -> None:
    sent = desk.sent(practice())
    change(desk, sent, next(iter(PAYLOADS)))
    with pytest.raises(DamagedError, match="missing or was changed"):
        desk.service.accept(sent.id, desk.curator, "Right.")
    assert desk.ledger.find(sent.id).state is State.SUBMITTED
    assert desk.ledger.pending() == []
