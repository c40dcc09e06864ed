"""`gcmgraph serve`: run the server in the foreground."""

from __future__ import annotations

import gc

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.settings import Settings


@click.command("serve")
@with_settings(
    "host",
    "port",
    "public_url",
    "workers",
    "query_timeout",
    "query_memory",
    "query_budget",
    "query_workers",
    "query_rows",
    "query_answer",
    "query_graph",
    "federation",
    "operator",
    "contact",
    "source_code",
    "result_cache",
    "contributions",
    "check_timeout",
    "check_memory",
    "reviewers",
    "quota_contributions",
    "quota_megabytes",
    "quota_comments",
    "quota_failures",
    "quota_feedback",
    "quota_remarks",
    "proxies",
)
def command(settings: Settings) -> None:
    """Serve the current dataset over HTTP, in the foreground, until SIGTERM or Ctrl-C.

    Exit status: 0 after a signal, 1 if the server cannot listen on the address and port.
    """
    gc.disable()  # imported modules remain: garbage collection takes a tenth of the start time
    try:
        from gcmgraph.web.server import serve  # noqa: PLC0415
    finally:
        gc.enable()

    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    serve(settings, lambda: click.echo(f"GCM Graph is served at http://{host}:{settings.port}/ (Ctrl-C ends it)"))
