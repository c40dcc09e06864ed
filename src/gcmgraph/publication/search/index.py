"""Search of the resources of a dataset version by names, codes and texts, in any language.

The resources that a query finds, and their order, are those of `search.query`. A result has the
name, code or text that fits best.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import weakref
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from gcmgraph.platform.file_states import flaw_of
from gcmgraph.platform.similarity import nearest
from gcmgraph.platform.text import fold_words
from gcmgraph.publication.search.contents import Passage
from gcmgraph.publication.search.file import FILE, make_tables
from gcmgraph.publication.search.passages import Execute, find_passages
from gcmgraph.publication.search.query import SearchQuery, SearchVocabulary
from gcmgraph.publication.search.ranking import Ranking, kind_of
from gcmgraph.publication.search.words import base_language
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI
from gcmgraph.store.port import Store

_LOG = logging.getLogger(__name__)

#: Ways in which a resource fits a query: its code, a whole name, the beginning of a name, all words
#: in a name, some, in a longer text, in the name of a resource that it is about.
FITS = ("code", "whole", "beginning", "words", "some", "text", "related")

#: Ways in which a name fits that a text with more of the words replaces.
_PARTIAL_FITS = ("some", "related")

#: Limit on similar names of an unknown one.
_MAX_SIMILAR_NAMES = 5

#: Queries whose results are cached for their counts and pages.
_CACHED_QUERIES = 16

_OF_RESOURCES = "WHERE resource IN (SELECT value FROM json_each(?)) ORDER BY rowid"
_NAMES = "SELECT resource, text, language, code, rank, folded FROM name"
_SELECT_NAMES = f"{_NAMES} ORDER BY resource, rowid"
_SELECT_NAMES_OF = f"{_NAMES} {_OF_RESOURCES}"
_SELECT_TEXTS = "SELECT resource, text, language, folded FROM text"
_SELECT_TEXTS_OF = f"{_SELECT_TEXTS} {_OF_RESOURCES}"
_SELECT_ABOUT = f"SELECT resource, other, share FROM about {_OF_RESOURCES}"  # noqa: S608
_SELECT_CODED = "SELECT DISTINCT resource FROM name WHERE folded = ? AND code ORDER BY resource"
_SELECT_NAMED = "SELECT DISTINCT resource FROM name WHERE folded = ? ORDER BY resource LIMIT ?"


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
        return kind_of(self.resource)


class TextRow(NamedTuple):
    """A longer text of a resource in a search file."""

    resource: str
    text: str
    language: str | None
    folded: str


class AboutRow(NamedTuple):
    """A resource or topic that a resource is about, in a search file; a topic with its share."""

    resource: str
    related: str
    share: float | None


class _NameFit(NamedTuple):
    """Sort key of the names of a resource for a query; the best name has the smallest."""

    #: index in `FITS`
    fit: int
    #: minus the number of the words that the name has
    minus_words: int
    is_foreign: bool
    rank: int
    length: int
    text: str
    language: str


Row = TypeVar("Row", NameRow, TextRow, AboutRow)


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: the name, code or text that fits, its language, and how it fits (one of `FITS`)."""

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
        """`make` makes them in an empty database.

        Used where the file is missing or damaged, which is logged.
        """
        self._file = file
        self._make = make
        self._lock = threading.Lock()
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
            self._connection = self._make_anew()
            return self._connection.execute(query, values).fetchall()

    def _make_anew(self) -> sqlite3.Connection:
        """The tables in memory."""
        if self._file is not None:
            _LOG.warning(
                "The search index %s is missing, damaged or of another version; it is made anew.",
                self._file,
            )
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._make(connection)
        return connection

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()


