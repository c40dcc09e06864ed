"""Columns that tables of the database share: times, agents, numbers of rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from gcmgraph.contributions.contribution import Agent, Role

#: Attributes of an agent, each in a column.
_AGENT_PARTS = ("token", "role", "name", "iri")


class UtcTime(sa.TypeDecorator[datetime]):
    """A time in UTC as ISO 8601 with microseconds, which sorts as text on every database."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        """The stored text."""
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:
        """The time of a stored text. Raises `ValueError`."""
        return None if value is None else datetime.fromisoformat(value)


def required(**types: Any) -> list[sa.Column[Any]]:
    """Columns by their names and types.

    >>> required(at=UtcTime)
    [Column('at', UtcTime(length=32), table=None, nullable=False)]
    """
    return [sa.Column(name, column_type, nullable=False) for name, column_type in types.items()]


def optional(**types: Any) -> list[sa.Column[Any]]:
    """Columns that may be empty."""
    return [sa.Column(name, column_type) for name, column_type in types.items()]


def row_number() -> sa.Column[int]:
    """The column `sequence` of a table, which the database counts."""
    integer = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # the only type that SQLite counts
    return sa.Column("sequence", integer, primary_key=True, autoincrement=True)


def agent_columns(start: str) -> list[sa.Column[Any]]:
    """The columns of an agent, whose names begin with `start`."""
    return required(**{f"{start}{part}": sa.Text for part in _AGENT_PARTS})


def agent_values(start: str, agent: Agent) -> dict[str, str]:
    """The values of the columns of an agent."""
    return {f"{start}{part}": str(getattr(agent, part)) for part in _AGENT_PARTS}


def agent_of(row: sa.RowMapping | Mapping[str, Any], start: str) -> Agent:
    """The agent in a row. Raises `ValueError`."""
    token, role, name, iri = (row[f"{start}{part}"] for part in _AGENT_PARTS)
    return Agent(token, Role(role), name, iri)
