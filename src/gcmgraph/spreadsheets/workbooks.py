"""Tables as XLSX workbooks. Equal content is written as equal bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl import Workbook

#: A cell of a table. Texts stay texts, whatever they look like: codes such as 004, 10.10 or NA, and
#: formulas.
TableCell = str | int | float | Decimal | bool | None

#: Rows of a table in one workbook at most; larger tables are divided into parts.
MAX_WORKBOOK_ROWS = 20_000

#: Time of creation in every workbook, and of writing in its archive.
EPOCH = datetime(2000, 1, 1)
ARCHIVE_EPOCH = (1980, 1, 1, 0, 0, 0)

#: Characters in a cell at most, by Excel's specifications.
MAX_CELL = 32_767

#: Characters in the name of a sheet at most, and characters that it may not have.
MAX_SHEET_NAME = 31
NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))

#: Characters that XML excludes, and texts that a spreadsheet reads as an escaped character.
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ESCAPED_CHARACTER = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

#: Widths of columns, in characters; rows by whose texts they are set; widths of the sheet about a
#: table.
MIN_WIDTH = 10
MAX_WIDTH = 60
MEASURED_ROWS = 100
ABOUT_WIDTHS = (28, 100)


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
    #: whether the first column is the rightmost one
    right_to_left: bool = False


def table_workbook(table: WorkbookTable) -> bytes:
    """A workbook with a table, its headings in a fixed row with a filter, and a sheet about it."""
    from openpyxl import Workbook  # noqa: PLC0415 - a third of a second

    rows = iter(table.rows)
    measured_rows = list(islice(rows, MEASURED_ROWS))
    book = Workbook(write_only=True)
    sheet = _add_sheet(
        book, table.name, _widths(table.headings, measured_rows), table.right_to_left
    )
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, heading) for heading in table.headings])
    last_row = 1
    for row in chain(measured_rows, rows):
        sheet.append([_cell(sheet, value) for value in row])
        last_row += 1
    if table.headings:
        sheet.auto_filter.ref = f"A1:{_column_letter(len(table.headings))}{last_row}"
    about = _add_sheet(book, table.about_name, ABOUT_WIDTHS, table.right_to_left)
    for label, text in table.about:
        about.append([_bold(about, label), _cell(about, text)])
    return workbook_bytes(book)


def workbook_bytes(book: Workbook) -> bytes:
    """A workbook as bytes, with constant times of writing."""
    from openpyxl.xml.functions import tostring  # noqa: PLC0415

    book.properties.created = EPOCH
    saved = io.BytesIO()
    book.save(saved)
    book.properties.modified = EPOCH
    steady = io.BytesIO()
    with (
        zipfile.ZipFile(saved) as parts,
        zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for part in parts.infolist():
            entry = zipfile.ZipInfo(part.filename, ARCHIVE_EPOCH)
            if part.filename == "docProps/core.xml":
                archive.writestr(entry, tostring(book.properties.to_tree()), zipfile.ZIP_DEFLATED)
                continue
            entry.compress_type = zipfile.ZIP_DEFLATED
            with parts.open(part) as source, archive.open(entry, "w", force_zip64=True) as target:
                target.writelines(_pieces(source))
    return steady.getvalue()


def _pieces(file: Any) -> Iterator[bytes]:
    while piece := file.read(1 << 16):
        yield piece


def _add_sheet(book: Any, name: str, widths: Sequence[int], right_to_left: bool) -> Any:
    sheet = book.create_sheet(_sheet_name(name))
    sheet.sheet_view.rightToLeft = right_to_left or None
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[_column_letter(number)].width = width
    return sheet


def _widths(headings: Sequence[str], rows: Sequence[Sequence[TableCell]]) -> list[int]:
    """The widths of columns by the lengths of their headings and texts."""
    widths = []
    for column, heading in enumerate(headings):
        lengths = [len(str(row[column] or "")) + 2 for row in rows]
        widths.append(min(MAX_WIDTH, max(MIN_WIDTH, len(heading) + 4, *lengths)))
    return widths


def _cell(sheet: Any, value: TableCell) -> Any:
    """A cell as it is written: a number, a truth value, or a text that is no formula."""
    if not isinstance(value, str):
        return value
    if value == "":
        return None
    return _text_cell(sheet, value)


def _bold(sheet: Any, text: str) -> Any:
    from openpyxl.styles import Font  # noqa: PLC0415

    cell = _text_cell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _text_cell(sheet: Any, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    cell = WriteOnlyCell(
        sheet, ESCAPED_CHARACTER.sub("_x005F_", NOT_IN_XML.sub(" ", text[:MAX_CELL]))
    )
    cell.data_type = "s"  # "=1+1" is a formula otherwise
    return cell


def _column_letter(number: int) -> str:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    return get_column_letter(number)


def _sheet_name(name: str) -> str:
    return (
        NOT_IN_XML.sub(" ", name).translate(NOT_IN_SHEET_NAMES).strip()[:MAX_SHEET_NAME] or "Table"
    )
