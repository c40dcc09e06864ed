"""Entities of one dataset version by short identifiers, and their properties by the identifiers that clients use.

`country/AFG` is the entity `{base}id/country/AFG`.

| identifier | values |
|---|---|
| `iri` | the IRI of the entity |
| `gcm:iso3` | all values of a property, named as in the ontology's prefixes or by its whole IRI |
| `skos:prefLabel@fr` | its texts in one language |
| `skos:exactMatch@metadata.un.org` | its IRIs at one host |
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.text import fold_name
from gcmgraph.publication.descriptions import Labels
from gcmgraph.publication.lists.index import Listings
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, XSD, Literal, Term, Triple, Vocabulary
from gcmgraph.store.port import Store

#: The property that links an entity with an external one.
SAME_AS = "skos:exactMatch"


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity: short identifier, kind, IRI."""

    id: str
    kind: str
    iri: IRI


class Entities:
    """The entities of one dataset version."""

    def __init__(
        self, store: Store, addresses: Addresses, listings: Listings, labels: Labels
    ) -> None:
        self.space = f"{addresses.base}id/"
        self._labels = labels
        self._entities = {
            iri.value.removeprefix(self.space): Entity(
                iri.value.removeprefix(self.space), kind, iri
            )
            for kind in KINDS
            for iri in listings.of(kind).members
        }
        #: kinds that have entities, in the order of the model
        self.kinds = tuple(listings.counts())
        self._external: dict[str, list[Entity]] = {}
        for triple in store.triples(predicate=Vocabulary(addresses)(SAME_AS)):
            if isinstance(triple.subject, IRI) and isinstance(triple.object, IRI):
                entity = self.get(triple.subject.value)
                linked = self._external.setdefault(plain_iri(triple.object.value), [])
                if entity is not None and entity not in linked:
                    linked.append(entity)
        self._addresses = addresses

    def kind_of_class(self, name: str) -> str | None:
        """The kind of a class by its IRI, its CURIE, or its name in our ontology; None for other names."""
        for kind, row in KINDS.items():
            for curie in row.classes:
                if name in {curie, curie.removeprefix("gcm:"), self._addresses.expand(curie)}:
                    return kind if kind in self.kinds else None
        return None

    def __iter__(self) -> Iterator[Entity]:
        """All entities."""
        return iter(self._entities.values())

    def get(self, identifier: str) -> Entity | None:
        """The entity of a short identifier or an IRI, or None."""
        return self._entities.get(identifier.strip().removeprefix(self.space))

    def of_others(self, iri: str) -> list[Entity]:
        """The entities linked with an external IRI.

        The scheme and a slash at the end are ignored.
        """
        return self._external.get(plain_iri(iri), [])

    def name(self, entity: Entity, language: str) -> str:
        """The label of an entity in a language or the next best, else its identifier."""
        label = self._labels.of(entity.iri, language)
        named = label.language is not None or self._labels.notation(entity.iri) is not None
        return label.text if named and label.text.strip() else entity.id

    def notation(self, entity: Entity) -> str | None:
        """The code of an entity."""
        return self._labels.notation(entity.iri)


def plain_iri(iri: str) -> str:
    """An IRI without its scheme and a slash at its end, which people write in several ways."""
    _, colon, rest = iri.strip().partition("://")
    return (rest if colon else iri.strip()).rstrip("/")


def same_value(given: str, value: str) -> bool:
    """Whether two texts have the same words, or are the same number with and without leading zeros."""
    one, other = fold_name(given), fold_name(value)
    if one == other and one:
        return True
    return one.isdecimal() and other.isdecimal() and one.lstrip("0") == other.lstrip("0")


#: The pseudo-property for the IRI of the entity.
ADDRESS = "iri"

#: Predicate of properties that no statement of the graph has.
UNKNOWN = IRI("urn:gcmgraph:unknown-property")

#: Entities of a kind that are sampled to propose its properties.
_SAMPLE = 200

_WHOLE = frozenset(
    f"{XSD}{name}"
    for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger")
)
_REAL = frozenset(f"{XSD}{name}" for name in ("decimal", "double", "float"))

#: Limit on the digits of numbers; longer ones are returned as text.
_MOST_DIGITS = 15

Value = Entity | str | int | float


