"""Reconciliation of a column of names: one answer for each distinct name, and values to add to its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import IRI
from gcmgraph.publication.reconciliation.entities import Entity
from gcmgraph.publication.reconciliation.properties import ADDRESS, Property
from gcmgraph.publication.reconciliation.reconciler import Reconciler, ReconciliationQuery, ScoredCandidate

#: Short names of properties that are often added, for people who do not know the prefixes.
SHORT_NAMES = {
    "iri": ADDRESS,
    "code": "skos:notation",
    "iso2": "gcm:iso2",
    "iso3": "gcm:iso3",
    "m49": "gcm:m49",
    "un": "skos:exactMatch@metadata.un.org",
    "wikidata": "skos:exactMatch@www.wikidata.org",
}

#: Candidates of a doubtful name.
CANDIDATES = 5

#: Characters of a name at most; a longer text has no candidates.
_LONGEST = 1_000


class Status(StrEnum):
    """State of a name: one resource is meant, several may be, or none is known."""

    MATCHED = "matched"
    DOUBTFUL = "doubtful"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class NameMatch:
    """The answer for one name. The only option of a matched name is the resource."""

    status: Status
    options: tuple[ScoredCandidate, ...] = ()

    def chosen(self, identifier: str) -> NameMatch:
        """The match after a person has chosen one of the options; "" stands for none of them."""
        kept = tuple(option for option in self.options if option.entity.id == identifier)
        return NameMatch(Status.MATCHED if kept else Status.NONE, kept)


@dataclass(frozen=True)
class AddedColumn:
    """A column to add: its heading, and the property with its values."""

    heading: str
    property: Property


def added_columns(names: Iterable[str], reconciler: Reconciler) -> list[AddedColumn]:
    """The columns of short names or identifiers of properties. Raises `GcmGraphError` for unknown ones."""
    columns = []
    for name in names:
        found = reconciler.properties.get(SHORT_NAMES.get(name.lower(), name))
        if found is None:
            raise GcmGraphError(
                f"The property '{name}' is unknown.",
                hint=f"Use {', '.join(SHORT_NAMES)}, or a property of the graph such as skos:prefLabel@fr.",
            )
        columns.append(AddedColumn(name, found))
    return columns


class ColumnMatcher:
    """Answers for names of a column. Equal names are compared with the graph once."""

    def __init__(self, reconciler: Reconciler, kinds: Sequence[str]) -> None:
        self._reconciler = reconciler
        self._kinds = tuple(kinds)
        self._known: dict[str, NameMatch] = {}
        self._values: dict[tuple[str, str], str] = {}

    def match(self, name: str) -> NameMatch:
        """The answer for a name."""
        name = name.strip()
        if (known := self._known.get(name)) is None:
            known = self._known[name] = self._match(name)
        return known

    def _match(self, name: str) -> NameMatch:
        if not name or len(name) > _LONGEST:
            return NameMatch(Status.NONE)
        found = self._reconciler.candidates(ReconciliationQuery(name, self._kinds, CANDIDATES))
        if matched := tuple(one for one in found if one.match):
            return NameMatch(Status.MATCHED, matched)
        return NameMatch(Status.DOUBTFUL if found else Status.NONE, tuple(found))

    def value(self, entity: Entity, column: AddedColumn) -> str:
        """The values of a property of an entity as the text of a cell; several are separated by "; ".

        Addresses at Wikidata are shortened to their identifiers, such as Q889.
        """
        key = (entity.id, column.heading)
        if key not in self._values:
            terms = self._reconciler.properties.terms(entity, column.property)
            texts = (self._text(term) for term in terms)
            self._values[key] = "; ".join(dict.fromkeys(texts))
        return self._values[key]

    def name(self, entity: Entity, language: str) -> str:
        """The name of an entity in a language or the next best."""
        return self._reconciler.entities.name(entity, language)

    @staticmethod
    def _text(term: object) -> str:
        value = str(getattr(term, "value", term))
        if isinstance(term, IRI) and "://www.wikidata.org/entity/" in value:
            return value.rsplit("/", 1)[-1]
        return value
