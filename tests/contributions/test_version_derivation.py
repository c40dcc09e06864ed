"""Versions from decisions: the same for equal events, and those that a version lacks are applied once."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import ADDRESSES, Desk, practice
from sqlalchemy import text

from gcmgraph.contributions.contribution import State
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.publication_process import Publication, read_difference
from gcmgraph.contributions.recorded_versions import RecordedVersions, difference
from gcmgraph.contributions.transfer_export import export_folder
from gcmgraph.contributions.transfer_import import import_folder
from gcmgraph.contributions.version_derivation import (
    is_behind,
    publish_decisions,
    unpublished_change,
)
from gcmgraph.platform.errors import ConflictError, LedgerError
from gcmgraph.publication.versions.dataset import write_indexes
from gcmgraph.publication.versions.derivation import FILE, Derivation
from gcmgraph.publication.versions.history import History
from gcmgraph.rdf.terms import IRI, Quad, Vocabulary
from gcmgraph.store.changed_versions import apply_change
from gcmgraph.store.port import Change
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import version_folders
from gcmgraph.web.services import Snapshot
from shared import copy_store

TYPE = Vocabulary(ADDRESSES)("rdf:type")


def shows(store: StoreFolder, slug: str) -> bool:
    practice_iri = IRI(ADDRESSES.resource("practice", slug))
    return next(store.open_current().quads(practice_iri, TYPE), None) is not None


@pytest.fixture
def later(desk: Desk) -> Desk:
    """A desk whose decisions are published later."""
    desk.service.publisher = lambda: None
    return desk


@pytest.mark.usefixtures("whole_versions")
def test_decisions_one_by_one_in_a_batch_and_by_a_build_give_one_version(
    desk: Desk, small_store: Path, tmp_path: Path
) -> None:
    copy_store(small_store, tmp_path / "other")
    other = StoreFolder(tmp_path / "other")
    first = desk.accepted(practice("one", "One"))
    publish_decisions(desk.ledger, other, ADDRESSES)
    desk.accepted(practice("one", "One, better"), supersedes=first.id)
    desk.service.withdraw(desk.accepted(practice("two", "Two")).id, desk.sender, "Wrong.")
    desk.accepted(practice("three", "Three"))
    desk.service.reject(desk.sent(practice("four", "Four")).id, desk.curator, "No source.")
    assert is_behind(desk.ledger, other)
    batch = publish_decisions(desk.ledger, other, ADDRESSES)
    assert batch == desk.store.current_version() == desk.version_of_a_whole_build()
    derivations = [Derivation.read(store.current_folder()) for store in (desk.store, other)]
    assert derivations[0] == derivations[1]
    assert derivations[0].event == desk.ledger.last_decision()
    assert publish_decisions(desk.ledger, other, ADDRESSES) is None


def test_decision_is_checked_in_the_graph_with_unpublished_ones(later: Desk) -> None:
    one, two = later.sent(practice()), later.sent(practice(title="The same address"))
    assert later.service.accept(one.id, later.curator, "Right.").pending
    assert not shows(later.store, "one-stop-shop")
    with pytest.raises(ConflictError, match="does not conform to what is published now"):
        later.service.accept(two.id, later.curator, "Right.")
    withdrawn = later.service.withdraw(one.id, later.sender, "Wrong.")
    assert withdrawn.event(withdrawn.events[-1].verb).gone == (
        ADDRESSES.resource("practice", "one-stop-shop"),
    )
    assert publish_decisions(later.ledger, later.store, ADDRESSES) == later.store.current_version()
    assert later.ledger.pending() == []


def test_unpublished_change_is_empty_where_the_version_shows_all(desk: Desk) -> None:
    assert not unpublished_change(desk.ledger, desk.store, ADDRESSES)
    desk.accepted(practice())
    assert not unpublished_change(desk.ledger, desk.store, ADDRESSES)


def test_version_without_record_gets_every_decision_again(desk: Desk) -> None:
    desk.accepted(practice())
    version = desk.store.current_version()
    (desk.store.current_folder() / FILE).write_text("no JSON", "utf-8")
    assert is_behind(desk.ledger, desk.store)
    assert publish_decisions(desk.ledger, desk.store, ADDRESSES) == version
    assert not is_behind(desk.ledger, desk.store)


def test_version_of_another_database_gets_every_decision_of_this_one(
    desk: Desk, tmp_path: Path
) -> None:
    kept = desk.accepted(practice("one", "One"))
    export_folder(tmp_path / "copy", desk.ledger.database)
    desk.service.withdraw(kept.id, desk.sender, "After the backup.")
    restored = Ledger(Database(tmp_path / "restored"))
    import_folder(tmp_path / "copy", restored.database)
    assert restored.last_decision() <= desk.ledger.last_decision()
    assert restored.find(kept.id).pending
    publish_decisions(restored, desk.store, ADDRESSES)
    assert shows(desk.store, "one")
    assert not restored.find(kept.id).pending


def test_empty_database_beside_a_published_contribution_changes_nothing(
    desk: Desk, tmp_path: Path
) -> None:
    desk.accepted(practice())
    version = desk.store.current_version()
    empty = Ledger(Database(tmp_path / "empty"))
    assert not is_behind(empty, desk.store)
    assert publish_decisions(empty, desk.store, ADDRESSES) is None
    assert desk.store.current_version() == version


def test_database_that_lost_a_published_contribution_is_refused(desk: Desk, tmp_path: Path) -> None:
    other = Desk(desk.service, desk.store, desk.ledger, desk.sender, desk.curator, desk.repository)
    desk.accepted(practice("one", "One"))
    export_folder(tmp_path / "copy", desk.ledger.database)
    lost = other.accepted(practice("two", "Two"))
    version = desk.store.current_version()
    restored = Ledger(Database(tmp_path / "restored"))
    import_folder(tmp_path / "copy", restored.database)
    with pytest.raises(LedgerError, match=f"contributions that are not in .*: {lost.id}"):
        publish_decisions(restored, desk.store, ADDRESSES)
    assert desk.store.current_version() == version


def test_damaged_contribution_is_published_when_it_is_restored(later: Desk) -> None:
    damaged, whole = (later.sent(practice(slug, slug)) for slug in ("damaged", "whole"))
    for sent in (damaged, whole):
        later.service.accept(sent.id, later.curator, "Right.")
    change = "UPDATE payloads SET sha256 = :sha256 WHERE contribution = :id AND part = 'statements'"
    with later.ledger.database.writing() as rows:
        before = "SELECT sha256 FROM payloads WHERE contribution = :id AND part = 'statements'"
        right = rows.scalar(text(before), {"id": damaged.id})
        rows.execute(text(change), {"id": damaged.id, "sha256": "0" * 64})
    publish_decisions(later.ledger, later.store, ADDRESSES)
    assert [shows(later.store, slug) for slug in ("damaged", "whole")] == [False, True]
    assert Derivation.read(later.store.current_folder()).unread == (damaged.id,)
    with later.ledger.database.writing() as rows:
        rows.execute(text(change), {"id": damaged.id, "sha256": right})
    later.service.withdraw(whole.id, later.sender, "Wrong.")
    publish_decisions(later.ledger, later.store, ADDRESSES)
    assert [shows(later.store, slug) for slug in ("damaged", "whole")] == [True, False]
    assert Derivation.read(later.store.current_folder()).unread == ()
    assert later.ledger.find(damaged.id).state is State.ACCEPTED


def test_stores_with_equal_decisions_and_inputs_do_not_differ(
    desk: Desk, small_store: Path, tmp_path: Path
) -> None:
    copy_store(small_store, tmp_path / "other")
    other = StoreFolder(tmp_path / "other")
    desk.accepted(practice())
    publish_decisions(desk.ledger, other, ADDRESSES)
    assert [difference(desk.ledger, store) for store in (desk.store, other)] == ["", ""]
    published = [History(store.path / "versions").names() for store in (desk.store, other)]
    assert published[0] == published[1]


@pytest.mark.usefixtures("whole_versions")
def test_stores_with_equal_decisions_say_the_time_of_the_decision(
    desk: Desk, small_store: Path, tmp_path: Path
) -> None:
    copy_store(small_store, tmp_path / "other")
    other = StoreFolder(tmp_path / "other")
    accepted = desk.accepted(practice())
    publish_decisions(desk.ledger, other, ADDRESSES)
    decided = accepted.events[-1].at.replace(microsecond=0)
    for store in (desk.store, other):
        version = History(store.path / "versions").version(store.current_version())
        assert version.published == decided
        assert Snapshot(store.open_version(), ADDRESSES).day == decided.date()


def test_stores_of_two_releases_and_other_sources_say_what_differs(
    desk: Desk, small_store: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    copy_store(small_store, tmp_path / "other")
    other = StoreFolder(tmp_path / "other")
    built = {"release": "0.1", "engine": "0.5", "sources": "0123", "repository": "4567"}
    Derivation(inputs=built).write(desk.store.current_folder())
    with other.writing():
        change = Change(
            added=frozenset({Quad(IRI("urn:x:a"), TYPE, IRI("urn:x:b"), IRI("urn:x:g"))})
        )
        apply_change(other, lambda _: change, lambda made: write_indexes(made.folder, ADDRESSES))
    Derivation(inputs={**built, "release": "0.2", "sources": "89ab"}).write(other.current_folder())
    desk.accepted(practice())
    publications = [Publication(store, desk.ledger, lambda: None) for store in (desk.store, other)]
    publications[1].compare()
    assert read_difference(other.path) == ""  # it has other decisions
    publish_decisions(desk.ledger, other, ADDRESSES)
    for publication in publications:
        publication.compare()
        publication.compare()
    sentences = [read_difference(store.path) for store in (desk.store, other)]
    for sentence, own, their in zip(
        sentences, (desk.store, other), (other, desk.store), strict=True
    ):
        assert (
            f"The version {own.current_version()} of this server is not the version {their.current_version()} of"
            in sentence
        )
        assert str(their.path) in sentence
        assert (
            "differ in: release of gcmgraph, fetched documents and data files. This server continues"
            in sentence
        )
    assert caplog.messages == sentences  # each once
    desk.accepted(practice("next", "Next"))
    publications[0].compare()
    assert read_difference(desk.store.path) == ""


def test_server_that_was_off_makes_one_version_of_many_decisions(
    desk: Desk, small_store: Path, tmp_path: Path
) -> None:
    copy_store(small_store, tmp_path / "off")
    off = StoreFolder(tmp_path / "off")
    for number in range(4):
        desk.accepted(
            practice(f"n{number}", f"Practice of number {number} with a title of its own")
        )
    desk.service.withdraw(desk.accepted(practice("last", "Last")).id, desk.sender, "Wrong.")
    assert publish_decisions(desk.ledger, off, ADDRESSES) == desk.store.current_version()
    counts = [len(list(version_folders(store.path))) for store in (desk.store, off)]
    assert counts == [7, 2]
    versions = RecordedVersions(desk.ledger.database)
    assert all(
        versions.knows(folder.name)
        for folder in version_folders(desk.store.path)
        if folder.name != first(desk)
    )
    assert not versions.knows("0" * 16)


def first(desk: Desk) -> str:
    """The name of the version with which a store began."""
    return (desk.store.path / "order").read_text("utf-8").split()[0]
