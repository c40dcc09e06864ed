"""Entities of one dataset version by short identifiers: `country/AFG` for `{base}id/country/AFG`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.catalogue import Catalogue
from gcmgraph.publication.naming.labels import Labels
from gcmgraph.store.port import Store
from gcmgraph.text import fold_name

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

    def __init__(self, store: Store, addresses: Addresses, catalogue: Catalogue, labels: Labels) -> None:
        self.space = f"{addresses.base}id/"
        self._labels = labels
        self._entities = {
            iri.value.removeprefix(self.space): Entity(iri.value.removeprefix(self.space), kind, iri)
            for kind in KINDS
            for iri in catalogue.members(kind)
        }
        #: kinds that have entities, in the order of the model
        self.kinds = tuple(catalogue.counts())
        self._external: dict[str, list[Entity]] = {}
        for triple in store.triples(predicate=Vocabulary(addresses)(SAME_AS)):
            if isinstance(triple.subject, IRI) and isinstance(triple.object, IRI):
                entity = self.get(triple.subject.value)
                linked = self._external.setdefault(plain_iri(triple.object.value), [])
                if entity is not None and entity not in linked:
                    linked.append(entity)
        self._names: dict[tuple[str, str], str] = {}
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
        """The entities linked with an external IRI. The scheme and a slash at the end are ignored."""
        return self._external.get(plain_iri(iri), [])

    def name(self, entity: Entity, language: str) -> str:
        """The label of an entity in a language or the next best, else its identifier."""
        key = (entity.id, language)
        if key not in self._names:
            label = self._labels.of(entity.iri, language)
            named = label.language is not None or self._labels.notation(entity.iri) is not None
            self._names[key] = label.text if named and label.text.strip() else entity.id
        return self._names[key]

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
