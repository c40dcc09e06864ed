"""`gcmgraph build` and `load`: compose and extend dataset versions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from gcmgraph.cli.group import FILE, option, with_settings
from gcmgraph.cli.services import Services, dataset_of
from gcmgraph.contributions.published_contributions import published_contributions, require_known
from gcmgraph.contributions.published_statements import published_state
from gcmgraph.contributions.recorded_versions import BuiltVersion
from gcmgraph.contributions.version_derivation import publish_decisions
from gcmgraph.linking.imports import imported_quads
from gcmgraph.publication.assembly import fetched_files, unexpected_files
from gcmgraph.publication.build import Build, build
from gcmgraph.publication.loading import load
from gcmgraph.publication.versions.inputs import inputs_of
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.validation.graphs import exempt_from_collection
from gcmgraph.validation.report_formats import report_text

#: Warnings that a build prints at most, without `--verbose`.
_MAX_WARNINGS = 3


@click.command("build")
@option("--quiet", is_flag=True, help="Do not print the summary.")
@option(
    "--verbose", is_flag=True, help="Print the counts of each graph and class, and every warning."
)
@option("--strict", is_flag=True, help="Store nothing if a reading is held back.")
@with_settings("contributions", "database", "imports", "sources", "public_url")
def build_command(settings: Settings, quiet: bool, verbose: bool, strict: bool) -> None:
    """Build the dataset from the files of the repository, validate it, and store it.

    It becomes the current version. A reading that violates a shape is held back and listed, and the
    rest is published. If the ontology or the reference data violate a shape, or a file of a
    contribution or an import is damaged, nothing is stored and the current version does not change.
    Files beside the version that are missing or damaged are written anew.

    Exit status: 0 if everything was published, 1 if a reading was held back or nothing was stored,
    2 if a disk is full or files cannot be written.
    """
    dataset = dataset_of(settings)
    repository = Repository.find(settings.root)

    def report_step(step: str) -> None:
        if sys.stderr.isatty():
            click.echo(f"… {step}", err=True)

    # nearly all objects are used to the end: searching them for garbage takes a quarter of the time
    # of a build
    with exempt_from_collection():
        result = _build(settings, repository, dataset, report_step, strict=strict)
    unexpected = unexpected_files(repository, settings.addresses, Path(settings.sources))
    _print_warnings([*unexpected, *result.warnings], verbose=verbose)
    for reading in result.held_back:
        for reason in reading.reasons:
            message = reason if reason.startswith(reading.file) else f"{reading.file}: {reason}"
            click.echo(f"Held back: {message}", err=True)
    if result.summary is None:
        if not result.report.conforms:
            click.echo(report_text(result.report, settings.addresses, "en"), err=True)
            click.echo("The dataset does not conform to the shapes.", err=True)
        click.echo("Nothing was stored; the current version is unchanged.", err=True)
        raise SystemExit(1)
    if not quiet:
        click.echo(result.summary)
        if verbose:
            click.echo(f"{result.counts}\n")
        report = result.report if verbose else result.report.cut_to(1)
        click.echo(report_text(report, settings.addresses, "en"), nl=False)
    if result.held_back:
        raise SystemExit(1)


def _print_warnings(warnings: Sequence[str], *, verbose: bool) -> None:
    for warning in warnings if verbose else warnings[:_MAX_WARNINGS]:
        click.echo(f"warning: {warning}", err=True)
    if len(warnings) > _MAX_WARNINGS and not verbose:
        count = len(warnings) - _MAX_WARNINGS
        click.echo(f"{count} more warnings (--verbose prints them)", err=True)


def _build(
    settings: Settings,
    repository: Repository,
    dataset: StoreFolder,
    report_step: Callable[[str], None],
    *,
    strict: bool,
) -> Build:
    """Build a version with the decisions that were made before, and then publish later ones."""
    ledger = Services(settings).ledger
    addresses = settings.addresses
    require_known(ledger, published_contributions(dataset, addresses))
    decided = published_state(ledger, addresses)
    for error in decided.damages:
        click.echo(str(error), err=True)
    if decided.damages:
        click.echo("Nothing was stored; the current version is unchanged.", err=True)
        raise SystemExit(1)
    imports = Path(settings.imports)
    imported = tuple(imported_quads(imports, repository, addresses))
    files = fetched_files(repository, addresses, Path(settings.sources))
    inputs = inputs_of(repository, addresses, settings.sparql_url, imports, files)
    built = BuiltVersion(ledger, dataset, decided.event, inputs, datetime.now(UTC))
    result = build(
        repository,
        addresses,
        dataset,
        report_step,
        decided.quads,
        imported,
        files,
        strict=strict,
        endpoint=settings.sparql_url,
        time=built.time,
        stored=built.record,
    )
    if result.summary is not None:
        publish_decisions(ledger, dataset, addresses)
    return result


@click.command("load")
@click.argument("files", nargs=-1, required=True, type=FILE)
@option("--graph", help="IRI of the graph to load into. [default: the graphs of the files]")
@with_settings()
def load_command(settings: Settings, files: tuple[Path, ...], graph: str | None) -> None:
    """Add the triples of FILES to the store as a new dataset version; all files or none.

    The triples are not validated against the shapes. The next 'gcmgraph build' publishes a version
    without them.

    Exit status: 0 on success, 1 if a file cannot be read.
    """
    added, version = load(dataset_of(settings), files, graph, settings.addresses)
    click.echo(f"{added:,} new triples; dataset {version}.")
