"""`gcmreader text`: write the texts of documents beside them."""

from __future__ import annotations

from pathlib import Path

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.settings import Settings


@click.command("text")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@with_settings("sources")
def command(settings: Settings, files: tuple[Path, ...]) -> None:
    """Write the text, blocks and pages of FILES beside them (objective-05.en.text.json), for 'gcmgraph build'.

    Without FILES, writes those of all documents that are present: the fetched ones, and those in data/sources.
    'gcmgraph fetch' writes what is missing.

    Exit status: 0 on success, 1 if a document cannot be read.
    """
    from gcmgraph.errors import GcmGraphError  # noqa: PLC0415
    from gcmgraph.publication.build.assembly import document_files  # noqa: PLC0415
    from gcmgraph.repository.layout import Repository  # noqa: PLC0415
    from gcmreader.texts import write_all  # noqa: PLC0415

    if not files:
        found = document_files(Repository.find(settings.root), settings.addresses, Path(settings.sources))
        files = tuple(found.values())
    results = list(write_all(files))
    errors = [result for result in results if isinstance(result, GcmGraphError)]
    for error in errors:
        click.echo(str(error), err=True)
    click.echo(f"{len(results) - len(errors)} texts written.")
    if errors:
        raise SystemExit(1)
