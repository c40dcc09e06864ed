"""The search file of a dataset version: an SQLite database with an FTS5 index (https://www.sqlite.org/fts5.html).

Its contents are the names, codes, texts and related resources of a store:

- `name`: names and codes of resources. `folded` has the words of `fold_words`, `compact` these without spaces
- `text`: longer texts, for excerpts
- `document`: a resource and a language, or none: `number` is the row of `word`
- `word`: the tokens (`search.words`) of the names, texts and related names of a document
- `vocabulary`: all tokens, with the number of documents that have them

In `word`, stems stand for the words; `…_written` have the words whose stems are others, for exact and beginning words.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from gcmgraph.errors import StoreError
from gcmgraph.kinds import KINDS
from gcmgraph.lexicon import lexicon_for, readable_tags
from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.properties import PROPERTIES
from gcmgraph.publication.search.words import tokens
from gcmgraph.store.port import Store
from gcmgraph.text import fold_words
from gcmgraph.translations import LANGUAGES

#: Properties whose values are codes. Codes rank above names.
CODES = ("skos:notation", "gcm:iso3", "gcm:iso2", "gcm:m49", "gcm:acronym", "org:identifier")

#: Properties whose values are names, preferred ones first.
NAMES = ("skos:prefLabel", "dct:title", "skos:altLabel", "gcm:formalName", "skos:hiddenLabel")

#: Properties whose values are longer texts, of resources and of their parts (`#`).
TEXTS = tuple(row.curie for row in PROPERTIES if row.searched)
PART_TEXTS = ("dct:title", "dct:description", "gcm:rationale", "schema:unitText")

#: Properties of an amount: its number, and its currency.
_NUMBER, _CURRENCY = "schema:value", "schema:currency"

#: Properties by which a resource is about another, whose names find it, too.
RELATED = (
    "gcm:country", "gcm:originCountry", "gcm:involvesCountry", "gcm:region", "dct:spatial", "schema:containedInPlace",
    "gcm:leadOrganisation", "gcm:partnerOrganisation", "gcm:involvesOrganisation", "org:subOrganizationOf",
    "gcm:targetAudience", "gcm:objective", "gcm:instrument", "dct:type", "sdgo:isTargetOf", "skos:broader",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SearchName:
    """A name or code of a resource."""

    text: str
    language: str | None
    #: whether it is a code
    code: bool
    #: index of its property in `NAMES`; 0 for codes
    rank: int


@dataclass(slots=True)
class Contents:
    """The names and texts of a resource, and the resources that it is about, by address after `{base}id/`."""

    names: list[SearchName] = field(default_factory=list)
    texts: dict[Literal, None] = field(default_factory=dict)
    related: dict[str, None] = field(default_factory=dict)
    #: words by which people look for it, never shown: those of an objective in the lexicon
    hidden: list[Literal] = field(default_factory=list)


def base_language(language: str | None) -> str:
    """The primary subtag of a language tag; empty for None."""
    return (language or "").split("-", 1)[0]


def stored_contents(store: Store, addresses: Addresses) -> dict[str, Contents]:
    """The contents of all resources that have a page, by the address after `{base}id/`, in its order."""
    reader = _Reader(store, addresses)
    reader.read_names()
    reader.read_texts()
    reader.read_amounts()
    reader.read_related()
    for language in readable_tags():
        for number, words in lexicon_for(language).table("objectives").items():
            if objective := reader.found.get(f"objective/{number}"):
                objective.hidden.append(Literal(words, language=language))
    return reader.found


class _Reader:
    """Reader of a store, each property once."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._v = Vocabulary(addresses)
        self._start = f"{addresses.base}id/"
        classes = {self._v(curie): kind for kind, row in KINDS.items() for curie in row.classes}
        typed = ((resource, classes.get(of)) for resource, of in self._values("rdf:type") if isinstance(of, IRI))
        members = {
            resource for resource, kind in typed if kind and resource.startswith(f"{kind}/") and "#" not in resource
        }
        self.found = {resource: Contents() for resource in sorted(members)}

    def read_names(self) -> None:
        """Add names and codes. A text with two naming properties is a name once, with the preferred one."""
        named: set[tuple[str, Literal, bool]] = set()
        for rank, curie in [*((0, curie) for curie in CODES), *enumerate(NAMES)]:
            code = curie in CODES
            for resource, text in self._texts(curie):
                if resource in self.found and (resource, text, code) not in named:
                    named.add((resource, text, code))
                    self.found[resource].names.append(SearchName(text.value, text.language, code, rank))

    def read_texts(self) -> None:
        """Add longer texts, also those of parts."""
        for curie in dict.fromkeys((*TEXTS, *PART_TEXTS)):
            for resource, text in self._texts(curie):
                whole, part, _ = resource.partition("#")
                if whole in self.found and curie in (PART_TEXTS if part else TEXTS):
                    self.found[whole].texts[text] = None

    def read_amounts(self) -> None:
        """Add the amounts of parts as texts: USD 425."""
        currencies = dict(self._texts(_CURRENCY))
        for resource, number in self._texts(_NUMBER):
            whole = resource.partition("#")[0]
            if whole in self.found and resource in currencies:
                self.found[whole].texts[Literal(f"{currencies[resource].value} {number.value}")] = None

    def read_related(self) -> None:
        """Add the resources that resources are about."""
        for curie in RELATED:
            for resource, value in self._values(curie):
                if resource in self.found and isinstance(value, IRI) and value.value.startswith(self._start):
                    self.found[resource].related[value.value.removeprefix(self._start)] = None

    def _texts(self, curie: str) -> Iterator[tuple[str, Literal]]:
        return ((resource, value) for resource, value in self._values(curie) if isinstance(value, Literal))

    def _values(self, curie: str) -> Iterator[tuple[str, IRI | Literal]]:
        """The resources with a property, and its values."""
        for triple in self._store.triples(predicate=self._v(curie)):
            subject, value = triple.subject, triple.object
            if isinstance(subject, IRI) and isinstance(value, IRI | Literal) and subject.value.startswith(self._start):
                yield subject.value.removeprefix(self._start), value


