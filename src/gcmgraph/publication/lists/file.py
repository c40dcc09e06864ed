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
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import cast

import msgspec
from pyroaring import BitMap

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.errors import DamagedFileError
from gcmgraph.platform.text import fold_words, natural
from gcmgraph.publication.descriptions import (
    LABEL_PROPERTIES,
    NameReader,
    ResourceNames,
    resources_of_kind,
)
from gcmgraph.publication.lists.facets import COUNTED_AS, PAIR, PATHS
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Vocabulary
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
    *(f"publication/lists/{name}" for name in ("facets.csv", "facets.py", "file.py")),
)
_RULES = b"".join((Path(__file__).parents[2] / name).read_bytes() for name in _MODULES)

#: File beside the index of a version. A build of equal content replaces no file, so each set of
#: rules has a name.
FILE = f"lists-{zlib.crc32(_RULES):08x}.msgpack"

#: Sort key of resources: code (for kinds ordered by code), folded title, title, row.
TitleKey = tuple[list[tuple[int, str]], str, str, int]

#: A text in the file, with its language or else its datatype. An IRI has neither.
_Text = tuple[str, str | None, str | None]


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
    values: dict[str, dict[str, list[tuple[_Text, bytes]]]]
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
            stored = self.stored_names[row]
            texts = cast(tuple[Literal, ...], tuple(_term(*text) for text in stored.texts))
            return ResourceNames(stored.naming, texts, stored.notation, stored.objective)
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


def write_lists(folder: Path, store: Store, addresses: Addresses) -> None:
    """Write the list file of a version into its folder."""
    (folder / FILE).write_bytes(msgspec.msgpack.encode(read_lists(store, addresses)))


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


def read_lists(store: Store, addresses: Addresses) -> Lists:
    """The lists of a version, read from its store."""
    reader = _StoreReader(store, addresses)
    kinds: dict[str, tuple[int, int]] = {}
    values: dict[str, dict[str, list[tuple[_Text, bytes]]]] = {}
    orders: dict[str, dict[str, bytes]] = {}
    first = 0
    for kind, members in reader.members.items():
        rows = range(first, first + len(members))
        first = rows.stop
        row_set = BitMap(rows)
        kinds[kind] = (rows.start, rows.stop)
        values[kind] = {
            " ".join(path): _stored_values(reader.reached(path, row_set)) for path in PATHS[kind]
        }
        orders[kind] = _orders(kind, rows, reader, addresses)
    start = f"{addresses.base}id/"
    local_addresses = [iri.value.removeprefix(start) for iri in reader.iris]
    names = [_stored_names(names) for names in reader.names]
    return Lists(addresses.base, local_addresses, names, kinds, values, orders)


def _stored_names(names: ResourceNames) -> _StoredNames:
    texts = [_text(text) for text in names.texts]
    return _StoredNames(names.naming, texts, names.notation, names.objective)


def _stored_values(rows_by_value: Mapping[IRI | Literal, BitMap]) -> list[tuple[_Text, bytes]]:
    return [
        (_text(term), rows_by_value[term].serialize()) for term in sorted(rows_by_value, key=str)
    ]


def _orders(kind: str, rows: range, reader: _StoreReader, addresses: Addresses) -> dict[str, bytes]:
    """Rows of a kind by title, for each language of names; by address where they have none."""

    def key(row: int, language: str) -> TitleKey:
        label = reader.names[row].label(language)
        text = label.text if label else addresses.compress(reader.iris[row].value) or ""
        code = "" if kind in _BY_TITLE else reader.names[row].notation or "~"
        return natural(code), fold_words(text) or text, text, row

    texts = (text for row in rows for text in reader.names[row].texts)
    languages = {text.language.split("-", 1)[0] for text in texts if text.language}
    orders = {}
    for language in sorted({ANY_LANGUAGE, *languages}):
        keys = sorted(key(row, language) for row in rows)
        orders[language] = array("I", (row for *_, row in keys)).tobytes()
    return orders


