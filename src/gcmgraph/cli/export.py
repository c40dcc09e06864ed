"""`gcmgraph export`: the site and the data as files."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.settings import Settings


@click.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@with_settings()
def command(settings: Settings, folder: Path) -> None:
    """Write the site over the current dataset to DIR, as files that any web server or object store can publish.

    Pages in all languages, data in all forms, dumps, and rules for nginx and Apache; README.md there says how to
    publish them. DIR must be new, empty, or an earlier export, which is replaced as a whole.
    """
    from tqdm import tqdm  # noqa: PLC0415

    from gcmgraph.web.export.export import export_site  # noqa: PLC0415

    with tqdm(unit=" files", disable=not sys.stderr.isatty(), leave=False) as bar:

        def told(done: int, known: int) -> None:
            bar.total = known
            bar.update(done - bar.n)

        result = export_site(settings, folder, told)
    megabytes = result.bytes / 1_000_000
    click.echo(
        f"{result.pages:,} pages and {result.files:,} other files, {megabytes:,.1f} MB; dataset {result.version}."
    )
    for address in result.dead:
        click.echo(f"warning: the site links to {address}, where there is nothing", err=True)
