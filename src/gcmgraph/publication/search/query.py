"""Search queries over a search file: the words of a query, and the resources that they find, best first.

A resource need not have every word: its score is the sum of its words' BM25 (`bm25` of FTS5), where a word counts once,
by the best of its documents. Words that most resources have count for nothing beside others. A word that no document
has is replaced by similar ones. Resources whose name or code is the query come first.
"""

from __future__ import annotations

import math
import re
import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, takewhile

from gcmgraph.kinds import KINDS
from gcmgraph.publication.search.words import FUNCTION_WORDS, codes, forms, query_words
from gcmgraph.text import fold_words, nearest, plain_letters

#: Columns of the index that are searched, by the value of `in`: all, names and codes, longer texts.
COLUMNS = {"": "", "names": "{names names_written} : ", "texts": "{texts texts_written} : "}

#: Weights of the columns of `word`: names, texts, names of related resources, words as they are written.
_WEIGHTS = "3.0, 1.0, 0.5, 0.2, 0.2"

#: Weights of kinds, and of schemes of concepts that people look for; 1 for others.
_KIND_WEIGHTS = {
    "objective": 1.3, "action": 1.2, "practice": 1.1, "country": 1.2, "concept": 0.5, "source": 0.4,
    "contribution": 0.3, "concept/audience": 0.9, "concept/principle": 0.9, "concept/m49": 0.9,
    "concept/country-group": 0.9, "concept/area-of-work": 0.9,
}  # fmt: skip

#: Points of a resource whose code or name is the query, and whose name begins with it.
_CODE, _WHOLE, _BEGINNING = 1000.0, 500.0, 15.0

#: Weights of similar words: in place of one that no document has, and beside one that few documents have.
_REPLACING, _BESIDE = 0.8, 0.3

#: Letters of the shortest word that may be misspelt: shorter ones are a letter from too many others.
_MISSPELT = 5

#: Share of documents up to which a word is rare, and may be misspelt.
_RARE = 0.005

#: Share of resources from which a word counts for nothing beside others.
_COMMON = 0.3

#: Least share of the weight of a query's words that a result has.
_LEAST = 0.2

#: Limits on the words of a query, on the similar words of one, and on the names that begin with a query.
_WORDS, _CORRECTIONS, _BEGINNINGS = 24, 3, 200

#: Letters of the shortest word that is searched as the beginning of others.
SHORTEST = 3

#: Power of the share of the weight of a query's words that a result has, by which its score is multiplied.
_COVERED = 2

_PHRASE = re.compile(r'["“”«»„]([^"“”«»„]+)["“”«»„]')
_MATCH = f"SELECT rowid, -bm25(word, {_WEIGHTS}) FROM word WHERE word MATCH ?"  # noqa: S608
_BEING = "SELECT thing, code, folded FROM name WHERE compact = ? OR folded = ?"
_TEXTS_OF = "SELECT text FROM name WHERE thing = ? UNION ALL SELECT text FROM text WHERE thing = ?"
_BEGINNING_WITH = "SELECT DISTINCT thing FROM name WHERE folded >= ? AND folded < ? LIMIT ?"

#: First letter of the Arabic script; those of Chinese are higher, of Latin and Cyrillic lower.
_ARABIC = "\u0600"

#: Sorts after every continuation of a text.
MAX_CODE_POINT = "\U0010ffff"

#: Kinds of resources with codes, by words that are written before a code: "SDG target 10.7", "objectif 9".
_CODED_KINDS = {word: name for name, kind in KINDS.items() for word in kind.code_words}


@dataclass(frozen=True)
class Vocabulary:
    """The tokens of a search file with the number of their documents, and the resources of its documents by number."""

    frequency: Mapping[str, int]
    #: all resources, and the index of that of each document; the first document has number 1
    things: list[str]
    documents: array[int]
    #: the tokens that are compared with misspelt words of a length
    _of_length: dict[int, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, database: sqlite3.Connection) -> Vocabulary:
        """The vocabulary of a search file."""
        frequency = dict(database.execute("SELECT term, doc FROM vocabulary"))
        index: dict[str, int] = {}
        rows = database.execute("SELECT thing FROM document ORDER BY number")
        documents = array("L", [0, *(index.setdefault(thing, len(index)) for (thing,) in rows)])
        return cls(frequency, list(index), documents)

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.frequency)

    def begins(self, beginning: str) -> bool:
        """Whether a token begins with a text."""
        at = bisect_left(self._sorted, beginning)
        return at < len(self._sorted) and self._sorted[at].startswith(beginning)

    def similar(self, word: str) -> list[str]:
        """The tokens most similar to a word that is none, of a similar length."""
        if len(word) not in self._of_length:
            lengths = range(len(word) - 2, len(word) + 3)
            self._of_length[len(word)] = [one for one in self.frequency if len(one) in lengths and one.isalpha()]
        return nearest(word, self._of_length[len(word)], _CORRECTIONS, strict=True)


