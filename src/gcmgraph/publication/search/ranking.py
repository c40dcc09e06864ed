"""Ranking of resources for a query: their scores by words, names and codes.

A resource need not have every word: its score is the sum of its words' BM25 (`bm25` of FTS5), where
a word counts once, by the best of its documents. Words that most resources have count for nothing
beside others. Resources whose name or code is the query come first.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from gcmgraph.platform.text import HAN
from gcmgraph.publication.search.passages import Execute
from gcmgraph.publication.search.query import REPLACING, QueryWord, SearchQuery, SearchVocabulary

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

#: Beginning of the addresses of topics, which come after the first of the other resources.
_TOPIC = "concept/topic/"

#: Weight of a word of a topic for a resource that speaks of nothing else.
_TOPIC_WEIGHT = 0.1

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

#: Limit on the names that begin with a query.
_MAX_BEGINNINGS = 200

_BM25 = f"-bm25(word, {_COLUMN_WEIGHTS})"
_SELECT_MATCHES = f"SELECT rowid, {_BM25} FROM word WHERE word MATCH ?"  # noqa: S608
_SELECT_NAMED = "SELECT resource, code, folded FROM name WHERE compact = ? OR folded = ?"
_SELECT_BEGINNING = "SELECT resource, folded FROM name WHERE folded >= ? AND folded < ? LIMIT ?"
_SELECT_TEXTS = """SELECT folded FROM name WHERE resource = ?
    UNION ALL SELECT folded FROM text WHERE resource = ?"""

#: Sorts after every continuation of a text.
_MAX_CODE_POINT = "\U0010ffff"


@dataclass(frozen=True)
class _WordMatches:
    """The resources that a word finds, by index, with the scores of their best documents."""

    word: QueryWord
    scores: dict[int, float]
    #: share of the resources that have the word
    share: float


class Ranking:
    """The scores of the resources of a search file for a query."""

    def __init__(self, query: SearchQuery, vocabulary: SearchVocabulary, execute: Execute) -> None:
        self._query = query
        self._vocabulary = vocabulary
        self._execute = execute

    def scores(self, within: str, *, all_words: bool) -> dict[str, float]:
        """The matching resources, best first, with their scores.

        With `all_words` those that have all words. `within` is a key of `COLUMNS`.
        """
        if not self._query.folded or (all_words and self._query.unknown):
            return {}
        scores = self._scores_by_words(within, all_words=all_words)
        if within != "texts":
            for resource, points in self._points_by_name().items():
                scores[resource] = scores.get(resource, 0) + points
        if self._query.phrases:
            scores = {
                resource: score for resource, score in scores.items() if self._has_phrases(resource)
            }
        topics = [resource for resource in scores if resource.startswith(_TOPIC)]
        highest = max(
            (score for resource, score in scores.items() if not resource.startswith(_TOPIC)),
            default=math.inf,
        )
        for topic in topics:
            scores[topic] = 1 / (1 / highest + 1 / scores[topic])
        return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))

    def _scores_by_words(self, within: str, *, all_words: bool) -> dict[str, float]:
        """The resources with enough of the words, or with all, and their scores.

        Example. Of 1,000 resources 10 have "detention", 100 have "children". The words weigh 1 -
        .01 / .3 = .97 and 1 - .1 / .3 = .67, and their rarities are .97 × log(1 + 100) = 4.5 and
        .67 × log(1 + 10) = 1.6. A resource with "detention" only has 74 % of the weight of the
        query: its BM25 is multiplied by .97, by .74² = .54, and by the weight of its kind.
        """
        matches = [
            self._matches(word, within) for word in (*self._query.words, *self._query.joined_words)
        ]
        weights = _weights(matches)
        scores: dict[int, float] = {}
        covered: dict[int, float] = {}
        total = 0.0
        of_whole_words = 0.0
        for match, weight in zip(matches, weights, strict=True):
            rarity = weight * math.log(1 + 1 / match.share) if match.share else 0.0
            total += rarity
            if match.word.weight != REPLACING:
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
            of_words = (match.scores for match in matches[: len(self._query.words)])
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
        words = [word for word in self._query.unknown if not re.match(HAN, word)]
        count = max(0, len(words) - len(self._query.joined_words))
        return _UNKNOWN * count * math.log(1 + len(self._vocabulary.resources))

    def _matches(self, word: QueryWord, within: str) -> _WordMatches:
        """The resources that a word finds, or of whose topics it is a word."""
        scores: dict[int, float] = {}
        for expression, weight in word.expressions:
            for document, score in self._execute(_SELECT_MATCHES, (COLUMNS[within] + expression,)):
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

    def _points_by_name(self) -> dict[str, float]:
        """The resources whose code or name is the query, or begins with it, with their points."""
        points: dict[str, float] = {}

        def add(resource: str, number: float) -> None:
            points[resource] = max(points.get(resource, 0), number * kind_weight(resource))

        end = self._query.folded + _MAX_CODE_POINT
        for resource, folded in self._execute(
            _SELECT_BEGINNING, (self._query.folded, end, _MAX_BEGINNINGS)
        ):
            share = self._share_of_words(folded)
            add(resource, _BEGINNING_POINTS + _BEGINNING_WORDS_POINTS * share)
        for resource, is_code, folded in self._execute(
            _SELECT_NAMED, (self._query.compact, self._query.folded)
        ):
            if not is_code:
                add(resource, _NAME_POINTS)
            elif folded == self._query.folded:
                add(resource, _CODE_POINTS)
        if self._query.coded_kind:
            code = self._query.coded_kind.folded
            for resource, is_code, _ in self._execute(_SELECT_NAMED, (code.replace(" ", ""), code)):
                if is_code and resource.startswith(f"{self._query.coded_kind.kind}/"):
                    points[resource] = 2 * _CODE_POINTS
        return points

    def _share_of_words(self, folded: str) -> float:
        """The share of the words of a name that the query is, where the name begins with them.

        0 elsewhere.
        """
        if not f"{folded} ".startswith(f"{self._query.folded} "):
            return 0.0
        return len(self._query.folded.split()) / len(folded.split())

    def _has_phrases(self, resource: str) -> bool:
        texts = [f" {folded} " for (folded,) in self._execute(_SELECT_TEXTS, (resource, resource))]
        return all(_has_phrase(texts, phrase) for phrase in self._query.phrases)


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
