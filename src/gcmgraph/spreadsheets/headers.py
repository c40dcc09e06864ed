"""Headers of the template: how they are written, and which columns those in a file are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from gcmgraph.platform.similarity import nearest_value
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import text
from gcmgraph.spreadsheets.columns import CellKind, ColumnNeed, Sheet, SheetColumn
from gcmgraph.spreadsheets.grids import Grid, SheetCell, SheetRow, quoted
from gcmgraph.spreadsheets.lists import normal
from gcmgraph.translations import LANGUAGES
from gcmgraph.validation.report import Nearest, Result, extra_result

#: Header of the column for the address of a row's resource.
ID = "id"
#: Marks after the name of a column.
MARKS = {ColumnNeed.REQUIRED: " *", ColumnNeed.ONE_OF: " (*)", ColumnNeed.OPTIONAL: ""}
#: Rows in which headers are searched.
_ROWS_SEARCHED = 10
#: Limit on the characters of a header.
_MAX_CHARACTERS = 500
_MARK = re.compile(r" ?(?:\*|\(\*\))$")
#: A name and its language: `title [en]`, `title (en)`, `dct:title@en`.
_NAME_WITH_LANGUAGE = re.compile(
    r"(.*?) ?(?:\[ ?([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*) ?\]|\( ?([A-Za-z]{2}) ?\)|@([A-Za-z-]{2,35}))"
)


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
    left_out: set[int] = field(default_factory=set)

    def has(self, column: SheetColumn) -> bool:
        """Whether there is a header for the property and the language of a column."""
        return any(
            (present.path, present.language) == (column.path, column.language)
            for present in self.columns.values()
        )


@dataclass(frozen=True)
class _HeaderProblem:
    """The reason why a header names no column: the constraint, the text reported, and a suggestion."""

    constraint: str
    text: str
    nearest: Nearest | None = None


class HeaderReader:
    """Reads headers of one sheet of the template."""

    def __init__(self, sheet: Sheet, addresses: Addresses) -> None:
        self._sheet = sheet
        self._addresses = addresses
        self._columns_by_name: dict[str, list[SheetColumn]] = {}
        for column in sheet.columns:
            curie = curie_header(replace(column, language=None), addresses)
            names = {name for _, name in column.names.pairs} | {curie}
            for name in names:
                self._columns_by_name.setdefault(normal(name), []).append(column)
        owner_labels = sheet.owner.labels.pairs if sheet.owner else ()
        self._owner_names = {normal(label) for _, label in owner_labels}

    def count(self, row: SheetRow) -> int:
        """The number of headers of the sheet in a row."""
        return sum(self._is_header(cell.text) for cell in row.cells.values())

    def read(self, grid: Grid, row: SheetRow) -> Headers:
        """The headers in a row, and problems with them."""
        headers = Headers(row.number)
        for position, cell in sorted(row.cells.items()):
            problem = self._add_column(headers, position, cell)
            if problem is not None:
                headers.left_out.add(position)
                result = extra_result(
                    problem.constraint,
                    self._addresses,
                    self._sheet.type,
                    None,
                    quoted(problem.text),
                    nearest=problem.nearest,
                    place=grid.place(row.number, position),
                )
                headers.problems.append(result)
        return headers

    def _is_header(self, cell_text: str) -> bool:
        name = normal(_name_and_language(cell_text)[0])
        return name == ID or name in self._columns_by_name or name in self._owner_names

    def _add_column(
        self, headers: Headers, position: int, cell: SheetCell
    ) -> _HeaderProblem | None:
        """Add the column of a header to `headers`, or return why there is none."""
        name, language = _name_and_language(cell.text)
        key = normal(name)
        if key == ID and headers.identifier is None:
            headers.identifier = position
            return None
        if key in self._owner_names and headers.owner is None:
            headers.owner = position
            return None
        if key not in self._columns_by_name:
            return _HeaderProblem("unknown-column", cell.text, self._most_similar(key))
        column = self._columns_by_name[key][0]
        if column.kind is CellKind.TEXT and language is None:
            return _HeaderProblem("column-without-language", name)
        if language is not None and column.kind in {CellKind.TEXT, CellKind.SOURCE}:
            column = column.in_language(language)
        if headers.has(column):
            return _HeaderProblem("same-column", cell.text)
        headers.columns[position] = column
        return None

    def _most_similar(self, misspelt: str) -> Nearest | None:
        properties = {name: columns[0].property for name, columns in self._columns_by_name.items()}
        property = nearest_value(misspelt, properties)
        if property is None:
            return None
        column = next(column for column in self._sheet.columns if column.property == property)
        headers = Texts.of((tag, f"“{header(column, tag)}”") for tag in LANGUAGES)
        return Nearest(property, headers)


def _name_and_language(cell_text: str) -> tuple[str, str | None]:
    """The name and the language of a header: `Title [EN] (*)` has `Title` and `en`."""
    folded = " ".join(cell_text.split())
    if len(folded) > _MAX_CHARACTERS:
        return folded, None
    name = _MARK.sub("", folded)
    match = _NAME_WITH_LANGUAGE.fullmatch(name)
    if match is None:
        return name, None
    language = next(tag for tag in match.groups()[1:] if tag).lower()
    if not _is_language(language):
        return name, None
    return match[1], language


def _is_language(tag: str) -> bool:
    try:
        text("", tag)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class _HeaderRow:
    """A row of a file read as the headers of a sheet of the template."""

    sheet: Sheet
    row: SheetRow
    #: whether the sheet of the file has the name of the sheet
    is_named: bool
    header_count: int


def sheet_of(
    grid: Grid, readers: Mapping[str, HeaderReader], sheets: Iterable[Sheet]
) -> tuple[Sheet, SheetRow] | None:
    """The sheet of the template for a sheet of a file, by its name or else its headers, and its header row.

    That is the first row with most headers. Without a known name, half of its cells must be
    headers.
    """
    if not grid.rows:
        return None
    title = normal(grid.title)
    candidates = []
    for sheet in sheets:
        reader = readers[sheet.kind]
        row = max(grid.rows[:_ROWS_SEARCHED], key=reader.count)
        sheet_names = {normal(label) for _, label in sheet.labels.pairs}
        candidate = _HeaderRow(
            sheet, row, title == sheet.kind or title in sheet_names, reader.count(row)
        )
        if candidate.is_named or 2 * candidate.header_count >= len(row.cells):
            candidates.append(candidate)
    if not candidates:
        return None
    best = max(candidates, key=lambda candidate: (candidate.is_named, candidate.header_count))
    return best.sheet, best.row
