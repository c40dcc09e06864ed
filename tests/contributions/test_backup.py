"""A copy of the ledger and the repository give the published graph again, byte by byte."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk import ADDRESSES, Desk, practice
from test_transfer import OLDER

from gcmgraph.cli.group import main
from gcmgraph.contributions.contribution import LedgerEvent, Verb
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.publishing import (
    all_published_quads,
    publish_left_over,
    published_contributions,
    require_known,
)
from gcmgraph.contributions.transfer import export_folder, import_folder
from gcmgraph.errors import LedgerError
from gcmgraph.model.terms import IRI
from gcmgraph.publication.build import Build, build
from gcmgraph.publication.versions.history import Statistics
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions import StoreFolder
from gcmgraph.validation.report import Report


def test_build_from_an_export(desk: Desk, tmp_path: Path) -> None:
    first = desk.accepted(practice("one", "One"))
    desk.accepted(practice("two", "Two"))
    desk.accepted(practice("one", "One, better"), supersedes=first.id)
    desk.service.withdraw(desk.accepted(practice("three", "Three")).id, desk.sender, "Wrong.")
    desk.sent(practice("four", "Four"))
    export_folder(tmp_path / "copy", desk.ledger.database)
    copy, store = Ledger(Database(tmp_path / "new")), StoreFolder(tmp_path / "rebuilt")
    import_folder(tmp_path / "copy", copy.database)
    with copy.building():
        result = build(desk.repository, ADDRESSES, store, contributed=all_published_quads(copy, ADDRESSES))
    assert result.summary is not None
    assert store.current_version() == desk.store.current_version()
    served, rebuilt = desk.store.current_folder(), store.current_folder()
    assert (rebuilt / "gcmgraph.nq").read_bytes() == (served / "gcmgraph.nq").read_bytes()
    assert Statistics.read(rebuilt) == Statistics.read(served) is not None


def test_refused_build_with_another_database(desk: Desk, tmp_path: Path) -> None:
    here = desk.accepted(practice()).id
    folders = ("--root", str(desk.repository.root), "--store", str(desk.store.path))
    result = CliRunner().invoke(main, ["build", *folders, "--contributions", str(tmp_path / "mistyped")])
    assert result.exit_code == 1
    assert here in result.output
    assert len(result.output.splitlines()) == 1
    require_known(desk.ledger, published_contributions(desk.store, ADDRESSES))


def test_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError, match="is not a folder"):
        Ledger(Database(tmp_path / "file")).identifiers()


def test_pending_decisions_after_a_build_of_another_store(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = decided_only(desk)
    built: list[object] = []

    def quick(*arguments: object, **_: object) -> Build:
        built.append(arguments)
        return Build(Report(()), (), (), "Dataset other")

    monkeypatch.setattr("gcmgraph.cli.build.build", quick)
    arguments = ["--quiet", "--store", tmp_path / "other", "--contributions", desk.folder]
    result = CliRunner().invoke(main, ["build", *map(str, arguments)])
    assert (result.exit_code, len(built)) == (0, 1), result.output
    assert publish_left_over(desk.ledger, desk.service.publisher) == ""
    assert next(desk.store.open_current().quads(IRI(ADDRESSES.thing("contribution", pending))), None) is not None
    assert desk.ledger.pending() == []


def decided_only(desk: Desk) -> str:
    """The identifier of a contribution that was accepted, and that the graph does not show."""
    sent = desk.sent(practice())
    desk.ledger.record(sent, LedgerEvent(Verb.ACCEPT, desk.curator, sent.submission.at, ""), publishes=True)
    return sent.id


def test_documented_backup_and_restore(tmp_path: Path) -> None:
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
    assert commands is not None
    ours = Path(sys.executable).with_name("gcmgraph")
    script = f"""date() {{ echo 2026-11-24; }}
gcmgraph() {{ if [ "$1" = contribution ]; then {ours} "$@"; fi; }}
{commands[1]}"""
    done = subprocess.run(["bash", "-e", "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
