"""Candidates for a name in a table, weighed with what the table says besides.

The score of a candidate is that of its name (`linking.matching.candidates`). Where properties are given of which the
graph has values for the candidate, they count for 40 of 100: the share of them that agree. A candidate that disagrees
in one is never a safe match. A code that agrees makes a name safe that would not be so alone: Congo with COD.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from gcmgraph.linking.matching.candidates import SAME_LETTERS, Candidate
from gcmgraph.linking.matching.names import says_nothing
from gcmgraph.model.terms import IRI
from gcmgraph.publication.reconciliation.entities import SAME_AS, Entities, Entity, plain_iri, same_value
from gcmgraph.publication.reconciliation.name_index import StoredMatchIndex
from gcmgraph.publication.reconciliation.properties import Properties, Property
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.publication.search.labels import CODES

#: Kinds whose names people shorten to the name of another thing.
SHORTENED_KINDS = frozenset({"country"})

#: Properties that tell one thing from all others of its kind.
KEYS = frozenset({*CODES, "iri", SAME_AS})

#: Points of 100 that properties count for.
_EVIDENCE = 40

#: How alike, of 100, a name must be for a code to make it safe.
_ALIKE = 65

#: Candidates that are weighed, at least.
_WEIGHED = 20


@dataclass(frozen=True, slots=True)
class Given:
    """A property with the values that a table has for it: texts, numbers, identifiers of things."""

    property: Property
    values: tuple[str, ...]

    def is_key(self) -> bool:
        """Whether it tells one thing from all others."""
        return self.property.id.partition("@")[0] in KEYS


@dataclass(frozen=True, slots=True)
class ReconciliationQuery:
    """What is looked for: a name, or things that agree in properties, or both; of some kinds or of any."""

    text: str
    kinds: tuple[str, ...] = ()
    limit: int = 5
    given: tuple[Given, ...] = ()


@dataclass(frozen=True)
class Weighed:
    """A candidate."""

    entity: Entity
    #: 0 to 100
    score: float
    #: the score of the name alone; None where no name was looked for
    name_score: float | None
    #: the closest of its names
    name: str | None
    #: whether name or code are the same
    same: bool
    #: whether it can be taken without asking
    match: bool
    #: identifiers of properties: whether they agree. Those of which the graph has no value are left out
    agree: dict[str, bool] = field(default_factory=dict)


class Reconciler:
    """Candidates from one dataset version."""

    def __init__(self, entities: Entities, properties: Properties, labels: SearchIndex) -> None:
        self.entities = entities
        self.properties = properties
        self.labels = labels
        self.index = StoredMatchIndex(labels, SHORTENED_KINDS)

    def candidates(self, query: ReconciliationQuery) -> list[Weighed]:
        """The candidates for a query, best first; at most one of them is a match."""
        if identified := self._identified(query):
            return identified
        by_name = self.index.candidates(query.text, query.kinds, max(query.limit, _WEIGHED if query.given else 0))
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

    def _identified(self, query: ReconciliationQuery) -> list[Weighed]:
        """The things that a query names by identifier or IRI."""
        text = query.text.strip()
        own = self.entities.get(text) if "/" in text else None
        found = [own] if own else self.entities.of_others(text) if "://" in text else []
        found = [entity for entity in found if not query.kinds or entity.kind in query.kinds]
        weighed = [Weighed(entity, 100.0, 100.0, text, same=True, match=len(found) == 1) for entity in found]
        agreeing = [replace(one, agree=self._agreement(query, one.entity)) for one in weighed]
        return [replace(one, match=one.match and all(one.agree.values())) for one in agreeing][: query.limit]

    def _without_evidence(self, candidate: Candidate) -> Weighed:
        entity = self.entities.get(candidate.thing)
        assert entity is not None  # noqa: S101 - names are of things of the same catalogue
        score = candidate.score
        return Weighed(entity, score, score, candidate.name.text, candidate.same, candidate.safe)

    def _by_keys(self, query: ReconciliationQuery) -> Iterable[Entity]:
        """The things whose codes are among the values given."""
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

    def _agreement(self, query: ReconciliationQuery, entity: Entity) -> dict[str, bool]:
        agree: dict[str, bool] = {}
        for given in query.given:
            if terms := self.properties.terms(entity, given.property):
                held = [self._texts(term) for term in terms]
                agree[given.property.id] = any(self._agrees(value, texts) for value in given.values for texts in held)
        return agree

    def _texts(self, term: object) -> tuple[Entity | None, str]:
        value = str(getattr(term, "value", term))
        return (self.entities.get(value) if isinstance(term, IRI) else None), value

    def _agrees(self, given: str, held: tuple[Entity | None, str]) -> bool:
        """Whether a value of a table is a value of the graph: the text, the code, the thing, an IRI or its end."""
        entity, text = held
        if entity is None:
            if "://" not in text:
                return same_value(given, text)
            plain = plain_iri(text)
            return plain_iri(given) == plain or given.strip() == plain.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
        if self.entities.get(given) == entity or entity in self.entities.of_others(given):
            return True
        near = self.index.candidates(given, (entity.kind,), 3)
        return any(one.thing == entity.id and one.score >= SAME_LETTERS for one in near)

    def _weigh(self, query: ReconciliationQuery, entity: Entity, candidate: Candidate | None) -> Weighed:
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
        return Weighed(entity, round(score, 1), named, text, same, safe, agree)

    def _decided(self, query: ReconciliationQuery, weighed: list[Weighed]) -> list[Weighed]:
        """The candidates with the one marked that can be taken without asking, if there is one."""
        keys = {given.property.id for given in query.given if given.is_key()}

        def safe(one: Weighed) -> bool:
            if not all(one.agree.values()) or says_nothing(query.text):
                return False
            coded = any(one.agree.get(key) for key in keys)
            if one.name_score is None:
                return coded
            others = (other for other in weighed if other.entity != one.entity and all(other.agree.values()))
            rivals = any((other.name_score or 0) >= _ALIKE for other in others)
            told_apart = one.same and any(one.agree.values()) and not rivals
            return one.match or (coded and one.name_score >= _ALIKE) or told_apart

        matches = [one.entity for one in weighed if safe(one)]
        return [replace(one, match=len(matches) == 1 and one.entity == matches[0]) for one in weighed]
