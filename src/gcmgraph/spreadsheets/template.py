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
_PROMPT_TITLE = 32
_PROMPT = 255
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
#: Author of our comments, by which they are removed when a marked workbook is marked again.
_AUTHOR = "GCM Graph /validate"
#: Colours of cells with a violation, and of others with a finding.
_WRONG = "FFF4B8B8"
_DOUBTFUL = "FFFFE8A8"
#: Limits of the findings that are marked and listed, and of the characters of a comment.
_MAX_MARKED = 1_000
_MAX_COMMENT = 3_000
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

    book = Workbook()
    sheets = tuple(sheet.in_language(language) for sheet in sheets)
    list_sheet = _ListSheet(
        book.create_sheet(TEXTS["lists"].in_language(language)), lists, language
    )
    explained = book.worksheets[0]
    explained.title = TEXTS["readme"].in_language(language)
    for number, sheet in enumerate(sheets):
        page = book.create_sheet(sheet.labels.best(language) or sheet.kind, number)
        _fill_sheet(page, sheet, list_sheet, language)
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
    usual: list[tuple[str, str, ColumnNeed, SheetColumn | None]] = []
    rare: list[tuple[str, str, ColumnNeed, SheetColumn | None]] = []
    for column in sheet.columns:
        columns = rare if _is_rare(column, language) else usual
        explanation = filling(column)[language]
        columns.append((header(column, language), explanation, column.need, column))
    if sheet.owner is None:
        return [*usual, (ID, TEXTS["id"].in_language(language), ColumnNeed.OPTIONAL, None), *rare]
    header_of_owner = owner_header(sheet.owner, language)
    explanation = TEXTS["owner"].in_language(language)
    return [(header_of_owner, explanation, ColumnNeed.REQUIRED, None), *usual, *rare]


def _is_rare(column: SheetColumn | None, language: str) -> bool:
    """Whether a column is rarely used, as are optional texts in another language than that of the reader."""
    if column is None or column.need is not ColumnNeed.OPTIONAL:
        return False
    return column.language not in {None, language} or not _RARE.isdisjoint(
        map(local_part, column.path)
    )


class _ListSheet:
    """The sheet with the lists, one a column."""

    def __init__(self, page: Worksheet, lists: PublishedLists, language: str) -> None:
        self._page = page
        self._lists = lists
        self._language = language
        #: ranges as formulas by classes and scheme; None for an empty list
        self._ranges: dict[tuple[tuple[IRI, ...], IRI | None], str | None] = {}

    def range(self, column: SheetColumn) -> str | None:
        """The range of the list of a column, as a formula; None for an empty list."""
        key = column.classes, column.scheme
        if key not in self._ranges:
            self._ranges[key] = self._add_list(column)
        return self._ranges[key]

    def _add_list(self, column: SheetColumn) -> str | None:
        """Write the list of a column into the next free column of the sheet; return its range.

        None for an empty list.
        """
        from openpyxl.utils import quote_sheetname  # noqa: PLC0415

        entries = self._lists.of(column.classes, column.scheme).in_order(self._language)
        # an empty list is written over by the next one
        position = sum(range_ is not None for range_ in self._ranges.values()) + 1
        heading = column.names.best(self._language) or ""
        texts = [heading, *(entry.text(self._language) for entry in entries)]
        for row, text in enumerate(texts, 1):
            _write_cell(self._page, row, position, text)
        letter = column_letters(position)
        self._page.column_dimensions[letter].width = 40
        if not entries:
            return None
        sheet_name = quote_sheetname(self._page.title)
        return f"{sheet_name}!${letter}$2:${letter}${len(entries) + 1}"


