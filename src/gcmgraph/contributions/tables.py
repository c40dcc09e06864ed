"""Tables of the database of contributions.

A change of a table is a new file in `migrations/versions`; a test compares both. Rows are ordered
by `sequence`, which the database counts, never by a time: clocks go back. Times are UTC.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from gcmgraph.contributions.columns import (
    UtcTime,
    agent_columns,
    optional,
    required,
    row_number,
)

#: All tables.
METADATA = sa.MetaData()


def _numbered(name: str, *columns: sa.Column[Any] | sa.Constraint | sa.Index) -> sa.Table:
    """A table whose rows are numbered."""
    return sa.Table(name, METADATA, row_number(), *columns, sqlite_autoincrement=True)


def _holders(name: str, *columns: sa.Column[Any]) -> sa.Table:
    """A table of tokens, invitations or links, each of which can be revoked."""
    identifier = sa.Column("id", sa.String(12), nullable=False, unique=True)
    holder = required(
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
    *agent_columns("sender_"),
    *required(at=UtcTime, title=sa.Text, language=sa.Text, name=sa.Text, media_type=sa.Text),
    *required(sha256=sa.String(64), size=sa.BigInteger),
    *optional(key=sa.Text, supersedes=sa.String(26)),
    #: state after the last event
    sa.Column("state", sa.String(12), nullable=False, index=True),
    #: address for notices, and their language
    *optional(email=sa.Text, spoken=sa.Text),
    sa.UniqueConstraint("sender_token", "key"),
)

#: `content`, `statements` (canonical N-Quads) and `report` (JSON) of each contribution.
PAYLOADS = sa.Table(
    "payloads",
    METADATA,
    sa.Column("contribution", sa.String(26), sa.ForeignKey(CONTRIBUTIONS.c.id), primary_key=True),
    sa.Column("part", sa.String(10), primary_key=True),
    *required(sha256=sa.String(64), data=sa.LargeBinary),
)

EVENTS = _numbered(
    "events",
    sa.Column(
        "contribution", sa.String(26), sa.ForeignKey(CONTRIBUTIONS.c.id), nullable=False, index=True
    ),
    sa.Column("verb", sa.String(10), nullable=False),
    *agent_columns("by_"),
    *required(at=UtcTime, reason=sa.Text),
    sa.Column("successor", sa.String(26)),
    *required(gone=sa.JSON, returned=sa.JSON),
    sa.Index("events_by", "by_token", "verb", "at"),
)

#: Versions that servers made: store folder, last event that the version contains, its name (a
#: digest of its statements), time, and what it was built from.
VERSIONS = _numbered(
    "versions",
    *required(store=sa.Text, event=sa.BigInteger, version=sa.Text, at=UtcTime, inputs=sa.JSON),
    sa.Index("versions_event", "event"),
)

#: SPARQL servers to which graphs are sent, by their URL for queries: the version that was sent
#: last, a failure since.
TARGETS = sa.Table(
    "targets",
    METADATA,
    sa.Column("target", sa.Text, primary_key=True),
    *required(store=sa.Text, event=sa.BigInteger, version=sa.Text),
    *optional(at=UtcTime, union=sa.Boolean),
    *required(failure=sa.Text),
    *optional(failed=UtcTime),
)

#: The graphs in them, each with a digest of its lines; empty where it was sent in part.
SENT_GRAPHS = sa.Table(
    "sent_graphs",
    METADATA,
    sa.Column("target", sa.Text, primary_key=True),
    sa.Column("graph", sa.Text, primary_key=True),
    *required(sha256=sa.String(64)),
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
    #: `cookie`: SHA-256 of the secret in the cookie of the browser that opened the link
    *optional(redeemed=UtcTime, cookie=sa.String(64)),
)

#: In place of the number of an event: the mail with which an address is confirmed.
CONFIRMATION = 0

#: Notices by e-mail that were not sent yet, by the `sequence` of their event, or `CONFIRMATION`.
NOTICES = _numbered(
    "notices",
    sa.Column("contribution", sa.String(26), sa.ForeignKey(CONTRIBUTIONS.c.id), nullable=False),
    *required(
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
    *required(sha256=sa.String(64), sent=UtcTime),
    *optional(confirmed=UtcTime, declined=UtcTime),
)

#: Remarks of readers with the answers of curators.
REMARKS = _numbered(
    "remarks",
    sa.Column("id", sa.String(26), nullable=False, unique=True),
    sa.Column("state", sa.String(10), nullable=False, index=True),
    #: members of `remark.json` and `answer.json` of an export
    *required(size=sa.Integer, remark=sa.JSON),
    sa.Column("answer", sa.JSON(none_as_null=True)),
)

#: Events of an address of clients, as a keyed hash, in a period.
COUNTS = sa.Table(
    "counts",
    METADATA,
    sa.Column("subject", sa.String(20), primary_key=True),
    sa.Column("address", sa.String(32), primary_key=True),
    *required(period=sa.BigInteger, count=sa.Integer),
)

#: Names in a folder of contributions of an older release (`box/ID`, `tokens/ID` …) that were
#: imported.
TAKEN_OVER = sa.Table("taken_over", METADATA, sa.Column("name", sa.Text, primary_key=True))
