"""`gcmgraph query`: run a query file or a named query on the store, and write its results.

The query runs in a query process.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from gcmgraph.cli.group import option, with_settings
from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.queries.library import find_query, read_queries
from gcmgraph.queries.parameters import substitutions
from gcmgraph.rdf.media import N_QUADS, SYNTAXES, TRIG, TURTLE, read_text
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Term
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.store import port
from gcmgraph.store.query_limits import QueryLimits
from gcmgraph.store.query_pool import QueryWorkers
from gcmgraph.store.results import JSON_RESULTS, RESULT_SYNTAXES, read_values
from gcmgraph.store.version_files import INDEX

#: Values of `--format`: a table, or the short name of a syntax.
_FORMATS: dict[str, str | None] = {
    "table": None,
    **{syntax.name.lower(): syntax.media_type for syntax in RESULT_SYNTAXES},
    **{syntax.suffix: syntax.media_type for syntax in SYNTAXES if syntax not in (TRIG, N_QUADS)},
}

_FORMAT = "Format of the result. [default: table for rows, ttl for a graph]"

#: No limits: of seconds and megabytes there are more than a query takes.
_UNLIMITED = QueryLimits(10**6, 2**24, 1, sys.maxsize, 2**24)


@click.command("query")
@click.argument("query", metavar="FILE-OR-NAME")
@click.argument("parameters", nargs=-1, metavar="[NAME=VALUE]…")
@option(
    "--format", "format_name", kind="table json csv tsv xml ttl nt jsonld rdf".split(), help=_FORMAT
)
@with_settings()
def query_command(
    settings: Settings, query: str, parameters: tuple[str, ...], format_name: str | None
) -> None:
    """Run a query: a .rq file, '-' for standard input, or a query of the library by its name.

    Queries of the library have parameters.

    Example: gcmgraph query practices-by-country country=AFG

    Exit status: 0 on success, 1 on an error.
    """
    from gcmgraph.cli.services import dataset_of  # noqa: PLC0415

    index = dataset_of(settings).current_folder() / INDEX
    request = _request(settings, query, parameters)
    results = _run(index, request, settings.addresses, format_name)
    click.echo(results, nl=False)


def _request(settings: Settings, query: str, parameters: tuple[str, ...]) -> port.QueryRequest:
    """A query with its prefixes and the values of its parameters. Raises `GcmGraphError`."""
    addresses = settings.addresses
    values: dict[str, str] = {}
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        values[name] = value
    if query == "-" or query.endswith(".rq") or "/" in query:
        substitutions(query, (), values, addresses)  # raises if there are parameters
        text = sys.stdin.read() if query == "-" else read_text(Path(query))
        return port.QueryRequest(text, port.ROWS, addresses.prefixes)
    named_query = find_query(read_queries(Repository.find(settings.root), addresses), query)
    bound_values = named_query.substitutions(values, addresses)
    named_query.require_local()
    return port.QueryRequest(
        named_query.text, port.ROWS, addresses.prefixes, substitutions=bound_values
    )


def _run(
    index: Path, request: port.QueryRequest, addresses: Addresses, format_name: str | None
) -> str:
    """Results of a query in one of `_FORMATS`; by default a table for rows and Turtle for a graph.

    Raises as `QueryWorkers.run`, and `GcmGraphError` if the results cannot be written in the
    format.
    """
    rows_type = _FORMATS[format_name or "table"] or JSON_RESULTS.media_type
    graph_type = TURTLE.media_type if format_name is None else _FORMATS[format_name]
    accepted = port.AcceptedMediaTypes(rows_type, rows_type, graph_type)
    workers = QueryWorkers(_UNLIMITED)
    try:
        answer = workers.run(replace(request, accepted=accepted), index)
    except port.QueryNotAcceptableError as error:
        hint = "Rows are written as table, json, csv, tsv or xml; graphs as ttl, nt, jsonld or rdf."
        raise GcmGraphError(
            f"The results of this query cannot be written as {format_name}.", hint=hint
        ) from error
    finally:
        workers.close()
    if format_name in {None, "table"} and answer.media_type == rows_type:
        truth = read_values(answer.body, JSON_RESULTS)
        if isinstance(truth, bool):
            return f"{str(truth).lower()}\n"
        return _table(port.read_solutions(answer.body), addresses)
    return answer.body.decode("utf-8")


def _table(solutions: port.Solutions, addresses: Addresses) -> str:
    """Rows as aligned columns with IRIs as CURIEs, followed by the number of rows."""
    lines = [list(solutions.variables)]
    for row in solutions.rows:
        lines.append([_cell(row.get(name), addresses) for name in solutions.variables])
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    table = []
    for cells in lines:
        aligned = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
        table.append("  ".join(aligned).rstrip())
    count = len(solutions.rows)
    return "\n".join([*table, f"({count} row{'' if count == 1 else 's'})"]) + "\n"


def _cell(term: Term | None, addresses: Addresses) -> str:
    if term is None:
        return ""
    if isinstance(term, IRI):
        return addresses.compress(term.value) or f"<{term.value}>"
    if isinstance(term, Literal):
        return f"{term.value}@{term.language}" if term.language else term.value
    return str(term)
