"""The search file of a dataset version: an SQLite database with an FTS5 index.

https://www.sqlite.org/fts5.html

Its contents are the names, codes, texts and related resources of a store:

- `name`: names and codes of resources. `folded` has the words of `fold_words`, `compact` these
  without spaces
- `text`: longer texts, for excerpts
- `document`: a resource and a language, or none: `number` is the row of `word`; those of a changed
  resource are the last, and leave gaps
- `word`: the tokens (`search.words`) of the names, texts and related names of a document
- `vocabulary`: all tokens, with the number of documents that have them
- `about`: the resources and topics that a resource is about, a topic with its share
- `passage`, `passage_word`: passages of the documents whose text the store has, in an index of
  their own, so that the order of resources does not depend on the documents that are present

In `word`, stems stand for the words; `…_written` have the words whose stems are others, for exact
and beginning words.
"""

from __future__ import annotations

import shutil
import sqlite3
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import Stemmer

from gcmgraph.platform.errors import StoreError
from gcmgraph.platform.file_states import flaw_of, recorded
from gcmgraph.platform.text import fold_words
from gcmgraph.publication.search.contents import Contents, ContentsReader, Passage, SearchName
from gcmgraph.publication.search.passages import delete_passages, write_passages
from gcmgraph.publication.search.words import Token, base_language, tokens
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.store.changed_versions import EarlierVersion
from gcmgraph.store.port import Store
from gcmgraph.translations import LANGUAGES

#: The tables and modules that determine the contents of the file, and the libraries that determine
#: its words. A file that others wrote is ignored.
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
_LIBRARIES = f"{Stemmer.version()} {unicodedata.unidata_version}".encode()
_RULES = b"".join((Path(__file__).parents[2] / name).read_bytes() for name in _MODULES) + _LIBRARIES

#: File beside the index of a version. A build of equal content replaces no file, so each set of
#: rules has a name.
FILE = f"search-{zlib.crc32(_RULES):08x}.sqlite"

_TABLES = Path(__file__).with_name("tables.sql").read_text("utf-8")
_INSERT_DOCUMENT = "INSERT INTO document (resource) VALUES (?)"
_SELECT_DOCUMENTS = "SELECT number FROM document WHERE resource = ? ORDER BY number"
_INSERT_WORDS = """INSERT INTO word (rowid, names, texts, related, names_written, texts_written)
    VALUES (?, ?, ?, ?, ?, ?)"""
_DELETE_WORDS = """INSERT INTO word
    (word, rowid, names, texts, related, names_written, texts_written)
    VALUES ('delete', ?, ?, ?, ?, ?, ?)"""


class _OtherRowsError(Exception):
    """A search file that has other rows of a resource than its version."""


def write_search(
    folder: Path, store: Store, addresses: Addresses, earlier: EarlierVersion | None = None
) -> None:
    """Write the search file of the version in a folder, by changing a copy of that of the earlier one.

    Raises `StoreError` if it cannot be written.
    """
    path = folder / FILE
    try:
        if earlier is None or not _copy_whole(earlier.folder / FILE, path):
            _make_file(path, store, addresses)
            return
        try:
            with _opened(path) as database:
                _change_tables(database, earlier, store, addresses)
        except sqlite3.OperationalError:
            raise
        # it was damaged before its state was recorded, or has texts of parts that nothing links
        except (sqlite3.DatabaseError, _OtherRowsError):
            path.unlink()
            _make_file(path, store, addresses)
    except (OSError, sqlite3.OperationalError) as error:
        raise StoreError(
            f"The search index {path} cannot be written: {error}.",
            hint="See whether the disk is full and whether this SQLite has FTS5 "
            "(Python's own has).",
        ) from error


def _copy_whole(file: Path, copy: Path) -> bool:
    """Copy a file that is as it was recorded; False for another or none."""
    if recorded(file.parent, file.name) is None or flaw_of(file.parent, file.name):
        return False
    shutil.copyfile(file, copy)
    return True


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A database of a version that is not published yet."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        # without a journal: a file that was not finished is discarded
        database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
        )
        yield database


def _make_file(path: Path, store: Store, addresses: Addresses) -> None:
    with _opened(path) as database:
        make_tables(database, store, addresses)


def make_tables(database: sqlite3.Connection, store: Store, addresses: Addresses) -> None:
    """Make the tables of a search file in an empty database."""
    database.executescript(_TABLES)
    reader = ContentsReader(store, addresses)
    _update(database, _NOTHING, _State(reader.contents(), reader.passages()))
    database.execute("INSERT INTO word (word) VALUES ('optimize')")


