"""Headers of the template, and the columns of the template in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from gcmgraph.model.terms import IRI, text
from gcmgraph.namespaces import Addresses
from gcmgraph.shapes.texts import Texts
from gcmgraph.spreadsheets.cells import normal
from gcmgraph.spreadsheets.columns import CellKind, ColumnNeed, Sheet, SheetColumn
from gcmgraph.spreadsheets.grids import Grid, GridCell, GridRow, quoted
from gcmgraph.spreadsheets.wording import NO_LANGUAGE, SAME_COLUMN, UNKNOWN_COLUMN
from gcmgraph.text import nearest_value
from gcmgraph.translations import LANGUAGES
from gcmgraph.validation.report import ExtraConstraint, Nearest, Result

#: Header of the column for the address of a row's resource.
ID = "id"
#: Marks after the name of a column.
MARKS = {ColumnNeed.REQUIRED: " *", ColumnNeed.ONE_OF: " (*)", ColumnNeed.OPTIONAL: ""}

#: Rows in which headers are searched.
_FIRST = 10
#: Limit on the characters of a header.
_LONGEST = 500
_MARK = re.compile(r" ?(?:\*|\(\*\))$")
_LANGUAGE = re.compile(r"(.*?) ?(?:\[ ?([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*) ?\]|\( ?([A-Za-z]{2}) ?\)|@([A-Za-z-]{2,35}))")


def header(column: SheetColumn, language: str) -> str:
    """The header of a column in a language: `title [en] (*)`."""
    tag = f" [{column.language}]" if column.language else ""
    return f"{column.names.best(language)}{tag}{MARKS[column.need]}"


def curie_header(column: SheetColumn, addresses: Addresses) -> str:
    """The header of a column in all languages: `dct:title@en`."""
    curie = "/".join(addresses.compress(step.value) or step.value for step in column.path)
    return f"{curie}@{column.language}" if column.language else curie


def owner_header(owner: Sheet, language: str) -> str:
    """The header of the column for the whole of which a row describes a part."""
    return f"{(owner.labels.best(language) or owner.kind).lower()}{MARKS[ColumnNeed.REQUIRED]}"


@dataclass
class Headers:
    """Columns of the template by column of a file (1-based)."""

    row: int
    columns: dict[int, SheetColumn] = field(default_factory=dict)
    identifier: int | None = None
    owner: int | None = None
    problems: list[Result] = field(default_factory=list)
    #: columns that are not read, which `problems` report
    left: set[int] = field(default_factory=set)


class HeaderReader:
    """Reads headers of one sheet of the template."""

    def __init__(self, sheet: Sheet, addresses: Addresses) -> None:
        self._sheet = sheet
        self._addresses = addresses
        self._known: dict[str, list[SheetColumn]] = {}
        for column in sheet.columns:
            curie = curie_header(replace(column, language=None), addresses)
            for name in {*(name for _, name in column.names.pairs), curie}:
                self._known.setdefault(normal(name), []).append(column)
        labels = sheet.owner.labels.pairs if sheet.owner else ()
        self._owner = {normal(label) for _, label in labels}

    def found(self, row: GridRow) -> int:
        """The number of headers of the sheet in a row."""
        return sum(self._is_known(cell.text) for cell in row.cells.values())

    def read(self, grid: Grid, row: GridRow) -> Headers:
        """The headers in a row, and problems with them."""
        headers = Headers(row.number)
        for at, cell in sorted(row.cells.items()):
            if problem := self._place(headers, at, cell):
                constraint, written, nearest = problem
                headers.left.add(at)
                place, value = grid.place(row.number, at), quoted(written)
                result = constraint.result(self._addresses, self._sheet.type, None, value, nearest=nearest, place=place)
                headers.problems.append(result)
        return headers

    def _is_known(self, written: str) -> bool:
        name, _ = _parsed(written)
        return normal(name) in self._known or normal(name) in {ID, *self._owner}

    def _place(self, headers: Headers, at: int, cell: GridCell) -> tuple[ExtraConstraint, str, Nearest | None] | None:
        """Add the column of a header; return the problem, its text and a suggestion if it is left out."""
        name, language = _parsed(cell.text)
        key = normal(name)
        same = self._known.get(key, [])
        if key == ID and headers.identifier is None:
            headers.identifier = at
        elif key in self._owner and headers.owner is None:
            headers.owner = at
        elif not same:
            return UNKNOWN_COLUMN, cell.text, self._near(key)
        elif same[0].kind is CellKind.TEXT and language is None:
            return NO_LANGUAGE, name, None
        else:
            column = same[0] if language is None else same[0].in_language(language)
            if column.kind not in {CellKind.TEXT, CellKind.SOURCE}:
                column = same[0]
            if any((c.path, c.language) == (column.path, column.language) for c in headers.columns.values()):
                return SAME_COLUMN, cell.text, None
            headers.columns[at] = column
        return None

    def _near(self, key: str) -> Nearest | None:
        names: dict[str, IRI] = {name: columns[0].property for name, columns in self._known.items()}
        found = nearest_value(key, names)
        if found is None:
            return None
        column = next(column for column in self._sheet.columns if column.property == found)
        return Nearest(found, Texts.of((tag, f"“{header(column, tag)}”") for tag in LANGUAGES))


def _parsed(written: str) -> tuple[str, str | None]:
    """The name and the language of a header."""
    folded = " ".join(written.split())
    if len(folded) > _LONGEST:
        return folded, None
    name = _MARK.sub("", folded)
    match = _LANGUAGE.fullmatch(name)
    if match is None:
        return name, None
    language = next(tag for tag in match.groups()[1:] if tag).lower()
    try:
        text("", language)
    except ValueError:
        return name, None
    return match[1], language


def header_row(grid: Grid, reader: HeaderReader) -> tuple[int, GridRow | None]:
    """The first row with most headers of a sheet, and their number."""
    best = max(grid.rows[:_FIRST], key=reader.found, default=None)
    return (0, None) if best is None else (reader.found(best), best)


def sheet_of(grid: Grid, readers: Mapping[str, HeaderReader], sheets: Iterable[Sheet]) -> tuple[Sheet, GridRow] | None:
    """The sheet of the template for a sheet of a file, by its name or else its headers, and its header row.

    Without a known name, half of the cells of the row must be headers.
    """
    found = []
    for sheet in sheets:
        count, row = header_row(grid, readers[sheet.kind])
        named = normal(grid.title) in {normal(label) for _, label in sheet.labels.pairs} | {sheet.kind}
        if row is not None and (named or 2 * count >= len(row.cells)):
            found.append((named, count, sheet, row))
    if not found:
        return None
    best = max(found, key=lambda one: one[:2])
    return best[2], best[3]
