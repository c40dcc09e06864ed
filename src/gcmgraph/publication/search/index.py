"""Find things by their labels and codes, in any language, without regard to case and accents.

Every word of a query must be within the folded label. What fits is ranked: exact codes, whole labels, beginnings of
labels, beginnings of words, then anything within. Labels stand in a file (`search_file`) in the order in which they
are told, so that the first ones are found without looking at all others.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.search.file import COLUMNS, Row, make_file
from gcmgraph.publication.search.fuzzy import near_rows
from gcmgraph.publication.search.labels import SearchLabel, stored_labels
from gcmgraph.publication.search.query import FITS, SearchQuery
from gcmgraph.publication.search.readers import Readers
from gcmgraph.store.port import Store
from gcmgraph.text.folding import fold_words

_ALL = f"SELECT {COLUMNS} FROM label ORDER BY place"  # noqa: S608
_COUNT = "SELECT count(*) FROM label"
_CODED = "SELECT DISTINCT thing FROM label WHERE folded = ? AND code ORDER BY thing"

#: How the names of folders for the time being begin.
_PREFIX = "gcmgraph-labels-"

#: Seconds after which no file is still being made.
_ABANDONED = 3600

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found, by which of its labels, and how that fits (one of `FITS`)."""

    label: SearchLabel
    fit: str


class SearchIndex:
    """The labels of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses, file: Path | None = None) -> None:
        """`file`: the labels as they were written beside the version.

        Where there is none, or it is damaged, the labels are read from the store, into a file for the time being.
        Raises `StoreError` where that cannot be written.
        """
        self._store = store
        self._addresses = addresses
        self._space = f"{addresses.base}id/"
        self._making = threading.Lock()
        self._readers: Readers | None = None
        if file is not None:
            with suppress(sqlite3.Error):
                self._readers = Readers(file)

    def __len__(self) -> int:
        """The number of labels."""
        return self.read(lambda database: int(database.execute(_COUNT).fetchone()[0]))

    @property
    def labels(self) -> list[SearchLabel]:
        """All labels and codes, in their order."""
        return self.read(lambda database: [self._label(row) for row in database.execute(_ALL)])

    def search(self, query: str, language: str, limit: int, offset: int = 0, kinds: Collection[str] = ()) -> list[Hit]:
        """The things that a query fits, of some kinds or of any: `limit` of them from `offset` on, best first.

        Each is told once, by the label that fits best. Of labels that fit alike, those in `language` come first, then
        those that name the thing best, then short ones.
        """
        asked = SearchQuery(query, kinds)

        def read(database: sqlite3.Connection) -> list[Hit]:
            best: dict[str, Hit] = {}
            for row, fit in asked.in_order(database, language):
                if row[0] not in best:
                    best[row[0]] = Hit(self._label(row), FITS[fit])
                    if len(best) >= offset + limit:
                        break
            return list(best.values())[offset:]

        return self.read(read) if asked else []

    def count(self, query: str) -> int:
        """How many things a query fits."""
        asked = SearchQuery(query)
        return self.read(asked.count) if asked else 0

    def things(self, query: str, kind: str) -> frozenset[IRI]:
        """The things of a kind that a query fits, in no order."""
        asked = SearchQuery(query, [kind])
        return frozenset(self._iri(thing) for thing in self.read(asked.things)) if asked else frozenset()

    def with_code(self, code: str) -> list[IRI]:
        """The things that have exactly this code or acronym, by address."""
        wanted = f" {fold_words(code)}"
        return [
            self._iri(thing) for (thing,) in self.read(lambda database: database.execute(_CODED, (wanted,)).fetchall())
        ]

    def near(self, name: str, limit: int = 5) -> list[SearchLabel]:
        """The labels and codes most like a name that was not found, at most one of each thing."""
        labels = map(self._label, self.read(lambda database: near_rows(database, name)))
        by_thing: dict[IRI, SearchLabel] = {}
        for label in labels:
            by_thing.setdefault(label.iri, label)
        return list(by_thing.values())[:limit]

    def _iri(self, thing: str) -> IRI:
        return IRI(self._space + thing)

    def _label(self, row: Row) -> SearchLabel:
        thing, text, language, code, rank, folded, *_ = row
        return SearchLabel(self._iri(thing), thing.partition("/")[0], text, language, bool(code), rank, folded)

    def read(self, read: Callable[[sqlite3.Connection], Read]) -> Read:
        """What is read from the file; from one that is made of the store where there is none, or it is damaged."""
        readers = self._readers
        if readers is not None:
            with suppress(sqlite3.DatabaseError), readers.reading() as database:
                return read(database)
        with self._making:
            made = self._readers if self._readers is not None and self._readers is not readers else self._made()
            self._readers = made
        with made.reading() as database:
            return read(database)

    def _made(self) -> Readers:
        try:
            _remove_abandoned()
            with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
                file = Path(folder) / "labels"
                make_file(file, stored_labels(self._store, self._addresses), self._addresses)
                return Readers(file)  # they go on reading it
        except OSError as error:
            raise StoreError(
                f"The search index cannot be written to {tempfile.gettempdir()}: {error.strerror}.",
                hint="Give the folder for temporary files (TMPDIR) more room.",
            ) from error


def _remove_abandoned() -> None:
    """Remove the folders that processes of this user left when they were killed."""
    long_ago = time.time() - _ABANDONED
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another process removes it as well
            found = folder.lstat()
            if found.st_uid == os.getuid() and found.st_mtime < long_ago:
                shutil.rmtree(folder)
