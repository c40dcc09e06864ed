"""XLSX files (ECMA-376) from untrusted clients. Their sizes are checked before anything is parsed."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gcmgraph.errors import Place
from gcmgraph.spreadsheets.grid import CELLS, CHARACTERS, ROWS, Grid, GridCell, GridRow, SpreadsheetError

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

#: Limits on the bytes of all parts of a file when unpacked, on its parts, and on its sheets.
UNPACKED, PARTS, SHEETS = 40 * 1024 * 1024, 500, 30
#: Limits on the XML tags of all parts (a cell with a value has four), and on merged ranges.
TAGS, MERGED = 1_500_000, 2_000

_SAVE_AS = "Save it as 'Excel workbook (.xlsx)' and send that."
_MERGE = re.compile(rb"mergeCell\s")
#: Parts of a number format that show nothing of the date: `[$-de-DE]`, texts, and single characters.
_NO_DATE = re.compile(r"""\[[^\]]*\]|"[^"]*"|[\\_*].""")
#: Start of the names of relations in the strict variant (ISO/IEC 29500-1), which openpyxl does not read.
_STRICT = b"http://purl.oclc.org/ooxml/"
_OLE = b"\xd0\xcf\x11\xe0"
#: Errors that openpyxl raises for damaged files; it has none of its own for them.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, SyntaxError, KeyError, ValueError, TypeError, IndexError,
    AttributeError, OverflowError, NotImplementedError, RuntimeError,
)  # fmt: skip


def read_xlsx(data: bytes, source: str) -> list[Grid]:
    """The visible sheets of an XLSX file. Raises `SpreadsheetError`."""
    require_workbook(data, source)
    from openpyxl import load_workbook  # noqa: PLC0415 - a third of a second

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they are about parts that are not read here
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
            try:
                if len(book.worksheets) > SHEETS:
                    raise SpreadsheetError(
                        f"The file has {len(book.worksheets)} sheets; the limit is {SHEETS}.", place=Place(source)
                    )
                return _grids(book, source)
            finally:
                book.close()
    except DAMAGED as error:
        raise SpreadsheetError(
            f"The XLSX file is damaged or is none: {type(error).__name__}.", place=Place(source), hint=_SAVE_AS
        ) from error


def require_workbook(data: bytes, source: str) -> None:
    """Raise `SpreadsheetError` for a file that is no workbook, or one over the limits."""
    place = Place(source)
    if data.startswith(_OLE):
        raise SpreadsheetError("This is an old Excel file (.xls), or one with a password.", place=place, hint=_SAVE_AS)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            infos = parts.infolist()
            names = {info.filename for info in infos}
            unpacked = sum(info.file_size for info in infos)
            if len(infos) > PARTS or unpacked > UNPACKED:
                raise SpreadsheetError(
                    f"The file has {unpacked:,} bytes in {len(infos):,} parts when it is unpacked;"
                    f" the limits are {UNPACKED:,} and {PARTS}.",
                    place=place,
                    hint="Leave out pictures and empty rows with formats, or send it in parts.",
                )
            if any(info.flag_bits & 1 for info in infos):
                raise SpreadsheetError("The file is protected by a password.", place=place, hint=_SAVE_AS)
            if "[Content_Types].xml" not in names:
                raise SpreadsheetError("This is a ZIP file, but no XLSX workbook.", place=place, hint=_SAVE_AS)
            kinds = parts.read("[Content_Types].xml").lower()
            if b"macroenabled" in kinds or any(name.lower().endswith("vbaproject.bin") for name in names):
                raise SpreadsheetError("Workbooks with macros are not taken.", place=place, hint=_SAVE_AS)
            tags = merged = 0
            for info in infos:  # all of them: the kind of a part is in other parts, not in its name
                part = parts.read(info).replace(b"\0", b"")  # UTF-16 is searched as UTF-8 is
                if b"<!DOCTYPE" in part:
                    raise SpreadsheetError(
                        f"A DOCTYPE is not accepted in a workbook; {info.filename} has one.",
                        place=place,
                        hint=f"Take it out if it is a picture. {_SAVE_AS}",
                    )
                if info.filename == "_rels/.rels" and _STRICT in part:
                    raise SpreadsheetError(
                        "This is a workbook in the format 'Strict Open XML', which is not read here.",
                        place=place,
                        hint=_SAVE_AS,
                    )
                tags, merged = tags + part.count(b"<"), merged + len(_MERGE.findall(part))
            if tags > TAGS or merged > MERGED:
                raise SpreadsheetError(
                    "The file holds more cells than are read, empty ones with formats counted.",
                    place=place,
                    hint="Delete the empty rows below the data, or send it in parts.",
                )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise SpreadsheetError(
            "This is no XLSX file: it is not a ZIP file in order.", place=place, hint=_SAVE_AS
        ) from error


