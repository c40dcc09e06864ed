"""Files on disk: written whole or not at all, locks among processes, drafts of ended processes, faults of disks.

A file is written beside its place first, then put there by one rename (POSIX). With `private`, only the owner can read
it. Writers raise `OSError`; callers turn it into errors of their own. A draft is named `.NAME.PROCESS-RANDOM`, and
locked (flock(2)) until it has its final name; the system releases the lock with the process, however it ends. So an
unlocked draft belongs to no process, whatever its process identifier.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO

#: Permissions of new files and folders, before those that the process masks; the second of each is private.
_FILE, _FOLDER = (0o666, 0o600), (0o777, 0o700)


def write_file(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file in place of an earlier one."""
    with writing(path, private=private) as file:
        file.write(data)


@contextmanager
def writing(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write, which is put at `path` when the block ends without an error."""
    draft = _draft(path)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with os.fdopen(os.open(draft, flags, _FILE[private]), "wb") as file:
            with suppress(OSError):  # a file system without locks, on which no draft is taken for abandoned either
                fcntl.flock(file.fileno(), fcntl.LOCK_EX)
            yield file
            file.flush()
            draft.replace(path)
    finally:
        with suppress(OSError):  # its folder is missing
            draft.unlink()


def make_folder(folder: Path, *, private: bool = False) -> None:
    """Make a lasting folder, and those above it, which are not private.

    Raises `NotADirectoryError` where one of them is a file.
    """
    if not folder.is_dir():
        make_folder(folder.parent)
        try:
            folder.mkdir(_FOLDER[private], exist_ok=True)
        except FileExistsError as error:
            raise NotADirectoryError(error.errno, "Not a directory", str(folder)) from error
        force_folder(folder.parent)


def force_tree(folder: Path) -> None:
    """Force the files below a folder to the disk, and the names of all; links are not followed."""
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError), (Path(path) / name).open("rb") as file:
                os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            force_folder(Path(path))


def write_link(path: Path, target: Path) -> None:
    """Write a symbolic link in place of an earlier one."""
    draft = _draft(path)
    try:
        draft.symlink_to(target)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}")


def force_folder(folder: Path) -> None:
    """Force the names in a folder to the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


# ---------------------------------------------------------------------------------------------------------------- locks

#: Seconds between two attempts.
POLL_INTERVAL = 0.05


def locked(file: IO[str] | int, wait: float = 0.0) -> bool:
    """Lock an open file or descriptor until it is closed; False where another still holds it after `wait` seconds."""
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(POLL_INTERVAL)
        else:
            return True


# ------------------------------------------------------------------------------------------------------------ leftovers

#: Names of drafts (`writing`).
_DRAFT = re.compile(r"\..+\.[0-9]+-[0-9a-f]{8}")

#: Permissions of others than the owner.
_OTHERS = 0o077


def remove_drafts(folder: Path) -> None:
    """Remove the drafts below a folder that no process writes."""
    for path, folders, names in os.walk(folder):
        drafts = [name for name in (*folders, *names) if _DRAFT.fullmatch(name)]
        folders[:] = [name for name in folders if name not in drafts]
        for name in drafts:
            with suppress(OSError):  # it has its final name, or cannot be locked
                _remove(Path(path, name))


def _remove(draft: Path) -> None:
    if draft.is_symlink():  # written and renamed at once; it cannot be locked
        draft.unlink()
        return
    opened = os.open(draft, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        if locked(opened):
            if draft.is_dir():
                shutil.rmtree(draft, ignore_errors=True)
            else:
                draft.unlink(missing_ok=True)
    finally:
        os.close(opened)


def tighten(folder: Path) -> None:
    """Let only the owner read the files below a folder, and itself. Files of other owners are left as they are."""
    for path, _, names in os.walk(folder):
        for file in (path, *(f"{path}/{name}" for name in names)):
            with suppress(OSError):
                state = os.lstat(file)
                if state.st_mode & _OTHERS and state.st_uid == os.geteuid() and not stat.S_ISLNK(state.st_mode):
                    os.chmod(file, state.st_mode & 0o7700)  # noqa: PTH101 - by path of many files


# --------------------------------------------------------------------------------------------------------------- faults

#: Errors of a full or read-only disk, of quotas and permissions, of a disk that fails, and of too many open files.
_ERRORS = (
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM),
    *(errno.EIO, errno.EFBIG, errno.EMFILE, errno.ENFILE),
)

#: Texts of such errors in the messages of the engine, and of SQLite (https://www.sqlite.org/rescode.html).
_TEXTS = {os.strerror(number): number for number in _ERRORS} | {
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
