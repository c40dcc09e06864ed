"""The folder of an export, replaced by renaming."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from gcmgraph.platform.errors import Place, StoreError, faults_of_files
from gcmgraph.platform.file_states import Recorded, flaw, write_manifest
from gcmgraph.platform.files import locked
from gcmgraph.web.export.journal import JOURNAL, Journal, WrittenAddress, read_journal

#: File that marks an export, with its version; only a folder with it is replaced.
MARKER = "gcmgraph-export.json"

#: Files by which a draft is recognized.
_MARKS = (JOURNAL, MARKER)

#: Hint of an error after which an export can go on.
GO_ON = "The same command goes on where it stopped."

#: AT_FDCWD of fcntl.h, and RENAME_EXCHANGE of linux/fs.h.
_WORKING_FOLDER = -100
_EXCHANGE = 2


class ExportFolder:
    """A folder under construction; its journal lists the written addresses."""

    def __init__(self, path: Path, subject: Mapping[str, object]) -> None:
        """Go on with what was written of the same `subject`, else begin anew. Raises `OSError`."""
        self.path = path
        #: recorded states of the files, by name
        self.states: dict[str, Recorded] = {}
        self.written = [
            written for written in read_journal(path, subject) if self._is_present(written)
        ]
        if not self.written:
            if path.exists():
                _remove(path)
            path.mkdir()
        for written in self.written:
            self.states.update(written.files)
        self._journal = Journal(path, subject)

    def _is_present(self, written: WrittenAddress) -> bool:
        """Whether all files of an address are there, with their sizes."""
        return not any(
            flaw(self.path / name, state, whole=False) for name, state in written.files.items()
        )

    def add(self, written: WrittenAddress) -> None:
        """Record an address whose files another process wrote."""
        self._journal.add(written)
        self.states.update(written.files)

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file; its name is relative to the folder."""
        self.states[name] = write_piecewise(self.path / name, pieces)

    def complete(self, marker: Mapping[str, object]) -> None:
        """Write the marker and the manifest in place of the journal."""
        self.write(MARKER, [json.dumps(marker, indent=1).encode(), b"\n"])
        write_manifest(self.path, self.states)
        (self.path / JOURNAL).unlink()

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    @property
    def bytes(self) -> int:
        """The size of all files."""
        return sum(state.size for state in self.states.values())


def write_piecewise(file: Path, pieces: Iterable[bytes]) -> Recorded:
    """Write a file and its folder, and return its state. Raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    size = 0
    with file.open("wb") as stream:
        for piece in pieces:
            digest.update(piece)
            size += stream.write(piece)
    return Recorded(size, digest.hexdigest())


@contextmanager
def replacing(
    target: Path, marker: Mapping[str, object], settings: str = ""
) -> Iterator[ExportFolder]:
    """A folder to write to, which replaces `target` at the end of the block.

    After an error or a kill, what was written stays beside the target, and an export with the
    same `marker` and `settings` goes on with it. Raises `StoreError` for a target that is neither
    empty nor an export, where it cannot be written, and where another export writes to the same
    parent folder.
    """
    _require_replaceable(target)
    with faults_of_files(StoreError, "The export cannot be written", target, hint=GO_ON):
        target.parent.mkdir(parents=True, exist_ok=True)
        with _writing_alone(target.parent):
            draft = target.with_name(f".{target.name}.draft")
            _require_unfinished(draft)
            folder = ExportFolder(draft, {**marker, "settings": settings})
            with closing(folder):
                yield folder
                folder.complete(marker)
            _require_replaceable(target)  # again, at the end of the export
            _put_in_place(draft, target)


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


def _put_in_place(draft: Path, target: Path) -> None:
    """Put a finished folder at the target, and remove what was there."""
    old = target.with_name(f".{target.name}.old")
    try:
        if not target.exists():
            draft.rename(target)
        elif not _exchange(draft, target):
            shutil.rmtree(old, ignore_errors=True)
            target.rename(old)
            draft.rename(target)
    finally:
        if old.exists() and not target.exists():  # the second rename failed
            old.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    if draft.exists():  # after the exchange, the former export
        with suppress(OSError):
            _remove(draft)


def _remove(folder: Path) -> None:
    """Remove an export or a draft. Its marks are last, so that one which a kill leaves is recognized."""
    for path in sorted(folder.iterdir(), key=lambda path: path.name in _MARKS):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    folder.rmdir()


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


def _require_unfinished(draft: Path) -> None:
    """Raise `StoreError` for a folder in place of the draft that no export has left."""
    if not draft.exists() or not any(draft.iterdir()):
        return
    if not any((draft / name).is_file() for name in _MARKS):
        raise StoreError(
            "The folder has the name of an unfinished export, and is none.",
            place=Place(str(draft)),
            hint="Move it away; the export is written there until it is whole.",
        )
