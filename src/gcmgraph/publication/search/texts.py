"""Search in descriptions, results and definitions, in any language."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.search.connections import Connections
from gcmgraph.publication.search.text_file import make_text_file, stored_texts
from gcmgraph.store.port import Store
from gcmgraph.text.folding import fold_words

#: Limit on the words of a query.
_WORDS = 20

_FOUND = "FROM word CROSS JOIN passage ON passage.id = word.rowid WHERE word MATCH ?"
_COUNT = f"SELECT count(DISTINCT thing) {_FOUND}"
_OF_KIND = f"SELECT DISTINCT thing {_FOUND} AND instr(thing, ?) = 1"
_BEST = f"SELECT thing, language, text {_FOUND} ORDER BY language IS NOT ?, rank, passage.id"

Read = TypeVar("Read")


@dataclass(frozen=True)
class TextHit:
    """A resource with a text that has all words of a query, and this text."""

    iri: IRI
    text: str
    language: str | None


class TextIndex:
    """The longer texts of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses, file: Path | None = None) -> None:
        """Open `file`, the text file of the version; a missing or damaged one is made anew in a temporary folder."""
        self._store = store
        self._addresses = addresses
        self._making = threading.Lock()
        self._opened: Connections | None = None
        if file is not None:
            with suppress(sqlite3.Error):
                self._opened = Connections(file)

    def search(self, query: str, language: str, limit: int, offset: int = 0) -> list[TextHit]:
        """The resources with a text that has all words of a query, texts in `language` first, then the best match."""
        match = _match(query)

        def read(database: sqlite3.Connection) -> list[TextHit]:
            found: dict[str, TextHit] = {}
            for thing, tag, text in database.execute(_BEST, (match, language)):
                if thing not in found:
                    found[thing] = TextHit(IRI(f"{self._addresses.base}id/{thing}"), text, tag)
                    if len(found) >= offset + limit:
                        break
            return list(found.values())[offset:]

        return self._read(read) if match else []

    def count(self, query: str) -> int:
        """Number of resources with such a text."""
        match = _match(query)
        return self._read(lambda database: int(database.execute(_COUNT, (match,)).fetchone()[0])) if match else 0

    def things(self, query: str, kind: str) -> frozenset[IRI]:
        """The resources of a kind with such a text, unordered."""
        match, start = _match(query), f"{self._addresses.base}id/"

        def read(database: sqlite3.Connection) -> frozenset[IRI]:
            rows = database.execute(_OF_KIND, (match, f"{kind}/"))
            return frozenset(IRI(start + thing) for (thing,) in rows)

        return self._read(read) if match else frozenset()

    def _read(self, read: Callable[[sqlite3.Connection], Read]) -> Read:
        known = self._opened
        if known is not None:
            with suppress(sqlite3.DatabaseError), known.reading() as database:
                return read(database)
        with self._making:
            current = self._opened
            made = current if current is not None and current is not known else self._made()
            self._opened = made
        with made.reading() as database:
            return read(database)

    def _made(self) -> Connections:
        with tempfile.TemporaryDirectory(prefix="gcmgraph-texts-") as folder:
            file = Path(folder) / "texts"
            make_text_file(file, stored_texts(self._store, self._addresses))
            return Connections(file)  # they read it after its removal, too


def _match(query: str) -> str:
    """An FTS5 query for texts with all words, or words that begin with them; empty for a query without words."""
    return " AND ".join(f'"{word}"*' for word in dict.fromkeys(fold_words(query).split()[:_WORDS]))
