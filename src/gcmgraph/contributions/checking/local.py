"""Check of a contribution in this process: reading, policy, validation. Nothing is stored."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from gcmgraph.contributions.checking.judgement import judge
from gcmgraph.contributions.checking.port import Request, Verdict
from gcmgraph.contributions.content import Content, is_archive, spreadsheet_syntax
from gcmgraph.contributions.errors import ContributionError
from gcmgraph.contributions.reading import Beside, read_content
from gcmgraph.errors import StoreError
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.reconciliation.columns import ColumnNames, read_column_file
from gcmgraph.rdfio.canonical import serialize_in_order
from gcmgraph.spreadsheets.columns import SheetBook
from gcmgraph.spreadsheets.grids import LISTED, XLSX
from gcmgraph.spreadsheets.reading import SpreadsheetReading
from gcmgraph.spreadsheets.template import mark_workbook
from gcmgraph.store.port import Store
from gcmgraph.validation.locations import LocatedStatements
from gcmgraph.validation.report import Report
from gcmgraph.validation.report_formats import FORMATS, report_json
from gcmgraph.validation.rules import Rules


class LocalChecker:
    """Checks in this process."""

    def __init__(self, published: Callable[[], Store], rules: Callable[[], Rules], addresses: Addresses) -> None:
        self._published = published
        self._rules = rules
        self._addresses = addresses
        self._sheets = cache(lambda: SheetBook(rules().shapes.quads, addresses).sheets())

    def admit(self) -> None:
        """See `Checker.admit`: every check is admitted."""

    def check(self, request: Request) -> Verdict:
        """See `Checker.check`."""
        reading = self._read(request)
        report = judge(reading, self._published(), self._rules(), removed=request.removed, basis=request.basis)
        sent = request.content
        table = sent is not None and (is_archive(sent) or spreadsheet_syntax(sent) is not None)
        first, write = report.first(LISTED) if table else report.first(), FORMATS[request.format]
        if request.whole is not None:
            _write_whole(request.whole, write(report, self._addresses, request.language))
        written = write(first, self._addresses, request.language) if request.whole is None else ""
        marked = _marked(request.content, report, request.language) if request.mark else b""
        return Verdict(report.conforms, report_json(first), written, serialize_in_order(reading.statements), marked)

    def names(self, table: Content, heading: str | None, most: int) -> ColumnNames:
        """See `Checker.names`."""
        return read_column_file(table.data, table.name).names(heading, most)

    def _read(self, request: Request) -> SpreadsheetReading:
        if request.content is None:
            return SpreadsheetReading(LocatedStatements.of(()))
        beside = Beside(self._sheets, self._published(), self._addresses, request.removed)
        return read_content(request.content, beside)


def _write_whole(file: Path, written: str) -> None:
    try:
        file.write_text(written, "utf-8", newline="\n")
    except OSError as error:
        raise StoreError(f"The report cannot be written: {error.strerror}.") from error


def _marked(content: Content | None, report: Report, language: str) -> bytes:
    if content is None or spreadsheet_syntax(content) is not XLSX:
        raise ContributionError("Findings are marked in workbooks (.xlsx) only.", hint="Choose another format.")
    return mark_workbook(content.data, content.name, report, language)
