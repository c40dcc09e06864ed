"""Opening a database: schema, installation, permissions, and faults that are one sentence."""

from __future__ import annotations

import sqlite3
import stat
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, text

from databases import Cluster
from gcmgraph.contributions import database as module
from gcmgraph.contributions.access import SenderLinks, Tokens, insert_holder
from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.database import FILE, SCHEMA, Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.tables import LINKS, METADATA
from gcmgraph.platform.errors import LedgerBusyError, LedgerError
from gcmgraph.settings import Settings
from gcmgraph.web.server import serve
from program import run_here as run

HOLDER = (Role.CURATOR, "A Curator", "https://example.org/curator")

CONTRIBUTION = "01M8KQ8KWAR9891G7QGGF0YWED"


#: Removes what migrations added to the tables of the first release with a database.
BEFORE_MIGRATIONS = (
    "ALTER TABLE contributions DROP COLUMN email",
    "ALTER TABLE contributions DROP COLUMN spoken",
    "DROP TABLE links",
    "DROP TABLE notices",
    "DROP TABLE confirmations",
    "DROP TABLE versions",
    "DROP TABLE targets",
    "DROP TABLE sent_graphs",
    "ALTER TABLE contributions ADD COLUMN pending BOOLEAN DEFAULT FALSE",
)


def test_database_is_made_by_the_first_write(
    database: Database, reopened: Callable[[], Database], tmp_path: Path
) -> None:
    assert (Ledger(database).identifiers(), Tokens(database).all()) == ([], [])
    assert not database.exists()
    assert not list(tmp_path.iterdir())
    agent, token = Tokens(database).create(*HOLDER)
    assert Tokens(reopened()).holder(token) == agent


def test_files_are_private_and_forced(tmp_path: Path) -> None:
    database = Database(tmp_path / "ledger")
    with database.writing() as rows:
        modes = {
            path.name: stat.filemode(path.stat().st_mode)
            for path in (tmp_path / "ledger").iterdir()
        }
        pragmas = {
            name: rows.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")
        }
    assert modes == {FILE: "-rw-------", f"{FILE}-wal": "-rw-------", f"{FILE}-shm": "-rw-------"}
    assert stat.filemode((tmp_path / "ledger").stat().st_mode) == "drwx------"
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}  # FULL


def test_readers_cannot_write(database: Database) -> None:
    Tokens(database).create(*HOLDER)
    with pytest.raises(LedgerError), database.reading() as rows:
        rows.execute(text("DELETE FROM tokens"))
    assert len(Tokens(database).all()) == 1


