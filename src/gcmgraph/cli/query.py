"""`gcmgraph query`: run a query file or a named query on the store."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.errors import GcmGraphError
from gcmgraph.settings import Settings

if TYPE_CHECKING:
    from gcmgraph.model.terms import Term
    from gcmgraph.queries.library import NamedQuery


@click.command("query")
@click.argument("query", metavar="FILE-OR-NAME")
@click.argument("parameters", nargs=-1, metavar="[NAME=VALUE]…")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["table", "json", "csv", "tsv", "xml", "ttl", "nt", "jsonld", "rdf"]),
    help="Format of the result. [default: table for rows, ttl for a graph]",
)
@with_settings()
def command(settings: Settings, query: str, parameters: tuple[str, ...], format_name: str | None) -> None:
    """Run a query: a .rq file, '-' for standard input, or a name of the query library with its parameters.

    Example: gcmgraph query practices-by-country country=AFG

    Exit status: 0 on success, 1 on an error.
    """
    from gcmgraph.cli.shared.query_results import run_query  # noqa: PLC0415
    from gcmgraph.cli.shared.stores import dataset_of  # noqa: PLC0415
    from gcmgraph.processes.job import KilledError, run_in_fork  # noqa: PLC0415
    from gcmgraph.processes.sandbox import close_network  # noqa: PLC0415
    from gcmgraph.store.query_pool.worker import ended_by_signal  # noqa: PLC0415

    dataset = dataset_of(settings)

    def answer() -> str:
        close_network()
        store = dataset.open_current()
        text, bound = _query_text(settings, query, parameters)
        return run_query(store, text, bound, settings.addresses, format_name)

    try:
        text = run_in_fork(answer)
    except KilledError as killed:
        raise ended_by_signal(killed.signal) from None
    click.echo(text, nl=False)


def _query_text(settings: Settings, query: str, parameters: tuple[str, ...]) -> tuple[str, dict[str, Term]]:
    """Text and variable bindings of a query. Raises `GcmGraphError`."""
    from gcmgraph.queries.library import find_query, read_queries  # noqa: PLC0415
    from gcmgraph.queries.parameters import substitutions  # noqa: PLC0415
    from gcmgraph.rdfio.files import read_text  # noqa: PLC0415
    from gcmgraph.repository.layout import Repository  # noqa: PLC0415

    addresses = settings.addresses
    given = {name: value for name, _, value in (part.partition("=") for part in parameters)}
    if query == "-" or query.endswith(".rq") or "/" in query:
        substitutions(query, (), given, addresses)  # raises if there are parameters
        return sys.stdin.read() if query == "-" else read_text(Path(query)), {}
    named = find_query(read_queries(Repository.find(settings.root), addresses), query)
    bound = dict(named.substitutions(given, addresses))
    return (_local_part(named, bound) if named.endpoint else named.text), bound


def _local_part(named: NamedQuery, bound: Mapping[str, Term]) -> str:
    """A federated query restricted to this store; prints a notice on standard error."""
    from gcmgraph.store.federation.executor import asking_nobody  # noqa: PLC0415
    from gcmgraph.store.port import JSON_RESULTS, Wanted  # noqa: PLC0415
    from gcmgraph.store.requests import QueryRequest  # noqa: PLC0415

    if named.endpoint in bound:
        raise GcmGraphError(
            "This command queries no other endpoint.",
            hint="Omit the parameter, or query a server: see docs/sparql.md.",
        )
    click.echo("Results of this graph only: the server queries other endpoints, this command does not.", err=True)
    wanted = Wanted(JSON_RESULTS.media_type, None, None)
    return asking_nobody(QueryRequest(named.text, wanted, services=named.services(bound))).query
