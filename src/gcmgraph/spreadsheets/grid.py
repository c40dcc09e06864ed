"""Rows of cells with their places, as in an XLSX or CSV file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gcmgraph.errors import Place, RdfSyntaxError
from gcmgraph.model.terms import Literal

#: Limits on the rows of a sheet, the cells of a file that are not empty, and the characters of a cell (that of Excel).
ROWS, CELLS, CHARACTERS = 20_000, 200_000, 32_767


#: Characters of a cell that a report contains.
_QUOTED = 200


class SpreadsheetError(RdfSyntaxError):
    """A file that cannot be read as a spreadsheet."""


@dataclass(frozen=True)
class GridCell:
    """The text that a cell shows. `fault` names an error of the cell itself (`problems.FAULTS`)."""

    text: str
    fault: str | None = None


def quoted(text: str) -> Literal:
    """The text of a cell as the value of a result."""
    return Literal(text[:_QUOTED])


@dataclass(frozen=True)
class GridRow:
    """The cells of a row that are not empty by column (1-based), and the number of the row or of the line in CSV."""

    number: int
    cells: Mapping[int, GridCell]


@dataclass(frozen=True)
class Grid:
    """One sheet of a file; its title is empty in CSV."""

    source: str
    title: str
    rows: tuple[GridRow, ...] = field(default=())

    def place(self, row: int | None = None, column: int | None = None) -> Place:
        """A place in the sheet."""
        return Place(self.source, row, column, self.title or None)
