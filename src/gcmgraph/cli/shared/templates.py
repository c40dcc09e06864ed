"""Spreadsheet templates of `gcmgraph contribution template`."""

from __future__ import annotations

from pathlib import Path

from gcmgraph.cli.shared.published import published
from gcmgraph.contributions.errors import ContributionError
from gcmgraph.errors import Place
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.spreadsheets.cells import Lists
from gcmgraph.spreadsheets.columns import SheetBook
from gcmgraph.spreadsheets.template import template_csv, template_xlsx
from gcmgraph.validation.rules import load_rules


def template_format(requested: str | None, kind: str | None, out: Path | None) -> str:
    """The requested format of a template; by default that of the suffix of `out`, else a workbook.

    Raises `ContributionError` for a suffix of another format, and for a class together with a workbook.
    """
    suffix = out.suffix.lower() if out else ""
    format_name = requested or ("csv" if suffix == ".csv" else "xlsx")
    if suffix not in {"", f".{format_name}"}:
        raise ContributionError(
            f"The suffix '{suffix}' does not match the format {format_name}.",
            place=Place(str(out)),
            hint="Use .xlsx or .csv, in accordance with --format.",
        )
    if kind and format_name == "xlsx":
        raise ContributionError(
            "A workbook contains the sheets of all classes and does not support --class.",
            hint="Omit --class, or use --format csv.",
        )
    return format_name


def template_bytes(settings: Settings, format_name: str, kind: str, language: str) -> bytes:
    """The template, with the lists of the published graph; before the first build, with those of the repository.

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