@dataclass(frozen=True)
class _State:
    """Contents of resources, and passages, in one version."""

    contents: Mapping[str, Contents]
    passages: Iterable[Passage]


_NOTHING = _State({}, ())


def _change_tables(
    database: sqlite3.Connection, earlier: EarlierVersion, store: Store, addresses: Addresses
) -> None:
    """Change the rows of the resources and passages that a change affects.

    Resources that are about one whose names changed are found by these names, too.
    """
    readers = ContentsReader(earlier.store, addresses, ()), ContentsReader(store, addresses, ())
    affected = {resource for reader in readers for resource in reader.affected_by(earlier.change)}
    before = ContentsReader(earlier.store, addresses, affected)
    after = ContentsReader(store, addresses, affected)
    contents_before = before.contents()
    contents_after = after.contents()
    renamed = [
        resource
        for resource in affected
        if _names_in_others(contents_before, resource) != _names_in_others(contents_after, resource)
    ]
    found_by_them = {
        resource for reader in readers for resource in reader.resources_about(renamed)
    } - affected
    if found_by_them:
        contents = ContentsReader(earlier.store, addresses, found_by_them).contents()
        contents_before |= contents
        contents_after |= after.with_present_names(contents)
    _update(
        database,
        _State(contents_before, before.passages()),
        _State(contents_after, after.passages()),
    )


def _names_in_others(contents: Mapping[str, Contents], resource: str) -> list[SearchName]:
    return contents[resource].names_in_others if resource in contents else []


def _update(database: sqlite3.Connection, before: _State, after: _State) -> None:
    """Replace the rows of what differs between two states."""
    database.execute("BEGIN")
    for resource, contents in before.contents.items():
        if contents != after.contents.get(resource):
            _delete(database, resource, contents)
    for resource, contents in after.contents.items():
        if contents != before.contents.get(resource):
            _insert(database, resource, contents)
    passages_before = list(before.passages)
    delete_passages(database, passages_before)
    write_passages(database, after.passages)
    database.execute("COMMIT")


def _delete(database: sqlite3.Connection, resource: str, contents: Contents) -> None:
    """Delete the rows of a resource. An index without contents is given the words to delete.

    Raises `_OtherRowsError` where the rows are not those of the contents.
    """
    for table, rows in _rows(resource, contents).items():
        stored = database.execute(
            f"SELECT * FROM {table} WHERE resource = ? ORDER BY rowid",  # noqa: S608
            (resource,),
        )
        if stored.fetchall() != rows:
            raise _OtherRowsError
        database.execute(f"DELETE FROM {table} WHERE resource = ?", (resource,))  # noqa: S608
    numbers = database.execute(_SELECT_DOCUMENTS, (resource,)).fetchall()
    for (number,), words in zip(numbers, _documents(contents), strict=True):
        database.execute(_DELETE_WORDS, (number, *words))
    database.execute("DELETE FROM document WHERE resource = ?", (resource,))


def _insert(database: sqlite3.Connection, resource: str, contents: Contents) -> None:
    """Insert the rows of a resource."""
    for table, rows in _rows(resource, contents).items():
        if rows:
            places = ", ".join("?" * len(rows[0]))
            database.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608
    for words in _documents(contents):
        number = database.execute(_INSERT_DOCUMENT, (resource,)).lastrowid
        database.execute(_INSERT_WORDS, (number, *words))


def _rows(resource: str, contents: Contents) -> dict[str, list[tuple[object, ...]]]:
    """The rows of a resource by table, in their order."""
    about = dict.fromkeys(contents.related) | contents.topics
    return {
        "name": [_name_row(resource, name) for name in contents.names],
        "text": [
            (resource, text.value, text.language, fold_words(text.value)) for text in contents.texts
        ],
        "about": [(resource, address, share) for address, share in about.items()],
    }


def _name_row(resource: str, name: SearchName) -> tuple[object, ...]:
    folded = fold_words(name.text)
    compact = folded.replace(" ", "")
    return (resource, name.text, name.language, name.code, name.rank, folded, compact)


def _documents(contents: Contents) -> Iterator[tuple[str, ...]]:
    """The columns of `word` of a resource: its words in each language, with the names of what it is about."""
    fields = (
        _tokens_by_language((name.text, name.language) for name in contents.names),
        _tokens_by_language((text.value, text.language) for text in contents.texts),
        _tokens_by_language((name.text, name.language) for name in contents.related_names),
    )
    for language in dict.fromkeys(language for tokens_of in fields for language in tokens_of):
        names, texts, related_names = (tokens_of.get(language, []) for tokens_of in fields)
        yield (
            _stems(names),
            _stems(texts),
            _stems(related_names),
            _written_words(names),
            _written_words(texts),
        )


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
