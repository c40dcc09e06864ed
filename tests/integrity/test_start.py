"""The server's start removes what killed processes left, and has everything verified once."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import text
from stored import ADDRESSES, DAMAGES, Stored

from gcmgraph.contributions.database import Database
from gcmgraph.integrity import FILE, now, prepare_folders, read_status, verify_once
from gcmgraph.publication.search.file import FILE as SEARCH
from gcmgraph.settings import Settings
from gcmgraph.web.app import create_app


def test_the_start_removes_what_was_left_and_tightens_permissions(stored: Stored) -> None:
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


def test_a_version_that_was_being_thinned_out_is_thinned_out(stored: Stored) -> None:
    (older,) = [f for f in (stored.folder / "store" / "versions").iterdir() if f.name != stored.store.current_version()]
    (older / "index").rename(stored.folder / "removed")
    made = older.stat().st_mtime_ns
    prepare_folders(stored.folders, ADDRESSES)
    assert {file.name for file in older.iterdir()} == {"MANIFEST", "changes.json", "gcmgraph.nq.gz"}
    assert older.stat().st_mtime_ns == made
    assert read_status(stored.folder / "store") is None  # nothing is damaged


def test_the_start_names_what_is_visibly_damaged(stored: Stored, caplog: pytest.LogCaptureFixture) -> None:
    file = stored.files()[f"store/versions/current/{SEARCH}"]
    DAMAGES["truncated"](file)
    prepare_folders(stored.folders, ADDRESSES)
    assert [str(file)] == [message.split(" ", 1)[0] for message in caplog.messages]
    status = read_status(stored.folder / "store")
    assert status is not None
    assert (status.damaged, status.whole) == (1, False)


def test_all_files_are_verified_once_and_health_and_metrics_have_the_result(stored: Stored) -> None:
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


def test_a_store_that_cannot_be_written_is_served(tmp_path: Path) -> None:
    stored = Stored(tmp_path / "nothing")
    prepare_folders(stored.folders, ADDRESSES)
    verify_once(stored.folders, ADDRESSES.base, now())
    assert not os.path.lexists(tmp_path / "nothing")
