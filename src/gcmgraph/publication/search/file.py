"""The search file of a dataset version: an SQLite database with an FTS5 index.

https://www.sqlite.org/fts5.html

Its contents are the names, codes, texts and related resources of a store:

- `name`: names and codes of resources. `folded` has the words of `fold_words`, `compact` these
  without spaces
- `text`: longer texts, for excerpts
- `document`: a resource and a language, or none: `number` is the row of `word`
- `word`: the tokens (`search.words`) of the names, texts and related names of a document
- `vocabulary`: all tokens, with the number of documents that have them
- `about`: the resources and topics that a resource is about, a topic with its share
- `passage`, `passage_word`: passages of the documents whose text the store has, in an index of
  their own, so that the order of resources does not depend on the documents that are present

In `word`, stems stand for the words; `…_written` have the words whose stems are others, for exact
and beginning words.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from gcmgraph.platform.errors import StoreError
from gcmgraph.platform.text import fold_words
from gcmgraph.publication.search.contents import Contents, ContentsReader, SearchName
from gcmgraph.publication.search.passages import write_passages
from gcmgraph.publication.search.words import Token, base_language, tokens
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.store.port import Store
from gcmgraph.translations import LANGUAGES

#: The tables and modules that determine the contents of the file. A file that others wrote is
#: ignored.
_OWN_MODULES = (
    "contents.py",
    "file.py",
    "function_words.toml",
    "passages.py",
    "tables.sql",
    "words.py",
)
_MODULES = (
    "model/kinds.csv",
    "model/properties.csv",
    "publication/descriptions.py",
    *(f"publication/search/{name}" for name in _OWN_MODULES),
)
_RULES = b"".join((Path(__file__).parents[2] / name).read_bytes() for name in _MODULES)

#: File beside the index of a version. A build of equal content replaces no file, so each set of
#: rules has a name.
FILE = f"search-{zlib.crc32(_RULES):08x}.sqlite"

_TABLES = Path(__file__).with_name("tables.sql").read_text("utf-8")
_INSERT_NAME = "INSERT INTO name VALUES (?, ?, ?, ?, ?, ?, ?)"
_INSERT_WORDS = """INSERT INTO word (rowid, names, texts, related, names_written, texts_written)
    VALUES (?, ?, ?, ?, ?, ?)"""


def write_search(folder: Path, store: Store, addresses: Addresses) -> None:
    """Write the search file of the version in a folder.

    Raises `StoreError` if it cannot be written.
    """
    path = folder / FILE
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            # without a journal: a file that was not finished is discarded
            database.executescript(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
            )
            make_tables(database, store, addresses)
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"The search index {path} cannot be written: {error}.",
            hint="See whether the disk is full and whether this SQLite has FTS5 "
            "(Python's own has).",
        ) from error


def make_tables(database: sqlite3.Connection, store: Store, addresses: Addresses) -> None:
    """Make the tables of a search file in an empty database."""
    database.executescript(f"{_TABLES} BEGIN;")
    reader = ContentsReader(store, addresses)
    contents = reader.contents()
    for resource, own_contents in contents.items():
        related = [contents[address] for address in own_contents.related if address in contents]
        _insert(database, resource, own_contents, related)
    write_passages(database, reader.passages())
    database.execute("COMMIT")
    database.execute("INSERT INTO word (word) VALUES ('optimize')")


def _insert(
    database: sqlite3.Connection, resource: str, contents: Contents, related: list[Contents]
) -> None:
    """Insert the rows of a resource, given the contents of the resources that it is about."""
    _insert_names(database, resource, contents.names)
    database.executemany(
        "INSERT INTO text VALUES (?, ?, ?, ?)",
        [(resource, text.value, text.language, fold_words(text.value)) for text in contents.texts],
    )
    _insert_documents(database, resource, contents, related)
    about = dict.fromkeys(contents.related) | contents.topics
    database.executemany(
        "INSERT INTO about VALUES (?, ?, ?)",
        [(resource, address, share) for address, share in about.items()],
    )


def _insert_names(database: sqlite3.Connection, resource: str, names: Iterable[SearchName]) -> None:
    """Insert the names and codes of a resource."""
    for name in names:
        folded = fold_words(name.text)
        compact = folded.replace(" ", "")
        row = (resource, name.text, name.language, name.code, name.rank, folded, compact)
        database.execute(_INSERT_NAME, row)


def _insert_documents(
    database: sqlite3.Connection, resource: str, contents: Contents, related: Iterable[Contents]
) -> None:
    """Index a resource by its words in each language, with the names of what it is about."""
    related_names = [
        name
        for about in related
        for name in about.names
        if name.rank == 0 and (not name.code or name.language)
    ]
    fields = (
        _tokens_by_language((name.text, name.language) for name in contents.names),
        _tokens_by_language((text.value, text.language) for text in contents.texts),
        _tokens_by_language((name.text, name.language) for name in related_names),
    )
    for language in dict.fromkeys(language for tokens_of in fields for language in tokens_of):
        _insert_document(database, resource, *(tokens_of.get(language, []) for tokens_of in fields))


def _insert_document(
    database: sqlite3.Connection,
    resource: str,
    names: Sequence[Token],
    texts: Sequence[Token],
    related_names: Sequence[Token],
) -> None:
    """Index the document of a resource in a language by its tokens."""
    number = database.execute("INSERT INTO document (resource) VALUES (?)", (resource,)).lastrowid
    row = (
        number,
        _stems(names),
        _stems(texts),
        _stems(related_names),
        _written_words(names),
        _written_words(texts),
    )
    database.execute(_INSERT_WORDS, row)


def _stems(field: Sequence[Token]) -> str:
    return " ".join([stem for stem, _ in field])


def _written_words(field: Sequence[Token]) -> str:
    """The words whose stems are others."""
    return " ".join([word for stem, word in field if word != stem])


def _tokens_by_language(texts: Iterable[tuple[str, str | None]]) -> dict[str, list[Token]]:
    """The tokens of texts by language.

    Those of another language than `LANGUAGES` or of none by "".
    """
    tokens_of: dict[str, list[Token]] = {}
    for text, tag in texts:
        language = base_language(tag)
        language = language if language in LANGUAGES else ""
        tokens_of.setdefault(language, []).extend(_tokens(text, language))
    return tokens_of


@lru_cache(20_000)
def _tokens(text: str, language: str) -> tuple[Token, ...]:
    """The tokens of a text. Most resources share the names of the resources that they are about."""
    return tuple(tokens(text, language))
