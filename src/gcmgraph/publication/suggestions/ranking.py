"""Ranking of documents by the words of a text: BM25 (Robertson and Zaragoza 2009) over some hundred short documents."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from gcmgraph.model.terms import IRI

#: Saturation of frequent words, and weight of the length of a document: the usual values, not fitted to our data.
_K1, _B = 1.2, 0.75


@dataclass(frozen=True)
class Ranked:
    """A document with its score, and the words of the text that it has, the weightiest first."""

    iri: IRI
    score: float
    words: tuple[str, ...]


class Ranking:
    """Documents as counts of their words."""

    def __init__(self, documents: Mapping[IRI, Counter[str]]) -> None:
        self._documents = documents
        self._lengths = {iri: sum(words.values()) for iri, words in documents.items()}
        self._average = sum(self._lengths.values()) / max(1, len(documents))
        self._with: dict[str, list[IRI]] = {}
        for iri, words in documents.items():
            for word in words:
                self._with.setdefault(word, []).append(iri)

    def rank(self, text: Mapping[str, int]) -> list[Ranked]:
        """The documents that share a word with a text, given as counts of its words; the best first."""
        weights: dict[IRI, dict[str, float]] = {}
        for word, count in text.items():
            for iri in self._with.get(word, ()):
                weights.setdefault(iri, {})[word] = self._weight(word, iri) * (1 + math.log(count))
        found = [
            Ranked(iri, sum(words.values()), tuple(sorted(words, key=lambda word: (-words[word], word))))
            for iri, words in weights.items()
        ]
        return sorted(found, key=lambda one: (-one.score, one.iri.value))

    def _weight(self, word: str, iri: IRI) -> float:
        number, total = len(self._with[word]), len(self._documents)
        rarity = math.log(1 + (total - number + 0.5) / (number + 0.5))
        often = self._documents[iri][word]
        length = 1 - _B + _B * self._lengths[iri] / self._average
        return rarity * often * (_K1 + 1) / (often + _K1 * length)
