"""Tables read as quads by their metadata: reference tables, and tables that are imported; withdrawn resources.

Each reference table is a named graph, `{base}graph/reference/{name}`. Rules:
https://www.w3.org/TR/csv2rdf/ (minimal mode), except that a template with an empty cell states
nothing. A table whose rows are observations (`qb:dataSet`) is a Data Cube, with the structure that
its metadata has.

An IRI is never reused or deleted: `data/withdrawn.csv` lists a withdrawn resource with its
successor (may be empty), the date (ISO 8601) and the reason, and its address answers 410. Withdrawn
contributions are in `graph/provenance`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from gcmgraph.platform.errors import DataError, Place
from gcmgraph.rdf.media import read_text
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary, in_graph, text, typed
from gcmgraph.repository.csvw import CsvwColumn, ForeignKey, Metadata, metadata_path, read_metadata
from gcmgraph.store.port import Store

#: One row by column name; None for an empty cell.
Cells = Mapping[str, str | None]

#: The cells of a row as they are in the file, with its first line.
Row = tuple[Place, list[str]]

#: Limit on the problems in one error message.
_REPORTED = 20


@dataclass
class Problems:
    """Collector of the problems of tables, reported together."""

    found: list[DataError] = field(default_factory=list)

    def add(self, place: Place, message: str, hint: str | None = None) -> None:
        """Add a problem, with its remedy."""
        self.found.append(DataError(message, place=place, hint=hint))

    def refuse(self) -> None:
        """Raise a `DataError` with all problems, if there are any."""
        if not self.found:
            return
        first, *others = sorted(
            self.found, key=lambda error: (str(error.place and error.place.source), _line(error))
        )
        lines = [first.message if first.hint is None else f"{first.message} {first.hint}"]
        lines += map(str, others[: _REPORTED - 1])
        if len(self.found) > _REPORTED:
            lines.append(f"… and {len(self.found) - _REPORTED:,} more.")
        raise DataError("\n".join(lines), place=first.place)


@dataclass(frozen=True)
class ReferenceTable:
    """A table that has been read: its quads and their origin."""

    name: str
    graph: IRI
    metadata: Metadata
    #: the cells of each row, without the header
    cells: tuple[Cells, ...]
    quads: tuple[Quad, ...]

    @property
    def rows(self) -> int:
        """Number of rows, without the header."""
        return len(self.cells)

    @property
    def title(self) -> str:
        """The English title."""
        return self.metadata.titles[0].value

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of the table: texts and IRIs."""
        return tuple(source.value for source in self.metadata.sources)

    def published(self, addresses: Addresses) -> Iterator[Quad]:
        """The quads of the table and their origin."""
        yield from self.quads
        yield from self.provenance(addresses)

    def provenance(self, addresses: Addresses) -> Iterator[Quad]:
        """The origin of the graph and of each column that states something, as quads in graph/provenance.

        A column is a `void:propertyPartition` with the IRI `{graph}#{column}`:
        https://www.w3.org/TR/void/#class-property-partitions
        """
        v, where, meta = Vocabulary(addresses), IRI(addresses.graph("provenance")), self.metadata
        stated = {quad.predicate for quad in self.quads}
        parts = {
            IRI(f"{self.graph.value}#{column.name}"): column
            for column in meta.columns
            if not column.suppressed and column.predicate in stated and column.sources
        }
        triples = [
            *v.about(
                self.graph,
                ("rdf:type", "void:Dataset"),
                ("dct:title", meta.titles),
                ("dct:description", meta.descriptions),
                ("dct:source", meta.sources),
                ("dct:license", meta.licences),
                ("dct:rights", meta.rights),
                ("void:propertyPartition", list(parts)),
            )
        ]
        for part, column in parts.items():
            triples += v.about(
                part,
                ("rdf:type", "void:Dataset"),
                ("dct:identifier", Literal(column.name)),
                ("void:property", column.predicate),
                ("dct:language", Literal(column.language) if column.language else None),
                ("dct:description", column.descriptions),
                ("dct:source", column.sources),
            )
        yield from in_graph(triples, where)


