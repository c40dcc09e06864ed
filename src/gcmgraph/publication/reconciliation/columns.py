"""Answers for the names of a column, and values of properties to add to its rows.

Of a column, each distinct name gets an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.publication.reconciliation.entities import ADDRESS, Entity, EntityProperty
from gcmgraph.publication.reconciliation.reconciler import (
    CandidateQuery,
    Reconciler,
    ScoredCandidate,
)
from gcmgraph.rdf.terms import IRI

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

#: Limit on the candidates of a doubtful name.
_MAX_CANDIDATES = 5

#: Limit on the characters of a name; a longer text has no candidates.
_MAX_LENGTH = 1_000

#: Part of the addresses at Wikidata.
_WIKIDATA = "://www.wikidata.org/entity/"


class MatchStatus(StrEnum):
    """State of a name: one resource is meant, several may be, or none is known."""

    MATCHED = "matched"
    DOUBTFUL = "doubtful"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class NameMatch:
    """The answer for one name. The only option of a matched name is the resource."""

    status: MatchStatus
    options: tuple[ScoredCandidate, ...] = ()

    @property
    def resource(self) -> ScoredCandidate | None:
        """The resource that a matched name means."""
        return self.options[0] if self.status is MatchStatus.MATCHED else None

    def chosen(self, identifier: str) -> NameMatch:
        """The match after a person has chosen one of the options; "" stands for none of them."""
        options = tuple(option for option in self.options if option.entity.id == identifier)
        return NameMatch(MatchStatus.MATCHED if options else MatchStatus.NONE, options)


class ColumnMatcher:
    """Answers for names of a column, and values of properties of the answers.

    Equal names are compared once.
    """

    def __init__(self, reconciler: Reconciler, kind: str | None, added: Iterable[str]) -> None:
        """`kind` of the resources that names mean, or any; `added`: short names or identifiers of the properties.

        Raises `GcmGraphError` for unknown ones.
        """
        self._reconciler = reconciler
        self._kinds = (kind,) if kind else ()
        #: headings of the values
        self.added = list(added)
        self._properties = [self._property(name) for name in self.added]
        self._match_of_name = cache(self._match)
        self.values = cache(self._values)

    def _property(self, name: str) -> EntityProperty:
        entity_property = self._reconciler.properties.get(SHORT_NAMES.get(name.lower(), name))
        if entity_property is None:
            raise GcmGraphError(
                f"The property '{name}' is unknown.",
                hint=f"Use {', '.join(SHORT_NAMES)}, or a property of the graph such as "
                "skos:prefLabel@fr.",
            )
        return entity_property

    def match(self, name: str) -> NameMatch:
        """The answer for a name."""
        return self._match_of_name(name.strip())

    def _match(self, name: str) -> NameMatch:
        if not name or len(name) > _MAX_LENGTH:
            return NameMatch(MatchStatus.NONE)
        query = CandidateQuery(name, self._kinds, _MAX_CANDIDATES)
        candidates = self._reconciler.candidates(query)
        matches = tuple(candidate for candidate in candidates if candidate.match)
        if matches:
            return NameMatch(MatchStatus.MATCHED, matches)
        status = MatchStatus.DOUBTFUL if candidates else MatchStatus.NONE
        return NameMatch(status, tuple(candidates))

    def _values(self, entity: Entity) -> list[str]:
        """The values of each property of an entity as the text of a cell, separated by "; ".

        Addresses at Wikidata are shortened to their identifiers, such as Q889.
        """
        cells = []
        for entity_property in self._properties:
            terms = self._reconciler.properties.terms(entity, entity_property)
            cells.append("; ".join(dict.fromkeys(map(_cell_text, terms))))
        return cells

    def name(self, entity: Entity, language: str) -> str:
        """The name of an entity in a language or the next best."""
        return self._reconciler.entities.name(entity, language)


def _cell_text(term: object) -> str:
    value = str(getattr(term, "value", term))
    if isinstance(term, IRI) and _WIKIDATA in value:
        return value.rsplit("/", 1)[-1]
    return value
