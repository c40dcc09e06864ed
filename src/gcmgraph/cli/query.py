"""`gcmgraph query`: a query file or a named query on the store."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.settings import Settings


@click.command("query")
@click.argument("query", metavar="FILE-OR-NAME")
@click.argument("parameters", nargs=-1, metavar="[NAME=VALUE]…")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["table", "json", "csv", "tsv", "xml", "ttl", "nt", "jsonld", "rdf"]),
    help="How to write the result; else a table for rows, Turtle for a graph.",
)
@with_settings()
def command(settings: Settings, query: str, parameters: tuple[str, ...], format_name: str | None) -> None:
    """Run a query: a .rq file, '-' for standard input, or a name of the query library with its parameters.

    Example: gcmgraph query practices-by-country country=AFG
    """
    from gcmgraph.cli.query_results import run_query  # noqa: PLC0415
    from gcmgraph.cli.stores import dataset_of  # noqa: PLC0415
    from gcmgraph.errors import GcmGraphError  # noqa: PLC0415
    from gcmgraph.model.terms import Term  # noqa: PLC0415
    from gcmgraph.queries.library import find_query, read_queries  # noqa: PLC0415
    from gcmgraph.repository.layout import Repository  # noqa: PLC0415

    store, addresses = dataset_of(settings).open_current(), settings.addresses
    given = {name: value for name, _, value in (part.partition("=") for part in parameters)}
    bound: dict[str, Term] = {}
    if query == "-":
        text = sys.stdin.read()
    elif query.endswith(".rq") or "/" in query:
        try:
            text = Path(query).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise GcmGraphError(f"The query file {query} cannot be read: {error}.") from error
    else:
        named = find_query(read_queries(Repository.find(settings.root), addresses), query)
        text = named.text
        bound.update(named.substitutions(given, addresses))
    click.echo(run_query(store, text, bound, addresses, format_name), nl=False)
