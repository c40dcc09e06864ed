"""Statements of spreadsheets, also with those of RDF files, with their places; problems of the files; reports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from gcmgraph.platform.errors import Place, RdfSyntaxError
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.media import SYNTAXES, read_whole, syntax_for_suffix
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.property_paths import predicates
from gcmgraph.rdf.terms import IRI, Quad, Term
from gcmgraph.spreadsheets.columns import Sheet, SheetColumn, filling, is_about_rdf
from gcmgraph.spreadsheets.grids import (
    SPREADSHEETS,
    SpreadsheetError,
    SpreadsheetSyntax,
    quoted,
    read_grids,
    spreadsheet_for_suffix,
)
from gcmgraph.spreadsheets.headers import HeaderReader, sheet_of
from gcmgraph.spreadsheets.lists import PublishedLists, normal
from gcmgraph.spreadsheets.rows import RowOfResource, RowReader
from gcmgraph.spreadsheets.texts import TEXTS
from gcmgraph.store.port import Store
from gcmgraph.validation.located_statements import LocatedStatements
from gcmgraph.validation.report import Level, Nearest, Report, Result, extra_result

#: Limit on the bytes of a spreadsheet.
MAX_BYTES = 10 * 1024 * 1024
#: Titles of sheets of the template without data.
_SHEETS_WITHOUT_DATA = {
    normal(title)
    for sheet in ("readme", "lists", "findings", "example")
    for title in TEXTS[sheet].texts().values()
}


@dataclass(frozen=True)
class SpreadsheetReading:
    """Statements of a file, and problems of the file itself."""

    statements: LocatedStatements
    problems: tuple[Result, ...] = ()
    #: suggestions for, and advice on, values that cannot be read
    suggestions: dict[tuple[Term, IRI, Term], Nearest | None] = field(default_factory=dict)
    advice: dict[tuple[Term, IRI, Term], Texts] = field(default_factory=dict)
    #: properties of resources with values that could not be read
    left_out: frozenset[tuple[Term, IRI]] = frozenset()
    rows: dict[Term, RowOfResource] = field(default_factory=dict)
    #: class and property of columns whose misspelt headers are reported
    misspelt: frozenset[tuple[Term, IRI]] = frozenset()

    def report(self, validated: Report) -> Report:
        """A report of validation as a report on the file.

        It adds the problems of the file, the title of the row, the cell of a missing value,
        suggestions from the list of the column, and advice on filling in cells in place of that on
        writing RDF. It leaves out values that are missing because a cell or a header could not be
        read.
        """
        results = [self._titled(problem) for problem in self.problems]
        for result in validated.results:
            if not self._follows_from_problem(result):
                results.append(self._advised(result))
        return Report.of(results)

    def _follows_from_problem(self, result: Result) -> bool:
        """Whether a value is missing because its cell or its header could not be read."""
        is_without_reason = _is_without_reason(result)
        if result.value is not None and not is_without_reason:
            return False
        row = self.rows.get(result.focus)
        class_ = row.sheet.type if row else None
        for property in _properties(result):
            if (result.focus, property) in self.left_out:
                return True
            if not is_without_reason and (class_, property) in self.misspelt:
                return True
        return False

    def _advised(self, result: Result) -> Result:
        """A result with the suggestions, the advice and the place of its row."""
        properties = _properties(result)
        if result.value is not None:
            for property in properties:
                key = (result.focus, property, result.value)
                result = replace(result, nearest=self.suggestions.get(key, result.nearest))
        row = self.rows.get(result.focus)
        if row is None:
            return result
        shape = result.source_shape if isinstance(result.source_shape, IRI) else None
        column = row.column(properties, shape)
        if column is not None:
            result = _advised_by_column(result, row, column)
        if result.value is not None:
            for property in properties:
                key = (result.focus, property, result.value)
                result = replace(result, hints=self.advice.get(key, result.hints))
        elif result.level is not Level.INFO:
            result = replace(result, place=row.place_of_column(column))
        return self._titled(result)

    def _titled(self, result: Result) -> Result:
        """A result with the title of its row, if it has no labels."""
        row = self.rows.get(result.focus)
        return result if row is None or result.labels.pairs else replace(result, labels=row.title)


def _properties(result: Result) -> Iterable[IRI]:
    return predicates(result.path) if result.path else ()


def _is_without_reason(result: Result) -> bool:
    """Whether the reason of a judgement is missing, which has a column beside that of the judgement."""
    return result.component.value.endswith("#no-rationale")


def _advised_by_column(result: Result, row: RowOfResource, column: SheetColumn) -> Result:
    """A result with the name of its column, and advice on the cells to fill in."""
    column_to_fill = column
    if _is_without_reason(result):
        reasons = [c for c in row.sheet.columns if c.parts and c.path[0] == column.property]
        column_to_fill = reasons[0] if reasons else column
    is_missing = result.value is None or _is_without_reason(result)
    hints = _advice(result.hints, column_to_fill, missing=is_missing)
    return replace(result, hints=hints, names=column.names)


def _advice(hints: Texts, column: SheetColumn, *, missing: bool) -> Texts:
    """The hint of the rule in each language; that on cells of the column in place of one on writing RDF."""
    hint_by_language = dict(hints.pairs)
    advice = []
    for language, instructions in filling(column).items():
        hint = hint_by_language.get(language)
        if hint is not None and not is_about_rdf(hint):
            advice.append((language, hint))
        elif missing:
            advice.append((language, f"“{column.names.best(language)}”: {instructions}"))
        else:
            advice.append((language, instructions))
    return Texts.of(advice)


@dataclass(frozen=True)
class SpreadsheetFile:
    """A spreadsheet as bytes, and the name of its file in places."""

    data: bytes
    syntax: SpreadsheetSyntax
    source: str


@dataclass(frozen=True)
class ReadingContext:
    """Context of a spreadsheet: the template's sheets, and the published graph without the statements it replaces."""

    sheets: Callable[[], tuple[Sheet, ...]]
    published: Store
    addresses: Addresses
    removed: tuple[Quad, ...] = ()


