"""The server's start removes what killed processes left, and has everything verified once, also after a power failure.

The database forces its file to the disk; files of the store are not forced, and may be empty or of an earlier time.
"""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest
from sqlalchemy import text
from stored import ADDRESSES, DAMAGES, Stored
from test_verify import damaged, run

from gcmgraph.contributions.database import Database
from gcmgraph.files import MANIFEST
from gcmgraph.integrity import FILE, now, prepare_folders, read_status, verify_once
from gcmgraph.publication.search.file import FILE as SEARCH
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.store.port import Store
from gcmgraph.store.versions import DUMP
from gcmgraph.web.app import create_app


def test_leftovers_and_permissions_at_the_start(stored: Stored) -> None:
    before = {path for path in stored.folder.rglob("*") if not path.is_dir()}
    for name in ("imports/.X.1-0123abcd", "store/versions/.a.1-0123abcd"):
        (stored.folder / name).touch()
    for name in ("imports/.Y.1-0123abcd/content", "store/versions/building-x-1/index"):
        (stored.folder / name).mkdir(parents=True)
        (stored.folder / name / "half").touch()
    (ledger := stored.folder / "ledger").chmod(0o755)
    prepare_folders(stored.folders, ADDRESSES)
    after = {path for path in stored.folder.rglob("*") if not path.is_dir()}
    assert after - before <= {stored.folder / "store" / "lock"}
    assert before - after == set()
    for path in (ledger, *ledger.rglob("*")):
        assert stat.filemode(path.stat().st_mode)[4:] == "------", path


def test_version_without_an_index_is_reduced(stored: Stored) -> None:
    (older,) = [f for f in (stored.folder / "store" / "versions").iterdir() if f.name != stored.store.current_version()]
    (older / "index").rename(stored.folder / "removed")
    made = older.stat().st_mtime_ns
    prepare_folders(stored.folders, ADDRESSES)
    assert {file.name for file in older.iterdir()} == {"MANIFEST", "changes.json", "gcmgraph.nq.gz"}
    assert older.stat().st_mtime_ns == made
    assert read_status(stored.folder / "store") is None  # nothing is damaged


def test_damages_at_the_start(stored: Stored, caplog: pytest.LogCaptureFixture) -> None:
    file = stored.files()[f"store/versions/current/{SEARCH}"]
    DAMAGES["truncated"](file)
    prepare_folders(stored.folders, ADDRESSES)
    assert [str(file)] == [message.split(" ", 1)[0] for message in caplog.messages]
    status = read_status(stored.folder / "store")
    assert status is not None
    assert (status.damaged, status.whole) == (1, False)


def test_verification_in_health_and_metrics(stored: Stored) -> None:
    app = create_app(Settings(store=str(stored.folder / "store"), contributions=str(stored.folder / "ledger")))
    client = app.test_client()
    try:
        assert client.get("/health").get_json()["integrity"] == {"checked": None, "damaged": None}
        with Database(stored.folder / "ledger").writing() as rows:
            rows.execute(text("UPDATE payloads SET data = X'00' WHERE part = 'statements'"))
        begun = now()
        verify_once(stored.folders, ADDRESSES.base, begun)
        first = client.get("/health").get_json()
        assert (first["status"], first["integrity"]["damaged"]) == ("ok", 2)
        metrics = client.get("/metrics").text
        assert "\ngcmgraph_damaged_files 2\n" in metrics
        assert "\ngcmgraph_verification_timestamp_seconds " in metrics
        result = (stored.folder / "store" / FILE).read_bytes()
        verify_once(stored.folders, ADDRESSES.base, begun)  # as another process of the same server
        assert (stored.folder / "store" / FILE).read_bytes() == result
    finally:
        app.extensions["gcmgraph"].workers.close()


def test_start_without_a_store(tmp_path: Path) -> None:
    stored = Stored(tmp_path / "nothing")
    prepare_folders(stored.folders, ADDRESSES)
    verify_once(stored.folders, ADDRESSES.base, now())
    assert not os.path.lexists(tmp_path / "nothing")


# ------------------------------------------------------------------------------------------- after a power failure


def test_lost_version_of_a_decision(stored: Stored, small_repository: Repository) -> None:
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
def test_empty_files_of_a_version(stored: Stored, small_repository: Repository, kinds: str) -> None:
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
def test_no_intact_file_of_the_current_version(stored: Stored, small_repository: Repository) -> None:
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
