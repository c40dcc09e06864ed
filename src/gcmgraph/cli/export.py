"""`gcmgraph export`: the site and the data as static files."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gcmgraph.cli.group import FILE, with_settings
from gcmgraph.settings import Settings


@click.command("export")
@click.argument("folder", metavar="DIR", type=FILE)
@with_settings("public_url")
def export_command(settings: Settings, folder: Path) -> None:
    """Write the site of the current dataset to DIR, as static files.

    They are for any web server or object store.

    The export contains pages in all languages, data in all formats, downloads, configuration for
    nginx and Apache, and a README.md with instructions. DIR must be new, empty, or an earlier
    export, which is replaced as a whole.

    Exit status: 0 on success, 1 if DIR cannot be replaced or the dataset changed during the export.
    """
    from tqdm import tqdm  # noqa: PLC0415

    from gcmgraph.web.export.export import export_site  # noqa: PLC0415

    with tqdm(unit=" files", disable=not sys.stderr.isatty(), leave=False) as bar:

        def progress(written_files: int, all_files: int) -> None:
            bar.total = all_files
            bar.update(written_files - bar.n)

        result = export_site(settings, folder, progress)
    megabytes = result.bytes / 1_000_000
    files = f"{result.pages:,} pages and {result.files:,} other files, {megabytes:,.1f} MB"
    click.echo(f"{files}; dataset {result.version}.")
    for address in result.dead:
        click.echo(f"warning: dead link to {address}", err=True)
