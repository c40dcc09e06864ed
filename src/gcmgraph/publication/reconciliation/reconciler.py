"""Matches of names with the entities of one dataset version.

Property values of a table are evidence for a candidate. The score of a candidate is that of its
name (`linking.matching`). Given properties for which the graph has values count for 40 of 100: the
share that agrees. A candidate that disagrees in one is never a match. An agreeing code makes a name
a match that would be ambiguous alone: Congo with COD.

Example. The name "Congo" is that of two countries, with the scores 100 and 78.8. With the value COD
of the property `gcm:iso3`, the scores are:

    country/COG   100 × .6 + 40 × 0 = 60   (COG, which disagrees)
    country/COD  78.8 × .6 + 40 × 1 = 87.3 a match: the code agrees, the name is similar
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from gcmgraph.linking.matching import SAME_LETTERS, MatchCandidate, MatchIndex, Name
from gcmgraph.linking.name_forms import says_nothing
from gcmgraph.linking.name_readings import readings
from gcmgraph.publication.reconciliation.entities import (
    SAME_AS,
    Entities,
    Entity,
    EntityProperty,
    Properties,
    plain_iri,
    same_value,
)
from gcmgraph.publication.search.contents import CODES
from gcmgraph.publication.search.index import NameRow, SearchIndex
from gcmgraph.rdf.terms import IRI, Term

#: Kinds whose names people shorten to the name of another entity.
SHORTENED_KINDS = frozenset({"country"})

#: Properties that identify an entity of a kind.
KEYS = frozenset({*CODES, "iri", SAME_AS})

#: Points of properties, of 100.
_EVIDENCE = 40

#: Minimum score of a name that an agreeing code makes a match.
_SIMILAR = 65

#: Score of a name that is found by another reading of the text.
READ = 96.0

#: Minimum number of candidates that are scored.
_SCORED = 20

#: Number of candidates that are read for a value that may name an entity.
_CANDIDATES_OF_VALUE = 3


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """A property with its values in a table: texts, numbers, identifiers of entities."""

    property: EntityProperty
    values: tuple[str, ...]

    def is_key(self) -> bool:
        """Whether the values identify an entity."""
        return self.property.id.partition("@")[0] in KEYS


@dataclass(frozen=True, slots=True)
class CandidateQuery:
    """A reconciliation query: a name, or property values, or both; for some kinds or any."""

    text: str
    kinds: tuple[str, ...] = ()
    limit: int = 5
    given: tuple[PropertyValue, ...] = ()

    def allows(self, entity: Entity) -> bool:
        """Whether an entity is of one of the kinds."""
        return not self.kinds or entity.kind in self.kinds


@dataclass(frozen=True)
class ScoredCandidate:
    """An entity that a query may mean."""

    entity: Entity
    #: 0 to 100
    score: float
    #: score of the name alone; None for a query without a name
    name_score: float | None
    #: closest of its names
    name: str | None
    #: whether name or code are equal
    same: bool
    #: whether the candidate can be accepted without review
    match: bool
    #: identifier of a property to whether it agrees; properties without values in the graph are
    #: left out
    agree: dict[str, bool] = field(default_factory=dict)


class Reconciler:
    """Reconciliation with the entities of one dataset version."""

    def __init__(self, entities: Entities, properties: Properties, labels: SearchIndex) -> None:
        self.entities = entities
        self.properties = properties
        self.labels = labels
        names = map(_indexed_name, labels.names)
        self.index = MatchIndex(names, SHORTENED_KINDS, self._areas())

    def _areas(self) -> frozenset[str]:
        """Areas that are no States.

        Their names do not make that of a State ambiguous: Samoa, American Samoa.
        """
        kind = self.properties.get("dct:type")
        return frozenset(
            entity.id
            for entity in self.entities
            if entity.kind == "country" and kind is not None and self.properties.terms(entity, kind)
        )

    def candidates(self, query: CandidateQuery) -> list[ScoredCandidate]:
        """The candidates for a query, best first; at most one of them is a match."""
        identified = self._identified(query)
        if identified:
            return identified
        by_name = self._by_name(query, max(query.limit, _SCORED if query.given else 0))
        candidate_of = {candidate.resource: candidate for candidate in by_name}
        entities = {resource: self.entities.get(resource) for resource in candidate_of}
        for entity in self._by_keys(query):
            entities.setdefault(entity.id, entity)
        scored = [
            self._score(query, entity, candidate_of.get(resource))
            for resource, entity in entities.items()
            if entity
        ]
        if not query.given:
            return scored
        positive = [candidate for candidate in scored if candidate.score > 0]
        positive.sort(key=lambda candidate: (-candidate.score, candidate.entity.id))
        return _with_match(query, positive)[: query.limit]

    def _identified(self, query: CandidateQuery) -> list[ScoredCandidate]:
        """The entities whose identifier or IRI is the text of the query.

        One alone is a match, if no given property disagrees.
        """
        text = query.text.strip()
        entity = self.entities.get(text) if "/" in text else None
        entities: list[Entity] = []
        if entity is not None:
            entities = [entity]
        elif "://" in text:
            entities = self.entities.of_others(text)
        of_kinds = [entity for entity in entities if query.allows(entity)]
        candidates = []
        for entity in of_kinds[: query.limit]:
            agree = self._agreement(query, entity)
            match = len(of_kinds) == 1 and all(agree.values())
            candidate = ScoredCandidate(
                entity, 100.0, 100.0, text, same=True, match=match, agree=agree
            )
            candidates.append(candidate)
        return candidates

    def _by_name(self, query: CandidateQuery, limit: int) -> list[MatchCandidate]:
        """The candidates for the text, or for another reading of it that names one resource."""
        candidates = self.index.candidates(query.text, query.kinds, limit, one_error_is_safe=True)
        if any(candidate.same for candidate in candidates):
            return candidates
        for reading in readings(query.text, query.kinds):
            kinds = reading.kinds or query.kinds
            named = [self._safe_candidate(text, kinds) for text in reading.texts]
            first = named[0]
            if first is None:
                continue
            if all(candidate and candidate.resource == first.resource for candidate in named):
                others = [
                    candidate for candidate in candidates if candidate.resource != first.resource
                ]
                return [replace(first, score=READ), *others][:limit]
        return candidates

    def _safe_candidate(self, text: str, kinds: tuple[str, ...]) -> MatchCandidate | None:
        """The resource that has a name or code alone, if there is one."""
        candidates = self.index.candidates(text, kinds, _CANDIDATES_OF_VALUE)
        return next((candidate for candidate in candidates if candidate.safe), None)

    def _by_keys(self, query: CandidateQuery) -> Iterable[Entity]:
        """The entities whose codes are among the given values."""
        for given in query.given:
            if not given.is_key():
                continue
            for value in given.values:
                padded = value.strip().zfill(3) if given.property.id == "gcm:m49" else value
                names = self.index.of_code(padded, query.kinds)
                entities_of_code = (self.entities.get(name.resource) for name in names)
                identified = self.entities.get(value)
                for entity in (*entities_of_code, identified, *self.entities.of_others(value)):
                    if entity and query.allows(entity):
                        yield entity

    def _agreement(self, query: CandidateQuery, entity: Entity) -> dict[str, bool]:
        """Whether the values of each given property agree; without those that the graph lacks."""
        agree: dict[str, bool] = {}
        for given in query.given:
            terms = self.properties.terms(entity, given.property)
            if terms:
                identifier = given.property.id
                agrees = self._any_agrees(given.values, terms)
                agree[identifier] = agree.get(identifier, True) and agrees
        return agree

    def _any_agrees(self, values: Iterable[str], terms: Iterable[Term]) -> bool:
        """Whether one of the values of a table is one of the graph."""
        stated_values = [self._stated_value(term) for term in terms]
        return any(
            self._agrees(value, stated_value) for value in values for stated_value in stated_values
        )

    def _stated_value(self, term: Term) -> Entity | str:
        """The entity that a term is, else its text."""
        text = str(getattr(term, "value", term))
        entity = self.entities.get(text) if isinstance(term, IRI) else None
        return entity or text

    def _agrees(self, value: str, stated_value: Entity | str) -> bool:
        """Whether a value of a table is that of the graph.

        It is a text, a code, an entity, an IRI, or the last part of an IRI.
        """
        if isinstance(stated_value, str):
            return _agrees_with_text(value, stated_value)
        entity = stated_value
        if self.entities.get(value) == entity or entity in self.entities.of_others(value):
            return True
        candidates = self.index.candidates(value, (entity.kind,), _CANDIDATES_OF_VALUE)
        return any(
            candidate.resource == entity.id and candidate.score >= SAME_LETTERS
            for candidate in candidates
        )

    def _score(
        self, query: CandidateQuery, entity: Entity, candidate: MatchCandidate | None
    ) -> ScoredCandidate:
        """The candidate of an entity, which was found by its name if `candidate` is given."""
        agree = self._agreement(query, entity)
        share = sum(agree.values()) / len(agree) if agree else None
        name_score = candidate.score if candidate else 0.0
        if not query.text.strip():
            score = 100 * (share or 0.0)
        elif share is None:
            score = name_score
        else:
            score = name_score * (100 - _EVIDENCE) / 100 + _EVIDENCE * share
        return ScoredCandidate(
            entity=entity,
            score=round(score, 1),
            name_score=name_score if query.text.strip() else None,
            name=candidate.name.text if candidate else None,
            same=candidate is not None and candidate.same,
            match=candidate is not None and candidate.safe,
            agree=agree,
        )


def _indexed_name(row: NameRow) -> Name:
    """A name of the search file for the index of names."""
    return Name(
        row.resource,
        row.kind,
        row.text,
        row.language,
        row.code,
        main=not row.code and row.rank == 0,
    )


def _agrees_with_text(value: str, text: str) -> bool:
    """Whether a value of a table is a text of the graph, or an IRI or its last part."""
    if "://" not in text:
        return same_value(value, text)
    plain = plain_iri(text)
    local_name = plain.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
    return plain_iri(value) == plain or value.strip() == local_name


def _with_match(query: CandidateQuery, candidates: list[ScoredCandidate]) -> list[ScoredCandidate]:
    """The candidates, with `match` set on the only one that can be accepted without review."""
    acceptable = [
        candidate.entity for candidate in candidates if _is_acceptable(query, candidate, candidates)
    ]
    match = acceptable[0] if len(acceptable) == 1 else None
    return [replace(candidate, match=candidate.entity == match) for candidate in candidates]


def _is_acceptable(
    query: CandidateQuery, candidate: ScoredCandidate, candidates: list[ScoredCandidate]
) -> bool:
    """Whether a candidate can be accepted by its name and its properties, without review."""
    agrees = all(candidate.agree.values())
    if not agrees or says_nothing(query.text):
        return False
    has_code = any(
        candidate.agree.get(given.property.id) for given in query.given if given.is_key()
    )
    if candidate.name_score is None:
        return has_code
    if candidate.match or (has_code and candidate.name_score >= _SIMILAR):
        return True
    has_evidence = any(candidate.agree.values())
    return candidate.same and has_evidence and not _has_rivals(candidate, candidates)


def _has_rivals(candidate: ScoredCandidate, candidates: list[ScoredCandidate]) -> bool:
    """Whether another candidate has a similar name, and no property that disagrees."""
    return any(
        rival.entity != candidate.entity
        and all(rival.agree.values())
        and (rival.name_score or 0) >= _SIMILAR
        for rival in candidates
    )
