"""Serialization of query results for the terminal or a file."""

from __future__ import annotations

from collections.abc import Mapping

from gcmgraph.errors import GcmGraphError, Place, QuerySyntaxError
from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import N_QUADS, SYNTAXES, TRIG, TURTLE
from gcmgraph.sparql.dataset_clause import missing_graph, read_dataset_clause
from gcmgraph.sparql.query_text import with_prefixes
from gcmgraph.sparql.screening import screen
from gcmgraph.store.port import RESULT_SYNTAXES, Solutions, Store, Wanted
from gcmgraph.store.query_pool.worker import service_refused

#: Values of `--format`: a table, or the short name of a syntax.
FORMATS: dict[str, str | None] = {
    "table": None,
    **{syntax.name.lower(): syntax.media_type for syntax in RESULT_SYNTAXES},
    **{syntax.suffix: syntax.media_type for syntax in SYNTAXES if syntax is not TRIG and syntax is not N_QUADS},
}


def run_query(
    store: Store,
    query: str,
    bound: Mapping[str, Term],
    addresses: Addresses,
    format_name: str | None,
) -> str:
    """Results of a query in one of `FORMATS`; by default a table for rows and Turtle for a graph.

    Raises `QuerySyntaxError`, `QueryRefusedError` for SERVICE, `StoreError` if the engine aborts the query, and
    `GcmGraphError` if the results cannot be written in the format.
    """
    _refuse_other_sources(store, query, addresses)
    media_type = FORMATS[format_name or "table"]
    if media_type is None:
        answer = store.query(with_prefixes(query, addresses.prefixes), substitutions=bound)
        if isinstance(answer, Solutions):
            return table(answer, addresses)
        if isinstance(answer, bool):
            return f"{str(answer).lower()}\n"
        media_type = TURTLE.media_type if format_name is None else None
    wanted = Wanted(*([media_type] * 3))
    written = store.answer(query, wanted, prefixes=addresses.prefixes, substitutions=bound)
    if written is None:
        raise GcmGraphError(
            f"The results of this query cannot be written as {format_name}.",
            hint="Rows are written as table, json, csv, tsv or xml; graphs as ttl, nt, jsonld or rdf.",
        )
    return written[1].body.decode("utf-8")


def _refuse_other_sources(store: Store, query: str, addresses: Addresses) -> None:
    """Raise for SERVICE or an unknown graph, with the same message as the server."""
    screening = screen(query)
    if screening.service:
        raise service_refused()
    if screening.dataset_clause:
        named = read_dataset_clause(query, addresses.prefixes)
        if missing := missing_graph(named, store.holds_graph):
            raise QuerySyntaxError(missing, place=Place("query"))


def table(solutions: Solutions, addresses: Addresses) -> str:
    """Rows as aligned columns with IRIs as CURIEs, followed by the number of rows."""
    rows = [[_shown(row.get(name), addresses) for name in solutions.variables] for row in solutions.rows]
    widths = [max([len(name), *(len(row[i]) for row in rows)]) for i, name in enumerate(solutions.variables)]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(cells, widths, strict=True)).rstrip()
             for cells in (list(solutions.variables), *rows)]  # fmt: skip
    count = len(rows)
    return "\n".join([*lines, f"({count} row{'' if count == 1 else 's'})"]) + "\n"


def _shown(term: Term | None, addresses: Addresses) -> str:
    if term is None:
        return ""
    if isinstance(term, IRI):
        return addresses.compress(term.value) or f"<{term.value}>"
    if isinstance(term, Literal):
        return f"{term.value}@{term.language}" if term.language else term.value
    return str(term)
