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


def test_order_of_versions_with_any_clock(tmp_path: Path) -> None:
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


def test_order_of_versions_of_an_older_store(tmp_path: Path) -> None:
    store = StoreFolder(tmp_path)
    for version, time in (("new", 2_000), ("old", 1_000)):
        publish(store, version, time)
    (tmp_path / "order").unlink()
    assert History(tmp_path / "versions").names() == ["new", "old"]
    publish(store, "newest", 500)
    assert History(tmp_path / "versions").names() == ["newest", "new", "old"]
    assert (tmp_path / "order").read_text() == "old\nnew\nnewest\n"


def test_full_disk_returns_one_sentence(tmp_path: Path) -> None:
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
def test_other_errors_than_faults_of_a_disk(error: Exception) -> None:
    assert disk_fault(error) is None
