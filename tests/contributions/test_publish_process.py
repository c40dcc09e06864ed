"""Decisions that cannot be published at once: a process that does not come to its end, repeated attempts."""

from __future__ import annotations

import sys
import threading
from functools import partial
from pathlib import Path

import pytest
from desk import Desk, practice

from gcmgraph.contributions import publishing
from gcmgraph.contributions.contribution import LedgerError, State
from gcmgraph.contributions.publishing import PublishProcess, publish_left_over, publish_or_repeat
from gcmgraph.errors import StoreError
from gcmgraph.store.port import Location


def test_process_that_ends_without_an_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = set(threading.enumerate())
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(StoreError, match="did not come to its end"):
        PublishProcess(str(tmp_path), Location(str(tmp_path), "https://example.org/"))()
    started = set(threading.enumerate()) - before
    assert all(thread.daemon for thread in started)
    for thread in started:
        thread.join(10)
        assert not thread.is_alive()


def test_decision_that_is_published_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(publishing, "PAUSES", (0.01,))
    failures = [StoreError("The disk is full."), LedgerError("No database."), LedgerError("No database.")]
    publish, over = desk.service.publisher, threading.Event()

    def attempt() -> str | None:
        if over.is_set() and failures:
            raise failures.pop()
        if over.is_set():
            return publish()
        raise StoreError("The disk is full.")

    desk.service.publisher = partial(publish_or_repeat, desk.ledger, attempt)
    before = desk.store.current_version()
    accepted = desk.service.accept(desk.sent(practice()).id, desk.curator, "Right.")
    assert (accepted.state, accepted.pending, desk.store.current_version()) == (State.ACCEPTED, True, before)
    assert publish_left_over(desk.ledger, attempt).startswith("The disk is full.")
    over.set()
    (thread,) = (thread for thread in threading.enumerate() if thread.name == "publish")
    thread.join(60)
    assert (desk.ledger.pending(), desk.ledger.find(accepted.id).pending) == ([], False)
    assert desk.store.current_version() == desk.version_of_a_whole_build() != before
    assert [message.partition(": ")[2] for message in caplog.messages] == [
        *["The disk is full."] * 2,
        "No database.",
        "The disk is full.",
    ]