@pytest.mark.parametrize(
    "script", sorted(Path(__file__).parent.glob("schema_*.sql")), ids=lambda file: file.stem
)
def test_migrations_of_each_release_make_the_declared_tables(tmp_path: Path, script: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.executescript(script.read_text("utf-8"))
    database = Database(tmp_path)
    database.upgrade()
    with database.writing() as rows:
        context = MigrationContext.configure(rows, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
        assert context.get_current_revision() == SCHEMA
    Tokens(database).create(*HOLDER)


def test_databases_of_older_and_newer_releases_are_refused(
    database: Database, reopened: Callable[[], Database], location: str, small_store: Path
) -> None:
    agent, token = Tokens(database).create(*HOLDER)
    with database.writing() as rows:
        for statement in ("DELETE FROM alembic_version", *BEFORE_MIGRATIONS):
            rows.execute(text(statement))
    with pytest.raises(LedgerError, match="of an older release of gcmgraph"):
        Ledger(reopened()).identifiers()
    option = "--database" if "://" in location else "--contributions"
    refused = run("contribution", "list", option, location)
    assert (refused.exit_code, "Run 'gcmgraph contribution upgrade'" in refused.stderr) == (1, True)
    assert run("contribution", "upgrade", option, location).exit_code == 0
    assert Tokens(reopened()).holder(token) == agent
    with database.writing() as rows:
        rows.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    serving = Settings(store=str(small_store), port=1, **{option.removeprefix("--"): location})
    for act in (
        lambda: Ledger(reopened()).identifiers(),
        reopened().upgrade,
        lambda: serve(serving),
    ):
        with pytest.raises(
            LedgerError, match=rf"newer release of gcmgraph \(schema 9999, this one has {SCHEMA}\)"
        ):
            act()


def test_upgrade_deletes_links_to_feeds_alone(
    database: Database, reopened: Callable[[], Database]
) -> None:
    agent, _ = Tokens(database).create(*HOLDER)
    older_links = LINKS.to_metadata(MetaData())
    older_links.c.contribution.nullable = True
    with database.writing() as rows:
        LINKS.drop(rows)
        older_links.create(rows)
        insert_holder(
            rows, older_links, agent, sha256="0" * 64, created=datetime.now(UTC), token=agent.token
        )
        rows.execute(text("UPDATE alembic_version SET version_num = '0006'"))
    code = SenderLinks(database).create(agent, CONTRIBUTION)
    reopened().upgrade()
    links = SenderLinks(reopened())
    assert [link.contribution for link in links.all()] == [CONTRIBUTION]
    assert links.valid(code) is not None
    with pytest.raises(LedgerError), database.writing() as rows:
        insert_holder(
            rows, LINKS, agent, sha256="0" * 64, created=datetime.now(UTC), token=agent.token
        )


def test_database_of_another_installation_is_refused(database: Database, location: str) -> None:
    Tokens(database).create(*HOLDER)
    option = "--database" if "://" in location else "--contributions"
    base = ("--base", "https://data.example.org/")
    result = run("contribution", "list-tokens", option, location, *base)
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert (
        "of another installation: its IRIs begin with https://w3id.org/gcmgraph/" in result.stderr
    )


def test_wrong_url_is_refused_without_its_password() -> None:
    for location in ("mysql://localhost/x", "postgresql://", "postgresql://u:secret@localhost:x/y"):
        result = run("contribution", "list", "--database", location)
        assert (result.exit_code, len(result.output.splitlines())) == (1, 1)
        scheme = location.partition("//")[0]
        assert f"begins with '{scheme}', which is not the URL of a database" in result.output
        assert "secret" not in result.output


def test_missing_driver_of_postgresql_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    result = run("contribution", "list", "--database", "postgresql://u:secret@localhost/y")
    assert (result.exit_code, "secret" in result.output) == (1, False)
    assert "whose driver is not installed. Run '" in result.output
    assert "-m pip install psycopg[binary]'" in result.output


def test_locked_database_is_read_and_refuses_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT", 0.1)
    database = Database(tmp_path)
    _, token = Tokens(database).create(*HOLDER)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert Tokens(database).holder(token) is not None
        with pytest.raises(LedgerBusyError, match="Another program has locked the contributions"):
            Tokens(database).create(*HOLDER)
    Tokens(database).create(*HOLDER)


def test_more_readers_than_connections_are_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT", 0.1)
    database = Database(tmp_path)
    Tokens(database).create(*HOLDER)
    with ExitStack() as readers:
        for _ in range(15):  # five of its pool, and ten more
            readers.enter_context(database.reading())
        with pytest.raises(LedgerBusyError, match="Too many requests"):
            readers.enter_context(database.reading())
    assert len(Tokens(database).all()) == 1


def test_file_that_is_no_database_is_reported(tmp_path: Path) -> None:
    for data in (b"no database" * 100, b"SQLite format 3\0" + b"\1" * 5000):
        (tmp_path / FILE).write_bytes(data)
        with pytest.raises(LedgerError, match="is damaged"):
            Ledger(Database(tmp_path)).identifiers()


def test_postgresql_that_is_gone_is_one_sentence_until_it_is_back(postgresql: Cluster) -> None:
    database = Database(postgresql.new_database())
    try:
        _, token = Tokens(database).create(*HOLDER)
        postgresql.stop()
        try:
            for act in (
                lambda: Tokens(database).holder(token),
                lambda: Tokens(database).create(*HOLDER),
            ):
                with pytest.raises(
                    LedgerError, match="The database of contributions does not respond"
                ):
                    act()
        finally:
            postgresql.start()
        assert Tokens(database).holder(token) is not None
    finally:
        database.close()
