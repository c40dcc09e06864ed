"""Files and folders that are written whole or not at all: beside their place first, then put there by one rename.

With `lasting`, the bytes and the names are forced to the disk before a function returns, so that they survive a power
failure (POSIX: rename is atomic, fsync makes it last). All raise `OSError`; callers turn it into errors of their own.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


def write_file(path: Path, data: bytes, *, lasting: bool = False, new: bool = False) -> None:
    """Write a file in place of an earlier one; with `new`, raise `FileExistsError` where there is one."""
    with writing(path, lasting=lasting, new=new) as file:
        file.write(data)


@contextmanager
def writing(path: Path, *, lasting: bool = False, new: bool = False) -> Iterator[BinaryIO]:
    """A file to write, which is put at `path` when the block ends without an error."""
    draft = _draft(path)
    try:
        with draft.open("xb") as file:
            yield file
            if lasting:
                _force_file(file)
        if new:
            os.link(draft, path)  # which, unlike a rename, replaces no file
        else:
            draft.replace(path)
        if lasting:
            _force_folder(path.parent)
    finally:
        with suppress(OSError):  # its folder is missing
            draft.unlink()


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a lasting folder of files, whose names may hold slashes. Raises `FileExistsError` where there is one."""
    draft = _draft(path)
    try:
        draft.mkdir()
        for name, data in files.items():
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            with (draft / name).open("xb") as file:
                file.write(data)
                _force_file(file)
        for folder in {(draft / name).parent for name in files} | {draft}:
            _force_folder(folder)
        try:
            draft.rename(path)
        except OSError as error:
            if error.errno == errno.ENOTEMPTY:  # the error of a rename where there is a folder already
                raise FileExistsError(str(path)) from error
            raise
        _force_folder(path.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def make_folder(folder: Path) -> None:
    """Make a lasting folder, and those above it. Raises `NotADirectoryError` where one of them is a file."""
    if not folder.is_dir():
        make_folder(folder.parent)
        try:
            folder.mkdir(exist_ok=True)
        except FileExistsError as error:
            raise NotADirectoryError(error.errno, "Not a directory", str(folder)) from error
        _force_folder(folder.parent)


def remove_file(path: Path) -> None:
    """Remove a file if it is there, lastingly."""
    path.unlink(missing_ok=True)
    _force_folder(path.parent)


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


def _force_file(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _force_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
