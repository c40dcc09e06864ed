"""What `gcmgraph contribution template` writes."""

from __future__ import annotations

from gcmgraph.cli.stores import dataset_of
from gcmgraph.contributions.errors import ContributionError
from gcmgraph.publication.assembly import read_known
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.spreadsheets.columns import SheetBook
from gcmgraph.spreadsheets.lists import Lists
from gcmgraph.spreadsheets.template import template_csv, template_xlsx
from gcmgraph.store.embedded import EmbeddedStore
from gcmgraph.store.port import Store
from gcmgraph.validation.rules import load_rules


def template_bytes(settings: Settings, format_name: str, kind: str, language: str) -> bytes:
    """The template, with the lists of the published graph; before anything is built, those of the reference data.

    Raises `ContributionError` for a class that has no sheet.
    """
    addresses, repository, dataset = settings.addresses, Repository.find(settings.root), dataset_of(settings)
    sheets = SheetBook(load_rules(repository, addresses).shapes.quads, addresses).sheets()
    if format_name == "csv":
        sheet = next((sheet for sheet in sheets if sheet.kind == kind), None)
        if sheet is None:
            kinds = ", ".join(sheet.kind for sheet in sheets)
            raise ContributionError(f"There is no sheet for '{kind[:40]}'.", hint=f"There is one for {kinds}.")
        return template_csv(sheet, language)
    published: Store
    if dataset.current_version():
        published = dataset.open_current()
    else:
        published = EmbeddedStore.in_memory(read_known(repository, addresses))
    return template_xlsx(sheets, Lists(published, addresses), language)
