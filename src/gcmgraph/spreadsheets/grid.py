"""Rows of cells with their places: what an XLSX or a CSV file holds, before anything is understood of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gcmgraph.errors import Place, RdfSyntaxError

#: Most rows of a sheet, cells of a file that say something, and characters of a cell (those of Excel).
ROWS, CELLS, CHARACTERS = 20_000, 200_000, 32_767


class SpreadsheetError(RdfSyntaxError):
    """A file that cannot be read as a spreadsheet."""


@dataclass(frozen=True)
class Cell:
    """What a cell shows, as text. `fault` names what is wrong with the cell itself (`problems`)."""

    text: str
    fault: str | None = None


@dataclass(frozen=True)
class Row:
    """The cells of a row that are not empty, by their column (1-based), and its number: the line of a CSV file."""

    number: int
    cells: Mapping[int, Cell]


@dataclass(frozen=True)
class Grid:
    """One sheet. `source` names file and sheet in places."""

    source: str
    title: str
    rows: tuple[Row, ...] = field(default=())

    def place(self, row: int | None = None, column: int | None = None) -> Place:
        """A place in it."""
        return Place(self.source, row, column)
