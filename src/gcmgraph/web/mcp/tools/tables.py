"""Results as CSV text (RFC 4180), cut at a number of rows and characters, with a line that states what was cut."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gcmgraph.sparql.result_values import value_text
from gcmgraph.web.mcp.toolbox import ToolArgument
from gcmgraph.web.mcp.tools.common import ToolServices, one_line

#: Rows of an answer: default and maximum.
ROWS, MAX_ROWS = 100, 500

#: Maximum number of characters of a table, and of one cell.
MAX_TABLE, MAX_CELL = 60_000, 2_000

LIMIT = ToolArgument("limit", "Maximum number of rows.", "integer", default=ROWS, least=1, most=MAX_ROWS)
OFFSET = ToolArgument("offset", "Number of rows to skip.", "integer", default=0)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[str, int]:
    """CSV text with a header, and the number of its rows: those that fit into `MAX_TABLE`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
        if text.tell() > MAX_TABLE and count:
            break
        count += 1
    return "\n".join(text.getvalue().splitlines()[: count + 1]), count


def bindings_table(
    services: ToolServices, columns: Sequence[str], bindings: Iterable[Mapping[str, Mapping[str, Any]]]
) -> tuple[str, int]:
    """CSV text of rows of https://www.w3.org/TR/sparql11-results-json/#select-bindings, IRIs in short form."""
    return table(columns, ([_value(services, row.get(column)) for column in columns] for row in bindings))


def extent(first: int, shown: int, total: int, *, cut: bool = False) -> str:
    """A sentence on the rows of an answer: `Rows 1 to 100 of 1,234`."""
    more = " or more" if cut else ""
    if shown == total and not first and not cut:
        return f"{total:,} row{'s' if total != 1 else ''}."
    rows = f"Rows {first + 1:,} to {first + shown:,} of {total:,}{more}"
    rest = "" if first + shown >= total and not cut else f"; continue with offset {first + shown}"
    return f"{rows}{rest}."


def _value(services: ToolServices, value: Mapping[str, Any] | None) -> str:
    return "" if value is None else value_text(value, services.site.addresses.short_form)


def _cell(text: str) -> str:
    plain = one_line(text)
    return plain if len(plain) <= MAX_CELL else f"{plain[:MAX_CELL]}…"
