"""Faults of disks and permissions, told apart from errors of the program."""

from __future__ import annotations

import errno
import os

#: Errors of a full or read-only disk, of quotas and permissions, of a disk that fails, and of too many open files.
_ERRORS = frozenset(
    {
        *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM),
        *(errno.EIO, errno.EFBIG, errno.EMFILE, errno.ENFILE),
    }
)

#: Texts of such errors in the messages of the engine, and of SQLite (https://www.sqlite.org/rescode.html).
_TEXTS = {
    "No space left on device": errno.ENOSPC,
    "Disk quota exceeded": errno.EDQUOT,
    "Read-only file system": errno.EROFS,
    "Permission denied": errno.EACCES,
    "Input/output error": errno.EIO,
    "File too large": errno.EFBIG,
    "Too many open files": errno.EMFILE,
    "database or disk is full": errno.ENOSPC,
    "unable to open database file": errno.EACCES,
    "attempt to write a readonly database": errno.EROFS,
    "disk I/O error": errno.EIO,
}


def disk_fault(error: BaseException) -> str | None:
    """The reason in a few words where an error, or its cause, is a fault of the disk or of permissions; else None."""
    if isinstance(error, OSError) and error.errno in _ERRORS:
        return os.strerror(error.errno)
    if isinstance(error, OSError | RuntimeError) or type(error).__module__ == "sqlite3":
        text = str(error)
        return next((os.strerror(number) for known, number in _TEXTS.items() if known in text), None)
    return disk_fault(error.__cause__) if error.__cause__ is not None else None
