"""Reference tables: CSV files read as quads by their metadata.

Each table is a named graph, `{base}graph/reference/{name}`.
Rules: https://www.w3.org/TR/csv2rdf/ (minimal mode), except that a template with an empty cell states nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.errors import DataError, Place
from gcmgraph.model.terms import IRI, Literal, Quad, Term, Vocabulary, text
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.files import read_text
from gcmgraph.repository.csvw import CsvwColumn, Metadata, read_metadata
from gcmgraph.repository.datatypes import literal

#: One row by column name; None for an empty cell.
Cells = Mapping[str, str | None]


@dataclass(frozen=True)
class ReferenceTable:
    """A table that has been read: its quads and their origin."""

    name: str
    graph: IRI
    metadata: Metadata
    #: number of rows, without the header
    rows: int
    quads: tuple[Quad, ...]

    @property
    def title(self) -> str:
        """The English title."""
        return self.metadata.titles[0].value

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of the table: texts and IRIs."""
        return tuple(source.value for source in self.metadata.sources)

    def provenance(self, addresses: Addresses) -> Iterator[Quad]:
        """The origin of the graph and of each column that states something, as quads in graph/provenance.

        A column is a `void:propertyPartition` with the IRI `{graph}#{column}`:
        https://www.w3.org/TR/void/#class-property-partitions
        """
        v = Vocabulary(addresses)
        where = IRI(addresses.graph("provenance"))

        def about(node: IRI, statements: list[tuple[str, Term]]) -> Iterator[Quad]:
            yield from (Quad(node, v(predicate), value, where) for predicate, value in statements)

        meta = self.metadata
        yield from about(
            self.graph,
            [
                ("rdf:type", v("void:Dataset")),
                *(("dct:title", title) for title in meta.titles),
                *(("dct:description", description) for description in meta.descriptions),
                *(("dct:source", source) for source in meta.sources),
                *(("dct:license", licence) for licence in meta.licences),
            ],
        )
        said = {quad.predicate for quad in self.quads}
        for column in meta.columns:
            if column.suppressed or column.predicate not in said or not column.sources:
                continue
            part = IRI(f"{self.graph.value}#{column.name}")
            yield Quad(self.graph, v("void:propertyPartition"), part, where)
            yield from about(
                part,
                [
                    ("rdf:type", v("void:Dataset")),
                    ("dct:identifier", Literal(column.name)),
                    ("void:property", column.predicate),
                    *([("dct:language", Literal(column.language))] if column.language else []),
                    *(("dct:description", description) for description in column.descriptions),
                    *(("dct:source", source) for source in column.sources),
                ],
            )


def read_table(path: Path, addresses: Addresses, *, graph: str = "") -> ReferenceTable:
    """The table at `path`, its quads in `{base}graph/reference/{name}` or in `{base}graph/{graph}`.

    Raises `DataError` with file and line for anything that the metadata does not allow.
    """
    metadata = read_metadata(path, addresses)
    where = IRI(addresses.graph(graph or f"reference/{path.stem}"))
    quads: dict[Quad, None] = {}  # a set in the order of the file
    rows = _keyed_rows(path, metadata)
    for place, cells in rows:
        for column in metadata.columns:
            quads.update(dict.fromkeys(_statements(column, cells, addresses, where, place)))
    return ReferenceTable(path.stem, where, metadata, rows=len(rows), quads=tuple(quads))


def read_rows(path: Path, addresses: Addresses) -> tuple[tuple[Place, Cells], ...]:
    """The rows of a table with their places, for a table that is read by column. Raises `DataError` as `read_table`."""
    return tuple(_keyed_rows(path, read_metadata(path, addresses)))


def read_tables(folder: Path, addresses: Addresses) -> tuple[ReferenceTable, ...]:
    """All tables of a folder (`*.csv`), sorted by name. Raises `DataError`."""
    return tuple(read_table(path, addresses) for path in sorted(folder.glob("*.csv")))