class _StoreReader:
    """Reader of a store, each property once."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._v = Vocabulary(addresses)
        self._resource_start = f"{addresses.base}id/"
        self._own: dict[str, dict[IRI | Literal, BitMap]] = {}
        self._links: dict[str, dict[IRI, set[IRI]]] = {}
        self.members = {
            kind: sorted(resources_of_kind(store, addresses, kind), key=lambda iri: iri.value)
            for kind in KINDS
        }
        members = [iri for iris in self.members.values() for iri in iris]
        named = {
            iri
            for curie in (*LABEL_PROPERTIES, "skos:notation")
            for iri, _ in self._texts_of_resources(curie)
        }
        #: by row
        self.iris = members + sorted(named.difference(members), key=lambda iri: iri.value)
        self.names = [*map(NameReader(store, addresses).read, self.iris)]
        self._row = {iri: row for row, iri in enumerate(self.iris)}

    def reached(self, path: tuple[str, ...], starts: BitMap) -> dict[IRI | Literal, BitMap]:
        """Values at the end of a property path, each with the rows of `starts` that lead to it.

        A step with `*` (`skos:broader*`) is followed any number of times, also not at all.
        """
        reached = {value: rows & starts for value, rows in self._own_values(path[0]).items()}
        for curie in path[1:]:
            targets: dict[IRI | Literal, BitMap] = {}
            links = self._links_of(curie.removesuffix("*"))
            for value, rows in reached.items():
                if isinstance(value, IRI):
                    for target in _followed(value, curie, links.get):
                        targets.setdefault(target, BitMap()).update(rows)
            reached = targets
        return {value: rows for value, rows in reached.items() if rows}

    def _texts_of_resources(self, curie: str) -> Iterable[tuple[IRI, Literal]]:
        """The resources of the dataset with a property, and its values that are literals."""
        for triple in self._store.triples(predicate=self._v(curie)):
            iri = triple.subject
            text = triple.object
            if (
                isinstance(iri, IRI)
                and isinstance(text, Literal)
                and iri.value.startswith(self._resource_start)
            ):
                yield iri, text

    def _own_values(self, curie: str) -> dict[IRI | Literal, BitMap]:
        """Values of a property, each with the rows of its subjects."""
        if curie not in self._own:
            rows_by_value: dict[IRI | Literal, array[int]] = {}
            for triple in self._store.triples(predicate=self._v(curie)):
                value = triple.object
                if isinstance(triple.subject, IRI) and isinstance(value, IRI | Literal):
                    row = self._row.get(triple.subject)
                    if row is not None:
                        rows_by_value.setdefault(value, array("I")).append(row)
            self._own[curie] = {value: BitMap(rows) for value, rows in rows_by_value.items()}
        return self._own[curie]

    def _links_of(self, curie: str) -> Mapping[IRI, set[IRI] | set[Literal]]:
        """The values of a property, or the texts of a `PAIR`, by resource."""
        if curie == PAIR:
            return self._pairs
        if curie not in self._links:
            links: dict[IRI, set[IRI]] = {}
            for triple in self._store.triples(predicate=self._v(curie)):
                if isinstance(triple.subject, IRI) and isinstance(triple.object, IRI):
                    links.setdefault(triple.subject, set()).add(triple.object)
            self._links[curie] = links
        return self._links[curie]

    @cached_property
    def _pairs(self) -> Mapping[IRI, set[Literal]]:
        """The texts of both values of a `PAIR` by resource; of several values the lowest."""
        values, units = (
            dict(
                sorted(self._texts_of_resources(curie), key=lambda pair: str(pair[1]), reverse=True)
            )
            for curie in PAIR.split("+")
        )
        return {
            iri: {Literal(f"{value.value} {units[iri].value}")}
            for iri, value in values.items()
            if iri in units
        }


def _followed(
    start: IRI, curie: str, links: Callable[[IRI], Iterable[IRI | Literal] | None]
) -> Iterable[IRI | Literal]:
    """The values that a step of a path leads to from a resource.

    Those of a step with `*` include the resource.
    """
    if not curie.endswith("*"):
        return links(start) or ()
    reached = {start}
    to_follow = [start]
    while to_follow:
        targets = links(to_follow.pop()) or ()
        new_targets = {target for target in targets if isinstance(target, IRI)} - reached
        reached |= new_targets
        to_follow += new_targets
    return reached
