"""A database that stops during a submission, a comment, an acceptance: one sentence, and nothing is half decided."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from desk import Desk, open_desk, practice

from databases import Cluster
from gcmgraph.contributions.contribution import LedgerError, State
from gcmgraph.contributions.publishing import publish_left_over
from gcmgraph.repository.layout import Repository
from gcmgraph.validation.rules import Rules
from serving import served
from shared import copy_store


@pytest.fixture
def desk(
    small_store: Path, small_repository: Repository, rules: Rules, tmp_path: Path, postgresql: Cluster
) -> Iterator[Desk]:
    copy_store(small_store, tmp_path / "store")
    desk = open_desk(tmp_path, rules, small_repository, postgresql.new_database())
    yield desk
    desk.ledger.database.close()


@contextmanager
def stopped_at(cluster: Cluster, owner: object, name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stop the database when a method is called; it runs again after the block, which must report it."""
    before: Callable[..., object] = getattr(owner, name)

    def stop(*arguments: object, **more: object) -> object:
        monkeypatch.setattr(owner, name, before)
        cluster.stop()
        return before(*arguments, **more)

    monkeypatch.setattr(owner, name, stop)
    try:
        with pytest.raises(LedgerError, match="The database of contributions does not respond") as caught:
            yield
        assert "Try again in a minute" in str(caught.value)
    finally:
        cluster.start()


def test_lost_database_leaves_no_partial_decision(
    desk: Desk, postgresql: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stopped_at(postgresql, desk.service.checker, "check", monkeypatch):
        desk.sent(practice(), key="the key")
    assert desk.ledger.identifiers() == []
    sent = desk.sent(practice(), key="the key")
    with stopped_at(postgresql, desk.ledger, "comments", monkeypatch):
        desk.service.comment(sent.id, desk.sender, "Which office?")
    with stopped_at(postgresql, desk.ledger, "record", monkeypatch):
        desk.service.accept(sent.id, desk.curator, "Right.")
    assert desk.ledger.find(sent.id) == sent
    before = desk.store.current_version()
    with stopped_at(postgresql, desk.service, "publisher", monkeypatch):
        desk.service.accept(sent.id, desk.curator, "Right.")
    assert (desk.ledger.find(sent.id).state, desk.ledger.pending()) == (State.ACCEPTED, [sent.id])
    assert desk.store.current_version() == before
    assert publish_left_over(desk.ledger, desk.service.publisher) == ""
    assert desk.ledger.pending() == []
    assert desk.store.current_version() == desk.version_of_a_whole_build() != before


def test_server_starts_without_its_database(small_store: Path, tmp_path: Path, postgresql: Cluster) -> None:
    location = postgresql.new_database()
    postgresql.stop()
    try:
        copy_store(small_store, tmp_path / "store")
        with served(tmp_path / "store", database=location, contributions=str(tmp_path / "none")) as address:
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
