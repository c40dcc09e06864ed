"""Versions that servers made, in the database: of which store, up to which event, and from what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from gcmgraph.contributions.database import Database
from gcmgraph.contributions.tables import VERSIONS


@dataclass(frozen=True)
class RecordedVersion:
    """A version of a store, which contains all decisions up to an event."""

    #: host and folder of the store
    store: str
    event: int
    #: name of the version, a digest of its statements
    version: str
    #: time of its last decision, or of the build that made it
    at: datetime
    #: what it was built from, by name
    inputs: Mapping[str, str]


@dataclass(frozen=True)
class RecordedVersions:
    """The versions in a database."""

    database: Database

    def add(self, made: RecordedVersion) -> None:
        """Store a version, unless it is the last one of its store already. Raises `LedgerError`."""
        with self.database.writing() as rows:
            last = _last(rows, made.store)
            if last is None or (last.event, last.version) != (made.event, made.version):
                rows.execute(insert(VERSIONS).values(**asdict(made)))

    def last(self, store: str) -> RecordedVersion | None:
        """The last version of a store. Raises `LedgerError`."""
        return self.database.read(lambda rows: _last(rows, store))


def _last(rows: Connection, store: str) -> RecordedVersion | None:
    columns = VERSIONS.c
    newest = select(VERSIONS).where(columns.store == store).order_by(columns.sequence.desc()).limit(1)
    row = rows.execute(newest).mappings().one_or_none()
    if row is None:
        return None
    return RecordedVersion(row["store"], row["event"], row["version"], row["at"], row["inputs"])
