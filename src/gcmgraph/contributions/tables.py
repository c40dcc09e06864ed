"""Tables of the database of contributions.

A change of a table is a new file in `migrations/versions`; a test compares both. Rows are ordered
by `sequence`, which the database counts, never by a time: clocks go back. Times are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from gcmgraph.contributions.contribution import Agent, Role


class UtcTime(sa.TypeDecorator[datetime]):
    """A time in UTC as ISO 8601 with microseconds, which sorts as text on every database."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        """The stored text."""
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:
        """The time of a stored text. Raises `ValueError`."""
        return None if value is None else datetime.fromisoformat(value)


METADATA = sa.MetaData()


def _required(**kinds: Any) -> list[sa.Column[Any]]:
    """Columns by their names and types."""
    return [sa.Column(name, kind, nullable=False) for name, kind in kinds.items()]


def _optional(**kinds: Any) -> list[sa.Column[Any]]:
    """Columns that may be empty."""
    return [sa.Column(name, kind) for name, kind in kinds.items()]


def _agent(start: str) -> list[sa.Column[Any]]:
    return _required(**{f"{start}{part}": sa.Text for part in ("token", "role", "name", "iri")})


def agent_values(start: str, agent: Agent) -> dict[str, str]:
    """The values of the columns of an agent."""
    return {
        f"{start}{part}": str(getattr(agent, part)) for part in ("token", "role", "name", "iri")
    }


def agent_of(row: sa.RowMapping | Mapping[str, Any], start: str) -> Agent:
    """The agent in a row. Raises `ValueError`."""
    return Agent(
        row[f"{start}token"], Role(row[f"{start}role"]), row[f"{start}name"], row[f"{start}iri"]
    )


def _numbered(name: str, *columns: sa.Column[Any] | sa.Constraint | sa.Index) -> sa.Table:
    """A table whose rows are numbered."""
    kind = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # the only type that SQLite counts
    number = sa.Column("sequence", kind, primary_key=True, autoincrement=True)
    return sa.Table(name, METADATA, number, *columns, sqlite_autoincrement=True)


def _holders(name: str, *columns: sa.Column[Any]) -> sa.Table:
    """A table of tokens, invitations or links, each of which can be revoked."""
    identifier = sa.Column("id", sa.String(12), nullable=False, unique=True)
    holder = _required(
        role=sa.Text, name=sa.Text, iri=sa.Text, sha256=sa.String(64), created=UtcTime
    )
    return _numbered(name, identifier, *holder, *columns, sa.Column("revoked", UtcTime))


#: One row: the base of the IRIs in this database, and a secret with which addresses of clients are
#: hashed.
INSTALLATION = sa.Table(
    "installation",
    METADATA,
    sa.Column("base", sa.Text, primary_key=True),
    sa.Column("secret", sa.LargeBinary, nullable=False),
)

CONTRIBUTIONS = _numbered(
    "contributions",
    sa.Column("id", sa.String(26), nullable=False, unique=True),
    *_agent("sender_"),
    *_required(at=UtcTime, title=sa.Text, language=sa.Text, name=sa.Text, media_type=sa.Text),
    *_required(sha256=sa.String(64), size=sa.BigInteger),
    *_optional(key=sa.Text, supersedes=sa.String(26)),
    #: state after the last event
    sa.Column("state", sa.String(12), nullable=False, index=True),
    #: address for notices, and their language
    *_optional(email=sa.Text, spoken=sa.Text),
    sa.UniqueConstraint("sender_token", "key"),
)

#: `content`, `statements` (canonical N-Quads) and `report` (JSON) of each contribution.
PAYLOADS = sa.Table(
    "payloads",
    METADATA,
    sa.Column("contribution", sa.String(26), sa.ForeignKey(CONTRIBUTIONS.c.id), primary_key=True),
    sa.Column("part", sa.String(10), primary_key=True),
    *_required(sha256=sa.String(64), data=sa.LargeBinary),
)

EVENTS = _numbered(
    "events",
    sa.Column(
        "contribution", sa.String(26), sa.ForeignKey(CONTRIBUTIONS.c.id), nullable=False, index=True
    ),
    sa.Column("verb", sa.String(10), nullable=False),
    *_agent("by_"),
    *_required(at=UtcTime, reason=sa.Text),
    sa.Column("successor", sa.String(26)),
    *_required(gone=sa.JSON, returned=sa.JSON),
    sa.Index("events_by", "by_token", "verb", "at"),
)

#: Versions that servers made: store folder, last event that the version contains, its name (a
#: digest of its statements), time, and what it was built from.
VERSIONS = _numbered(
    "versions",
    *_required(store=sa.Text, event=sa.BigInteger, version=sa.Text, at=UtcTime, inputs=sa.JSON),
    sa.Index("versions_event", "event"),
)

#: SPARQL servers to which graphs are sent, by their URL for queries: the version that was sent
#: last, a failure since.
TARGETS = sa.Table(
    "targets",
    METADATA,
    sa.Column("target", sa.Text, primary_key=True),
    *_required(store=sa.Text, event=sa.BigInteger, version=sa.Text),
    *_optional(at=UtcTime, union=sa.Boolean),
    *_required(failure=sa.Text),
    *_optional(failed=UtcTime),
)

#: The graphs in them, each with a digest of its lines; empty where it was sent in part.
SENT_GRAPHS = sa.Table(
    "sent_graphs",
    METADATA,
    sa.Column("target", sa.Text, primary_key=True),
    sa.Column("graph", sa.Text, primary_key=True),
    *_required(sha256=sa.String(64)),
)

#: Only the SHA-256 of a secret is stored.
TOKENS = _holders("tokens")

INVITATIONS = _holders(
    "invitations", sa.Column("expires", UtcTime, nullable=False), sa.Column("redeemed", UtcTime)
)

#: Links of the holder of a token to the state of a contribution, used once.
LINKS = _holders(
    "links",
    sa.Column("token", sa.String(12), nullable=False, index=True),
    sa.Column("contribution", sa.String(26), nullable=False),
    #: `cookie`: SHA-256 of the secret that the browser got which opened it
    *_optional(redeemed=UtcTime, cookie=sa.String(64)),
)

#: In place of the number of an event: the mail with which an address is confirmed.
CONFIRMATION = 0

#: Notices by e-mail that were not sent yet, by the `sequence` of their event, or `CONFIRMATION`.
NOTICES = _numbered(
    "notices",
    sa.Column("contribution", sa.String(26), sa.ForeignKey(CONTRIBUTIONS.c.id), nullable=False),
    *_required(
        event=sa.BigInteger,
        added=UtcTime,
        due=UtcTime,
        tries=sa.Integer,
        error=sa.Text,
        failed=sa.Boolean,
    ),
)

#: Links with which an address is confirmed, each as it was mailed: the address as a keyed hash, the
#: contribution for which it was given, the SHA-256 of the secret, and the answer.
CONFIRMATIONS = _numbered(
    "confirmations",
    sa.Column("id", sa.String(12), nullable=False, unique=True),
    sa.Column("address", sa.String(32), nullable=False, index=True),
    sa.Column("contribution", sa.String(26), sa.ForeignKey(CONTRIBUTIONS.c.id), nullable=False),
    *_required(sha256=sa.String(64), sent=UtcTime),
    *_optional(confirmed=UtcTime, declined=UtcTime),
)

#: Remarks of readers with the answers of curators.
REMARKS = _numbered(
    "remarks",
    sa.Column("id", sa.String(26), nullable=False, unique=True),
    sa.Column("state", sa.String(10), nullable=False, index=True),
    #: members of `remark.json` and `answer.json` of an export
    *_required(size=sa.Integer, remark=sa.JSON),
    sa.Column("answer", sa.JSON(none_as_null=True)),
)

#: Events of an address of clients, as a keyed hash, in a period.
COUNTS = sa.Table(
    "counts",
    METADATA,
    sa.Column("subject", sa.String(20), primary_key=True),
    sa.Column("address", sa.String(32), primary_key=True),
    *_required(period=sa.BigInteger, count=sa.Integer),
)

#: Names in a folder of contributions of an older release (`box/ID`, `tokens/ID` …) that were
#: imported.
TAKEN_OVER = sa.Table("taken_over", METADATA, sa.Column("name", sa.Text, primary_key=True))
