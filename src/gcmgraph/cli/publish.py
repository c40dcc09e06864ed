"""`gcmgraph publish`: the graphs of the current version in a SPARQL server."""

from __future__ import annotations

import click

from gcmgraph.cli.group import option, with_settings
from gcmgraph.cli.services import Services, dataset_of
from gcmgraph.contributions.graph_sending import no_union, send
from gcmgraph.platform.errors import SettingsError, StoreError
from gcmgraph.settings import Settings


@click.command("publish")
@option(
    "--all",
    "whole",
    is_flag=True,
    help="Send every graph, and delete those of ours that the version lacks.",
)
@with_settings("contributions", "database", "publish_to")
def publish_command(settings: Settings, whole: bool) -> None:
    """Send the changed graphs of the current version to a SPARQL server.

    The server is that of the setting 'publish_to'.

    With --all, all are sent, as after a restore of that server or a change of the graphs by other
    programs. Only graphs below BASE/graph/ are written or deleted.

    Exit status: 0 if the server has the version, 1 if not.
    """
    target = settings.target
    if target is None:
        hint = "Set 'publish_to' to its URL for queries."
        raise SettingsError("No SPARQL server is set.", hint=hint)
    database = Services(settings).database
    sent = send(database, dataset_of(settings), target, settings.addresses, whole=whole)
    if sent is None:
        hint = "Try again when it has ended."
        raise StoreError("Another process is sending graphs to that server.", hint=hint)
    click.echo(
        f"Version {sent.version}: {sent.written:,} graphs written, {sent.deleted:,} deleted."
    )
    if not sent.union:
        click.echo(f"warning: {no_union(target)}", err=True)
