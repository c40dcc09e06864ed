"""Addresses for notices, notices that wait, and links of senders to the state of what they sent and to their feed."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, String, Text

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    """Add two columns and two tables."""
    for name in ("email", "spoken"):
        op.add_column("contributions", Column(name, Text))
    counted = BigInteger().with_variant(Integer, "sqlite")
    op.create_table(
        "links",
        Column("sequence", counted, primary_key=True, autoincrement=True),
        Column("id", String(12), nullable=False, unique=True),
        *(Column(name, Text, nullable=False) for name in ("role", "name", "iri")),
        Column("sha256", String(64), nullable=False),
        Column("created", String(32), nullable=False),
        Column("token", String(12), nullable=False, index=True),
        Column("contribution", String(26)),
        *(Column(name, String(32)) for name in ("redeemed", "revoked")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notices",
        Column("sequence", counted, primary_key=True, autoincrement=True),
        Column("contribution", String(26), ForeignKey("contributions.id"), nullable=False),
        Column("event", BigInteger, nullable=False),
        *(Column(name, String(32), nullable=False) for name in ("added", "due")),
        Column("tries", Integer, nullable=False),
        Column("error", Text, nullable=False),
        Column("failed", Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
