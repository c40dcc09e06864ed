"""Parts of a claim (resource, relation, value), and what they mean in one dataset version.

Names are resolved as in reconciliation, but for typing errors; relations by the table of
`model.relations`. An ambiguous part is not understood, and has candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from gcmgraph.model.kinds import KINDS
from gcmgraph.model.relations import LITERALS, Relation, relations
from gcmgraph.platform.similarity import nearest
from gcmgraph.platform.text import fold_name
from gcmgraph.publication.claim_ranges import BOUNDS
from gcmgraph.publication.claim_short_names import ShortNames
from gcmgraph.publication.descriptions import Labels
from gcmgraph.publication.reconciliation.entities import Entity
from gcmgraph.publication.reconciliation.reconciler import (
    CandidateQuery,
    Reconciler,
    ScoredCandidate,
)
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.translations import LANGUAGES

#: Limit on the characters of a part of a claim.
MAX_LENGTH = 500

#: Limit on the candidates of a part that is not understood.
_MAX_CANDIDATES = 6

#: Number of candidates that are compared for a part.
_COMPARED = 20

#: Lowest score of a candidate that is shown.
_SIMILAR = 60

#: Control characters and surrogates, which no name has.
_NO_NAME = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Claim:
    """A claim, as its author wrote it.

    `unit` and `bound` belong to a number, `bound` also to a date, `date` to a party of a treaty.
    """

    resource: str
    relation: str
    value: str
    unit: str = ""
    bound: str = ""
    date: str = ""


@dataclass(frozen=True)
class UnderstoodClaim:
    """A claim whose parts are understood."""

    claim: Claim
    resource: Entity
    relation: Relation
    #: the value of a claim on a resource
    value: IRI | None
    #: whether the resource has at most one value
    has_one_value: bool
    #: language of units and notes
    language: str

    @property
    def form(self) -> str:
        """The form of the values: a kind of resources, or one of `LITERALS`."""
        return self.relation.values[0]


class UnclearPartError(Exception):
    """A part of a claim that is not understood, the reason, and the resources that it may mean."""

    def __init__(self, part: str, reason: str, candidates: Iterable[IRI] = ()) -> None:
        super().__init__(reason)
        self.part = part
        self.reason = reason
        self.candidates = tuple(dict.fromkeys(candidates))[:_MAX_CANDIDATES]


class ClaimReader:
    """Resolves the parts of claims by the names of one dataset version."""

    def __init__(
        self, store: Store, addresses: Addresses, labels: Labels, reconciler: Reconciler
    ) -> None:
        self._store = store
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        self._labels = labels
        self._reconciler = reconciler
        self._relations_by_name: dict[str, list[Relation]] = {}
        for relation in relations():
            for name in self._names(relation):
                self._relations_by_name.setdefault(name, []).append(relation)

    def read(self, claim: Claim, language: str) -> UnderstoodClaim:
        """A claim with its resource, its relation and its value. Raises `UnclearPartError`."""
        _require_parts(claim)
        named_relations = self.named_relations(claim.relation)
        kinds = tuple(kind for relation in named_relations for kind in relation.kinds)
        resource = self._subject(claim.resource, kinds)
        relation = next(relation for relation in named_relations if resource.kind in relation.kinds)
        _require_fit(claim, relation)
        is_literal = relation.values[0] in LITERALS
        value = None if is_literal else self._value(claim.value, relation)
        has_one_value = "one" in relation.rules or self._at_most_one(relation, resource.kind)
        return UnderstoodClaim(claim, resource, relation, value, has_one_value, language)

    def resource(self, text: str) -> Entity:
        """The resource of any kind with a name, code or IRI. Raises `UnclearPartError`."""
        return self._resource("resource", text, ())

    def relations_of(self, kind: str) -> list[Relation]:
        """The relations that resources of a kind have, one of each property."""
        of_kind = [relation for relation in relations() if kind in relation.kinds]
        return list({relation.curie: relation for relation in reversed(of_kind)}.values())[::-1]

    def possible_values(self, relation: Relation) -> list[Entity]:
        """The resources that may be values of a relation."""
        stems = tuple(stem if "/" in stem else f"{stem}/" for stem in relation.values)
        return [entity for entity in self._reconciler.entities if entity.id.startswith(stems)]

    def short_names(self, small_words: Set[str]) -> ShortNames:
        """The shortened names of resources, in which small words do not count."""
        return ShortNames(self._store, self._v, self._reconciler.entities, small_words)

    def _names(self, relation: Relation) -> set[str]:
        """The folded names of a relation."""
        labels = [text.value for _, text in self._labels.statements(self._v(relation.curie))]
        local_name = relation.curie.partition(":")[2]
        return {fold_name(name) for name in (*labels, *relation.names, relation.curie, local_name)}

    def named_relations(self, text: str) -> list[Relation]:
        """The relations with a name. Raises `UnclearPartError`."""
        text = self._addresses.rebase(text.strip())
        name = fold_name(self._addresses.compress(text) or text)
        named_relations = self._relations_by_name.get(name, [])
        if not named_relations:
            similar_names = nearest(fold_name(text), self._relations_by_name, _MAX_CANDIDATES)
            similar_relations = (
                relation
                for similar_name in similar_names
                for relation in self._relations_by_name[similar_name]
            )
            raise UnclearPartError("relation", "relation", self._properties(similar_relations))
        return named_relations

    def _properties(self, some_relations: Iterable[Relation]) -> Iterator[IRI]:
        return (self._v(relation.curie) for relation in some_relations)

    def _subject(self, text: str, kinds: Sequence[str]) -> Entity:
        """The resource of a claim, of one of the kinds that its relation has."""
        try:
            return self._resource("resource", text, kinds)
        except UnclearPartError:
            self._require_kind(text, kinds)
            raise

    def _require_kind(self, text: str, kinds: Sequence[str]) -> None:
        """Raise `UnclearPartError` for the name of a resource of another kind."""
        kind = ""
        with suppress(UnclearPartError):
            kind = self._resource("resource", text, ()).kind
        if kind and kind not in kinds:
            fitting = (relation for relation in relations() if kind in relation.kinds)
            raise UnclearPartError("relation", "unfit", self._properties(fitting)) from None

    def _resource(self, part: str, text: str, allowed: Sequence[str]) -> Entity:
        """The resource of a name, code or IRI.

        `allowed` are kinds, and stems of concepts (`concept/audience`); empty for any kind.
        """
        text = self._addresses.rebase(text.strip())
        with suppress(KeyError):
            iri = self._addresses.expand(text)
            text = iri if self._reconciler.entities.get(iri) else text
        kinds = tuple(dict.fromkeys(stem.partition("/")[0] for stem in allowed))
        stems = tuple(stem if "/" in stem else f"{stem}/" for stem in allowed) or ("",)
        candidates = self._reconciler.candidates(CandidateQuery(text, kinds, limit=_COMPARED))
        possible = [candidate for candidate in candidates if candidate.entity.id.startswith(stems)]
        entity = (
            _only_match(possible)
            or _only_equal_name(possible, candidates)
            or self._titled(possible, text)
        )
        if entity is None:
            raise _unclear(part, possible)
        return entity

    def _titled(self, possible: Sequence[ScoredCandidate], text: str) -> Entity | None:
        """The practice with this title and objective, where another practice has the title, too."""
        if any(candidate.same for candidate in possible):
            return None
        name = fold_name(text)
        entities = [candidate.entity for candidate in possible]
        return _only([entity for entity in entities if name in self._titles(entity.iri)])

    def _titles(self, iri: IRI) -> set[str]:
        """The folded labels of a resource.

        If two practices have a title, the labels of both name their objectives.
        """
        return {fold_name(self._labels.of(iri, language).text) for language in LANGUAGES}

    def _value(self, text: str, relation: Relation) -> IRI:
        """The resource that is the value of a claim.

        A State as an organisation is its government.
        """
        try:
            return self._resource("value", text, relation.values).iri
        except UnclearPartError:
            government = self._government(text) if relation.values == ("organisation",) else None
            if government is None:
                raise
            return government

    def _government(self, text: str) -> IRI | None:
        """The government of the State with this name."""
        try:
            state = self._resource("value", text, ("country",)).iri
        except UnclearPartError:
            return None
        government = self._v("concept:organisation-kind/government")
        governments = []
        for located in self._store.triples(None, self._v("dct:spatial"), state):
            organisation = located.subject
            is_government = government in self._objects(organisation, "dct:type")
            if isinstance(organisation, IRI) and is_government:
                governments.append(organisation)
        return _only(governments)

    def _at_most_one(self, relation: Relation, kind: str) -> bool:
        """Whether a shape permits resources of a kind one value only."""
        if relation.paths != (relation.curie,):
            return False
        classes = {self._v(curie) for curie in KINDS[kind].classes}
        predicate = self._v(relation.curie)
        return any(
            Literal(1) in self._objects(path.subject, "sh:maxCount")
            and not classes.isdisjoint(self._target_classes(path.subject))
            for path in self._store.triples(None, self._v("sh:path"), predicate)
        )

    def _target_classes(self, property_shape: object) -> Iterator[object]:
        """The classes of the shapes that have a property shape."""
        if isinstance(property_shape, IRI):
            for triple in self._store.triples(None, self._v("sh:property"), property_shape):
                yield from self._objects(triple.subject, "sh:targetClass")

    def _objects(self, subject: object, curie: str) -> list[object]:
        """The values of a property of a resource; none of a blank node."""
        if not isinstance(subject, IRI):
            return []
        return [triple.object for triple in self._store.triples(subject, self._v(curie))]


def _require_parts(claim: Claim) -> None:
    """Raise `UnclearPartError` for a part that is missing, too long, or no text."""
    for part in ("resource", "relation", "value"):
        if not getattr(claim, part).strip():
            raise UnclearPartError(part, "missing")
    for part, text in vars(claim).items():
        if len(text) > MAX_LENGTH or _NO_NAME.search(text):
            raise UnclearPartError(part, "long")
    if claim.bound not in ("", *BOUNDS):
        raise UnclearPartError("bound", "bound")


def _require_fit(claim: Claim, relation: Relation) -> None:
    """Raise `UnclearPartError` for a bound, a unit or a date that the relation does not have."""
    form = relation.values[0]
    if form == "figure":
        if claim.unit:
            raise UnclearPartError("unit", "unit")
        return
    if claim.date and not any("[" in path for path in relation.paths):
        raise UnclearPartError("date", "day")
    if claim.bound and form not in ("number", "date") and not claim.date:
        raise UnclearPartError("bound", "bound")
    if claim.unit and form != "number":
        raise UnclearPartError("unit", "unit")


def _only(values: Sequence[_Value]) -> _Value | None:
    """The only value of a sequence; None if there are more or none."""
    return values[0] if len(values) == 1 else None


def _only_match(possible: Sequence[ScoredCandidate]) -> Entity | None:
    """The only resource with this name or code.

    A name with a typing error may be that of another resource.
    """
    return _only([candidate.entity for candidate in possible if candidate.match and candidate.same])


def _only_equal_name(
    possible: Sequence[ScoredCandidate], candidates: Sequence[ScoredCandidate]
) -> Entity | None:
    """The only possible resource of this name, where its namesakes cannot be meant."""
    equal_names = [candidate.entity for candidate in possible if candidate.same]
    has_namesakes = sum(candidate.same for candidate in candidates) > 1
    return _only(equal_names) if has_namesakes else None


def _unclear(part: str, possible: Sequence[ScoredCandidate]) -> UnclearPartError:
    """The error of a name that no resource, or more than one, has; with the candidates."""
    equal_names = [candidate for candidate in possible if candidate.same]
    rivals: Sequence[ScoredCandidate] = equal_names or possible
    if len(equal_names) == 1:
        kind = equal_names[0].entity.kind
        rivals = [candidate for candidate in possible if candidate.entity.kind == kind]
    similar = [
        candidate.entity.iri
        for candidate in rivals
        if candidate.same or candidate.score >= _SIMILAR
    ]
    if equal_names:
        return UnclearPartError(part, "ambiguous", similar)
    return UnclearPartError(part, "similar" if similar else "unknown", similar)
