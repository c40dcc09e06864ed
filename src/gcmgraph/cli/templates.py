"""What `gcmgraph contribution template` writes."""

from __future__ import annotations

from gcmgraph.cli.published import published
from gcmgraph.contributions.errors import ContributionError
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.spreadsheets.columns import SheetBook
from gcmgraph.spreadsheets.lists import Lists
from gcmgraph.spreadsheets.template import template_csv, template_xlsx
from gcmgraph.validation.rules import load_rules


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
