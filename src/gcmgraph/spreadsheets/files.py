"""Validation of RDF files and spreadsheets as one contribution."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from gcmgraph.errors import Place, RdfSyntaxError
from gcmgraph.rdfio.media import SYNTAXES, syntax_for_suffix
from gcmgraph.spreadsheets.columns import SheetBook
from gcmgraph.spreadsheets.media import SPREADSHEETS, spreadsheet_for_suffix
from gcmgraph.spreadsheets.reading import SpreadsheetFile, read_spreadsheets
from gcmgraph.store.port import Store
from gcmgraph.validation.checks.rules import Rules
from gcmgraph.validation.contribution import validate_contribution
from gcmgraph.validation.files import validate_files
from gcmgraph.validation.locations.statements import LocatedStatements
from gcmgraph.validation.report import Report

#: Limit on the bytes of a spreadsheet.
MAX_BYTES = 10 * 1024 * 1024


def validate_all(paths: Iterable[Path], rules: Rules, published: Store) -> Report:
    """The report on files taken together, each result with its line, or with sheet, row and column.

    Raises `RdfSyntaxError`; `DataError` for unusable shapes.
    """
    paths = list(paths)
    for path in paths:
        _require_known(path)
    if not any(spreadsheet_for_suffix(path.suffix) for path in paths):
        return validate_files(paths, rules, published)
    sheets = SheetBook(rules.shapes.quads, rules.addresses).sheets()
    rdf = LocatedStatements.read(path for path in paths if not spreadsheet_for_suffix(path.suffix))
    tables = [
        SpreadsheetFile(_bytes(path), syntax, str(path))
        for path in paths
        if (syntax := spreadsheet_for_suffix(path.suffix)) is not None
    ]
    reading = read_spreadsheets(tables, sheets, published, rules.addresses)
    together = LocatedStatements({**dict(reading.statements.located()), **dict(rdf.located())})
    return replace(reading, statements=together).report(validate_contribution(together, published, rules))


def _require_known(path: Path) -> None:
    if syntax_for_suffix(path.suffix) is None and spreadsheet_for_suffix(path.suffix) is None:
        raise RdfSyntaxError(
            f"The suffix '{path.suffix}' does not say what this is, RDF or a spreadsheet.",
            place=Place(str(path)),
            hint=f"Known suffixes: {', '.join(f'.{syntax.suffix}' for syntax in (*SYNTAXES, *SPREADSHEETS))}.",
        )


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise RdfSyntaxError(f"The file cannot be read: {error.strerror}.", place=Place(str(path))) from error
    if len(data) > MAX_BYTES:
        raise RdfSyntaxError(
            f"The file has more than {MAX_BYTES:,} bytes.", place=Place(str(path)), hint="Send it in parts."
        )
    return data
