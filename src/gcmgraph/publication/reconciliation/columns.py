"""Columns of names in CSV files and workbooks: an answer for each distinct name, and values to add to the rows.

Cells stay the texts of the file: codes such as 004 lose no zeros.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import PurePath

from gcmgraph.errors import GcmGraphError, Place
from gcmgraph.model.terms import IRI
from gcmgraph.publication.reconciliation.entities import ADDRESS, Entity, EntityProperty
from gcmgraph.publication.reconciliation.reconciler import CandidateQuery, Reconciler, ScoredCandidate
from gcmgraph.rdfio.parsing import require_utf8, without_bom
from gcmgraph.spreadsheets.grids import delimiter, read_xlsx
from gcmgraph.text import fold_name

#: Limits on the bytes of a file, on its rows, and on the column names that an error lists.
MAX_BYTES, MAX_ROWS, _LISTED = 100 * 1024 * 1024, 1_000_000, 20


class ColumnFileError(GcmGraphError):
    """A file without the column, or one that is no table."""


@dataclass(frozen=True)
class ColumnNames:
    """Different names of a column in the order of their first rows, without surplus spaces; `count` is that of all."""

    names: list[str]
    count: int


@dataclass(frozen=True)
class ColumnFile:
    """Headings of a table, and the cells of its rows by the index of their column; most empty ones are absent."""

    source: str
    headings: list[str]
    rows: list[Mapping[int, str]]

    def names(self, heading: str | None, most: int) -> ColumnNames:
        """The first `most` different names of a column, found as by `column`."""
        column = self.column(heading)
        texts = (" ".join(row.get(column, "").split()) for row in self.rows)
        found = list(dict.fromkeys(filter(None, texts)))
        return ColumnNames(found[:most], len(found))

    def column(self, name: str | None) -> int:
        """The index of a column by its heading, or of the only one. Raises `ColumnFileError`."""
        if name is None:
            if len(self.headings) == 1:
                return 0
            raise ColumnFileError(
                f"The table has {len(self.headings):,} columns.",
                place=Place(self.source),
                hint=f"Name the one that holds the names: {self._listed()}.",
            )
        if name in self.headings:
            return self.headings.index(name)
        alike = [i for i, heading in enumerate(self.headings) if fold_name(heading) == fold_name(name)]
        if len(alike) == 1:
            return alike[0]
        raise ColumnFileError(
            f"There is no column '{name}'.", place=Place(self.source), hint=f"Columns: {self._listed()}."
        )

    def _listed(self) -> str:
        named = [f"'{heading}'" for heading in self.headings if heading]
        return ", ".join([*named[:_LISTED], *(["…"] if len(named) > _LISTED else [])])


def read_column_file(data: bytes, source: str) -> ColumnFile:
    """The table of a CSV file in UTF-8, or of the first sheet of an XLSX workbook; the first row has the headings.

    Raises `ColumnFileError`, or `RdfSyntaxError` for another encoding or a damaged workbook.
    """
    if len(data) > MAX_BYTES:
        raise ColumnFileError(
            f"The file has more than {MAX_BYTES:,} bytes.", place=Place(source), hint="Send it in parts."
        )
    workbook = data.startswith(b"PK") or PurePath(source).suffix.lower() in {".xlsx", ".xls", ".xlsm"}
    rows = _xlsx_rows(data, source) if workbook else _csv_rows(data, source)
    if not rows or not any(cell.strip() for cell in rows[0].values()):
        raise ColumnFileError(
            "The table has no headings.",
            place=Place(source, 1),
            hint="Write the names of the columns in the first row.",
        )
    headings = [rows[0].get(index, "").strip() for index in range(max(rows[0]) + 1)]
    return ColumnFile(source, headings, rows[1:])


def _csv_rows(data: bytes, source: str) -> list[Mapping[int, str]]:
    data = without_bom(data)
    require_utf8(data, source)
    text = data.decode("utf-8")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
    rows: list[Mapping[int, str]] = []
    try:
        for row in reader:
            if row:
                rows.append(dict(enumerate(row)))
            if len(rows) > MAX_ROWS:
                raise ColumnFileError(
                    f"The file has more than {MAX_ROWS:,} rows.", place=Place(source), hint="Send it in parts."
                )
    except csv.Error as error:
        raise ColumnFileError(
            f"This is not valid CSV: {error}.",
            place=Place(source, reader.line_num),
            hint="A quotation mark inside a quoted cell is written twice.",
        ) from error
    return rows


def _xlsx_rows(data: bytes, source: str) -> list[Mapping[int, str]]:
    grid = next((grid for grid in read_xlsx(data, source) if grid.rows), None)
    return [{column - 1: cell.text for column, cell in row.cells.items()} for row in grid.rows] if grid else []


#: Short names of properties that are often added, for people who do not know the prefixes.
SHORT_NAMES = {
    "iri": ADDRESS,
    "code": "skos:notation",
    "iso2": "gcm:iso2",
    "iso3": "gcm:iso3",
    "m49": "gcm:m49",
    "un": "skos:exactMatch@metadata.un.org",
    "wikidata": "skos:exactMatch@www.wikidata.org",
}

#: Candidates of a doubtful name.
CANDIDATES = 5

#: Characters of a name at most; a longer text has no candidates.
_LONGEST = 1_000


class MatchStatus(StrEnum):
    """State of a name: one resource is meant, several may be, or none is known."""

    MATCHED = "matched"
    DOUBTFUL = "doubtful"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class NameMatch:
    """The answer for one name. The only option of a matched name is the resource."""

    status: MatchStatus
    options: tuple[ScoredCandidate, ...] = ()

    def chosen(self, identifier: str) -> NameMatch:
        """The match after a person has chosen one of the options; "" stands for none of them."""
        kept = tuple(option for option in self.options if option.entity.id == identifier)
        return NameMatch(MatchStatus.MATCHED if kept else MatchStatus.NONE, kept)


@dataclass(frozen=True)
class AddedColumn:
    """A column to add: its heading, and the property with its values."""

    heading: str
    property: EntityProperty


def added_columns(names: Iterable[str], reconciler: Reconciler) -> list[AddedColumn]:
    """The columns of short names or identifiers of properties. Raises `GcmGraphError` for unknown ones."""
    columns = []
    for name in names:
        found = reconciler.properties.get(SHORT_NAMES.get(name.lower(), name))
        if found is None:
            raise GcmGraphError(
                f"The property '{name}' is unknown.",
                hint=f"Use {', '.join(SHORT_NAMES)}, or a property of the graph such as skos:prefLabel@fr.",
            )
        columns.append(AddedColumn(name, found))
    return columns


class ColumnMatcher:
    """Answers for names of a column. Equal names are compared with the graph once."""

    def __init__(self, reconciler: Reconciler, kinds: Sequence[str]) -> None:
        self._reconciler = reconciler
        self._kinds = tuple(kinds)
        self._matched, self._texts = cache(self._match), cache(self._text_of)

    def match(self, name: str) -> NameMatch:
        """The answer for a name."""
        return self._matched(name.strip())

    def _match(self, name: str) -> NameMatch:
        if not name or len(name) > _LONGEST:
            return NameMatch(MatchStatus.NONE)
        found = self._reconciler.candidates(CandidateQuery(name, self._kinds, CANDIDATES))
        if matched := tuple(one for one in found if one.match):
            return NameMatch(MatchStatus.MATCHED, matched)
        return NameMatch(MatchStatus.DOUBTFUL if found else MatchStatus.NONE, tuple(found))

    def value(self, entity: Entity, column: AddedColumn) -> str:
        """The values of a property of an entity as the text of a cell; several are separated by "; ".

        Addresses at Wikidata are shortened to their identifiers, such as Q889.
        """
        return self._texts(entity, column)

    def _text_of(self, entity: Entity, column: AddedColumn) -> str:
        terms = self._reconciler.properties.terms(entity, column.property)
        return "; ".join(dict.fromkeys(map(self._text, terms)))

    def name(self, entity: Entity, language: str) -> str:
        """The name of an entity in a language or the next best."""
        return self._reconciler.entities.name(entity, language)

    @staticmethod
    def _text(term: object) -> str:
        value = str(getattr(term, "value", term))
        if isinstance(term, IRI) and "://www.wikidata.org/entity/" in value:
            return value.rsplit("/", 1)[-1]
        return value