def read_spreadsheets(
    files: Collection[SpreadsheetFile],
    context: ReadingContext,
    located: Iterable[tuple[Quad, Place | None]] = (),
) -> SpreadsheetReading:
    """The statements of spreadsheets together, with `located` ones beside them: a row may name a resource of another.

    Raises `RdfSyntaxError` (`SpreadsheetError`) for a file that cannot be read as a spreadsheet of
    the template.
    """
    sheets = context.sheets()
    published = context.published
    addresses = context.addresses
    header_readers = {sheet.kind: HeaderReader(sheet, addresses) for sheet in sheets}
    row_reader = RowReader(
        PublishedLists(published, addresses), published, addresses, frozenset(context.removed)
    )
    rows: list[RowOfResource] = []
    for file in files:
        problems, rows_of_file = _rows_below_headers(file, sheets, header_readers, addresses)
        row_reader.problems += problems
        rows += rows_of_file
    # all are named first, so that a row can name the resource of a later one
    resources = [row_reader.name(row) for row in rows]
    for row, resource in zip(rows, resources, strict=True):
        row_reader.read(row, resource)
    misspelt = {
        (problem.focus, problem.nearest.term)
        for problem in row_reader.problems
        if problem.path is None and problem.nearest
    }
    return SpreadsheetReading(
        LocatedStatements({**row_reader.places, **dict(located)}),
        problems=tuple(row_reader.problems),
        suggestions=row_reader.suggestions,
        advice=row_reader.advice,
        left_out=frozenset(row_reader.left_out),
        rows=row_reader.rows,
        misspelt=frozenset(misspelt),
    )


def _rows_below_headers(
    file: SpreadsheetFile,
    sheets: tuple[Sheet, ...],
    readers: Mapping[str, HeaderReader],
    addresses: Addresses,
) -> tuple[list[Result], list[RowOfResource]]:
    """Problems of the sheets and headers of a file, and the rows below the headers."""
    grids = read_grids(file.data, file.syntax, file.source)
    problems: list[Result] = []
    rows: list[RowOfResource] = []
    for grid in grids:
        if not grid.rows or normal(grid.title) in _SHEETS_WITHOUT_DATA:
            continue
        sheet_and_headers = sheet_of(grid, readers, sheets)
        if sheet_and_headers is None:
            title = quoted(grid.title or PurePath(grid.source).name)
            problem = extra_result(
                "unknown-sheet", addresses, sheets[0].type, None, title, place=grid.place()
            )
            problems.append(problem)
            continue
        sheet, header_row = sheet_and_headers
        headers = readers[sheet.kind].read(grid, header_row)
        problems += headers.problems
        for row in grid.rows:
            if row.number > header_row.number:
                rows.append(RowOfResource(sheet, grid, headers, row))
    if not rows and not any(problem.level is Level.VIOLATION for problem in problems):
        raise SpreadsheetError(
            "There is no row with data in it.",
            place=grids[0].place() if len(grids) == 1 else Place(file.source),
            hint="Fill in the template: its first row has the headers, each row below describes one resource.",
        )
    return problems, rows


def require_known(path: Path) -> None:
    """Raise `RdfSyntaxError` for a file whose suffix names no format."""
    if syntax_for_suffix(path.suffix) is None and spreadsheet_for_suffix(path.suffix) is None:
        suffixes = ", ".join(f".{syntax.suffix}" for syntax in (*SYNTAXES, *SPREADSHEETS))
        raise RdfSyntaxError(
            f"The suffix '{path.suffix}' does not say what this is, RDF or a spreadsheet.",
            place=Place(str(path)),
            hint=f"Known suffixes: {suffixes}.",
        )


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a spreadsheet. Raises `RdfSyntaxError` if it cannot be read or is longer."""
    data = read_whole(path, most=limit + 1)
    if len(data) > limit:
        raise RdfSyntaxError(
            f"The file has more than {limit:,} bytes.",
            place=Place(str(path)),
            hint="Send it in parts.",
        )
    return data
