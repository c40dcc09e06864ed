"""The list file of a dataset version: numbered resources, sets and orders of their numbers.

The number of a resource is called its row. Resources are numbered by kind and address, so rows in
ascending order are ordered by address. A set of rows is a bitmap
(https://github.com/RoaringBitmap/RoaringFormatSpec).

The file is a MessagePack document (https://msgpack.org), decoded when a version is opened: 0.8 MB
and 5 ms for the published graph, where reading the store takes 0.4 s. Where it is missing, damaged,
or of other rules, the store is read instead.
"""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import cast

import msgspec
from pyroaring import BitMap

from gcmgraph.platform.errors import DamagedFileError
from gcmgraph.platform.text import fold_words, natural
from gcmgraph.publication.descriptions import ResourceNames
from gcmgraph.publication.lists.facets import COUNTED_AS, PATHS
from gcmgraph.publication.lists.reader import ChangeReader, ListReader, StoreReader
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal
from gcmgraph.store.changed_versions import EarlierVersion
from gcmgraph.store.port import Store
from gcmgraph.store.version_files import read_intact

#: Order by title for languages without names.
ANY_LANGUAGE = "en"

#: Kinds that are ordered by title alone; others by code first.
_BY_TITLE = frozenset({"country", "concept", "practice"})

#: The tables and modules that determine the contents of the file. A file that others wrote is
#: ignored.
_MODULES = (
    "model/kinds.csv",
    "publication/descriptions.py",
    *(f"publication/lists/{name}" for name in ("facets.csv", "facets.py", "file.py", "reader.py")),
)
_RULES = b"".join((Path(__file__).parents[2] / name).read_bytes() for name in _MODULES)

#: File beside the index of a version. A build of equal content replaces no file, so each set of
#: rules has a name.
FILE = f"lists-{zlib.crc32(_RULES):08x}.msgpack"

#: Sort key of resources: code (for kinds ordered by code), folded title, title, row.
TitleKey = tuple[list[tuple[int, str]], str, str, int]

#: A text in the file, with its language or else its datatype. An IRI has neither.
_Text = tuple[str, str | None, str | None]

#: A value in the file, and the rows that lead to it: a serialized bitmap.
_RowsOfValue = tuple[_Text, bytes]


class _StoredNames(msgspec.Struct, array_like=True):
    """`ResourceNames` in the file."""

    naming: str | None
    texts: list[_Text]
    notation: str | None
    objective: str | None


class Lists(msgspec.Struct, dict=True):
    """Contents of the list file: resources, their names, and sets and orders of their rows."""

    base: str
    #: addresses after `{base}id/`; the index of an address is its row
    addresses: list[str]
    #: by row
    stored_names: list[_StoredNames]
    #: first row of each kind, and the row after its last
    kinds: dict[str, tuple[int, int]]
    #: values at the end of a path, each with the rows that it is reached from, by kind and path
    #: (separated by spaces)
    values: dict[str, dict[str, list[_RowsOfValue]]]
    #: rows by title, by kind and language of names
    orders: dict[str, dict[str, bytes]]

    @classmethod
    def open(cls, folder: Path, addresses: Addresses) -> Lists | None:
        """The lists of a version in its folder.

        None if their file is missing, damaged, or of another base.
        """
        with suppress(DamagedFileError, OSError, msgspec.MsgspecError):
            lists = msgspec.msgpack.decode(read_intact(folder, FILE) or b"", type=cls)
            return lists if lists.base == addresses.base else None
        return None

    def iri(self, row: int) -> IRI:
        """The resource of a row."""
        return IRI(f"{self.base}id/{self.addresses[row]}")

    def rows(self, iris: Iterable[str]) -> BitMap:
        """The rows of IRIs; unknown IRIs are skipped."""
        start = f"{self.base}id/"
        rows = (self._row.get(iri.removeprefix(start)) for iri in iris if iri.startswith(start))
        return BitMap(row for row in rows if row is not None)

    def names(self, iri: IRI) -> ResourceNames | None:
        """The names of a resource; None for an unknown one."""
        for row in self.rows([iri.value]):
            return _names(self.stored_names[row])
        return None

    def of_kind(self, kind: str) -> BitMap:
        """The rows of a kind. Raises `KeyError` for an unknown kind."""
        return BitMap(range(*self.kinds[kind]))

    def reached(self, kind: str, path: tuple[str, ...]) -> dict[IRI | Literal, BitMap]:
        """Values at the end of a path from resources of a kind, with the rows that lead to each."""
        return {
            _term(*text): BitMap.deserialize(rows)
            for text, rows in self.values[kind][" ".join(path)]
        }

    @cached_property
    def _row(self) -> dict[str, int]:
        return {address: row for row, address in enumerate(self.addresses)}

    @cached_property
    def wholes(self) -> dict[int, BitMap]:
        """For each practice that is counted as others, their rows."""
        practices = self.of_kind("practice")
        wholes: dict[int, BitMap] = {}
        for whole, parts in self.reached("practice", COUNTED_AS).items():
            for row in self.rows([whole.value]) & practices:
                for part in parts - BitMap([row]):
                    wholes.setdefault(part, BitMap()).add(row)
        return wholes

    def by_title(self, kind: str, language: str) -> array[int]:
        """The rows of a kind, ordered by title in a language."""
        orders = self.orders[kind]
        return array("I", orders.get(language) or orders[ANY_LANGUAGE])


