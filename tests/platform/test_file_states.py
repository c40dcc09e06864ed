"""Manifests of folders: damaged files are reported; what a killed process left is no damage."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.platform.file_states import (
    MANIFEST,
    DamagedManifestError,
    Recorded,
    files_below,
    flaw,
    flaw_of,
    parse_manifest,
    read_manifest,
    record,
    serialize_manifest,
    states_of,
    write_manifest,
)
from gcmgraph.platform.files import write_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    write_file(tmp_path / "a", b"one")
    write_file(tmp_path / "sub" / "é b", b"two")
    (tmp_path / ".a.12-0123abcd").touch()
    write_manifest(tmp_path, states_of(tmp_path, files_below(tmp_path)))
    return tmp_path


def flaws(folder: Path) -> list[str]:
    entries = read_manifest(folder) or {}
    sentences = [flaw(folder / path, state) for path, state in entries.items()]
    return [sentence for sentence in sentences if sentence]


def test_manifest_has_the_states_of_all_files_below_its_folder(folder: Path) -> None:
    entries = read_manifest(folder)
    assert entries == {"a": Recorded.of(b"one"), "sub/é b": Recorded.of(b"two")}
    assert parse_manifest(serialize_manifest(entries)) == entries
    assert flaws(folder) == []


def test_damaged_file_differs_from_its_record(folder: Path) -> None:
    assert flaw_of(folder, "a") is None
    for data, says in (
        (b"on", "has 2 bytes instead of 3"), (b"", "has 0 bytes instead of 3"),
        (b"oNe", "differs from its recorded SHA-256"), (None, "is missing"),
    ):  # fmt: skip
        (folder / "a").unlink() if data is None else (folder / "a").write_bytes(data)
        (found,) = flaws(folder)
        assert says in found
        assert flaw_of(folder, "a") == found


@pytest.mark.parametrize("cut", [slice(0), slice(-1), slice(10), slice(1, None), slice(-65)])
def test_damaged_manifest_is_refused_and_left(folder: Path, cut: slice) -> None:
    data = (folder / MANIFEST).read_bytes()
    with pytest.raises(DamagedManifestError):
        parse_manifest(data[cut])
    with pytest.raises(DamagedManifestError):
        parse_manifest(data.replace(b" 3 ", b" 4 "))
    (folder / MANIFEST).write_bytes(data[cut])
    record(folder, {"a": Recorded.of(b"x")})
    assert (folder / MANIFEST).read_bytes() == data[cut]  # left to be reported


def test_recorded_states_are_changed_and_removed(folder: Path) -> None:
    record(folder, {"a": Recorded.of(b"three"), "new": Recorded.of(b"")})
    assert flaws(folder) == ["has 3 bytes instead of 5", "is missing"]
    write_file(folder / "a", b"three")
    record(folder, {"new": None})
    assert read_manifest(folder) == {"a": Recorded.of(b"three"), "sub/é b": Recorded.of(b"two")}
    assert flaws(folder) == []


def test_folder_without_a_manifest_has_no_flaws(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    record(tmp_path, {"a": Recorded.of(b"two")})
    assert read_manifest(tmp_path) is None
    assert flaw_of(tmp_path, "a") is None
