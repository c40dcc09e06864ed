"""Tables of contributions, events, tokens, invitations, remarks and counts."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import context, op

revision, down_revision = "0001", None

_ID, _DIGEST, _TIME, _AGENT = sa.String(26), sa.String(64), sa.String(32), ("token", "role", "name", "iri")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "installation",
        sa.Column("base", sa.Text, primary_key=True),
        sa.Column("secret", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "contributions",
        _sequence(),
        sa.Column("id", _ID, nullable=False, unique=True),
        *(sa.Column(f"sender_{part}", sa.Text, nullable=False) for part in _AGENT),
        sa.Column("at", _TIME, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("title", "language", "name", "media_type")),
        sa.Column("sha256", _DIGEST, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("supersedes", _ID),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("pending", sa.Boolean, nullable=False),
        sa.UniqueConstraint("sender_token", "key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contributions_state", "contributions", ["state"])
    op.create_table(
        "payloads",
        sa.Column("contribution", _ID, sa.ForeignKey("contributions.id"), primary_key=True),
        sa.Column("part", sa.String(10), primary_key=True),
        sa.Column("sha256", _DIGEST, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "events",
        _sequence(),
        sa.Column("contribution", _ID, sa.ForeignKey("contributions.id"), nullable=False),
        sa.Column("verb", sa.String(10), nullable=False),
        *(sa.Column(f"by_{part}", sa.Text, nullable=False) for part in _AGENT),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("successor", _ID),
        sa.Column("gone", sa.JSON, nullable=False),
        sa.Column("returned", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_contribution", "events", ["contribution"])
    op.create_index("events_by", "events", ["by_token", "verb", "at"])
    for name, times in (("tokens", ()), ("invitations", ("expires", "redeemed"))):
        op.create_table(
            name,
            _sequence(),
            sa.Column("id", sa.String(12), nullable=False, unique=True),
            *(sa.Column(part, sa.Text, nullable=False) for part in ("role", "name", "iri")),
            sa.Column("sha256", _DIGEST, nullable=False),
            sa.Column("created", _TIME, nullable=False),
            *(sa.Column(time, _TIME, nullable=time == "redeemed") for time in times),
            sa.Column("revoked", _TIME),
            sqlite_autoincrement=True,
        )
    op.create_table(
        "remarks",
        _sequence(),
        sa.Column("id", _ID, nullable=False, unique=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("remark", sa.JSON, nullable=False),
        sa.Column("answer", sa.JSON),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_remarks_state", "remarks", ["state"])
    op.create_table(
        "counts",
        sa.Column("subject", sa.String(20), primary_key=True),
        sa.Column("address", sa.String(32), primary_key=True),
        sa.Column("period", sa.BigInteger, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table("taken_over", sa.Column("name", sa.Text, primary_key=True))
    installation = sa.table("installation", sa.column("base"), sa.column("secret"))
    values = {"base": context.config.attributes["base"], "secret": secrets.token_bytes(16)}
    op.execute(sa.insert(installation).values(values))


def _sequence() -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    return sa.Column("sequence", kind, primary_key=True, autoincrement=True)
