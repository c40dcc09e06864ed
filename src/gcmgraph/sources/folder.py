"""A folder that has the files, under any name and in any subfolder."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from functools import cached_property
from pathlib import Path

from gcmgraph.errors import Place, SourceError
from gcmgraph.sources.origin import Cause, OriginError, Progress
from gcmgraph.sources.present import sha256_of
from gcmgraph.sources.register import Source

#: Files of a folder and its subfolders that are examined at most.
_MOST_FILES = 20_000


class Folder:
    """A folder. A file is found by its size and hash; one that has only the name is reported."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def bring(self, source: Source, part: Path, progress: Progress) -> None:
        """As `Origin.bring`. Raises `SourceError` where the folder cannot be read."""
        sizes, names = self._files
        for file in sizes.get(source.size, ()):
            if _hash(file) == source.sha256:
                shutil.copyfile(file, part)
                progress(source.size)
                return
        for file in names.get(source.file, ()):
            raise OriginError(
                Cause.UNEXPECTED,
                f"{file} is not the file of the register: its SHA-256 begins with {_hash(file)[:8] or '?'}, "
                f"not with {source.sha256[:8]}.",
            )
        raise OriginError(Cause.ABSENT, f"{self._path} does not have it.")

    @cached_property
    def _files(self) -> tuple[dict[int, list[Path]], dict[str, list[Path]]]:
        """The files by size and by name, in the order of their paths."""
        if not self._path.is_dir():
            raise SourceError("This is not a folder.", place=Place(str(self._path)))
        sizes, names = defaultdict[int, list[Path]](list), defaultdict[str, list[Path]](list)
        count = 0
        for folder, subfolders, files in os.walk(self._path):
            subfolders.sort()
            for name in sorted(files):
                path = Path(folder, name)
                if not path.is_file():  # a link to nowhere, a socket
                    continue
                if (count := count + 1) > _MOST_FILES:
                    raise SourceError(
                        f"The folder has more than {_MOST_FILES:,} files.",
                        place=Place(str(self._path)),
                        hint="Give the folder that holds the documents.",
                    )
                sizes[path.stat().st_size].append(path)
                names[name].append(path)
        return sizes, names


def _hash(file: Path) -> str:
    """SHA-256 of a file; empty where it cannot be read."""
    try:
        return sha256_of(file)
    except OSError:
        return ""
