"""Rows of an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gcmgraph.client.transport import ClientError

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class Table:
    """Rows of texts: codes stay as they are written (`004`, `17.10`, `NA`). None is a value that the row lacks."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    #: what identifies the rows: the index of a series that was matched; None for their numbers
    index: Sequence[Any] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, str | None]]:
        """The rows, each by the names of the columns."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def to_pandas(self) -> DataFrame:
        """The rows as a data frame of texts. Raises `ClientError` where pandas is not installed."""
        try:
            import pandas  # noqa: PLC0415 - optional
        except ImportError as error:
            raise ClientError("pandas is not installed.", hint="Install it: pip install pandas.") from error
        return pandas.DataFrame(list(self.rows), columns=list(self.columns), index=self.index, dtype="string")


def bindings_table(document: Any) -> Table:
    """The rows of SPARQL results in JSON (https://www.w3.org/TR/sparql11-results-json/). Raises `ClientError`."""
    try:
        columns = tuple(document["head"]["vars"])
        bindings = document["results"]["bindings"]
        rows = tuple(tuple(_text(row.get(column)) for column in columns) for row in bindings)
    except (KeyError, TypeError, AttributeError) as error:
        raise ClientError("The answer is not a table of results.", hint="A query with rows begins SELECT.") from error
    return Table(columns, rows)


def _text(term: Any) -> str | None:
    if term is None:
        return None
    value = term["value"]
    if isinstance(value, str):
        return value
    parts = (_text(value[part]) for part in ("subject", "predicate", "object"))  # a triple term of SPARQL 1.2
    return f"<<( {' '.join(str(part) for part in parts)} )>>"
