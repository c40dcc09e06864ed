"""Folders of older releases, exports and backups: each gives the published graph again."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import ADDRESSES, Desk, all_published_quads, practice
from sqlalchemy import select

from disks import disk, full
from gcmgraph.contributions.access import Invitations, Tokens
from gcmgraph.contributions.contribution import LedgerEvent, State, Verb
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.published_contributions import published_contributions, require_known
from gcmgraph.contributions.recorded_versions import RecordedVersion, RecordedVersions
from gcmgraph.contributions.remarks import RemarkBox
from gcmgraph.contributions.tables import (
    CONTRIBUTIONS,
    EVENTS,
    INVITATIONS,
    PAYLOADS,
    REMARKS,
    TOKENS,
)
from gcmgraph.contributions.transfer_export import export_folder
from gcmgraph.contributions.transfer_import import import_folder
from gcmgraph.platform.errors import LedgerError
from gcmgraph.publication.build import build
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import IRI
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import DUMP
from gcmgraph.web.server import serve
from program import run_here as run

#: Contributions, tokens, invitations and remarks of tests, as the last release without a database
#: wrote them.
OLDER = Path(__file__).with_name("older_ledger")

FIRST, SECOND, REJECTED, WITHDRAWN, IN_PART, WAITING, ARCHIVE = sorted(
    path.name for path in (OLDER / "box").iterdir()
)


@pytest.fixture
def older(tmp_path: Path) -> Path:
    shutil.copytree(OLDER, tmp_path / "older")
    return tmp_path / "older"


def rows_of(database: Database) -> dict[str, list[str]]:
    """All rows but for their numbers and counts."""
    with database.reading() as rows:
        return {
            table.name: sorted(
                map(str, rows.execute(select(*(one for one in table.c if one.name != "sequence"))))
            )
            for table in (CONTRIBUTIONS, PAYLOADS, EVENTS, TOKENS, INVITATIONS, REMARKS)
        }


def test_folder_of_an_older_release_is_imported(database: Database, older: Path) -> None:
    found = import_folder(older, database)
    assert (found.damaged, str(found)) == (
        [],
        "7 contributions, 5 tokens, 3 invitations, 2 remarks",
    )
    ledger = Ledger(database)
    states = [
        State.SUPERSEDED,
        State.ACCEPTED,
        State.REJECTED,
        State.WITHDRAWN,
        State.ACCEPTED,
        *[State.SUBMITTED] * 2,
    ]
    imported = (FIRST, SECOND, REJECTED, WITHDRAWN, IN_PART, WAITING, ARCHIVE)
    assert {one: ledger.find(one).state for one in ledger.identifiers()} == dict(
        zip(imported, states, strict=True)
    )
    rejected = ledger.find(REJECTED)
    assert [event.verb for event in rejected.events] == [Verb.COMMENT, Verb.REJECT]
    assert [one.reason for one in ledger.find(IN_PART).returned] == ["Not sourced."]
    waiting = ledger.find(WAITING)
    assert ledger.sent_with_key(waiting.submission.sender.token, "key 2") == waiting
    assert b"New office" in ledger.content(waiting)
    assert sum(token.revoked is not None for token in Tokens(database).all()) == 1
    assert [one.state for one in Invitations(database).all()] == ["revoked", "open", "redeemed"]
    box = RemarkBox(database)
    assert (box.counts().waiting, box.counts().answered) == (1, 1)
    assert import_folder(older, database).counts == {}


def test_export_reads_back_equal(
    database: Database, older: Path, tmp_path: Path, reopened: Callable[[], Database]
) -> None:
    import_folder(older, database)
    assert (
        str(export_folder(tmp_path / "export", database))
        == "7 contributions, 5 tokens, 3 invitations, 2 remarks"
    )
    again = Database(tmp_path / "again")
    assert import_folder(tmp_path / "export", again).damaged == []
    assert rows_of(again) == rows_of(database)
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "export").rglob("*")} == {0}


def test_export_to_a_full_disk_keeps_nothing_and_is_done_again(desk: Desk, tmp_path: Path) -> None:
    desk.sent(practice("waiting"))
    with disk(tmp_path / "disk", "2m") as small:
        export = (
            *("contribution", "export", small / "export"),
            *("--contributions", desk.folder, "--store", tmp_path / "store"),
        )
        with full(small):
            failed = run(*export)
            assert failed.exit_code == 1
            assert "The export cannot be written: No space left on device." in failed.output
            assert not (small / "export").exists()
        assert run(*export).exit_code == 0
        assert (small / "export" / "published.nq").is_file()


def test_export_has_everything_public_as_rdf(desk: Desk, tmp_path: Path) -> None:
    desk.accepted(practice())
    desk.sent(practice("waiting"))
    export = (
        *("contribution", "export", tmp_path / "export"),
        *("--contributions", desk.folder, "--store", tmp_path / "store"),
    )
    result = run(*export)
    assert result.exit_code == 0, result.output
    public = set(read_quads(tmp_path / "export" / "published.nq"))
    assert public == set(all_published_quads(desk.ledger)) != set()
    refused = run(*export)
    assert (refused.exit_code, "is not an empty folder" in refused.output) == (1, True)
    with pytest.raises(LedgerError, match="is no folder of contributions"):
        import_folder(tmp_path, desk.ledger.database)


#: Damages of a file in the folder of a contribution.
DAMAGES: dict[str, Callable[[Path], object]] = {
    "submission.json": lambda file: file.write_bytes(file.read_bytes().replace(b'"en"', b'"fr"')),
    "statements.nq": lambda file: file.write_bytes(b""),
    "report.json": Path.unlink,
    "events/0001.json": Path.unlink,
    "content/first-office.ttl": lambda file: file.write_bytes(file.read_bytes() + b" "),
    "MANIFEST": lambda file: file.write_bytes(file.read_bytes()[:-1]),
}


def test_damaged_contribution_is_named_and_imported_when_restored(
    older: Path, tmp_path: Path
) -> None:
    for number, (name, damage) in enumerate(DAMAGES.items()):
        file = older / "box" / SECOND / name
        before = file.read_bytes()
        damage(file)
        import_again = (
            "contribution",
            "import",
            older,
            "--contributions",
            tmp_path / f"database-{number}",
        )
        result = run(*import_again)
        assert result.exit_code == 1
        assert "6 contributions" in result.stdout
        assert SECOND in result.stderr
        assert len(result.stderr.splitlines()) == 1
        file.write_bytes(before)
    again = run(*import_again)
    one = "Imported into the database: 1 contributions, 0 tokens, 0 invitations, 0 remarks.\n"
    assert (again.exit_code, again.stdout) == (0, one)


def test_build_and_server_are_refused_after_a_partial_import(
    older: Path, tmp_path: Path, small_store: Path
) -> None:
    DAMAGES["MANIFEST"](older / "box" / SECOND / "MANIFEST")
    assert run("contribution", "import", older, "--contributions", older).exit_code == 1
    built = run("build", "--store", tmp_path / "store", "--contributions", older)
    assert (built.exit_code, len(built.output.splitlines())) == (1, 1)
    assert f"'gcmgraph contribution import {older}'" in built.output
    with pytest.raises(LedgerError, match=f"not in the database: box/{SECOND}"):
        serve(Settings(store=str(small_store), contributions=str(older), port=1))


@pytest.mark.parametrize("kind", ["tokens", "invitations"])
def test_damaged_tokens_and_invitations_are_named_and_imported_when_restored(
    older: Path, database: Database, kind: str
) -> None:
    ended = next((older / kind).glob("*.revoked"))
    before = ended.read_bytes()
    ended.unlink()
    found = import_folder(older, database)
    assert [str(ended) in error.message for error in found.damaged] == [True]
    ended.write_bytes(before)
    assert import_folder(older, database).counts == {kind: 1}
    tokens = Tokens(database)
    valid = next(token.holder.token for token in tokens.all() if token.revoked is None)
    tokens.revoke(valid)
    box = RemarkBox(database)
    for identifier in box.identifiers():
        box.delete(identifier)
    assert import_folder(older, database).counts == {}
    assert box.identifiers() == []
    assert next(token for token in tokens.all() if token.holder.token == valid).revoked is not None


def test_acceptance_that_an_older_release_began_supersedes_the_predecessor(
    older: Path, database: Database
) -> None:
    folder = older / "box" / FIRST
    (folder / "events" / "0002.json").unlink()  # the predecessor was not superseded yet
    (folder / "MANIFEST").unlink()
    (older / "MANIFEST").unlink()
    import_folder(older, database)
    assert Ledger(database).find(FIRST).state is State.SUPERSEDED
    assert FIRST in Ledger(database).pending()


def test_build_from_an_export_makes_the_same_version(desk: Desk, tmp_path: Path) -> None:
    first = desk.accepted(practice("one", "One"))
    desk.accepted(practice("one", "One, better"), supersedes=first.id)
    desk.service.withdraw(desk.accepted(practice("three", "Three")).id, desk.sender, "Wrong.")
    desk.sent(practice("four", "Four"))
    export_folder(tmp_path / "copy", desk.ledger.database)
    copy, store = Ledger(Database(tmp_path / "new")), StoreFolder(tmp_path / "rebuilt")
    import_folder(tmp_path / "copy", copy.database)
    result = build(desk.repository, ADDRESSES, store, contributed=all_published_quads(copy))
    assert result.summary is not None
    assert store.current_version() == desk.store.current_version()
    assert (store.current_folder() / DUMP).read_bytes() == (
        desk.store.current_folder() / DUMP
    ).read_bytes()


def test_build_with_another_database_is_refused(desk: Desk, tmp_path: Path) -> None:
    here = desk.accepted(practice()).id
    folders = ("--root", desk.repository.root, "--store", desk.store.path)
    result = run("build", *folders, "--contributions", tmp_path / "mistyped")
    assert result.exit_code == 1
    assert here in result.output
    assert len(result.output.splitlines()) == 1
    require_known(desk.ledger, published_contributions(desk.store, ADDRESSES))


def test_build_without_a_contribution_by_pull_request_of_an_older_release_is_refused(
    desk: Desk,
) -> None:
    with pytest.raises(
        LedgerError, match=r"that are not in .*: one-stop-shops\. A build would drop"
    ):
        require_known(desk.ledger, {"one-stop-shops"})


def test_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError, match="is not a folder"):
        Ledger(Database(tmp_path / "file")).identifiers()


def test_decision_in_a_version_of_another_store_is_published_here(desk: Desk) -> None:
    sent = desk.sent(practice())
    desk.ledger.record(sent, LedgerEvent(Verb.ACCEPT, desk.curator, sent.submission.at, ""))
    version = RecordedVersion(
        "another store", desk.ledger.last_decision(), "0" * 16, sent.submission.at, {}
    )
    RecordedVersions(desk.ledger.database).add(version)
    assert desk.ledger.pending() == []
    assert desk.publication.catch_up()
    assert (
        next(
            desk.store.open_current().quads(IRI(ADDRESSES.resource("contribution", sent.id))), None
        )
        is not None
    )


def test_documented_commands_back_up_and_restore(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    new.mkdir()
    (old / "var" / "imports" / "sdg").mkdir(parents=True)
    (old / "var" / "imports" / "sdg" / "import.json").write_text("{}", "utf-8")
    before, after = (Ledger(Database(folder / "var" / "contributions")) for folder in (old, new))
    import_folder(OLDER, before.database)
    run_documented("Backup", old)
    (archive,) = old.glob("*.tar.gz")
    archive.rename(new / archive.name)
    run_documented("Restore", new)
    assert (new / "var" / "imports" / "sdg" / "import.json").read_text("utf-8") == "{}"
    found = [list(ledger.readable(ledger.identifiers(), [])) for ledger in (before, after)]
    assert found[0] == found[1] != []
    assert sorted(path.name for path in (new / "var").iterdir()) == ["contributions", "imports"]


def run_documented(heading: str, folder: Path) -> None:
    """Run the commands below a heading of docs/operations.md in a folder, on the day that they name; no build."""
    text = (Repository.find().root / "docs" / "operations.md").read_text("utf-8")
    commands = re.search(rf"^## {heading}\n```\n(.+?)```", text, re.MULTILINE | re.DOTALL)
    ours = Path(sys.executable).with_name("gcmgraph")
    script = f"""date() {{ echo 2026-11-24; }}
gcmgraph() {{ if [ "$1" = contribution ]; then {ours} "$@"; fi; }}
{commands[1]}"""
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
