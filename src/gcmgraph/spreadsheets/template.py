"""The template for contributors, from the sheets and lists of a published graph; the bytes are reproducible.

A checked workbook with its findings: cells in colour with comments, and a sheet that lists them.
"""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.numbers import get_decimal_symbol

from gcmgraph.platform.errors import Place, column_letters
from gcmgraph.rdf.terms import IRI
from gcmgraph.spreadsheets.columns import CellKind, ColumnNeed, Sheet, SheetColumn, filling
from gcmgraph.spreadsheets.grids import DAMAGED, SpreadsheetError, require_workbook
from gcmgraph.spreadsheets.headers import ID, header, owner_header
from gcmgraph.spreadsheets.lists import PublishedLists
from gcmgraph.spreadsheets.texts import TEXTS
from gcmgraph.spreadsheets.workbooks import workbook_bytes
from gcmgraph.translations import TemplateMessage
from gcmgraph.validation.graphs import local_part
from gcmgraph.validation.report import Level, Report, Result

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet


#: Rows with drop-down lists.
_ROWS = 1000
#: Limits of Excel on the title and the text of a prompt beside a cell.
_PROMPT_TITLE, _PROMPT = 32, 255
#: Colours of headers: of required columns, and of others by group.
_REQUIRED = "FFFFE8B3"
_GROUPS = (
    "FFD9E8F6",
    "FFD9E8F6",
    "FFDDF0DD",
    "FFE9E0F4",
    "FFDDEEEE",
    "FFF4E6DC",
    "FFE6E6E6",
    "FFE4F0D4",
    "FFF3DDE6",
)
_WIDTHS = {CellKind.TEXT: 40, CellKind.SOURCE: 40, CellKind.RESOURCE: 28}
#: Values of the example beside its texts: codes of lists, or as they are written.
_EXAMPLE = {
    "objective": "3",
    "country": "KEN",
    "startDate": "2019-03",
    "endDate": "2021",
    "funding/amount/value": "120000",
    "funding/amount/currency": "EUR",
    "relevantTarget": "10.7",
}
#: Properties that few practices and organisations have: their columns are behind the others,
#: folded.
_RARE = frozenset(
    "altLabel areaOfWork binding bound cost hasMember instrument legalBasis plannedResult principle relevantGoal "
    "replaces".split()
)
_MORE_FINDINGS = TemplateMessage(
    "There is {count} more finding.", "There are {count} more findings."
)


def template_csv(sheet: Sheet, language: str) -> bytes:
    """The headers of a sheet as CSV in UTF-8, with the byte order mark that spreadsheet programs require."""
    text = io.StringIO(newline="")
    headers = _headers(sheet.in_language(language), language)
    # as spreadsheet programs write it: with a semicolon where numbers have a decimal comma
    delimiter = ";" if get_decimal_symbol(language) == "," else ","
    csv.writer(text, delimiter=delimiter).writerow(title for title, *_ in headers)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def template_xlsx(sheets: tuple[Sheet, ...], lists: PublishedLists, language: str) -> bytes:
    """A workbook: the sheets to fill in, one that explains them, an example, and one with the lists."""
    from openpyxl import Workbook  # noqa: PLC0415 - a third of a second

    book, sheets = Workbook(), tuple(sheet.in_language(language) for sheet in sheets)
    listed = _Listed(book.create_sheet(TEXTS["lists"].in_language(language)), lists, language)
    explained = book.worksheets[0]
    explained.title = TEXTS["readme"].in_language(language)
    for number, sheet in enumerate(sheets):
        page = book.create_sheet(sheet.labels.best(language) or sheet.kind, number)
        _fill(page, sheet, listed, language)
    book.move_sheet(explained, -book.index(explained))
    _explain(explained, sheets, language)
    _fill_example(
        book.create_sheet(TEXTS["example"].in_language(language), 1), sheets[0], lists, language
    )
    book.active = 2
    if Locale.parse(language).text_direction == "rtl":
        for page in book.worksheets:
            page.sheet_view.rightToLeft = True
    book.properties.creator = "GCM Graph"
    return workbook_bytes(book)


def _headers(sheet: Sheet, language: str) -> list[tuple[str, str, ColumnNeed, SheetColumn | None]]:
    """Header, explanation, need and column of all columns from left to right, the rarely used ones last."""
    usual, rare = (
        [
            (header(column, language), filling(column)[language], column.need, column)
            for column in sheet.columns
            if _is_rare(column, language) is wanted
        ]
        for wanted in (False, True)
    )
    if sheet.owner is None:
        return [*usual, (ID, TEXTS["id"].in_language(language), ColumnNeed.OPTIONAL, None), *rare]
    explanation = TEXTS["owner"].in_language(language)
    return [
        (owner_header(sheet.owner, language), explanation, ColumnNeed.REQUIRED, None),
        *usual,
        *rare,
    ]


