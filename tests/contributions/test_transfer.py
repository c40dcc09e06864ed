"""Folders of older releases, export that reads back equal, and contributions as files of the repository."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk import ADDRESSES, Desk, practice
from sqlalchemy import select, text

from gcmgraph.cli.group import main
from gcmgraph.contributions.access import Invitations, Tokens
from gcmgraph.contributions.contribution import State, Verb
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.publishing import all_published_quads
from gcmgraph.contributions.remarks import RemarkBox
from gcmgraph.contributions.tables import CONTRIBUTIONS, EVENTS, INVITATIONS, PAYLOADS, REMARKS, TOKENS
from gcmgraph.contributions.transfer import COLUMNS, export_folder, import_folder, pull_request_quads
from gcmgraph.errors import DataError, LedgerError
from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.publication.build import build
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.store.versions import StoreFolder
from gcmgraph.web.server import serve
from shared import copy_repository

#: Contributions, tokens, invitations and remarks of tests, as the last release without a database wrote them.
OLDER = Path(__file__).with_name("older_ledger")

FIRST, SECOND, REJECTED, WITHDRAWN, IN_PART, WAITING, ARCHIVE = sorted(path.name for path in (OLDER / "box").iterdir())


@pytest.fixture
def older(tmp_path: Path) -> Path:
    shutil.copytree(OLDER, tmp_path / "older")
    return tmp_path / "older"


def rows_of(database: Database) -> dict[str, list[str]]:
    """All rows but for their numbers and counts."""
    with database.reading() as rows:
        return {
            table.name: sorted(map(str, rows.execute(select(*(one for one in table.c if one.name != "sequence")))))
            for table in (CONTRIBUTIONS, PAYLOADS, EVENTS, TOKENS, INVITATIONS, REMARKS)
        }


def test_folder_of_an_older_release_is_imported_with_its_history(database: Database, older: Path) -> None:
    found = import_folder(older, database)
    assert (found.damaged, str(found)) == ([], "7 contributions, 5 tokens, 3 invitations, 2 remarks")
    ledger = Ledger(database)
    assert {one: ledger.find(one).state for one in ledger.identifiers()} == {
        FIRST: State.SUPERSEDED,
        SECOND: State.ACCEPTED,
        REJECTED: State.REJECTED,
        WITHDRAWN: State.WITHDRAWN,
        IN_PART: State.ACCEPTED,
        WAITING: State.SUBMITTED,
        ARCHIVE: State.SUBMITTED,
    }
    rejected = ledger.find(REJECTED)
    assert [event.verb for event in rejected.events] == [Verb.COMMENT, Verb.REJECT]
    assert [one.reason for one in ledger.find(IN_PART).returned] == ["Not sourced."]
    waiting = ledger.find(WAITING)
    assert ledger.known_key(waiting.submission.sender.token, "key 2") == waiting
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
    with database.writing() as rows:
        rows.execute(text("UPDATE contributions SET pending = TRUE WHERE id = :id"), {"id": WITHDRAWN})
    assert str(export_folder(tmp_path / "export", database)) == "7 contributions, 5 tokens, 3 invitations, 2 remarks"
    again = Database(tmp_path / "again")
    assert import_folder(tmp_path / "export", again).damaged == []
    assert rows_of(again) == rows_of(database)
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "export").rglob("*")} == {0}


def test_export_has_everything_public_as_rdf(desk: Desk, tmp_path: Path) -> None:
    desk.accepted(practice())
    desk.sent(practice("waiting"))
    options = ("--contributions", str(desk.folder))
    result = CliRunner().invoke(main, ["contribution", "export", str(tmp_path / "export"), *options])
    assert result.exit_code == 0, result.output
    public = set(read_quads(tmp_path / "export" / "published.nq"))
    assert public == set(all_published_quads(desk.ledger, ADDRESSES)) != set()
    refused = CliRunner().invoke(main, ["contribution", "export", str(tmp_path / "export"), *options])
    assert (refused.exit_code, "is not an empty folder" in refused.output) == (1, True)


#: Damages of a file in the folder of a contribution.
DAMAGES: dict[str, Callable[[Path], object]] = {
    "submission.json": lambda file: file.write_bytes(file.read_bytes().replace(b'"en"', b'"fr"')),
    "statements.nq": lambda file: file.write_bytes(b""),
    "report.json": Path.unlink,
    "events/0001.json": Path.unlink,
    "content/first-office.ttl": lambda file: file.write_bytes(file.read_bytes() + b" "),
    "MANIFEST": lambda file: file.write_bytes(file.read_bytes()[:-1]),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_contribution_is_named_and_left_until_it_is_restored(
    older: Path, tmp_path: Path, small_store: Path, name: str
) -> None:
    file = older / "box" / SECOND / name
    before = file.read_bytes()
    DAMAGES[name](file)
    options = ("--contributions", str(older))
    result = CliRunner().invoke(main, ["contribution", "import", str(older), *options])
    assert result.exit_code == 1
    assert "6 contributions" in result.stdout
    assert SECOND in result.stderr
    assert len(result.stderr.splitlines()) == 1
    built = CliRunner().invoke(main, ["build", "--store", str(tmp_path / "store"), *options])
    assert (built.exit_code, len(built.output.splitlines())) == (1, 1)
    assert f"'gcmgraph contribution import {older}'" in built.output
    with pytest.raises(LedgerError, match=f"not in the database: box/{SECOND}"):
        serve(Settings(store=str(small_store), contributions=str(older), port=1))
    file.write_bytes(before)
    again = CliRunner().invoke(main, ["contribution", "import", str(older), *options])
    assert (again.exit_code, again.stdout) == (
        0,
        "Imported into the database: 1 contributions, 0 tokens, 0 invitations, 0 remarks.\n",
    )


@pytest.mark.parametrize("kind", ["tokens", "invitations"])
def test_damaged_token_is_named_and_what_ended_does_not_return(older: Path, database: Database, kind: str) -> None:
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


def test_acceptance_that_an_older_release_did_not_end_is_completed(older: Path, database: Database) -> None:
    folder = older / "box" / FIRST
    (folder / "events" / "0002.json").unlink()  # the predecessor was not superseded yet
    (folder / "MANIFEST").unlink()
    (older / "MANIFEST").unlink()
    import_folder(older, database)
    assert Ledger(database).find(FIRST).state is State.SUPERSEDED
    assert Ledger(database).pending() == [FIRST]


def test_other_folder_is_refused(database: Database, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="is no folder of contributions"):
        import_folder(tmp_path, database)


V = Vocabulary(ADDRESSES)
ROW = (
    "shops.ttl,One-stop shops,en,A Ministry,https://example.org/ministry,2026-11-01,R,https://example.org/r,2026-11-20"
)


@pytest.fixture
def copy(tmp_path: Path) -> Repository:
    return copy_repository(tmp_path / "repository", small=True)


def contributed(repository: Repository, row: str, data: bytes) -> None:
    folder = repository.root / "data" / "contributions"
    (folder / "contributions.csv").write_text(f"{','.join(COLUMNS)}\n{row}\n", "utf-8")
    (folder / "shops.ttl").write_bytes(data)


def test_publication_with_provenance(copy: Repository, tmp_path: Path) -> None:
    contributed(copy, ROW, practice().data)
    store = StoreFolder(tmp_path / "store")
    result = build(copy, ADDRESSES, store, contributed=pull_request_quads(copy, ADDRESSES))
    assert result.summary is not None, result.report
    now = store.open_current()
    graph = IRI(ADDRESSES.graph("contribution/shops"))
    assert next(now.quads(V("practice:one-stop-shop"), V("dct:title"), graph=graph), None) is not None
    (sender,) = now.quads(V("contribution:shops"), V("prov:wasAssociatedWith"))
    assert sender.object == IRI("https://example.org/ministry")


def test_times_with_an_offset(copy: Repository) -> None:
    contributed(copy, ROW.replace("2026-11-01", "2026-11-01T10:00:00+02:00"), practice().data)
    quads = pull_request_quads(copy, ADDRESSES)
    moments = {quad.predicate: quad.object.value for quad in quads if isinstance(quad.object, Literal)}
    assert moments[V("prov:startedAtTime")] == "2026-11-01T08:00:00Z"
    assert moments[V("prov:generatedAtTime")] == "2026-11-20T00:00:00Z"


@pytest.mark.parametrize(
    ("row", "data", "said"),
    [
        (ROW.replace("shops.ttl", "none.ttl"), b"", "is no file in"),
        (ROW.replace("2026-11-01", "November"), practice().data, "not in order"),
        (ROW.replace("https://example.org/r,", "a b,"), practice().data, "not in order"),
        (ROW.replace("A Ministry", "A\x01Ministry"), practice().data, "'sender' holds a control character"),
        (ROW + ",more", practice().data, "10 cells instead of 9"),
        (ROW, practice().data + b"<https://w3id.org/gcmgraph/id/country/AFG> a gcm:Practice .", "may not describe"),
    ],
)
def test_errors_with_file_and_line(copy: Repository, row: str, data: bytes, said: str) -> None:
    contributed(copy, row, data)
    with pytest.raises(DataError, match=said) as caught:
        pull_request_quads(copy, ADDRESSES)
    assert caught.value.place is not None
    assert caught.value.place.line


def test_contributions_of_this_repository() -> None:
    assert isinstance(pull_request_quads(Repository.find(), ADDRESSES), list)
