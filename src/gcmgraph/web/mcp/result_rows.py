"""Rows of query results as a table of an answer, with who states the facts of each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gcmgraph.rdf.sparql_text import value_text
from gcmgraph.rdf.terms import Literal
from gcmgraph.web.mcp.graph_reader import GraphReader, extent, table
from gcmgraph.web.mcp.messages import Json
from gcmgraph.web.mcp.speakers import RowSpeakers
from gcmgraph.web.mcp.tools import ToolError
from gcmgraph.web.named_queries.results import Binding


def result_table(
    graph: GraphReader,
    columns: Sequence[str],
    bindings: Sequence[Binding],
    arguments: Json,
    *,
    cut: bool,
    speakers: RowSpeakers | None = None,
) -> tuple[str, str]:
    """The requested rows of results, IRIs in short form: a sentence on their number, and the table.

    The column `said_by` is who states the facts of a row, where `speakers` know, `names_by` who
    wrote its texts.
    """
    offset = arguments["offset"]
    if offset >= len(bindings):
        raise ToolError(f"The answer has {len(bindings):,} rows; the offset is beyond them.")
    rows = bindings[offset : offset + arguments["limit"]]
    short_form = graph.site.addresses.short_form
    cells_by_column: dict[str, list[str]] = {}
    for column in columns:
        cells_by_column[column] = [
            value_text(row[column], short_form) if column in row else "" for row in rows
        ]
    said_by = [speakers.of(_cells(row, columns)) for row in rows] if speakers else []
    names_by = [_names_by(graph, row) for row in rows]
    if any(said_by):
        cells_by_column["said_by"] = said_by
    if any(names_by):
        cells_by_column["names_by"] = names_by
    table_rows = zip(*cells_by_column.values(), strict=True)
    text, count = table(graph, list(cells_by_column), table_rows)
    return extent(offset, count, len(bindings), cut=cut), text


def _cells(row: Binding, columns: Iterable[str]) -> list[Mapping[str, Any]]:
    """The cells of a row without those of parameters."""
    return [row[column] for column in columns if column in row]


def _names_by(graph: GraphReader, row: Binding) -> str:
    """Writers of the names and other texts of a row."""
    texts = [
        Literal(cell["value"], language=cell["xml:lang"])
        for cell in row.values()
        if "xml:lang" in cell
    ]
    quads = (quad for text in texts for quad in graph.snapshot.store.quads(object=text))
    return graph.names_by(quads, *(text.value for text in texts))
