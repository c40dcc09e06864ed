"""The list file of a dataset version: numbered resources, and sets of their numbers; its creation from a store.

The number of a resource is called its place, as in the columns of this SQLite database:

- `things`: place, address after `{base}id/`, names (`ResourceNames.to_json`)
- `kinds`: kind, places of its resources
- `reached`: kind, path (properties, separated by spaces), values at its end, places of the resources it starts from
- `orders`: kind, name of the order, places: by address, and by title in each language of names
- `partners`: organisations with ties: number, IRI, sum of the weights of the ties
- `ties`: numbers of two organisations, in both directions, and the weight
- `crowded`: places of practices that tie nobody, since they have more than `MAX_ORGANISATIONS` organisations

Two organisations are tied by the practices in which both take part; the weight of a tie is their number. A practice
counts once where it or any of its parts ties them.

A set of places is a bitmap (https://github.com/RoaringBitmap/RoaringFormatSpec). The file is immutable once its
version is published, so processes share its memory pages; it is read on demand.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
import zlib
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, combinations
from pathlib import Path
from typing import Any

from pyroaring import BitMap

from gcmgraph.errors import StoreError
from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.labels import LABEL_PROPERTIES, Label, choose, distinguished, objective_apart
from gcmgraph.publication.lists.facets import COUNTED_AS, PAIR, PATHS, TAKING_PART
from gcmgraph.store.port import Store
from gcmgraph.text import fold_words, natural

#: Name of the order by address. Orders by title are named by language.
BY_ADDRESS = "address"

#: Order by title for languages without names.
ANY_LANGUAGE = "en"

# An unfinished draft is discarded, so no journal is required.
_WRITING = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF"

_TABLES = """
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

#: Number of the rules of `build`, such as the order of titles. Raise it when they change.
_RULES = 1

#: Format of the file: a digest of its tables, paths and rules. Other formats are ignored.
FORM = zlib.crc32(f"{_RULES} {_TABLES} {PATHS}".encode()) >> 1

#: File beside the index of a version. A build of equal content replaces no file, so each format has a name.
FILE = f"lists-{FORM:08x}.sqlite"

# Results are one JSON row: the library releases the GIL for each row, which is slow beside busy threads.
_AT_PLACES = """SELECT json_group_array(json_array(place, address, named))
    FROM things WHERE place IN (SELECT value FROM json_each(?))"""
_AT_ADDRESSES = """SELECT json_group_array(json_array(place, address, named))
    FROM things WHERE address IN (SELECT value FROM json_each(?))"""
_ADDRESSES = """SELECT json_group_array(json_array(place, address))
    FROM things WHERE place IN (SELECT value FROM json_each(?))"""
_PLACES = "SELECT json_group_array(place) FROM things WHERE address IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Thing:
    """A resource with its place and names."""

    place: int
    iri: IRI
    named: ResourceNames


