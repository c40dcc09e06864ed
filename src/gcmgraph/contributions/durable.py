"""Files that are there whole and stay, or are not there: whatever ends the process, and when the power fails.

A file or folder is written beside its place, its bytes are forced to the disk, and one rename puts it there; then the
folder that holds it is forced, too (POSIX: rename is atomic, fsync makes it last).
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gcmgraph.contributions.errors import LedgerError


def write_file(path: Path, data: bytes, *, new: bool = False) -> None:
    """Write a file that lasts. With `new`, `FileExistsError` where there is one already. Raises `LedgerError`."""
    draft = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}")
    with _told(path):
        _make(path.parent)
        try:
            _write(draft, data)
            if new:
                os.link(draft, path)  # which, unlike a rename, takes no other file's place
            else:
                draft.replace(path)
            _force(path.parent)
        finally:
            draft.unlink(missing_ok=True)


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder of files that lasts; the names may hold slashes.

    Raises `FileExistsError` where there is one already, `LedgerError`.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}")
    with _told(path):
        try:
            _make(path.parent)
            draft.mkdir()
            for name, data in files.items():
                file = draft / name
                file.parent.mkdir(parents=True, exist_ok=True)
                _write(file, data)
            for folder in {(draft / name).parent for name in files} | {draft}:
                _force(folder)
            try:
                draft.rename(path)
            except OSError as error:
                if error.errno == errno.ENOTEMPTY:  # how a rename says that there is a folder already
                    raise FileExistsError(str(path)) from error
                raise
            _force(path.parent)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def remove_file(path: Path) -> None:
    """Remove a file if it is there, for good. Raises `LedgerError`."""
    with _told(path):
        path.unlink(missing_ok=True)
        _force(path.parent)


def _make(folder: Path) -> None:
    """Make a folder and those above it, so that they last."""
    if not folder.is_dir():
        _make(folder.parent)
        try:
            folder.mkdir(exist_ok=True)
        except FileExistsError as error:  # something else is there, which is no folder
            raise NotADirectoryError(error.errno, "Not a directory", str(folder)) from error
        _force(folder.parent)


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _force(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        raise LedgerError(
            f"'{path.name}' among the contributions cannot be written: {error.strerror}.",
            hint="Nothing was kept. Try again.",
        ) from error
