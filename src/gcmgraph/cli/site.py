"""`gcmgraph query`, `serve`, `mcp` and `export`.

`gcmgraph query`: run a query file or a named query on the store, in a query process, and write its
results.

`gcmgraph serve`, `mcp` and `export`: the site over HTTP, for an assistant over stdio, and as static
files.
"""

from __future__ import annotations

import gc
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from gcmgraph.cli.group import FILE, option, with_settings
from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.queries.library import find_query, read_queries, substitutions
from gcmgraph.rdf.media import N_QUADS, SYNTAXES, TRIG, TURTLE, read_text
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Term
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.store import port
from gcmgraph.store.query_pool import QueryWorkers
from gcmgraph.store.results import JSON_RESULTS, RESULT_SYNTAXES, read_values
from gcmgraph.store.versions import INDEX

if TYPE_CHECKING:
    from gcmgraph.web.mcp.protocol import McpServer


#: Values of `--format`: a table, or the short name of a syntax.
_FORMATS: dict[str, str | None] = {
    "table": None,
    **{syntax.name.lower(): syntax.media_type for syntax in RESULT_SYNTAXES},
    **{syntax.suffix: syntax.media_type for syntax in SYNTAXES if syntax not in (TRIG, N_QUADS)},
}

_FORMAT = "Format of the result. [default: table for rows, ttl for a graph]"

#: No limits: of seconds and megabytes there are more than a query takes.
_UNLIMITED = port.QueryLimits(10**6, 2**24, 1, sys.maxsize, 2**24)


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
    """Run a query: a .rq file, '-' for standard input, or a name of the query library with its parameters.

    Example: gcmgraph query practices-by-country country=AFG

    Exit status: 0 on success, 1 on an error.
    """
    from gcmgraph.cli.services import dataset_of  # noqa: PLC0415

    index = dataset_of(settings).current_folder() / INDEX
    click.echo(
        _run(index, _request(settings, query, parameters), settings.addresses, format_name),
        nl=False,
    )


def _request(settings: Settings, query: str, parameters: tuple[str, ...]) -> port.QueryRequest:
    """A query with its prefixes and the values of its parameters. Raises `GcmGraphError`."""
    addresses = settings.addresses
    given = {name: value for name, _, value in (part.partition("=") for part in parameters)}
    if query == "-" or query.endswith(".rq") or "/" in query:
        substitutions(query, (), given, addresses)  # raises if there are parameters
        text = sys.stdin.read() if query == "-" else read_text(Path(query))
        return port.QueryRequest(text, port.ROWS, addresses.prefixes)
    named = find_query(read_queries(Repository.find(settings.root), addresses), query)
    bound = named.substitutions(given, addresses)
    named.require_local()
    return port.QueryRequest(named.text, port.ROWS, addresses.prefixes, substitutions=bound)


def _run(
    index: Path, request: port.QueryRequest, addresses: Addresses, format_name: str | None
) -> str:
    """Results of a query in one of `_FORMATS`; by default a table for rows and Turtle for a graph.

    Raises as `QueryWorkers.run`, and `GcmGraphError` if the results cannot be written in the
    format.
    """
    rows = _FORMATS[format_name or "table"] or JSON_RESULTS.media_type
    graph = TURTLE.media_type if format_name is None else _FORMATS[format_name]
    workers = QueryWorkers(_UNLIMITED)
    try:
        answer = workers.run(
            replace(request, wanted=port.AcceptedMediaTypes(rows, rows, graph)), index
        )
    except port.QueryNotAcceptableError as error:
        hint = "Rows are written as table, json, csv, tsv or xml; graphs as ttl, nt, jsonld or rdf."
        raise GcmGraphError(
            f"The results of this query cannot be written as {format_name}.", hint=hint
        ) from error
    finally:
        workers.close()
    if format_name in {None, "table"} and answer.media_type == rows:
        truth = read_values(answer.body, JSON_RESULTS)
        if isinstance(truth, bool):
            return f"{str(truth).lower()}\n"
        return _table(port.read_solutions(answer.body), addresses)
    return answer.body.decode("utf-8")


def _table(solutions: port.Solutions, addresses: Addresses) -> str:
    """Rows as aligned columns with IRIs as CURIEs, followed by the number of rows."""
    rows = [
        [_shown(row.get(name), addresses) for name in solutions.variables] for row in solutions.rows
    ]
    widths = [
        max([len(name), *(len(row[i]) for row in rows)])
        for i, name in enumerate(solutions.variables)
    ]
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