class ListFile:
    """An open list file, or one in memory. Threads may share it."""

    def __init__(self, connection: sqlite3.Connection, addresses: Addresses, name: str) -> None:
        self.connection = connection
        self._start = f"{addresses.base}id/"
        self._name = name
        self._lock = threading.Lock()
        #: Closes the file, as does the end of this object.
        self.close = weakref.finalize(self, connection.close)

    @classmethod
    def open(cls, file: Path, addresses: Addresses) -> ListFile | None:
        """The list file of a version; None if it is missing, damaged, or of another format or base."""
        uri = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        except sqlite3.OperationalError:
            return None
        opened = cls(connection, addresses, str(file))
        try:
            connection.executescript(f"PRAGMA mmap_size = {file.stat().st_size}")
            known = connection.execute("PRAGMA user_version").fetchone() == (FORM,)
            return opened if known and opened._row("SELECT base FROM about") == (addresses.base,) else None
        except (sqlite3.DatabaseError, OSError, ValueError):
            return None

    @classmethod
    def create(cls, file: Path | None, addresses: Addresses) -> ListFile:
        """A new, empty list file; in memory if `file` is None. Call `connection.commit` after writing."""
        connection = sqlite3.connect(":memory:" if file is None else file, check_same_thread=False)
        connection.executescript(f"{_WRITING}; PRAGMA user_version = {FORM}; {_TABLES}")
        connection.execute("INSERT INTO about VALUES (?)", (addresses.base,))
        return cls(connection, addresses, str(file or "memory"))

    def things(self, places: Iterable[int]) -> list[Thing]:
        """The resources at places, unordered; unused places are skipped."""
        return self._things(_AT_PLACES, json.dumps(list(places)))

    def iris(self, places: Iterable[int]) -> dict[int, IRI]:
        """The resources at places without their names, which are most of the data."""
        with self._reading():
            rows = json.loads(self._row(_ADDRESSES, json.dumps(list(places)))[0])
            return {place: IRI(self._start + address) for place, address in rows}

    def find(self, iris: Iterable[str]) -> list[Thing]:
        """The resources of IRIs, unordered; unknown IRIs are skipped."""
        return self._things(_AT_ADDRESSES, self._addresses_of(iris))

    def places_of(self, iris: Iterable[str]) -> BitMap:
        """The places of IRIs; unknown IRIs are skipped."""
        with self._reading():
            return BitMap(json.loads(self._row(_PLACES, self._addresses_of(iris))[0]))

    def of_kind(self, kind: str) -> BitMap:
        """The places of the resources of a kind."""
        with self._reading():
            return BitMap.deserialize(self._row("SELECT places FROM kinds WHERE kind = ?", kind)[0])

    def reached(self, kind: str, path: tuple[str, ...]) -> dict[IRI | Literal, BitMap]:
        """Values at the end of a path from resources of a kind, each with the places that it starts from."""
        with self._reading():
            row = self._row("SELECT terms, sets FROM reached WHERE kind = ? AND path = ?", kind, " ".join(path))
            return dict(_unpacked(*row))

    def wholes(self) -> dict[int, BitMap]:
        """For each practice that is counted as others, their places."""
        practices, found = self.of_kind("practice"), dict[int, BitMap]()
        for whole, parts in self.reached("practice", COUNTED_AS).items():
            for place in self.places_of([whole.value]) & practices:
                for part in parts - BitMap([place]):
                    found.setdefault(part, BitMap()).add(place)
        return found

    def order(self, kind: str, name: str) -> array[int]:
        """The places of the resources of a kind in an order: `BY_ADDRESS`, or by title in a language."""
        with self._reading():
            find = "SELECT places FROM orders WHERE kind = ? AND name IN (?, ?) ORDER BY name = ? DESC LIMIT 1"
            return array("I", self._row(find, kind, name, ANY_LANGUAGE, name)[0])

    def rows(self, select: str, *values: str | int) -> list[Any]:
        """The result of a statement that returns one JSON array."""
        with self._reading():
            found: list[Any] = json.loads(self._row(select, *values)[0])
            return found

    def put_kind(self, kind: str, places: BitMap) -> None:
        """Write the places of the resources of a kind."""
        self.connection.execute("INSERT INTO kinds VALUES (?, ?)", (kind, places.serialize()))

    def put_reached(self, kind: str, path: tuple[str, ...], found: Mapping[IRI | Literal, BitMap]) -> None:
        """Write the values at the end of a path."""
        row = (kind, " ".join(path), *_packed(found))
        self.connection.execute("INSERT INTO reached VALUES (?, ?, ?, ?)", row)

    def put_order(self, kind: str, name: str, places: array[int]) -> None:
        """Write an order."""
        self.connection.execute("INSERT INTO orders VALUES (?, ?, ?)", (kind, name, places.tobytes()))

    def _addresses_of(self, iris: Iterable[str]) -> str:
        start = self._start
        return json.dumps([iri[len(start) :] for iri in iris if iri.startswith(start)])

    def _things(self, select: str, keys: str) -> list[Thing]:
        with self._reading():
            rows = json.loads(self._row(select, keys)[0])
            return [
                Thing(place, IRI(self._start + address), ResourceNames.from_json(named))
                for place, address, named in rows
            ]

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
    """Values as JSON, each with the size of its set in bytes, and the concatenated sets."""
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


