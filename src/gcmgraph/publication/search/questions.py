"""The queries of the library that are nearest to a question, by the words of their titles, descriptions, parameters."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from gcmgraph.namespaces import Addresses
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.publication.search.words import FUNCTION_WORDS, forms, query_words, tokens
from gcmgraph.queries.library import NamedQuery
from gcmgraph.text import plain_letters
from gcmgraph.translations import SOURCE_LANGUAGE

#: Number of queries that are nearest.
FOUND = 5

#: Words of a question that are looked up as names, and words of one name, at most.
WORDS, LONGEST_NAME = 60, 8

#: Weights of the description, and of parameters that can have the resources of the question as values; of a title 1.
TEXT, PARAMETER = 0.5, 0.3

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def named_resources(index: SearchIndex, addresses: Addresses, question: str) -> tuple[list[str], list[str]]:
    """The kinds of the resources whose names or codes a question contains, and the names of organisations among them.

    `country` for Thailand; `organisation` and `IOM` for IOM.
    """
    words = [word.strip('.,;:!?¿¡()«»“”"') for word in question.split()][:WORDS]
    kinds: dict[str, None] = {"gYear": None} if _YEAR.search(question) else {}
    names: list[str] = []
    for start, word in enumerate(words):
        if word[:1].isupper() or word[:1].isdecimal():
            for end in range(start + 1, min(start + LONGEST_NAME, len(words)) + 1):
                name = " ".join(words[start:end])
                named = [kind for iri in index.named(name) if (kind := addresses.kind_of(iri.value))]
                kinds |= dict.fromkeys(named)
                names += [name] if "organisation" in named else []
    return list(kinds), names


class NearestQueries:
    """The library by the words of its titles, descriptions and parameters."""

    def __init__(self, library: Mapping[str, NamedQuery]) -> None:
        self._library = library
        self._titles = {name: [_stems(query.title, tag) for tag in query.title] for name, query in library.items()}
        self._texts = {name: _text_stems(query) for name, query in library.items()}
        frequency = Counter(
            stem for name in library for stem in frozenset[str]().union(self._texts[name], *self._titles[name])
        )
        self._weights = {stem: math.log(1 + len(library) / count) for stem, count in frequency.items()}

    def nearest(self, question: str, kinds: Collection[str], names: Iterable[str]) -> list[NamedQuery]:
        """The queries with the most similar titles and descriptions, and with parameters of these kinds; best first.

        Names that a query can take as values are no words of the question: IOM is no reason for `outputs-of-iom`.
        """
        asked = _question_stems(" ".join([question, *kinds])) - _question_stems(" ".join(names))
        scores = {name: self._score(name, asked, kinds) for name in self._library}
        similar = [name for name, score in scores.items() if score > 0]
        return [self._library[name] for name in sorted(similar, key=lambda name: (-scores[name], name))[:FOUND]]

    def _score(self, name: str, asked: frozenset[str], kinds: Collection[str]) -> float:
        length = self._length(asked) or 1
        text = self._length(asked & self._texts[name]) / length
        types = {parameter.type for parameter in self._library[name].parameters}
        taken = sum(kind in types for kind in kinds) / max(1, len(kinds))
        return max(self._similar(title, asked) for title in self._titles[name]) + TEXT * text + PARAMETER * taken

    def _similar(self, title: frozenset[str], asked: frozenset[str]) -> float:
        """The cosine of a title and a question, their words weighted by rarity."""
        both = self._length(title & asked)
        return both * both / (self._length(title) * self._length(asked)) if both else 0.0

    def _length(self, stems: frozenset[str]) -> float:
        return math.sqrt(sum(self._weights.get(stem, 0.0) ** 2 for stem in stems))


def _stems(texts: Mapping[str, str], language: str) -> frozenset[str]:
    """The stems of the words of a text in one of its languages."""
    return frozenset(stem for stem, word in tokens(texts[language], language) if word not in FUNCTION_WORDS)


def _text_stems(query: NamedQuery) -> frozenset[str]:
    """The stems of the description of a query, and of the labels of its parameters."""
    texts = [query.description, *(parameter.labels for parameter in query.parameters)]
    names = " ".join([query.name.replace("-", " "), *(parameter.type for parameter in query.parameters)])
    texts.append({SOURCE_LANGUAGE: names})
    return frozenset[str]().union(*(_stems(text, language) for text in texts for language in text))


def _question_stems(question: str) -> frozenset[str]:
    """The stems of the words of a question, by the rules of each language."""
    words = (word for word in query_words(question) if plain_letters(word) not in FUNCTION_WORDS)
    return frozenset(form for word in words for form in forms(word))
