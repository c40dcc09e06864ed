"""Reader of the tables of the program: CSV files whose cells name terms of the ontology."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from importlib.resources import files

from gcmgraph.platform.errors import DataError, Place

#: Tables whose cells name terms of the ontology, below `src/gcmgraph`.
TABLES = (
    "model/relation_words.csv",
    "model/kinds.csv",
    "model/properties.csv",
    "model/relations.csv",
    "publication/lists/facets.csv",
    "validation/checks/published.csv",
)

#: A term of the ontology in a cell.
_TERM = re.compile(r"\bgcm:\w+")


def table_rows(name: str, *key: str) -> Iterator[tuple[Place, dict[str, str]]]:
    """The rows of a table of the program, as columns to cells, each with its line.

    Raises `DataError` for a row of another length than the header, and for a second row with the
    same values in the columns `key`.
    """
    lines = csv.reader((files("gcmgraph") / name).read_text("utf-8").splitlines())
    header = next(lines)
    earlier_keys: set[tuple[str, ...]] = set()
    for cells in lines:
        place = Place(f"src/gcmgraph/{name}", lines.line_num)
        if len(cells) != len(header):
            message = f"The row has {len(cells)} cells; the table has {len(header)} columns."
            raise DataError(message, place=place)
        row = dict(zip(header, cells, strict=True))
        values = tuple(row[column] for column in key)
        if key and values in earlier_keys:
            message = f"A row above is also of {' '.join(values)}."
            raise DataError(message, place=place, hint="Remove one of them.")
        earlier_keys.add(values)
        yield place, row


def terms_of_tables() -> Iterator[tuple[str, Place]]:
    """The terms of our ontology that tables of the program name (CURIEs), with their lines."""
    for name in TABLES:
        for place, row in table_rows(name):
            for curie in _TERM.findall(" ".join(row.values())):
                yield curie, place
