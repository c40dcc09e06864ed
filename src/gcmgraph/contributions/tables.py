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
    Constraint,
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


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _agent(start: str) -> list[Column[str]]:
    return _texts(*(f"{start}{part}" for part in ("token", "role", "name", "iri")))


def agent_values(start: str, agent: Agent) -> dict[str, str]:
    """The values of the columns of an agent."""
    return {f"{start}{part}": str(getattr(agent, part)) for part in ("token", "role", "name", "iri")}


def agent_of(row: RowMapping | Mapping[str, Any], start: str) -> Agent:
    """The agent in a row. Raises `ValueError`."""
    return Agent(row[f"{start}token"], Role(row[f"{start}role"]), row[f"{start}name"], row[f"{start}iri"])


def _numbered(name: str, *columns: Column[Any] | Constraint | Index) -> Table:
    """A table whose rows are numbered."""
    kind = BigInteger().with_variant(Integer, "sqlite")  # the only type that SQLite counts
    number = Column("sequence", kind, primary_key=True, autoincrement=True)
    return Table(name, METADATA, number, *columns, sqlite_autoincrement=True)


def _holders(name: str, *columns: Column[Any]) -> Table:
    """A table of tokens, invitations or links, each of which can be revoked."""
    digest, created = Column("sha256", String(64), nullable=False), Column("created", UtcTime, nullable=False)
    holder = (Column("id", String(12), nullable=False, unique=True), *_texts("role", "name", "iri"))
    return _numbered(name, *holder, digest, created, *columns, Column("revoked", UtcTime))


#: One row: the base of the IRIs in this database, and a secret with which addresses of clients are hashed.
INSTALLATION = Table(
    "installation", METADATA, Column("base", Text, primary_key=True), Column("secret", LargeBinary, nullable=False)
)

CONTRIBUTIONS = _numbered(
    "contributions",
    Column("id", String(26), nullable=False, unique=True),
    *_agent("sender_"),
    Column("at", UtcTime, nullable=False),
    *_texts("title", "language", "name", "media_type"),
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

EVENTS = _numbered(
    "events",
    Column("contribution", String(26), ForeignKey(CONTRIBUTIONS.c.id), nullable=False, index=True),
    Column("verb", String(10), nullable=False),
    *_agent("by_"),
    Column("at", UtcTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("successor", String(26)),
    Column("gone", JSON, nullable=False),
    Column("returned", JSON, nullable=False),
    Index("events_by", "by_token", "verb", "at"),
)

#: Only the SHA-256 of a secret is stored.
TOKENS = _holders("tokens")

INVITATIONS = _holders("invitations", Column("expires", UtcTime, nullable=False), Column("redeemed", UtcTime))

#: Links of the holder of a token: to the state of a contribution, used once, or to a feed, which has none.
LINKS = _holders(
    "links",
    Column("token", String(12), nullable=False, index=True),
    Column("contribution", String(26)),
    Column("redeemed", UtcTime),
)

#: Notices by e-mail that were not sent yet, by the `sequence` of their event.
NOTICES = _numbered(
    "notices",
    Column("contribution", String(26), ForeignKey(CONTRIBUTIONS.c.id), nullable=False),
    Column("event", BigInteger, nullable=False),
    Column("added", UtcTime, nullable=False),
    Column("due", UtcTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("failed", Boolean, nullable=False),
)

#: Remarks of readers with the answers of curators.
REMARKS = _numbered(
    "remarks",
    Column("id", String(26), nullable=False, unique=True),
    Column("state", String(10), nullable=False, index=True),
    Column("size", Integer, nullable=False),
    #: members of `remark.json` and `answer.json` of an export
    Column("remark", JSON, nullable=False),
    Column("answer", JSON(none_as_null=True)),
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