def _is_rare(column: SheetColumn | None, language: str) -> bool:
    """Whether a column is rarely used, as are optional texts in another language than that of the reader."""
    if column is None or column.need is not ColumnNeed.OPTIONAL:
        return False
    return column.language not in {None, language} or not _RARE.isdisjoint(
        map(local_part, column.path)
    )


class _Listed:
    """The sheet with the lists, one a column."""

    def __init__(self, page: Worksheet, lists: PublishedLists, language: str) -> None:
        self._page, self._lists, self._language = page, lists, language
        self._made: dict[tuple[tuple[IRI, ...], IRI | None], str | None] = {}

    def range(self, column: SheetColumn) -> str | None:
        """The range of the list of a column, as a formula; None for an empty list."""
        key = column.classes, column.scheme
        if key not in self._made:
            self._made[key] = self._write(column)
        return self._made[key]

    def _write(self, column: SheetColumn) -> str | None:
        from openpyxl.utils import quote_sheetname  # noqa: PLC0415

        choices = self._lists.of(column.classes, column.scheme).in_order(self._language)
        at = sum(made is not None for made in self._made.values()) + 1
        for row, shown in enumerate(
            [column.names.best(self._language), *(c.text(self._language) for c in choices)], 1
        ):
            _write(self._page, row, at, shown or "")
        letter = column_letters(at)
        self._page.column_dimensions[letter].width = 40
        where = f"{quote_sheetname(self._page.title)}!${letter}$2:${letter}${len(choices) + 1}"
        return where if choices else None


def _fill(page: Worksheet, sheet: Sheet, listed: _Listed, language: str) -> None:
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415
    from openpyxl.worksheet.properties import Outline  # noqa: PLC0415

    for at, (title, explanation, need, column) in enumerate(_headers(sheet, language), 1):
        cell = page.cell(1, at, title)
        _format(cell, bold=need is not ColumnNeed.OPTIONAL, colour=_colour(column, need))
        group = column.group.labels.best(language) if column else None
        comment = f"{group}\n{explanation}" if group else explanation
        cell.comment = Comment(comment, "GCM Graph", height=140, width=320)
        letter = column_letters(at)
        kind = column.kind if column else CellKind.CODE
        page.column_dimensions[letter].width = _WIDTHS.get(kind, 18)
        if _is_rare(column, language):
            page.column_dimensions[letter].outline_level, page.column_dimensions[letter].hidden = (
                1,
                True,
            )
        if kind is not CellKind.NUMBER:  # as text, so that Excel does not change 10.10 or 2018-09
            page.column_dimensions[letter].number_format = "@"
        rule = DataValidation(allow_blank=True, showErrorMessage=False, showInputMessage=True)
        rule.promptTitle, rule.prompt = title[:_PROMPT_TITLE], explanation[:_PROMPT]
        where = listed.range(column) if column and kind is CellKind.RESOURCE else None
        if where:
            rule.type, rule.formula1 = "list", where
        elif kind is CellKind.BOOLEAN:
            rule.type, rule.formula1 = (
                "list",
                f'"{",".join(word.in_language(language) for word in TEXTS["yes-no"])}"',
            )
        rule.add(f"{letter}2:{letter}{_ROWS}")
        page.add_data_validation(rule)
    page.sheet_properties.outlinePr = Outline(
        summaryRight=False
    )  # the plus sign is before the folded columns
    page.freeze_panes = "A2"


def _colour(column: SheetColumn | None, need: ColumnNeed) -> str:
    """The colour of a header: that of required ones, else that of its group."""
    order = column.group.order if column else None
    return _REQUIRED if need is not ColumnNeed.OPTIONAL else _GROUPS[int(order or 0) % len(_GROUPS)]


def _fill_example(page: Worksheet, sheet: Sheet, lists: PublishedLists, language: str) -> None:
    """The groups, the headers, and one row of the first sheet, with the columns that it fills."""
    filled = [
        (column, value) for column in sheet.columns if (value := _example(column, lists, language))
    ]
    group = None
    for at, (column, value) in enumerate(filled, 1):
        if column.group != group:
            group = column.group
            _format(_write(page, 1, at, group.labels.best(language) or ""), bold=True, wrap=False)
        name = _write(page, 2, at, header(column, language))
        _format(
            name, bold=column.need is not ColumnNeed.OPTIONAL, colour=_colour(column, column.need)
        )
        _format(_write(page, 3, at, value))
        page.column_dimensions[column_letters(at)].width = _WIDTHS.get(column.kind, 18)


def _example(column: SheetColumn, lists: PublishedLists, language: str) -> str:
    """Return the value of a column in the example: texts in the language, and names of lists as the list shows them."""
    name = "/".join(local_part(step) for step in column.path)
    if name in TEXTS["example-texts"] and column.language in {None, language}:
        return str(TEXTS["example-texts"][name].in_language(language))
    value = _EXAMPLE.get(name, "")
    if not value or column.kind is not CellKind.RESOURCE:
        return value
    entries = lists.of(column.classes, column.scheme)
    named = entries.named(value)
    return next((entry.text(language) for entry in entries.all if entry.iri in named), "")


