"""Tables read as quads by their metadata: reference tables, and tables that are imported.

Each reference table is a named graph, `{base}graph/reference/{name}`. Rules:
https://www.w3.org/TR/csv2rdf/ (minimal mode), except that a template with an empty cell states
nothing. A table whose rows are observations (`qb:dataSet`) is a Data Cube, with the structure that
its metadata has.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.rdf.media import read_text
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary, in_graph, text
from gcmgraph.repository.csvw import CsvwColumn, Metadata, metadata_path, read_metadata
from gcmgraph.repository.data_cube import cube_structure
from gcmgraph.repository.table_rows import Cells, Problems, Row, RowReader, rows_of


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
        v = Vocabulary(addresses)
        metadata = self.metadata
        partitions = self._partitions()
        triples = [
            *v.about(
                self.graph,
                ("rdf:type", "void:Dataset"),
                ("dct:title", metadata.titles),
                ("dct:description", metadata.descriptions),
                ("dct:source", metadata.sources),
                ("dct:license", metadata.licences),
                ("dct:rights", metadata.rights),
                ("void:propertyPartition", list(partitions)),
            )
        ]
        for partition, column in partitions.items():
            triples += v.about(
                partition,
                ("rdf:type", "void:Dataset"),
                ("dct:identifier", Literal(column.name)),
                ("void:property", column.predicate),
                ("dct:language", Literal(column.language) if column.language else None),
                ("dct:description", column.descriptions),
                ("dct:source", column.sources),
            )
        yield from in_graph(triples, IRI(addresses.graph("provenance")))

    def _partitions(self) -> dict[IRI, CsvwColumn]:
        """The columns with statements and a source of their own, by the IRI of their partition."""
        predicates = {quad.predicate for quad in self.quads}
        partitions = {}
        for column in self.metadata.columns:
            if not column.suppressed and column.predicate in predicates and column.sources:
                partitions[IRI(f"{self.graph.value}#{column.name}")] = column
        return partitions


def read_table(
    path: Path, addresses: Addresses, *, graph: str = "", terms: Container[IRI] | None = None
) -> ReferenceTable:
    """The table at `path`, its quads in `{base}graph/reference/{name}` or in `{base}graph/{graph}`.

    `terms` are the terms of the ontology (`read_metadata`). Raises `DataError` with file and line
    for anything that the metadata does not allow.
    """
    metadata = read_metadata(metadata_path(path), addresses, terms)
    rows = rows_of(read_text(path), str(path), metadata.delimiter)
    table_graph = IRI(addresses.graph(graph or f"reference/{path.stem}"))
    problems = Problems()
    table = table_of(path.stem, rows, metadata, table_graph, addresses, path.parent, problems)
    problems.refuse()
    return table


def read_tables(
    folder: Path, addresses: Addresses, terms: Container[IRI] | None = None
) -> tuple[ReferenceTable, ...]:
    """All tables of a folder (`*.csv`), sorted by name. Raises `DataError`."""
    return tuple(read_table(path, addresses, terms=terms) for path in sorted(folder.glob("*.csv")))


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
    checked_rows = RowReader(metadata, folder, problems).read(rows)
    for place, cells in checked_rows:
        for column in metadata.columns:
            try:
                quads.update(dict.fromkeys(_statements(column, cells, addresses, graph)))
            except KeyError as error:
                problems.add(
                    place, f"In the column '{column.name}' the prefix of {error} is not known."
                )
            except ValueError as error:
                problems.add(place, f"The column '{column.name}' makes no valid IRI: {error}.")
    quads.update(dict.fromkeys(cube_structure(metadata, addresses, graph)))
    all_cells = tuple(cells for _, cells in checked_rows)
    return ReferenceTable(name, graph, metadata, cells=all_cells, quads=tuple(quads))


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
        resource = column.value.expand(cells, addresses)
        if resource is not None:
            yield Quad(subject, column.predicate, resource, graph)
    elif cell is not None:
        for lexical_form in cell.split(column.separator) if column.separator else (cell,):
            literal = _literal(column, lexical_form)
            yield Quad(subject, column.predicate, literal, graph)


def _literal(column: CsvwColumn, lexical_form: str) -> Literal:
    if column.language:
        return text(lexical_form, column.language)
    return column.datatype.literal(lexical_form)
