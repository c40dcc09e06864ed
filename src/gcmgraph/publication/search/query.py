"""Queries for resources: their words as a search file has them, and the scores of the results.

A resource need not have every word: its score is the sum of its words' BM25 (`bm25` of FTS5), where
a word counts once, by the best of its documents. Words that most resources have count for nothing
beside others. A word that no document has is replaced by similar ones. Resources whose name or code
is the query come first.
"""

from __future__ import annotations

import math
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
from gcmgraph.platform.text import HAN, fold_words, plain_letters
from gcmgraph.publication.search.everyday_words import EverydayPhrase, everyday_phrases
from gcmgraph.publication.search.passages import Execute
from gcmgraph.publication.search.words import FUNCTION_WORDS, codes, forms, query_words

#: Columns of the index that are searched, by the value of `in`: all, names and codes, longer texts.
COLUMNS = {"": "", "names": "{names names_written} : ", "texts": "{texts texts_written} : "}

#: Weights of the columns of `word`: names, texts, names of related resources, words as they are
#: written.
_COLUMN_WEIGHTS = "3.0, 1.0, 0.5, 0.2, 0.2"

#: Weights of kinds, and of schemes of concepts that people look for; 1 for others.
_KIND_WEIGHTS = {
    "objective": 1.3, "action": 1.2, "practice": 1.1, "country": 1.2, "evaluation": 0.2,
    "concept": 0.5, "source": 0.4, "statistics": 0.3, "contribution": 0.3,
    "concept/audience": 0.9, "concept/principle": 0.9, "concept/m49": 0.9,
    "concept/country-group": 0.9, "concept/area-of-work": 0.9, "concept/topic": 0.5,
    "concept/evaluation-theme": 0.2, "concept/evaluation-type": 0.2,
}  # fmt: skip

#: Points of a resource whose code or name is the query, and whose name begins with it.
_CODE_POINTS = 1000.0
_NAME_POINTS = 500.0
_BEGINNING_POINTS = 15.0

#: Further points of a name that begins with the words of the query, by the share of its words that
#: they are: of "PROTECT project" PROTECT is a half, of "Protect children who travel alone" a fifth,
#: of "Protection" none.
_BEGINNING_WORDS_POINTS = 60.0

#: Weight of a similar word in place of one that no document has.
_REPLACING = 0.8

#: Weight of a similar word beside one that few documents have.
_BESIDE = 0.3

#: Beginning of the addresses of topics, which come after the first of the other resources.
_TOPIC = "concept/topic/"

#: Weight of a word of a topic for a resource that speaks of nothing else.
_TOPIC_WEIGHT = 0.1

#: Letters of the shortest word that may be misspelt: shorter ones are a letter from too many
#: others.
_SHORTEST_MISSPELT = 5

#: Letters by which a misspelt word may be longer or shorter than the word that is meant.
_LENGTH_DIFFERENCE = 2

#: Share of documents up to which a word is rare, and may be misspelt.
_RARE = 0.005

#: Share of resources from which a word counts for nothing beside others.
_COMMON = 0.3

#: Minimum share of the weight of a query's words that a result has.
_MIN_SHARE_OF_WEIGHT = 0.35

#: Minimum share of the score of the best result that a result has, before the weights of kinds.
_MIN_SHARE_OF_SCORE = 0.03

#: Weight of a word that no resource has, of that of the rarest.
_UNKNOWN = 0.7

#: Limit on the weight of all words that no resource has, by that of the words as they are written:
#: what has all of these stays a result.
_MAX_UNKNOWN = 1.5

#: Power of the share of the weight of a query's words that a result has, by which its score is
#: multiplied.
_SHARE_POWER = 2

#: Limit on the words of a query.
_MAX_WORDS = 24

#: Limit on the words of a file that are similar to a word of a query.
_MAX_SIMILAR = 3

#: Limit on the names that begin with a query.
_MAX_BEGINNINGS = 200

#: Letters of the shortest word that is searched as the beginning of others.
_SHORTEST_BEGINNING = 3

_PHRASE = re.compile(r'["“”«»„]([^"“”«»„]+)["“”«»„]')
_BM25 = f"-bm25(word, {_COLUMN_WEIGHTS})"
_SELECT_MATCHES = f"SELECT rowid, {_BM25} FROM word WHERE word MATCH ?"  # noqa: S608
_SELECT_NAMED = "SELECT resource, code, folded FROM name WHERE compact = ? OR folded = ?"
_SELECT_BEGINNING = "SELECT resource, folded FROM name WHERE folded >= ? AND folded < ? LIMIT ?"
_SELECT_TEXTS = """SELECT folded FROM name WHERE resource = ?
    UNION ALL SELECT folded FROM text WHERE resource = ?"""

