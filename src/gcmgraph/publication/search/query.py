"""Queries for resources: their words as a search file has them.

A word that no document has is replaced by similar ones. `ranking` has the scores of the results.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, takewhile

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.similarity import nearest
from gcmgraph.platform.text import fold_words, plain_letters
from gcmgraph.publication.search.everyday_words import EverydayPhrase, everyday_phrases
from gcmgraph.publication.search.passages import Execute
from gcmgraph.publication.search.words import FUNCTION_WORDS, codes, forms, query_words

#: Weight of a similar word in place of one that no document has.
REPLACING = 0.8

#: Weight of a similar word beside one that few documents have.
_BESIDE = 0.3

#: Letters of the shortest word that may be misspelt: shorter ones are a letter from too many
#: others.
_SHORTEST_MISSPELT = 5

#: Letters by which a misspelt word may be longer or shorter than the word that is meant.
_LENGTH_DIFFERENCE = 2

#: Share of documents up to which a word is rare, and may be misspelt.
_RARE = 0.005

#: Limit on the words of a query.
_MAX_WORDS = 24

#: Limit on the words of a file that are similar to a word of a query.
_MAX_SIMILAR = 3

#: Letters of the shortest word that is searched as the beginning of others.
_SHORTEST_BEGINNING = 3

_PHRASE = re.compile(r'["“”«»„]([^"“”«»„]+)["“”«»„]')
#: First letter of the Arabic script; those of Chinese are higher, of Latin and Cyrillic lower.
_ARABIC = "\u0600"

#: Kinds of resources with codes, by words that are written before a code: "SDG target 10.7",
#: "objectif 9".
_CODED_KINDS = {word: name for name, kind in KINDS.items() for word in kind.code_words}


@dataclass(frozen=True)
class TopicShare:
    """A resource that speaks of a topic, by index, with the share of the topic in its passages."""

    resource: int
    share: float


@dataclass(frozen=True)
class SearchVocabulary:
    """The tokens of a search file, and the resources of its documents."""

    frequency: Mapping[str, int]
    #: all resources, and the index of that of each document; the first document has number 1
    resources: list[str]
    documents: array[int]
    #: the resources that speak of a topic, by the index of the topic
    speaking: Mapping[int, list[TopicShare]]
    #: the tokens that are compared with misspelt words of a length
    _tokens_for_length: dict[int, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, execute: Execute) -> SearchVocabulary:
        """The vocabulary of a search file. Raises `sqlite3.Error` for another file."""
        frequency = dict(execute("SELECT term, doc FROM vocabulary"))
        index_of: dict[str, int] = {}
        documents = array("L", [0])
        for number, resource in execute("SELECT number, resource FROM document ORDER BY number"):
            documents.extend([0] * (number - len(documents)))  # those of changed resources
            documents.append(index_of.setdefault(resource, len(index_of)))
        speaking: defaultdict[int, list[TopicShare]] = defaultdict(list)
        rows = execute("SELECT resource, other, share FROM about WHERE share")
        for resource, topic, share in rows:
            if topic in index_of and resource in index_of:
                speaking[index_of[topic]].append(TopicShare(index_of[resource], share))
        return cls(frequency, list(index_of), documents, speaking)

    @cached_property
    def _sorted_tokens(self) -> list[str]:
        return sorted(self.frequency)

    def has_beginning(self, beginning: str) -> bool:
        """Whether a token begins with a text."""
        index = bisect_left(self._sorted_tokens, beginning)
        tokens = self._sorted_tokens[index : index + 1]
        return bool(tokens) and tokens[0].startswith(beginning)

    def is_rare(self, tokens: Sequence[str]) -> bool:
        """Whether few documents have any of some tokens of the file."""
        return sum(self.frequency[token] for token in tokens) <= _RARE * len(self.documents)

    def similar(self, word: str) -> list[str]:
        """The tokens most similar to a word that is none, of a similar length."""
        length = len(word)
        if length not in self._tokens_for_length:
            lengths = range(length - _LENGTH_DIFFERENCE, length + _LENGTH_DIFFERENCE + 1)
            self._tokens_for_length[length] = [
                token for token in self.frequency if len(token) in lengths and token.isalpha()
            ]
        return nearest(word, self._tokens_for_length[length], _MAX_SIMILAR, strict=True)


@dataclass(frozen=True)
class QueryWord:
    """A word of a query: the tokens, and the beginning of tokens, that find it; its weight."""

    tokens: tuple[str, ...]
    beginning: str = ""
    weight: float = 1.0
    #: similar tokens, which find it with less weight
    similar: tuple[str, ...] = ()

    @property
    def expressions(self) -> Iterator[tuple[str, float]]:
        """FTS5 queries with their weights.

        https://www.sqlite.org/fts5.html#full_text_query_syntax
        """
        expressions = [f'"{token}"' for token in self.tokens]
        if self.beginning:
            expressions.append(f'"{self.beginning}" *')
        yield f"({' OR '.join(expressions)})", 1.0
        for token in self.similar:
            yield f'"{token}"', _BESIDE

    @property
    def beginnings(self) -> tuple[str, ...]:
        """The beginnings of words that are this word."""
        return (*self.tokens, *self.similar, *filter(None, [self.beginning]))

    @cached_property
    def substrings(self) -> tuple[str, ...]:
        """The strings of which a folded text with this word, after a space, has one."""
        # words of these scripts begin with particles, or are not separated
        return tuple(
            beginning if beginning >= _ARABIC else f" {beginning}" for beginning in self.beginnings
        )


@dataclass(frozen=True)
class Code:
    """A text after the name of a kind that has codes: "10.7" in "SDG target 10.7"."""

    kind: str
    folded: str


class SearchQuery:
    """A query with its words as a file has them."""

    def __init__(self, text: str, vocabulary: SearchVocabulary) -> None:
        self._vocabulary = vocabulary
        self.folded = fold_words(text).replace("_", " ").strip()
        self.compact = self.folded.replace(" ", "")
        folded_phrases = (fold_words(phrase) for phrase in _PHRASE.findall(text))
        #: texts between quotation marks, folded: names or texts must have them
        self.phrases = [phrase for phrase in folded_phrases if phrase]
        all_words = query_words(text)
        is_last_complete = text[-1:].isspace()
        last_word = all_words[-1] if all_words and not is_last_complete else ""
        content_words = [word for word in all_words if plain_letters(word) not in FUNCTION_WORDS]
        #: words that the file has, or similar ones of the file
        self.words: list[QueryWord] = []
        #: words of which the file has neither them nor similar ones, folded
        self.unknown: list[str] = []
        #: similar words by the words of the query that they replace
        self.replaced: dict[str, tuple[str, ...]] = {}
        #: the tokens by which each word is found in passages, which may have words that the file
        #: has nowhere else
        self.in_passages: list[tuple[str, ...]] = []
        phrases = [] if self.phrases else everyday_phrases(self.folded)
        everyday_words = frozenset().union(*(phrase.words for phrase in phrases))
        for phrase in phrases:
            self._add_everyday(phrase)
        for word in content_words[:_MAX_WORDS]:
            if plain_letters(word) in everyday_words:
                continue
            query_word = self._word(word, is_last=word == last_word)
            if query_word is None:
                self.unknown.append(word)
                self.in_passages.append(tuple(forms(word)))
                continue
            self.words.append(query_word)
            self.in_passages.append((*forms(word), *query_word.beginnings))
            if query_word.weight == REPLACING:
                self.replaced[word] = query_word.tokens
        #: codes, and neighbouring words that the file has as one
        self.joined_words = [
            QueryWord((code,)) for code in codes(text) if code in vocabulary.frequency
        ]
        for word, following in pairwise(all_words):
            self._add_joined(word, following)

    def _add_joined(self, word: str, following: str) -> None:
        """Add neighbouring words that the file has as one, of which neither is the stem."""
        tokens = tuple(
            form
            for form in forms(word + following)
            if form in self._vocabulary.frequency and len(form) > max(len(word), len(following))
        )
        if tokens:
            self.joined_words.append(QueryWord(tokens))

    def _add_everyday(self, phrase: EverydayPhrase) -> None:
        """Add a phrase as a word of the graph; where it is one word, that word finds the same."""
        own_forms = forms(phrase.folded) if " " not in phrase.folded else ()
        tokens = dict.fromkeys((*phrase.tokens, *own_forms))
        known_tokens = tuple(token for token in tokens if token in self._vocabulary.frequency)
        self.words.append(QueryWord(known_tokens))
        self.in_passages.append(tuple(tokens))

    def _word(self, word: str, *, is_last: bool) -> QueryWord | None:
        """A word as the file has it, or similar ones; None for neither.

        Who types may not have ended the last word.
        """
        word_forms = forms(word)
        folded = word_forms[0]
        tokens = tuple(form for form in word_forms if form in self._vocabulary.frequency)
        may_begin = is_last and len(folded) >= _SHORTEST_BEGINNING and not folded.isdecimal()
        beginning = folded if may_begin else ""
        if beginning and not tokens and self._vocabulary.has_beginning(beginning):
            return QueryWord((), beginning)
        similar: list[str] = []
        may_be_misspelt = folded.isalpha() and len(folded) >= _SHORTEST_MISSPELT
        if may_be_misspelt and self._vocabulary.is_rare(tokens):
            similar = self._vocabulary.similar(folded)
        if tokens:
            further_tokens = tuple(token for token in similar if token not in tokens)
            return QueryWord(tokens, beginning, similar=further_tokens)
        return QueryWord(tuple(similar), weight=REPLACING) if similar else None

    @cached_property
    def beginnings(self) -> tuple[str, ...]:
        """The beginnings of words that are words of the query, folded."""
        words = (*self.words, *self.joined_words)
        beginnings = (beginning for word in words for beginning in word.beginnings)
        return tuple(fold_words(" ".join(beginnings)).split())

    def count(self, folded: str) -> int:
        """The number of the words that a folded text has."""
        text = f" {folded}"
        count = 0
        # loops, since this is run for each name and text of the results
        for word in self.words:
            for substring in word.substrings:
                if substring in text:
                    count += 1
                    break
        return count

    @cached_property
    def code(self) -> str:
        """The code after the name of its kind, folded; empty where the query is no such text."""
        return self.coded_kind.folded if self.coded_kind else ""

    @cached_property
    def coded_kind(self) -> Code | None:
        """The kind that the first words of the query name, and the further words as a code."""
        words = self.folded.split()
        kind_words = list(takewhile(_CODED_KINDS.__contains__, words))
        kinds = {_CODED_KINDS[word] for word in kind_words}
        if len(kinds) != 1:
            return None
        return Code(kinds.pop(), " ".join(words[len(kind_words) :]))
