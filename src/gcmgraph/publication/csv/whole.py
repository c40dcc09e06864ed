"""Whole tables: all resources of a kind as CSV.

The tables depend on the dataset version alone. Names are in English, else in the next best language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gcmgraph.kinds import KINDS
from gcmgraph.publication.csv.tables import write_csv
from gcmgraph.publication.lists.facets import STATE, Facet
from gcmgraph.publication.lists.index import SORTS, KindIndex, Listed
from gcmgraph.translations import SOURCE_LANGUAGE

#: Suffix of the address of a table's metadata (https://www.w3.org/TR/tabular-data-model/#default-locations).
METADATA_SUFFIX = "-metadata.json"

#: The kinds of resources that have a table, and the content of their tables.
TABLES: Mapping[str, str] = {name: kind.table for name, kind in KINDS.items() if kind.table}

#: Columns of every table, each with its datatype in CSVW and in Croissant.
_COMMON = (
    ("address", "anyURI", "sc:URL", "IRI of the resource."),
    ("code", "string", "sc:Text", "Code, such as ISO 3166 or the number of a target. A text: keep leading zeros."),
    ("name", "string", "sc:Text", "Name in English, else in the language of the next column."),
    ("name-language", "string", "sc:Text", "Language of the name (BCP 47)."),
)
_PERIOD = (
    ("start", "string", "sc:Text", "Start: a year, month or day, as precise as the source."),
    ("end", "string", "sc:Text", "End, as precise as the source; empty if it states none."),
)


@dataclass(frozen=True)
class Column:
    """A column: its datatypes, its description, and the facet whose values, separated by spaces, its cells list."""

    name: str
    datatype: str
    croissant: str
    description: str
    facet: Facet | None = None


def columns(index: KindIndex) -> list[Column]:
    """The columns of the table of a kind. The state of a practice depends on the day, and is no column."""
    plain = [Column(*values) for values in (*_COMMON, *(_PERIOD if index.has_periods else ()))]
    facets = [facet for facet in index.facets if facet.name != STATE]
    return [*plain, *(Column(f.name, "string", "sc:Text", _values_of(f), f) for f in facets)]


def _values_of(facet: Facet) -> str:
    kind = f"Local names below id/{facet.stem}" if facet.stem is not None else "Values"
    return f"{kind} of the facet {facet.name}, separated by spaces."


def table_csv(index: KindIndex) -> str:
    """The table of a kind, ordered by name."""
    shown = columns(index)
    items = index.ordered(index.everything, SORTS[0], SOURCE_LANGUAGE, 0, len(index))
    return write_csv([column.name for column in shown], ([*_row(index, item, shown)] for item in items))


def _row(index: KindIndex, item: Listed, shown: list[Column]) -> list[str]:
    label = index.names.of(item.iri, SOURCE_LANGUAGE)
    plain = {
        "address": item.iri.value,
        "code": index.names.notation(item.iri) or "",
        "name": label.text,
        "name-language": label.language or "",
        "start": str(item.period.start or ""),
        "end": str(item.period.end or ""),
    }
    return [plain[c.name] if c.facet is None else " ".join(item.values.get(c.name, ())) for c in shown]
