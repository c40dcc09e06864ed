"""Decisions that cannot be published at once: a database that stops, a process that does not come to its end."""

from __future__ import annotations

import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from desk import Desk, practice

from databases import Cluster
from gcmgraph.contributions.contribution import State
from gcmgraph.contributions.publication_process import Publication, PublishProcess
from gcmgraph.platform.errors import LedgerError, StoreError
from gcmgraph.store.port import Location
from serving import served
from shared import copy_store


@contextmanager
def stopped_at(
    cluster: Cluster, owner: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Stop the database when a method is called; it runs again after the block, which must report it."""
    before: Callable[..., object] = getattr(owner, name)

    def stop(*arguments: object, **more: object) -> object:
        monkeypatch.setattr(owner, name, before)
        cluster.stop()
        return before(*arguments, **more)

    monkeypatch.setattr(owner, name, stop)
    try:
        with pytest.raises(
            LedgerError, match="The database of contributions does not respond"
        ) as caught:
            yield
        assert "Try again in a minute" in str(caught.value)
    finally:
        cluster.start()


@pytest.mark.parametrize("desk", ["postgresql"], indirect=True)
def test_lost_database_leaves_no_partial_decision(
    desk: Desk, postgresql: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stopped_at(postgresql, desk.service.checker, "check", monkeypatch):
        desk.sent(practice(), key="the key")
    assert desk.ledger.identifiers() == []
    sent = desk.sent(practice(), key="the key")

    with stopped_at(postgresql, desk.ledger, "record", monkeypatch):
        desk.service.accept(sent.id, desk.curator, "Right.")
    assert desk.ledger.find(sent.id) == sent
    before = desk.store.current_version()
    with stopped_at(postgresql, desk.service, "publisher", monkeypatch):
        desk.service.accept(sent.id, desk.curator, "Right.")
    assert (desk.ledger.find(sent.id).state, desk.ledger.pending()) == (State.ACCEPTED, [sent.id])
    assert desk.store.current_version() == before
    assert desk.publication.catch_up()
    assert desk.ledger.pending() == []
    assert desk.store.current_version() == desk.version_of_a_whole_build() != before


def test_server_starts_without_its_database(
    small_store: Path, tmp_path: Path, postgresql: Cluster
) -> None:
    location = postgresql.new_database()
    postgresql.stop()
    try:
        copy_store(small_store, tmp_path / "store")
        with served(
            tmp_path / "store", database=location, contributions=str(tmp_path / "none")
        ) as address:
            with urllib.request.urlopen(f"{address}/health", timeout=20) as health:  # noqa: S310 - loopback
                assert health.status == 200
            json_wanted = {"Accept": "application/json"}
            request = urllib.request.Request(f"{address}/contributions", headers=json_wanted)  # noqa: S310
            with pytest.raises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(request, timeout=20)  # noqa: S310
            with caught.value as refused:
                assert (refused.code, refused.headers["Retry-After"]) == (503, "10")
                assert location not in refused.read().decode()
    finally:
        postgresql.start()


def test_publication_process_without_an_answer_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = set(threading.enumerate())
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(StoreError, match="did not come to its end"):
        PublishProcess(str(tmp_path), Location(str(tmp_path), "https://example.org/"))()
    started = set(threading.enumerate()) - before
    assert all(thread.daemon for thread in started)
    for thread in started:
        thread.join(10)
        assert not thread.is_alive()


def test_decision_is_published_after_failures(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    failures = [
        LedgerError("No database."),
        LedgerError("No database."),
        StoreError("The disk is full."),
    ]
    publish = desk.service.publisher

    def attempt() -> str | None:
        if failures:
            raise failures.pop()
        return publish()

    desk.service.publisher = lambda: None
    before = desk.store.current_version()
    accepted = desk.service.accept(desk.sent(practice()).id, desk.curator, "Right.")
    assert (accepted.state, accepted.pending, desk.store.current_version()) == (
        State.ACCEPTED,
        True,
        before,
    )
    publication = Publication(desk.store, desk.ledger, attempt)
    assert [publication.catch_up() for _ in range(4)] == [False, False, False, True]
    assert (desk.ledger.pending(), desk.ledger.find(accepted.id).pending) == ([], False)
    assert desk.store.current_version() != before
    assert [message.partition(": ")[2] for message in caplog.messages] == [
        "The disk is full.",
        "No database.",
    ]