def _fill_sheet(page: Worksheet, sheet: Sheet, list_sheet: _ListSheet, language: str) -> None:
    """Write the headers of a sheet, with explanations, and the format and input rule of each column."""
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.worksheet.properties import Outline  # noqa: PLC0415

    for position, (title, explanation, need, column) in enumerate(_headers(sheet, language), 1):
        cell = page.cell(1, position, title)
        _format(cell, bold=need is not ColumnNeed.OPTIONAL, colour=_colour(column, need))
        group = column.group.labels.best(language) if column else None
        comment = f"{group}\n{explanation}" if group else explanation
        cell.comment = Comment(comment, "GCM Graph", height=140, width=320)
        letter = column_letters(position)
        kind = column.kind if column else CellKind.CODE
        dimension = page.column_dimensions[letter]
        dimension.width = _WIDTHS.get(kind, 18)
        if _is_rare(column, language):
            dimension.outline_level = 1
            dimension.hidden = True
        if kind is not CellKind.NUMBER:  # as text, so that Excel does not change 10.10 or 2018-09
            dimension.number_format = "@"
        rule = _input_rule(column, list_sheet, language)
        rule.promptTitle = title[:_PROMPT_TITLE]
        rule.prompt = explanation[:_PROMPT]
        rule.add(f"{letter}2:{letter}{_ROWS}")
        page.add_data_validation(rule)
    # the plus sign is before the folded columns
    page.sheet_properties.outlinePr = Outline(summaryRight=False)
    page.freeze_panes = "A2"


def _input_rule(column: SheetColumn | None, list_sheet: _ListSheet, language: str) -> Any:
    """The drop-down list of a column, if it has one, for a prompt beside its cells."""
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    rule = DataValidation(allow_blank=True, showErrorMessage=False, showInputMessage=True)
    choices = None
    if column is not None and column.kind is CellKind.RESOURCE:
        choices = list_sheet.range(column)
    elif column is not None and column.kind is CellKind.BOOLEAN:
        words = ",".join(word.in_language(language) for word in TEXTS["yes-no"])
        choices = f'"{words}"'
    if choices is not None:
        rule.type = "list"
        rule.formula1 = choices
    return rule


def _colour(column: SheetColumn | None, need: ColumnNeed) -> str:
    """The colour of a header: that of required ones, else that of its group."""
    order = column.group.order if column else None
    return _REQUIRED if need is not ColumnNeed.OPTIONAL else _GROUPS[int(order or 0) % len(_GROUPS)]


def _fill_example(page: Worksheet, sheet: Sheet, lists: PublishedLists, language: str) -> None:
    """The groups, the headers, and one row of the first sheet, with the columns that it fills."""
    values = [(column, _example(column, lists, language)) for column in sheet.columns]
    group = None
    position = 0
    for column, value in values:
        if not value:
            continue
        position += 1
        if column.group != group:
            group = column.group
            title = _write_cell(page, 1, position, group.labels.best(language) or "")
            _format(title, bold=True, wrap=False)
        is_required = column.need is not ColumnNeed.OPTIONAL
        name = _write_cell(page, 2, position, header(column, language))
        _format(name, bold=is_required, colour=_colour(column, column.need))
        _format(_write_cell(page, 3, position, value))
        page.column_dimensions[column_letters(position)].width = _WIDTHS.get(column.kind, 18)


def _example(column: SheetColumn, lists: PublishedLists, language: str) -> str:
    """The value of a column in the example: a text in the language, or a name as its list has it."""
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
    """Write the guide, and below it a table of the columns of each sheet under its title."""
    title, *guide = _words(TEXTS["guide"], language)
    headings = _words(TEXTS["guide-columns"], language)
    rows: list[tuple[str, ...]] = [(title,), *((line,) for line in guide), ()]
    bold_rows = {1}
    for sheet in sheets:
        bold_rows |= {len(rows) + 1, len(rows) + 2}
        rows += [(sheet.labels.best(language) or sheet.kind,), headings]
        for heading, explanation, need, _ in _headers(sheet, language):
            needed = TEXTS["needed"].get(need)
            rows.append((heading, needed.in_language(language) if needed else "", explanation))
        rows.append(())
    for number, row in enumerate(rows, 1):
        for position, value in enumerate(row, 1):
            _write_cell(page, number, position, value)
        if number in bold_rows:
            _format(page.cell(number, 1), bold=True, wrap=False)
        if len(row) == len(headings):
            _format(page.cell(number, len(headings)))
    for letter, width in zip("ABC", (36, 16, 90), strict=True):
        page.column_dimensions[letter].width = width


