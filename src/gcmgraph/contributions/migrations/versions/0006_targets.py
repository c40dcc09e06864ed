"""SPARQL servers to which graphs are sent, and the graphs in them."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, String, Text

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    """Add two tables."""
    op.create_table(
        "targets",
        Column("target", Text, primary_key=True),
        Column("store", Text, nullable=False),
        Column("event", BigInteger, nullable=False),
        Column("version", Text, nullable=False),
        Column("at", String(32)),
        Column("union", Boolean),
        Column("failure", Text, nullable=False),
        Column("failed", String(32)),
    )
    op.create_table(
        "sent_graphs",
        Column("target", Text, primary_key=True),
        Column("graph", Text, primary_key=True),
        Column("sha256", String(64), nullable=False),
    )
