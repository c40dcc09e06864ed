"""Search queries over a label file."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import takewhile

from gcmgraph.kinds import KINDS
from gcmgraph.publication.search.file import BEGINNING, COLUMNS, KIND, LANGUAGE, LONGEST, WITHIN, Row, start_gram
from gcmgraph.publication.search.labels import base_language
from gcmgraph.text.folding import fold_words

#: Ways in which a label fits a query, best first.
FITS = ("code", "whole", "beginning", "words", "within")

#: Limit on the labels beginning with a query up to which they are sorted in memory.
BEGINNINGS = 200

#: Limit on the grams of a query. More would exclude few labels.
_GRAMS = 60

_BEGINNING_WITH = f"SELECT {COLUMNS}, place FROM label WHERE folded >= ? AND folded < ? LIMIT ?"  # noqa: S608
_BEING = f"SELECT {COLUMNS}, place FROM label WHERE folded = ?"  # noqa: S608
_FROM_GRAMS = "FROM gram CROSS JOIN label ON place = gram.rowid WHERE gram MATCH ?"
_IN_ORDER = f"SELECT {COLUMNS} {_FROM_GRAMS} ORDER BY gram.rowid"
_THINGS = f"SELECT DISTINCT thing {_FROM_GRAMS}"
_COUNT = f"SELECT count(DISTINCT thing) {_FROM_GRAMS}"
_COUNTS = f"SELECT substr(thing, 1, instr(thing, '/') - 1), count(DISTINCT thing) {_FROM_GRAMS}"
_HOLDING = " AND instr(folded, ?)"

#: Kinds of resources with codes, by words that are written before a code: "SDG target 10.7", "objectif 9".
_CODED_KINDS = {word: name for name, kind in KINDS.items() for word in kind.code_words}

#: Sorts after every continuation of a text: the last code point.
_BEHIND = "\U0010ffff"


class SearchQuery:
    """The words of a query, for labels of some kinds or of any."""

    def __init__(self, text: str, kinds: Collection[str] = ()) -> None:
        words = fold_words(text).replace("_", " ").split()  # the index has no grams with this sign
        folded = " ".join(words)
        self._words = list(dict.fromkeys(words))
        self._start = f" {folded}"
        self._beginnings = [f" {word}" for word in self._words]
        self._kinds = frozenset(kinds)
        before = list(takewhile(_CODED_KINDS.__contains__, words))
        named = {_CODED_KINDS[word] for word in before}
        #: the kind that precedes a code, and the code
        self._coded = (named.pop(), f" {' '.join(words[len(before) :])}") if len(named) == 1 else ("", "")

    def __bool__(self) -> bool:
        """Whether the query has words."""
        return bool(self._words)

    def fit(self, row: Row) -> int | None:
        """Index in `FITS` of the way in which a label fits; None unless it contains every word."""
        code, folded = row[3], row[5]
        if not all(word in folded for word in self._words):
            return None
        if folded.startswith(self._start):
            return 2 if folded != self._start else 0 if code else 1
        return 3 if all(beginning in folded for beginning in self._beginnings) else 4

    def in_order(self, database: sqlite3.Connection, language: str) -> Iterator[tuple[Row, int]]:
        """The labels that fit, ordered by fit, by language (`language` or none first), and by their order.

        A label may occur again with a lesser fit. A code after the name of its kind is first.
        """
        yield from ((row, 0) for row in self._by_code(database))
        yield from self._beginning(database, language)
        for fit in (3, 4):
            yield from self._walk(database, language, fit)

    def things(self, database: sqlite3.Connection) -> list[str]:
        """The resources that fit, unordered."""
        found = database.execute(_THINGS + _HOLDING * len(self._words), self._grams_and_words())
        return list({thing for (thing,) in found}.union(row[0] for row in self._by_code(database)))

    def count(self, database: sqlite3.Connection) -> int:
        """Number of resources that fit."""
        if self._by_code(database):
            return len(self.things(database))
        (count,) = database.execute(_COUNT + _HOLDING * len(self._words), self._grams_and_words()).fetchone()
        return int(count)

    def counts(self, database: sqlite3.Connection) -> dict[str, int]:
        """Number of resources that fit, by kind."""
        if self._by_code(database):
            return Counter(thing.partition("/")[0] for thing in self.things(database))
        counted = _COUNTS + _HOLDING * len(self._words) + " GROUP BY 1"
        return dict(database.execute(counted, self._grams_and_words()).fetchall())

    def _by_code(self, database: sqlite3.Connection) -> list[Row]:
        """The codes that the query names with their kind."""
        kind, code = self._coded
        if not kind or (self._kinds and kind not in self._kinds):
            return []
        rows = database.execute(_BEING, (code,)).fetchall()
        return [row for row in rows if row[3] and row[0].startswith(f"{kind}/")]

    def _beginning(self, database: sqlite3.Connection, language: str) -> Iterator[tuple[Row, int]]:
        """The labels that begin with the query: equal ones first, then of few those whose first words are the query.

        Few are sorted here, since many other labels may have the same grams; many are read in the order of the index.
        """
        found = database.execute(_BEGINNING_WITH, (self._start, self._start + _BEHIND, BEGINNINGS + 1)).fetchall()
        few = len(found) <= BEGINNINGS
        if not few:
            found = database.execute(_BEING, (self._start,)).fetchall()
        rows = [row for row in found if not self._kinds or row[0].partition("/")[0] in self._kinds]
        fitting = [(row, fit) for row in rows if (fit := self.fit(row)) is not None]
        fitting.sort(
            key=lambda one: (
                one[1],
                not f"{one[0][5]} ".startswith(f"{self._start} "),
                base_language(one[0][2]) not in ("", language),
                one[0][6],
            )
        )
        yield from fitting
        if not few:
            yield from self._walk(database, language, 2)

    def _walk(self, database: sqlite3.Connection, language: str, fit: int) -> Iterator[tuple[Row, int]]:
        grams, own = self._grams(FITS[fit]), any_of([LANGUAGE, LANGUAGE + language])
        for match in (f"({grams}) AND {own}", f"({grams}) NOT {own}"):
            for row in database.execute(_IN_ORDER, (match,)):
                if self.fit(row) == fit:
                    yield row, fit

    def _grams_and_words(self) -> list[str]:
        return [self._grams("within"), *self._words]

    def _grams(self, fit: str) -> str:
        """An FTS5 query for labels that fit in this way (https://www.sqlite.org/fts5.html#full_text_query_syntax)."""
        beginning = fit != "within"
        grams = dict.fromkeys(gram for word in self._words for gram in _grams(word, beginning=beginning))
        if fit == "beginning":
            grams = {start_gram(self._start): None} | grams
        match = " AND ".join(map(_quoted, list(grams)[:_GRAMS]))
        return f"{match} AND {any_of([KIND + kind for kind in sorted(self._kinds)])}" if self._kinds else match


def _grams(word: str, *, beginning: bool) -> list[str]:
    first = [BEGINNING + word[:LONGEST]] if beginning else []
    if beginning and len(word) <= LONGEST:
        return first
    at = LONGEST - WITHIN + 1 if beginning else 0
    return first + [word[i : i + WITHIN] for i in range(at, max(at, len(word) - WITHIN) + 1)]


def any_of(grams: list[str]) -> str:
    """An FTS5 query for any of some grams."""
    return f"({' OR '.join(map(_quoted, grams))})"


def _quoted(gram: str) -> str:
    return f'"{gram}"'
