"""The folder of an export, written as a draft and replaced by renaming."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gcmgraph.errors import Place, StoreError
from gcmgraph.files.locks import locked
from gcmgraph.files.manifest import Recorded, write_manifest

#: File that marks an export, with its version; only a folder with it is replaced.
MARKER = "gcmgraph-export.json"

#: AT_FDCWD of fcntl.h and RENAME_EXCHANGE of linux/fs.h.
_HERE, _EXCHANGE = -100, 2


class ExportFolder:
    """A folder under construction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.bytes = 0
        self._states: dict[str, tuple[Recorded, ...]] = {}

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file; its name is relative to the folder."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with file.open("wb") as out:
            for piece in pieces:
                digest.update(piece)
                size += out.write(piece)
        self.bytes += size
        self._states[name] = (Recorded(size, digest.hexdigest()),)

    def write_manifest(self) -> None:
        """Write the manifest of all files that were written."""
        write_manifest(self.path, self._states)


@contextmanager
def replacing(target: Path, marker: Mapping[str, object]) -> Iterator[ExportFolder]:
    """A folder to write to; it replaces `target` at the end of the block, and is deleted after an error.

    Raises `StoreError` for a target that is neither empty nor an export, where it cannot be written, and where another
    export writes to the same parent folder.
    """
    _require_ours(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _writing_alone(target.parent), _draft(target) as folder:
            yield folder
            folder.write(MARKER, [json.dumps(marker, indent=1).encode(), b"\n"])
            folder.write_manifest()
    except OSError as error:
        raise StoreError(f"The export cannot be written: {error.strerror}.", place=Place(str(target))) from error


@contextmanager
def _writing_alone(parent: Path) -> Iterator[None]:
    """Lock a folder, so that any draft in it was left by an export that was killed."""
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        if not locked(descriptor):
            raise StoreError(
                "Another export is writing into this folder.",
                place=Place(str(parent)),
                hint="Try again when it has ended.",
            )
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _draft(target: Path) -> Iterator[ExportFolder]:
    draft, old = target.with_name(f".{target.name}.draft"), target.with_name(f".{target.name}.old")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        yield ExportFolder(draft)
        _require_ours(target)  # again, at the end of the export
        if not target.exists():
            draft.rename(target)
        elif not _exchange(draft, target):
            shutil.rmtree(old, ignore_errors=True)
            target.rename(old)
            draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)  # after the exchange, the former export
        if old.exists() and not target.exists():  # the second rename failed
            old.rename(target)
        shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders atomically; False where the system cannot.

    Linux can on most file systems, by renameat2(2).
    """
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    names = os.fsencode(one), os.fsencode(other)
    return rename is not None and rename(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0


def _require_ours(target: Path) -> None:
    if not target.exists() and not target.is_symlink():
        return
    if not target.is_dir() or target.is_symlink():
        raise StoreError("This is no folder.", place=Place(str(target)), hint="Name a new folder.")
    if any(target.iterdir()) and not (target / MARKER).is_file():
        raise StoreError(
            "The folder is not empty, and no earlier export.",
            place=Place(str(target)),
            hint="Name a new or empty folder; an export replaces what is there.",
        )
