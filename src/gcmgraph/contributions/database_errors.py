"""Errors of the drivers of SQLite and PostgreSQL as errors of the ledger, for the operator."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from gcmgraph.platform.errors import LedgerBusyError, LedgerError
from gcmgraph.platform.files import disk_fault

#: Hint for an error that passes.
LATER = "Nothing was stored. Try again in a minute."

#: Hint for a damaged file.
_RESTORE = "Restore it from a backup (docs/operations.md)."

#: Limit of the characters of a driver's message in an error.
_MESSAGE_LENGTH = 200


def ledger_error(error: DBAPIError, file: Path | None) -> LedgerError:
    """The error of the ledger for an error of a driver.

    `file` is that of SQLite, None for PostgreSQL.
    """
    cause = error.orig
    message = " ".join(str(cause).split())
    name = f"'{file.name}' among the contributions" if file else "The database of contributions"
    if "database is locked" in message or type(cause).__name__ == "LockNotAvailable":
        return LedgerBusyError("Another program has locked the contributions.", hint=LATER)
    disk_reason = _disk_reason(cause, message, file)
    if disk_reason:
        return LedgerError(f"{name} cannot be written: {disk_reason}.", hint=LATER)
    if _is_damage(cause, message):
        return LedgerError(f"{name} is damaged.", hint=_RESTORE)
    is_invalidated = file is None and error.connection_invalidated
    if is_invalidated or "connection" in message.lower():
        return LedgerError("The database of contributions does not respond.", hint=LATER)
    return LedgerError(f"{name} cannot be used: {message[:_MESSAGE_LENGTH]}.", hint=LATER)


def _disk_reason(cause: BaseException | None, message: str, file: Path | None) -> str | None:
    """The fault of the disk behind an error of a driver, if any."""
    reason = disk_fault(cause) if cause is not None else None
    if reason and "disk I/O error" in message and not shutil.disk_usage(file or ".").free:
        return os.strerror(errno.ENOSPC)
    return reason


def _is_damage(cause: BaseException | None, message: str) -> bool:
    if not isinstance(cause, sqlite3.DatabaseError):
        return False
    return "malformed" in message or "not a database" in message


@contextmanager
def file_errors(name: str) -> Iterator[None]:
    """Turn errors of the file of SQLite, before it is a database, into `LedgerError`."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else disk_fault(error)
        raise LedgerError(
            f"'{name}' among the contributions cannot be written: {reason or error}.", hint=LATER
        ) from error
