"""Files that are written whole or not at all: beside their place first, then put there by one rename (POSIX).

With `private`, only the owner can read them. All raise `OSError`; callers turn it into errors of their own. A draft is
named `.NAME.PROCESS-RANDOM` and locked while its process writes it: see `leftovers`.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

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
        with _new_file(draft, private) as file:
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


def _new_file(path: Path, private: bool) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE[private]), "wb")


def force_folder(folder: Path) -> None:
    """Force the names in a folder to the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
