"""`gcmgraph build`: the repository's files to a validated, stored dataset version."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.settings import Settings


@click.command("build")
@click.option("--quiet", is_flag=True, help="Do not print the summary.")
@with_settings("contributions", "imports")
def command(settings: Settings, quiet: bool) -> None:
    """Make the dataset from the repository's files, validate it, and store it as the current version.

    A dataset that does not conform is not stored: the report says why, and what was served stays as it was.
    """
    from gcmgraph.cli.contributing import ledger_of  # noqa: PLC0415
    from gcmgraph.cli.stores import dataset_of  # noqa: PLC0415
    from gcmgraph.contributions.publishing import all_published_quads, require_known  # noqa: PLC0415
    from gcmgraph.contributions.pull_requests import pull_request_quads  # noqa: PLC0415
    from gcmgraph.linking.imports import imported_quads  # noqa: PLC0415
    from gcmgraph.linking.known import Known  # noqa: PLC0415
    from gcmgraph.publication.build import build  # noqa: PLC0415
    from gcmgraph.repository.layout import Repository  # noqa: PLC0415
    from gcmgraph.validation.text import report_text  # noqa: PLC0415

    dataset = dataset_of(settings)
    repository = Repository.find(settings.root)

    def step(what: str) -> None:
        if sys.stderr.isatty():
            click.echo(f"… {what}", err=True)

    ledger = ledger_of(settings)
    with ledger.deciding() if ledger.folder.is_dir() else nullcontext():  # decisions wait until the build has ended
        if dataset.current_version():
            require_known(ledger, dataset.open_current(), settings.addresses)
        contributed = [
            *pull_request_quads(repository, settings.addresses),
            *all_published_quads(ledger, settings.addresses),
        ]
        know = partial(Known.of, repository.reference, settings.addresses)
        imported = tuple(imported_quads(Path(settings.imports), know))
        result = build(repository, settings.addresses, dataset, step, contributed, imported)
    for extraction in result.extractions:
        document = extraction.reading.outline.document
        for block in extraction.not_understood:
            click.echo(f"{document.place(block.span.start)}: warning: not understood", err=True)
    if result.summary is None:
        click.echo(report_text(result.report, settings.addresses, "en"), err=True)
        click.echo("The dataset does not conform to the shapes. Nothing was stored; what was served stays.", err=True)
        raise SystemExit(1)
    if not quiet:
        click.echo(result.summary.text())
        click.echo()
        click.echo(report_text(result.report, settings.addresses, "en"))
