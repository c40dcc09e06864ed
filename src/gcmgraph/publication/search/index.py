"""Search of the resources of a dataset version by names, codes and texts, in any language."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import weakref
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.search.file import base_language, make_tables, stored_contents
from gcmgraph.publication.search.query import SearchQuery, Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.text import fold_words, nearest

_LOG = logging.getLogger(__name__)

#: Ways in which a resource fits a query: its code, a whole name, the beginning of a name, all words in a name, some, in
#: a longer text, in the name of a resource that it is about.
FITS = ("code", "whole", "beginning", "words", "some", "text", "related")

_NAMES = "SELECT thing, text, language, code, rank, folded FROM name"
_AMONG = "WHERE thing IN (SELECT value FROM json_each(?)) ORDER BY rowid"
_NAMES_OF = f"{_NAMES} {_AMONG}"
_TEXTS_OF = f"SELECT thing, text, language, folded FROM text {_AMONG}"  # noqa: S608
_WITH_CODE = "SELECT DISTINCT thing FROM name WHERE folded = ? AND code ORDER BY thing"
_NAMED = "SELECT DISTINCT thing FROM name WHERE folded = ? ORDER BY thing LIMIT ?"

#: Queries whose results are cached for their counts and pages.
_CACHED = 16

Read = TypeVar("Read")


class NameRow(NamedTuple):
    """A name or code of a resource in a search file."""

    thing: str
    text: str
    language: str | None
    code: bool
    #: index of its property in `NAMES`
    rank: int
    folded: str

    @property
    def kind(self) -> str:
        """The kind of the resource."""
        return _kind(self.thing)


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


class _SearchFile:
    """An open search file. Threads read it in turn; it remains usable after its removal."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Raises `sqlite3.Error` for no search file."""
        self._connection = connection
        self._lock = threading.Lock()
        weakref.finalize(self, connection.close)
        self.vocabulary = Vocabulary.read(connection)
        # caches of methods would be a reference cycle, and keep the file of the version open
        self.query = lru_cache(_CACHED)(partial(SearchQuery, vocabulary=self.vocabulary))
        self.scores = lru_cache(_CACHED)(partial(_scores, connection, self._lock, self.query))

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for one thread."""
        with self._lock:
            yield self._connection

    @cached_property
    def names(self) -> list[NameRow]:
        with self.reading() as database:
            return [NameRow(*row) for row in database.execute(_NAMES)]


def _scores(
    connection: sqlite3.Connection,
    lock: threading.Lock,
    query: Callable[[str], SearchQuery],
    text: str,
    within: str,
    every: bool,
) -> dict[str, float]:
    with lock:
        return query(text).scores(connection, within, every=every)


class SearchIndex:
    """The search index of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses, file: Path | None = None) -> None:
        """Open `file`, the search file of the version.

        If it is missing or damaged, its tables are made in memory from the store on first use, which is logged.
        """
        self._store = store
        self._addresses = addresses
        self._file = file
        self._making = threading.Lock()
        self._opened: _SearchFile | None = None
        if file is not None:
            with suppress(sqlite3.Error):
                uri = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
                self._opened = _SearchFile(sqlite3.connect(uri, uri=True, check_same_thread=False))

    def search(
        self, query: str, language: str, limit: int, offset: int = 0, kinds: Collection[str] = (), within: str = ""
    ) -> list[Hit]:
        """The resources that a query finds, of some kinds or of any: `limit` of them from `offset` on, best first.

        `within` is `names` or `texts`; by default both, and names of related resources. Texts in `language` are
        preferred for display.
        """

        def read(opened: _SearchFile) -> list[Hit]:
            found = [thing for thing in opened.scores(query, within, False) if not kinds or _kind(thing) in kinds]
            parsed = opened.query(query)
            with opened.reading() as database:
                return self._hits(database, found[offset : offset + limit], parsed, language)

        return self._read(read)

    def count(self, query: str, kinds: Collection[str] = (), within: str = "") -> int:
        """Number of resources that a query finds, of some kinds or of any."""
        counts = self.counts(query, within)
        return sum(count for kind, count in counts.items() if not kinds or kind in kinds)

    def counts(self, query: str, within: str = "") -> dict[str, int]:
        """Number of resources that a query finds, by kind; none without any."""
        return dict(self._read(lambda opened: Counter(map(_kind, opened.scores(query, within, False)))))

    def unknown(self, query: str) -> list[str]:
        """The words of a query that are in no name or text, nor are similar ones; folded."""
        return self._read(lambda opened: opened.query(query).unknown)

    def things(self, query: str, kind: str) -> frozenset[IRI]:
        """The resources of a kind with all words of a query, unordered."""
        found = self._read(lambda opened: opened.scores(query, "", True))
        return frozenset(self._iri(thing) for thing in found if _kind(thing) == kind)

    def with_code(self, code: str) -> list[IRI]:
        """The resources with exactly this code or acronym, by address."""
        return self._exact(_WITH_CODE, fold_words(code))

    def named(self, name: str, limit: int = 20) -> list[IRI]:
        """The resources with exactly this label, code or acronym, by address, regardless of case and accents."""
        return self._exact(_NAMED, fold_words(name), limit)

    def _exact(self, query: str, folded: str, *limit: int) -> list[IRI]:
        def read(opened: _SearchFile) -> list[IRI]:
            with opened.reading() as database:
                return [self._iri(thing) for (thing,) in database.execute(query, (folded, *limit))]

        return self._read(read) if folded else []

    def near(self, name: str, limit: int = 5) -> list[Hit]:
        """The names and codes most similar to one that was not found, at most one for each resource."""
        found: dict[str, Hit] = {}
        for row in nearest(fold_words(name), self.names, 4 * limit, key=itemgetter(5)):
            found.setdefault(row.thing, Hit(self._iri(row.thing), _kind(row.thing), row.text, row.language, "some"))
        return list(found.values())[:limit]

    @property
    def names(self) -> list[NameRow]:
        """All names and codes, by address."""
        return self._read(lambda opened: opened.names)

    def _hits(self, database: sqlite3.Connection, things: list[str], query: SearchQuery, language: str) -> list[Hit]:
        """Results, each with its best name, or with a text that has more of the words."""
        names = _rows(database, _NAMES_OF, things)
        fits = {thing: min(_fit(NameRow(thing, *name), query, language) for name in names[thing]) for thing in things}
        partial_fits = [thing for thing in things if FITS[fits[thing][0]] in ("some", "related")]
        texts = _rows(database, _TEXTS_OF, partial_fits)
        hits: list[Hit] = []
        for thing in things:
            fit, count, _, _, _, text, tag = fits[thing]
            best = max(
                (
                    (query.count(folded), base_language(tag) == language, -at)
                    for at, (_, tag, folded) in enumerate(texts[thing])
                ),
                default=(0, False, 0),
            )
            if best[0] > -count:
                (text, tag, _), fit = texts[thing][-best[2]], FITS.index("text")
            hits.append(Hit(self._iri(thing), _kind(thing), text, tag or None, FITS[fit], query.marked))
        return hits

    def _iri(self, thing: str) -> IRI:
        return IRI(f"{self._addresses.base}id/{thing}")

    def _read(self, read: Callable[[_SearchFile], Read]) -> Read:
        """The result of `read` on the file of the version, or on tables in memory if that is missing or damaged."""
        known = self._opened
        if known is not None:
            with suppress(sqlite3.DatabaseError):
                return read(known)
        with self._making:
            current = self._opened
            made = current if current is not None and current is not known else self._made()
            self._opened = made
        return read(made)

    def _made(self) -> _SearchFile:
        if self._file is not None:
            _LOG.warning("The search index %s is missing, damaged or of another version; it is made anew.", self._file)
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        make_tables(connection, stored_contents(self._store, self._addresses))
        return _SearchFile(connection)


def _rows(database: sqlite3.Connection, select: str, things: list[str]) -> defaultdict[str, list[tuple[Any, ...]]]:
    """The rows of some resources, without their first column, by resource."""
    found: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for thing, *row in database.execute(select, (json.dumps(things),)) if things else ():
        found[thing].append(tuple(row))
    return found


def _kind(thing: str) -> str:
    return thing.partition("/")[0]


def _fit(name: NameRow, query: SearchQuery, language: str) -> tuple[int, int, bool, int, int, str, str]:
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
    return FITS.index(fit), -count, foreign, name.rank, len(name.text), name.text, name.language or ""
