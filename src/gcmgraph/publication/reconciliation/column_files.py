"""Files of tables (CSV, XLSX) with a column of names.

Cells are the texts of the file: codes such as 004 lose no zeros.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from gcmgraph.platform.errors import GcmGraphError, Place
from gcmgraph.platform.text import fold_name
from gcmgraph.spreadsheets.grids import csv_records, read_xlsx

#: Limits on the bytes of a file, and on its rows.
MAX_BYTES = 100 * 1024 * 1024
MAX_ROWS = 1_000_000

#: Limit on the column names that an error lists.
_MAX_LISTED = 20

#: First bytes of a workbook, which is a ZIP file, and suffixes of workbooks.
_ZIP = b"PK"
_WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xls", ".xlsm"})


class ColumnFileError(GcmGraphError):
    """A file without the column, or one that is no table."""


@dataclass(frozen=True)
class ColumnNames:
    """Different names of a column in the order of their first rows, without surplus spaces."""

    names: list[str]
    #: number of all different names
    count: int


@dataclass(frozen=True)
class ColumnFile:
    """A table: its headings, and the cells of its rows by the index of their column.

    Most empty cells are absent.
    """

    source: str
    headings: list[str]
    rows: list[Mapping[int, str]]

    def names(self, heading: str | None, limit: int) -> ColumnNames:
        """The first different names of a column. Raises as `column` does."""
        column = self.column(heading)
        texts = (" ".join(row.get(column, "").split()) for row in self.rows)
        names = list(dict.fromkeys(filter(None, texts)))
        return ColumnNames(names[:limit], len(names))

    def column(self, name: str | None) -> int:
        """The index of a column by its heading, or of the only one. Raises `ColumnFileError`."""
        if name is None:
            if len(self.headings) == 1:
                return 0
            raise ColumnFileError(
                f"The table has {len(self.headings):,} columns.",
                place=Place(self.source),
                hint=f"Name the one that holds the names: {self._listed()}.",
            )
        if name in self.headings:
            return self.headings.index(name)
        similar = [
            index
            for index, heading in enumerate(self.headings)
            if fold_name(heading) == fold_name(name)
        ]
        if len(similar) == 1:
            return similar[0]
        raise ColumnFileError(
            f"There is no column '{name}'.",
            place=Place(self.source),
            hint=f"Columns: {self._listed()}.",
        )

    def _listed(self) -> str:
        """The first headings, for an error."""
        quoted = [f"'{heading}'" for heading in self.headings if heading]
        if len(quoted) > _MAX_LISTED:
            quoted[_MAX_LISTED:] = ["…"]
        return ", ".join(quoted)


def read_column_file(data: bytes, source: str) -> ColumnFile:
    """The table of a CSV file in UTF-8, or of the first sheet of an XLSX workbook.

    The first row has the headings. Raises `ColumnFileError`, or `RdfSyntaxError` for another
    encoding, a damaged workbook, or invalid CSV.
    """
    if len(data) > MAX_BYTES:
        raise ColumnFileError(
            f"The file has more than {MAX_BYTES:,} bytes.",
            place=Place(source),
            hint="Send it in parts.",
        )
    suffix = PurePath(source).suffix.lower()
    is_workbook = data.startswith(_ZIP) or suffix in _WORKBOOK_SUFFIXES
    rows = _xlsx_rows(data, source) if is_workbook else _csv_rows(data, source)
    if not rows or not any(cell.strip() for cell in rows[0].values()):
        raise ColumnFileError(
            "The table has no headings.",
            place=Place(source, 1),
            hint="Write the names of the columns in the first row.",
        )
    headings = [rows[0].get(index, "").strip() for index in range(max(rows[0]) + 1)]
    return ColumnFile(source, headings, rows[1:])


def _csv_rows(data: bytes, source: str) -> list[Mapping[int, str]]:
    rows: list[Mapping[int, str]] = []
    for _, record in csv_records(data, source):
        if record:
            rows.append(dict(enumerate(record)))
        if len(rows) > MAX_ROWS:
            raise ColumnFileError(
                f"The file has more than {MAX_ROWS:,} rows.",
                place=Place(source),
                hint="Send it in parts.",
            )
    return rows


def _xlsx_rows(data: bytes, source: str) -> list[Mapping[int, str]]:
    """The rows of the first sheet that has rows."""
    grid = next((grid for grid in read_xlsx(data, source) if grid.rows), None)
    if grid is None:
        return []
    rows: list[Mapping[int, str]] = []
    for row in grid.rows:
        rows.append({column - 1: cell.text for column, cell in row.cells.items()})
    return rows