@dataclass(frozen=True)
class ResourceNames:
    """Names of a resource: its preferred naming property (a CURIE) with the texts, and its code.

    `objective` is the number of the objective of a practice that has its title in common with another.
    """

    naming: str | None = None
    texts: tuple[Literal, ...] = ()
    notation: str | None = None
    objective: str | None = None

    def __bool__(self) -> bool:
        """Whether there is a name or a code."""
        return self.naming is not None or self.notation is not None

    def label(self, language: str) -> Label | None:
        """The name in a language or the next best, else the code, else None."""
        if (found := choose(self.texts, language)) is not None:
            return distinguished(found, self.objective) if self.objective else Label(found.value, found.language)
        return Label(self.notation) if self.notation else None

    def to_json(self) -> str:
        """Serialize for the list file."""
        texts = [literal_parts(text) for text in self.texts]
        return json.dumps(
            [self.naming, texts, self.notation, self.objective], ensure_ascii=False, separators=(",", ":")
        )

    @classmethod
    def from_json(cls, written: str) -> ResourceNames:
        """Parse the result of `to_json`."""
        naming, texts, notation, *objective = json.loads(written)
        return cls(naming, tuple(literal_of(*text) for text in texts), notation, *objective)


def literal_parts(literal: Literal) -> tuple[str, str | None, str | None]:
    """The parts of a literal for JSON: text, and language or datatype."""
    return literal.value, literal.language, None if literal.language else literal.datatype.value


def literal_of(value: str, language: str | None, datatype: str | None) -> Literal:
    """The literal of the result of `literal_parts`."""
    if language is not None:
        return Literal(value, language=language)
    return Literal(value, datatype=IRI(datatype)) if datatype is not None else Literal(value)


#: Limit on the cached resources, about 1 kB each: more than the largest page names.
MOST_HELD = 5_000


class NameCache:
    """Names of the resources under `{base}id/` of one dataset version."""

    def __init__(self, file: ListFile, addresses: Addresses) -> None:
        self._file = file
        self._addresses = addresses
        self._vocabulary = Vocabulary(addresses)
        self._cached: dict[str, ResourceNames] = {}

    def fetch(self, iris: Iterable[IRI]) -> None:
        """Read the names of resources that are required next, all at once."""
        self._read({iri.value for iri in iris if iri.value not in self._cached})

    def hold(self, named: Mapping[str, ResourceNames]) -> None:
        """Cache names by IRI. The cache is emptied first if it would exceed its limit."""
        if len(self._cached) + len(named) > MOST_HELD:
            self._cached = {}
        self._cached.update(named)

    def __contains__(self, iri: IRI) -> bool:
        """Whether a resource has a name or a code."""
        return bool(self._of(iri))

    def of(self, iri: IRI, language: str) -> Label:
        """The name of a resource, else its code, else its address."""
        return self._of(iri).label(language) or Label(self._addresses.compress(iri.value) or iri.value)

    def statements(self, iri: IRI) -> Iterable[tuple[IRI, Literal]]:
        """Property and text of the statements that name a resource."""
        named = self._of(iri)
        return [(self._vocabulary(named.naming), text) for text in named.texts] if named.naming else []

    def notation(self, iri: IRI) -> str | None:
        """The code of a resource (`skos:notation`)."""
        return self._of(iri).notation

    def _of(self, iri: IRI) -> ResourceNames:
        cached = self._cached.get(iri.value)
        return cached if cached is not None else self._read({iri.value})[iri.value]

    def _read(self, iris: Set[str]) -> dict[str, ResourceNames]:
        found = {thing.iri.value: thing.named for thing in self._file.find(iris)} if iris else {}
        named = {iri: found.get(iri, ResourceNames()) for iri in iris}
        self.hold(named)
        return named


#: Sort key of resources: code (for kinds ordered by code), folded title, title, IRI.
TitleKey = tuple[list[tuple[int, str]], str, str, str]

_BY_TITLE = frozenset({"country", "concept", "practice"})


def write_lists(folder: Path, store: Store, addresses: Addresses) -> None:
    """Write the list file of a version into `folder`."""
    make_lists(store, addresses, folder / FILE)


