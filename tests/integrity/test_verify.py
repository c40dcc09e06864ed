"""Each damage is named, and what can be made again is."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from stored import ADDRESSES, DAMAGES, Stored

from gcmgraph.cli.group import main
from gcmgraph.files.manifest import MANIFEST
from gcmgraph.integrity.status import read_status
from gcmgraph.integrity.verification import verify
from gcmgraph.publication.lists.file import FILE as LISTS
from gcmgraph.publication.search.file import FILE as SEARCH
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions.recorded import record_files


def run(stored: Stored, command: str, *options: str, root: Path | None = None) -> Result:
    folders = [f"--store={stored.folder / 'store'}", f"--contributions={stored.folder / 'ledger'}"]
    folders += [f"--imports={stored.folder / 'imports'}", f"--root={root or Repository.find().root}"]
    if command == "build":
        folders += [f"--sources={stored.folder / 'nothing'}", "--quiet"]
    return CliRunner().invoke(main, [command, *options, *folders])


def damaged(stored: Stored) -> set[Path]:
    return {damage.file for damage in verify(stored.folders, ADDRESSES).damages}


def test_what_is_in_order_is_said_so(stored: Stored) -> None:
    result = run(stored, "verify")
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("all in order.\n")
    assert len(result.stdout.splitlines()) == 1
    status = read_status(stored.folder / "store")
    assert status is not None
    assert (status.damaged, status.whole) == (0, True)
    assert status.files > 40


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damaged_file_is_named(stored: Stored, damage: str) -> None:
    files = {file for kind, file in stored.files().items() if not kind.endswith(MANIFEST)}
    assert len(files) > 25
    for file in files:
        DAMAGES[damage](file)
    assert damaged(stored) == files


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damaged_manifest_is_named_and_repaired(stored: Stored, damage: str) -> None:
    files = [file for kind, file in stored.files().items() if kind.endswith(MANIFEST)]
    roots = [file for file in files if file.parent == stored.folder / "store"]
    assert (len(files), len(roots)) == (4, 1)
    for part in (roots, [file for file in files if file not in roots]):  # without any, it is of an older release
        for file in part:
            DAMAGES[damage](file)
        assert damaged(stored) >= set(part)
        result = run(stored, "verify", "--repair")
        assert result.exit_code == 0, result.output
        assert damaged(stored) == set()


@pytest.mark.parametrize("all_files", [False, pytest.param(True, marks=pytest.mark.exhaustive)])
def test_what_the_store_holds_is_made_again(stored: Stored, whole: Stored, all_files: bool) -> None:
    version, names = stored.store.current_folder(), ["gcmgraph.nq", "figures-1.json"]
    if all_files:
        names += [SEARCH, LISTS, "added.nq.gz", "removed.nq.gz", "gcmgraph.ttl.gz"]
    for name in names:
        DAMAGES["truncated"](version / name)
    DAMAGES["changed"](version / "index" / "CURRENT")
    result = run(stored, "verify", "--repair", "--json")
    assert result.exit_code == 0, result.output
    record = json.loads(result.stdout)
    assert record["damaged"] == []
    assert len(record["repaired"]) == len(names) + 1
    for name in ("gcmgraph.nq", "figures-1.json"):
        assert (version / name).read_bytes() == (whole.store.current_folder() / name).read_bytes(), name
    for name in ("added.nq.gz", "removed.nq.gz"):
        made, before = ((folder / name).read_bytes() for folder in (version, whole.store.current_folder()))
        assert gzip.decompress(made) == gzip.decompress(before)
    assert len(stored.store.open_current()) == len(whole.store.open_current())


def test_what_exists_nowhere_else_is_named_with_its_remedy(stored: Stored) -> None:
    imported = stored.files()["imports/sdg/DIGEST.ttl"]
    DAMAGES["emptied"](imported)
    result = run(stored, "verify", "--repair")
    assert result.exit_code == 1
    named = {line.partition(" has 0 bytes instead of ")[0]: line for line in result.stdout.splitlines()}
    assert "import the same files again" in named[str(imported)]
    assert result.stdout.splitlines()[-1].endswith(" MB: 1 damaged.")


def test_prepared_answers_of_an_older_release_are_verified_and_dropped_when_damaged(stored: Stored) -> None:
    version = stored.store.current_folder()
    (version / "answers").mkdir()
    file = version / "answers" / "objectives-0123456789abcdef.lines.gz"
    for path in (file, version / "answers" / "done"):
        path.write_bytes(b"of an older release")
    record_files(version, [f"answers/{file.name}"])
    assert run(stored, "verify").exit_code == 0
    assert len(stored.store.open_current()) > 0
    file.write_bytes(b"damaged")
    assert damaged(stored) == {file}
    assert run(stored, "verify", "--repair").exit_code == 0
    assert not file.exists()
    assert damaged(stored) == set()


def make_older(stored: Stored) -> None:
    """Leave what an older release would have stored."""
    for manifest in stored.folder.rglob(MANIFEST):
        manifest.unlink()
    record = stored.folder / "imports" / "sdg" / "import.json"
    record.write_text(
        json.dumps({k: v for k, v in json.loads(record.read_bytes()).items() if k != "recorded"}), "utf-8"
    )


def test_files_of_an_older_release_are_recorded_once(stored: Stored) -> None:
    make_older(stored)
    times = {folder: folder.stat().st_mtime_ns for folder in (stored.folder / "store" / "versions").iterdir()}
    result = run(stored, "verify")
    assert result.exit_code == 0, result.output
    older = [line for line in result.stdout.splitlines() if "is of an older release" in line]
    assert len(older) == 2
    assert {folder: folder.stat().st_mtime_ns for folder in times} == times
    for file in stored.files().values():
        if file.name != MANIFEST:
            DAMAGES["changed"](file)
            break
    assert run(stored, "verify").exit_code == 1


def test_a_file_of_an_older_release_that_is_visibly_damaged_is_not_recorded(stored: Stored) -> None:
    make_older(stored)
    file = stored.files()["store/versions/current/gcmgraph.nq"]
    DAMAGES["changed"](file)
    for _ in range(2):
        result = run(stored, "verify")
        assert result.exit_code == 1
        assert f"{file} differs from the name of its version" in result.stdout


def test_unpublished_decision_is_named(stored: Stored, whole: Stored) -> None:
    link = stored.folder / "store" / "current"
    (older,) = [f for f in (stored.folder / "store" / "versions").iterdir() if f.name != stored.store.current_version()]
    link.unlink()
    link.symlink_to(f"versions/{older.name}")
    (missing,) = damaged(stored)
    assert missing.parent.name == "contributions.sqlite"
    assert damaged(whole) == set()


def test_a_link_that_names_no_version_is_repaired(stored: Stored) -> None:
    link, current = stored.folder / "store" / "current", stored.store.current_version()
    link.unlink()
    assert link in damaged(stored)
    assert run(stored, "verify", "--repair").exit_code == 0
    assert stored.store.current_version() == current
