"""Index of names over the label file of a version, read on demand."""

from __future__ import annotations

import heapq
import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache, partial
from typing import Generic, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from gcmgraph.kinds import KINDS
from gcmgraph.linking.matching import candidates as matching
from gcmgraph.linking.matching.candidates import COMPARED, ENTRIES, Candidate, Name
from gcmgraph.linking.matching.extended_names import ExtendedNames
from gcmgraph.linking.matching.names import SHORT, NameForms, forms, without_a_letter
from gcmgraph.publication.naming import name_keys
from gcmgraph.publication.search.file import KIND, near_grams
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.publication.search.query import any_of
from gcmgraph.text.folding import fold_name, fold_words, has_han

K = TypeVar("K")
V = TypeVar("V")

_COLUMNS = "thing, text, language, code, standing"
_AT = f"SELECT {_COLUMNS} FROM label WHERE place = ?"  # noqa: S608
_OF_THING = f"SELECT {_COLUMNS} FROM label WHERE thing = ? AND NOT code"  # noqa: S608
_MAIN = f"SELECT {_COLUMNS} FROM label WHERE thing >= ? AND thing < ? AND NOT code AND standing = 0"  # noqa: S608
_NAMES = "SELECT thing, text FROM label WHERE thing >= ? AND thing < ? AND NOT code"
_WITH_KEY = "SELECT place FROM form WHERE key = ? ORDER BY place LIMIT ?"
_FREQUENCIES = "SELECT gram, labels FROM frequency WHERE gram IN (%s) ORDER BY labels, gram"
_WITH_GRAM = "SELECT rowid FROM gram WHERE gram MATCH ? ORDER BY rowid LIMIT ?"

#: Limit on the grams of a name.
_GRAMS = 60

#: Number of labels with a gram above which the index filters them by kind. Reading fewer is faster than filtering.
_UNFILTERED = 300


_Spellings = dict[int, tuple[list[str], list[str]]]
_NO_NAMES: tuple[list[str], list[str]] = ([], [])


class StoredMatchIndex:
    """Index of the names and codes of a dataset version. Threads may share it."""

    def __init__(self, index: SearchIndex, extended_kinds: Collection[str], without: Collection[str] = ()) -> None:
        """`extended_kinds`: kinds whose main names make a shorter name ambiguous; `without`: entities that do not."""
        self._index = index
        main = [name for kind in sorted(extended_kinds) for name in index.read(partial(_main_names, kind))]
        self._extended = ExtendedNames((name, forms(name.text).bag) for name in main if name.thing not in without)
        self._read = _LabelCache()

    def candidates(
        self, text: str, kinds: Collection[str] = (), limit: int = 5, *, errors: bool = False
    ) -> list[Candidate]:
        """See `matching.candidates`."""

        def found(database: sqlite3.Connection) -> list[Candidate]:
            return matching.candidates(self._names(database), text, kinds, limit, errors=errors)

        return self._index.read(found)

    def of_code(self, code: str, kinds: Collection[str] = ()) -> list[Name]:
        """See `matching.of_code`."""
        return self._index.read(lambda database: matching.of_code(self._names(database), code, kinds))

    def _names(self, database: sqlite3.Connection) -> _StoredNames:
        return _StoredNames(database, self._read, self._extended)