def read_table(
    path: Path, addresses: Addresses, *, graph: str = "", terms: Container[IRI] | None = None
) -> ReferenceTable:
    """The table at `path`, its quads in `{base}graph/reference/{name}` or in `{base}graph/{graph}`.

    `terms` are the terms of the ontology (`read_metadata`). Raises `DataError` with file and line
    for anything that the metadata does not allow.
    """
    metadata = read_metadata(metadata_path(path), addresses, terms)
    rows = rows_of(read_text(path), str(path), metadata.delimiter)
    where, problems = IRI(addresses.graph(graph or f"reference/{path.stem}")), Problems()
    table = table_of(path.stem, rows, metadata, where, addresses, path.parent, problems)
    problems.refuse()
    return table


def read_rows(path: Path, addresses: Addresses) -> tuple[tuple[Place, Cells], ...]:
    """The rows of a table with their places, for a table that is read by column.

    Raises `DataError` as `read_table`.
    """
    metadata, problems = read_metadata(metadata_path(path), addresses), Problems()
    rows = _RowReader(metadata, path.parent, problems).read(
        rows_of(read_text(path), str(path), metadata.delimiter)
    )
    problems.refuse()
    return tuple(rows)


def read_tables(
    folder: Path, addresses: Addresses, terms: Container[IRI] | None = None
) -> tuple[ReferenceTable, ...]:
    """All tables of a folder (`*.csv`), sorted by name. Raises `DataError`."""
    return tuple(read_table(path, addresses, terms=terms) for path in sorted(folder.glob("*.csv")))


def rows_of(content: str, source: str, delimiter: str = ",") -> Iterator[Row]:
    """The rows of a CSV file, the header first. Raises `DataError`."""
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    try:
        for cells in reader:
            yield Place(source, begin), cells
            begin = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"This is not valid CSV: {error}.", place=Place(source, reader.line_num)
        ) from error
    if begin == 1:
        raise DataError(
            "The file is empty.", place=Place(source, 1), hint="The first line names the columns."
        )


def table_of(
    name: str,
    rows: Iterable[Row],
    metadata: Metadata,
    graph: IRI,
    addresses: Addresses,
    folder: Path,
    problems: Problems,
) -> ReferenceTable:
    """The table of some rows, the first of which is the header, with its quads in a graph.

    `folder` has the tables of foreign keys. What is wrong in rows is added to `problems`; a header
    that differs from the metadata raises `DataError`.
    """
    quads: dict[Quad, None] = {}  # a set in the order of the file
    read = _RowReader(metadata, folder, problems).read(rows)
    for place, cells in read:
        for column in metadata.columns:
            try:
                quads.update(dict.fromkeys(_statements(column, cells, addresses, graph)))
            except KeyError as error:
                problems.add(
                    place, f"In the column '{column.name}' the prefix of {error} is not known."
                )
            except ValueError as error:
                problems.add(place, f"The column '{column.name}' makes no valid IRI: {error}.")
    quads.update(dict.fromkeys(_structure(metadata, addresses, graph)))
    return ReferenceTable(
        name, graph, metadata, cells=tuple(cells for _, cells in read), quads=tuple(quads)
    )


