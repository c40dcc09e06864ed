"""What `gcmgraph contribution template` writes."""

from __future__ import annotations

from pathlib import Path

from gcmgraph.cli.shared.published import published
from gcmgraph.contributions.errors import ContributionError
from gcmgraph.errors import Place
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.spreadsheets.columns import SheetBook
from gcmgraph.spreadsheets.lists import Lists
from gcmgraph.spreadsheets.template import template_csv, template_xlsx
from gcmgraph.validation.checks.rules import load_rules


def template_format(wanted: str | None, kind: str | None, out: Path | None) -> str:
    """The format of a template: the one wanted, else what the suffix of the file to write tells, else a workbook.

    Raises `ContributionError` for a file with another format's suffix, and for a class where a workbook has them all.
    """
    suffix = out.suffix.lower() if out else ""
    format_name = wanted or ("csv" if suffix == ".csv" else "xlsx")
    if suffix not in {"", f".{format_name}"}:
        raise ContributionError(
            f"The suffix '{suffix}' is not that of a template as {format_name}.",
            place=Place(str(out)),
            hint="Name the file as --format says, .xlsx or .csv.",
        )
    if kind and format_name == "xlsx":
        raise ContributionError(
            "A workbook has the sheets of all classes, so it takes no --class.",
            hint="Leave it out, or ask for --format csv.",
        )
    return format_name


def template_bytes(settings: Settings, format_name: str, kind: str, language: str) -> bytes:
    """The template, with the lists of the published graph; before anything is built, of the repository's.

    Raises `ContributionError` for a class that has no sheet.
    """
    addresses, repository = settings.addresses, Repository.find(settings.root)
    sheets = SheetBook(load_rules(repository, addresses).shapes.quads, addresses).sheets()
    if format_name == "csv":
        sheet = next((sheet for sheet in sheets if sheet.kind == kind), None)
        if sheet is None:
            kinds = ", ".join(sheet.kind for sheet in sheets)
            raise ContributionError(f"There is no sheet for '{kind[:40]}'.", hint=f"There is one for {kinds}.")
        return template_csv(sheet, language)
    return template_xlsx(sheets, Lists(published(settings, repository), addresses), language)
