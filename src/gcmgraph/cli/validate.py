"""`gcmgraph validate`: findings about files that may be submitted."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import click

from gcmgraph.cli.group import FILE, NEW_FILE, NotChecked, option, with_settings
from gcmgraph.cli.services import published
from gcmgraph.contributions.file_check import check_files
from gcmgraph.platform.errors import ContributionError
from gcmgraph.rdf.media import write_whole
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.spreadsheets.grids import XLSX, spreadsheet_for_suffix
from gcmgraph.spreadsheets.template import mark_workbook
from gcmgraph.translations import DATA_LANGUAGES, data_language
from gcmgraph.validation.report import LISTED, LISTED_OF_SPREADSHEET, Report
from gcmgraph.validation.report_formats import FORMATS
from gcmgraph.validation.rules import RuleSet, load_rules

_FORMATS = ("text", "turtle", "jsonld", "json", "sarif", "github")

#: Variables of the environment that name the locale, the first that is set counts.
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")

_RULE_SET_HELP = (
    "Rules to check against: those of a submission, the shapes and checks of a dataset, or the"
    " shapes alone."
)
_MARKED_HELP = (
    "Workbook to write: the one of FILES, with its findings as colours and comments of cells."
)


@click.command("validate")
@click.argument("files", nargs=-1, required=True, type=FILE)
@option("--format", "format_name", kind=_FORMATS, default="text", help="Format of the report.")
@option(
    "--language",
    kind=DATA_LANGUAGES,
    help="Language of the messages. [default: language of the locale]",
)
@option(
    "--all",
    "whole",
    is_flag=True,
    help="List all results. [default: the first 1,000, and counts by kind]",
)
@option(
    "--as",
    "rule_set",
    kind=["contribution", "dataset", "shapes"],
    default="contribution",
    help=_RULE_SET_HELP,
)
@option("--marked", kind=NEW_FILE, help=_MARKED_HELP)
@with_settings(failure=NotChecked)
def validate_command(
    settings: Settings,
    files: tuple[Path, ...],
    format_name: str,
    language: str | None,
    rule_set: str,
    marked: Path | None,
    whole: bool,
) -> None:
    """Validate FILES together, as additions to the published graph.

    FILES are RDF, or spreadsheets based on the template.

    The verdict is that of 'gcmgraph contribution submit', unless --as names other rules.

    Exit status: 0 if they conform (there may be warnings), 1 if they do not, 2 if they could not be
    checked.
    """
    addresses = settings.addresses
    repository = Repository.find(settings.root)
    rdf = [path for path in files if not spreadsheet_for_suffix(path.suffix)]
    rules = load_rules(repository, addresses)
    report = check_files(files, rules, published(settings, repository, rdf), RuleSet(rule_set))
    language = language or data_language(_locale())
    if marked is not None:
        _write_marked(files, report, language, marked)
    if not whole:
        has_spreadsheets = len(rdf) < len(files)
        report = report.cut_to(LISTED_OF_SPREADSHEET if has_spreadsheets else LISTED)
    click.echo(FORMATS[format_name](report, addresses, language).rstrip("\n"))
    if not report.conforms:
        raise SystemExit(1)


def _locale() -> str:
    """The name of the locale by the environment, whether the locale is installed or not."""
    for variable in _LOCALE_VARIABLES:
        name = os.environ.get(variable)
        if name:
            return name
    return ""


def _write_marked(files: Iterable[Path], report: Report, language: str, out: Path) -> None:
    """Write the one workbook of some files with its findings.

    Raises `ContributionError` for none or several.
    """
    books = [path for path in files if spreadsheet_for_suffix(path.suffix) is XLSX]
    if len(books) != 1:
        hint = "Leave out --marked."
        raise ContributionError(
            f"Findings are marked in one workbook (.xlsx); the files have {len(books)}.", hint=hint
        )
    (book,) = books
    write_whole(out, mark_workbook(book.read_bytes(), str(book), report, language))
