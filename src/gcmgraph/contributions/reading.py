"""Read what was sent, RDF or a spreadsheet, as statements and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gcmgraph.contributions.content import Content, read_statements, require_bytes, require_few, spreadsheet_syntax
from gcmgraph.model.terms import Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.spreadsheets.columns import Sheet
from gcmgraph.spreadsheets.media import SPREADSHEETS
from gcmgraph.spreadsheets.reading import SpreadsheetReading, read_spreadsheet
from gcmgraph.store.port import Store


@dataclass(frozen=True)
class Beside:
    """What a spreadsheet is read beside: the template's sheets, and the published graph without what it replaces."""

    sheets: Callable[[], tuple[Sheet, ...]]
    published: Store
    addresses: Addresses
    removed: tuple[Quad, ...] = ()


def read_content(content: Content, beside: Beside) -> SpreadsheetReading:
    """What a content states, and what is wrong with it as a spreadsheet. Raises as `read_statements` does."""
    syntax = spreadsheet_syntax(content)
    if syntax is None:
        return SpreadsheetReading(read_statements(content, also=SPREADSHEETS))
    require_bytes(content)
    reading = read_spreadsheet(
        content.data, syntax, content.name, beside.sheets(), beside.published, beside.addresses, beside.removed
    )
    require_few(reading.statements, content.name)
    return reading
