"""`gcmgraph contribution template`: the spreadsheet template for contributors."""

from __future__ import annotations

from pathlib import Path

import click

from gcmgraph.cli.group import NEW_FILE, option, with_settings, write_output
from gcmgraph.cli.services import published
from gcmgraph.platform.errors import ContributionError, Place
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.spreadsheets.columns import SheetBook
from gcmgraph.spreadsheets.lists import PublishedLists
from gcmgraph.spreadsheets.template import template_csv, template_xlsx
from gcmgraph.translations import LANGUAGES
from gcmgraph.validation.rules import load_rules


@click.command("template")
@option(
    "--format",
    "format_name",
    kind=["xlsx", "csv"],
    help="File format. [default: by the suffix of --out, else xlsx]",
)
@option("--language", kind=LANGUAGES, default="en", help="Language of the headers.")
@option("--class", "kind", help="Class of the CSV template. [default: practice]")
@option("--out", kind=NEW_FILE, help="File to write. [default: standard output]")
@with_settings()
def template(
    settings: Settings, format_name: str | None, language: str, kind: str | None, out: Path | None
) -> None:
    """Write the spreadsheet template.

    Headers, explanations and drop-down lists are generated from the shapes and lists.
    """
    suffix = out.suffix.lower() if out else ""
    format_name = format_name or ("csv" if suffix == ".csv" else "xlsx")
    if suffix not in {"", f".{format_name}"}:
        message = f"The suffix '{suffix}' does not match the format {format_name}."
        raise ContributionError(
            message, place=Place(str(out)), hint="Use .xlsx or .csv, in accordance with --format."
        )
    if kind and format_name == "xlsx":
        message = "A workbook contains the sheets of all classes and does not support --class."
        raise ContributionError(message, hint="Omit --class, or use --format csv.")
    addresses = settings.addresses
    repository = Repository.find(settings.root)
    sheets = SheetBook(load_rules(repository, addresses).shapes.quads, addresses).sheets()
    if format_name == "xlsx":
        # lists of the published graph; before the first build, of the repository
        lists = PublishedLists(published(settings, repository), addresses)
        return write_output(out, template_xlsx(sheets, lists, language))
    kind = kind or "practice"
    sheet_by_kind = {sheet.kind: sheet for sheet in sheets}
    if kind not in sheet_by_kind:
        raise ContributionError(
            f"There is no sheet for '{kind[:40]}'.",
            hint=f"There is one for {', '.join(sheet_by_kind)}.",
        )
    return write_output(out, template_csv(sheet_by_kind[kind], language))