def _words(messages: Iterable[TemplateMessage], language: str) -> tuple[str, ...]:
    return tuple(message.in_language(language) for message in messages)


def _write_cell(page: Worksheet, row: int, column: int, value: str) -> Any:
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
            findings = [
                result
                for result in report.results
                if result.place and result.place.source == source
            ][:_MAX_MARKED]
            _mark_cells(book, findings, language)
            _list_findings(book, report, findings, language)
            marked = io.BytesIO()
            book.save(marked)
    except DAMAGED as error:
        raise SpreadsheetError(
            f"The workbook cannot be marked: {type(error).__name__}.", place=Place(source)
        ) from error
    return marked.getvalue()


def _remove_marks(book: Workbook) -> None:
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    message = TEXTS["findings"]
    titles = {message.in_language(language) for language in message.tags}
    for title in titles & set(book.sheetnames):
        del book[title]
    for page in book.worksheets:
        for row in page.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.comment.author == _AUTHOR:
                    cell.comment = None
                    if cell.fill.fgColor.rgb in {_WRONG, _DOUBTFUL}:
                        cell.fill = PatternFill()


def _mark_cells(book: Workbook, findings: Iterable[Result], language: str) -> None:
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    by_cell: dict[tuple[str, int, int], list[Result]] = {}
    for result in findings:
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
        cell.comment = Comment("\n\n".join(texts)[:_MAX_COMMENT], _AUTHOR, height=160, width=360)


def _first_of_merged(page: Worksheet, row: int, column: int) -> Any:
    """The cell at a place; of merged cells the first, which alone has a comment."""
    for merged in page.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
            return page.cell(merged.min_row, merged.min_col)
    return page.cell(row, column)


def _list_findings(book: Workbook, report: Report, findings: list[Result], language: str) -> None:
    page = book.create_sheet(TEXTS["findings"].in_language(language), 0)
    rows = [tuple(column.in_language(language) for column in TEXTS["findings-columns"])]
    rows += [_finding_row(result, language) for result in findings]
    total = sum(report.count(level) for level in Level)
    if total > len(findings):
        rows.append((_MORE_FINDINGS.counted(total - len(findings), language),))
    for number, values in enumerate(rows, 1):
        for position, value in enumerate(values, 1):
            cell = _write_cell(page, number, position, value[:_MAX_COMMENT])
            _format(cell, bold=number == 1)
        if number > 1 and "!" in values[0]:  # the cell of a sheet
            page.cell(number, 1).hyperlink = f"#{values[0]}"
    for letter, width in zip("ABCDE", (16, 32, 24, 18, 90), strict=True):
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A2"
    book.active = 0


def _finding_row(result: Result, language: str) -> tuple[str, ...]:
    """Cell, resource, column, level and text of a finding."""
    return (
        (result.place.cell if result.place else None) or "",
        result.labels.best(language) or "",
        result.names.best(language) or "",
        _level(result, language),
        _text(result, language),
    )


def _level(result: Result, language: str) -> str:
    name = "must-be-corrected" if result.level is Level.VIOLATION else "remark"
    message: TemplateMessage = TEXTS[name]
    return message.in_language(language)


def _text(result: Result, language: str) -> str:
    """Message, suggestion and hint of a finding."""
    parts = [result.messages.best(language) or ""]
    name = result.nearest.labels.best(language) if result.nearest else None
    if name:
        parts.append(TEXTS["meant"].in_language(language, value=name))
    parts += filter(None, (result.expected.best(language), result.hints.best(language)))
    return " ".join(parts)
