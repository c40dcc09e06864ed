"""CSV and XLSX files: read as rows of cells with their places.

Files of untrusted clients are CSV (RFC 4180, RFC 7111) or XLSX (ECMA-376). The sizes of a workbook
are checked before anything is parsed.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gcmgraph.platform.errors import Place, RdfSyntaxError
from gcmgraph.rdf.parsing import require_utf8, without_bom
from gcmgraph.rdf.terms import Literal

if TYPE_CHECKING:
    from openpyxl import Workbook


#: Limits on the rows of a sheet, the cells of a file that are not empty, and the characters of a
#: cell (that of Excel).
ROWS, CELLS, CHARACTERS = 20_000, 200_000, 32_767
#: Limits on the bytes of all parts of a file when unpacked, on its parts, and on its sheets.
UNPACKED, PARTS, SHEETS = 40 * 1024 * 1024, 500, 30
#: Methods of compression in ZIP files of others, read in steps of bounded size: of the others,
#: Python unpacks a whole member at once, a thousand bytes to gigabytes.
COMPRESSION_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
#: Limits on the XML tags of all parts (a cell with a value has four), and on merged ranges.
TAGS, MERGED = 1_500_000, 2_000
#: Characters of a cell that a report contains.
_REPORTED = 200

_DELIMITERS = (",", ";", "\t")
#: Error values as programs write them in English (`#NAME?`, `#N/A`) and other languages (`#NOM?`,
#: `#NV`).
_ERROR = re.compile(r"#[¡¿]?[A-Z/0]+[!?]|#N/[AD]|#NV|Err:[0-9]{3}")
#: A cell in quotation marks, which may contain line breaks, and a row.
_QUOTED = re.compile(r'"[^"]*"')
_ROW = re.compile(rf'(?:{_QUOTED.pattern}|[^"\r\n]+)*+')

_SAVE_AS = "Save it as 'Excel workbook (.xlsx)' and send that."
_IN_PARTS = "Send it in parts."
_MERGE = re.compile(rb"mergeCell\s")
#: Parts of a number format that show nothing of the date: `[$-de-DE]`, texts, and single
#: characters.
_NO_DATE = re.compile(r"""\[[^\]]*\]|"[^"]*"|[\\_*].""")
#: Start of the names of relations in the strict variant (ISO/IEC 29500-1), which openpyxl does not
#: read.
_STRICT = b"http://purl.oclc.org/ooxml/"
_OLE = b"\xd0\xcf\x11\xe0"
#: Errors that openpyxl raises for damaged files; it has none of its own for them.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, SyntaxError, KeyError, ValueError, TypeError, IndexError,
    AttributeError, OverflowError, NotImplementedError, RuntimeError,
)  # fmt: skip


@dataclass(frozen=True)
class SpreadsheetSyntax:
    """A format: its media type, its suffix, and its name."""

    name: str
    media_type: str
    suffix: str
    #: other media types and suffixes of it, and of formats that the reader refuses later
    also: tuple[str, ...] = ()


CSV = SpreadsheetSyntax("CSV", "text/csv", "csv", ("text/tab-separated-values", "tsv"))
XLSX = SpreadsheetSyntax(
    "XLSX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsx",
    (
        *("application/vnd.ms-excel", "application/vnd.ms-excel.sheet.macroenabled.12"),
        *("application/vnd.oasis.opendocument.spreadsheet", "xls", "xlsm", "xltx", "ods"),
    ),
)
SPREADSHEETS = (XLSX, CSV)
_BY_KEY = {
    key: syntax
    for syntax in SPREADSHEETS
    for key in (syntax.media_type, syntax.suffix, *syntax.also)
}


def spreadsheet_for_suffix(suffix: str) -> SpreadsheetSyntax | None:
    """The format of a file suffix (with or without the dot), or None."""
    return _BY_KEY.get(suffix.lower().lstrip("."))


def spreadsheet_for_media_type(media_type: str) -> SpreadsheetSyntax | None:
    """The format of a media type without its parameters, or None."""
    return _BY_KEY.get(media_type.split(";", 1)[0].strip().lower())


class SpreadsheetError(RdfSyntaxError):
    """A file that cannot be read as a spreadsheet."""


@dataclass(frozen=True)
class SheetCell:
    """The text that a cell shows.

    `fault` names an error of the cell itself by the name of its constraint.
    """

    text: str
    fault: str | None = None


@dataclass(frozen=True)
class SheetRow:
    """The cells of a row that are not empty by column (1-based), and the number of the row or of the line in CSV."""

    number: int
    cells: Mapping[int, SheetCell]


@dataclass(frozen=True)
class Grid:
    """One sheet of a file; its title is empty in CSV."""

    source: str
    title: str
    rows: tuple[SheetRow, ...] = ()

    def place(self, row: int | None = None, column: int | None = None) -> Place:
        """A place in the sheet."""
        return Place(self.source, row, column, self.title or None)