#: Hosts of this machine alone, beside 127.0.0.0/8.
_LOOPBACK = {"localhost", "::1"}


#: Settings that are no options of `serve`: those of a build, and of every command.
_OF_OTHERS = {"base", "root", "imports", "sources", "keep_versions"}

#: Settings that are set by environment and settings file alone: a list of processes shows options.
_CREDENTIALS = {"publish_user", "publish_password"}

#: Options of `serve`; `store` is one of every command.
_SERVED = [
    one.name for one in fields(Settings) if one.name not in _OF_OTHERS | _CREDENTIALS | {"store"}
]


@click.command("serve")
@with_settings(*_SERVED)
def serve_command(settings: Settings) -> None:
    """Serve the current dataset over HTTP, in the foreground, until SIGTERM or Ctrl-C.

    Exit status: 0 after a signal, 1 if the server cannot listen on the address and port.
    """
    gc.disable()  # imported modules remain: garbage collection takes a tenth of the start time
    try:
        from gcmgraph.web.server import serve  # noqa: PLC0415
    finally:
        gc.enable()

    def say() -> None:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        click.echo(f"GCM Graph is served at http://{host}:{settings.port}/ (Ctrl-C ends it)")
        if settings.host not in _LOOPBACK and not settings.host.startswith("127."):
            click.echo(
                "A public address needs a proxy before it, for TLS and slow clients: docs/operations.md."
            )

    serve(settings, say)


@click.command("mcp")
@with_settings("query_timeout", "query_memory", "query_rows")
def mcp_command(settings: Settings) -> None:
    """Answer an assistant over standard input and output (Model Context Protocol), until its input ends.

    Uses the store directly, without a server. Each line is one JSON-RPC message.

    Exit status: 0.
    """
    from gcmgraph.web.contributions.blueprints import database_of, service_of  # noqa: PLC0415
    from gcmgraph.web.mcp.server import open_server  # noqa: PLC0415
    from gcmgraph.web.services import open_site  # noqa: PLC0415

    site = open_site(settings)
    contributions = service_of(settings, site, database_of(settings))
    try:
        server = open_server(settings, site, contributions)
        answer_lines(server, sys.stdin.buffer, sys.stdout.buffer)
    finally:
        site.workers.close()


def answer_lines(server: McpServer, messages: IO[bytes], answers: IO[bytes]) -> None:
    """Answer each line of `messages` by a line of `answers`; notifications have no answer.

    A line longer than a body of /mcp may be is refused and skipped.
    """
    from gcmgraph.web.http.limits import MAX_BODY  # noqa: PLC0415
    from gcmgraph.web.mcp.protocol import INVALID_REQUEST, RpcError, failure, parse_message  # noqa: PLC0415

    while line := messages.readline(MAX_BODY + 1):
        if not line.strip():
            continue
        try:
            if len(line) > MAX_BODY:
                while line and not line.endswith(b"\n"):
                    line = messages.readline(MAX_BODY)
                raise RpcError(INVALID_REQUEST, f"A message has at most {MAX_BODY:,} bytes.")
            reply = server.handle(parse_message(line))
        except RpcError as error:
            reply = failure(None, error)
        if reply.body is not None:
            answers.write(reply.text().encode() + b"\n")
            answers.flush()


@click.command("export")
@click.argument("folder", metavar="DIR", type=FILE)
@with_settings("public_url")
def export_command(settings: Settings, folder: Path) -> None:
    """Write the site of the current dataset to DIR, as static files for any web server or object store.

    The export contains pages in all languages, data in all formats, downloads, configuration for
    nginx and Apache, and a README.md with instructions. DIR must be new, empty, or an earlier
    export, which is replaced as a whole.

    Exit status: 0 on success, 1 if DIR cannot be replaced or the dataset changed during the export.
    """
    from tqdm import tqdm  # noqa: PLC0415

    from gcmgraph.web.export.export import export_site  # noqa: PLC0415

    with tqdm(unit=" files", disable=not sys.stderr.isatty(), leave=False) as bar:

        def progress(done: int, known: int) -> None:
            bar.total = known
            bar.update(done - bar.n)

        result = export_site(settings, folder, progress)
    megabytes = result.bytes / 1_000_000
    written = f"{result.pages:,} pages and {result.files:,} other files, {megabytes:,.1f} MB"
    click.echo(f"{written}; dataset {result.version}.")
    for address in result.dead:
        click.echo(f"warning: dead link to {address}", err=True)
