"""`gcmgraph mcp`: the Model Context Protocol over stdio, for a desktop assistant."""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.settings import Settings

if TYPE_CHECKING:
    from gcmgraph.web.mcp.protocol import McpServer


@click.command("mcp")
@with_settings("query_timeout", "query_memory", "query_rows")
def command(settings: Settings) -> None:
    """Answer an assistant over standard input and output (Model Context Protocol), until its input ends.

    Uses the store directly, without a server. Each line is one JSON-RPC message.

    Exit status: 0.
    """
    from gcmgraph.web.contributions.blueprints import database_of, service_of  # noqa: PLC0415
    from gcmgraph.web.mcp.server import open_server  # noqa: PLC0415
    from gcmgraph.web.services import open_site  # noqa: PLC0415
    from gcmgraph.web.snapshot import search_indexes  # noqa: PLC0415

    site = open_site(settings)
    contributions = service_of(settings, site, database_of(settings))
    try:
        server = open_server(settings, site, search_indexes(site.addresses), contributions)
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
