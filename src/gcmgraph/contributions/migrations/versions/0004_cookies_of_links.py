"""The secret of the cookie that a browser gets which opens a link to the state of a contribution."""

from alembic import op
from sqlalchemy import Column, String

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    """Add a column."""
    op.add_column("links", Column("cookie", String(64)))
