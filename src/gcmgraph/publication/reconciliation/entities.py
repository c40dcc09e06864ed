"""Entities of one dataset version by short identifiers, and their properties.

`country/AFG` is the entity `{base}id/country/AFG`. Clients use these identifiers of properties:

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
from contextlib import suppress
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
_MAX_DIGITS = 15


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
        self._entities: dict[str, Entity] = {}
        for kind in KINDS:
            for iri in listings.of(kind).members:
                identifier = iri.value.removeprefix(self.space)
                self._entities[identifier] = Entity(identifier, kind, iri)
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
        """The kind of a class by its IRI, its CURIE, or its name in our ontology.

        None for other names.
        """
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
    _, separator, after_scheme = iri.strip().partition("://")
    return (after_scheme if separator else iri.strip()).rstrip("/")


def same_value(given: str, value: str) -> bool:
    """Whether two texts have the same words, or are the same number but for leading zeros.

    >>> same_value("4", "004"), same_value("Cote d'Ivoire", "Côte d’Ivoire")
    (True, True)
    """
    folded_given = fold_name(given)
    folded_value = fold_name(value)
    if folded_given == folded_value:
        return bool(folded_given)
    are_numbers = folded_given.isdecimal() and folded_value.isdecimal()
    return are_numbers and folded_given.lstrip("0") == folded_value.lstrip("0")


#: A value of a property, as clients get it.
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
        name, separator, restriction = identifier.partition("@")
        predicate = self._predicate(name)
        if predicate is None or (separator and not restriction):
            return None
        if not separator:
            return EntityProperty(identifier, predicate)
        if "." in restriction:
            return EntityProperty(identifier, predicate, host=restriction)
        return EntityProperty(identifier, predicate, language=restriction.lower())

    def _predicate(self, name: str) -> IRI | None:
        """The property with a CURIE or IRI; None if no statement of the graph has it."""
        is_iri = name.startswith(("http://", "https://"))
        try:
            predicate = IRI(name if is_iri else self._addresses.expand(name))
        except (KeyError, ValueError):  # unknown prefix; invalid IRI
            return None
        is_used = next(self._store.triples(predicate=predicate), None) is not None
        return predicate if is_used else None

    def terms(self, entity: Entity, prop: EntityProperty) -> list[Term]:
        """The values of a property of an entity as terms, sorted."""
        if prop.predicate is None:
            return [entity.iri]
        values = {quad.object for quad in self._store.quads(entity.iri, prop.predicate)}
        terms = [term for term in values if not isinstance(term, Triple)]
        return sorted((term for term in terms if _is_within(term, prop)), key=str)

    def values(self, entity: Entity, prop: EntityProperty) -> list[Value]:
        """The values of a property of an entity: entities, numbers, texts."""
        if prop.predicate is None:
            return [entity.iri.value]
        return [self._value(term) for term in self.terms(entity, prop)]

    def _value(self, term: Term) -> Value:
        if isinstance(term, IRI):
            return self._entities.get(term.value) or term.value
        if isinstance(term, Literal) and len(term.value) <= _MAX_DIGITS:
            with suppress(ValueError):  # not in the form of its datatype
                return _number(term)
        return term.value

    def of_kind(self, kind: str) -> list[EntityProperty]:
        """The properties of the entities of a kind, most common first."""
        return list(self._by_kind.get(kind, ()))

    def all(self) -> list[EntityProperty]:
        """The properties of all kinds."""
        properties: dict[str, EntityProperty] = {}
        for properties_of_kind in self._by_kind.values():
            properties |= {prop.id: prop for prop in properties_of_kind}
        return list(properties.values())

    @cached_property
    def _by_kind(self) -> dict[str, list[EntityProperty]]:
        """The properties of a sample of the entities of each kind, most common first."""
        counts_of: dict[str, Counter[str]] = defaultdict(Counter)
        sampled: Counter[str] = Counter()
        for entity in self._entities:
            sampled[entity.kind] += 1
            if sampled[entity.kind] <= _SAMPLE:
                counts_of[entity.kind].update(self._identifiers_of(entity))
        return {kind: list(self._ordered(counts)) for kind, counts in counts_of.items()}

    def _ordered(self, counts: dict[str, int]) -> Iterator[EntityProperty]:
        yield EntityProperty(ADDRESS, None)
        for identifier in sorted(counts, key=lambda name: (-counts[name], name)):
            entity_property = self.get(identifier)
            if entity_property is not None:
                yield entity_property

    def _identifiers_of(self, entity: Entity) -> set[str]:
        """The identifiers of the properties of an entity."""
        return {
            identifier
            for quad in self._store.quads(entity.iri)
            for identifier in self._identifiers(quad.predicate, quad.object)
        }

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


def _number(literal: Literal) -> int | float:
    """The number of a literal. Raises `ValueError` for other literals."""
    if literal.datatype.value in _WHOLE:
        return int(literal.value)
    digits = literal.value.strip("+-").replace(".", "", 1)
    if literal.datatype.value in _REAL and digits.isdecimal():
        return float(literal.value)
    raise ValueError(literal.value)


def _is_within(term: Term, prop: EntityProperty) -> bool:
    if prop.language is not None:
        return isinstance(term, Literal) and (term.language or "").lower() == prop.language
    if prop.host is not None:
        return isinstance(term, IRI) and urlsplit(term.value).hostname == prop.host
    return True
