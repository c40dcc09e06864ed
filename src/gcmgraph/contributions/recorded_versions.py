"""Versions that servers made, in the database: of which store, up to which event, and from what.

Versions of several servers with equal decisions are compared by these records, and have the time of
the first of them.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select

from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.tables import VERSIONS
from gcmgraph.publication.versions.derivation import Derivation
from gcmgraph.publication.versions.inputs import NAMES
from gcmgraph.store.store_folder import StoreFolder


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
    """The versions in a database. The methods raise `LedgerError`."""

    database: Database

    def add(self, version: RecordedVersion) -> None:
        """Store a version, unless it is the last one of its store already."""
        with self.database.writing() as rows:
            last = _last(rows, version.store)
            if last is None or (last.event, last.version) != (version.event, version.version):
                rows.execute(insert(VERSIONS).values(**asdict(version)))

    def last(self, store: str) -> RecordedVersion | None:
        """The last version of a store."""
        return self.database.read(lambda rows: _last(rows, store))

    def at_event(self, event: int) -> dict[str, RecordedVersion]:
        """The last version of each store with all decisions up to an event, by store."""
        columns = VERSIONS.c
        at_event = select(VERSIONS).where(columns.event == event).order_by(columns.sequence)
        rows = self.database.read(lambda rows: rows.execute(at_event).mappings().all())
        return {row["store"]: _version(row) for row in rows}

    def time(self, event: int, version: str) -> datetime | None:
        """The time of a version with all decisions up to an event; None where no server made it."""
        columns = VERSIONS.c
        times = select(columns.at).where(columns.event == event, columns.version == version)
        earliest = times.order_by(columns.sequence).limit(1)
        return self.database.read(lambda rows: rows.scalar(earliest))

    def knows(self, version: str) -> bool:
        """Whether a server made a version of this name."""
        by_name = select(VERSIONS.c.sequence).where(VERSIONS.c.version == version).limit(1)
        return self.database.read(lambda rows: rows.scalar(by_name)) is not None


def _last(rows: Connection, store: str) -> RecordedVersion | None:
    columns = VERSIONS.c
    of_store = select(VERSIONS).where(columns.store == store)
    newest = of_store.order_by(columns.sequence.desc()).limit(1)
    row = rows.execute(newest).mappings().one_or_none()
    return None if row is None else _version(row)


def _version(row: RowMapping) -> RecordedVersion:
    return RecordedVersion(row["store"], row["event"], row["version"], row["at"], row["inputs"])


@dataclass(frozen=True)
class BuiltVersion:
    """A version that a build makes."""

    ledger: Ledger
    store: StoreFolder
    #: the last event that the version contains
    event: int
    #: digests of its inputs, by name
    inputs: Mapping[str, str]
    #: time of the build
    at: datetime

    def time(self, version: str) -> datetime:
        """The time of the version, by its name."""
        return version_time(self.ledger, self.event, self.at, version)

    def record(self) -> None:
        """Record the version once it is current. To be used while `writing`."""
        derivation = Derivation(self.ledger.database.identity(), self.event, inputs=self.inputs)
        time = self.time(self.store.current_folder().name)
        record_version(self.ledger, self.store, derivation, time)


def version_time(ledger: Ledger, event: int, otherwise: datetime, version: str) -> datetime:
    """The time of a version with all decisions up to an event.

    That of the first server that made the version, or `otherwise`.
    """
    return RecordedVersions(ledger.database).time(event, version) or otherwise


def record_version(
    ledger: Ledger, store: StoreFolder, derivation: Derivation, time: datetime
) -> None:
    """Record what the current version of a store was made from.

    The record is in the database, and then beside the version. To be used while `writing`. Raises
    `LedgerError`, after which the version counts as one of which nothing is known.
    """
    folder = store.current_folder()
    if ledger.database.exists():
        version = RecordedVersion(
            store_name(store), derivation.event, folder.name, time, dict(derivation.inputs)
        )
        RecordedVersions(ledger.database).add(version)
    derivation.write(folder)


def store_name(store: StoreFolder) -> str:
    """Host and folder of a store."""
    return f"{socket.gethostname()}:{store.path.absolute()}"


def difference(ledger: Ledger, store: StoreFolder) -> str:
    """A sentence on a version of another store that differs, though it has the same decisions.

    Empty if no version differs. Raises `StoreError`, `LedgerError`.
    """
    folder = store.current_folder()
    derivation = Derivation.read(folder)
    if derivation.ledger != ledger.database.identity():
        return ""
    own_name = store_name(store)
    for name, version in RecordedVersions(ledger.database).at_event(derivation.event).items():
        if name != own_name and version.version != folder.name:
            return _difference(folder.name, derivation, version)
    return ""


def _difference(version: str, derivation: Derivation, foreign: RecordedVersion) -> str:
    """A sentence on the difference of a version of this server from that of a foreign store."""
    inputs = derivation.inputs
    keys = sorted(inputs.keys() | foreign.inputs.keys())
    different = [NAMES.get(key, key) for key in keys if inputs.get(key) != foreign.inputs.get(key)]
    reason = "They were built from the same."
    if different:
        reason = f"They differ in: {', '.join(different)}."
    return (
        f"The version {version} of this server is not the version {foreign.version} of "
        f"{foreign.store}, though both contain the decisions up to number {derivation.event}. "
        f"{reason} This server continues with its own."
    )
