"""Statements of RDF files and spreadsheets taken together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from gcmgraph.errors import Place, RdfSyntaxError
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import SYNTAXES, syntax_for_suffix
from gcmgraph.spreadsheets.columns import Sheet
from gcmgraph.spreadsheets.media import SPREADSHEETS, spreadsheet_for_suffix
from gcmgraph.spreadsheets.reading import SpreadsheetFile, SpreadsheetReading, read_spreadsheets
from gcmgraph.store.port import Store
from gcmgraph.validation.locations.statements import LocatedStatements

#: Limit on the bytes of a spreadsheet.
MAX_BYTES = 10 * 1024 * 1024


def read_files(
    paths: Iterable[Path], sheets: Callable[[], tuple[Sheet, ...]], published: Store, addresses: Addresses
) -> SpreadsheetReading:
    """The statements of files taken together, each with its line, or with sheet and cell. Raises `RdfSyntaxError`."""
    paths = list(paths)
    for path in paths:
        require_known(path)
    rdf = LocatedStatements.read(path for path in paths if not spreadsheet_for_suffix(path.suffix))
    tables = [
        SpreadsheetFile(read_bytes(path), syntax, str(path))
        for path in paths
        if (syntax := spreadsheet_for_suffix(path.suffix)) is not None
    ]
    if not tables:
        return SpreadsheetReading(rdf)
    reading = read_spreadsheets(tables, sheets(), published, addresses)
    together = LocatedStatements({**dict(reading.statements.located()), **dict(rdf.located())})
    return replace(reading, statements=together)


def require_known(path: Path) -> None:
    """Raise `RdfSyntaxError` for a file whose suffix names no format."""
    if syntax_for_suffix(path.suffix) is None and spreadsheet_for_suffix(path.suffix) is None:
        raise RdfSyntaxError(
            f"The suffix '{path.suffix}' does not say what this is, RDF or a spreadsheet.",
            place=Place(str(path)),
            hint=f"Known suffixes: {', '.join(f'.{syntax.suffix}' for syntax in (*SYNTAXES, *SPREADSHEETS))}.",
        )


def read_bytes(path: Path, most: int = MAX_BYTES) -> bytes:
    """The bytes of a spreadsheet. Raises `RdfSyntaxError` if it cannot be read or is longer."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise RdfSyntaxError(f"The file cannot be read: {error.strerror}.", place=Place(str(path))) from error
    if len(data) > most:
        raise RdfSyntaxError(
            f"The file has more than {most:,} bytes.", place=Place(str(path)), hint="Send it in parts."
        )
    return data
