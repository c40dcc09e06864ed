"""`gcmgraph serve`: run the server in the foreground."""

from __future__ import annotations

import gc

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.settings import Settings

#: Hosts of this machine alone, beside 127.0.0.0/8.
_LOOPBACK = {"localhost", "::1"}


@click.command("serve")
@with_settings(
    "host",
    "port",
    "public_url",
    "workers",
    "query_timeout",
    "query_memory",
    "query_workers",
    "query_rows",
    "federation",
    "operator",
    "contact",
    "source_code",
    "result_cache",
    "contributions",
    "database",
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

    def say() -> None:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        click.echo(f"GCM Graph is served at http://{host}:{settings.port}/ (Ctrl-C ends it)")
        if settings.host not in _LOOPBACK and not settings.host.startswith("127."):
            click.echo("A public address needs a proxy before it, for TLS and slow clients: docs/operations.md.")

    serve(settings, say)
