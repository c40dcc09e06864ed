"""Search of resources by labels and codes, in any language, regardless of case and accents.

The folded label must contain every word of a query. Results are ranked: exact codes, whole labels, beginnings of
labels, beginnings of words, then the rest. The label file (`search.file`) is in the order of results, so that the first
ones are found without reading the others.
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
from gcmgraph.publication.search.connections import Connections
from gcmgraph.publication.search.file import COLUMNS, Row, make_file
from gcmgraph.publication.search.fuzzy import near_rows
from gcmgraph.publication.search.labels import SearchLabel, stored_labels
from gcmgraph.publication.search.query import FITS, SearchQuery
from gcmgraph.store.port import Store
from gcmgraph.text.folding import fold_words

_ALL = f"SELECT {COLUMNS} FROM label ORDER BY place"  # noqa: S608
_COUNT = "SELECT count(*) FROM label"
_NAMED = "SELECT DISTINCT thing FROM label WHERE folded = ? ORDER BY thing LIMIT ?"
_CODED = "SELECT DISTINCT thing FROM label WHERE folded = ? AND code ORDER BY thing"

#: Prefix of the names of temporary folders.
_PREFIX = "gcmgraph-labels-"

#: Age in seconds from which a temporary folder counts as abandoned.
_ABANDONED = 3600

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: the label found, and how it fits (one of `FITS`)."""

    label: SearchLabel
    fit: str


class SearchIndex:
    """The labels of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses, file: Path | None = None) -> None:
        """Open `file`, the label file of the version.

        If it is missing or damaged, the labels are read from the store into a temporary file. Raises `StoreError` if
        that cannot be written.
        """
        self._store = store
        self._addresses = addresses
        self._space = f"{addresses.base}id/"
        self._making = threading.Lock()
        self._connections: Connections | None = None
        if file is not None:
            with suppress(sqlite3.Error):
                self._connections = Connections(file)

    def __len__(self) -> int:
        """Number of labels."""
        return self.read(lambda database: int(database.execute(_COUNT).fetchone()[0]))

    @property
    def labels(self) -> list[SearchLabel]:
        """All labels and codes, in their order."""
        return self.read(lambda database: [self._label(row) for row in database.execute(_ALL)])

    def search(self, query: str, language: str, limit: int, offset: int = 0, kinds: Collection[str] = ()) -> list[Hit]:
        """The resources that fit a query, of some kinds or of any: `limit` of them from `offset` on, best first.

        Each is returned once, with the label that fits best. Labels that fit equally well are ordered by language
        (`language` first), then by property, then by length.
        """
        parsed = SearchQuery(query, kinds)

        def read(database: sqlite3.Connection) -> list[Hit]:
            best: dict[str, Hit] = {}
            for row, fit in parsed.in_order(database, language):
                if row[0] not in best:
                    best[row[0]] = Hit(self._label(row), FITS[fit])
                    if len(best) >= offset + limit:
                        break
            return list(best.values())[offset:]

        return self.read(read) if parsed else []

    def count(self, query: str, kinds: Collection[str] = ()) -> int:
        """Number of resources that fit a query, of some kinds or of any."""
        parsed = SearchQuery(query, kinds)
        return self.read(parsed.count) if parsed else 0

    def counts(self, query: str) -> dict[str, int]:
        """Number of resources that fit a query, by kind; none without any."""
        parsed = SearchQuery(query)
        return self.read(parsed.counts) if parsed else {}

    def things(self, query: str, kind: str) -> frozenset[IRI]:
        """The resources of a kind that fit a query, unordered."""
        parsed = SearchQuery(query, [kind])
        return frozenset(self._iri(thing) for thing in self.read(parsed.things)) if parsed else frozenset()

    def with_code(self, code: str) -> list[IRI]:
        """The resources with exactly this code or acronym, by address."""
        folded = f" {fold_words(code)}"
        rows = self.read(lambda database: database.execute(_CODED, (folded,)).fetchall())
        return [self._iri(thing) for (thing,) in rows]

    def named(self, name: str, limit: int = 20) -> list[IRI]:
        """The resources with exactly this label, code or acronym, by address, regardless of case and accents."""
        folded = f" {fold_words(name)}"
        rows = self.read(lambda database: database.execute(_NAMED, (folded, limit)).fetchall())
        return [self._iri(thing) for (thing,) in rows]

    def near(self, name: str, limit: int = 5) -> list[SearchLabel]:
        """The labels and codes most similar to a name that was not found, at most one for each resource."""
        labels = map(self._label, self.read(lambda database: near_rows(database, name)))
        nearest: dict[IRI, SearchLabel] = {}
        for label in labels:
            nearest.setdefault(label.iri, label)
        return list(nearest.values())[:limit]

    def _iri(self, thing: str) -> IRI:
        return IRI(self._space + thing)

    def _label(self, row: Row) -> SearchLabel:
        thing, text, language, code, rank, folded, *_ = row
        return SearchLabel(self._iri(thing), thing.partition("/")[0], text, language, bool(code), rank, folded)

    def read(self, read: Callable[[sqlite3.Connection], Read]) -> Read:
        """The result of `read` on the label file, or on a temporary one if it is missing or damaged."""
        known = self._connections
        if known is not None:
            with suppress(sqlite3.DatabaseError), known.reading() as database:
                return read(database)
        with self._making:
            current = self._connections
            made = current if current is not None and current is not known else self._made()
            self._connections = made
        with made.reading() as database:
            return read(database)

    def _made(self) -> Connections:
        try:
            _remove_abandoned()
            with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
                file = Path(folder) / "labels"
                make_file(file, stored_labels(self._store, self._addresses), self._addresses)
                return Connections(file)  # they read it after its removal, too
        except OSError as error:
            raise StoreError(
                f"The search index cannot be written to {tempfile.gettempdir()}: {error.strerror}.",
                hint="Give the folder for temporary files (TMPDIR) more room.",
            ) from error


def _remove_abandoned() -> None:
    """Remove temporary folders of this user that killed processes left."""
    long_ago = time.time() - _ABANDONED
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another process removes it as well
            found = folder.lstat()
            if found.st_uid == os.getuid() and found.st_mtime < long_ago:
                shutil.rmtree(folder)