def quoted(text: str) -> Literal:
    """The text of a cell as the value of a result."""
    return Literal(text[:_REPORTED])


def read_grids(data: bytes, syntax: SpreadsheetSyntax, source: str) -> list[Grid]:
    """The visible sheets of a file.

    Raises `SpreadsheetError`; `RdfSyntaxError` for CSV in another encoding.
    """
    return [read_csv(data, source)] if syntax is CSV else read_xlsx(data, source)


def read_csv(data: bytes, source: str) -> Grid:
    """The rows of a CSV file in UTF-8. Raises as `read_grids`."""
    stripped = (
        (line, enumerate(map(str.strip, record), 1)) for line, record in csv_records(data, source)
    )
    rows = (
        SheetRow(line, {i: SheetCell(text, _fault(text)) for i, text in cells if text})
        for line, cells in stripped
    )
    return Grid(source, "", tuple(_limited(rows, source, "", CELLS)))


def csv_records(data: bytes, source: str) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV file in UTF-8, each with its first line. Raises as `read_grids`."""
    data = without_bom(data)
    require_utf8(data, source)
    text = data.decode("utf-8")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise SpreadsheetError(
            "This is no text: there is a NUL character.", place=Place(source, line)
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
    line = 1
    try:
        for record in reader:
            yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        message = f"This is not valid CSV: {error}."
        hint = "A quotation mark inside a quoted cell is written twice."
        if str(error).startswith("field larger"):
            message = f"A cell that begins in this row has more than {CHARACTERS:,} characters."
            hint = "Shorten it; or close the quotation mark that it begins with."
        raise SpreadsheetError(message, place=Place(source, line), hint=hint) from error


def _limited(
    rows: Iterator[SheetRow], source: str, sheet: str, max_cells: int
) -> Iterator[SheetRow]:
    """The rows that are not empty, up to the limits."""
    cell_count = 0
    row_count = 0
    for row in rows:
        cell_count += len(row.cells)
        row_count = row.number if sheet else row_count + bool(row.cells)
        if row_count > ROWS or cell_count > max_cells:
            limits = f"{ROWS:,} rows or {CELLS:,} cells"
            message = f"The file has more than {limits}{' that are not empty' if sheet else ''}."
            raise SpreadsheetError(
                message, place=Place(source, row.number, sheet=sheet or None), hint=_IN_PARTS
            )
        if row.cells:
            yield row


def _fault(text: str) -> str | None:
    if len(text) > CHARACTERS:
        return "long-cell"
    return "error-value" if _ERROR.fullmatch(text) else None


def delimiter(text: str) -> str:
    """The most frequent delimiter in the first row that is not empty, outside quotation marks."""
    row = _ROW.match(text.lstrip("\r\n "))
    outside_quotes = _QUOTED.sub("", row[0]) if row else ""
    return max(_DELIMITERS, key=outside_quotes.count)


def read_xlsx(data: bytes, source: str) -> list[Grid]:
    """The visible sheets of an XLSX file. Raises `SpreadsheetError`."""
    require_workbook(data, source)
    from openpyxl import load_workbook  # noqa: PLC0415 - a third of a second

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they are about parts that are not read here
            book = load_workbook(
                io.BytesIO(data), read_only=True, data_only=False, keep_links=False
            )
            try:
                if len(book.worksheets) > SHEETS:
                    message = f"The file has {len(book.worksheets)} sheets; the limit is {SHEETS}."
                    raise SpreadsheetError(message, place=Place(source))
                return _grids(book, source)
            finally:
                book.close()
    except DAMAGED as error:
        message = f"The XLSX file is damaged or is none: {type(error).__name__}."
        raise SpreadsheetError(message, place=Place(source), hint=_SAVE_AS) from error


def require_workbook(data: bytes, source: str) -> None:
    """Raise `SpreadsheetError` for a file that is no workbook, or one over the limits."""
    if data.startswith(_OLE):
        message = "This is an old Excel file (.xls), or one with a password."
        raise SpreadsheetError(message, place=Place(source), hint=_SAVE_AS)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            fault = _fault_of_parts(parts) or _fault_of_content(parts)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        message = "This is no XLSX file: it is not a ZIP file in order."
        raise SpreadsheetError(message, place=Place(source), hint=_SAVE_AS) from error
    if fault is not None:
        raise SpreadsheetError(fault[0], place=Place(source), hint=fault[1])


def _fault_of_parts(parts: zipfile.ZipFile) -> tuple[str, str] | None:
    """Message and hint for parts of a workbook that are too large or of another kind."""
    infos = parts.infolist()
    unpacked = sum(info.file_size for info in infos)
    if len(infos) > PARTS or unpacked > UNPACKED:
        return (
            f"The file has {unpacked:,} bytes in {len(infos):,} parts when it is unpacked;"
            f" the limits are {UNPACKED:,} and {PARTS}.",
            "Leave out pictures and empty rows with formats, or send it in parts.",
        )
    if any(info.flag_bits & 1 for info in infos):
        return "The file is protected by a password.", _SAVE_AS
    if any(info.compress_type not in COMPRESSION_METHODS for info in infos):
        return "The file is compressed by another method than Deflate.", _SAVE_AS
    if "[Content_Types].xml" not in {info.filename for info in infos}:
        return "This is a ZIP file, but no XLSX workbook.", _SAVE_AS
    macros = any(info.filename.lower().endswith("vbaproject.bin") for info in infos)
    if macros or b"macroenabled" in parts.read("[Content_Types].xml").lower():
        return "Workbooks with macros are not taken.", _SAVE_AS
    return None


def _fault_of_content(parts: zipfile.ZipFile) -> tuple[str, str] | None:
    """Message and hint for the content of all parts: the kind of a part is in other parts, not in its name."""
    tag_count = 0
    merged_count = 0
    for info in parts.infolist():
        part = parts.read(info).replace(b"\0", b"")  # UTF-16 is searched as UTF-8 is
        if b"<!DOCTYPE" in part:
            message = f"A DOCTYPE is not accepted in a workbook; {info.filename} has one."
            return message, f"Take it out if it is a picture. {_SAVE_AS}"
        if info.filename == "_rels/.rels" and _STRICT in part:
            return (
                "This is a workbook in the format 'Strict Open XML', which is not read here.",
                _SAVE_AS,
            )
        tag_count += part.count(b"<")
        merged_count += len(_MERGE.findall(part))
    if tag_count > TAGS or merged_count > MERGED:
        message = "The file holds more cells than are read, empty ones with formats counted."
        return message, "Delete the empty rows below the data, or send it in parts."
    return None


def _grids(book: Workbook, source: str) -> list[Grid]:
    grids = []
    cell_count = 0
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        rows = list(_limited(_xlsx_rows(book, sheet), source, sheet.title, CELLS - cell_count))
        cell_count += sum(len(row.cells) for row in rows)
        rows.sort(key=lambda row: row.number)
        grids.append(Grid(source, sheet.title, tuple(rows)))
    return grids


def _xlsx_rows(book: Any, sheet: Any) -> Iterator[SheetRow]:
    """The rows that are not empty.

    The value of a cell that is merged over several rows is in each of them.

    By the parser behind openpyxl's read-only sheets: these fill gaps with empty cells, millions in
    a hostile file, and do not report merged ranges. `tests/spreadsheets/test_bad_spreadsheets.py`
    fails when its private parts change.
    """
    from openpyxl.cell.read_only import ReadOnlyCell  # noqa: PLC0415
    from openpyxl.worksheet._reader import WorkSheetParser  # noqa: PLC0415

    with sheet._get_source() as part:
        formats = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}
        parser = WorkSheetParser(
            part, sheet._shared_strings, data_only=False, epoch=book.epoch, **formats
        )
        rows: dict[int, dict[int, SheetCell]] = {}
        cell_count = 0
        for number, attributes_of_cells in parser.parse():
            cells: dict[int, SheetCell] = {}
            for attributes in attributes_of_cells:
                cell = _cell(ReadOnlyCell(sheet, **attributes))
                if cell is not None:
                    cells[attributes["column"]] = cell
            if cells:
                rows.setdefault(number, {}).update(cells)
                cell_count += len(cells)
                if cell_count > CELLS:
                    break
        if parser.merged_cells:
            _repeat_down_merged_cells(rows, parser.merged_cells.mergeCell)
    for number, cells in rows.items():
        yield SheetRow(number, cells)


def _repeat_down_merged_cells(rows: dict[int, dict[int, SheetCell]], merged_ranges: Any) -> None:
    """Add the first cell of each merged range to the rows below that are not empty."""
    for merged in merged_ranges:
        first_cell = rows.get(merged.min_row, {}).get(merged.min_col)
        if first_cell is None:
            continue
        for number in range(merged.min_row + 1, min(merged.max_row, ROWS) + 1):
            if number in rows:
                rows[number].setdefault(merged.min_col, first_cell)


def _cell(cell: Any) -> SheetCell | None:
    value = cell.value
    if cell.data_type == "f":
        return SheetCell(str(getattr(value, "text", value) or "="), "formula")
    if value is None:
        return None
    if cell.data_type == "e":
        return SheetCell(str(value), "error-value")
    text = _text(value, cell).strip()
    if len(text) > CHARACTERS:
        return SheetCell(text[:_REPORTED], "long-cell")
    return SheetCell(text) if text else None


def _text(value: object, cell: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return _date(value, str(cell.number_format))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    return str(value)


def _date(value: datetime | date, shown_as: str) -> str:
    """A date with the precision that its cell shows: Excel stores the month 2018-09 as a day."""
    letters = _NO_DATE.sub("", shown_as.lower())
    if "d" in letters:
        return f"{value:%Y-%m-%d}"
    return f"{value:%Y-%m}" if "m" in letters else f"{value:%Y}"
