"""Relations by which claims are checked (`relations.csv`): properties, their values and their rules.

They are the properties of statements that people have checked (`publication.claims`). In the table,
`|` separates several values, and the path to the values is by default the property.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from gcmgraph.model.program_tables import table_rows

#: Values of relations that are no resources; a figure is one of a dataset of figures, by year.
LITERALS = ("number", "date", "text", "yes or no", "figure")


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
    #: `people`: numbers of persons only; `USD`: figures in US dollars
    rules: frozenset[str]
    #: names beside the labels of the property, in any language
    names: tuple[str, ...]


@cache
def relations() -> tuple[Relation, ...]:
    """The relations of `relations.csv`, in its order."""
    return tuple(_relation(row) for _, row in table_rows("model/relations.csv"))


def _relation(row: dict[str, str]) -> Relation:
    return Relation(
        curie=row["property"],
        kinds=tuple(row["kinds"].split("|")),
        values=tuple(row["values"].split("|")),
        paths=tuple((row["paths"] or row["property"]).split("|")),
        rules=frozenset(row["rules"].split()),
        names=tuple(name for name in row["names"].split("|") if name),
    )
