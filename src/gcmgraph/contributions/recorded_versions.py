"""Versions that servers made, in the database: of which store, up to which event, and from what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select

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

    def at_event(self, event: int) -> dict[str, RecordedVersion]:
        """The last version of each store with all decisions up to an event, by store.

        Raises `LedgerError`.
        """
        same_event = select(VERSIONS).where(VERSIONS.c.event == event).order_by(VERSIONS.c.sequence)
        rows = self.database.read(lambda rows: rows.execute(same_event).mappings().all())
        return {row["store"]: _version(row) for row in rows}

    def time(self, event: int, version: str) -> datetime | None:
        """The time of a version with all decisions up to an event; None where no server made it."""
        same = select(VERSIONS.c.at).where(VERSIONS.c.event == event, VERSIONS.c.version == version)
        return self.database.read(
            lambda rows: rows.scalar(same.order_by(VERSIONS.c.sequence).limit(1))
        )

    def knows(self, version: str) -> bool:
        """Whether a server made a version of this name. Raises `LedgerError`."""
        made = select(VERSIONS.c.sequence).where(VERSIONS.c.version == version).limit(1)
        return self.database.read(lambda rows: rows.scalar(made)) is not None


def _last(rows: Connection, store: str) -> RecordedVersion | None:
    columns = VERSIONS.c
    newest = (
        select(VERSIONS).where(columns.store == store).order_by(columns.sequence.desc()).limit(1)
    )
    row = rows.execute(newest).mappings().one_or_none()
    return None if row is None else _version(row)


def _version(row: RowMapping) -> RecordedVersion:
    return RecordedVersion(row["store"], row["event"], row["version"], row["at"], row["inputs"])
