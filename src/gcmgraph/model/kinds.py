"""Kinds of resources (`kinds.csv`): addresses, classes, and their use by contributors and queries.

Every module that lists kinds reads this table, in which `|` separates several values, and the form
of an address is by default `SLUG`. Facets of lists are in `publication/lists/facets.csv`, contents
of pages in `web.resources.views`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gcmgraph.model.program_tables import table_rows

#: Regular expression of the last part of an IRI, and the maximum length of one generated from a
#: text.
SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"
LONGEST_SLUG = 120


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
    #: properties (CURIEs) whose fields stand first in this form
    first_fields: tuple[str, ...]
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


def _read_kinds() -> Iterator[Kind]:
    for _, row in table_rows("model/kinds.csv", "name"):
        code_words = row["code_words"].split("|")
        yield Kind(
            name=row["name"],
            plural=row["plural"],
            classes=tuple(row["classes"].split("|")),
            local=row["local"] or SLUG,
            example=row["example"],
            code_words=tuple(word for word in code_words if word),
            form_title=row["form_title"],
            first_fields=tuple(filter(None, row["first_fields"].split("|"))),
            chosen=row["chosen"] or None,
            open=row["open"] == "yes",
            table=row["table"] or None,
            schema_org=row["schema_org"],
        )


#: Kinds by name, in the order of display. Observations are addressed below their dataset, passages
#: below `source`; neither is a kind.
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _read_kinds()}

#: Kinds of resources that contributors describe, in a form or a sheet of the template.
DESCRIBED = tuple(kind.name for kind in KINDS.values() if kind.form_title)
