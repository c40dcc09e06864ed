"""Scoring of candidates for a name in a table, with property values of the table as evidence.

The score of a candidate is that of its name (`linking.matching`). Given properties for which the graph has
values count for 40 of 100: the share that agrees. A candidate that disagrees in one is never a match. An agreeing code
makes a name a match that would be ambiguous alone: Congo with COD.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from gcmgraph.linking.matching import SAME_LETTERS, MatchCandidate, MatchIndex, Name, readings, says_nothing
from gcmgraph.model.terms import IRI
from gcmgraph.publication.reconciliation.entities import (
    SAME_AS,
    Entities,
    Entity,
    EntityProperty,
    Properties,
    plain_iri,
    same_value,
)
from gcmgraph.publication.search.file import CODES
from gcmgraph.publication.search.index import SearchIndex

#: Kinds whose names people shorten to the name of another entity.
SHORTENED_KINDS = frozenset({"country"})

#: Properties that identify an entity of a kind.
KEYS = frozenset({*CODES, "iri", SAME_AS})

#: Points of properties, of 100.
_EVIDENCE = 40

#: Minimum score of a name that an agreeing code makes a match.
_ALIKE = 65

#: Score of a name that is found by another reading of the text.
READ = 96.0

#: Minimum number of candidates that are scored.
_WEIGHED = 20


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """A property with its values in a table: texts, numbers, identifiers of entities."""

    property: EntityProperty
    values: tuple[str, ...]
    #: whether an entity that has none of the values is sought
    excluded: bool = False
    #: whether a candidate that does not agree is left out; one whose property the graph lacks does not agree
    required: bool = False

    def is_key(self) -> bool:
        """Whether the values identify an entity."""
        return self.property.id.partition("@")[0] in KEYS and not self.excluded


@dataclass(frozen=True, slots=True)
class CandidateQuery:
    """A reconciliation query: a name, or property values, or both; for some kinds or any."""

    text: str
    kinds: tuple[str, ...] = ()
    limit: int = 5
    given: tuple[PropertyValue, ...] = ()


@dataclass(frozen=True)
class ScoredCandidate:
    """A candidate."""

    entity: Entity
    #: 0 to 100
    score: float
    #: score of the name alone; None for a query without a name
    name_score: float | None
    #: closest of its names
    name: str | None
    #: whether name or code are equal
    same: bool
    #: whether it can be accepted without review
    match: bool
    #: identifier of a property to whether it agrees; properties without values in the graph are left out
    agree: dict[str, bool] = field(default_factory=dict)


class Reconciler:
    """Reconciliation with the entities of one dataset version."""

    def __init__(self, entities: Entities, properties: Properties, labels: SearchIndex) -> None:
        self.entities = entities
        self.properties = properties
        self.labels = labels
        names = (
            Name(row.resource, row.kind, row.text, row.language, row.code, main=not row.code and row.rank == 0)
            for row in labels.names
        )
        self.index = MatchIndex(names, SHORTENED_KINDS, self._areas())

    def _areas(self) -> frozenset[str]:
        """Areas that are no States. Their names do not make that of a State ambiguous: Samoa, American Samoa."""
        kind = self.properties.get("dct:type")
        return frozenset(
            entity.id
            for entity in self.entities
            if entity.kind == "country" and kind is not None and self.properties.terms(entity, kind)
        )

    def candidates(self, query: CandidateQuery) -> list[ScoredCandidate]:
        """The candidates for a query, best first; at most one of them is a match."""
        required = [given.property.id for given in query.given if given.required]
        return [one for one in self._candidates(query) if all(one.agree.get(name) for name in required)]

    def _candidates(self, query: CandidateQuery) -> list[ScoredCandidate]:
        if identified := self._identified(query):
            return identified
        by_name = self._by_name(query, max(query.limit, _WEIGHED if query.given else 0))
        if not query.given:
            return [self._without_evidence(candidate) for candidate in by_name]
        found = {candidate.thing: candidate for candidate in by_name}
        entities = {thing: self.entities.get(thing) for thing in found}
        for entity in self._by_keys(query):
            entities.setdefault(entity.id, entity)
        weighed = [self._weigh(query, entity, found.get(thing)) for thing, entity in entities.items() if entity]
        weighed = [one for one in weighed if one.score > 0]
        weighed.sort(key=lambda one: (-one.score, one.entity.id))
        return self._decided(query, weighed)[: query.limit]

    def _identified(self, query: CandidateQuery) -> list[ScoredCandidate]:
        """The entities whose identifier or IRI is the text of the query."""
        text = query.text.strip()
        own = self.entities.get(text) if "/" in text else None
        found = [own] if own else self.entities.of_others(text) if "://" in text else []
        found = [entity for entity in found if not query.kinds or entity.kind in query.kinds]
        weighed = [ScoredCandidate(entity, 100.0, 100.0, text, same=True, match=len(found) == 1) for entity in found]
        agreeing = [replace(one, agree=self._agreement(query, one.entity)) for one in weighed]
        return [replace(one, match=one.match and all(one.agree.values())) for one in agreeing][: query.limit]

    def _by_name(self, query: CandidateQuery, limit: int) -> list[MatchCandidate]:
        """The candidates for the text, or for another reading of it that names one resource."""
        found = self.index.candidates(query.text, query.kinds, limit, errors=True)
        if not any(candidate.same for candidate in found):
            for reading in readings(query.text, query.kinds):
                named = [self._named(text, reading.kinds or query.kinds) for text in reading.texts]
                if named[0] is not None and all(one is not None and one.thing == named[0].thing for one in named):
                    read = replace(named[0], score=READ)
                    return [read, *(one for one in found if one.thing != read.thing)][:limit]
        return found

    def _named(self, text: str, kinds: tuple[str, ...]) -> MatchCandidate | None:
        """The resource that has a name or code alone, if there is one."""
        return next((one for one in self.index.candidates(text, kinds, 3) if one.safe), None)

    def _without_evidence(self, candidate: MatchCandidate) -> ScoredCandidate:
        entity = self.entities.get(candidate.thing)
        assert entity is not None  # noqa: S101 - names and entities are of the same version
        score = candidate.score
        return ScoredCandidate(entity, score, score, candidate.name.text, candidate.same, candidate.safe)

    def _by_keys(self, query: CandidateQuery) -> Iterable[Entity]:
        """The entities whose codes are among the given values."""
        for given in query.given:
            if not given.is_key():
                continue
            for value in given.values:
                padded = value.strip().zfill(3) if given.property.id == "gcm:m49" else value
                names = self.index.of_code(padded, query.kinds)
                own = self.entities.get(value)
                of_codes = (self.entities.get(name.thing) for name in names)
                for entity in (*of_codes, own, *self.entities.of_others(value)):
                    if entity and (not query.kinds or entity.kind in query.kinds):
                        yield entity

    def _agreement(self, query: CandidateQuery, entity: Entity) -> dict[str, bool]:
        agree: dict[str, bool] = {}
        for given in query.given:
            known = [self._texts(term) for term in self.properties.terms(entity, given.property)]
            if known or given.excluded:
                found = any(self._agrees(value, texts) for value in given.values for texts in known)
                agree[given.property.id] = agree.get(given.property.id, True) and found is not given.excluded
        return agree

    def _texts(self, term: object) -> tuple[Entity | None, str]:
        value = str(getattr(term, "value", term))
        return (self.entities.get(value) if isinstance(term, IRI) else None), value

    def _agrees(self, given: str, known: tuple[Entity | None, str]) -> bool:
        """Whether a value of a table is that of the graph: a text, a code, an entity, an IRI or its last part."""
        entity, text = known
        if entity is None:
            if "://" not in text:
                return same_value(given, text)
            plain = plain_iri(text)
            return plain_iri(given) == plain or given.strip() == plain.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
        if self.entities.get(given) == entity or entity in self.entities.of_others(given):
            return True
        near = self.index.candidates(given, (entity.kind,), 3)
        return any(one.thing == entity.id and one.score >= SAME_LETTERS for one in near)

    def _weigh(self, query: CandidateQuery, entity: Entity, candidate: MatchCandidate | None) -> ScoredCandidate:
        agree = self._agreement(query, entity)
        share = sum(agree.values()) / len(agree) if agree else None
        named = None if not query.text.strip() else candidate.score if candidate else 0.0
        if named is None:
            score = 100 * (share or 0.0)
        elif share is None:
            score = named
        else:
            score = named * (100 - _EVIDENCE) / 100 + _EVIDENCE * share
        text = candidate.name.text if candidate else None
        same = candidate is not None and candidate.same
        safe = candidate is not None and candidate.safe
        return ScoredCandidate(entity, round(score, 1), named, text, same, safe, agree)

    def _decided(self, query: CandidateQuery, weighed: list[ScoredCandidate]) -> list[ScoredCandidate]:
        """The candidates, with `match` set on the only one that can be accepted without review, if any."""
        keys = {given.property.id for given in query.given if given.is_key()}

        def safe(one: ScoredCandidate) -> bool:
            if not all(one.agree.values()) or says_nothing(query.text):
                return False
            coded = any(one.agree.get(key) for key in keys)
            if one.name_score is None:
                return coded
            others = (other for other in weighed if other.entity != one.entity and all(other.agree.values()))
            rivals = any((other.name_score or 0) >= _ALIKE for other in others)
            distinct = one.same and any(one.agree.values()) and not rivals
            return one.match or (coded and one.name_score >= _ALIKE) or distinct

        matches = [one.entity for one in weighed if safe(one)]
        return [replace(one, match=len(matches) == 1 and one.entity == matches[0]) for one in weighed]
