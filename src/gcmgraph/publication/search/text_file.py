"""The text file of a dataset version: an SQLite database with an FTS5 index of the words of longer texts.

The texts are descriptions, results and definitions; names and codes are in the label file (`search.file`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from gcmgraph.model.terms import IRI, Literal, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.search.database import writing
from gcmgraph.store.port import Store
from gcmgraph.text.folding import fold_words

#: File beside the index of a version. The number is that of the format.
TEXTS = "texts-1.sqlite"

#: Properties whose values are searched.
TEXT_PROPERTIES = ("dct:description", "gcm:outcome", "skos:definition", "gcm:commitment")

# an external content table: https://www.sqlite.org/fts5.html#external_content_tables
_SCHEMA = """
    CREATE TABLE passage (
        id INTEGER PRIMARY KEY, thing TEXT NOT NULL, language TEXT, text TEXT NOT NULL, folded TEXT NOT NULL
    );
    CREATE INDEX thing ON passage (thing);
    CREATE VIRTUAL TABLE word USING fts5 (
        folded, content = 'passage', content_rowid = 'id', prefix = '3 4',
        tokenize = "unicode61 remove_diacritics 0"
    );
"""
_PUT = "INSERT INTO passage (thing, language, text, folded) VALUES (?, ?, ?, ?)"
_PUT_WORDS = "INSERT INTO word (rowid, folded) VALUES (?, ?)"


class StoredText(NamedTuple):
    """A text of a resource."""

    #: the address after `{base}id/`
    thing: str
    language: str | None
    text: str


def stored_texts(store: Store, addresses: Addresses) -> Iterator[StoredText]:
    """All texts of a dataset version, unordered."""
    v = Vocabulary(addresses)
    return _texts_in((t for curie in TEXT_PROPERTIES for t in store.triples(predicate=v(curie))), addresses)


def write_texts(folder: Path, store: Store, addresses: Addresses) -> None:
    """Write the text file of the version in a folder. Raises `StoreError` if it cannot be written."""
    make_text_file(folder / TEXTS, stored_texts(store, addresses))


def make_text_file(path: Path, texts: Iterable[StoredText]) -> None:
    """Write a text file. Raises `StoreError` if it cannot be written."""
    with writing(path) as database:
        database.executescript(_SCHEMA)
        database.execute("BEGIN")
        _put(database, sorted(texts, key=str))
        database.execute("COMMIT")
        database.execute("INSERT INTO word (word) VALUES ('optimize')")


def _put(database: sqlite3.Connection, texts: Iterable[StoredText]) -> None:
    for thing, language, text in texts:
        folded = fold_words(text)
        number = database.execute(_PUT, (thing, language, text, folded)).lastrowid
        database.execute(_PUT_WORDS, (number, folded))


def _texts_in(triples: Iterable[Triple], addresses: Addresses) -> Iterator[StoredText]:
    properties, seen = _properties(addresses), set()
    start = f"{addresses.base}id/"
    for iri, predicate, value in triples:
        if (
            predicate in properties
            and isinstance(iri, IRI)
            and isinstance(value, Literal)
            and addresses.kind_of(iri.value)
        ):
            stored = StoredText(iri.value.removeprefix(start), value.language, value.value)
            if stored not in seen:  # in several graphs
                seen.add(stored)
                yield stored


def _properties(addresses: Addresses) -> set[IRI]:
    v = Vocabulary(addresses)
    return {v(curie) for curie in TEXT_PROPERTIES}