@dataclass(frozen=True)
class EntityProperty:
    """A property, optionally restricted to a language or a host."""

    id: str
    #: None for the IRI of the entity
    predicate: IRI | None
    language: str | None = None
    host: str | None = None


class Properties:
    """Properties of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses, entities: Entities) -> None:
        self._store = store
        self._addresses = addresses
        self._entities = entities

    def get(self, identifier: str) -> EntityProperty | None:
        """The property of an identifier; None if no statement of the graph has it."""
        if identifier == ADDRESS:
            return EntityProperty(ADDRESS, None)
        name, at, narrowed = identifier.partition("@")
        predicate = self._predicate(name)
        if predicate is None or (at and not narrowed):
            return None
        if not at:
            return EntityProperty(identifier, predicate)
        return EntityProperty(
            identifier,
            predicate,
            *((None, narrowed) if "." in narrowed else (narrowed.lower(), None)),
        )

    def _predicate(self, name: str) -> IRI | None:
        try:
            predicate = IRI(
                name if name.startswith(("http://", "https://")) else self._addresses.expand(name)
            )
        except (KeyError, ValueError):  # unknown prefix; invalid IRI
            return None
        return (
            predicate if next(self._store.triples(predicate=predicate), None) is not None else None
        )

    def terms(self, entity: Entity, prop: EntityProperty) -> list[Term]:
        """The values of a property of an entity as terms, sorted."""
        if prop.predicate is None:
            return [entity.iri]
        found = {quad.object for quad in self._store.quads(entity.iri, prop.predicate)}
        terms = (term for term in found if not isinstance(term, Triple))
        return sorted((term for term in terms if _is_within(term, prop)), key=str)

    def values(self, entity: Entity, prop: EntityProperty) -> list[Value]:
        """The values of a property of an entity: entities, numbers, texts."""
        if prop.predicate is None:
            return [entity.iri.value]
        return [self._value(term) for term in self.terms(entity, prop)]

    def _value(self, term: Term) -> Value:
        if isinstance(term, IRI):
            return self._entities.get(term.value) or term.value
        if isinstance(term, Literal) and len(term.value) <= _MOST_DIGITS:
            try:
                if term.datatype.value in _WHOLE:
                    return int(term.value)
                if (
                    term.datatype.value in _REAL
                    and term.value.strip("+-").replace(".", "", 1).isdecimal()
                ):
                    return float(term.value)
            except ValueError:  # not in the form of its datatype
                return term.value
        return term.value

    def of_kind(self, kind: str) -> list[EntityProperty]:
        """The properties of the entities of a kind, most common first."""
        return list(self._by_kind.get(kind, ()))

    def all(self) -> list[EntityProperty]:
        """The properties of all kinds."""
        found = {each.id: each for of_kind in self._by_kind.values() for each in of_kind}
        return list(found.values())

    @cached_property
    def _by_kind(self) -> dict[str, list[EntityProperty]]:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        sampled: Counter[str] = Counter()
        for entity in self._entities:
            sampled[entity.kind] += 1
            if sampled[entity.kind] <= _SAMPLE:
                quads = self._store.quads(entity.iri)
                counts[entity.kind].update(
                    {i for q in quads for i in self._identifiers(q.predicate, q.object)}
                )
        return {kind: list(self._ordered(found)) for kind, found in counts.items()}

    def _ordered(self, counts: dict[str, int]) -> Iterator[EntityProperty]:
        yield EntityProperty(ADDRESS, None)
        for identifier in sorted(counts, key=lambda i: (-counts[i], i)):
            if (found := self.get(identifier)) is not None:
                yield found

    def _identifiers(self, predicate: IRI, value: Term | Triple) -> Iterator[str]:
        curie = self._addresses.compress(predicate.value)
        if curie is None:
            return
        yield curie
        if isinstance(value, Literal) and value.language is not None:
            yield f"{curie}@{value.language}"
        elif isinstance(value, IRI) and not value.value.startswith(self._addresses.base):
            host = urlsplit(value.value).hostname
            if host and "." in host:
                yield f"{curie}@{host}"


def _is_within(term: Term, prop: EntityProperty) -> bool:
    if prop.language is not None:
        return isinstance(term, Literal) and (term.language or "").lower() == prop.language
    if prop.host is not None:
        return isinstance(term, IRI) and urlsplit(term.value).hostname == prop.host
    return True
