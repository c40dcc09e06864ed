"""The labels of a version as names to be matched: read from its file, as far as a question needs them."""

from __future__ import annotations

import heapq
import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache, partial
from typing import Generic, TypeVar

from rapidfuzz.distance import OSA

from gcmgraph.linking.matching import candidates as matching
from gcmgraph.linking.matching.candidates import COMPARED, ENTRIES, Candidate, Name
from gcmgraph.linking.matching.extended_names import ExtendedNames
from gcmgraph.linking.matching.names import SHORT, NameForms, forms, without_a_letter
from gcmgraph.publication.naming import name_keys as search_forms
from gcmgraph.publication.search.file import KIND, near_grams
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.publication.search.query import any_of
from gcmgraph.text.folding import fold_words, has_han

K = TypeVar("K")
V = TypeVar("V")

_COLUMNS = "thing, text, language, code, standing"
_AT = f"SELECT {_COLUMNS} FROM label WHERE place = ?"  # noqa: S608
_OF_THING = f"SELECT {_COLUMNS} FROM label WHERE thing = ? AND NOT code"  # noqa: S608
_MAIN = f"SELECT {_COLUMNS} FROM label WHERE thing >= ? AND thing < ? AND NOT code AND standing = 0"  # noqa: S608
_WITH_KEY = "SELECT place FROM form WHERE key = ? ORDER BY place LIMIT ?"
_FREQUENCIES = "SELECT gram, labels FROM frequency WHERE gram IN (%s) ORDER BY labels, gram"
_WITH_GRAM = "SELECT rowid FROM gram WHERE gram MATCH ? ORDER BY rowid LIMIT ?"

#: More grams of a name are not looked at.
_GRAMS = 60

#: Labels with a gram from which on only those of the kinds that are asked for are read. Fewer are read faster than the
#: index tells them apart.
_UNFILTERED = 300


class StoredMatchIndex:
    """The names and codes of a dataset version, to be asked for things; threads may share it."""

    def __init__(self, index: SearchIndex, extended_kinds: Collection[str]) -> None:
        """`extended_kinds`: kinds whose main names make a shorter name of any thing ambiguous."""
        self._index = index
        main = [name for kind in sorted(extended_kinds) for name in index.read(partial(_main_names, kind))]
        self._extended = ExtendedNames((name, forms(name.text).bag) for name in main)
        self._read = _Read()

    def candidates(self, text: str, kinds: Collection[str] = (), limit: int = 5) -> list[Candidate]:
        """See `matching.candidates`."""
        return self._index.read(lambda database: matching.candidates(self._names(database), text, kinds, limit))

    def of_code(self, code: str, kinds: Collection[str] = ()) -> list[Name]:
        """See `matching.of_code`."""
        return self._index.read(lambda database: matching.of_code(self._names(database), code, kinds))

    def _names(self, database: sqlite3.Connection) -> _StoredNames:
        return _StoredNames(database, self._read, self._extended)


class _Kept(Generic[K, V]):
    """What was read under a key, for so many keys at most: then all begins anew."""

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


class _Read:
    """What was read of a file of labels, for the next name: names of a table share most of their grams and near labels.

    It takes some megabytes; 40 where all grams are common ones.
    """

    def __init__(self) -> None:
        self.names: _Kept[int, Name] = _Kept(20_000)
        #: the places of labels with a gram, of some kinds or of any
        self.places: _Kept[tuple[str, tuple[str, ...]], array[int]] = _Kept(2_000)


class _StoredNames:
    """`matching.Names` over a file of labels, for one question."""

    def __init__(self, database: sqlite3.Connection, read: _Read, extended: ExtendedNames) -> None:
        self._database = database
        self._read = read
        self._extended = extended

    def name(self, place: int) -> Name:
        return self._read.names.of(place, lambda: _name(self._database.execute(_AT, (place,)).fetchone()))

    def forms(self, place: int) -> NameForms:
        return _forms_of(self.name(place).text)

    def coded(self, code: str) -> Sequence[int]:
        places = self._with_key(search_forms.CODE, code)
        return [place for place in places if self.name(place).code and matching.as_code(self.name(place).text) == code]

    def same(self, wanted: NameForms) -> Iterator[tuple[int, float]]:
        for number, (form, score) in enumerate(matching.scored(wanted)):
            for place in self._with_key(search_forms.SAME[number], form):
                if matching.scored(self.forms(place))[number][0] == form:
                    yield place, score

    def near(self, wanted: NameForms, kinds: Collection[str]) -> list[int]:
        shared: Counter[int] = Counter()
        entries = 0
        grams = near_grams(fold_words(wanted.folded))[:_GRAMS]
        for gram, labels in self._database.execute(_FREQUENCIES % _marks(grams), grams).fetchall():
            if not kinds and entries and entries + labels > ENTRIES:
                break
            places = self._with_gram(gram, tuple(sorted(kinds)) if labels > _UNFILTERED else ())
            if entries and entries + len(places) > ENTRIES:
                break
            shared.update(places)
            entries += len(places)
        most = sorted(shared, key=shared.__getitem__, reverse=True)[: 4 * COMPARED]
        length = len(wanted.folded)
        found = heapq.nlargest(COMPARED, most, key=lambda p: (shared[p], -abs(len(self.name(p).text) - length)))
        if len(wanted.compact) <= SHORT + 1:
            shorter = without_a_letter(wanted.compact)
            alike = sorted({place for form in shorter for place in self._with_key(search_forms.SHORTER, form)})
            found += heapq.nsmallest(COMPARED, alike, key=lambda p: OSA.distance(wanted.folded, self.forms(p).folded))
        return [place for place in found if not self.name(place).code]

    def rivals(self, place: int) -> Sequence[Name]:
        name = self.name(place)
        if found := self._extended.of(name, self.forms(place).bag):
            return found
        if name.code or not has_han(name.text):
            return ()
        names = [_name(row) for row in self._database.execute(_OF_THING, (name.thing,))]
        rivals = {rival.thing for one in names for rival in self._extended.of(one, forms(one.text).bag)}
        return self._extended.of_chinese(name, rivals)

    def _with_key(self, sort: str, form: str) -> list[int]:
        """The places of labels with a form, those in whose order labels are told first."""
        found = self._database.execute(_WITH_KEY, (search_forms.key(sort, form), ENTRIES))
        return [place for (place,) in found]

    def _with_gram(self, gram: str, kinds: tuple[str, ...]) -> array[int]:
        asked = any_of([gram])
        if kinds:
            asked = f"{asked} AND {any_of([KIND + kind for kind in kinds])}"

        def read() -> array[int]:
            return array("q", (place for (place,) in self._database.execute(_WITH_GRAM, (asked, ENTRIES))))

        return self._read.places.of((gram, kinds), read)


_forms_of = lru_cache(20_000)(forms)

_Row = tuple[str, str, str | None, int, int]


def _main_names(kind: str, database: sqlite3.Connection) -> list[Name]:
    return [_name(row) for row in database.execute(_MAIN, (f"{kind}/", f"{kind}0"))]  # "0" comes after "/"


def _name(row: _Row) -> Name:
    thing, text, language, code, standing = row
    return Name(thing, thing.partition("/")[0], text, language, bool(code), not code and standing == 0)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
