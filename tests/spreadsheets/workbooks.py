"""Workbooks and CSV files as people fill them in, and what comes of reading them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import cached_property
from typing import Any

from openpyxl import Workbook, load_workbook

from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.spreadsheets.columns import Sheet, SheetBook
from gcmgraph.spreadsheets.grids import CSV, XLSX
from gcmgraph.spreadsheets.lists import PublishedLists
from gcmgraph.spreadsheets.reading import (
    ReadingContext,
    SpreadsheetFile,
    SpreadsheetReading,
    read_spreadsheets,
)
from gcmgraph.spreadsheets.template import template_xlsx
from gcmgraph.store.port import Store
from gcmgraph.validation.report import Report, Result
from gcmgraph.validation.rules import Rules
from gcmgraph.validation.validate import validate_contribution

ADDRESSES = Addresses()

#: A practice that conforms, by header.
PRACTICE: dict[str, Any] = {
    "title [en]": "One-stop shop",
    "title [fr]": "Guichet unique",
    "description [en]": "An office that answers questions.",
    "objective": "9",
    "country": "PHL",
    "source": "https://example.org/report",
}


class Reader:
    """Reads and validates spreadsheets beside the real graph."""

    def __init__(self, published: Store, rules: Rules) -> None:
        self.published = published
        self.rules = rules

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of the real shapes."""
        return SheetBook(self.rules.shapes.quads, ADDRESSES).sheets()

    @property
    def context(self) -> ReadingContext:
        """The real sheets and graph."""
        return ReadingContext(lambda: self.sheets, self.published, ADDRESSES)

    @cached_property
    def templates(self) -> dict[str, bytes]:
        """The template by language."""
        lists = PublishedLists(self.published, ADDRESSES)
        return {tag: template_xlsx(self.sheets, lists, tag) for tag in ("ar", "en", "fr")}

    def csv(self, data: str | bytes) -> SpreadsheetReading:
        """A CSV file, read."""
        data = data.encode() if isinstance(data, str) else data
        return read_spreadsheets([SpreadsheetFile(data, CSV, "file.csv")], self.context)

    def xlsx(self, data: bytes) -> SpreadsheetReading:
        """An XLSX file, read."""
        return read_spreadsheets([SpreadsheetFile(data, XLSX, "file.xlsx")], self.context)

    def report(self, reading: SpreadsheetReading) -> Report:
        """The report on what was read."""
        return reading.report(validate_contribution(reading.statements, self.published, self.rules))

    def filled(self, fill: Callable[[Workbook], None], language: str = "en") -> bytes:
        """The template, filled in by a person."""
        book = load_workbook(io.BytesIO(self.templates[language]))
        fill(book)
        return saved(book)


def saved(book: Workbook) -> bytes:
    """A workbook as a file."""
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def put(book: Workbook, sheet: str, row: int, values: dict[str, Any]) -> None:
    """Write values under headers, marks left aside."""
    page = book[sheet]
    columns = {
        str(cell.value).removesuffix(" *").removesuffix(" (*)"): cell.column for cell in page[1]
    }
    for header, value in values.items():
        page.cell(row, columns[header], value)


def as_csv(*rows: dict[str, str], delimiter: str = ",") -> str:
    """Rows of one sheet as CSV."""
    text = io.StringIO()
    headers = list(dict.fromkeys(header for row in rows for header in row))
    writer = csv.DictWriter(text, headers, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def blocking(report: Report) -> list[Result]:
    """The violations of a report."""
    return [result for result in report.results if result.level.value == 0]


def named(result: Result) -> str:
    """The name of what found a result: that of a check, or of a shape."""
    return result.source_shape.value.rpartition("#")[2]
