"""Statements of spreadsheets, also with those of RDF files, with their places; problems of the files; reports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from gcmgraph.platform.errors import Place, RdfSyntaxError
from gcmgraph.rdf.media import SYNTAXES, read_whole, syntax_for_suffix
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.shapes import Texts, predicates
from gcmgraph.rdf.terms import IRI, Quad, Term
from gcmgraph.spreadsheets.cells import PublishedLists, normal
from gcmgraph.spreadsheets.columns import TEXTS, Sheet, SheetColumn, filling, is_about_rdf
from gcmgraph.spreadsheets.grids import (
    SPREADSHEETS,
    SpreadsheetError,
    SpreadsheetSyntax,
    quoted,
    read_grids,
    spreadsheet_for_suffix,
)
from gcmgraph.spreadsheets.rows import HeaderReader, RowOfResource, RowReader, sheet_of
from gcmgraph.store.port import Store
from gcmgraph.validation.located_statements import LocatedStatements
from gcmgraph.validation.report import Level, Nearest, Report, Result, extra_result


@dataclass(frozen=True)
class SpreadsheetReading:
    """Statements of a file, and problems of the file itself."""

    statements: LocatedStatements
    problems: tuple[Result, ...] = ()
    near: dict[tuple[Term, IRI, Term], Nearest | None] = field(default_factory=dict)
    advice: dict[tuple[Term, IRI, Term], Texts] = field(default_factory=dict)
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
        others = (
            self._advised(result) for result in validated.results if not self._explained(result)
        )
        return Report.of([*map(self._titled, self.problems), *others])

    def _explained(self, result: Result) -> bool:
        along = predicates(result.path) if result.path else ()
        if _has_no_reason(result):
            return any((result.focus, one) in self.left_out for one in along)
        if result.value is not None:
            return False
        row = self.rows.get(result.focus)
        kind = row.sheet.type if row else None
        return any(
            (result.focus, one) in self.left_out or (kind, one) in self.misspelt for one in along
        )

    def _advised(self, result: Result) -> Result:
        along = predicates(result.path) if result.path else ()
        keys = [(result.focus, one, result.value) for one in along if result.value is not None]
        for key in keys:
            if key in self.near:
                result = replace(result, nearest=self.near[key])
        if (row := self.rows.get(result.focus)) is None:
            return result
        shape = result.source_shape if isinstance(result.source_shape, IRI) else None
        column = row.column(along, shape)
        if column is not None and _has_no_reason(result):
            reason = next(
                (one for one in row.sheet.columns if one.parts and one.path[0] == column.property),
                column,
            )
            result = replace(
                result, hints=_advice(result.hints, reason, missing=True), names=column.names
            )
        elif column is not None:
            hints = _advice(result.hints, column, missing=result.value is None)
            result = replace(result, hints=hints, names=column.names)
        for key in keys:
            result = replace(result, hints=self.advice.get(key, result.hints))
        if result.value is None and result.level is not Level.INFO:
            result = replace(result, place=row.place(column))
        return self._titled(result)

    def _titled(self, result: Result) -> Result:
        row = self.rows.get(result.focus)
        return result if row is None or result.labels.pairs else replace(result, labels=row.title)


def _has_no_reason(result: Result) -> bool:
    """Whether the reason of a judgement is missing, which has a column beside that of the judgement."""
    return result.component.value.endswith("#no-rationale")


#: Sheets of the template without data.
_OURS = {
    normal(name)
    for sheet in ("readme", "lists", "findings", "example")
    for name in TEXTS[sheet].texts().values()
}


def _advice(hints: Texts, column: SheetColumn, *, missing: bool) -> Texts:
    """The hint of the rule in each language; that on cells of the column in place of one on writing RDF."""
    texts = filling(column)
    if missing:
        texts = {tag: f"“{column.names.best(tag)}”: {words}" for tag, words in texts.items()}
    of_rule = dict(hints.pairs)
    rdf = {tag for tag in texts if is_about_rdf(of_rule.get(tag, "@en"))}
    return Texts.of((tag, words if tag in rdf else of_rule[tag]) for tag, words in texts.items())


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
    stated: Iterable[tuple[Quad, Place | None]] = (),
) -> SpreadsheetReading:
    """The statements of spreadsheets together, with those `stated` beside them: a row may name a resource of another.

    Raises `RdfSyntaxError` (`SpreadsheetError`) for a file that cannot be read as a spreadsheet of
    the template.
    """
    sheets, published, addresses = context.sheets(), context.published, context.addresses
    readers = {sheet.kind: HeaderReader(sheet, addresses) for sheet in sheets}
    rows = RowReader(
        PublishedLists(published, addresses), published, addresses, frozenset(context.removed)
    )
    found = []
    for file in files:
        problems, below = _below_headers(file, sheets, readers, addresses)
        rows.found += problems
        found += below
    named = [
        (one, rows.name(one)) for one in found
    ]  # first, so that a row can name the resource of a later one
    for one, resource in named:
        rows.read(one, resource)
    misspelt = frozenset(
        (one.focus, one.nearest.term) for one in rows.found if one.path is None and one.nearest
    )
    statements, reported = LocatedStatements({**rows.places, **dict(stated)}), tuple(rows.found)
    left_out = frozenset(rows.left_out)
    return SpreadsheetReading(
        statements, reported, rows.near, rows.advice, left_out, rows.rows, misspelt
    )


def _below_headers(
    file: SpreadsheetFile,
    sheets: tuple[Sheet, ...],
    readers: Mapping[str, HeaderReader],
    addresses: Addresses,
) -> tuple[list[Result], list[RowOfResource]]:
    """Problems of the sheets and headers of a file, and the rows below the headers."""
    source = file.source
    grids = read_grids(file.data, file.syntax, source)
    problems: list[Result] = []
    below: list[RowOfResource] = []
    for grid in (grid for grid in grids if grid.rows and normal(grid.title) not in _OURS):
        known = sheet_of(grid, readers, sheets)
        if known is None:
            title = quoted(grid.title or PurePath(grid.source).name)
            problems.append(
                extra_result(
                    "unknown-sheet", addresses, sheets[0].type, None, title, place=grid.place()
                )
            )
            continue
        sheet, first = known
        headers = readers[sheet.kind].read(grid, first)
        problems += headers.problems
        below += [
            RowOfResource(sheet, grid, headers, row)
            for row in grid.rows
            if row.number > first.number
        ]
    if not below and not any(result.level.value == 0 for result in problems):
        raise SpreadsheetError(
            "There is no row with data in it.",
            place=grids[0].place() if len(grids) == 1 else Place(source),
            hint="Fill in the template: its first row has the headers, each row below describes one resource.",
        )
    return problems, below


#: Limit on the bytes of a spreadsheet.
MAX_BYTES = 10 * 1024 * 1024


def require_known(path: Path) -> None:
    """Raise `RdfSyntaxError` for a file whose suffix names no format."""
    if syntax_for_suffix(path.suffix) is None and spreadsheet_for_suffix(path.suffix) is None:
        raise RdfSyntaxError(
            f"The suffix '{path.suffix}' does not say what this is, RDF or a spreadsheet.",
            place=Place(str(path)),
            hint=f"Known suffixes: {', '.join(f'.{syntax.suffix}' for syntax in (*SYNTAXES, *SPREADSHEETS))}.",
        )


def read_bytes(path: Path, most: int = MAX_BYTES) -> bytes:
    """The bytes of a spreadsheet. Raises `RdfSyntaxError` if it cannot be read or is longer."""
    data = read_whole(path, most=most + 1)
    if len(data) > most:
        raise RdfSyntaxError(
            f"The file has more than {most:,} bytes.",
            place=Place(str(path)),
            hint="Send it in parts.",
        )
    return data