#: First letter of the Arabic script; those of Chinese are higher, of Latin and Cyrillic lower.
_ARABIC = "\u0600"

#: Sorts after every continuation of a text.
_MAX_CODE_POINT = "\U0010ffff"

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
        for (resource,) in execute("SELECT resource FROM document ORDER BY number"):
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
class _WordMatches:
    """The resources that a word finds, by index, with the scores of their best documents."""

    word: QueryWord
    scores: dict[int, float]
    #: share of the resources that have the word
    share: float


@dataclass(frozen=True)
class _Code:
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
            if query_word.weight == _REPLACING:
                self.replaced[word] = query_word.tokens
        #: codes, and neighbouring words that the file has as one
        self._joined_words = [
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
            self._joined_words.append(QueryWord(tokens))

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
        return QueryWord(tuple(similar), weight=_REPLACING) if similar else None

    @cached_property
    def beginnings(self) -> tuple[str, ...]:
        """The beginnings of words that are words of the query, folded."""
        words = (*self.words, *self._joined_words)
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
        return self._code.folded if self._code else ""

    @cached_property
    def _code(self) -> _Code | None:
        """The kind that the first words of the query name, and the further words as a code."""
        words = self.folded.split()
        kind_words = list(takewhile(_CODED_KINDS.__contains__, words))
        kinds = {_CODED_KINDS[word] for word in kind_words}
        if len(kinds) != 1:
            return None
        return _Code(kinds.pop(), " ".join(words[len(kind_words) :]))

    def scores(self, execute: Execute, within: str, *, all_words: bool) -> dict[str, float]:
        """The matching resources, best first, with their scores.

        With `all_words` those that have all words. `within` is a key of `COLUMNS`.
        """
        if not self.folded or (all_words and self.unknown):
            return {}
        scores = self._scores_by_words(execute, within, all_words=all_words)
        if within != "texts":
            for resource, points in self._points_by_name(execute).items():
                scores[resource] = scores.get(resource, 0) + points
        if self.phrases:
            scores = {
                resource: score
                for resource, score in scores.items()
                if self._has_phrases(execute, resource)
            }
        topics = [resource for resource in scores if resource.startswith(_TOPIC)]
        highest = max(
            (score for resource, score in scores.items() if not resource.startswith(_TOPIC)),
            default=math.inf,
        )
        for topic in topics:
            scores[topic] = 1 / (1 / highest + 1 / scores[topic])
        return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))

    def _scores_by_words(
        self, execute: Execute, within: str, *, all_words: bool
    ) -> dict[str, float]:
        """The resources with enough of the words, or with all, and their scores.

        Example. Of 1,000 resources 10 have "detention", 100 have "children". The words weigh 1 -
        .01 / .3 = .97 and 1 - .1 / .3 = .67, and their rarities are .97 × log(1 + 100) = 4.5 and
        .67 × log(1 + 10) = 1.6. A resource with "detention" only has 74 % of the weight of the
        query: its BM25 is multiplied by .97, by .74² = .54, and by the weight of its kind.
        """
        matches = [
            self._matches(execute, word, within) for word in (*self.words, *self._joined_words)
        ]
        weights = _weights(matches)
        scores: dict[int, float] = {}
        covered: dict[int, float] = {}
        total = 0.0
        of_whole_words = 0.0
        for match, weight in zip(matches, weights, strict=True):
            rarity = weight * math.log(1 + 1 / match.share) if match.share else 0.0
            total += rarity
            if match.word.weight != _REPLACING:
                of_whole_words += rarity
            if weight:
                for resource, score in match.scores.items():
                    scores[resource] = scores.get(resource, 0.0) + weight * score
                    covered[resource] = covered.get(resource, 0.0) + rarity
        unknown_weight = self._weight_of_unknown()
        if of_whole_words:
            unknown_weight = min(unknown_weight, _MAX_UNKNOWN * of_whole_words)
        total += unknown_weight
        if all_words:
            of_words = (match.scores for match in matches[: len(self.words)])
            results = set(scores).intersection(*of_words)
        else:
            minimum = _MIN_SHARE_OF_WEIGHT * total
            results = {resource for resource, rarity in covered.items() if rarity >= minimum}
        weighted = {
            resource: scores[resource] * (covered[resource] / total) ** _SHARE_POWER
            for resource in results
        }
        lowest = 0.0 if all_words else _MIN_SHARE_OF_SCORE * max(weighted.values(), default=0.0)
        addresses = self._vocabulary.resources
        return {
            addresses[resource]: score * kind_weight(addresses[resource])
            for resource, score in weighted.items()
            if score >= lowest
        }

    def _weight_of_unknown(self) -> float:
        """The weight of the words that no resource has, unless it has them with their neighbours.

        A pair of Chinese signs may be no word.
        """
        words = [word for word in self.unknown if not re.match(HAN, word)]
        count = max(0, len(words) - len(self._joined_words))
        return _UNKNOWN * count * math.log(1 + len(self._vocabulary.resources))

    def _matches(self, execute: Execute, word: QueryWord, within: str) -> _WordMatches:
        """The resources that a word finds, or of whose topics it is a word."""
        scores: dict[int, float] = {}
        for expression, weight in word.expressions:
            for document, score in execute(_SELECT_MATCHES, (COLUMNS[within] + expression,)):
                resource = self._vocabulary.documents[document]
                if weight * score > scores.get(resource, 0.0):
                    scores[resource] = weight * score
        share = len(scores) / max(1, len(self._vocabulary.resources))
        if not within:
            self._add_speaking(scores)
        return _WordMatches(word, scores, share)

    def _add_speaking(self, scores: dict[int, float]) -> None:
        """Add the resources that speak of the topics found by a word."""
        speaking = self._vocabulary.speaking
        for topic in [resource for resource in scores if resource in speaking]:
            for row in speaking[topic]:
                score = _TOPIC_WEIGHT * row.share * scores[topic]
                scores[row.resource] = max(scores.get(row.resource, 0.0), score)

    def _points_by_name(self, execute: Execute) -> dict[str, float]:
        """The resources whose code or name is the query, or begins with it, with their points."""
        points: dict[str, float] = {}

        def add(resource: str, number: float) -> None:
            points[resource] = max(points.get(resource, 0), number * kind_weight(resource))

        end = self.folded + _MAX_CODE_POINT
        for resource, folded in execute(_SELECT_BEGINNING, (self.folded, end, _MAX_BEGINNINGS)):
            share = self._share_of_words(folded)
            add(resource, _BEGINNING_POINTS + _BEGINNING_WORDS_POINTS * share)
        for resource, is_code, folded in execute(_SELECT_NAMED, (self.compact, self.folded)):
            if not is_code:
                add(resource, _NAME_POINTS)
            elif folded == self.folded:
                add(resource, _CODE_POINTS)
        if self._code:
            code = self._code.folded
            for resource, is_code, _ in execute(_SELECT_NAMED, (code.replace(" ", ""), code)):
                if is_code and resource.startswith(f"{self._code.kind}/"):
                    points[resource] = 2 * _CODE_POINTS
        return points

    def _share_of_words(self, folded: str) -> float:
        """The share of the words of a name that the query is, where the name begins with them.

        0 elsewhere.
        """
        if not f"{folded} ".startswith(f"{self.folded} "):
            return 0.0
        return len(self.folded.split()) / len(folded.split())

    def _has_phrases(self, execute: Execute, resource: str) -> bool:
        texts = [f" {folded} " for (folded,) in execute(_SELECT_TEXTS, (resource, resource))]
        return all(_has_phrase(texts, phrase) for phrase in self.phrases)


def _has_phrase(texts: Sequence[str], phrase: str) -> bool:
    """Whether one of some texts, each between spaces, has a phrase."""
    return any(f" {phrase} " in text for text in texts)


def _weights(matches: Sequence[_WordMatches]) -> list[float]:
    """The weights of the words of a query; if all words are common, none counts for nothing."""
    weights = [match.word.weight * max(0.0, 1 - match.share / _COMMON) for match in matches]
    return weights if any(weights) else [match.word.weight for match in matches]


def kind_of(resource: str) -> str:
    """The kind of a resource, by its address after `{base}id/`."""
    return resource.partition("/")[0]


def kind_weight(resource: str) -> float:
    """The weight of the kind of a resource, of a concept that of its scheme."""
    kind, _, local = resource.partition("/")
    scheme = f"{kind}/{local.partition('/')[0]}"
    return _KIND_WEIGHTS.get(scheme) or _KIND_WEIGHTS.get(kind, 1.0)
