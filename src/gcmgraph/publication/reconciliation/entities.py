"""The things of one dataset version by short identifiers: `country/AFG` for `{base}id/country/AFG`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gcmgraph.model.kinds import KIND_CLASSES
from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.catalogue import Catalogue
from gcmgraph.publication.naming.labels import Labels
from gcmgraph.store.port import Store
from gcmgraph.text.folding import fold_name

#: The property that says that a thing of others is the same.
SAME_AS = "skos:exactMatch"


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing: its identifier here, its kind, its IRI."""

    id: str
    kind: str
    iri: IRI


class Entities:
    """What there is to reconcile with."""

    def __init__(self, store: Store, addresses: Addresses, catalogue: Catalogue, labels: Labels) -> None:
        self.space = f"{addresses.base}id/"
        self._labels = labels
        self._entities = {
            iri.value.removeprefix(self.space): Entity(iri.value.removeprefix(self.space), kind, iri)
            for kind in KIND_CLASSES
            for iri in catalogue.members(kind)
        }
        #: kinds that have things, in the order of the model
        self.kinds = tuple(catalogue.counts())
        self._of_others: dict[str, list[Entity]] = {}
        for triple in store.triples(predicate=Vocabulary(addresses)(SAME_AS)):
            if isinstance(triple.subject, IRI) and isinstance(triple.object, IRI):
                entity = self.get(triple.subject.value)
                held = self._of_others.setdefault(plain_iri(triple.object.value), [])
                if entity is not None and entity not in held:
                    held.append(entity)
        self._names: dict[tuple[str, str], str] = {}

    def __iter__(self) -> Iterator[Entity]:
        """All things."""
        return iter(self._entities.values())

    def get(self, identifier: str) -> Entity | None:
        """The thing of an identifier or of its whole IRI; None where there is none."""
        return self._entities.get(identifier.strip().removeprefix(self.space))

    def of_others(self, iri: str) -> list[Entity]:
        """The things that an IRI of others means. http and https, and a slash at the end, make no difference."""
        return self._of_others.get(plain_iri(iri), [])

    def name(self, entity: Entity, language: str) -> str:
        """What a thing is called, in a language or the next best; its identifier where it has no name."""
        key = (entity.id, language)
        if key not in self._names:
            label = self._labels.of(entity.iri, language)
            named = label.language is not None or self._labels.notation(entity.iri) is not None
            self._names[key] = label.text if named and label.text.strip() else entity.id
        return self._names[key]

    def notation(self, entity: Entity) -> str | None:
        """The code of a thing."""
        return self._labels.notation(entity.iri)


def plain_iri(iri: str) -> str:
    """An IRI without what people write in two ways: its scheme, a slash at its end."""
    _, colon, rest = iri.strip().partition("://")
    return (rest if colon else iri.strip()).rstrip("/")


def same_value(given: str, held: str) -> bool:
    """Whether two texts say the same: their words, or numbers with and without zeros before them."""
    one, other = fold_name(given), fold_name(held)
    if one == other and one:
        return True
    return one.isdecimal() and other.isdecimal() and one.lstrip("0") == other.lstrip("0")
