"""Search of the resources of a dataset version by names, codes and texts, in any language.

A resource need not have every word: its score is the sum of its words' BM25 (`bm25` of FTS5), where
a word counts once, by the best of its documents. Words that most resources have count for nothing
beside others. A word that no document has is replaced by similar ones. Resources whose name or code
is the query come first.
"""

from __future__ import annotations

import json
import logging
import math
import re
import sqlite3
import threading
import weakref
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from itertools import pairwise, takewhile
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.file_states import flaw_of
from gcmgraph.platform.similarity import nearest
from gcmgraph.platform.text import fold_words, plain_letters
from gcmgraph.publication.search.file import (
    FILE,
    Execute,
    Passage,
    base_language,
    find_passages,
    make_tables,
)
from gcmgraph.publication.search.words import FUNCTION_WORDS, codes, forms, query_words
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI
from gcmgraph.store.port import Store

#: Columns of the index that are searched, by the value of `in`: all, names and codes, longer texts.
COLUMNS = {"": "", "names": "{names names_written} : ", "texts": "{texts texts_written} : "}

#: Weights of the columns of `word`: names, texts, names of related resources, words as they are
#: written.
_WEIGHTS = "3.0, 1.0, 0.5, 0.2, 0.2"

#: Weights of kinds, and of schemes of concepts that people look for; 1 for others.
_KIND_WEIGHTS = {
    "objective": 1.3, "action": 1.2, "practice": 1.1, "country": 1.2, "evaluation": 0.2, "concept": 0.5, "source": 0.4,
    "statistics": 0.3, "contribution": 0.3, "concept/audience": 0.9, "concept/principle": 0.9, "concept/m49": 0.9,
    "concept/country-group": 0.9, "concept/area-of-work": 0.9, "concept/topic": 0.5,
    "concept/evaluation-theme": 0.2, "concept/evaluation-type": 0.2,
}  # fmt: skip

#: Points of a resource whose code or name is the query, and whose name begins with it.
_CODE, _WHOLE, _BEGINNING = 1000.0, 500.0, 15.0

#: Further points of a name that begins with the words of the query, by the share of its words that
#: they are: of "PROTECT project" PROTECT is a half, of "Protect children who travel alone" a fifth,
#: of "Protection" none.
_BEGINNING_WORDS = 60.0

#: Weights of similar words: in place of one that no document has, and beside one that few documents
#: have.
_REPLACING, _BESIDE = 0.8, 0.3

#: Beginning of the addresses of topics, which come after the first of the other resources.
_TOPIC = "concept/topic/"

#: Weight of a word of a topic for a resource that speaks of nothing else.
_SPOKEN = 0.1

#: Letters of the shortest word that may be misspelt: shorter ones are a letter from too many
#: others.
_MISSPELT = 5

#: Share of documents up to which a word is rare, and may be misspelt.
_RARE = 0.005

#: Share of resources from which a word counts for nothing beside others.
_COMMON = 0.3

#: Least share of the weight of a query's words that a result has.
_LEAST = 0.2

#: Limits on the words of a query, on the similar words of one, and on the names that begin with a
#: query.
_WORDS, _CORRECTIONS, _BEGINNINGS = 24, 3, 200

#: Letters of the shortest word that is searched as the beginning of others.
SHORTEST = 3

#: Power of the share of the weight of a query's words that a result has, by which its score is
#: multiplied.
_COVERED = 2

_PHRASE = re.compile(r'["“”«»„]([^"“”«»„]+)["“”«»„]')
_MATCH = f"SELECT rowid, -bm25(word, {_WEIGHTS}) FROM word WHERE word MATCH ?"  # noqa: S608
_BEING = "SELECT resource, code, folded FROM name WHERE compact = ? OR folded = ?"
_ALL_OF = "SELECT folded FROM name WHERE resource = ? UNION ALL SELECT folded FROM text WHERE resource = ?"
_BEGINNING_WITH = "SELECT resource, folded FROM name WHERE folded >= ? AND folded < ? LIMIT ?"