@dataclass(frozen=True)
class QueryWord:
    """A word of a query: the tokens that find it, the beginning of tokens that do, and its weight."""

    tokens: tuple[str, ...]
    beginning: str = ""
    weight: float = 1.0
    #: similar tokens, which find it with less weight
    similar: tuple[str, ...] = ()

    @property
    def expressions(self) -> Iterator[tuple[str, float]]:
        """FTS5 queries (https://www.sqlite.org/fts5.html#full_text_query_syntax) with their weights."""
        found = [f'"{token}"' for token in self.tokens] + [f'"{self.beginning}" *'] * bool(self.beginning)
        yield f"({' OR '.join(found)})", 1.0
        for token in self.similar:
            yield f'"{token}"', _BESIDE

    @property
    def marks(self) -> tuple[str, ...]:
        """The beginnings of words that are this word."""
        return (*self.tokens, *self.similar, *filter(None, [self.beginning]))

    @cached_property
    def within(self) -> tuple[str, ...]:
        """The texts of which a text with this word has one, folded, after a space."""
        # words of these scripts begin with particles, or are not separated
        return tuple(mark if mark >= _ARABIC else f" {mark}" for mark in self.marks)


class SearchQuery:
    """A query with its words as a file has them."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.folded = fold_words(text).replace("_", " ").strip()
        self.compact = self.folded.replace(" ", "")
        #: texts between quotation marks, folded: names or texts must have them
        self.phrases = [folded for phrase in _PHRASE.findall(text) if (folded := fold_words(phrase))]
        found = query_words(text)
        last = found[-1] if found and not text[-1:].isspace() else ""
        meaning = [word for word in found if plain_letters(word) not in FUNCTION_WORDS][:_WORDS]
        known = [(word, self._word(word, last=word == last)) for word in meaning]
        #: words that the file has, or similar ones of the file
        self.words = [found for _, found in known if found is not None]
        #: words of which the file has neither them nor similar ones, folded
        self.unknown = [word for word, found in known if found is None]
        joined = [plain_letters(one) + plain_letters(other) for one, other in pairwise(found)]
        #: codes, and neighbouring words that the file has as one
        self._joined = [QueryWord((token,)) for token in (*codes(text), *joined) if token in vocabulary.frequency]

    @cached_property
    def marked(self) -> tuple[str, ...]:
        """The beginnings of words that are words of the query, folded."""
        return tuple(fold_words(" ".join(mark for word in (*self.words, *self._joined) for mark in word.marks)).split())

    def count(self, folded: str) -> int:
        """The number of the words that a text has, folded."""
        text, count = f" {folded}", 0
        for word in self.words:
            for part in word.within:  # loops, since this is run for each name and text of the results
                if part in text:
                    count += 1
                    break
        return count

    @cached_property
    def code(self) -> str:
        """The code after the name of its kind, folded; empty where the query is no such text."""
        return self._coded()[1] if self._coded()[0] else ""

    def _word(self, word: str, *, last: bool) -> QueryWord | None:
        found, known = forms(word), self._vocabulary
        tokens = tuple(form for form in found if form in known.frequency)
        beginning = found[0] if last and len(found[0]) >= SHORTEST and not found[0].isdecimal() else ""
        if beginning and not tokens and known.begins(beginning):
            return QueryWord((), beginning)
        rare = sum(known.frequency[token] for token in tokens) <= _RARE * len(known.documents)
        similar = known.similar(found[0]) if rare and found[0].isalpha() and len(found[0]) >= _MISSPELT else []
        if tokens:
            return QueryWord(tokens, beginning, similar=tuple(one for one in similar if one not in tokens))
        return QueryWord(tuple(similar), weight=_REPLACING) if similar else None

    def scores(self, database: sqlite3.Connection, within: str, *, every: bool = False) -> dict[str, float]:
        """The resources found, best first, with their scores; with `every` those that have all words.

        `within` is a key of `COLUMNS`.
        """
        if not self.folded or (every and self.unknown):
            return {}
        found = self._by_words(database, within, every=every)
        if within != "texts":
            for thing, points in self._by_name(database).items():
                found[thing] = found.get(thing, 0) + points
        if self.phrases:
            found = {thing: score for thing, score in found.items() if self._has_phrases(database, thing)}
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    def _by_words(self, database: sqlite3.Connection, within: str, *, every: bool) -> dict[str, float]:
        words, things = [*self.words, *self._joined], self._vocabulary.things
        found = [self._best(database, word, within) for word in words]
        shares = [len(best) / max(1, len(things)) for best in found]
        weights = [word.weight * max(0.0, 1 - share / _COMMON) for word, share in zip(words, shares, strict=True)]
        if not any(weights):
            weights = [word.weight for word in words]
        scores: dict[int, float] = {}
        covered: dict[int, float] = {}
        total = 0.0
        for best, weight, share in zip(found, weights, shares, strict=True):
            rarity = weight * math.log(1 + 1 / share) if share else 0.0
            total += rarity
            for thing, score in best.items() if weight else ():
                scores[thing] = scores.get(thing, 0.0) + weight * score
                covered[thing] = covered.get(thing, 0.0) + rarity
        if every:
            kept = set(scores).intersection(*found[: len(self.words)])
        else:
            kept = {thing for thing, share in covered.items() if share >= _LEAST * total}
        return {
            things[thing]: scores[thing] * (covered[thing] / total) ** _COVERED * kind_weight(things[thing])
            for thing in kept
        }

    def _best(self, database: sqlite3.Connection, word: QueryWord, within: str) -> dict[int, float]:
        """The resources that a word finds, each with the score of its best document."""
        best: dict[int, float] = {}
        for expression, weight in word.expressions:
            for document, score in database.execute(_MATCH, (COLUMNS[within] + expression,)):
                thing = self._vocabulary.documents[document]
                if weight * score > best.get(thing, 0.0):
                    best[thing] = weight * score
        return best

    def _by_name(self, database: sqlite3.Connection) -> dict[str, float]:
        """The resources whose code or name is the query, or begins with it, with their points."""
        points: dict[str, float] = {}
        beginning = database.execute(_BEGINNING_WITH, (self.folded, self.folded + MAX_CODE_POINT, _BEGINNINGS))
        points.update((thing, _BEGINNING * kind_weight(thing)) for (thing,) in beginning)
        for thing, code, folded in database.execute(_BEING, (self.compact, self.folded)):
            if not code or folded == self.folded:
                points[thing] = max(points.get(thing, 0), (_CODE if code else _WHOLE) * kind_weight(thing))
        kind, code = self._coded()
        for thing, of_code, _ in database.execute(_BEING, (code.replace(" ", ""), code)) if kind else ():
            if of_code and thing.startswith(f"{kind}/"):
                points[thing] = 2 * _CODE
        return points

    def _coded(self) -> tuple[str, str]:
        """The kind that the first words of the query name, and the rest, which may be a code; empty for no kind."""
        words = self.folded.split()
        before = list(takewhile(_CODED_KINDS.__contains__, words))
        named = {_CODED_KINDS[word] for word in before}
        return (named.pop(), " ".join(words[len(before) :])) if len(named) == 1 else ("", "")

    def _has_phrases(self, database: sqlite3.Connection, thing: str) -> bool:
        texts = [f" {fold_words(text)} " for (text,) in database.execute(_TEXTS_OF, (thing, thing))]
        return all(any(f" {phrase} " in text for text in texts) for phrase in self.phrases)


def kind_weight(thing: str) -> float:
    """The weight of the kind of a resource, of a concept that of its scheme."""
    kind, _, local = thing.partition("/")
    return _KIND_WEIGHTS.get(f"{kind}/{local.partition('/')[0]}") or _KIND_WEIGHTS.get(kind, 1.0)