def write_lists(
    folder: Path, store: Store, addresses: Addresses, earlier: EarlierVersion | None = None
) -> None:
    """Write the list file of a version into its folder."""
    (folder / FILE).write_bytes(msgspec.msgpack.encode(read_lists(store, addresses, earlier)))


def _text(term: IRI | Literal) -> _Text:
    if isinstance(term, IRI):
        return term.value, None, None
    return term.value, term.language, None if term.language else term.datatype.value


def _term(value: str, language: str | None, datatype: str | None) -> IRI | Literal:
    if language is not None:
        return Literal(value, language=language)
    if datatype is not None:
        return Literal(value, datatype=IRI(datatype))
    return IRI(value)


def read_lists(store: Store, addresses: Addresses, earlier: EarlierVersion | None = None) -> Lists:
    """The lists of a version, from its store; those of the version that it follows are updated."""
    lists = Lists.open(earlier.folder, addresses) if earlier else None
    if earlier is None or lists is None:
        nothing = Lists(addresses.base, [], [], {}, {}, {})
        return _updated(nothing, StoreReader(store, addresses), addresses)
    members = {kind: list(map(lists.iri, lists.of_kind(kind))) for kind in lists.kinds}
    named = map(lists.iri, range(len(lists.addresses)))
    reader = ChangeReader(store, addresses, earlier, members, named)
    return _updated(lists, reader, addresses)


def _updated(lists: Lists, reader: ListReader, addresses: Addresses) -> Lists:
    """The lists with what a reader finds changed: a build is an update of nothing."""
    start = f"{lists.base}id/"
    row_of = {iri.value.removeprefix(start): row for iri, row in reader.row_of.items()}
    rows_after = [row_of.get(address) for address in lists.addresses]
    names = _updated_names(lists, reader, rows_after)
    renamed = BitMap(reader.row_of[iri] for iri in reader.renamed if iri in reader.row_of)
    kinds: dict[str, tuple[int, int]] = {}
    values: dict[str, dict[str, list[_RowsOfValue]]] = {}
    orders: dict[str, dict[str, bytes]] = {}
    first = 0
    for kind, members in reader.members.items():
        rows = range(first, first + len(members))
        first = rows.stop
        kinds[kind] = (rows.start, rows.stop)
        numbering = _Numbering(rows_after, rows)
        values[kind] = {}
        for path in PATHS[kind]:
            name = " ".join(path)
            stored = lists.values.get(kind, {}).get(name, [])
            affected = reader.affected(kind, path)
            values[kind][name] = _updated_values(stored, numbering, reader, path, affected)
        titles = _Titles(kind, reader.iris, names, addresses)
        orders[kind] = _updated_orders(lists.orders.get(kind, {}), numbering, titles, renamed)
    return Lists(lists.base, list(row_of), names, kinds, values, orders)


