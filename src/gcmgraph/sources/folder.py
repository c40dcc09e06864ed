"""A folder that has files of the register, under any name and in any subfolder."""

from __future__ import annotations

import shutil
from functools import cached_property
from itertools import chain, islice
from pathlib import Path

from gcmgraph.platform.errors import Place, SourceError
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
        for file in self._files_by_size.get(source.size, ()):
            if _hash(file) == source.sha256:
                part = path.with_name(f"{path.name}.part")
                shutil.copyfile(file, part)
                part.replace(path)
                progress(source.size)
                return
        files = chain.from_iterable(self._files_by_size.values())
        namesake = next((file for file in files if file.name == source.file), None)
        if namesake is None:
            raise OriginError(Cause.ABSENT, f"{self._path} does not have it.")
        message = (
            f"{namesake} is not the file of the register: its SHA-256 begins with {_hash(namesake)[:8] or '?'}, "
            f"not with {source.sha256[:8]}."
        )
        raise OriginError(Cause.UNEXPECTED, message)

    @cached_property
    def _files_by_size(self) -> dict[int, list[Path]]:
        """The files by their bytes, in the order of their paths; not a link to nowhere, nor a socket."""
        if not self._path.is_dir():
            raise SourceError("This is not a folder.", place=Place(str(self._path)))
        files = list(islice(filter(Path.is_file, self._path.rglob("*")), MAX_FILES + 1))
        if len(files) > MAX_FILES:
            raise SourceError(
                f"The folder has more than {MAX_FILES:,} files.",
                place=Place(str(self._path)),
                hint="Give the folder that holds the documents.",
            )
        by_size: dict[int, list[Path]] = {}
        for file in sorted(files):
            by_size.setdefault(_size(file), []).append(file)
        return by_size


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
