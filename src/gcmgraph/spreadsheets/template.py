"""The template for contributors, from the sheets and lists of a published graph; the bytes are reproducible."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from babel import Locale

from gcmgraph.model.terms import IRI
from gcmgraph.spreadsheets.columns import CellKind, ColumnNeed, Sheet, SheetColumn
from gcmgraph.spreadsheets.headers import ID, header, owner_header
from gcmgraph.spreadsheets.lists import Lists
from gcmgraph.spreadsheets.wording import (
    EXAMPLE,
    EXAMPLE_TEXTS,
    EXAMPLE_VALUES,
    GUIDE,
    GUIDE_COLUMNS,
    ID_FILLING,
    LISTS,
    NEEDED,
    OWNER_FILLING,
    README,
    YES_NO,
    delimiter,
    filling,
)
from gcmgraph.spreadsheets.workbooks import workbook_bytes
from gcmgraph.translations.messages import TemplateMessage
from gcmgraph.validation.suggestions import local_part

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

#: Rows with drop-down lists.
_ROWS = 1000
#: Limits of Excel on the title and the text of a prompt beside a cell.
_PROMPT_TITLE, _PROMPT = 32, 255
#: Colours of headers: of required columns, and of others by group.
_REQUIRED = "FFFFE8B3"
_GROUPS = ("FFD9E8F6", "FFD9E8F6", "FFDDF0DD", "FFE9E0F4", "FFDDEEEE", "FFF4E6DC", "FFE6E6E6", "FFE4F0D4", "FFF3DDE6")
_WIDTHS = {CellKind.TEXT: 40, CellKind.SOURCE: 40, CellKind.RESOURCE: 28}


def template_csv(sheet: Sheet, language: str) -> bytes:
    """The headers of a sheet as CSV in UTF-8, with the byte order mark that spreadsheet programs require."""
    text = io.StringIO(newline="")
    headers = _headers(sheet.in_language(language), language)
    csv.writer(text, delimiter=delimiter(language)).writerow(title for title, *_ in headers)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def template_xlsx(sheets: tuple[Sheet, ...], lists: Lists, language: str) -> bytes:
    """A workbook: the sheets to fill in, one that explains them, an example, and one with the lists."""
    from openpyxl import Workbook  # noqa: PLC0415 - a third of a second

    book, sheets = Workbook(), tuple(sheet.in_language(language) for sheet in sheets)
    listed = _Listed(book.create_sheet(LISTS.in_language(language)), lists, language)
    explained = book.worksheets[0]
    explained.title = README.in_language(language)
    for number, sheet in enumerate(sheets):
        page = book.create_sheet(sheet.labels.best(language) or sheet.kind, number)
        _fill(page, sheet, listed, language)
    book.move_sheet(explained, -book.index(explained))
    _explain(explained, sheets, language)
    _fill_example(book.create_sheet(EXAMPLE.in_language(language), 1), sheets[0], lists, language)
    book.active = 2
    if Locale.parse(language).text_direction == "rtl":
        for page in book.worksheets:
            page.sheet_view.rightToLeft = True
    book.properties.creator = "GCM Graph"
    return workbook_bytes(book)


def _headers(sheet: Sheet, language: str) -> list[tuple[str, str, ColumnNeed, SheetColumn | None]]:
    """Header, explanation, need and column of all columns from left to right."""
    found: list[tuple[str, str, ColumnNeed, SheetColumn | None]] = []
    if sheet.owner is not None:
        found.append(
            (owner_header(sheet.owner, language), OWNER_FILLING.in_language(language), ColumnNeed.REQUIRED, None)
        )
    found += [(header(c, language), filling(c)[language], c.need, c) for c in sheet.columns]
    if sheet.owner is None:
        found.append((ID, ID_FILLING.in_language(language), ColumnNeed.OPTIONAL, None))
    return found


class _Listed:
    """The sheet with the lists, one a column."""

    def __init__(self, page: Worksheet, lists: Lists, language: str) -> None:
        self._page, self._lists, self._language = page, lists, language
        self._made: dict[tuple[tuple[IRI, ...], IRI | None], str | None] = {}

    def range(self, column: SheetColumn) -> str | None:
        """The range of the list of a column, as a formula; None for an empty list."""
        key = column.classes, column.scheme
        if key not in self._made:
            self._made[key] = self._write(column)
        return self._made[key]

    def _write(self, column: SheetColumn) -> str | None:
        from openpyxl.utils import get_column_letter, quote_sheetname  # noqa: PLC0415

        choices = self._lists.of(column.classes, column.scheme).in_order(self._language)
        at = sum(made is not None for made in self._made.values()) + 1
        for row, shown in enumerate(
            [column.names.best(self._language), *(c.shown(self._language) for c in choices)], 1
        ):
            _write(self._page, row, at, shown or "")
        letter = get_column_letter(at)
        self._page.column_dimensions[letter].width = 40
        where = f"{quote_sheetname(self._page.title)}!${letter}$2:${letter}${len(choices) + 1}"
        return where if choices else None


def _fill(page: Worksheet, sheet: Sheet, listed: _Listed, language: str) -> None:
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    for at, (title, explanation, need, column) in enumerate(_headers(sheet, language), 1):
        cell = page.cell(1, at, title)
        cell.font, cell.alignment = (
            Font(bold=need is not ColumnNeed.OPTIONAL),
            Alignment(wrap_text=True, vertical="top"),
        )
        cell.fill = PatternFill("solid", fgColor=_colour(column, need))
        group = column.group.labels.best(language) if column else None
        comment = f"{group}\n{explanation}" if group else explanation
        cell.comment = Comment(comment, "GCM Graph", height=140, width=320)
        letter = get_column_letter(at)
        kind = column.kind if column else CellKind.CODE
        page.column_dimensions[letter].width = _WIDTHS.get(kind, 18)
        if kind is not CellKind.NUMBER:  # as text, so that Excel does not change 10.10 or 2018-09
            page.column_dimensions[letter].number_format = "@"
        rule = DataValidation(allow_blank=True, showErrorMessage=False, showInputMessage=True)
        rule.promptTitle, rule.prompt = title[:_PROMPT_TITLE], explanation[:_PROMPT]
        where = listed.range(column) if column and kind is CellKind.RESOURCE else None
        if where:
            rule.type, rule.formula1 = "list", where
        elif kind is CellKind.BOOLEAN:
            rule.type, rule.formula1 = "list", f'"{",".join(word.in_language(language) for word in YES_NO)}"'
        rule.add(f"{letter}2:{letter}{_ROWS}")
        page.add_data_validation(rule)
    page.freeze_panes = "A2"


def _colour(column: SheetColumn | None, need: ColumnNeed) -> str:
    """The colour of a header: that of required ones, else that of its group."""
    order = column.group.order if column else None
    return _REQUIRED if need is not ColumnNeed.OPTIONAL else _GROUPS[int(order or 0) % len(_GROUPS)]


def _fill_example(page: Worksheet, sheet: Sheet, lists: Lists, language: str) -> None:
    """The groups, the headers, and one row of the first sheet, with the columns that it fills."""
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    filled = [(column, value) for column in sheet.columns if (value := _example(column, lists, language))]
    group = None
    for at, (column, value) in enumerate(filled, 1):
        if column.group != group:
            group = column.group
            _write(page, 1, at, group.labels.best(language) or "")
            page.cell(1, at).font = Font(bold=True)
        _write(page, 2, at, header(column, language))
        page.cell(2, at).font = Font(bold=column.need is not ColumnNeed.OPTIONAL)
        _write(page, 3, at, value)
        for row in (2, 3):
            page.cell(row, at).alignment = Alignment(wrap_text=True, vertical="top")
        page.cell(2, at).fill = PatternFill("solid", fgColor=_colour(column, column.need))
        page.column_dimensions[get_column_letter(at)].width = _WIDTHS.get(column.kind, 18)


def _example(column: SheetColumn, lists: Lists, language: str) -> str:
    """Return the value of a column in the example: texts in the language, and names of lists as the list shows them."""
    name = "/".join(local_part(step) for step in column.path)
    if name in EXAMPLE_TEXTS and column.language in {None, language}:
        return EXAMPLE_TEXTS[name].in_language(language)
    value = EXAMPLE_VALUES.get(name, "")
    if not value or column.kind is not CellKind.RESOURCE:
        return value
    entries = lists.of(column.classes, column.scheme)
    named = entries.named(value)
    return next((entry.shown(language) for entry in entries.all if entry.iri in named), "")


def _explain(page: Worksheet, sheets: tuple[Sheet, ...], language: str) -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    def words(messages: Iterable[TemplateMessage]) -> tuple[str, ...]:
        return tuple(message.in_language(language) for message in messages)

    lines, columns = words(GUIDE), words(GUIDE_COLUMNS)
    needed = {need: NEEDED[need].in_language(language) if need in NEEDED else "" for need in ColumnNeed}
    rows: list[tuple[str, ...]] = [*((line,) for line in lines), ()]
    for sheet in sheets:
        rows += [(sheet.labels.best(language) or sheet.kind,), columns]
        rows += [(t, needed[need], text) for t, text, need, _ in _headers(sheet, language)]
        rows.append(())
    for number, row in enumerate(rows, 1):
        for at, value in enumerate(row, 1):
            _write(page, number, at, value)
        if (len(row) == 1 and (number == 1 or number > len(lines))) or row == columns:
            page.cell(number, 1).font = Font(bold=True)
        if len(row) == 3:
            page.cell(number, 3).alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABC", (36, 16, 90), strict=True):
        page.column_dimensions[letter].width = width


def _write(page: Worksheet, row: int, column: int, value: str) -> None:
    """Write a text, never a formula, whatever a published name begins with."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    cell = page.cell(row, column, ILLEGAL_CHARACTERS_RE.sub(" ", value))
    cell.data_type = "s"
