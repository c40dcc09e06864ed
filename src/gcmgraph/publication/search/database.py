"""The SQLite file of a search index: how it is written, and read-only connections of threads to it."""

from __future__ import annotations

import queue
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from gcmgraph.errors import StoreError

#: Threads that read a file at the same time; others wait.
_CONNECTIONS = 4


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


class Connections:
    """Connections of the threads of a process to an immutable file. They remain usable after its removal.

    They are closed with this object.
    """

    def __init__(self, file: Path) -> None:
        """Raises `sqlite3.Error` if the file is missing or no database."""
        address = f"file:{quote(str(file.absolute()))}?mode=ro&immutable=1"
        opened: list[sqlite3.Connection] = []
        weakref.finalize(self, _close, opened)
        for _ in range(_CONNECTIONS):
            opened.append(sqlite3.connect(address, uri=True, check_same_thread=False))
            opened[-1].execute("SELECT count(*) FROM sqlite_schema")  # opens it, and reads its first page
        self._free: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        for database in opened:
            self._free.put(database)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for one thread."""
        database = self._free.get()
        try:
            yield database
        finally:
            self._free.put(database)


def _close(databases: list[sqlite3.Connection]) -> None:
    for database in databases:
        database.close()