def make_lists(store: Store, addresses: Addresses, file: Path | None = None) -> ListFile:
    """Create a list file from a store; in memory if `file` is None."""
    made = ListFile.create(file, addresses)
    reader = _StoreReader(store, addresses)
    start = len(f"{addresses.base}id/")
    made.connection.executemany(
        "INSERT INTO things VALUES (?, ?, ?)",
        (
            (place, iri.value[start:], reader.named.get(iri, ResourceNames()).to_json())
            for place, iri in enumerate(reader.iris, start=1)
        ),
    )
    for kind, members in reader.members.items():
        places = BitMap(reader.place[iri] for iri in members)
        made.put_kind(kind, places)
        for path in PATHS[kind]:
            made.put_reached(kind, path, reader.reached(path, places))
        for name, order in _orders(members, reader.named, addresses).items():
            made.put_order(kind, name, array("I", (reader.place[iri] for iri in order)))
    write_ties(made)
    made.connection.commit()
    return made


def _title_key(iri: IRI, named: ResourceNames, language: str, addresses: Addresses) -> TitleKey:
    """Sort key of a resource in a list by title."""
    label = named.label(language)
    text = label.text if label else addresses.compress(iri.value) or iri.value
    code = "" if addresses.kind_of(iri.value) in _BY_TITLE else named.notation or "~"
    return natural(code), fold_words(text) or text, text, iri.value


def _languages_of(named: ResourceNames) -> set[str]:
    """Languages of the names of a resource, without regions."""
    return {text.language.split("-", 1)[0] for text in named.texts if text.language}


def _orders(
    members: tuple[IRI, ...], named: Mapping[IRI, ResourceNames], addresses: Addresses
) -> dict[str, Iterable[IRI]]:
    names = {iri: named.get(iri, ResourceNames()) for iri in members}
    orders: dict[str, Iterable[IRI]] = {BY_ADDRESS: members}
    for language in {ANY_LANGUAGE}.union(*map(_languages_of, names.values())):
        keys = sorted(_title_key(iri, name, language, addresses) for iri, name in names.items())
        orders[language] = (IRI(iri) for *_, iri in keys)
    return orders