#: First letter of the Arabic script; those of Chinese are higher, of Latin and Cyrillic lower.
_ARABIC = "\u0600"

#: Sorts after every continuation of a text.
MAX_CODE_POINT = "\U0010ffff"

#: Kinds of resources with codes, by words that are written before a code: "SDG target 10.7",
#: "objectif 9".
_CODED_KINDS = {word: name for name, kind in KINDS.items() for word in kind.code_words}


@dataclass(frozen=True)
class KnownTokens:
    """The tokens of a search file with the number of their documents, and the resources of its documents by number."""

    frequency: Mapping[str, int]
    #: all resources, and the index of that of each document; the first document has number 1
    resources: list[str]
    documents: array[int]
    #: the resources that speak of a topic, by index, each with the share of the topic in its
    #: passages
    speaking: Mapping[int, list[tuple[int, float]]]
    #: the tokens that are compared with misspelt words of a length
    _of_length: dict[int, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, execute: Execute) -> KnownTokens:
        """The vocabulary of a search file. Raises `sqlite3.Error` for another file."""
        frequency = dict(execute("SELECT term, doc FROM vocabulary"))
        index: dict[str, int] = {}
        rows = execute("SELECT resource FROM document ORDER BY number")
        documents = array(
            "L", [0, *(index.setdefault(resource, len(index)) for (resource,) in rows)]
        )
        speaking: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
        for resource, topic, share in execute(
            "SELECT resource, other, share FROM about WHERE share"
        ):
            if topic in index and resource in index:
                speaking[index[topic]].append((index[resource], share))
        return cls(frequency, list(index), documents, speaking)

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
            self._of_length[len(word)] = [
                one for one in self.frequency if len(one) in lengths and one.isalpha()
            ]
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
        found = [f'"{token}"' for token in self.tokens] + [f'"{self.beginning}" *'] * bool(
            self.beginning
        )
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

    def __init__(self, text: str, vocabulary: KnownTokens) -> None:
        self._vocabulary = vocabulary
        self.folded = fold_words(text).replace("_", " ").strip()
        self.compact = self.folded.replace(" ", "")
        #: texts between quotation marks, folded: names or texts must have them
        self.phrases = [
            folded for phrase in _PHRASE.findall(text) if (folded := fold_words(phrase))
        ]
        found = query_words(text)
        last = found[-1] if found and not text[-1:].isspace() else ""
        meaning = [word for word in found if plain_letters(word) not in FUNCTION_WORDS][:_WORDS]
        known = [(word, self._word(word, last=word == last)) for word in meaning]
        #: words that the file has, or similar ones of the file
        self.words = [found for _, found in known if found is not None]
        #: words of which the file has neither them nor similar ones, folded
        self.unknown = [word for word, found in known if found is None]
        #: similar words by the words of the query that they replace
        self.replaced = {
            word: found.tokens for word, found in known if found and found.weight == _REPLACING
        }
        #: the tokens by which each word is found in passages, which may have words that the file
        #: has nowhere else
        self.in_passages = [
            (*forms(word), *(found.marks if found else ())) for word, found in known
        ]
        joined = [plain_letters(one) + plain_letters(other) for one, other in pairwise(found)]
        #: codes, and neighbouring words that the file has as one
        self._joined = [
            QueryWord((token,))
            for token in (*codes(text), *joined)
            if token in vocabulary.frequency
        ]

    @cached_property
    def marked(self) -> tuple[str, ...]:
        """The beginnings of words that are words of the query, folded."""
        return tuple(
            fold_words(
                " ".join(mark for word in (*self.words, *self._joined) for mark in word.marks)
            ).split()
        )

    def count(self, folded: str) -> int:
        """The number of the words that a text has, folded."""
        text, count = f" {folded}", 0
        for word in self.words:
            for (
                part
            ) in word.within:  # loops, since this is run for each name and text of the results
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
        beginning = (
            found[0] if last and len(found[0]) >= SHORTEST and not found[0].isdecimal() else ""
        )
        if beginning and not tokens and known.begins(beginning):
            return QueryWord((), beginning)
        rare = sum(known.frequency[token] for token in tokens) <= _RARE * len(known.documents)
        similar = (
            known.similar(found[0])
            if rare and found[0].isalpha() and len(found[0]) >= _MISSPELT
            else []
        )
        if tokens:
            return QueryWord(
                tokens, beginning, similar=tuple(one for one in similar if one not in tokens)
            )
        return QueryWord(tuple(similar), weight=_REPLACING) if similar else None

    def scores(self, execute: Execute, within: str, *, every: bool = False) -> dict[str, float]:
        """The resources found, best first, with their scores; with `every` those that have all words.

        `within` is a key of `COLUMNS`.
        """
        if not self.folded or (every and self.unknown):
            return {}
        found = self._by_words(execute, within, every=every)
        if within != "texts":
            for resource, points in self._by_name(execute).items():
                found[resource] = found.get(resource, 0) + points
        if self.phrases:
            found = {
                resource: score
                for resource, score in found.items()
                if self._has_phrases(execute, resource)
            }
        first = max(
            (score for resource, score in found.items() if not resource.startswith(_TOPIC)),
            default=math.inf,
        )
        for resource in [resource for resource in found if resource.startswith(_TOPIC)]:
            found[resource] = 1 / (1 / first + 1 / found[resource])
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    def _by_words(self, execute: Execute, within: str, *, every: bool) -> dict[str, float]:
        words, resources = [*self.words, *self._joined], self._vocabulary.resources
        found = [self._best(execute, word, within) for word in words]
        shares = [len(best) / max(1, len(resources)) for best in found]
        for best in found if not within else ():
            self._add_speaking(best)
        weights = [
            word.weight * max(0.0, 1 - share / _COMMON)
            for word, share in zip(words, shares, strict=True)
        ]
        if not any(weights):
            weights = [word.weight for word in words]
        scores: dict[int, float] = {}
        covered: dict[int, float] = {}
        total = 0.0
        for best, weight, share in zip(found, weights, shares, strict=True):
            rarity = weight * math.log(1 + 1 / share) if share else 0.0
            total += rarity
            for resource, score in best.items() if weight else ():
                scores[resource] = scores.get(resource, 0.0) + weight * score
                covered[resource] = covered.get(resource, 0.0) + rarity
        if every:
            kept = set(scores).intersection(*found[: len(self.words)])
        else:
            kept = {resource for resource, share in covered.items() if share >= _LEAST * total}
        return {
            resources[resource]: scores[resource]
            * (covered[resource] / total) ** _COVERED
            * kind_weight(resources[resource])
            for resource in kept
        }

    def _best(self, execute: Execute, word: QueryWord, within: str) -> dict[int, float]:
        """The resources that a word finds, each with the score of its best document."""
        best: dict[int, float] = {}
        for expression, weight in word.expressions:
            for document, score in execute(_MATCH, (COLUMNS[within] + expression,)):
                resource = self._vocabulary.documents[document]
                if weight * score > best.get(resource, 0.0):
                    best[resource] = weight * score
        return best

    def _add_speaking(self, best: dict[int, float]) -> None:
        """Add the resources that speak of the topics found by a word."""
        speaking = self._vocabulary.speaking
        for topic in [resource for resource in best if resource in speaking]:
            for resource, share in speaking[topic]:
                best[resource] = max(best.get(resource, 0.0), _SPOKEN * share * best[topic])

    def _by_name(self, execute: Execute) -> dict[str, float]:
        """The resources whose code or name is the query, or begins with it, with their points."""
        points: dict[str, float] = {}
        beginning = execute(
            _BEGINNING_WITH, (self.folded, self.folded + MAX_CODE_POINT, _BEGINNINGS)
        )
        for resource, folded in beginning:
            share = self._share_of_words(folded)
            weight = (_BEGINNING + _BEGINNING_WORDS * share) * kind_weight(resource)
            points[resource] = max(points.get(resource, 0), weight)
        for resource, code, folded in execute(_BEING, (self.compact, self.folded)):
            if not code or folded == self.folded:
                points[resource] = max(
                    points.get(resource, 0), (_CODE if code else _WHOLE) * kind_weight(resource)
                )
        kind, code = self._coded()
        for resource, of_code, _ in execute(_BEING, (code.replace(" ", ""), code)) if kind else ():
            if of_code and resource.startswith(f"{kind}/"):
                points[resource] = 2 * _CODE
        return points

    def _share_of_words(self, folded: str) -> float:
        """The share of the words of a name that the query is, where the name begins with them; 0 elsewhere."""
        if not f"{folded} ".startswith(f"{self.folded} "):
            return 0.0
        return len(self.folded.split()) / len(folded.split())

    def _coded(self) -> tuple[str, str]:
        """The kind that the first words of the query name, and the rest, which may be a code; empty for no kind."""
        words = self.folded.split()
        before = list(takewhile(_CODED_KINDS.__contains__, words))
        named = {_CODED_KINDS[word] for word in before}
        return (named.pop(), " ".join(words[len(before) :])) if len(named) == 1 else ("", "")

    def _has_phrases(self, execute: Execute, resource: str) -> bool:
        texts = [f" {folded} " for (folded,) in execute(_ALL_OF, (resource, resource))]
        return all(any(f" {phrase} " in text for text in texts) for phrase in self.phrases)


