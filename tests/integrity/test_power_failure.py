"""After a power failure, files of the store may be empty or of an earlier time; the database has every decision.

The database forces its file to the disk; files of the store are not forced.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from stored import ADDRESSES, DAMAGES, Stored
from test_verify import damaged, run

from gcmgraph.integrity import now, prepare_folders, read_status, verify_once
from gcmgraph.manifests import MANIFEST
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store
from gcmgraph.store.versions import DUMP


def test_a_decision_that_the_store_has_lost_is_named_and_built_again(
    stored: Stored, small_repository: Repository
) -> None:
    version, store = stored.store.current_folder(), stored.folder / "store"
    (older,) = [folder for folder in version.parent.iterdir() if folder != version]
    shutil.rmtree(version)
    (store / "current").unlink()
    (store / "current").symlink_to(Path("versions") / older.name)
    verify_once(stored.folders, ADDRESSES.base, now())
    status = read_status(store)
    assert status is not None
    assert status.damaged == 1
    assert "is accepted, which is not published. Run 'gcmgraph build'." in run(stored, "verify").stdout
    shutil.rmtree(stored.folder / "imports")
    assert run(stored, "build", root=small_repository.root).exit_code == 0
    assert stored.store.current_version() == version.name
    assert damaged(stored) == set()


@pytest.mark.exhaustive
@pytest.mark.parametrize("kinds", ["index", "manifest and index"])
def test_a_version_whose_files_are_empty_is_named_and_built_again(
    stored: Stored, small_repository: Repository, kinds: str
) -> None:
    version = stored.store.current_folder()
    shutil.rmtree(stored.folder / "imports")
    before, dump = _statements(stored.store.open_current()), (version / DUMP).read_bytes()
    for file in [file for file in version.rglob("*") if file.is_file() and file.stat().st_size]:
        if file.parent != version or (file.name == MANIFEST and "manifest" in kinds):
            DAMAGES["emptied"](file)
    prepare_folders(stored.folders, ADDRESSES)
    status = read_status(stored.folder / "store")
    assert status is not None
    assert status.damaged
    result = run(stored, "build", root=small_repository.root)
    assert result.exit_code == 0, result.output
    assert stored.store.current_folder() == version
    assert (version / DUMP).read_bytes() == dump
    assert _statements(stored.store.open_current()) == before
    assert damaged(stored) == set()


@pytest.mark.exhaustive
def test_where_no_file_of_the_current_version_is_whole_another_store_is_built(
    stored: Stored, small_repository: Repository
) -> None:
    version = stored.store.current_folder()
    shutil.rmtree(stored.folder / "imports")
    dump = (version / DUMP).read_bytes()
    for file in [file for file in version.rglob("*") if file.is_file() and file.stat().st_size]:
        DAMAGES["emptied"](file)
    refused = run(stored, "build", root=small_repository.root)
    assert refused.exit_code == 1
    assert "build into another 'store'" in refused.stderr
    (stored.folder / "store").rename(stored.folder / "damaged")
    assert run(stored, "build", root=small_repository.root).exit_code == 0
    assert stored.store.current_version() == version.name
    assert (stored.store.current_folder() / DUMP).read_bytes() == dump


def _statements(store: Store) -> set[object]:
    return set(store.quads())
