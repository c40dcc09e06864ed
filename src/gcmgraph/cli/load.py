"""`gcmgraph load`: add RDF files of the operator to the store."""

from __future__ import annotations

from pathlib import Path

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.settings import Settings


@click.command("load")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--graph", help="IRI of the graph to load into. [default: the graphs of the files]")
@with_settings()
def command(settings: Settings, files: tuple[Path, ...], graph: str | None) -> None:
    """Add the triples of FILES to the store as a new dataset version; all files or none.

    The triples are not validated against the shapes. The next 'gcmgraph build' publishes a version without them.

    Exit status: 0 on success, 1 if a file cannot be read.
    """
    from gcmgraph.cli.shared.stores import dataset_of  # noqa: PLC0415
    from gcmgraph.publication.build.load import load  # noqa: PLC0415

    added, version = load(dataset_of(settings), files, graph, settings.addresses)
    click.echo(f"{added:,} new triples; dataset {version}.")