def kind_weight(resource: str) -> float:
    """The weight of the kind of a resource, of a concept that of its scheme."""
    kind, _, local = resource.partition("/")
    return _KIND_WEIGHTS.get(f"{kind}/{local.partition('/')[0]}") or _KIND_WEIGHTS.get(kind, 1.0)


_LOG = logging.getLogger(__name__)

#: Ways in which a resource fits a query: its code, a whole name, the beginning of a name, all words
#: in a name, some, in a longer text, in the name of a resource that it is about.
FITS = ("code", "whole", "beginning", "words", "some", "text", "related")

_NAMES = "SELECT resource, text, language, code, rank, folded FROM name"
_AMONG = "WHERE resource IN (SELECT value FROM json_each(?)) ORDER BY rowid"
_NAMES_OF = f"{_NAMES} {_AMONG}"
_TEXTS_OF = f"SELECT resource, text, language, folded FROM text {_AMONG}"  # noqa: S608
_ABOUT = f"SELECT resource, other, share FROM about {_AMONG}"  # noqa: S608
_WITH_CODE = "SELECT DISTINCT resource FROM name WHERE folded = ? AND code ORDER BY resource"
_NAMED = "SELECT DISTINCT resource FROM name WHERE folded = ? ORDER BY resource LIMIT ?"

