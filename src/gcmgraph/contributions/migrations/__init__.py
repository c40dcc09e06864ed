"""Changes of the tables of contributions, for Alembic (https://alembic.sqlalchemy.org/).

- `env`: connection of a migration
- `versions/`: the migrations, in the order of their numbers
"""
