"""The folder of an export: written to the side, then put in place by renaming."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gcmgraph.errors import Place, StoreError

#: What says that a folder is ours to replace, and what it holds.
MARKER = "gcmgraph-export.json"


class ExportFolder:
    """A folder under construction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.bytes = 0

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file; its name is relative to the folder."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as out:
            for piece in pieces:
                self.bytes += out.write(piece)


@contextmanager
def replacing(target: Path, marker: Mapping[str, object]) -> Iterator[ExportFolder]:
    """A folder to write to, which takes the place of `target` when the block ends well, and goes when not.

    Raises `StoreError` for a target that is not empty and not an earlier export, and where nothing can be written.
    """
    _require_ours(target)
    draft = target.with_name(f".{target.name}.{os.getpid()}.draft")
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        folder = ExportFolder(draft)
        yield folder
        folder.write(MARKER, [json.dumps(marker, indent=1).encode(), b"\n"])
        _require_ours(target)  # again: the export took its time
        if target.exists():
            target.rename(old)
        draft.rename(target)
    except OSError as error:
        raise StoreError(f"The export cannot be written: {error.strerror}.", place=Place(str(target))) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        if old.exists() and not target.exists():  # the second rename failed
            old.rename(target)
        shutil.rmtree(old, ignore_errors=True)


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