class _BoundedCache(Generic[K, V]):
    """A cache with a limit on its entries; it is emptied when it is full."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[K, V] = {}

    def of(self, key: K, read: Callable[[], V]) -> V:
        found = self._values.get(key)
        if found is None:
            if len(self._values) >= self._most:
                self._values.clear()
            found = self._values[key] = read()
        return found


class _LabelCache:
    """Cache of names and grams of a label file: the names of a table share most of their grams and similar labels.

    It takes a few megabytes, at most 40; the spellings of 100,000 names take 17 more.
    """

    def __init__(self) -> None:
        self.names: _BoundedCache[int, Name] = _BoundedCache(20_000)
        #: row numbers of labels with a gram, of some kinds or of any
        self.positions: _BoundedCache[tuple[str, tuple[str, ...]], array[int]] = _BoundedCache(2_000)
        #: folded names of a kind and their resources, by the length of the name
        self.spellings: _BoundedCache[str, _Spellings] = _BoundedCache(len(KINDS))


class _StoredNames:
    """`matching.NameIndex` over a label file, for one query."""

    def __init__(self, database: sqlite3.Connection, read: _LabelCache, extended: ExtendedNames) -> None:
        self._database = database
        self._read = read
        self._extended = extended

    def name(self, position: int) -> Name:
        return self._read.names.of(position, lambda: _name(self._database.execute(_AT, (position,)).fetchone()))

    def forms(self, position: int) -> NameForms:
        return _forms_of(self.name(position).text)

    def coded(self, code: str) -> Sequence[int]:
        positions = self._with_key(name_keys.CODE, code)
        return [
            position
            for position in positions
            if self.name(position).code and matching.as_code(self.name(position).text) == code
        ]

    def same(self, query: NameForms) -> Iterator[tuple[int, float]]:
        for number, (form, score) in enumerate(matching.scored(query)):
            for position in self._with_key(name_keys.SAME[number], form):
                if matching.scored(self.forms(position))[number][0] == form:
                    yield position, score

    def near(self, query: NameForms, kinds: Collection[str]) -> list[int]:
        shared: Counter[int] = Counter()
        entries = 0
        grams = near_grams(fold_words(query.folded))[:_GRAMS]
        for gram, labels in self._database.execute(_FREQUENCIES % _marks(grams), grams).fetchall():
            if not kinds and entries and entries + labels > ENTRIES:
                break
            positions = self._with_gram(gram, tuple(sorted(kinds)) if labels > _UNFILTERED else ())
            if entries and entries + len(positions) > ENTRIES:
                break
            shared.update(positions)
            entries += len(positions)
        most = sorted(shared, key=shared.__getitem__, reverse=True)[: 4 * COMPARED]
        length = len(query.folded)
        found = heapq.nlargest(COMPARED, most, key=lambda p: (shared[p], -abs(len(self.name(p).text) - length)))
        if len(query.compact) <= SHORT + 1:
            shorter = without_a_letter(query.compact)
            alike = sorted({position for form in shorter for position in self._with_key(name_keys.SHORTER, form)})
            found += heapq.nsmallest(COMPARED, alike, key=lambda p: OSA.distance(query.folded, self.forms(p).folded))
        return [position for position in found if not self.name(position).code]

    def spelt_like(self, folded: str, errors: int, kinds: Collection[str]) -> set[str]:
        found: set[str] = set()
        for kind in kinds or KINDS:
            spellings = self._read.spellings.of(kind, partial(_spellings, self._database, kind))
            for length in range(len(folded) - errors, len(folded) + errors + 1):
                names, things = spellings.get(length, _NO_NAMES)
                near = process.extract(folded, names, scorer=OSA.distance, score_cutoff=errors, limit=None)
                found.update(things[at] for _, _, at in near)
        return found

    def rivals(self, position: int) -> Sequence[Name]:
        name = self.name(position)
        if found := self._extended.of(name, self.forms(position).bag):
            return found
        if name.code or not has_han(name.text):
            return ()
        names = [_name(row) for row in self._database.execute(_OF_THING, (name.thing,))]
        rivals = {rival.thing for one in names for rival in self._extended.of(one, forms(one.text).bag)}
        return self._extended.of_chinese(name, rivals)

    def _with_key(self, sort: str, form: str) -> list[int]:
        """Row numbers of labels with a form, in the order of labels."""
        found = self._database.execute(_WITH_KEY, (name_keys.key(sort, form), ENTRIES))
        return [position for (position,) in found]

    def _with_gram(self, gram: str, kinds: tuple[str, ...]) -> array[int]:
        match = any_of([gram])
        if kinds:
            match = f"{match} AND {any_of([KIND + kind for kind in kinds])}"

        def read() -> array[int]:
            return array("q", (position for (position,) in self._database.execute(_WITH_GRAM, (match, ENTRIES))))

        return self._read.positions.of((gram, kinds), read)


def _spellings(database: sqlite3.Connection, kind: str) -> _Spellings:
    found: _Spellings = {}
    for thing, text in database.execute(_NAMES, (f"{kind}/", f"{kind}0")):
        folded = fold_name(text)
        names, things = found.setdefault(len(folded), ([], []))
        names.append(folded)
        things.append(thing)
    return found


_forms_of = lru_cache(20_000)(forms)

_Row = tuple[str, str, str | None, int, int]


def _main_names(kind: str, database: sqlite3.Connection) -> list[Name]:
    return [_name(row) for row in database.execute(_MAIN, (f"{kind}/", f"{kind}0"))]  # "0" comes after "/"


def _name(row: _Row) -> Name:
    thing, text, language, code, standing = row
    return Name(thing, thing.partition("/")[0], text, language, bool(code), not code and standing == 0)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
