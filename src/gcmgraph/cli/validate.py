"""`gcmgraph validate`: validate RDF files and spreadsheets against the shapes."""

from __future__ import annotations

import os
from pathlib import Path

import click

from gcmgraph.cli.options import NotChecked, with_settings
from gcmgraph.settings import Settings
from gcmgraph.translations.languages import DATA_LANGUAGES, data_language


@click.command("validate")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "turtle", "jsonld", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="Format of the report.",
)
@click.option(
    "--language", type=click.Choice(DATA_LANGUAGES), help="Language of the messages. [default: language of the locale]"
)
@click.option("--all", "whole", is_flag=True, help="List all results. [default: the first 1,000, and counts by kind]")
@click.option(
    "--as",
    "basis",
    type=click.Choice(["contribution", "dataset", "shapes"]),
    default="contribution",
    show_default=True,
    help="Rules to check against: those of a submission, the shapes and checks of a dataset, or the shapes alone.",
)
@click.option(
    "--marked",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Workbook to write: the one of FILES, with its findings as colours and comments of cells.",
)
@with_settings(failure=NotChecked)
def command(
    settings: Settings,
    files: tuple[Path, ...],
    format_name: str,
    language: str | None,
    basis: str,
    marked: Path | None,
    whole: bool,
) -> None:
    """Validate FILES (RDF, or spreadsheets based on the template) together, as additions to the published graph.

    The verdict is that of 'gcmgraph contribution submit', unless --as names other rules.

    Exit status: 0 if they conform (there may be warnings), 1 if they do not, 2 if they could not be checked.
    """
    from gcmgraph.cli.shared.marked import write_marked  # noqa: PLC0415
    from gcmgraph.cli.shared.published import published  # noqa: PLC0415
    from gcmgraph.contributions.checking.files import check_files  # noqa: PLC0415
    from gcmgraph.repository.layout import Repository  # noqa: PLC0415
    from gcmgraph.spreadsheets.grids import LISTED, spreadsheet_for_suffix  # noqa: PLC0415
    from gcmgraph.validation.report_formats import FORMATS  # noqa: PLC0415
    from gcmgraph.validation.rules import Basis, load_rules  # noqa: PLC0415

    addresses, repository = settings.addresses, Repository.find(settings.root)
    rdf = [path for path in files if not spreadsheet_for_suffix(path.suffix)]
    rules = load_rules(repository, addresses)
    report = check_files(files, rules, published(settings, repository, rdf), Basis(basis))
    language = language or data_language(_locale())
    if marked is not None:
        write_marked(files, report, language, marked)
    if not whole:
        report = report.first(LISTED) if len(rdf) < len(files) else report.first()
    click.echo(FORMATS[format_name](report, addresses, language).rstrip("\n"))
    if not report.conforms:
        raise SystemExit(1)


def _locale() -> str:
    """The locale of messages by the environment, whether installed or not; empty if none is set."""
    return next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
