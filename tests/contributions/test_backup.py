"""A copy of the ledger and the repository give the published graph again, byte by byte."""

from __future__ import annotations

import shutil
from pathlib import Path

from desk import ADDRESSES, Desk, practice

from gcmgraph.contributions.contribution import Event, State, Verb
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.publishing import all_published_quads
from gcmgraph.publication.build import build
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions import StoreFolder


def test_a_build_from_a_copy_is_the_version_that_was_served(desk: Desk, tmp_path: Path) -> None:
    first = desk.accepted(practice("one", "One"))
    desk.accepted(practice("two", "Two"))
    desk.accepted(practice("one", "One, better"), supersedes=first.id)
    desk.service.withdraw(desk.accepted(practice("three", "Three")).id, desk.sender, "Wrong.")
    desk.sent(practice("four", "Four"))
    shutil.copytree(desk.ledger.folder, tmp_path / "copy")
    copy, store = Ledger(tmp_path / "copy"), StoreFolder(tmp_path / "rebuilt")
    with copy.deciding():
        result = build(Repository.find(), ADDRESSES, store, contributed=all_published_quads(copy, ADDRESSES))
    assert result.summary is not None
    assert store.current_version() == desk.store.current_version()
    served, rebuilt = desk.store.current_folder(), store.current_folder()
    for name in ("gcmgraph.nq", "summary.json"):
        assert (rebuilt / name).read_bytes() == (served / name).read_bytes()


def test_a_copy_made_between_the_halves_of_a_decision_is_completed_by_the_build(desk: Desk) -> None:
    old = desk.accepted(practice())
    new = desk.sent(practice(title="Better"), supersedes=old.id)
    desk.ledger.record(new, Event(Verb.ACCEPT, desk.curator, new.submission.at, ""))  # and no mark, no second half
    all_published_quads(desk.ledger, ADDRESSES)
    assert desk.ledger.find(old.id).state is State.SUPERSEDED
