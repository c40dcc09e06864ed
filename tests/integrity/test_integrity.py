"""Each damage is named, with what restores it, and is not served; the server's start removes leftovers and verifies."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from stored import ADDRESSES, DAMAGES, TABLE, Stored

from gcmgraph.cli.group import main
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.integrity.server import now, prepare_folders, verify_once
from gcmgraph.integrity.status import FILE, read_status
from gcmgraph.integrity.verification import verify
from gcmgraph.linking.imports import import_table
from gcmgraph.platform.file_states import MANIFEST
from gcmgraph.platform.files import same_time
from gcmgraph.publication.search.file import FILE as SEARCH
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.store.port import Store
from gcmgraph.store.version_files import DUMP
from gcmgraph.web.app import create_app


def run(stored: Stored, command: str, *options: str, root: Path | None = None) -> Result:
    folders = [f"--store={stored.folder / 'store'}", f"--contributions={stored.folder / 'ledger'}"]
    folders += [
        f"--imports={stored.folder / 'imports'}",
        f"--root={root or Repository.find().root}",
    ]
    if command == "build":
        folders += [f"--sources={stored.folder / 'nothing'}", "--quiet"]
    return CliRunner().invoke(main, [command, *options, *folders])


def damaged(stored: Stored) -> set[Path]:
    return {damage.file for damage in verify(stored.folders, ADDRESSES).damages}


def test_intact_store_is_reported_in_one_line(stored: Stored) -> None:
    result = run(stored, "verify")
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("all in order.\n")
    assert len(result.stdout.splitlines()) == 1
    status = read_status(stored.folder / "store")
    assert (status.damaged, status.whole) == (0, True)
    assert status.files > 40


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_files_and_manifests_are_reported(
    stored: Stored, tmp_path: Path, damage: str
) -> None:
    other = stored.copied(tmp_path / "other")
    imported = {
        file for kind, file in stored.files().items() if kind.startswith("imports/kites/DIGEST")
    }
    manifests = {file for kind, file in other.files().items() if kind.endswith(MANIFEST)}
    files = {file for kind, file in stored.files().items() if not kind.endswith(MANIFEST)}
    assert (len(manifests), len(files) > 25) == (2, True)
    for file in (*manifests, *files):
        DAMAGES[damage](file)
    assert damaged(other) == manifests
    assert damaged(stored) == files - (
        imported if damage == "removed" else set()
    )  # only its record names it


def test_missing_order_of_versions_is_reported_and_written_by_a_build(
    stored: Stored, small_repository: Repository
) -> None:
    order = stored.folder / "store" / "order"
    before = order.read_text()
    order.unlink()
    assert damaged(stored) == {order}
    order.write_text(before.splitlines()[-1])
    assert damaged(stored) == {order}
    built = run(stored, "build", root=small_repository.root)
    assert built.exit_code == 0, built.output
    assert damaged(stored) == set()
    assert set(order.read_text().split()) >= set(before.split())


@pytest.mark.parametrize("data", ["a text", 7, b"bytes"])
def test_changed_payload_is_named(stored: Stored, data: object) -> None:
    database = stored.folders.database
    with database.writing() as rows:
        rows.execute(
            text("UPDATE payloads SET data = :data WHERE part = 'content'"), {"data": data}
        )
    result = run(stored, "verify")
    assert result.exit_code == 1
    assert result.output.count("The content of contribution ") == 2
    assert "Traceback" not in result.output


def test_lost_database_is_reported_by_verify_and_at_the_start(
    stored: Stored, caplog: pytest.LogCaptureFixture
) -> None:
    database = stored.folders.database
    [published] = [
        one for one in Ledger(database).identifiers() if Ledger(database).find(one).was_published
    ]
    shutil.rmtree(stored.folder / "ledger")
    result = run(stored, "verify")
    assert result.exit_code == 1
    assert f"{database.name} lacks contributions that are published: {published}." in result.output
    assert "Restore the database from a backup" in result.output
    prepare_folders(stored.folders, ADDRESSES)
    [message] = caplog.messages
    assert published in message
    assert read_status(stored.folder / "store").damaged == 1


def test_damaged_files_are_reported_with_their_remedies(stored: Stored) -> None:
    imported, statistics = (
        stored.files()["imports/kites/DIGEST.csv"],
        stored.store.current_folder() / "figures-1.json",
    )
    for file in (imported, statistics):
        DAMAGES["emptied"](file)
    result = run(stored, "verify", "--json")
    assert result.exit_code == 1
    remedies = {one["file"]: one["restore"] for one in json.loads(result.stdout)["damaged"]}
    assert remedies.keys() == {str(imported), str(statistics)}
    assert "import the same files again" in remedies[str(imported)]
    assert "Run 'gcmgraph build'" in remedies[str(statistics)]
    assert run(stored, "verify").stdout.splitlines()[-1].endswith(" MB: 2 damaged.")


def test_damaged_record_of_an_import_is_written_anew_by_an_import(
    stored: Stored, small_repository: Repository, tmp_path: Path
) -> None:
    DAMAGES["changed"](stored.folder / "imports" / "kites" / "import.json")
    for name, content in TABLE.items():
        (tmp_path / name).write_text(content, "utf-8")
    import_table(
        stored.folder / "imports", tmp_path / "kites.csv", "2026-11-24", small_repository, ADDRESSES
    )
    assert damaged(stored) == set()


def test_dump_of_an_older_release_is_compared_with_the_name_of_its_version(stored: Stored) -> None:
    version = stored.store.current_folder()
    (version / MANIFEST).unlink()
    DAMAGES["changed"](version / DUMP)
    assert damaged(stored) == {version / MANIFEST, version / DUMP}


@pytest.mark.exhaustive
def test_link_without_a_version_is_reported_and_made_by_a_build(
    stored: Stored, small_repository: Repository
) -> None:
    link, current = stored.folder / "store" / "current", stored.store.current_version()
    (stored.folder / "imports").rename(stored.folder / "elsewhere")
    link.unlink()
    assert damaged(stored) == {link}
    assert run(stored, "build", root=small_repository.root).exit_code == 0
    assert stored.store.current_version() == current


def test_damaged_imports_stop_a_build(stored: Stored, small_repository: Repository) -> None:
    before = stored.store.current_version()
    for kind in ("imports/kites/import.json", "imports/kites/DIGEST.csv"):
        file = stored.files()[kind]
        whole = file.read_bytes()
        for damage in DAMAGES.values():
            damage(file)
            result = run(stored, "build", root=small_repository.root)
            assert result.exit_code == 1, result.output
            assert file.name in result.stderr or file.stem.lstrip("0") in result.stderr, (
                result.stderr
            )
            assert stored.store.current_version() == before
            file.write_bytes(whole)


#: Files on which others depend: each is damaged alone.
APART = (MANIFEST, DUMP, "added.nq.gz")


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("damage", "names"),
    [*((damage, ()) for damage in DAMAGES), *(("changed", (name,)) for name in APART)],
)
def test_build_repairs_the_current_version(
    stored: Stored, small_repository: Repository, damage: str, names: tuple[str, ...]
) -> None:
    version = stored.store.current_folder()
    files = [
        file for kind, file in stored.files().items() if kind.startswith("store/versions/current/")
    ]
    (stored.folder / "imports").rename(stored.folder / "elsewhere")
    together = [version / name for name in names] or [
        file for file in files if file.name not in APART
    ]
    for file in together:
        DAMAGES[damage](file)
    assert damaged(stored) >= set(together)
    result = run(stored, "build", root=small_repository.root)
    assert result.exit_code == 0, result.output
    assert stored.store.current_folder() == version
    assert damaged(stored) == set()


#: Address, status and body.
Answer = tuple[str, int, bytes]


def answers(stored: Stored) -> list[Answer]:
    """What each address that serves stored files answers to a curator."""
    settings = Settings(
        store=str(stored.folder / "store"),
        contributions=str(stored.folder / "ledger"),
        result_cache=0,
    )
    app = create_app(settings)
    client, found = app.test_client(use_cookies=False), []
    headers = {"Authorization": f"Bearer {stored.reader}", "Accept": "application/json"}
    try:
        for address in addresses(stored):
            with client.get(address, headers=headers) as answer:
                found.append((address, answer.status_code, answer.data))
    finally:
        app.extensions["gcmgraph"].workers.close()
    return found


def addresses(stored: Stored) -> Iterator[str]:
    """The addresses that serve stored files."""
    for version in sorted((stored.folder / "store" / "versions").iterdir()):
        for name in (
            "gcmgraph.nq",
            "gcmgraph.nq.gz",
            "gcmgraph.trig.gz",
            "gcmgraph.ttl.gz",
            "added.nq.gz",
        ):
            yield f"/dumps/{version.name}/{name}"
        yield f"/dataset/{version.name}.json"
    yield from (
        "/changes.json",
        "/search?q=practice&format=json",
        "/doc/practice/one.nt",
        "/browse/practice",
    )


@pytest.fixture(scope="module")
def sound(whole: Stored, tmp_path_factory: pytest.TempPathFactory) -> list[Answer]:
    found = answers(whole.copied(tmp_path_factory.mktemp("sound") / "stored"))
    assert [
        address for address, status, _ in found if status != 200 and "added" not in address
    ] == []
    return found


def part_of(kind: str) -> str:
    """Files that are damaged together: an index or a manifest that is damaged hides what else is."""
    return next((part for part in ("index/", MANIFEST) if part in kind), "others")


@pytest.mark.exhaustive
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("part", ["index/", MANIFEST, "others"])
def test_no_address_serves_a_damaged_file(
    stored: Stored, sound: list[Answer], part: str, damage: str
) -> None:
    files = [file for kind, file in stored.files().items() if part_of(kind) == part]
    for file in files:
        with same_time(file.parent):  # which orders the versions
            DAMAGES[damage](file)
    assert damaged(stored) >= {file for file in files if "imports" not in file.parts}
    names = {file.name.encode() for file in files}
    for before, (address, status, body) in zip(sound, answers(stored), strict=True):
        left_out = status == 200 and any(body.count(name) < before[2].count(name) for name in names)
        assert (address, status, body) == before or status == 503 or left_out, (
            address,
            status,
            body[:300],
        )


def test_start_removes_leftovers_and_tightens_permissions(stored: Stored) -> None:
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
    (older,) = [
        f
        for f in (stored.folder / "store" / "versions").iterdir()
        if f.name != stored.store.current_version()
    ]
    (older / "index").rename(stored.folder / "removed")
    made = older.stat().st_mtime_ns
    prepare_folders(stored.folders, ADDRESSES)
    assert {file.name for file in older.iterdir()} == {"MANIFEST", "changes.json", "gcmgraph.nq.gz"}
    assert older.stat().st_mtime_ns == made
    assert read_status(stored.folder / "store") is None  # nothing is damaged


def test_damaged_file_is_logged_at_the_start(
    stored: Stored, caplog: pytest.LogCaptureFixture
) -> None:
    file = stored.files()[f"store/versions/current/{SEARCH}"]
    DAMAGES["truncated"](file)
    prepare_folders(stored.folders, ADDRESSES)
    assert [str(file)] == [message.split(" ", 1)[0] for message in caplog.messages]
    status = read_status(stored.folder / "store")
    assert (status.damaged, status.whole) == (1, False)


def test_verification_is_shown_in_health_and_metrics(stored: Stored) -> None:
    app = create_app(
        Settings(store=str(stored.folder / "store"), contributions=str(stored.folder / "ledger"))
    )
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


def test_contributions_and_backup_are_counted_in_metrics(stored: Stored) -> None:
    app = create_app(
        Settings(store=str(stored.folder / "store"), contributions=str(stored.folder / "ledger"))
    )
    client = app.test_client()

    def metrics() -> dict[str, float]:
        lines = (
            line.rpartition(" ")
            for line in client.get("/metrics").text.splitlines()
            if line[:1] != "#"
        )
        return {name: float(value) for name, _, value in lines if "{" not in name}

    try:
        before = metrics()
        assert (
            before["gcmgraph_waiting_contributions"],
            before["gcmgraph_unpublished_decisions"],
        ) == (1, 0)
        assert 0 <= now().timestamp() - before["gcmgraph_oldest_waiting_timestamp_seconds"] < 86_400
        assert "gcmgraph_backup_timestamp_seconds" not in before
        (stored.folder / "store" / "backed-up").touch()
        with stored.folders.database.writing() as rows:
            rows.execute(
                text("DELETE FROM versions")
            )  # as if none had been made since the decision
            rows.execute(
                text("UPDATE contributions SET state = 'withdrawn' WHERE state = 'submitted'")
            )
        after = metrics()
        assert (
            after["gcmgraph_waiting_contributions"],
            after["gcmgraph_unpublished_decisions"],
        ) == (0, 1)
        assert "gcmgraph_oldest_waiting_timestamp_seconds" not in after
        assert 0 <= now().timestamp() + 1 - after["gcmgraph_backup_timestamp_seconds"] < 600
    finally:
        app.extensions["gcmgraph"].workers.close()


def test_start_without_a_store_makes_nothing(tmp_path: Path) -> None:
    stored = Stored(tmp_path / "nothing")
    prepare_folders(stored.folders, ADDRESSES)
    verify_once(stored.folders, ADDRESSES.base, now())
    assert not os.path.lexists(tmp_path / "nothing")


# ------------------------------------------------------------------------------------------- after a power failure


def test_lost_version_of_a_decision_is_reported(
    stored: Stored, small_repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcmgraph.publication.versions.dataset.write_indexes", lambda *_: None)
    version, store = stored.store.current_folder(), stored.folder / "store"
    (older,) = [folder for folder in version.parent.iterdir() if folder != version]
    shutil.rmtree(version)
    (store / "current").unlink()
    (store / "current").symlink_to(Path("versions") / older.name)
    verify_once(stored.folders, ADDRESSES.base, now())
    status = read_status(store)
    assert status.damaged == 1
    assert (
        "is accepted, which is not published. Run 'gcmgraph build'." in run(stored, "verify").stdout
    )
    shutil.rmtree(stored.folder / "imports")
    assert run(stored, "build", root=small_repository.root).exit_code == 0
    assert stored.store.current_version() == version.name
    assert damaged(stored) == set()


@pytest.mark.exhaustive
@pytest.mark.parametrize("kinds", ["index", "manifest and index", "all"])
def test_empty_files_of_a_version_are_written_anew_by_a_build(
    stored: Stored, small_repository: Repository, kinds: str
) -> None:
    version = stored.store.current_folder()
    shutil.rmtree(stored.folder / "imports")
    before, dump = _statements(stored.store.open_current()), (version / DUMP).read_bytes()
    for file in [file for file in version.rglob("*") if file.is_file() and file.stat().st_size]:
        if (
            kinds == "all"
            or file.parent != version
            or (file.name == MANIFEST and "manifest" in kinds)
        ):
            DAMAGES["emptied"](file)
    if kinds == "all":
        refused = run(stored, "build", root=small_repository.root)
        assert (refused.exit_code, "build into another 'store'" in refused.stderr) == (1, True)
        (stored.folder / "store").rename(stored.folder / "damaged")
    else:
        prepare_folders(stored.folders, ADDRESSES)
        assert read_status(stored.folder / "store").damaged
    result = run(stored, "build", root=small_repository.root)
    assert result.exit_code == 0, result.output
    assert stored.store.current_folder() == version
    assert (version / DUMP).read_bytes() == dump
    assert _statements(stored.store.open_current()) == before
    assert damaged(stored) == set()


def _statements(store: Store) -> set[object]:
    return set(store.quads())
