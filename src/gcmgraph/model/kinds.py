"""Kinds of resources: addresses, classes, and what contributors, queries and tables do with them (`kinds.csv`).

Every module that lists kinds reads this table, in which `|` separates several values, and the form
of an address is by default `SLUG`. Facets of lists are in `publication/lists/facets.csv`, contents
of pages in `web.resources.views`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from gcmgraph.platform.errors import DataError, Place

#: Regular expression of the last part of an IRI, and the maximum length of one generated from a
#: text.
SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"
LONGEST_SLUG = 120


#: Tables of the program whose cells name terms of the ontology.
TABLES = (
    "model/kinds.csv",
    "model/properties.csv",
    "model/relations.csv",
    "publication/lists/facets.csv",
    "validation/checks/published.csv",
)


def table_rows(name: str, *key: str) -> Iterator[tuple[Place, dict[str, str]]]:
    """The rows of a table of the program, each with its line.

    Raises `DataError` for a row of another length than the header, and for a second row with the
    same `key`.
    """
    lines = csv.reader((files("gcmgraph") / name).read_text("utf-8").splitlines())
    header, found = next(lines), set[tuple[str, ...]]()
    for cells in lines:
        place = Place(f"src/gcmgraph/{name}", lines.line_num)
        if len(cells) != len(header):
            raise DataError(
                f"The row has {len(cells)} cells; the table has {len(header)} columns.", place=place
            )
        row = dict(zip(header, cells, strict=True))
        values = tuple(row[column] for column in key)
        if key and values in found:
            raise DataError(
                f"A row above is also of {' '.join(values)}.",
                place=place,
                hint="Remove one of them.",
            )
        found.add(values)
        yield place, row


def terms_of_tables() -> Iterator[tuple[str, Place]]:
    """The terms of our ontology that tables of the program name (CURIEs), with their lines."""
    for name in TABLES:
        for place, row in table_rows(name):
            for curie in re.findall(r"\bgcm:\w+", " ".join(row.values())):
                yield curie, place


@dataclass(frozen=True)
class Kind:
    """A kind: the part of an address after `{base}id/`, and what is true of all resources of it."""

    name: str
    #: English name of its resources, translated by the catalogs of the interface
    plural: str
    #: classes of its resources (CURIEs)
    classes: tuple[str, ...]
    #: form of the rest of an address, as a regular expression, and an example
    local: str
    example: str
    #: words before the code of a resource, as in `cible 10.7`: English, French, Spanish, Russian
    #: and Arabic, folded
    code_words: tuple[str, ...]
    #: title of the form in which contributors describe such a resource; empty where they describe
    #: none
    form_title: str
    #: class of the resources that contributors choose from; None where they choose none
    chosen: str | None
    #: whether their list is incomplete, so that an absent resource may be valid
    open: bool
    #: content of the table of all such resources; None for no table
    table: str | None
    #: type of schema.org; empty for none
    schema_org: str

    @property
    def parameter_class(self) -> str | None:
        """The class of the values of a query's parameter; None for one of several."""
        return self.classes[0] if len(self.classes) == 1 else None


def _read() -> Iterator[Kind]:
    for _, row in table_rows("model/kinds.csv", "name"):
        yield Kind(
            row["name"],
            row["plural"],
            tuple(row["classes"].split("|")),
            row["local"] or SLUG,
            row["example"],
            tuple(filter(None, row["code_words"].split("|"))),
            row["form_title"],
            row["chosen"] or None,
            row["open"] == "yes",
            row["table"] or None,
            row["schema_org"],
        )


#: Kinds by name, in the order of display. Observations are addressed below their dataset, passages
#: below `source`; neither is a kind.
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _read()}

#: Kinds of resources that contributors describe, in a form or a sheet of the template.
DESCRIBED = tuple(kind.name for kind in KINDS.values() if kind.form_title)