class SearchIndex:
    """The search index of one dataset version. It remains usable after the removal of its file."""

    def __init__(self, store: Store, addresses: Addresses, folder: Path | None = None) -> None:
        """Open the search file in the folder of a version.

        Without a whole one, its tables are made from the store.
        """
        self._addresses = addresses
        file = folder / FILE if folder else None
        self._tables = _SearchTables(file, partial(make_tables, store=store, addresses=addresses))
        weakref.finalize(self, self._tables.close)
        # caches of methods would be a reference cycle, and keep the file of the version open
        tables = self._tables
        vocabulary = SearchVocabulary.read(tables)
        query = lru_cache(_CACHED_QUERIES)(partial(SearchQuery, vocabulary=vocabulary))
        self._query = query

        def scores(text: str, within: str, all_words: bool) -> dict[str, float]:
            ranking = Ranking(query(text), vocabulary, tables)
            return ranking.scores(within, all_words=all_words)

        self._scores = lru_cache(_CACHED_QUERIES)(scores)

    def search(
        self,
        query: str,
        language: str,
        limit: int,
        offset: int = 0,
        kinds: Collection[str] = (),
        within: str = "",
        among: Container[IRI] | None = None,
        without: Container[IRI] = (),
    ) -> list[Hit]:
        """The resources that a query finds, best first: `limit` of them from `offset` on.

        Without `kinds` they are of any kind. `within` is `names` or `texts`; by default both, and
        names of related resources and topics.
        Texts in `language` are preferred for display. Of all results, only those `among` others
        count, and none of those `without`.
        """
        scores = self._scores(query, within, False)
        matches = [
            resource
            for resource in scores
            if (not kinds or kind_of(resource) in kinds)
            and (among is None or self._iri(resource) in among)
            and (not without or self._iri(resource) not in without)
        ]
        page = matches[offset : offset + limit]
        return self._hits(page, self._query(query), language, scores)

    def passages(self, query: str, limit: int) -> tuple[list[Passage], tuple[str, ...]]:
        """The passages with most words of a query, best first, and the beginnings of words to mark.

        There are none where no document is present.
        """
        parsed_query = self._query(query)
        words = parsed_query.in_passages
        passages = find_passages(self._tables, words, parsed_query.phrases, limit)
        return passages, tuple(chain.from_iterable(words))

    def count(self, query: str, kinds: Collection[str] = (), within: str = "") -> int:
        """Number of resources that a query finds, of some kinds or of any."""
        counts = self.counts(query, within)
        return sum(count for kind, count in counts.items() if not kinds or kind in kinds)

    def counts(self, query: str, within: str = "") -> dict[str, int]:
        """Number of resources that a query finds, by kind; none without any."""
        return dict(Counter(map(kind_of, self._scores(query, within, False))))

    def unknown(self, query: str) -> list[str]:
        """The words of a query that are in no name or text, nor are similar ones; folded."""
        return self._query(query).unknown

    def replaced(self, query: str) -> dict[str, tuple[str, ...]]:
        """The words of a query that no name or text has, with the words searched instead."""
        return self._query(query).replaced

    def matches(self, query: str, kind: str, within: str = "") -> list[IRI]:
        """All resources of a kind that a query finds, best first."""
        resources = self._scores(query, within, False)
        return [self._iri(resource) for resource in resources if kind_of(resource) == kind]

    def resources(self, query: str, kind: str) -> frozenset[IRI]:
        """The resources of a kind with all words of a query, unordered."""
        resources = self._scores(query, "", True)
        return frozenset(self._iri(resource) for resource in resources if kind_of(resource) == kind)

    def with_code(self, code: str) -> list[IRI]:
        """The resources with exactly this code or acronym, by address."""
        return self._exact(_SELECT_CODED, fold_words(code))

    def named(self, name: str, limit: int = 20) -> list[IRI]:
        """The resources with exactly this label, code or acronym, by address.

        Case and accents are ignored.
        """
        return self._exact(_SELECT_NAMED, fold_words(name), limit)

    def _exact(self, query: str, folded: str, *limit: int) -> list[IRI]:
        rows = self._tables(query, (folded, *limit)) if folded else ()
        return [self._iri(resource) for (resource,) in rows]

    def similar_names(self, name: str) -> list[Hit]:
        """The names and codes most similar to an unknown one, at most one for each resource."""
        hits: dict[str, Hit] = {}
        rows = nearest(
            fold_words(name), self.names, 4 * _MAX_SIMILAR_NAMES, key=attrgetter("folded")
        )
        for row in rows:
            hit = Hit(self._iri(row.resource), row.kind, row.text, row.language, "some")
            hits.setdefault(row.resource, hit)
        return list(hits.values())[:_MAX_SIMILAR_NAMES]

    @cached_property
    def names(self) -> list[NameRow]:
        """All names and codes, by address."""
        return [NameRow(*row) for row in self._tables(_SELECT_NAMES)]

    def _hits(
        self, resources: list[str], query: SearchQuery, language: str, matches: Container[str]
    ) -> list[Hit]:
        """Results, each with its best name, or with a text that has more of the words.

        `matches` are the resources of all results.
        """
        names = _rows(NameRow, self._tables, _SELECT_NAMES_OF, resources)
        fits = {
            resource: min(_name_fit(name, query, language) for name in names[resource])
            for resource in resources
        }
        partial_fits = [
            resource for resource in resources if FITS[fits[resource].fit] in _PARTIAL_FITS
        ]
        texts = _rows(TextRow, self._tables, _SELECT_TEXTS_OF, partial_fits)
        through = self._through(partial_fits, query, matches)
        hits = []
        for resource in resources:
            name = fits[resource]
            hit = Hit(
                iri=self._iri(resource),
                kind=kind_of(resource),
                text=name.text,
                language=name.language or None,
                fit=FITS[name.fit],
                words=query.beginnings,
            )
            best_text = _best_text(texts[resource], query, language)
            if best_text and query.count(best_text.folded) > -name.minus_words:
                language_of_text = best_text.language or None
                hit = replace(hit, text=best_text.text, language=language_of_text, fit="text")
            elif hit.fit == "related":
                hit = replace(hit, through=through.get(resource))
            hits.append(hit)
        return hits

    def _through(
        self, resources: list[str], query: SearchQuery, matches: Container[str]
    ) -> dict[str, IRI]:
        """The resources or topics by whose names resources are found.

        They are among the matches themselves.
        """
        about = _rows(AboutRow, self._tables, _SELECT_ABOUT, resources)
        related = [row.related for rows in about.values() for row in rows if row.related in matches]
        names = _rows(NameRow, self._tables, _SELECT_NAMES_OF, related)
        counts = {
            resource: max(query.count(name.folded) for name in rows)
            for resource, rows in names.items()
        }
        through = {}
        for resource, rows in about.items():
            best = max(rows, key=lambda row: (counts.get(row.related, 0), row.share or 0))
            if counts.get(best.related):
                through[resource] = self._iri(best.related)
        return through

    def _iri(self, resource: str) -> IRI:
        return IRI(f"{self._addresses.base}id/{resource}")


