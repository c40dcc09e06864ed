"""Journal of the changes to a ledger, by which running processes learn of the changes of others.

    LEDGER/journal    a line for the start (`+ID`) and for the end (`-ID`) of each change of a contribution

A start without an end is of a process that still writes or was killed: such a contribution is read each time. The
journal holds nothing else that is not in the ledger; without it, a process reads the whole ledger at its start.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gcmgraph.contributions.errors import ledger_errors
from gcmgraph.files.atomic import make_folder

_START, _END = b"+", b"-"


class Journal:
    """The journal of a ledger, as it is written."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @contextmanager
    def changing(self, identifier: str) -> Iterator[None]:
        """Note the start and the end of a change. Raises `LedgerError` where nothing can be written."""
        self._append(_START, identifier)
        try:
            yield
        finally:
            self._append(_END, identifier)

    def _append(self, mark: bytes, identifier: str) -> None:
        with ledger_errors(self.file):
            make_folder(self.file.parent)
            opened = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(opened, mark + identifier.encode() + b"\n")
            finally:
                os.close(opened)


class JournalReader:
    """The journal of a ledger, as one process reads it from now on."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._inode, self._read = self._state()
        self._open: Counter[str] = Counter()

    def changed(self) -> set[str] | None:
        """The contributions that may have changed since the last call; None where the journal is another one."""
        inode, size = self._state()
        if (self._inode and inode != self._inode) or size < self._read:
            return None
        self._inode = inode
        found = {identifier for identifier, count in self._open.items() if count > 0}
        if size > self._read:
            found |= self._follow()
        return found

    def _follow(self) -> set[str]:
        with self._file.open("rb") as file:
            file.seek(self._read)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        found = set()
        for line in whole.splitlines():
            identifier = line[1:].decode("ascii", "replace")
            self._open[identifier] += 1 if line[:1] == _START else -1
            if self._open[identifier] <= 0:
                del self._open[identifier]
            found.add(identifier)
        return found

    def _state(self) -> tuple[int, int]:
        try:
            found = self._file.stat()
        except OSError:
            return 0, 0
        return found.st_ino, found.st_size
