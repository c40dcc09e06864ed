"""The search file of a dataset version: an SQLite database with an FTS5 index (https://www.sqlite.org/fts5.html).

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
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from gcmgraph.errors import StoreError
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.search import contents
from gcmgraph.publication.search.contents import Contents, base_language, stored_contents
from gcmgraph.publication.search.words import tokens
from gcmgraph.store.port import Store
from gcmgraph.text import fold_words
from gcmgraph.translations import LANGUAGES

_TABLES = """
    CREATE TABLE name (
        thing TEXT NOT NULL, text TEXT NOT NULL, language TEXT, code INTEGER NOT NULL, rank INTEGER NOT NULL,
        folded TEXT NOT NULL, compact TEXT NOT NULL
    );
    CREATE INDEX folded ON name (folded);
    CREATE INDEX compact ON name (compact);
    CREATE INDEX named ON name (thing);
    CREATE TABLE text (thing TEXT NOT NULL, text TEXT NOT NULL, language TEXT, folded TEXT NOT NULL);
    CREATE INDEX described ON text (thing);
    CREATE TABLE document (number INTEGER PRIMARY KEY, thing TEXT NOT NULL);
    CREATE VIRTUAL TABLE word USING fts5 (
        names, texts, related, names_written, texts_written,
        content = '', prefix = '3', tokenize = "ascii tokenchars './-'"
    );
    CREATE VIRTUAL TABLE vocabulary USING fts5vocab (word, 'row');
"""

#: A token of a text: the stem of a word, and the folded word.
Token = tuple[str, str]

#: Number of the rules of `words` and `contents`. Raise it when tokens or what is indexed change.
_RULES = 1

#: Format of the file: a digest of its tables, properties and rules. Other formats are ignored.
_PROPERTIES = (contents.CODES, contents.NAMES, contents.TEXTS, contents.PART_TEXTS, contents.RELATED)
_FORM = zlib.crc32(f"{_RULES} {_TABLES} {_PROPERTIES}".encode())

#: File beside the index of a version. A build of equal content replaces no file, so each format has a name.
FILE = f"search-{_FORM:08x}.sqlite"

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
    for thing, own in found.items():
        _put(database, thing, own, [found[one] for one in own.related if one in found])
    database.execute("COMMIT")
    database.execute("INSERT INTO word (word) VALUES ('optimize')")


def _put(database: sqlite3.Connection, thing: str, own: Contents, related: list[Contents]) -> None:
    for name in own.names:
        folded = fold_words(name.text)
        row = (thing, name.text, name.language, name.code, name.rank, folded, folded.replace(" ", ""))
        database.execute("INSERT INTO name VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    texts = [(thing, text.value, text.language) for text in own.texts]
    database.executemany("INSERT INTO text VALUES (?, ?, ?, ?)", [(*row, fold_words(row[1])) for row in texts])
    shown = [name for one in related for name in one.names if name.rank == 0 and (not name.code or name.language)]
    fields = (
        _by_language((name.text, name.language) for name in own.names),
        _by_language((text, tag) for _, text, tag in texts),
        _by_language((name.text, name.language) for name in shown),
    )
    for language in dict.fromkeys(language for texts_of in fields for language in texts_of):
        _index(database, thing, *(texts_of.get(language, []) for texts_of in fields))
    for text in own.hidden:  # apart, since the length of a document counts
        _index(database, thing, [], [], _tokens(text.value, text.language or ""))


def _index(database: sqlite3.Connection, thing: str, *fields: Sequence[Token]) -> None:
    """Index a document by the tokens of its names, texts and related names."""
    number = database.execute("INSERT INTO document (thing) VALUES (?)", (thing,)).lastrowid
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
