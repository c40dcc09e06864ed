"""`gcmgraph serve` and `mcp`: the site over HTTP, and for an assistant over stdio."""

from __future__ import annotations

import gc
import sys
from dataclasses import fields
from typing import IO, TYPE_CHECKING

import click

from gcmgraph.cli.group import with_settings
from gcmgraph.settings import Settings

if TYPE_CHECKING:
    from gcmgraph.web.mcp.protocol import McpServer

#: Hosts of this machine alone, beside 127.0.0.0/8.
_LOOPBACK = {"localhost", "::1"}

#: Settings that are no options of `serve`: those of a build, and of every command.
_OF_OTHER_COMMANDS = {"store", "base", "root", "imports", "sources", "keep_versions"}

#: Settings that are set by environment and settings file alone: a list of processes shows options.
_CREDENTIALS = {"publish_user", "publish_password"}

#: Options of `serve`.
_OPTIONS = [
    setting.name
    for setting in fields(Settings)
    if setting.name not in _OF_OTHER_COMMANDS | _CREDENTIALS
]


@click.command("serve")
@with_settings(*_OPTIONS)
def serve_command(settings: Settings) -> None:
    """Serve the current dataset over HTTP, in the foreground, until SIGTERM or Ctrl-C.

    Exit status: 0 after a signal, 1 if the server cannot listen on the address and port.
    """
    gc.disable()  # imported modules remain: garbage collection takes a tenth of the start time
    try:
        from gcmgraph.web.server import serve  # noqa: PLC0415
    finally:
        gc.enable()

    def announce() -> None:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        click.echo(f"GCM Graph is served at http://{host}:{settings.port}/ (Ctrl-C ends it)")
        if settings.host not in _LOOPBACK and not settings.host.startswith("127."):
            click.echo(
                "A public address needs a proxy before it, for TLS and slow clients:"
                " docs/install.md."
            )

    serve(settings, announce)


@click.command("mcp")
@with_settings("query_timeout", "query_memory", "query_rows")
def mcp_command(settings: Settings) -> None:
    """Answer an assistant over standard input and output, until its input ends.

    The protocol is the Model Context Protocol. Uses the store directly, without a server. Each line
    is one JSON-RPC message.

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
    from gcmgraph.web.mcp.messages import INVALID_REQUEST, RpcError, failure, parse_message  # noqa: PLC0415

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
