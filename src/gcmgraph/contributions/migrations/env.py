"""Environment of Alembic: the connection is that of `Database.upgrade`, within its transaction."""

from alembic import context

from gcmgraph.contributions.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
