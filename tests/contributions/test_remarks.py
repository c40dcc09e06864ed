"""Remarks of readers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.remarks import (
    CuratorAnswer,
    Outcome,
    Remark,
    RemarkBox,
    RemarkedStatement,
    RemarkState,
)
from gcmgraph.platform.errors import (
    ConflictError,
    DamagedError,
    QuotaError,
    UnknownContributionError,
)
from program import run_here as run

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
CURATOR = Agent("0" * 12, Role.CURATOR, "Curator", "https://example.org/curator")
STATEMENT = RemarkedStatement(
    "https://e.org/s", "https://e.org/p", "o", "https://e.org/g", language="en"
)
REMARK = Remark(
    "", NOW, "/doc/country/AFG", "Wrong.", "Right.", "A book.", "a@example.org", "fr", STATEMENT
)
ANSWER = CuratorAnswer(Outcome.ANSWER, CURATOR, NOW, "Corrected.")


@pytest.fixture
def box(database: Database) -> RemarkBox:
    return RemarkBox(database, 3)


def test_remark_and_its_answer_are_read_back_as_stored(box: RemarkBox) -> None:
    made = box.add(REMARK)
    assert box.find(made.id) == replace(REMARK, id=made.id)
    assert box.find(made.id).state is RemarkState.RECEIVED
    assert box.identifiers(RemarkState.RECEIVED) == [made.id]
    assert box.answer(made.id, ANSWER) == box.find(made.id)
    assert box.find(made.id).answer == ANSWER
    assert box.identifiers(RemarkState.RECEIVED) == []
    assert (box.counts().waiting, box.counts().answered) == (0, 1)
    with pytest.raises(ConflictError):
        box.answer(made.id, ANSWER)


def test_remarks_above_the_limit_of_waiting_ones_are_refused(box: RemarkBox) -> None:
    made = [box.add(REMARK) for _ in range(3)]
    with pytest.raises(QuotaError, match="3 remarks of readers await an answer; the limit is 3"):
        box.add(REMARK)
    box.answer(made[0].id, ANSWER)
    assert box.add(REMARK).id in box.identifiers(RemarkState.RECEIVED)


def test_damaged_row_is_an_error_of_its_remark_alone(database: Database) -> None:
    box = RemarkBox(database, 9)
    other = box.add(REMARK)
    for change in ("remark = '{}'", "remark = '3'", 'answer = \'{"outcome": "maybe"}\''):
        made = box.add(REMARK)
        box.answer(made.id, ANSWER)
        with database.writing() as rows:
            rows.exec_driver_sql(f"UPDATE remarks SET {change} WHERE id = '{made.id}'")  # noqa: S608 - of this test
        with pytest.raises(DamagedError):
            box.find(made.id)
        damaged: list[DamagedError] = []
        assert list(box.readable(box.identifiers(), damaged)) == [box.find(other.id)]
        assert len(damaged) == 1
        box.delete(made.id)
    assert box.identifiers() == [other.id]


def test_deleted_remark_leaves_no_traces(box: RemarkBox, tmp_path: Path) -> None:
    made = box.add(REMARK)
    box.delete(made.id)
    with pytest.raises(UnknownContributionError):
        box.find(made.id)
    with pytest.raises(UnknownContributionError):
        box.delete("../tokens")
    assert not [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and b"a@example.org" in path.read_bytes()
    ]


def test_remark_is_shown_closed_and_deleted_on_the_command_line(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    box = RemarkBox(Database(ledger))
    made, other = box.add(REMARK), box.add(REMARK)
    token = run(
        "contribution", "create-token", "curator", "C", "https://e.org/c", "--contributions", ledger
    ).stdout.strip()
    shown = run("feedback", "show", made.id, "--contributions", ledger).stdout
    assert "email: a@example.org" in shown
    assert "statement: <https://e.org/s> <https://e.org/p> o" in shown
    done = run(
        "feedback",
        "close",
        made.id,
        "--reason",
        "Thanks.",
        "--token",
        token,
        "--contributions",
        ledger,
    )
    assert done.stdout.strip() == f"{made.id}: closed", done.stderr
    listed = run("feedback", "list", "--state", "received", "--contributions", ledger).stdout
    assert listed.startswith(f"{other.id}  received  2026-11-27  /doc/country/AFG: Wrong.")
    assert made.id not in listed
    deleted = run(
        "feedback", "delete", "--answered-before", "2030-01-01", "--contributions", ledger
    )
    assert deleted.stdout == "Deleted: 1.\n"
    assert box.identifiers() == [other.id]
