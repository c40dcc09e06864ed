"""`gcmgraph load`: an operator's own RDF into the store."""

from __future__ import annotations

from pathlib import Path

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.settings import Settings


@click.command("load")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--graph", help="IRI of the graph to load into; else the default graph, or the graphs of the file.")
@with_settings()
def command(settings: Settings, files: tuple[Path, ...], graph: str | None) -> None:
    """Add the triples of FILES to the store, as a new dataset version. All files or none.

    They are not validated against the shapes, and a later 'gcmgraph build' does not know of them.
    """
    from gcmgraph.cli.shared.stores import dataset_of  # noqa: PLC0415
    from gcmgraph.publication.build.load import load  # noqa: PLC0415

    added, version = load(dataset_of(settings), files, graph, settings.addresses)
    click.echo(f"{added:,} new triples; dataset {version}.")
