"""Validate files of RDF and spreadsheets, taken together as one contribution."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gcmgraph.errors import Place, RdfSyntaxError
from gcmgraph.model.terms import Quad
from gcmgraph.spreadsheets.columns import SheetBook
from gcmgraph.spreadsheets.media import spreadsheet_for_suffix
from gcmgraph.spreadsheets.reading import Reading, read_spreadsheet
from gcmgraph.store.port import Store
from gcmgraph.validation.contribution import validate_contribution
from gcmgraph.validation.files import validate_files
from gcmgraph.validation.report import Report, Result
from gcmgraph.validation.rules import Rules
from gcmgraph.validation.statements import Statements

#: Most bytes of a spreadsheet.
MAX_BYTES = 10 * 1024 * 1024


def validate_all(paths: Iterable[Path], rules: Rules, published: Store) -> Report:
    """The report on files taken together, each result with its line, or its sheet, row and column.

    Raises `RdfSyntaxError`; `DataError` for unusable shapes.
    """
    paths = list(paths)
    if not any(spreadsheet_for_suffix(path.suffix) for path in paths):
        return validate_files(paths, rules, published)
    sheets = SheetBook(rules.shapes.quads, rules.addresses).sheets()
    readings: list[Reading] = []
    for path in paths:
        syntax = spreadsheet_for_suffix(path.suffix)
        if syntax is None:
            readings.append(Reading(Statements.read([path])))
        else:
            readings.append(read_spreadsheet(_bytes(path), syntax, str(path), sheets, published, rules.addresses))
    reading = _together(readings)
    return reading.report(validate_contribution(reading.statements, published, rules))


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


def _together(readings: list[Reading]) -> Reading:
    places: dict[Quad, Place | None] = {}
    problems: list[Result] = []
    for reading in readings:
        for quad, place in reading.statements.located():
            places.setdefault(quad, place)
        problems += reading.problems
    return Reading(
        Statements(places),
        tuple(problems),
        {key: near for reading in readings for key, near in reading.near.items()},
        frozenset(key for reading in readings for key in reading.left_out),
        {thing: sheet for reading in readings for thing, sheet in reading.sheets.items()},
    )
