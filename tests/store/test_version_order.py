"""Order of versions where the clock jumps, and stores on full disks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from disks import disk, full
from gcmgraph.errors import UnwritableError
from gcmgraph.files import disk_fault
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.publication.versions.history import History
from gcmgraph.store.versions import StoreFolder

QUAD = Quad(IRI("https://example.org/s"), IRI("https://example.org/p"), IRI("https://example.org/o"))


def publish(folder: StoreFolder, version: str, time: float | None = None) -> None:
    folder.publish(version, [QUAD], {})
    if time is not None:
        os.utime(folder.path / "versions" / version, (time, time))


def test_versions_are_ordered_as_they_were_made_whatever_the_clock_shows(tmp_path: Path) -> None:
    store = StoreFolder(tmp_path, keep=3)
    for version, time in (("a", 3_000_000_000), ("b", 1_000), ("c", 2_000_000_000)):
        publish(store, version, time)
    downloads = History(tmp_path / "versions")
    assert downloads.names() == ["c", "b", "a"]
    publish(store, "d")  # of a and b, the index is removed
    assert downloads.names() == ["d", "c", "b", "a"]
    assert [(tmp_path / "versions" / name / "index").exists() for name in "abcd"] == [False, False, True, True]
    publish(store, "b")  # the same content again
    assert downloads.names() == ["d", "c", "b", "a"]


def test_versions_of_an_older_store_come_first_by_their_times(tmp_path: Path) -> None:
    store = StoreFolder(tmp_path)
    for version, time in (("new", 2_000), ("old", 1_000)):
        publish(store, version, time)
    (tmp_path / "order").unlink()
    assert History(tmp_path / "versions").names() == ["new", "old"]
    publish(store, "newest", 500)
    assert History(tmp_path / "versions").names() == ["newest", "new", "old"]
    assert (tmp_path / "order").read_text() == "old\nnew\nnewest\n"


def test_a_full_disk_is_one_sentence_and_the_current_version_stays(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "8m") as folder:
        store = StoreFolder(folder / "store")
        publish(store, "a")
        with full(folder), pytest.raises(UnwritableError) as caught:
            publish(store, "b")
        assert str(caught.value) == f"The store folder {folder}/store cannot be written: No space left on device."
        assert store.current_version() == "a"
        assert [entry.name for entry in (folder / "store" / "versions").iterdir()] == ["a"]
        publish(store, "b")
        assert store.current_version() == "b"


@pytest.mark.parametrize("error", [ValueError("No space left on device"), FileNotFoundError(2, "none"), OSError("x")])
def test_errors_of_the_program_are_no_faults_of_a_disk(error: Exception) -> None:
    assert disk_fault(error) is None
