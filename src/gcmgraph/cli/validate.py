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
@with_settings(failure=NotChecked)
def command(settings: Settings, files: tuple[Path, ...], format_name: str, language: str | None, whole: bool) -> None:
    """Validate FILES (RDF, or spreadsheets based on the template) together, as additions to the published graph.

    Exit status: 0 if they conform (there may be warnings), 1 if they do not, 2 if they could not be checked.
    """
    from gcmgraph.cli.shared.published import published  # noqa: PLC0415
    from gcmgraph.repository.layout import Repository  # noqa: PLC0415
    from gcmgraph.spreadsheets.files import validate_all  # noqa: PLC0415
    from gcmgraph.spreadsheets.media import spreadsheet_for_suffix  # noqa: PLC0415
    from gcmgraph.validation.checks.rules import load_rules  # noqa: PLC0415
    from gcmgraph.validation.reports.formats import FORMATS  # noqa: PLC0415

    addresses, repository = settings.addresses, Repository.find(settings.root)
    rdf = [path for path in files if not spreadsheet_for_suffix(path.suffix)]
    report = validate_all(files, load_rules(repository, addresses), published(settings, repository, rdf))
    listed = report if whole else report.first()
    click.echo(FORMATS[format_name](listed, addresses, language or data_language(_locale())).rstrip("\n"))
    if not report.conforms:
        raise SystemExit(1)


def _locale() -> str:
    """The locale of messages by the environment, whether installed or not; empty if none is set."""
    return next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
