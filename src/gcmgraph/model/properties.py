"""Properties with a treatment of their own in pages, search and schema.org (`properties.csv`).

The rows are in the order of reading; all other properties follow these by their labels, as do the
rows with the order `label`. A box is written as its kind, its order and, unless it is `term`, its
form. Columns of the template are derived from the shapes, facets of lists are in
`publication/lists/facets.csv`, names of terms of other vocabularies in `web/external_names.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, auto

from gcmgraph.model.kinds import KINDS
from gcmgraph.model.program_tables import table_rows
from gcmgraph.platform.errors import DataError, Place


class ValueForm(StrEnum):
    """Form of the values of a property in the fact box of a page."""

    #: a resource by its code and name, or a value as people write it
    TERM = auto()
    #: a resource by its name alone
    NAME = auto()
    #: a text in the language of the page or the next best one
    TEXT = auto()
    #: an amount of money or a number of people
    QUANTITY = auto()
    #: countries between which people move
    CORRIDOR = auto()
    #: start and end, with the property of the end
    PERIOD = auto()


@dataclass(frozen=True)
class Box:
    """A row in the fact box of the pages of a kind."""

    kind: str
    order: int
    form: ValueForm = ValueForm.TERM


@dataclass(frozen=True)
class SchemaOrg:
    """A property in schema.org."""

    name: str
    #: types that have it, separated by spaces; empty for all
    types: str = ""
    #: type of the resources that are its values; empty for texts
    values: str = ""


#: Types of schema.org that are a CreativeWork.
WORKS = "DigitalDocument Quotation Legislation"


@dataclass(frozen=True)
class Property:
    """A property (a CURIE)."""

    curie: str
    boxes: tuple[Box, ...] = ()
    #: whether its values are long texts
    long: bool = False
    #: whether the search reads its texts
    searched: bool = False
    #: rank among the properties from which the summary of a resource is made; 0: none is
    summary: int = 0
    schema_org: SchemaOrg | None = None


def _read_rows() -> Iterator[tuple[str, Property]]:
    """The rows of `properties.csv`, each with its order: `label`, or empty for that of reading."""
    for place, row in table_rows("model/properties.csv", "property"):
        schema_org = None
        if row["schema_name"]:
            schema_org = SchemaOrg(row["schema_name"], row["schema_types"], row["schema_values"])
        boxes = [_parse_box(box, place) for box in row["boxes"].split("|") if box]
        yield (
            row["order"],
            Property(
                curie=row["property"],
                boxes=tuple(boxes),
                long="long" in row["uses"],
                searched="searched" in row["uses"],
                summary=int(row["summary"] or 0),
                schema_org=schema_org,
            ),
        )


def _parse_box(text: str, place: Place) -> Box:
    match = re.fullmatch(rf"({'|'.join(KINDS)}) (\d+)(?: ({'|'.join(ValueForm)}))?", text)
    if match is None:
        message = (
            f"The box '{text}' is not the name of a kind, an order and a form,"
            " such as 'country 10 name'."
        )
        hint = (
            f"Kinds: {', '.join(KINDS)}. Forms: {', '.join(ValueForm)}; without a form it is term."
        )
        raise DataError(message, place=place, hint=hint)
    kind, order, form = match.groups()
    return Box(kind, int(order), ValueForm(form or ValueForm.TERM))


_ROWS = tuple(_read_rows())

#: All properties of the table.
ALL = tuple(row for _, row in _ROWS)

#: Properties in the order of reading; all others follow by their labels.
PROPERTIES = tuple(row for order, row in _ROWS if not order)

#: Properties from which the summary of a resource is made, best first.
SUMMARIES = tuple(
    row.curie for row in sorted(PROPERTIES, key=lambda row: row.summary) if row.summary
)


def box_of(kind: str) -> list[tuple[str, ValueForm]]:
    """The properties in the fact box of a kind, in order, each with the form of its values."""
    rows = (
        (box.order, row.curie, box.form) for row in ALL for box in row.boxes if box.kind == kind
    )
    return [(curie, form) for _, curie, form in sorted(rows, key=lambda row: row[0])]