@dataclass(frozen=True)
class _RowReader:
    """Reader of rows in the forms of the metadata; rows with a problem are left out."""

    metadata: Metadata
    folder: Path
    problems: Problems

    def read(self, rows: Iterable[Row]) -> list[tuple[Place, Cells]]:
        """Each row with its place."""
        (place, header), *others = rows
        columns, good = self.metadata.written, list[tuple[Place, Cells]]()
        _require_header(header, columns, place)
        targets = {
            key: _targets(self.folder / key.table, key) for key in self.metadata.foreign_keys
        }
        seen: dict[tuple[str | None, ...], Place] = {}
        for place, row in others:
            if len(row) != len(columns):
                hint = 'A cell that holds a comma or a line end stands in "quotes".'
                self.problems.add(
                    place, f"The row has {len(row)} cells, the header {len(columns)}.", hint
                )
                continue
            wrong = len(self.problems.found)
            cells = {
                c.name: self._cell(c, cell, place) for c, cell in zip(columns, row, strict=True)
            }
            if len(self.problems.found) == wrong:
                self._require_keys(place, cells, seen, targets)
                good.append((place, cells))
        return good

    def _require_keys(
        self,
        place: Place,
        cells: Cells,
        seen: dict[tuple[str | None, ...], Place],
        targets: Mapping[ForeignKey, Container[tuple[str, ...]]],
    ) -> None:
        """Add a problem for the key of an earlier row, and for a foreign key without a target."""
        key = tuple(cells[name] for name in self.metadata.primary_key)
        if key and (first := seen.setdefault(key, place)) != place:
            at = f"line {first.line}" if first.source == place.source else str(first)
            self.problems.add(place, f"The key {', '.join(map(str, key))} occurs here and in {at}.")
        for foreign, known in targets.items():
            values = tuple(cells[name] or "" for name in foreign.columns)
            if any(values) and values not in known:
                named = ", ".join(
                    f"{name} '{value}'" for name, value in zip(foreign.targets, values, strict=True)
                )
                columns = ", ".join(f"'{name}'" for name in foreign.columns)
                self.problems.add(
                    place, f"In the column {columns}, no row of {foreign.table} has {named}."
                )

    def _cell(self, column: CsvwColumn, cell: str, place: Place) -> str | None:
        """The cell in the lexical form of its datatype; None where it is empty or has a problem."""
        if cell == "" or cell in column.null:
            if column.required:
                self.problems.add(place, f"The column '{column.name}' is required and empty.")
            return None
        parts = [cell] if column.separator is None else cell.split(column.separator)
        values = [self._lexical(column, part, place) for part in parts]
        return (
            None
            if None in values
            else (column.separator or "").join(value or "" for value in values)
        )

    def _lexical(self, column: CsvwColumn, cell: str, place: Place) -> str | None:
        if cell != cell.strip() or not cell:
            message = (
                f"In the column '{column.name}' a value is empty or has spaces around it: '{cell}'."
            )
            self.problems.add(place, message)
            return None
        lexical = column.datatype.parse(cell)
        if lexical is None or (
            column.pattern is not None and not column.pattern.fullmatch(lexical)
        ):
            form = column.pattern.pattern if column.pattern else column.datatype.name
            self.problems.add(
                place, f"In the column '{column.name}', '{cell}' is not of the form {form}."
            )
            return None
        return lexical


def _line(error: DataError) -> int:
    return (error.place.line or 0) if error.place else 0


def _require_header(row: list[str], columns: tuple[CsvwColumn, ...], place: Place) -> None:
    """Raise `DataError` for a header whose columns are not those of the metadata."""
    if len(row) == len(columns) and all(
        name in column.titles for name, column in zip(row, columns, strict=True)
    ):
        return
    hint = f"The metadata has: {', '.join(column.titles[-1] for column in columns)}."
    for name in row:
        if not any(name in column.titles for column in columns):
            raise DataError(f"The metadata knows no column '{name}'.", place=place, hint=hint)
    for column in columns:
        if not any(name in column.titles for name in row):
            raise DataError(f"The column '{column.name}' is missing.", place=place, hint=hint)
    raise DataError(
        "The order of the columns differs from that in the metadata.", place=place, hint=hint
    )


def _targets(path: Path, key: ForeignKey) -> set[tuple[str, ...]]:
    """The cells of the columns to which a foreign key refers, of each row of the other table.

    Raises `DataError`.
    """
    (place, header), *rows = rows_of(read_text(path), str(path))
    if missing := [name for name in key.targets if name not in header]:
        raise DataError(
            f"A foreign key refers to the column '{missing[0]}', which this table lacks.",
            place=place,
        )
    at = [header.index(name) for name in key.targets]
    return {tuple(row[index] for index in at) for _, row in rows if len(row) == len(header)}


def _statements(
    column: CsvwColumn, cells: Cells, addresses: Addresses, graph: IRI
) -> Iterator[Quad]:
    """The quads that one column states about one row. Raises as `Template.expand`."""
    cell = None if column.virtual else cells[column.name]
    if column.suppressed or column.predicate is None or (cell is None and not column.virtual):
        return
    subject = column.about.expand(cells, addresses)
    if subject is None:
        return
    if column.value is not None:
        if (target := column.value.expand(cells, addresses)) is not None:
            yield Quad(subject, column.predicate, target, graph)
    elif cell is not None:
        for part in cell.split(column.separator) if column.separator else (cell,):
            value = (
                text(part, column.language) if column.language else column.datatype.literal(part)
            )
            yield Quad(subject, column.predicate, value, graph)