def _keyed_rows(path: Path, metadata: Metadata) -> list[tuple[Place, Cells]]:
    """Each row with its place. Raises `DataError` where it does not fit the metadata, or has the key of another."""
    rows: list[tuple[Place, Cells]] = []
    seen: dict[tuple[str | None, ...], int] = {}
    for line, cells in _rows(path, metadata):
        place = Place(str(path), line)
        key = tuple(cells[name] for name in metadata.primary_key)
        if key and (first := seen.setdefault(key, line)) != line:
            raise DataError(
                f"The key {', '.join(f'{part}' for part in key)} stands here and in line {first}.",
                place=place,
            )
        rows.append((place, cells))
    return rows


def _rows(path: Path, metadata: Metadata) -> Iterator[tuple[int, Cells]]:
    """Each row with its first line. Raises `DataError` where it does not fit the metadata."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    columns = metadata.written
    names = [column.name for column in columns]
    begin = 1
    try:
        for number, row in enumerate(reader):
            place = Place(str(path), begin)
            begin = reader.line_num + 1
            if number == 0:
                _require_header(row, names, place)
                continue
            if len(row) != len(names):
                raise DataError(
                    f"The row has {len(row)} cells, the header {len(names)}.",
                    place=place,
                    hint='A cell that holds a comma or a line end stands in "quotes".',
                )
            yield (
                place.line or 0,
                {c.name: _cell(c, cell, place) for c, cell in zip(columns, row, strict=True)},
            )
    except csv.Error as error:
        raise DataError(f"This is not valid CSV: {error}.", place=Place(str(path), reader.line_num)) from error
    if begin == 1:
        raise DataError("The file is empty.", place=Place(str(path), 1), hint=f"Header: {','.join(names)}.")


def _require_header(row: list[str], names: list[str], place: Place) -> None:
    if row == names:
        return
    hint = f"The metadata has: {', '.join(names)}."
    for name in row:
        if name not in names:
            raise DataError(f"The metadata knows no column '{name}'.", place=place, hint=hint)
    for name in names:
        if name not in row:
            raise DataError(f"The column '{name}' is missing.", place=place, hint=hint)
    raise DataError("The columns stand in another order than in the metadata.", place=place, hint=hint)


def _cell(column: CsvwColumn, cell: str, place: Place) -> str | None:
    """The cell in the lexical form of its datatype; None where it is empty."""
    if cell == "" or cell in column.null:
        if column.required:
            raise DataError(f"The column '{column.name}' is required and empty.", place=place)
        return None
    if column.separator is None:
        return _lexical(column, cell, place)
    return column.separator.join(_lexical(column, part, place) for part in cell.split(column.separator))


def _lexical(column: CsvwColumn, cell: str, place: Place) -> str:
    if cell != cell.strip() or not cell:
        raise DataError(
            f"In the column '{column.name}' a value is empty or has spaces around it: '{cell}'.", place=place
        )
    lexical = column.datatype.parse(cell)
    if lexical is None or (column.pattern is not None and not column.pattern.fullmatch(lexical)):
        wanted = column.pattern.pattern if column.pattern else column.datatype.name
        raise DataError(f"In the column '{column.name}', '{cell}' is not of the form {wanted}.", place=place)
    return lexical


def _statements(column: CsvwColumn, cells: Cells, addresses: Addresses, graph: IRI, place: Place) -> Iterator[Quad]:
    """The quads that one column states about one row."""
    cell = None if column.virtual else cells[column.name]
    if column.suppressed or column.predicate is None or (cell is None and not column.virtual):
        return
    try:
        subject = column.about.expand(cells, addresses)
        target = column.value.expand(cells, addresses) if column.value else None
    except KeyError as error:
        raise DataError(f"In the column '{column.name}' the prefix of {error} is not known.", place=place) from None
    except ValueError as error:
        raise DataError(f"The column '{column.name}' makes no valid IRI: {error}.", place=place) from error
    if subject is None:
        return
    if column.value is not None:
        if target is not None:
            yield Quad(subject, column.predicate, target, graph)
    elif cell is not None:
        for part in cell.split(column.separator) if column.separator else (cell,):
            value = text(part, column.language) if column.language else literal(part, column.datatype)
            yield Quad(subject, column.predicate, value, graph)
