"""Each damage is named, with what restores it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from stored import ADDRESSES, DAMAGES, Stored

from gcmgraph.cli.group import main
from gcmgraph.files import MANIFEST
from gcmgraph.integrity import read_status, verify
from gcmgraph.linking.imports import import_files
from gcmgraph.linking.un_files import ReferenceIndex
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions import DUMP


def run(stored: Stored, command: str, *options: str, root: Path | None = None) -> Result:
    folders = [f"--store={stored.folder / 'store'}", f"--contributions={stored.folder / 'ledger'}"]
    folders += [f"--imports={stored.folder / 'imports'}", f"--root={root or Repository.find().root}"]
    if command == "build":
        folders += [f"--sources={stored.folder / 'nothing'}", "--quiet"]
    return CliRunner().invoke(main, [command, *options, *folders])


def damaged(stored: Stored) -> set[Path]:
    return {damage.file for damage in verify(stored.folders, ADDRESSES).damages}


def test_intact_store(stored: Stored) -> None:
    result = run(stored, "verify")
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("all in order.\n")
    assert len(result.stdout.splitlines()) == 1
    status = read_status(stored.folder / "store")
    assert status is not None
    assert (status.damaged, status.whole) == (0, True)
    assert status.files > 40


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_files(stored: Stored, damage: str) -> None:
    files = {file for kind, file in stored.files().items() if not kind.endswith(MANIFEST)}
    assert len(files) > 25
    imported = stored.files()["imports/sdg/DIGEST.ttl"]
    for file in files:
        DAMAGES[damage](file)
    assert damaged(stored) == files - ({imported} if damage == "removed" else set())  # only its record names it


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_manifests(stored: Stored, damage: str) -> None:
    files = {file for kind, file in stored.files().items() if kind.endswith(MANIFEST)}
    assert len(files) == 2
    for file in files:
        DAMAGES[damage](file)
    assert damaged(stored) == files


def test_remedies(stored: Stored) -> None:
    imported, statistics = stored.files()["imports/sdg/DIGEST.ttl"], stored.store.current_folder() / "figures-1.json"
    for file in (imported, statistics):
        DAMAGES["emptied"](file)
    result = run(stored, "verify", "--json")
    assert result.exit_code == 1
    remedies = {one["file"]: one["restore"] for one in json.loads(result.stdout)["damaged"]}
    assert remedies.keys() == {str(imported), str(statistics)}
    assert "import the same files again" in remedies[str(imported)]
    assert "Run 'gcmgraph build'" in remedies[str(statistics)]
    assert run(stored, "verify").stdout.splitlines()[-1].endswith(" MB: 2 damaged.")


def test_damaged_record_of_an_import_is_written_anew_by_an_import(stored: Stored, small_repository: Repository) -> None:
    DAMAGES["changed"](stored.folder / "imports" / "sdg" / "import.json")
    goals = stored.files()["imports/sdg/DIGEST.ttl"]
    known = ReferenceIndex.of(small_repository, ADDRESSES)
    import_files(stored.folder / "imports", "sdg", [goals], "2026-11-24", known)
    assert damaged(stored) == set()


def test_dump_of_an_older_release_is_compared_with_the_name_of_its_version(stored: Stored) -> None:
    version = stored.store.current_folder()
    (version / MANIFEST).unlink()
    DAMAGES["changed"](version / DUMP)
    assert damaged(stored) == {version / MANIFEST, version / DUMP}


def test_unpublished_decision(stored: Stored, whole: Stored) -> None:
    link = stored.folder / "store" / "current"
    (older,) = [f for f in (stored.folder / "store" / "versions").iterdir() if f.name != stored.store.current_version()]
    link.unlink()
    link.symlink_to(f"versions/{older.name}")
    (missing,) = damaged(stored)
    assert missing.parent.name == "contributions.sqlite"
    assert damaged(whole) == set()


def test_link_without_a_version(stored: Stored, small_repository: Repository) -> None:
    link, current = stored.folder / "store" / "current", stored.store.current_version()
    (stored.folder / "imports").rename(stored.folder / "elsewhere")
    link.unlink()
    assert damaged(stored) == {link}
    assert run(stored, "build", root=small_repository.root).exit_code == 0
    assert stored.store.current_version() == current
