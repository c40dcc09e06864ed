"""The file that lists are answered from: the things of a dataset version, each at a place, and sets of places.

    things   place, address after `{base}id/`, names (`Named.to_json`)
    kinds    kind, the places of its things
    reached  kind, path (properties, separated by spaces), what it leads to, for each value the places it leads from
    orders   kind, order, places: by address, and by title in each language that something is named in
    partners, ties, crowded: who works with whom (`publication.lists.ties`)

A set of places is a bitmap (https://github.com/RoaringBitmap/RoaringFormatSpec). A thing keeps its place when a version
is made by changing another; a new one comes behind all others. The file never changes once its version is published,
so processes share its pages, and nothing of it is read before it is asked for.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyroaring import BitMap

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI, Literal
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.records import Named, literal_of, literal_parts

#: Told in the file; one of another form, or whose titles are ordered otherwise (`search_labels.fold`), is left aside.
FORM = 4

#: Its name, beside the index of a version. A build of the same content replaces no file, so each form has a name.
FILE = f"lists-{FORM}.sqlite"

#: The name of the order by address; those by title are named by language.
BY_ADDRESS = "address"

#: The order by title of all languages that nothing is named in.
ANY_LANGUAGE = "en"

# A draft that is not finished is thrown away, so nothing need be undone.
_WRITING = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF"

_TABLES = f"""{_WRITING};
PRAGMA user_version = {FORM};
CREATE TABLE about (base TEXT NOT NULL);
CREATE TABLE things (place INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, named TEXT NOT NULL);
CREATE TABLE kinds (kind TEXT PRIMARY KEY, places BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE reached (kind TEXT, path TEXT, terms TEXT NOT NULL, sets BLOB NOT NULL, PRIMARY KEY (kind, path));
CREATE TABLE orders (kind TEXT, name TEXT, places BLOB NOT NULL, PRIMARY KEY (kind, name));
CREATE TABLE partners (number INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, shared INTEGER NOT NULL);
CREATE INDEX strongest ON partners (shared DESC, iri);
CREATE TABLE ties (one INTEGER, other INTEGER, practices INTEGER NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE TABLE crowded (place INTEGER PRIMARY KEY);
"""

# Many things come as one row: for each row that it hands over, the library lets other threads run first.
_AT_PLACES = """SELECT json_group_array(json_array(place, address, named))
    FROM things WHERE place IN (SELECT value FROM json_each(?))"""
_AT_ADDRESSES = """SELECT json_group_array(json_array(place, address, named))
    FROM things WHERE address IN (SELECT value FROM json_each(?))"""
_ADDRESSES = """SELECT json_group_array(json_array(place, address))
    FROM things WHERE place IN (SELECT value FROM json_each(?))"""
_PLACES = "SELECT json_group_array(place) FROM things WHERE address IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing at its place."""

    place: int
    iri: IRI
    named: Named


class ListFile:
    """A list file that was opened, or the same in memory. Threads share it."""

    def __init__(self, connection: sqlite3.Connection, addresses: Addresses, name: str) -> None:
        self.connection = connection
        self._start = f"{addresses.base}id/"
        self._name = name
        self._lock = threading.Lock()
        #: Lets go of the file; it goes with this object, too.
        self.close = weakref.finalize(self, connection.close)

    @classmethod
    def open(cls, file: Path, addresses: Addresses, *, to_write: bool = False) -> ListFile | None:
        """The file of a version; None where there is none, or none of this form and base, or a damaged one.

        To be written, it must be the draft of a version: it is not locked, and half of a change stays.
        """
        how = "mode=rw" if to_write else "mode=ro&immutable=1"
        try:
            connection = sqlite3.connect(f"{file.absolute().as_uri()}?{how}", uri=True, check_same_thread=False)
        except sqlite3.OperationalError:
            return None
        opened = cls(connection, addresses, str(file))
        try:
            connection.executescript(_WRITING if to_write else f"PRAGMA mmap_size = {file.stat().st_size}")
            known = connection.execute("PRAGMA user_version").fetchone() == (FORM,)
            return opened if known and opened._row("SELECT base FROM about") == (addresses.base,) else None
        except (sqlite3.DatabaseError, OSError, ValueError):
            return None

    @classmethod
    def create(cls, file: Path | None, addresses: Addresses) -> ListFile:
        """A new one without things; None makes it in memory. What is written lasts after `connection.commit`."""
        connection = sqlite3.connect(":memory:" if file is None else file, check_same_thread=False)
        connection.executescript(_TABLES)
        connection.execute("INSERT INTO about VALUES (?)", (addresses.base,))
        return cls(connection, addresses, str(file or "memory"))

    def things(self, places: Iterable[int]) -> list[Thing]:
        """The things at places, in no order; places without one are left out."""
        return self._things(_AT_PLACES, json.dumps(list(places)))

    def iris(self, places: Iterable[int]) -> dict[int, IRI]:
        """The things at places, without their names, which are most of what there is to read."""
        with self._reading():
            rows = json.loads(self._row(_ADDRESSES, json.dumps(list(places)))[0])
            return {place: IRI(self._start + address) for place, address in rows}

    def find(self, iris: Iterable[str]) -> list[Thing]:
        """The things of IRIs, in no order; what is none of ours is left out."""
        return self._things(_AT_ADDRESSES, self._addresses_of(iris))

    def places_of(self, iris: Iterable[str]) -> BitMap:
        """The places of the things of IRIs; what is none of ours is left out."""
        with self._reading():
            return BitMap(json.loads(self._row(_PLACES, self._addresses_of(iris))[0]))

    def of_kind(self, kind: str) -> BitMap:
        """The places of the things of a kind."""
        with self._reading():
            return BitMap.deserialize(self._row("SELECT places FROM kinds WHERE kind = ?", kind)[0])

    def reached(self, kind: str, path: tuple[str, ...]) -> dict[IRI | Literal, BitMap]:
        """The values that a path leads to from the things of a kind, each with the places it leads from."""
        with self._reading():
            row = self._row("SELECT terms, sets FROM reached WHERE kind = ? AND path = ?", kind, " ".join(path))
            return dict(_unpacked(*row))

    def order(self, kind: str, name: str) -> array[int]:
        """The places of the things of a kind in an order: `BY_ADDRESS`, or by their titles in a language."""
        with self._reading():
            find = "SELECT places FROM orders WHERE kind = ? AND name IN (?, ?) ORDER BY name = ? DESC LIMIT 1"
            return array("I", self._row(find, kind, name, ANY_LANGUAGE, name)[0])

    def rows(self, select: str, *values: str | int) -> list[Any]:
        """What a statement gives as one JSON array."""
        with self._reading():
            found: list[Any] = json.loads(self._row(select, *values)[0])
            return found

    def order_names(self, kind: str) -> set[str]:
        """The orders of the things of a kind."""
        return {name for (name,) in self.connection.execute("SELECT name FROM orders WHERE kind = ?", (kind,))}

    def put_thing(self, iri: IRI, named: Named) -> Thing:
        """Write a thing: at its place, or behind all others where it is new."""
        put = "INSERT INTO things (address, named) VALUES (?, ?) ON CONFLICT DO UPDATE SET named = excluded.named"
        row = (iri.value.removeprefix(self._start), named.to_json())
        (place,) = self.connection.execute(f"{put} RETURNING place", row).fetchone()
        return Thing(place, iri, named)

    def remove_thing(self, thing: Thing) -> None:
        """Take a thing out."""
        self.connection.execute("DELETE FROM things WHERE place = ?", (thing.place,))

    def put_kind(self, kind: str, places: BitMap) -> None:
        """Write the places of the things of a kind."""
        self.connection.execute("INSERT OR REPLACE INTO kinds VALUES (?, ?)", (kind, places.serialize()))

    def put_reached(self, kind: str, path: tuple[str, ...], found: Mapping[IRI | Literal, BitMap]) -> None:
        """Write what a path leads to."""
        row = (kind, " ".join(path), *_packed(found))
        self.connection.execute("INSERT OR REPLACE INTO reached VALUES (?, ?, ?, ?)", row)

    def put_order(self, kind: str, name: str, places: array[int]) -> None:
        """Write an order."""
        self.connection.execute("INSERT OR REPLACE INTO orders VALUES (?, ?, ?)", (kind, name, places.tobytes()))

    def _addresses_of(self, iris: Iterable[str]) -> str:
        start = self._start
        return json.dumps([iri[len(start) :] for iri in iris if iri.startswith(start)])

    def _things(self, select: str, wanted: str) -> list[Thing]:
        with self._reading():
            rows = json.loads(self._row(select, wanted)[0])
            return [Thing(place, IRI(self._start + address), Named.from_json(named)) for place, address, named in rows]

    def _row(self, select: str, *values: str | int) -> tuple:  # type: ignore[type-arg]
        with self._lock:
            found = self.connection.execute(select, values).fetchone()
        if found is None:
            raise ValueError(f"no row for {values}")
        row: tuple = found  # type: ignore[type-arg]
        return row

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, ValueError, IndexError) as error:
            raise StoreError(
                f"{self._name} is damaged: {error}.",
                hint="Remove the file and start the server again: it then reads the store instead.",
            ) from error


def _packed(found: Mapping[IRI | Literal, BitMap]) -> tuple[str, bytes]:
    """Values as JSON, each with the size of its set, and the sets one behind the other."""
    terms: list[list[str | int | None]] = []
    sets: list[bytes] = []
    for term in sorted(found, key=str):
        sets.append(found[term].serialize())
        terms.append([len(sets[-1]), *(literal_parts(term) if isinstance(term, Literal) else [term.value])])
    return json.dumps(terms, ensure_ascii=False, separators=(",", ":")), b"".join(sets)


def _unpacked(terms: str, sets: bytes) -> Iterator[tuple[IRI | Literal, BitMap]]:
    begin = 0
    for size, value, *literal in json.loads(terms):
        term = literal_of(value, *literal) if literal else IRI(value)
        yield term, BitMap.deserialize(sets[begin : begin + size])
        begin += size
