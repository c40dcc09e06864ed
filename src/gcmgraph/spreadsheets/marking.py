"""A checked workbook with its findings: cells in colour with comments, and a sheet that lists them."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gcmgraph.errors import Place
from gcmgraph.spreadsheets.grid import SpreadsheetError
from gcmgraph.spreadsheets.wording import (
    FINDINGS,
    FINDINGS_COLUMNS,
    MEANT,
    MORE_FINDINGS,
    MUST_BE_CORRECTED,
    REMARK,
)
from gcmgraph.spreadsheets.xlsx import DAMAGED, require_workbook
from gcmgraph.validation.report import Level, Report, Result

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

#: Author of our comments, by which they are removed when a marked workbook is marked again.
_AUTHOR = "GCM Graph /validate"
#: Colours of cells with a violation, and of others with a finding.
_WRONG, _DOUBTFUL = "FFF4B8B8", "FFFFE8A8"
#: Limits of the findings that are marked and listed, and of the characters of a comment.
_MARKED, _COMMENT = 1_000, 3_000


def mark_workbook(data: bytes, source: str, report: Report, language: str) -> bytes:
    """The workbook `source` with the first findings of a report. Marks of an earlier check are removed.

    It can be filled in further and sent: colours, comments and the list of findings are not read. Raises
    `SpreadsheetError`.
    """
    require_workbook(data, source)
    from openpyxl import load_workbook  # noqa: PLC0415 - a third of a second

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), keep_links=False)
            _remove_marks(book)
            found = [result for result in report.results if result.place and result.place.source == source]
            _mark_cells(book, found[:_MARKED], language)
            _list_findings(book, report, found[:_MARKED], language)
            marked = io.BytesIO()
            book.save(marked)
    except DAMAGED as error:
        raise SpreadsheetError(
            f"The workbook cannot be marked: {type(error).__name__}.", place=Place(source)
        ) from error
    return marked.getvalue()


def _remove_marks(book: Workbook) -> None:
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    for title in {FINDINGS.in_language(language) for language in FINDINGS.tags} & set(book.sheetnames):
        del book[title]
    for page in book.worksheets:
        for row in page.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.comment.author == _AUTHOR:
                    cell.comment = None
                    if cell.fill.fgColor.rgb in {_WRONG, _DOUBTFUL}:
                        cell.fill = PatternFill()


def _mark_cells(book: Workbook, found: Iterable[Result], language: str) -> None:
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    by_cell: dict[tuple[str, int, int], list[Result]] = {}
    for result in found:
        place = result.place
        if place is not None and place.sheet in book.sheetnames and place.line is not None:
            by_cell.setdefault((place.sheet, place.line, place.column or 1), []).append(result)
    for (sheet, row, column), results in by_cell.items():
        cell: Any = _first_of_merged(book[sheet], row, column)
        wrong = any(result.level is Level.VIOLATION for result in results)
        texts = [cell.comment.text] if cell.comment is not None else []
        texts += dict.fromkeys(f"{_level(result, language)}: {_text(result, language)}" for result in results)
        cell.fill = PatternFill("solid", fgColor=_WRONG if wrong else _DOUBTFUL)
        cell.comment = Comment("\n\n".join(texts)[:_COMMENT], _AUTHOR, height=160, width=360)


def _first_of_merged(page: Worksheet, row: int, column: int) -> Any:
    """The cell at a place; of merged cells the first, which alone has a comment."""
    for merged in page.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
            return page.cell(merged.min_row, merged.min_col)
    return page.cell(row, column)


def _list_findings(book: Workbook, report: Report, found: list[Result], language: str) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    page = book.create_sheet(FINDINGS.in_language(language), 0)
    rows = [tuple(column.in_language(language) for column in FINDINGS_COLUMNS)]
    for result in found:
        cell = result.place.cell if result.place else None
        named = (result.labels.best(language) or "", result.names.best(language) or "")
        rows.append((cell or "", *named, _level(result, language), _text(result, language)))
    total = sum(report.count(level) for level in Level)
    if total > len(found):
        rows.append((MORE_FINDINGS.counted(total - len(found), language),))
    for number, values in enumerate(rows, 1):
        for at, value in enumerate(values, 1):
            written = page.cell(number, at, ILLEGAL_CHARACTERS_RE.sub(" ", value)[:_COMMENT])
            written.data_type = "s"  # never a formula
            written.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                written.font = Font(bold=True)
            elif at == 1 and "!" in value:
                written.hyperlink = f"#{value}"
    for letter, width in zip("ABCDE", (16, 32, 24, 18, 90), strict=True):
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A2"
    book.active = 0


def _level(result: Result, language: str) -> str:
    return (MUST_BE_CORRECTED if result.level is Level.VIOLATION else REMARK).in_language(language)


def _text(result: Result, language: str) -> str:
    """Message, suggestion and hint of a finding."""
    parts = [result.messages.best(language) or ""]
    if result.nearest is not None and (name := result.nearest.labels.best(language)):
        parts.append(MEANT.in_language(language, value=name))
    parts += filter(None, (result.expected.best(language), result.hints.best(language)))
    return " ".join(parts)