def _structure(metadata: Metadata, addresses: Addresses, graph: IRI) -> Iterator[Quad]:
    """The dataset of a table of observations and its structure; nothing for other tables.

    The columns of the primary key are dimensions; of the others, one with numbers is the measure,
    and those with IRIs are attributes. All figures have the unit of the dataset:
    https://www.w3.org/TR/vocab-data-cube/#dsd
    """
    v = Vocabulary(addresses)
    named = (
        c.value
        for c in metadata.columns
        if c.value and not c.value.columns and c.predicate == v("qb:dataSet")
    )
    dataset = next((value.expand({}, addresses) for value in named), None)
    if dataset is None:
        return
    structure = IRI(f"{dataset.value}#structure")
    # Two columns may state one dimension, such as countries and areas that only a producer has.
    columns = {c.predicate: c for c in reversed(metadata.written) if not c.suppressed}
    components = [
        (c.name, _component(c, metadata), c.predicate) for c in reversed(columns.values())
    ]
    components.append(("unit", "qb:attribute", v("sdmx-attribute:unitMeasure")))
    parts = {name: IRI(f"{dataset.value}#{name}") for name, _, _ in components}
    triples = [
        *v.about(
            dataset,
            ("rdf:type", "qb:DataSet"),
            ("dct:title", metadata.titles),
            ("dct:description", metadata.descriptions),
            ("dct:source", metadata.sources),
            ("dct:license", metadata.licences),
            ("dct:rights", metadata.rights),
            ("qb:structure", structure),
        ),
        *v.about(
            structure,
            ("rdf:type", "qb:DataStructureDefinition"),
            ("qb:component", list(parts.values())),
        ),
    ]
    for number, (name, kind, term) in enumerate(components, 1):
        triples += v.about(
            parts[name],
            ("rdf:type", "qb:ComponentSpecification"),
            (kind, term),
            ("qb:order", typed(str(number), "integer")),
            ("qb:componentAttachment", "qb:DataSet" if name == "unit" else None),
        )
    yield from in_graph(triples, graph)


def _component(column: CsvwColumn, metadata: Metadata) -> str:
    if column.name in metadata.primary_key:
        return "qb:dimension"
    return "qb:attribute" if column.value else "qb:measure"


#: Predicate from a withdrawn resource to the activity that ended it; its address answers 410.
INVALIDATED_BY = IRI(PREFIXES["prov"] + "wasInvalidatedBy")


@dataclass(frozen=True)
class Withdrawal:
    """A withdrawn resource, its successor if it has one, the date and the reason."""

    iri: str
    successor: str | None
    date: date
    reason: str


def read_withdrawn(file: Path, addresses: Addresses) -> dict[str, Withdrawal]:
    """The withdrawals in a file by IRI, under the base of `addresses`; none where there is no file.

    Raises `DataError` for an invalid row.
    """
    found: dict[str, Withdrawal] = {}
    for place, cells in read_rows(file, addresses) if file.is_file() else ():
        iri, successor = (addresses.rebase(cells[name] or "") for name in ("iri", "successor"))
        if successor == iri:
            message = f"<{iri}> is its own successor."
            raise DataError(
                message, place=place, hint="Leave the successor empty if there is none."
            )
        day, reason = date.fromisoformat(cells["date"] or ""), cells["reason"] or ""
        found[iri] = Withdrawal(iri, successor or None, day, reason)
    return found


def invalidations(store: Store, addresses: Addresses, thing: IRI | None = None) -> Iterator[Quad]:
    """The statements of a dataset that a resource, or any resource, was ended by an activity.

    Only those of the project, in `graph/provenance`, count.
    """
    return store.quads(thing, INVALIDATED_BY, graph=IRI(addresses.graph("provenance")))


def is_invalidation(quad: Quad, addresses: Addresses) -> bool:
    """Whether a quad is one of those statements."""
    return quad.predicate == INVALIDATED_BY and quad.graph_name == IRI(
        addresses.graph("provenance")
    )
