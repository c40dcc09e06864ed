"""Versions that servers made, in place of marks of decisions that the published graph may not show yet."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, Integer, String, Text

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    """Add a table, and drop a column."""
    op.drop_column("contributions", "pending")
    op.create_table(
        "versions",
        Column(
            "sequence",
            BigInteger().with_variant(Integer, "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        Column("store", Text, nullable=False),
        Column("event", BigInteger, nullable=False),
        Column("version", Text, nullable=False),
        Column("at", String(32), nullable=False),
        Column("inputs", JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("versions_event", "versions", ["event"])
