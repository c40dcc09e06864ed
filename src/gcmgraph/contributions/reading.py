"""Content in RDF or a spreadsheet as statements, with its errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from gcmgraph.contributions.archives import unpacked
from gcmgraph.contributions.content import Content, read_statements, require_few, spreadsheet_syntax
from gcmgraph.errors import Place
from gcmgraph.model.terms import Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.spreadsheets.columns import Sheet
from gcmgraph.spreadsheets.grids import SPREADSHEETS
from gcmgraph.spreadsheets.reading import SpreadsheetFile, SpreadsheetReading, read_spreadsheets
from gcmgraph.store.port import Store
from gcmgraph.validation.locations import LocatedStatements


@dataclass(frozen=True)
class Beside:
    """Context of a spreadsheet: the template's sheets, and the published graph without the statements it replaces."""

    sheets: Callable[[], tuple[Sheet, ...]]
    published: Store
    addresses: Addresses
    removed: tuple[Quad, ...] = ()


def read_content(content: Content, beside: Beside) -> SpreadsheetReading:
    """The statements of a content, and its errors as a spreadsheet. Raises as `read_statements` does."""
    return read_contents([content], beside)


def read_contents(contents: Iterable[Content], beside: Beside) -> SpreadsheetReading:
    """The statements of contents taken together: a row of one may name a resource of another.

    Raises as `read_statements` does.
    """
    tables: list[SpreadsheetFile] = []
    stated: dict[Quad, Place | None] = {}
    name = ""
    for content in unpacked(contents):
        name = content.name
        if (syntax := spreadsheet_syntax(content)) is None:
            stated |= {q: p for q, p in read_statements(content, also=SPREADSHEETS).located() if q not in stated}
        else:
            tables.append(SpreadsheetFile(content.data, syntax, content.name))
    if not tables:
        reading = SpreadsheetReading(LocatedStatements(stated))
    else:
        read = read_spreadsheets(tables, beside.sheets(), beside.published, beside.addresses, beside.removed)
        together = {**dict(read.statements.located()), **stated}
        reading = replace(read, statements=LocatedStatements(together))
    require_few(reading.statements, name)
    return reading
