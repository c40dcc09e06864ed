"""`gcmgraph build`, `load`, `publish`, `verify`: compose, extend and send dataset versions, and check what is there."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from gcmgraph.cli.group import FILE, option, with_settings
from gcmgraph.cli.services import Services, dataset_of
from gcmgraph.contributions import publishing
from gcmgraph.contributions.sending import no_union, send
from gcmgraph.integrity import Folders, verify, write_status
from gcmgraph.linking.imports import imported_quads
from gcmgraph.platform.errors import SettingsError, StoreError
from gcmgraph.publication.build import Build, build, fetched_files, load, unexpected_files
from gcmgraph.publication.versions.inputs import inputs_of
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.store.versions import StoreFolder
from gcmgraph.validation.graphs import collection_paused
from gcmgraph.validation.report_formats import report_text

#: Warnings that a build prints at most, without `--verbose`.
_WARNINGS = 3


@click.command("build")
@option("--quiet", is_flag=True, help="Do not print the summary.")
@option(
    "--verbose", is_flag=True, help="Print the counts of each graph and class, and every warning."
)
@option("--strict", is_flag=True, help="Store nothing if a reading is held back.")
@with_settings("contributions", "database", "imports", "sources", "public_url")
def build_command(settings: Settings, quiet: bool, verbose: bool, strict: bool) -> None:
    """Build the dataset from the files of the repository, validate it, and store it as the current version.

    A reading that violates a shape is held back and listed, and the rest is published. If the
    ontology or the reference data violate a shape, or a file of a contribution or an import is
    damaged, nothing is stored and the current version does not change. Files beside the version
    that are missing or damaged are written anew.

    Exit status: 0 if everything was published, 1 if a reading was held back or nothing was stored,
    2 if a disk is full or files cannot be written.
    """
    dataset = dataset_of(settings)
    repository = Repository.find(settings.root)

    def step(what: str) -> None:
        if sys.stderr.isatty():
            click.echo(f"… {what}", err=True)

    # nearly all objects are used to the end: searching them for garbage takes a quarter of the time
    # of a build
    with collection_paused():
        result = _build(settings, repository, dataset, step, strict=strict)
    warnings = [
        *unexpected_files(repository, settings.addresses, Path(settings.sources)),
        *result.warnings,
    ]
    for warning in warnings if verbose else warnings[:_WARNINGS]:
        click.echo(f"warning: {warning}", err=True)
    if len(warnings) > _WARNINGS and not verbose:
        click.echo(f"{len(warnings) - _WARNINGS} more warnings (--verbose prints them)", err=True)
    for held in result.held_back:
        for reason in held.reasons:
            click.echo(
                f"Held back: {reason if reason.startswith(held.file) else f'{held.file}: {reason}'}",
                err=True,
            )
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
        report = result.report if verbose else result.report.first(1)
        click.echo(report_text(report, settings.addresses, "en"), nl=False)
    if result.held_back:
        raise SystemExit(1)


def _build(
    settings: Settings,
    repository: Repository,
    dataset: StoreFolder,
    step: Callable[[str], None],
    *,
    strict: bool,
) -> Build:
    """Build a version with the decisions that were made before, and then publish later ones."""
    ledger, addresses = Services(settings).ledger, settings.addresses
    publishing.require_known(ledger, publishing.published_contributions(dataset, addresses))
    decided = publishing.published_state(ledger, addresses)
    for error in decided.damages:
        click.echo(str(error), err=True)
    if decided.damages:
        click.echo("Nothing was stored; the current version is unchanged.", err=True)
        raise SystemExit(1)
    imports = Path(settings.imports)
    imported = tuple(imported_quads(imports, repository, addresses))
    files = fetched_files(repository, addresses, Path(settings.sources))
    inputs = inputs_of(repository, addresses, settings.sparql_url, imports, files)
    built = publishing.BuiltVersion(ledger, dataset, decided.event, inputs, datetime.now(UTC))
    result = build(
        repository,
        addresses,
        dataset,
        step,
        decided.quads,
        imported,
        files,
        strict=strict,
        endpoint=settings.sparql_url,
        time=built.time,
        stored=built.record,
    )
    if result.summary is not None:
        publishing.publish_decisions(ledger, dataset, addresses)
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


@click.command("publish")
@option(
    "--all",
    "whole",
    is_flag=True,
    help="Send every graph, and delete those of ours that the version lacks.",
)
@with_settings("contributions", "database", "publish_to")
def publish_command(settings: Settings, whole: bool) -> None:
    """Send the graphs of the current version that changed to the SPARQL server of the setting 'publish_to'.

    With --all, all are sent, as after a restore of that server or a change of the graphs by other
    programs. Only graphs below BASE/graph/ are written or deleted.

    Exit status: 0 if the server has the version, 1 if not.
    """
    if (target := settings.target) is None:
        raise SettingsError(
            "No SPARQL server is set.", hint="Set 'publish_to' to its URL for queries."
        )
    services = Services(settings)
    sent = send(services.database, dataset_of(settings), target, settings.addresses, whole=whole)
    if sent is None:
        raise StoreError(
            "Another process is sending graphs to that server.", hint="Try again when it has ended."
        )
    click.echo(
        f"Version {sent.version}: {sent.written:,} graphs written, {sent.deleted:,} deleted."
    )
    if not sent.union:
        click.echo(f"warning: {no_union(target)}", err=True)


@click.command("verify")
@option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@with_settings("contributions", "database", "imports")
def verify_command(settings: Settings, as_json: bool) -> None:
    """Have the database of contributions check itself, and compare payloads and files with their recorded checksums.

    Each damaged or missing file is named, with what restores it.

    Exit status: 0 if everything is in order, 1 if something is damaged.
    """
    folders = Folders(
        dataset_of(settings).path, Services(settings).database, Path(settings.imports)
    )
    found = verify(folders, settings.addresses)
    if reason := write_status(folders.store, found):
        click.echo(f"The result cannot be stored in {folders.store}: {reason}.", err=True)
    if as_json:
        record = {"files": found.files, "bytes": found.bytes, "damaged": found.members}
        click.echo(json.dumps(record, ensure_ascii=False, indent=1))
    else:
        for damage in found.damages:
            click.echo(str(damage))
        outcome = f"{len(found.damages):,} damaged" if found.damages else "all in order"
        click.echo(f"{found.files:,} files, {found.bytes / 1_000_000:,.1f} MB: {outcome}.")
    if found.damages:
        sys.exit(1)
