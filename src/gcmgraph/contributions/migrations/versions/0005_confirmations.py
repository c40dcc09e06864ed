"""Links with which addresses for notices are confirmed."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String

revision, down_revision = "0005", "0004"


def upgrade() -> None:
    """Add a table."""
    op.create_table(
        "confirmations",
        Column(
            "sequence",
            BigInteger().with_variant(Integer, "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        Column("id", String(12), nullable=False, unique=True),
        Column("address", String(32), nullable=False, index=True),
        Column("contribution", String(26), ForeignKey("contributions.id"), nullable=False),
        Column("sha256", String(64), nullable=False),
        Column("sent", String(32), nullable=False),
        *(Column(name, String(32)) for name in ("confirmed", "declined")),
        sqlite_autoincrement=True,
    )
