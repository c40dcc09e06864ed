"""Downloads of a store folder: files beside the index of each version, with their recorded digests."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gcmgraph.files.manifest import Recorded, recorded
from gcmgraph.store.version_files import require_intact
from gcmgraph.store.versions import newest_first


@dataclass(frozen=True)
class DumpFormat:
    """A download that a version may have."""

    name: str
    media_type: str
    #: media type of the compression, or None
    compression: str | None = None
    #: whether it holds the changes of the version instead of the whole
    patch: bool = False


#: The files that are served; other files in a version's folder are not.
FORMATS = (
    DumpFormat("gcmgraph.nq", "application/n-quads"),
    DumpFormat("gcmgraph.nq.gz", "application/n-quads", "application/gzip"),
    DumpFormat("gcmgraph.trig.gz", "application/trig", "application/gzip"),
    DumpFormat("gcmgraph.ttl.gz", "text/turtle", "application/gzip"),
    DumpFormat("added.nq.gz", "application/n-quads", "application/gzip", patch=True),
    DumpFormat("removed.nq.gz", "application/n-quads", "application/gzip", patch=True),
)


@dataclass(frozen=True)
class Download:
    """A download: its file, size in bytes, SHA-256 in hexadecimal, and time of creation."""

    version: str
    format: DumpFormat
    file: Path
    size: int
    sha256: str
    made: datetime

    @property
    def path(self) -> str:
        """Its address below the base."""
        return f"dumps/{self.version}/{self.format.name}"


class VersionDownloads:
    """Downloads in a folder of versions. Digests of files without a record are cached for each of their states."""

    def __init__(self, versions: Path) -> None:
        self._versions = versions
        self._known: dict[tuple[str, str, int, int], str] = {}
        self._reading = threading.Lock()

    def versions(self) -> list[str]:
        """Names of the versions, newest first. It examines each version's folder once."""
        return newest_first(self._versions, (folder.name for folder in self._folders()))

    def holds(self, version: str) -> bool:
        """Whether there is a version of this name. No path is built from it."""
        return any(folder.name == version for folder in self._folders())

    def names(self, version: str) -> str:
        """Names of the present downloads of a version of `versions`, separated by spaces.

        Some downloads of a changed version are written after it has been published.
        """
        folder = self._versions / version
        return " ".join(form.name for form in FORMATS if (folder / form.name).is_file())

    def of(self, version: str) -> list[Download]:
        """Downloads of a version of `versions`, or of a name that it `holds`; their contents are not examined."""
        found = (self._download(version, form) for form in FORMATS)
        return [dump for dump in found if dump is not None]

    def find(self, version: str, name: str) -> Download | None:
        """A download by version and file name, or None. Unknown names are rejected before any path is built.

        Raises `DamagedFileError` where it differs from its record. Its content is examined when it is found for the
        first time, and after a change.
        """
        form = next((form for form in FORMATS if form.name == name), None)
        if form is None or not self.holds(version):
            return None
        require_intact(self._versions / version, name)
        return self._download(version, form)

    def _download(self, version: str, form: DumpFormat) -> Download | None:
        folder = self._versions / version
        file = folder / form.name
        try:
            state = file.stat()
        except OSError:  # the dumps of old versions are removed
            return None
        states = recorded(folder, form.name)
        digest = states[-1].sha256 if states else self._digest(version, form, file, state)
        made = datetime.fromtimestamp(int(state.st_mtime), UTC)
        return Download(version, form, file, states[-1].size if states else state.st_size, digest, made)

    def _digest(self, version: str, form: DumpFormat, file: Path, state: os.stat_result) -> str:
        key = version, form.name, state.st_ino, state.st_mtime_ns
        with self._reading:
            if key not in self._known:
                self._known[key] = Recorded.of_file(file).sha256
            return self._known[key]

    def _folders(self) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self._versions) as entries:
                # `building-…` is a version in progress
                return [entry for entry in entries if not entry.name.startswith("building-") and entry.is_dir()]
        except (FileNotFoundError, NotADirectoryError):  # nothing was built yet
            return []
