"""A store folder: versions beside each other, one of them current, one writer at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.store.versions import StoreFolder

QUAD = Quad(IRI("https://example.org/a"), IRI("https://example.org/b"), IRI("https://example.org/c"))

#: A writer that stops in the middle and says so.
HALF_A_BUILD = """
import sys
from pathlib import Path
from gcmgraph.store.versions import StoreFolder
folder = StoreFolder(Path(sys.argv[1]))
with folder.writing(), folder.draft("second") as place:
    (place / "gcmgraph.nq").write_text("half")
    print("in the middle", flush=True)
    sys.stdin.read()
"""


def versions(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "versions").iterdir())


def test_a_version_becomes_current_when_it_is_whole(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path)
    with pytest.raises(StoreError, match="gcmgraph build"):
        folder.open_current()
    folder.publish("first", [QUAD], {"note.txt": b"x"})
    assert folder.current_version() == "first"
    assert list(folder.open_current().quads()) == [QUAD]
    assert (folder.current_folder() / "note.txt").read_bytes() == b"x"


def test_the_same_version_again_changes_nothing(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path)
    folder.publish("first", [QUAD], {})
    held = folder.open_current()
    folder.publish("first", [QUAD], {})
    assert versions(tmp_path) == ["first"]
    assert list(held.quads()) == [QUAD]


def test_the_same_version_again_brings_what_was_missing_beside_it(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path)

    def complete(place: Path) -> None:
        (place / "parts").mkdir()
        (place / "parts" / "one").write_text("new")
        (place / "lists").write_text("new")

    folder.publish("first", [QUAD], {"lists": b"old"})
    folder.publish("first", [QUAD], {}, complete)
    assert (folder.current_folder() / "parts" / "one").read_text() == "new"
    assert (folder.current_folder() / "lists").read_text() == "old"
    assert list(folder.open_current().quads()) == [QUAD]


def test_a_writer_killed_in_the_middle_leaves_the_old_state_and_the_next_one_clears_up(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path)
    folder.publish("first", [QUAD], {})
    writer = subprocess.Popen(
        [sys.executable, "-c", HALF_A_BUILD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "in the middle\n"
    with pytest.raises(StoreError, match="Another process"):
        folder.publish("third", [QUAD], {})
    writer.kill()
    writer.communicate()
    assert len(versions(tmp_path)) == 2  # the half version is there, and is not current
    assert folder.current_version() == "first"
    assert list(folder.open_current().quads()) == [QUAD]
    folder.publish("third", [QUAD], {})
    assert folder.current_version() == "third"
    assert versions(tmp_path) == ["first", "third"]
