"""The folder of an export, replaced by renaming."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gcmgraph.platform.errors import Place, StoreError, faults_of_files
from gcmgraph.platform.file_states import Recorded, write_manifest
from gcmgraph.platform.files import locked

#: File that marks an export, with its version; only a folder with it is replaced.
MARKER = "gcmgraph-export.json"

#: AT_FDCWD of fcntl.h, and RENAME_EXCHANGE of linux/fs.h.
_WORKING_FOLDER = -100
_EXCHANGE = 2


class ExportFolder:
    """A folder under construction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.bytes = 0
        self._states: dict[str, Recorded] = {}

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file; its name is relative to the folder."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        size = 0
        with file.open("wb") as stream:
            for piece in pieces:
                digest.update(piece)
                size += stream.write(piece)
        self.bytes += size
        self._states[name] = Recorded(size, digest.hexdigest())

    def write_manifest(self) -> None:
        """Write the manifest of all files that were written."""
        write_manifest(self.path, self._states)


@contextmanager
def replacing(target: Path, marker: Mapping[str, object]) -> Iterator[ExportFolder]:
    """A folder to write to, which replaces `target` at the end of the block.

    It is deleted after an error. Raises `StoreError` for a target that is neither empty nor an
    export, where it cannot be written, and where another export writes to the same parent folder.
    """
    _require_replaceable(target)
    with faults_of_files(StoreError, "The export cannot be written", target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with _writing_alone(target.parent), _draft(target) as folder:
            yield folder
            folder.write(MARKER, [json.dumps(marker, indent=1).encode(), b"\n"])
            folder.write_manifest()


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
    """A folder beside the target, in which the export is written."""
    draft = target.with_name(f".{target.name}.draft")
    old = target.with_name(f".{target.name}.old")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        yield ExportFolder(draft)
        _require_replaceable(target)  # again, at the end of the export
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


def _exchange(folder: Path, replacement: Path) -> bool:
    """Exchange two folders atomically; False where the system cannot.

    Linux can on most file systems, by renameat2(2).
    """
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:
        return False
    status = rename(
        _WORKING_FOLDER,
        os.fsencode(folder),
        _WORKING_FOLDER,
        os.fsencode(replacement),
        _EXCHANGE,
    )
    return bool(status == 0)


def _require_replaceable(target: Path) -> None:
    """Raise `StoreError` for a target that is neither empty nor an export."""
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
