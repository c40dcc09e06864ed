"""Shortened names of practices and legal instruments, as people write them in sentences.

A shortened name has words of a title or other name, in its order, and begins with the first or
second of them: "Thailand's framework" leaves words out, "framework of Thailand" changes the order.
Words such as articles count in neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import product

from gcmgraph.platform.text import fold_name
from gcmgraph.publication.reconciliation.entities import Entity
from gcmgraph.rdf.terms import Literal, Vocabulary
from gcmgraph.store.port import Store

#: Kinds of resources whose names are long, and the properties of these names.
_KINDS = frozenset({"practice", "instrument"})
_PROPERTIES = ("dct:title", "skos:altLabel")

#: Number of words from which a shortened name of one resource alone names it.
_DISTINCTIVE = 3

#: The words of a name among which a shortened one begins.
_FIRST_WORDS = 2


class ShortNames:
    """The resources of one dataset version by the words of their names."""

    def __init__(
        self, store: Store, v: Vocabulary, entities: Iterable[Entity], small_words: Set[str]
    ) -> None:
        self._small_words = small_words
        self._names: list[tuple[Entity, Sequence[str]]] = []
        named_entities = (entity for entity in entities if entity.kind in _KINDS)
        for entity, curie in product(named_entities, _PROPERTIES):
            for triple in store.triples(entity.iri, v(curie)):
                if isinstance(triple.object, Literal):
                    self._names.append((entity, self._words(triple.object.value)))

    def entities(self, text: str) -> list[Entity]:
        """The resources that a text may be a shortened name of."""
        words = self._words(text)
        matches = (entity for entity, name in self._names if _is_short_form(words, name))
        return list(dict.fromkeys(matches))

    def is_distinctive(self, text: str) -> bool:
        """Whether a text has so many words that it names the one resource whose name has them."""
        return len(self._words(text)) >= _DISTINCTIVE

    def _words(self, text: str) -> Sequence[str]:
        return [word for word in fold_name(text).split() if word not in self._small_words]


def _is_short_form(words: Sequence[str], name: Sequence[str]) -> bool:
    """Whether some words are those of a name in its order, from one of its first words on.

    >>> name = "national educational bridges program of honduras".split()
    >>> _is_short_form("educational bridges honduras".split(), name)
    True
    >>> _is_short_form("honduras educational bridges".split(), name)
    False
    """
    if not words or words[0] not in name[:_FIRST_WORDS]:
        return False
    remaining: Iterator[str] = iter(name)
    return all(word in remaining for word in words)