def _explain(page: Worksheet, sheets: tuple[Sheet, ...], language: str) -> None:
    def words(messages: Iterable[TemplateMessage]) -> tuple[str, ...]:
        return tuple(message.in_language(language) for message in messages)

    lines, columns = words(TEXTS["guide"]), words(TEXTS["guide-columns"])
    needed = {need: message.in_language(language) for need, message in TEXTS["needed"].items()}
    rows: list[tuple[str, ...]] = [*((line,) for line in lines), ()]
    for sheet in sheets:
        rows += [(sheet.labels.best(language) or sheet.kind,), columns]
        rows += [
            (title, needed.get(need, ""), text)
            for title, text, need, _ in _headers(sheet, language)
        ]
        rows.append(())
    for number, row in enumerate(rows, 1):
        for at, value in enumerate(row, 1):
            _write(page, number, at, value)
        if (len(row) == 1 and (number == 1 or number > len(lines))) or row == columns:
            _format(page.cell(number, 1), bold=True, wrap=False)
        if len(row) == len(columns):
            _format(page.cell(number, len(columns)))
    for letter, width in zip("ABC", (36, 16, 90), strict=True):
        page.column_dimensions[letter].width = width


def _write(page: Worksheet, row: int, column: int, value: str) -> Any:
    """Write a text, never a formula, whatever a published name begins with; return the cell."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    cell = page.cell(row, column, ILLEGAL_CHARACTERS_RE.sub(" ", value))
    cell.data_type = "s"
    return cell


def _format(cell: Any, *, bold: bool = False, colour: str = "", wrap: bool = True) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415

    if bold:
        cell.font = Font(bold=True)
    if wrap:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    if colour:
        cell.fill = PatternFill("solid", fgColor=colour)


#: Author of our comments, by which they are removed when a marked workbook is marked again.
_AUTHOR = "GCM Graph /validate"
#: Colours of cells with a violation, and of others with a finding.
_WRONG, _DOUBTFUL = "FFF4B8B8", "FFFFE8A8"
#: Limits of the findings that are marked and listed, and of the characters of a comment.
_MARKED, _COMMENT = 1_000, 3_000


def mark_workbook(data: bytes, source: str, report: Report, language: str) -> bytes:
    """The workbook `source` with the first findings of a report.

    Marks of an earlier check are removed.

    It can be filled in further and sent: colours, comments and the list of findings are not read.
    Raises `SpreadsheetError`.
    """
    require_workbook(data, source)
    from openpyxl import load_workbook  # noqa: PLC0415 - a third of a second

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), keep_links=False)
            _remove_marks(book)
            found = [
                result
                for result in report.results
                if result.place and result.place.source == source
            ]
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

    for title in {
        TEXTS["findings"].in_language(language) for language in TEXTS["findings"].tags
    } & set(book.sheetnames):
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
        texts += dict.fromkeys(
            f"{_level(result, language)}: {_text(result, language)}" for result in results
        )
        cell.fill = PatternFill("solid", fgColor=_WRONG if wrong else _DOUBTFUL)
        cell.comment = Comment("\n\n".join(texts)[:_COMMENT], _AUTHOR, height=160, width=360)


def _first_of_merged(page: Worksheet, row: int, column: int) -> Any:
    """The cell at a place; of merged cells the first, which alone has a comment."""
    for merged in page.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
            return page.cell(merged.min_row, merged.min_col)
    return page.cell(row, column)


def _list_findings(book: Workbook, report: Report, found: list[Result], language: str) -> None:
    page = book.create_sheet(TEXTS["findings"].in_language(language), 0)
    rows = [tuple(column.in_language(language) for column in TEXTS["findings-columns"])]
    for result in found:
        cell = result.place.cell if result.place else None
        named = (result.labels.best(language) or "", result.names.best(language) or "")
        rows.append((cell or "", *named, _level(result, language), _text(result, language)))
    total = sum(report.count(level) for level in Level)
    if total > len(found):
        rows.append((_MORE_FINDINGS.counted(total - len(found), language),))
    for number, values in enumerate(rows, 1):
        for at, value in enumerate(values, 1):
            written = _write(page, number, at, value[:_COMMENT])
            _format(written, bold=number == 1)
            if number > 1 and at == 1 and "!" in value:
                written.hyperlink = f"#{value}"
    for letter, width in zip("ABCDE", (16, 32, 24, 18, 90), strict=True):
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A2"
    book.active = 0


def _level(result: Result, language: str) -> str:
    message: TemplateMessage = TEXTS[
        "must-be-corrected" if result.level is Level.VIOLATION else "remark"
    ]
    return message.in_language(language)


def _text(result: Result, language: str) -> str:
    """Message, suggestion and hint of a finding."""
    parts = [result.messages.best(language) or ""]
    if result.nearest is not None and (name := result.nearest.labels.best(language)):
        parts.append(TEXTS["meant"].in_language(language, value=name))
    parts += filter(None, (result.expected.best(language), result.hints.best(language)))
    return " ".join(parts)
