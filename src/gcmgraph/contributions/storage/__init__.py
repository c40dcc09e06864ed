"""Storage of contributions in a database.

- `tables`: tables
- `database`: opening, transactions and locks, on SQLite and PostgreSQL
- `ledger`: contributions and decisions
- `records`: JSON of an export
- `migrations/`: changes of the tables (Alembic)
"""
