"""SQLite databases of the search indexes of a dataset version."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gcmgraph.errors import StoreError


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A database to write to, without a journal: a file that was not finished is discarded.

    Raises `StoreError` if it cannot be written.
    """
    try:
        database = sqlite3.connect(path, isolation_level=None)
        try:
            database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;")
            yield database
        finally:
            database.close()
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"The search index {path} cannot be written: {error}.",
            hint="See whether the disk is full and whether this SQLite has FTS5 (Python's own has).",
        ) from error
