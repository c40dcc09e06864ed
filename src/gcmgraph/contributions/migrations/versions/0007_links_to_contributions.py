"""Links lead to the state of a contribution only; those to feeds are deleted."""

from alembic import op
from sqlalchemy import String, text

revision, down_revision = "0007", "0006"


def upgrade() -> None:
    """Delete the links without a contribution, and require one."""
    op.execute(text("DELETE FROM links WHERE contribution IS NULL"))
    with op.batch_alter_table("links", table_kwargs={"sqlite_autoincrement": True}) as links:
        links.alter_column("contribution", existing_type=String(26), nullable=False)
