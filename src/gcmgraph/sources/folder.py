"""A folder that has files of the register, under any name and in any subfolder."""

from __future__ import annotations

import shutil
from functools import cached_property
from pathlib import Path

from gcmgraph.errors import Place, SourceError
from gcmgraph.sources.origins import Cause, OriginError, Progress
from gcmgraph.sources.register import Source, sha256_of

#: Files of a folder and its subfolders that are examined at most.
MAX_FILES = 20_000


class Folder:
    """A folder. A file is found by its size and hash; one that has only the name is reported."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def bring(self, source: Source, path: Path, progress: Progress) -> None:
        """As `Origin.bring`. Raises `SourceError` where the folder cannot be read."""
        for file in self._files:
            if file.name != source.file and _size(file) != source.size:
                continue
            if _hash(file) == source.sha256:
                part = path.with_name(f"{path.name}.part")
                shutil.copyfile(file, part)
                part.replace(path)
                progress(source.size)
                return
        for file in self._files:
            if file.name == source.file:
                message = (
                    f"{file} is not the file of the register: its SHA-256 begins with {_hash(file)[:8] or '?'}, "
                    f"not with {source.sha256[:8]}."
                )
                raise OriginError(Cause.UNEXPECTED, message)
        raise OriginError(Cause.ABSENT, f"{self._path} does not have it.")

    @cached_property
    def _files(self) -> list[Path]:
        """The files, in the order of their paths; not a link to nowhere, nor a socket."""
        if not self._path.is_dir():
            raise SourceError("This is not a folder.", place=Place(str(self._path)))
        files = []
        for file in sorted(self._path.rglob("*")):
            if not file.is_file():
                continue
            files.append(file)
            if len(files) > MAX_FILES:
                raise SourceError(
                    f"The folder has more than {MAX_FILES:,} files.",
                    place=Place(str(self._path)),
                    hint="Give the folder that holds the documents.",
                )
        return files


def _size(file: Path) -> int:
    """Size of a file in bytes; -1 where it cannot be read."""
    try:
        return file.stat().st_size
    except OSError:
        return -1


def _hash(file: Path) -> str:
    """SHA-256 of a file; empty where it cannot be read."""
    try:
        return sha256_of(file)
    except OSError:
        return ""
