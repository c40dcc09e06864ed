"""Tables of the first release with a database.

They are created as `tables` has them, so there is nothing to change.
"""

revision, down_revision = "0001", None


def upgrade() -> None:
    """Change nothing."""
