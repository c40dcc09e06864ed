"""Ranking of documents by the words of a text: Okapi BM25, with words compared by their beginnings.

Robertson and Zaragoza, The Probabilistic Relevance Framework, https://doi.org/10.1561/1500000019
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import NamedTuple

from gcmgraph.platform.text import plain_letters
from gcmgraph.publication.search.words import FUNCTION_WORDS
from gcmgraph.rdf.terms import IRI

#: Letters of a word that are compared, and of the shortest word.
STEM = 6
SHORTEST = 3

#: Saturation of frequent words: the usual value, not fitted to our data.
_K1 = 1.2

#: Weight of the length of a document: the usual value, not fitted to our data.
_B = 0.75

_WORD = re.compile(rf"[^\W\d_]{{{SHORTEST},}}")


class StemmedWord(NamedTuple):
    """A word of a text."""

    #: the word as it is compared
    stem: str
    #: the word as it is written
    word: str


def stems(text: str) -> Iterator[StemmedWord]:
    """The words of a text in Latin letters that are no function words.

    >>> [stem for stem, _ in stems("Training of border guards")]
    ['traini', 'border', 'guards']
    """
    for match in _WORD.finditer(text):
        plain = plain_letters(match[0])
        if plain.isascii() and plain not in FUNCTION_WORDS:
            yield StemmedWord(plain[:STEM], match[0])


@dataclass(frozen=True)
class Ranked:
    """A document with its score, and the words of the text that it has, the weightiest first."""

    iri: IRI
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class _TextCounts:
    """Number of some texts, and of those that have a word."""

    number: int
    with_word: Counter[str]


_NO_TEXTS = _TextCounts(0, Counter())


class SuggestionRanking:
    """Documents as counts of their words; a word that few of them have weighs more.

    With `texts`, the words of texts that are about a document, a word weighs more for a document if
    few texts about others have it.
    """

    def __init__(
        self,
        documents: Mapping[IRI, Mapping[str, float]],
        texts: Mapping[IRI, Collection[Set[str]]] | None = None,
    ) -> None:
        self._documents = documents
        self._lengths = {iri: sum(words.values()) for iri, words in documents.items()}
        self._average_length = sum(self._lengths.values()) / max(1, len(documents))
        self._documents_with: dict[str, list[IRI]] = {}
        for iri, words in documents.items():
            for word in words:
                self._documents_with.setdefault(word, []).append(iri)
        self._texts_about = {iri: _text_counts(about) for iri, about in (texts or {}).items()}
        counts = self._texts_about.values()
        with_word = sum((count.with_word for count in counts), Counter[str]())
        self._texts = _TextCounts(sum(count.number for count in counts), with_word)

    def rank(self, text: Mapping[str, int]) -> list[Ranked]:
        """The documents that share a word with a text, the best first.

        The text is given as counts of its words.
        """
        weights_of: dict[IRI, dict[str, float]] = {}
        for word, count in text.items():
            for iri in self._documents_with.get(word, ()):
                weight = self._weight(word, iri) * (1 + math.log(count))
                weights_of.setdefault(iri, {})[word] = weight
        ranked = []
        for iri, weights in weights_of.items():
            words = sorted(weights, key=lambda word: (-weights[word], word))
            ranked.append(Ranked(iri, sum(weights.values()), tuple(words)))
        return by_score(ranked)

    def _document_frequency(self, word: str, iri: IRI) -> tuple[int, int]:
        """The number of texts, and of those with a word; without texts, those of documents.

        Texts about the document itself are left out, so that its own words do not become common.
        """
        if not self._texts.number:
            return len(self._documents), len(self._documents_with[word])
        about = self._texts_about.get(iri, _NO_TEXTS)
        total = self._texts.number - about.number
        return total, self._texts.with_word[word] - about.with_word[word]

    def _weight(self, word: str, iri: IRI) -> float:
        """The weight of a word for a document that has it."""
        total, with_word = self._document_frequency(word, iri)
        rarity = math.log(1 + (total - with_word + 0.5) / (with_word + 0.5))
        frequency = self._documents[iri][word]
        length = 1 - _B + _B * self._lengths[iri] / self._average_length
        return rarity * frequency * (_K1 + 1) / (frequency + _K1 * length)


def by_score(ranked: Collection[Ranked]) -> list[Ranked]:
    """Documents with the highest score first, and equal ones by IRI."""
    return sorted(ranked, key=lambda document: (-document.score, document.iri.value))


def _text_counts(texts: Collection[Set[str]]) -> _TextCounts:
    return _TextCounts(len(texts), Counter(word for text in texts for word in text))
