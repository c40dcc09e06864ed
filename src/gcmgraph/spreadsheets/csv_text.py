"""CSV files (RFC 4180) with the delimiters that spreadsheet programs write."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from gcmgraph.errors import Place
from gcmgraph.rdfio.parsing import require_utf8, without_bom
from gcmgraph.spreadsheets.grid import CELLS, CHARACTERS, ROWS, Grid, GridCell, GridRow, SpreadsheetError

_DELIMITERS = (",", ";", "\t")
#: Error values as programs write them in English (`#NAME?`, `#N/A`) and other languages (`#NOM?`, `#NV`).
_ERROR = re.compile(r"#[¡¿]?[A-Z/0]+[!?]|#N/[AD]|#NV|Err:[0-9]{3}")
#: A cell in quotation marks, which may contain line breaks, and a row.
_QUOTED = re.compile(r'"[^"]*"')
_ROW = re.compile(rf'(?:{_QUOTED.pattern}|[^"\r\n]+)*+')


def read_csv(data: bytes, source: str) -> Grid:
    """The rows of a CSV file in UTF-8. Raises `SpreadsheetError`; `RdfSyntaxError` for another encoding."""
    data = without_bom(data)
    require_utf8(data, source)
    text = data.decode("utf-8")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise SpreadsheetError("This is no text: there is a NUL character.", place=Place(source, line))
    rows: list[GridRow] = []
    cells = 0
    for row in _rows(text, source):
        cells += len(row.cells)
        if len(rows) == ROWS or cells > CELLS:
            raise SpreadsheetError(
                f"The file has more than {ROWS:,} rows or {CELLS:,} cells.",
                place=Place(source, row.number),
                hint="Send it in parts.",
            )
        if row.cells:
            rows.append(row)
    return Grid(source, "", tuple(rows))


def _rows(text: str, source: str) -> Iterator[GridRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
    line = 1
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            if str(error).startswith("field larger"):
                raise SpreadsheetError(
                    f"A cell that begins in this row has more than {CHARACTERS:,} characters.",
                    place=Place(source, line),
                    hint="Shorten it; or close the quotation mark that it begins with.",
                ) from error
            raise SpreadsheetError(
                f"This is not valid CSV: {error}.",
                place=Place(source, line),
                hint="A quotation mark inside a quoted cell is written twice.",
            ) from error
        if record is None:
            return
        found = {i: cell.strip() for i, cell in enumerate(record, 1) if cell.strip()}
        yield GridRow(line, {i: GridCell(text, _fault(text)) for i, text in found.items()})
        line = reader.line_num + 1


def _fault(text: str) -> str | None:
    if len(text) > CHARACTERS:
        return "too-long"
    return "error" if _ERROR.fullmatch(text) else None


def delimiter(text: str) -> str:
    """The most frequent delimiter in the first row that is not empty, outside quotation marks."""
    first = _ROW.match(text.lstrip("\r\n "))
    outside = _QUOTED.sub("", first[0]) if first else ""
    return max(_DELIMITERS, key=outside.count)
