"""Read-only connections of the threads of a process to an immutable SQLite file."""

from __future__ import annotations

import queue
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

#: Threads that read a file at the same time; others wait.
_CONNECTIONS = 4


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
