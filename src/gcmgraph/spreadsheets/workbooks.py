"""XLSX workbooks as bytes: tables to take away, and constant bytes for equal content."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

#: A cell of a table. Texts stay texts, whatever they look like: codes such as 004, 10.10 or NA, and formulas.
TableCell = str | int | float | Decimal | bool | None

#: Time of creation in every workbook.
EPOCH = datetime(2000, 1, 1)

#: Characters in a cell at most, by Excel's specifications.
LONGEST_CELL = 32_767

#: Characters in the name of a sheet at most, and characters that it may not have.
_LONGEST_NAME = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))

#: Widths of columns, in characters.
_NARROWEST, _WIDEST = 10, 60

#: Rows by whose texts the widths are set.
_MEASURED = 100


@dataclass(frozen=True)
class WorkbookTable:
    """A table with a second sheet that explains it."""

    #: names of the two sheets
    name: str
    about_name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[TableCell]]
    #: label and text of each line of the second sheet
    about: Iterable[tuple[str, str]]


def table_workbook(table: WorkbookTable) -> bytes:
    """A workbook with a table, its headings in a fixed row with a filter, and a sheet about it."""
    from openpyxl import Workbook  # noqa: PLC0415 - a third of a second

    book = Workbook(write_only=True)
    book.properties.creator = "GCM Graph"
    page = book.create_sheet(_sheet_name(table.name))
    page.freeze_panes = "A2"
    rows = list(table.rows)
    for number, heading in enumerate(table.headings):
        letter = page.column_dimensions[_letter(number)]
        widest = max((len(str(row[number] or "")) for row in rows[:_MEASURED]), default=0)
        letter.width = min(_WIDEST, max(_NARROWEST, len(heading) + 4, widest + 2))
    page.auto_filter.ref = f"A1:{_letter(max(0, len(table.headings) - 1))}{len(rows) + 1}"
    page.append([_cell(page, heading, bold=True) for heading in table.headings])
    for row in rows:
        page.append([_cell(page, value) for value in row])
    about = book.create_sheet(_sheet_name(table.about_name))
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 28, 100
    for label, text in table.about:
        about.append([_cell(about, label, bold=True), _cell(about, text)])
    return workbook_bytes(book)


def workbook_bytes(book: Workbook) -> bytes:
    """A workbook as bytes, with constant times of writing."""
    from openpyxl.xml.functions import tostring  # noqa: PLC0415

    book.properties.created = book.properties.modified = EPOCH
    written, steady = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as archive:
        book.properties.modified = EPOCH
        for info in parts.infolist():
            core = info.filename == "docProps/core.xml"
            data = tostring(book.properties.to_tree()) if core else parts.read(info)
            archive.writestr(zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return steady.getvalue()


def _cell(page: WriteOnlyWorksheet, value: TableCell, *, bold: bool = False) -> Cell:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub(" ", value)[:LONGEST_CELL]
    cell: Cell = WriteOnlyCell(page, float(value) if isinstance(value, Decimal) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    return get_column_letter(number + 1)


def _sheet_name(name: str) -> str:
    return name.translate(_NOT_IN_NAMES).strip()[:_LONGEST_NAME] or "Table"
