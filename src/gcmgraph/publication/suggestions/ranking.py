"""Ranking of documents by the words of a text: BM25 (Robertson and Zaragoza 2009) over some hundred short documents."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Set
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
    """Documents as counts of their words; a word that few of them have weighs more.

    With `texts`, the words of texts that are about a document, a word weighs more for a document if few texts about
    others have it.
    """

    def __init__(
        self, documents: Mapping[IRI, Mapping[str, float]], texts: Mapping[IRI, Collection[Set[str]]] | None = None
    ) -> None:
        self._documents = documents
        self._lengths = {iri: sum(words.values()) for iri, words in documents.items()}
        self._average = sum(self._lengths.values()) / max(1, len(documents))
        self._with: dict[str, list[IRI]] = {}
        for iri, words in documents.items():
            for word in words:
                self._with.setdefault(word, []).append(iri)
        self._about = {iri: (len(ones), Counter(w for one in ones for w in one)) for iri, ones in (texts or {}).items()}
        self._number = sum(number for number, _ in self._about.values())
        self._texts = sum((words for _, words in self._about.values()), Counter[str]())

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
        if self._number:
            about, words = self._about.get(iri, (0, Counter[str]()))
            number, total = self._texts[word] - words[word], self._number - about
        rarity = math.log(1 + (total - number + 0.5) / (number + 0.5))
        often = self._documents[iri][word]
        length = 1 - _B + _B * self._lengths[iri] / self._average
        return rarity * often * (_K1 + 1) / (often + _K1 * length)
