"""Columns of names in CSV files and workbooks, and the rows around them.

Cells stay the texts of the file: codes such as 004 lose no zeros.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from gcmgraph.errors import GcmGraphError, Place
from gcmgraph.rdfio.parsing import require_utf8, without_bom
from gcmgraph.spreadsheets.grids import delimiter, read_xlsx
from gcmgraph.text import fold_name

#: Limits on the bytes of a file, on its rows, and on the column names that an error lists.
MAX_BYTES, MAX_ROWS, _LISTED = 100 * 1024 * 1024, 1_000_000, 20


class ColumnFileError(GcmGraphError):
    """A file without the column, or one that is no table."""


@dataclass(frozen=True)
class ColumnNames:
    """Different names of a column in the order of their first rows, without surplus spaces; `count` is that of all."""

    names: list[str]
    count: int


@dataclass(frozen=True)
class ColumnFile:
    """Headings of a table, and the cells of its rows by the index of their column; most empty ones are absent."""

    source: str
    headings: list[str]
    rows: list[Mapping[int, str]]

    def names(self, heading: str | None, most: int) -> ColumnNames:
        """The first `most` different names of a column, found as by `column`."""
        column = self.column(heading)
        texts = (" ".join(row.get(column, "").split()) for row in self.rows)
        found = list(dict.fromkeys(filter(None, texts)))
        return ColumnNames(found[:most], len(found))

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
        alike = [i for i, heading in enumerate(self.headings) if fold_name(heading) == fold_name(name)]
        if len(alike) == 1:
            return alike[0]
        raise ColumnFileError(
            f"There is no column '{name}'.", place=Place(self.source), hint=f"Columns: {self._listed()}."
        )

    def _listed(self) -> str:
        named = [f"'{heading}'" for heading in self.headings if heading]
        return ", ".join([*named[:_LISTED], *(["…"] if len(named) > _LISTED else [])])


def read_column_file(data: bytes, source: str) -> ColumnFile:
    """The table of a CSV file in UTF-8, or of the first sheet of an XLSX workbook; the first row has the headings.

    Raises `ColumnFileError`, or `RdfSyntaxError` for another encoding or a damaged workbook.
    """
    if len(data) > MAX_BYTES:
        raise ColumnFileError(
            f"The file has more than {MAX_BYTES:,} bytes.", place=Place(source), hint="Send it in parts."
        )
    workbook = data.startswith(b"PK") or PurePath(source).suffix.lower() in {".xlsx", ".xls", ".xlsm"}
    rows = _xlsx_rows(data, source) if workbook else _csv_rows(data, source)
    if not rows or not any(cell.strip() for cell in rows[0].values()):
        raise ColumnFileError(
            "The table has no headings.",
            place=Place(source, 1),
            hint="Write the names of the columns in the first row.",
        )
    headings = [rows[0].get(index, "").strip() for index in range(max(rows[0]) + 1)]
    return ColumnFile(source, headings, rows[1:])


def _csv_rows(data: bytes, source: str) -> list[Mapping[int, str]]:
    data = without_bom(data)
    require_utf8(data, source)
    text = data.decode("utf-8")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
    rows: list[Mapping[int, str]] = []
    try:
        for row in reader:
            if row:
                rows.append(dict(enumerate(row)))
            if len(rows) > MAX_ROWS:
                raise ColumnFileError(
                    f"The file has more than {MAX_ROWS:,} rows.", place=Place(source), hint="Send it in parts."
                )
    except csv.Error as error:
        raise ColumnFileError(
            f"This is not valid CSV: {error}.",
            place=Place(source, reader.line_num),
            hint="A quotation mark inside a quoted cell is written twice.",
        ) from error
    return rows


def _xlsx_rows(data: bytes, source: str) -> list[Mapping[int, str]]:
    grid = next((grid for grid in read_xlsx(data, source) if grid.rows), None)
    return [{column - 1: cell.text for column, cell in row.cells.items()} for row in grid.rows] if grid else []
