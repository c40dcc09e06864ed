"""Tables of the database of contributions.

A change of a table is a new file in `migrations/versions`; a test compares both. Rows are ordered by `sequence`, which
the database counts, never by a time: clocks go back. Times are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from gcmgraph.contributions.contribution import Agent, Role


class UtcTime(TypeDecorator[datetime]):
    """A time in UTC as ISO 8601 with microseconds, which sorts as text on every database."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """The stored text."""
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """The time of a stored text. Raises `ValueError`."""
        return None if value is None else datetime.fromisoformat(value)


METADATA = MetaData()


def _sequence() -> Column[int]:
    kind = BigInteger().with_variant(Integer, "sqlite")  # the only type that SQLite counts
    return Column("sequence", kind, primary_key=True, autoincrement=True)


def _agent(start: str) -> list[Column[str]]:
    return [Column(f"{start}{part}", Text, nullable=False) for part in ("token", "role", "name", "iri")]


def agent_values(start: str, agent: Agent) -> dict[str, str]:
    """The values of the columns of an agent."""
    return {f"{start}{part}": str(getattr(agent, part)) for part in ("token", "role", "name", "iri")}


def agent_of(row: RowMapping | Mapping[str, Any], start: str) -> Agent:
    """The agent in a row. Raises `ValueError`."""
    return Agent(row[f"{start}token"], Role(row[f"{start}role"]), row[f"{start}name"], row[f"{start}iri"])


def _holder() -> list[Column[Any]]:
    """Columns of a token or an invitation."""
    texts = [Column(name, Text, nullable=False) for name in ("role", "name", "iri")]
    digest, created = Column("sha256", String(64), nullable=False), Column("created", UtcTime, nullable=False)
    return [_sequence(), Column("id", String(12), nullable=False, unique=True), *texts, digest, created]


#: One row: the base of the IRIs in this database, and a secret with which addresses of clients are hashed.
INSTALLATION = Table(
    "installation",
    METADATA,
    Column("base", Text, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
)

CONTRIBUTIONS = Table(
    "contributions",
    METADATA,
    _sequence(),
    Column("id", String(26), nullable=False, unique=True),
    *_agent("sender_"),
    Column("at", UtcTime, nullable=False),
    Column("title", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("key", Text),
    Column("supersedes", String(26)),
    #: state after the last event
    Column("state", String(12), nullable=False, index=True),
    #: whether the published graph may not show the last decision yet
    Column("pending", Boolean, nullable=False),
    #: address for notices, and their language
    Column("email", Text),
    Column("spoken", Text),
    UniqueConstraint("sender_token", "key"),
    sqlite_autoincrement=True,
)

#: `content`, `statements` (canonical N-Quads) and `report` (JSON) of each contribution.
PAYLOADS = Table(
    "payloads",
    METADATA,
    Column("contribution", String(26), ForeignKey(CONTRIBUTIONS.c.id), primary_key=True),
    Column("part", String(10), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
)

EVENTS = Table(
    "events",
    METADATA,
    _sequence(),
    Column("contribution", String(26), ForeignKey(CONTRIBUTIONS.c.id), nullable=False, index=True),
    Column("verb", String(10), nullable=False),
    *_agent("by_"),
    Column("at", UtcTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("successor", String(26)),
    Column("gone", JSON, nullable=False),
    Column("returned", JSON, nullable=False),
    Index("events_by", "by_token", "verb", "at"),
    sqlite_autoincrement=True,
)

#: Only the SHA-256 of a secret is stored.
TOKENS = Table(
    "tokens",
    METADATA,
    *_holder(),
    Column("revoked", UtcTime),
    sqlite_autoincrement=True,
)

INVITATIONS = Table(
    "invitations",
    METADATA,
    *_holder(),
    Column("expires", UtcTime, nullable=False),
    Column("redeemed", UtcTime),
    Column("revoked", UtcTime),
    sqlite_autoincrement=True,
)

#: Links of the holder of a token: to the state of a contribution, used once, or to a feed, which has none.
LINKS = Table(
    "links",
    METADATA,
    *_holder(),
    Column("token", String(12), nullable=False, index=True),
    Column("contribution", String(26)),
    Column("redeemed", UtcTime),
    Column("revoked", UtcTime),
    sqlite_autoincrement=True,
)

#: Notices by e-mail that were not sent yet, by the `sequence` of their event.
NOTICES = Table(
    "notices",
    METADATA,
    _sequence(),
    Column("contribution", String(26), ForeignKey(CONTRIBUTIONS.c.id), nullable=False),
    Column("event", BigInteger, nullable=False),
    Column("added", UtcTime, nullable=False),
    Column("due", UtcTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("failed", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

#: Remarks of readers with the answers of curators.
REMARKS = Table(
    "remarks",
    METADATA,
    _sequence(),
    Column("id", String(26), nullable=False, unique=True),
    Column("state", String(10), nullable=False, index=True),
    Column("size", Integer, nullable=False),
    #: members of `remark.json` and `answer.json` of an export
    Column("remark", JSON, nullable=False),
    Column("answer", JSON(none_as_null=True)),
    sqlite_autoincrement=True,
)

#: Events of an address of clients, as a keyed hash, in a period.
COUNTS = Table(
    "counts",
    METADATA,
    Column("subject", String(20), primary_key=True),
    Column("address", String(32), primary_key=True),
    Column("period", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
)

#: Names in a folder of contributions of an older release (`box/ID`, `tokens/ID` …) that were imported.
TAKEN_OVER = Table("taken_over", METADATA, Column("name", Text, primary_key=True))