@dataclass(frozen=True)
class _Numbering:
    """Rows of the earlier lists in the new ones; only those of one kind."""

    #: by row before; None for a resource that is listed no more
    rows_after: list[int | None]
    rows: range

    def renumbered(self, rows_before: Iterable[int]) -> list[int]:
        """The rows after, in the order of the rows before."""
        rows_after = (self.rows_after[row] for row in rows_before)
        return [row for row in rows_after if row is not None and row in self.rows]


def _updated_names(
    lists: Lists, reader: ListReader, rows_after: list[int | None]
) -> list[_StoredNames]:
    """The names by row after: those that may have changed are read."""
    renamed = reader.renamed
    names: list[_StoredNames | None] = [None] * len(reader.iris)
    for row_before, row in enumerate(rows_after):
        if row is not None and reader.iris[row] not in renamed:
            names[row] = lists.stored_names[row_before]
    return [
        stored or _stored_names(reader.names(iri))
        for iri, stored in zip(reader.iris, names, strict=True)
    ]


def _updated_values(
    stored: list[_RowsOfValue],
    numbering: _Numbering,
    reader: ListReader,
    path: tuple[str, ...],
    affected: BitMap,
) -> list[_RowsOfValue]:
    """The values at the end of a path, with the rows that lead to each.

    Those of `affected` rows are read.
    """
    rows_by_value: dict[IRI | Literal, BitMap] = {}
    for text, rows_before in stored:
        renumbered = BitMap(numbering.renumbered(BitMap.deserialize(rows_before)))
        rows_by_value[_term(*text)] = renumbered - affected
    for value, rows in reader.reached(path, affected).items():
        rows_by_value[value] = rows_by_value.get(value, BitMap()) | rows
    remaining = (value for value, rows in rows_by_value.items() if rows)
    return [
        (_text(value), rows_by_value[value].serialize()) for value in sorted(remaining, key=str)
    ]


@dataclass(frozen=True)
class _Titles:
    """The titles of the resources of a kind, by which they are ordered."""

    kind: str
    iris: list[IRI]
    names: list[_StoredNames]
    addresses: Addresses

    def languages(self, rows: Iterable[int]) -> set[str]:
        """The languages of the names of resources, and `ANY_LANGUAGE`."""
        tags = {language for row in rows for _, language, _ in self.names[row].texts if language}
        return {ANY_LANGUAGE, *(tag.split("-", 1)[0] for tag in tags)}

    @cached_property
    def _names_of(self) -> Callable[[int], ResourceNames]:
        """The function that returns the names of a row: each language needs those of all."""
        return cache(lambda row: _names(self.names[row]))

    def key(self, language: str, row: int) -> TitleKey:
        """The sort key of a resource in a language."""
        names = self._names_of(row)
        label = names.label(language)
        text = label.text if label else self.addresses.compress(self.iris[row].value) or ""
        code = "" if self.kind in _BY_TITLE else names.notation or "~"
        return natural(code), fold_words(text) or text, text, row


def _updated_orders(
    orders: Mapping[str, bytes], numbering: _Numbering, titles: _Titles, renamed: BitMap
) -> dict[str, bytes]:
    """Rows of a kind by title, for each language of names; by address where they have none.

    Renamed resources are inserted into the earlier order of a language.
    """
    updated = {}
    for language in sorted(titles.languages(numbering.rows)):
        rows_before = array("I", orders.get(language, b""))
        left = [row for row in numbering.renumbered(rows_before) if row not in renamed]
        key = partial(titles.key, language)
        missing_keys = sorted(map(key, set(numbering.rows).difference(left)))
        ordered = array("I")
        start = 0
        for missing_key in missing_keys:
            position = bisect_left(left, missing_key, start, key=key)
            ordered.extend(left[start:position])
            ordered.append(missing_key[-1])
            start = position
        ordered.extend(left[start:])
        updated[language] = ordered.tobytes()
    return updated


def _names(stored: _StoredNames) -> ResourceNames:
    texts = cast(tuple[Literal, ...], tuple(_term(*text) for text in stored.texts))
    return ResourceNames(stored.naming, texts, stored.notation, stored.objective)


def _stored_names(names: ResourceNames) -> _StoredNames:
    texts = [_text(text) for text in names.texts]
    return _StoredNames(names.naming, texts, names.notation, names.objective)