def _grids(book: Workbook, source: str) -> list[Grid]:
    grids, cells = [], 0
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        rows: dict[int, dict[int, GridCell]] = {}
        for number, found in _rows(book, sheet):
            cells += len(found)
            if number > ROWS or cells > CELLS:
                raise SpreadsheetError(
                    f"The file has more than {ROWS:,} rows or {CELLS:,} cells that are not empty.",
                    place=Place(source, number, sheet=sheet.title),
                    hint="Send it in parts.",
                )
            rows[number] = found
        grids.append(Grid(source, sheet.title, tuple(GridRow(n, rows[n]) for n in sorted(rows) if rows[n])))
    return grids


def _rows(book: Any, sheet: Any) -> Iterator[tuple[int, dict[int, GridCell]]]:
    """The rows that are not empty. The value of a cell that is merged over several rows is in each of them.

    By the parser behind openpyxl's read-only sheets: these fill gaps with empty cells, millions in a hostile file, and
    do not report merged ranges. `tests/spreadsheets/test_openpyxl_parts.py` fails when its private parts change.
    """
    from openpyxl.cell.read_only import ReadOnlyCell  # noqa: PLC0415
    from openpyxl.worksheet._reader import WorkSheetParser  # noqa: PLC0415

    with sheet._get_source() as part:
        parser = WorkSheetParser(
            part,
            sheet._shared_strings,
            data_only=False,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        rows: dict[int, dict[int, GridCell]] = {}
        count = 0
        for number, cells in parser.parse():
            found = {c["column"]: cell for c in cells if (cell := _cell(ReadOnlyCell(sheet, **c))) is not None}
            if found:
                rows.setdefault(number, {}).update(found)
                count += len(found)
                if count > CELLS:
                    break
        for merged in parser.merged_cells.mergeCell if parser.merged_cells else ():
            first = rows.get(merged.min_row, {}).get(merged.min_col)
            last = min(merged.max_row, ROWS) if first is not None else 0
            for number in range(merged.min_row + 1, last + 1):
                if first is not None and number in rows:
                    rows[number].setdefault(merged.min_col, first)
    yield from rows.items()


def _cell(cell: Any) -> GridCell | None:
    value = cell.value
    if cell.data_type == "f":
        return GridCell(str(getattr(value, "text", value) or "="), "formula")
    if value is None:
        return None
    if cell.data_type == "e":
        return GridCell(str(value), "error")
    text = _text(value, cell).strip()
    if len(text) > CHARACTERS:
        return GridCell(text[:200], "too-long")
    return GridCell(text) if text else None


def _text(value: object, cell: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return _date(value, str(cell.number_format))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)


def _date(value: datetime | date, shown_as: str) -> str:
    """A date with the precision that its cell shows: Excel stores the month 2018-09 as a day."""
    letters = _NO_DATE.sub("", shown_as.lower())
    if "d" in letters:
        return f"{value:%Y-%m-%d}"
    return f"{value:%Y-%m}" if "m" in letters else f"{value:%Y}"
