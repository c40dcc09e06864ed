"""An operator's own RDF beside the dataset: it comes, and nothing else changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI, Literal, Quad, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build import load
from gcmgraph.publication.versions.files import version_files
from gcmgraph.publication.versions.history import Changes
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.rdfio.parsing import MAX_BYTES, read_quads
from gcmgraph.store.port import Change
from gcmgraph.store.versions import CHANGES, DUMP, StoreFolder, change_version, version_name

ADDRESSES = Addresses()
A, B = IRI("https://example.org/a"), IRI("https://example.org/b")

#: Numbers in spellings that the engine does not keep.
SPELT = '<https://example.org/a> <https://example.org/b> 1.0, 02, "3"^^<http://www.w3.org/2001/XMLSchema#byte> .'


def written(folder: Path, text: str) -> Path:
    file = folder / "own.ttl"
    file.write_text(text, "utf-8")
    return file


def test_changes_of_a_load(tmp_path: Path) -> None:
    folder, spelt = StoreFolder(tmp_path / "store"), [Quad(A, B, typed("1.0", "decimal"))]
    dump = serialize_canonical(spelt)
    folder.publish(version_name(sha256(dump)), spelt, {DUMP: dump})  # by a release that preserved the spelling
    file = written(tmp_path, '<https://example.org/a> <https://example.org/b> "x", "y" .')
    added, version = load(folder, [file], None, ADDRESSES)
    changes = Changes.from_json((folder.current_folder() / CHANGES).read_bytes(), version)
    assert (added, changes.added, changes.removed) == (2, 2, 0)


def test_equal_loaded_statements_in_dump_and_index(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path / "store")
    assert load(folder, [written(tmp_path, SPELT)], None, ADDRESSES)[0] == 3
    quads = set(read_quads(folder.current_folder() / DUMP))
    assert quads == set(folder.open_current().quads())
    assert load(folder, [tmp_path / "own.ttl"], None, ADDRESSES)[0] == 0


def test_load_of_a_file_above_the_limit_of_uploads(tmp_path: Path) -> None:
    folder, comments = StoreFolder(tmp_path / "store"), f"# {'x' * 1_000}\n" * (MAX_BYTES // 1_000)
    file = written(tmp_path, comments + SPELT)
    assert file.stat().st_size > MAX_BYTES
    assert load(folder, [file], None, ADDRESSES)[0] == 3


def test_load_beside_a_damaged_dump(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path / "store")
    version = load(folder, [written(tmp_path, SPELT)], None, ADDRESSES)[1]
    dump = folder.current_folder() / DUMP
    dump.write_bytes(dump.read_bytes()[: dump.read_bytes().index(b"\n") + 1])
    with pytest.raises(StoreError, match=f"The dump of the version {version} is damaged"):
        load(folder, [written(tmp_path, '<https://example.org/a> <https://example.org/b> "own" .')], None, ADDRESSES)
    assert folder.current_version() == version


def test_other_writers_wait_for_a_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, accepted = StoreFolder(tmp_path / "store"), Quad(A, B, Literal("accepted"))
    load(folder, [written(tmp_path, SPELT)], None, ADDRESSES)

    def publish() -> None:
        change_version(folder, lambda _: Change(added=frozenset([accepted])), lambda _: None)

    def interrupted(*arguments: Any) -> dict[str, bytes]:
        with pytest.raises(StoreError, match="Another process is writing"):
            publish()
        return version_files(*arguments)

    monkeypatch.setattr("gcmgraph.publication.build.version_files", interrupted)
    load(folder, [written(tmp_path, '<https://example.org/a> <https://example.org/b> "own" .')], None, ADDRESSES)
    publish()
    assert len(set(folder.open_current().quads())) == 5
