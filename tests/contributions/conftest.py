"""A copy of a store for each test: of the small repository, which has the reference data of the real one. Databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk import Desk, open_desk

from databases import Cluster
from gcmgraph.contributions.database import Database
from gcmgraph.repository.layout import Repository
from gcmgraph.validation.rules import Rules
from shared import copy_store


@pytest.fixture
def whole_versions() -> None:
    """Changed versions have all their files."""


@pytest.fixture(autouse=True)
def quick_versions(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish without the files beside dump and index, more than half of the time, where no test reads them."""
    if "whole_versions" not in request.fixturenames:
        monkeypatch.setattr(
            "gcmgraph.contributions.version_derivation.write_files", lambda *_: None
        )


@pytest.fixture
def desk(
    request: pytest.FixtureRequest,
    small_store: Path,
    small_repository: Repository,
    rules: Rules,
    tmp_path: Path,
) -> Iterator[Desk]:
    """Contributions in SQLite, or in PostgreSQL where it has this parameter."""
    remote = getattr(request, "param", "sqlite") == "postgresql"
    location = request.getfixturevalue("postgresql").new_database() if remote else ""
    copy_store(small_store, tmp_path / "store")
    made = open_desk(tmp_path, rules, small_repository, location)
    yield made
    made.ledger.database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The location of a database that does not exist yet, or has no tables."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger")
    made: Cluster = request.getfixturevalue("postgresql")
    return made.new_database()


@pytest.fixture
def reopened(location: str) -> Iterator[Callable[[], Database]]:
    """Opens the database as other processes do."""
    opened: list[Database] = []

    def reopen() -> Database:
        opened.append(Database(location))
        return opened[-1]

    yield reopen
    for database in opened:
        database.close()


@pytest.fixture
def database(reopened: Callable[[], Database]) -> Database:
    return reopened()
