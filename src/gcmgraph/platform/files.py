"""Files written whole or not at all, locks among processes, and faults of disks.

A file is written beside its place first, then put there by one rename (POSIX). With `private`, only
the owner can read it. Writers raise `OSError`; callers turn it into errors of their own. A draft is
named `.NAME.PROCESS-RANDOM`, and locked (flock(2)) until it has its final name; the system releases
the lock with the process, however it ends. So an unlocked draft belongs to no process, whatever its
process identifier.
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

#: Permissions of new files and folders, before those that the process masks.
_FILE_MODE = 0o666
_PRIVATE_FILE_MODE = 0o600
_FOLDER_MODE = 0o777
_PRIVATE_FOLDER_MODE = 0o700

#: Permissions of all but the owner, and what remains without them.
_MODE_OF_OTHERS = 0o077
_MODE_OF_OWNER = 0o7700

#: Names of drafts (`writing`).
_DRAFT = re.compile(r"\..+\.[0-9]+-[0-9a-f]{8}")

#: Seconds between two attempts to lock.
POLL_INTERVAL = 0.05

#: Errors of a full or read-only disk, of quotas and permissions, of a disk that fails, and of too
#: many open files.
_DISK_ERRORS = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.EIO,
        errno.EFBIG,
        errno.EMFILE,
        errno.ENFILE,
    }
)

#: Texts of such errors in the messages of the engine, and of SQLite
#: (https://www.sqlite.org/rescode.html).
_DISK_ERROR_TEXTS = {
    **{os.strerror(number): number for number in _DISK_ERRORS},
    "database or disk is full": errno.ENOSPC,
    "unable to open database file": errno.EACCES,
    "attempt to write a readonly database": errno.EROFS,
    "disk I/O error": errno.EIO,
}


def write_file(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file in place of an earlier one."""
    with writing(path, private=private) as file:
        file.write(data)


@contextmanager
def writing(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write, which is put at `path` when the block ends without an error."""
    draft = _draft(path)
    mode = _PRIVATE_FILE_MODE if private else _FILE_MODE
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(draft, flags, mode), "wb") as file:
            # on a file system without locks, no draft is taken for abandoned either
            with suppress(OSError):
                fcntl.flock(file.fileno(), fcntl.LOCK_EX)
            yield file
            file.flush()
            draft.replace(path)
    finally:
        with suppress(OSError):  # its folder is missing
            draft.unlink()


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


def make_folder(folder: Path, *, private: bool = False) -> None:
    """Make a lasting folder, and those above it, which are not private.

    Raises `NotADirectoryError` where one of them is a file.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent)
    try:
        folder.mkdir(_PRIVATE_FOLDER_MODE if private else _FOLDER_MODE, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(error.errno, "Not a directory", str(folder)) from error
    force_folder(folder.parent)


def force_folder(folder: Path) -> None:
    """Force the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def force_tree(folder: Path) -> None:
    """Force the files below a folder to the disk, and the names of all; links are not followed."""
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError), (Path(path) / name).open("rb") as file:
                os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            force_folder(Path(path))


@contextmanager
def same_time(folder: Path) -> Iterator[None]:
    """Leave the time of a folder as it is."""
    status = folder.stat()
    try:
        yield
    finally:
        os.utime(folder, ns=(status.st_atime_ns, status.st_mtime_ns))


def tighten(folder: Path) -> None:
    """Let only the owner read a folder and the files below it.

    Files of other owners are left as they are.
    """
    for path, _, names in os.walk(folder):
        for file in (path, *(f"{path}/{name}" for name in names)):
            with suppress(OSError):
                _tighten_file(file)


def _tighten_file(file: str) -> None:
    status = os.lstat(file)
    is_own = status.st_uid == os.geteuid()
    if status.st_mode & _MODE_OF_OTHERS and is_own and not stat.S_ISLNK(status.st_mode):
        os.chmod(file, status.st_mode & _MODE_OF_OWNER)  # noqa: PTH101 - by path of many files


def locked(file: IO[str] | int, wait: float = 0.0) -> bool:
    """Lock an open file or descriptor until it is closed.

    False where another process or thread still has the lock after `wait` seconds.
    """
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


def remove_drafts(folder: Path) -> None:
    """Remove the drafts below a folder that no process writes."""
    for path, folders, names in os.walk(folder):
        drafts = [name for name in (*folders, *names) if _DRAFT.fullmatch(name)]
        folders[:] = [name for name in folders if name not in drafts]
        for name in drafts:
            with suppress(OSError):  # it has its final name, or cannot be locked
                _remove_draft(Path(path, name))


def _remove_draft(draft: Path) -> None:
    if draft.is_symlink():  # written and renamed at once; it cannot be locked
        draft.unlink()
        return
    descriptor = os.open(draft, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        if not locked(descriptor):
            return
        if draft.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            draft.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def disk_fault(error: BaseException) -> str | None:
    """The reason, in a few words, where an error or its cause is a fault of the disk.

    A missing permission is one, too. None for all other errors.
    """
    if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
        return os.strerror(error.errno)
    if isinstance(error, OSError | RuntimeError) or type(error).__module__ == "sqlite3":
        message = str(error)
        for text, number in _DISK_ERROR_TEXTS.items():
            if text in message:
                return os.strerror(number)
        return None
    return disk_fault(error.__cause__) if error.__cause__ is not None else None
