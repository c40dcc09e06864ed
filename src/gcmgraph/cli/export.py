"""`gcmgraph export`: the site and the data as static files."""

from __future__ import annotations

import time
from pathlib import Path

import click

from gcmgraph.cli.group import FILE, with_settings
from gcmgraph.settings import Settings

#: Seconds between lines about the progress.
_INTERVAL = 5.0


@click.command("export")
@click.argument("folder", metavar="DIR", type=FILE)
@with_settings("public_url")
def export_command(settings: Settings, folder: Path) -> None:
    """Write the site of the current dataset to DIR, as static files.

    They are for any web server or object store.

    The export contains pages in all languages, data, downloads, a search in names, configuration
    for nginx and Apache, and a README.md with instructions. DIR must be new, empty, or an earlier
    export, which is replaced as a whole. After an interruption, the same command goes on.

    Exit status: 0 on success, 1 if DIR cannot be replaced or written, or if the dataset changed
    during the export.
    """
    from gcmgraph.web.export.crawl import Counts  # noqa: PLC0415
    from gcmgraph.web.export.export import export_site  # noqa: PLC0415

    click.echo("Reading the dataset …", err=True)
    start = time.monotonic()
    last_line = start - _INTERVAL

    def progress(counts: Counts) -> None:
        nonlocal last_line
        now = time.monotonic()
        if now - last_line >= _INTERVAL:
            last_line = now
            addresses = f"{counts.written:,} of {counts.total:,} addresses"
            click.echo(f"{addresses}, {counts.files:,} files, {now - start:.0f} s", err=True)

    result = export_site(settings, folder, progress)
    megabytes = result.bytes / 1_000_000
    click.echo(f"{result.files:,} files, {megabytes:,.1f} MB; dataset {result.version}.")
    for address in result.dead:
        click.echo(f"warning: dead link to {address}", err=True)