class _StoreReader:
    """Reader of a store, each property once. Resources are numbered from 1, by kind and address."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        self._start = f"{addresses.base}id/"
        self._own: dict[str, dict[IRI | Literal, BitMap]] = {}
        self._links: dict[str, dict[IRI, set[IRI]]] = {}
        self.members = {kind: read_members(store, addresses, kind) for kind in KINDS}
        self.named = self._named()
        others = self.named.keys() - {iri for members in self.members.values() for iri in members}
        self.iris = [iri for members in self.members.values() for iri in members]
        self.iris += sorted(others, key=lambda iri: iri.value)
        self.place = {iri: place for place, iri in enumerate(self.iris, start=1)}

    def reached(self, path: tuple[str, ...], among: BitMap) -> dict[IRI | Literal, BitMap]:
        """Values at the end of a property path, each with the resources of `among` that it starts from."""
        found = {value: places & among for value, places in self._own_values(path[0]).items()}
        for curie in path[1:]:
            further: dict[IRI | Literal, BitMap] = {}
            links = self._links_of(curie.removesuffix("*"))
            for value, places in found.items():
                for target in _followed(value, curie, links.get) if isinstance(value, IRI) else ():
                    further.setdefault(target, BitMap()).update(places)
            found = further
        return {value: places for value, places in found.items() if places}

    def _named(self) -> dict[IRI, ResourceNames]:
        codes: dict[IRI, str] = {}
        for iri, code in self._texts("skos:notation"):
            codes[iri] = min(code.value, codes.get(iri, code.value))
        named: dict[IRI, ResourceNames] = {}
        for curie in LABEL_PROPERTIES:
            found: dict[IRI, set[Literal]] = {}
            for iri, text in self._texts(curie):
                if iri not in named:  # no preferred property names it
                    found.setdefault(iri, set()).add(text)
            for iri, texts in found.items():
                named[iri] = ResourceNames(curie, tuple(sorted(texts, key=str)), codes.get(iri))
        for iri in filter(named.__contains__, self.members["practice"]):
            titles = [(self._v(named[iri].naming or ""), text) for text in named[iri].texts]
            if objective := objective_apart(self._store, self._addresses, titles, codes.get, iri):
                named[iri] = replace(named[iri], objective=objective)
        return {iri: ResourceNames(notation=code) for iri, code in codes.items()} | named

    def _texts(self, curie: str) -> Iterable[tuple[IRI, Literal]]:
        for triple in self._store.triples(predicate=self._v(curie)):
            iri, text = triple.subject, triple.object
            if isinstance(iri, IRI) and isinstance(text, Literal) and iri.value.startswith(self._start):
                yield iri, text

    def _own_values(self, curie: str) -> dict[IRI | Literal, BitMap]:
        """Values of a property, each with the row numbers of its subjects."""
        if curie not in self._own:
            places: dict[IRI | Literal, array[int]] = {}
            for triple in self._store.triples(predicate=self._v(curie)):
                value = triple.object
                if isinstance(triple.subject, IRI) and isinstance(value, IRI | Literal):
                    place = self.place.get(triple.subject)
                    if place is not None:
                        places.setdefault(value, array("I")).append(place)
            self._own[curie] = {value: BitMap(found) for value, found in places.items()}
        return self._own[curie]

    def _links_of(self, curie: str) -> Mapping[IRI, set[IRI] | set[Literal]]:
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
        """The texts of both values of a `PAIR` by resource."""
        values, others = (
            dict(sorted(self._texts(curie), key=lambda pair: str(pair[1]), reverse=True)) for curie in PAIR.split("+")
        )
        return {iri: {Literal(f"{value.value} {others[iri].value}")} for iri, value in values.items() if iri in others}


def _followed(
    start: IRI, curie: str, links: Callable[[IRI], Iterable[IRI | Literal] | None]
) -> Iterable[IRI | Literal]:
    """The values that a step of a path leads to from a resource; those of a step with `*` include the resource."""
    if not curie.endswith("*"):
        return links(start) or ()
    found, waiting = {start}, [start]
    while waiting:
        new = {value for value in links(waiting.pop()) or () if isinstance(value, IRI)} - found
        found |= new
        waiting += new
    return found


def read_members(store: Store, addresses: Addresses, kind: str) -> tuple[IRI, ...]:
    """The resources of a kind in a store, ordered by address. Raises `KeyError` for an unknown kind."""
    v = Vocabulary(addresses)
    found = {
        triple.subject
        for curie in KINDS[kind].classes
        for triple in store.triples(predicate=v("rdf:type"), object=v(curie))
        if isinstance(triple.subject, IRI) and addresses.kind_of(triple.subject.value) == kind
    }
    return tuple(sorted(found, key=lambda iri: iri.value))


#: A practice of more organisations ties none: it says little about collaboration, and it has too many pairs.
MAX_ORGANISATIONS = 150


def taking_part(file: ListFile) -> dict[IRI, BitMap]:
    """Organisations, each with the places of its practices."""
    together: dict[IRI, BitMap] = {}
    for path in TAKING_PART:
        for value, places in file.reached("practice", path).items():
            if isinstance(value, IRI):
                together[value] = together[value] | places if value in together else places
    return together


def write_ties(file: ListFile) -> None:
    """Write the ties that follow from the organisations and the parts of practices in a list file."""
    wholes = file.wholes()
    ties_of: dict[int, set[tuple[str, str]]] = {}
    crowded: list[tuple[int]] = []
    for place, organisations in _by_practice(taking_part(file)).items():
        if len(organisations) > MAX_ORGANISATIONS:
            crowded.append((place,))
            continue
        for counted in wholes.get(place, (place,)):
            ties_of.setdefault(counted, set()).update(combinations(organisations, 2))
    weights = Counter(chain.from_iterable(ties_of.values()))
    shared: Counter[str] = Counter()
    for pair, weight in weights.items():
        for end in pair:
            shared[end] += weight
    number = {iri: row for row, iri in enumerate(sorted(shared), start=1)}
    both = ((number[a], number[b], weight) for pair, weight in weights.items() for a, b in (pair, pair[::-1]))
    for table, columns, rows in (
        ("partners", "?, ?, ?", ((number[iri], iri, weight) for iri, weight in shared.items())),
        ("ties", "?, ?, ?", sorted(both)),
        ("crowded", "?", crowded),
    ):
        file.connection.executemany(f"INSERT INTO {table} VALUES ({columns})", rows)  # noqa: S608


def _by_practice(organisations: Mapping[IRI, BitMap]) -> dict[int, list[str]]:
    """The organisations of each practice, by place."""
    found: dict[int, list[str]] = {}
    for iri in sorted(organisations, key=lambda iri: iri.value):
        for place in organisations[iri]:
            found.setdefault(place, []).append(iri.value)
    return found