def _rows(
    row_class: type[Row], execute: Execute, select: str, resources: list[str]
) -> Mapping[str, list[Row]]:
    """The rows of some resources, by resource."""
    rows_of: defaultdict[str, list[Row]] = defaultdict(list)
    if resources:
        for row in execute(select, (json.dumps(resources),)):
            rows_of[row[0]].append(row_class(*row))
    return rows_of


def _best_text(texts: list[TextRow], query: SearchQuery, language: str) -> TextRow | None:
    """The text with most words of a query, of these one in a language, of these the first."""
    return max(
        texts,
        key=lambda text: (query.count(text.folded), base_language(text.language) == language),
        default=None,
    )


def _name_fit(name: NameRow, query: SearchQuery, language: str) -> _NameFit:
    """The sort key of a name or code of a resource for a query."""
    count = query.count(name.folded)
    return _NameFit(
        fit=FITS.index(_fit(name, query, count)),
        minus_words=-count,
        is_foreign=base_language(name.language) not in ("", language),
        rank=name.rank,
        length=len(name.text),
        text=name.text,
        language=name.language or "",
    )


def _fit(name: NameRow, query: SearchQuery, count: int) -> str:
    """The one of `FITS` by which a name with `count` words of a query fits."""
    if name.code and name.folded in (query.folded, query.code):
        return "code"
    if not name.code and name.folded.replace(" ", "") == query.compact:
        return "whole"
    if name.folded.startswith(query.folded):
        return "beginning"
    if not count:
        return "related"
    return "words" if count == len(query.words) else "some"
