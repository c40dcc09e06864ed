"""XLSX workbooks as bytes: tables to take away, and constant bytes for equal content.

Tables are written row by row, with their texts in the cells, so that memory does not grow with the rows
(ECMA-376 part 1, section 18.3, https://ecma-international.org/publications-and-standards/standards/ecma-376/).
"""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import chain, islice
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from gcmgraph.errors import column_letters

if TYPE_CHECKING:
    from openpyxl import Workbook

#: A cell of a table. Texts stay texts, whatever they look like: codes such as 004, 10.10 or NA, and formulas.
TableCell = str | int | float | Decimal | bool | None

#: Rows of a table in one workbook at most; larger tables are divided into parts.
MAX_WORKBOOK_ROWS = 20_000

#: Time of creation in every workbook.
EPOCH = datetime(2000, 1, 1)

#: Characters in a cell at most, by Excel's specifications.
LONGEST_CELL = 32_767

#: Characters in the name of a sheet at most, and characters that it may not have.
_LONGEST_NAME = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))

#: Characters that XML excludes, and texts that a spreadsheet reads as an escaped character.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

#: Widths of columns, in characters.
_NARROWEST, _WIDEST = 10, 60

#: Rows by whose texts the widths are set.
_MEASURED = 100

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


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
    rows = iter(table.rows)
    measured = list(islice(rows, _MEASURED))
    widths = [
        min(_WIDEST, max(_NARROWEST, len(heading) + 4, *(len(str(row[number] or "")) + 2 for row in measured)))
        for number, heading in enumerate(table.headings)
    ]
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        names = [quoteattr(_sheet_name(name)) for name in (table.name, table.about_name)]
        for name, text in _frame().items():
            archive.writestr(_entry(name), text.replace("{table}", names[0]).replace("{about}", names[1]))
        pages = (
            _sheet(table.headings, chain(measured, rows), widths, right_to_left=table.right_to_left),
            _sheet((), table.about, (28, 100), right_to_left=table.right_to_left),
        )
        for number, page in enumerate(pages, start=1):
            with archive.open(_entry(f"xl/worksheets/sheet{number}.xml"), "w", force_zip64=True) as file:
                for piece in page:
                    file.write(piece.encode())
    return written.getvalue()


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
            archive.writestr(_entry(info.filename), data, zipfile.ZIP_DEFLATED)
    return steady.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


@cache
def _frame() -> dict[str, str]:
    """The parts of a workbook with two sheets, except these, by name."""
    parts = tomllib.loads((files("gcmgraph.spreadsheets") / "workbook.toml").read_text("utf-8"))
    return {name: _XML + "".join(map(str.strip, text.splitlines())) for name, text in parts.items()}


def _sheet(
    headings: Sequence[str], rows: Iterable[Sequence[TableCell]], widths: Sequence[int], *, right_to_left: bool
) -> Iterator[str]:
    """A sheet in pieces. Without headings the first cell of each row is bold."""
    mirrored = ' rightToLeft="1"' if right_to_left else ""
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' if headings else ""
    columns = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(widths, 1))
    yield f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"{mirrored}>{frozen}</sheetView>'
    yield f"</sheetViews>{f'<cols>{columns}</cols>' if columns else ''}<sheetData>"
    if headings:
        yield f"<row>{''.join(_cell(heading, bold=True) for heading in headings)}</row>"
    last = 1
    for last, row in enumerate(rows, start=2):  # noqa: B007 - used below
        yield f"<row>{''.join(_cell(value, bold=not headings and not n) for n, value in enumerate(row))}</row>"
    yield "</sheetData>"
    if headings:
        yield f'<autoFilter ref="A1:{column_letters(len(headings))}{last}"/>'
    yield "</worksheet>"


def _cell(value: TableCell, *, bold: bool = False) -> str:
    style = ' s="1"' if bold else ""
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"{style}><v>{value:d}</v></c>'
    if not isinstance(value, str):
        return f"<c{style}><v>{value}</v></c>"
    text = escape(_ESCAPED.sub("_x005F_", _NOT_IN_XML.sub(" ", value[:LONGEST_CELL])))
    kept = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f'<c t="inlineStr"{style}><is><t{kept}>{text}</t></is></c>'


def _sheet_name(name: str) -> str:
    return _NOT_IN_XML.sub(" ", name).translate(_NOT_IN_NAMES).strip()[:_LONGEST_NAME] or "Table"
