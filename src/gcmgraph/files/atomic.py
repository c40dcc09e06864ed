"""Files and folders that are written whole or not at all: beside their place first, then put there by one rename.

With `lasting`, the bytes and the names are forced to the disk before a function returns, so that they survive a power
failure (POSIX: rename is atomic, fsync makes it last). With `private`, only the owner can read them. All raise
`OSError`; callers turn it into errors of their own.

A draft is named `.NAME.PROCESS-RANDOM` and locked while its process writes it: see `leftovers`.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

#: Permissions of new files and folders, before those that the process masks; the second of each is private.
_FILE, _FOLDER = (0o666, 0o600), (0o777, 0o700)


def write_file(path: Path, data: bytes, *, lasting: bool = False, new: bool = False, private: bool = False) -> None:
    """Write a file in place of an earlier one; with `new`, raise `FileExistsError` where there is one."""
    with writing(path, lasting=lasting, new=new, private=private) as file:
        file.write(data)


@contextmanager
def writing(path: Path, *, lasting: bool = False, new: bool = False, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write, which is put at `path` when the block ends without an error."""
    draft = _draft(path)
    try:
        with _new_file(draft, private) as file:
            _lock(file.fileno())
            yield file
            file.flush()
            if lasting:
                _force_file(file)
            if new:
                os.link(draft, path)  # which, unlike a rename, replaces no file
            else:
                draft.replace(path)
        if lasting:
            force_folder(path.parent)
    finally:
        with suppress(OSError):  # its folder is missing
            draft.unlink()


def write_folder(path: Path, files: Mapping[str, bytes], *, private: bool = False) -> None:
    """Write a lasting folder of files, whose names may hold slashes. Raises `FileExistsError` where there is one."""
    draft = _draft(path)
    mode = _FOLDER[private]
    try:
        draft.mkdir(mode)
        with _locked_folder(draft):
            for folder in sorted({(draft / name).parent for name in files} - {draft}):
                folder.mkdir(mode, parents=True, exist_ok=True)
            for name, data in files.items():
                with _new_file(draft / name, private) as file:
                    file.write(data)
                    _force_file(file)
            for folder in {(draft / name).parent for name in files} | {draft}:
                force_folder(folder)
            try:
                draft.rename(path)
            except OSError as error:
                if error.errno == errno.ENOTEMPTY:  # the error of a rename where there is a folder already
                    raise FileExistsError(str(path)) from error
                raise
        force_folder(path.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


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


def remove_file(path: Path) -> None:
    """Remove a file if it is there, lastingly."""
    path.unlink(missing_ok=True)
    force_folder(path.parent)


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


def _lock(opened: int) -> None:
    with suppress(OSError):  # a file system without locks, on which no draft is taken for abandoned either
        fcntl.flock(opened, fcntl.LOCK_EX)


@contextmanager
def _locked_folder(folder: Path) -> Iterator[None]:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(opened)
        yield
    finally:
        os.close(opened)


def _force_file(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def force_folder(folder: Path) -> None:
    """Force the names in a folder to the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
