"""Properties that pages, search, assistants and search engines treat in a way of their own (`properties.csv`).

The rows are in the order of reading; all other properties follow these by their labels, as do the
rows with the order `label`. A box is written as its kind, its order and, unless it is `term`, its
form. Columns of the template are derived from the shapes, facets of lists are in
`publication/lists/facets.csv`, names of terms of other vocabularies in `web/external_names.csv`.
`relations.csv` lists the properties of statements that people have checked (`publication.claims`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import cache

from gcmgraph.model.kinds import KINDS, table_rows
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


def _read() -> Iterator[tuple[str, Property]]:
    """The rows of `properties.csv`, each with its order: `label`, or empty for that of reading."""
    for place, row in table_rows("model/properties.csv", "property"):
        schema_org = SchemaOrg(row["schema_name"], row["schema_types"], row["schema_values"])
        yield (
            row["order"],
            Property(
                row["property"],
                tuple(_box(box, place) for box in row["boxes"].split("|") if box),
                "long" in row["uses"],
                "searched" in row["uses"],
                int(row["summary"] or 0),
                schema_org if schema_org.name else None,
            ),
        )


def _box(text: str, place: Place) -> Box:
    found = re.fullmatch(rf"({'|'.join(KINDS)}) (\d+)(?: ({'|'.join(ValueForm)}))?", text)
    if found is None:
        message = f"The box '{text}' is not the name of a kind, an order and a form, such as 'country 10 name'."
        hint = (
            f"Kinds: {', '.join(KINDS)}. Forms: {', '.join(ValueForm)}; without a form it is term."
        )
        raise DataError(message, place=place, hint=hint)
    return Box(found[1], int(found[2]), ValueForm(found[3] or ValueForm.TERM))


_READ = tuple(_read())

#: All properties of the table.
ALL = tuple(row for _, row in _READ)

#: Properties in the order of reading; all others follow by their labels.
PROPERTIES = tuple(row for order, row in _READ if not order)

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


@dataclass(frozen=True)
class Relation:
    """A property of the statements that can be checked, for resources of some kinds."""

    curie: str
    kinds: tuple[str, ...]
    #: kinds of its values, or stems of concepts such as `concept/topic/`; else one of `LITERALS`
    values: tuple[str, ...]
    #: paths to its values, steps separated by spaces: `^` inverts a step, `*` repeats it, `[…]`
    #: requires a property
    paths: tuple[str, ...]
    #: `parts`: values of a part are stated of the part only; `one`: at most one value; `all`: the
    #: values of a resource are complete; `marked`: the resources that have a value are complete;
    #: `people`: numbers of persons only
    rules: frozenset[str]
    #: names beside the labels of the property, in any language
    names: tuple[str, ...]


#: Values of relations that are no resources.
LITERALS = ("number", "date", "text", "yes or no")


@cache
def relations() -> tuple[Relation, ...]:
    """The relations of `relations.csv`."""
    return tuple(
        Relation(
            row["property"],
            tuple(row["kinds"].split("|")),
            tuple(row["values"].split("|")),
            tuple((row["paths"] or row["property"]).split("|")),
            frozenset(row["rules"].split()),
            tuple(filter(None, row["names"].split("|"))),
        )
        for _, row in table_rows("model/relations.csv")
    )