_TABLES = """
    CREATE TABLE name (
        resource TEXT NOT NULL, text TEXT NOT NULL, language TEXT, code INTEGER NOT NULL, rank INTEGER NOT NULL,
        folded TEXT NOT NULL, compact TEXT NOT NULL
    );
    CREATE INDEX folded ON name (folded);
    CREATE INDEX compact ON name (compact);
    CREATE INDEX named ON name (resource);
    CREATE TABLE text (resource TEXT NOT NULL, text TEXT NOT NULL, language TEXT, folded TEXT NOT NULL);
    CREATE INDEX described ON text (resource);
    CREATE TABLE document (number INTEGER PRIMARY KEY, resource TEXT NOT NULL);
    CREATE VIRTUAL TABLE word USING fts5 (
        names, texts, related, names_written, texts_written,
        content = '', prefix = '3', tokenize = "ascii tokenchars './-'"
    );
    CREATE VIRTUAL TABLE vocabulary USING fts5vocab (word, 'row');
"""

#: A token of a text: the stem of a word, and the folded word.
Token = tuple[str, str]

#: The modules that determine the contents of the file. A file that others wrote is ignored.
_MODULES = ("kinds.py", "properties.py", "publication/search/file.py", "publication/search/words.py")
_RULES = b"".join((Path(__file__).parents[2] / name).read_bytes() for name in _MODULES)

#: File beside the index of a version. A build of equal content replaces no file, so each set of rules has a name.
FILE = f"search-{zlib.crc32(_RULES):08x}.sqlite"

_INSERT_WORDS = """INSERT INTO word (rowid, names, texts, related, names_written, texts_written)
    VALUES (?, ?, ?, ?, ?, ?)"""


def write_search(folder: Path, store: Store, addresses: Addresses) -> None:
    """Write the search file of the version in a folder. Raises `StoreError` if it cannot be written."""
    make_file(folder / FILE, stored_contents(store, addresses))


def make_file(path: Path, found: Mapping[str, Contents]) -> None:
    """Write a search file, without a journal: one that was not finished is discarded.

    Raises `StoreError` if it cannot be written.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;")
            make_tables(database, found)
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"The search index {path} cannot be written: {error}.",
            hint="See whether the disk is full and whether this SQLite has FTS5 (Python's own has).",
        ) from error


def make_tables(database: sqlite3.Connection, found: Mapping[str, Contents]) -> None:
    """Make the tables of a search file in an empty database."""
    database.executescript(f"{_TABLES} BEGIN;")
    for resource, own in found.items():
        _put(database, resource, own, [found[one] for one in own.related if one in found])
    database.execute("COMMIT")
    database.execute("INSERT INTO word (word) VALUES ('optimize')")


def _put(database: sqlite3.Connection, resource: str, own: Contents, related: list[Contents]) -> None:
    for name in own.names:
        folded = fold_words(name.text)
        row = (resource, name.text, name.language, name.code, name.rank, folded, folded.replace(" ", ""))
        database.execute("INSERT INTO name VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    texts = [(resource, text.value, text.language) for text in own.texts]
    database.executemany("INSERT INTO text VALUES (?, ?, ?, ?)", [(*row, fold_words(row[1])) for row in texts])
    shown = [name for one in related for name in one.names if name.rank == 0 and (not name.code or name.language)]
    fields = (
        _by_language((name.text, name.language) for name in own.names),
        _by_language((text, tag) for _, text, tag in texts),
        _by_language((name.text, name.language) for name in shown),
    )
    for language in dict.fromkeys(language for texts_of in fields for language in texts_of):
        _index(database, resource, *(texts_of.get(language, []) for texts_of in fields))
    for text in own.hidden:  # apart, since the length of a document counts
        _index(database, resource, [], [], _tokens(text.value, text.language or ""))


def _index(database: sqlite3.Connection, resource: str, *fields: Sequence[Token]) -> None:
    """Index a document by the tokens of its names, texts and related names."""
    number = database.execute("INSERT INTO document (resource) VALUES (?)", (resource,)).lastrowid
    stems = [" ".join([stem for stem, _ in found]) for found in fields]
    written = [" ".join([word for stem, word in found if word != stem]) for found in fields[:2]]
    database.execute(_INSERT_WORDS, (number, *stems, *written))


def _by_language(texts: Iterable[tuple[str, str | None]]) -> dict[str, list[Token]]:
    """The tokens of texts by language; those of another language than `LANGUAGES` or of none by ""."""
    found: dict[str, list[Token]] = {}
    for text, tag in texts:
        language = base_language(tag)
        language = language if language in LANGUAGES else ""
        found.setdefault(language, []).extend(_tokens(text, language))
    return found


@lru_cache(20_000)
def _tokens(text: str, language: str) -> tuple[Token, ...]:
    """The tokens of a text. Most resources share the names of the resources that they are about."""
    return tuple(tokens(text, language))