#: Queries whose results are cached for their counts and pages.
_CACHED = 16


class NameRow(NamedTuple):
    """A name or code of a resource in a search file."""

    resource: str
    text: str
    language: str | None
    code: bool
    #: index of its property in `NAMES`
    rank: int
    folded: str

    @property
    def kind(self) -> str:
        """The kind of the resource."""
        return _kind(self.resource)


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: the name, code or text that is found, its language, and how it fits (one of `FITS`)."""

    iri: IRI
    kind: str
    text: str
    language: str | None
    fit: str
    #: the beginnings of words that excerpts mark, folded
    words: tuple[str, ...] = ()
    #: the resource or topic by whose name it is found, if its own texts have none of the words
    through: IRI | None = None


class _SearchTables:
    """The tables of a search file; threads read in turn.

    They remain readable after the removal of the file.
    """

    def __init__(self, file: Path | None, make: Callable[[sqlite3.Connection], None]) -> None:
        """`make` makes them in an empty database; used where the file is missing or damaged, which is logged."""
        self._file, self._make, self._lock = file, make, threading.Lock()
        self._connection: sqlite3.Connection | None = None
        if file is not None and not flaw_of(file.parent, file.name):
            with suppress(sqlite3.Error):
                uri = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
                self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)

    def __call__(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """The rows of a query."""
        with self._lock:
            if self._connection is not None:
                with suppress(sqlite3.DatabaseError):
                    return self._connection.execute(query, values).fetchall()
            if self._file is not None:
                _LOG.warning(
                    "The search index %s is missing, damaged or of another version; it is made anew.",
                    self._file,
                )
            self._connection = sqlite3.connect(
                ":memory:", isolation_level=None, check_same_thread=False
            )
            self._make(self._connection)
            return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()


class SearchIndex:
    """The search index of one dataset version. It remains usable after the removal of its file."""

    def __init__(self, store: Store, addresses: Addresses, folder: Path | None = None) -> None:
        """Open the search file in the folder of a version; without a whole one, its tables are made from the store."""
        self._addresses = addresses
        self._tables = _SearchTables(
            folder and folder / FILE, partial(make_tables, store=store, addresses=addresses)
        )
        weakref.finalize(self, self._tables.close)
        # caches of methods would be a reference cycle, and keep the file of the version open
        tables = self._tables
        self._query = query = lru_cache(_CACHED)(
            partial(SearchQuery, vocabulary=KnownTokens.read(tables))
        )
        self._scores = lru_cache(_CACHED)(
            lambda text, within, every: query(text).scores(tables, within, every=every)
        )

    def search(
        self,
        query: str,
        language: str,
        limit: int,
        offset: int = 0,
        kinds: Collection[str] = (),
        within: str = "",
        among: Container[IRI] | None = None,
    ) -> list[Hit]:
        """The resources that a query finds, of some kinds or of any: `limit` of them from `offset` on, best first.

        `within` is `names` or `texts`; by default both, and names of related resources and topics.
        Texts in `language` are preferred for display. Of all results, only those `among` others
        count.
        """
        scores = self._scores(query, within, False)
        found = [
            resource
            for resource in scores
            if (not kinds or _kind(resource) in kinds)
            and (among is None or self._iri(resource) in among)
        ]
        return self._hits(found[offset : offset + limit], self._query(query), language, scores)

    def passages(self, query: str, limit: int) -> tuple[list[Passage], tuple[str, ...]]:
        """The passages of documents with most words of a query, best first, and the beginnings of words to mark.

        There are none where no document is present.
        """
        parsed = self._query(query)
        found = find_passages(self._tables, parsed.in_passages, parsed.phrases, limit)
        return found, tuple(token for tokens in parsed.in_passages for token in tokens)

    def count(self, query: str, kinds: Collection[str] = (), within: str = "") -> int:
        """Number of resources that a query finds, of some kinds or of any."""
        counts = self.counts(query, within)
        return sum(count for kind, count in counts.items() if not kinds or kind in kinds)

    def counts(self, query: str, within: str = "") -> dict[str, int]:
        """Number of resources that a query finds, by kind; none without any."""
        return dict(Counter(map(_kind, self._scores(query, within, False))))

    def unknown(self, query: str) -> list[str]:
        """The words of a query that are in no name or text, nor are similar ones; folded."""
        return self._query(query).unknown

    def replaced(self, query: str) -> dict[str, tuple[str, ...]]:
        """The words of a query that no name or text has, with the similar words that are searched in their place."""
        return self._query(query).replaced

    def found(self, query: str, kind: str, within: str = "") -> list[IRI]:
        """All resources of a kind that a query finds, best first."""
        return [
            self._iri(resource)
            for resource in self._scores(query, within, False)
            if _kind(resource) == kind
        ]

    def resources(self, query: str, kind: str) -> frozenset[IRI]:
        """The resources of a kind with all words of a query, unordered."""
        found = self._scores(query, "", True)
        return frozenset(self._iri(resource) for resource in found if _kind(resource) == kind)

    def with_code(self, code: str) -> list[IRI]:
        """The resources with exactly this code or acronym, by address."""
        return self._exact(_WITH_CODE, fold_words(code))

    def named(self, name: str, limit: int = 20) -> list[IRI]:
        """The resources with exactly this label, code or acronym, by address, regardless of case and accents."""
        return self._exact(_NAMED, fold_words(name), limit)

    def _exact(self, query: str, folded: str, *limit: int) -> list[IRI]:
        found = self._tables(query, (folded, *limit)) if folded else ()
        return [self._iri(resource) for (resource,) in found]

    def near(self, name: str, limit: int = 5) -> list[Hit]:
        """The names and codes most similar to one that was not found, at most one for each resource."""
        found: dict[str, Hit] = {}
        for row in nearest(fold_words(name), self.names, 4 * limit, key=itemgetter(5)):
            found.setdefault(
                row.resource,
                Hit(self._iri(row.resource), _kind(row.resource), row.text, row.language, "some"),
            )
        return list(found.values())[:limit]

    @cached_property
    def names(self) -> list[NameRow]:
        """All names and codes, by address."""
        return [NameRow(*row) for row in self._tables(_NAMES)]

    def _hits(
        self, resources: list[str], query: SearchQuery, language: str, found: Container[str]
    ) -> list[Hit]:
        """Results, each with its best name, or with a text that has more of the words.

        All that is `found` is given.
        """
        names = _rows(self._tables, _NAMES_OF, resources)
        fits = {
            resource: min(
                _fit(NameRow(resource, *name), query, language) for name in names[resource]
            )
            for resource in resources
        }
        partial_fits = [
            resource for resource in resources if FITS[fits[resource][0]] in ("some", "related")
        ]
        texts = _rows(self._tables, _TEXTS_OF, partial_fits)
        hits: list[Hit] = []
        through = self._through(partial_fits, query, found)
        for resource in resources:
            fit, count, _, _, _, text, tag = fits[resource]
            best = max(
                (
                    (query.count(folded), base_language(tag) == language, -at)
                    for at, (_, tag, folded) in enumerate(texts[resource])
                ),
                default=(0, False, 0),
            )
            if best[0] > -count:
                (text, tag, _), fit = texts[resource][-best[2]], FITS.index("text")
            other = through.get(resource) if FITS[fit] == "related" else None
            hits.append(
                Hit(
                    self._iri(resource),
                    _kind(resource),
                    text,
                    tag or None,
                    FITS[fit],
                    query.marked,
                    other,
                )
            )
        return hits

    def _through(
        self, related: list[str], query: SearchQuery, found: Container[str]
    ) -> dict[str, IRI]:
        """The resources or topics by whose names resources are found; they are found themselves."""
        about = _rows(self._tables, _ABOUT, related)
        names = _rows(
            self._tables,
            _NAMES_OF,
            [one for rows in about.values() for one, _ in rows if one in found],
        )
        counts = {
            one: max(query.count(folded) for *_, folded in rows) for one, rows in names.items()
        }
        best = {
            resource: max(rows, key=lambda row: (counts.get(row[0], 0), row[1] or 0))[0]
            for resource, rows in about.items()
        }
        return {resource: self._iri(one) for resource, one in best.items() if counts.get(one)}

    def _iri(self, resource: str) -> IRI:
        return IRI(f"{self._addresses.base}id/{resource}")


def _rows(
    execute: Execute, select: str, resources: list[str]
) -> defaultdict[str, list[tuple[Any, ...]]]:
    """The rows of some resources, without their first column, by resource."""
    found: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for resource, *row in execute(select, (json.dumps(resources),)) if resources else ():
        found[resource].append(tuple(row))
    return found


def _kind(resource: str) -> str:
    return resource.partition("/")[0]


def _fit(
    name: NameRow, query: SearchQuery, language: str
) -> tuple[int, int, bool, int, int, str, str]:
    """Sort key of the names of a resource, the best first: index in `FITS`, minus the words that it has, and so on."""
    count = query.count(name.folded)
    if name.folded in (query.folded, query.code) and name.code:
        fit = "code"
    elif not name.code and name.folded.replace(" ", "") == query.compact:
        fit = "whole"
    elif name.folded.startswith(query.folded):
        fit = "beginning"
    else:
        fit = "related" if not count else "words" if count == len(query.words) else "some"
    foreign = base_language(name.language) not in ("", language)
    return (
        FITS.index(fit),
        -count,
        foreign,
        name.rank,
        len(name.text),
        name.text,
        name.language or "",
    )
