"""Downloads of a store folder: files beside the index of each version, with their digests."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


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
    """Downloads in a folder of versions. Digests are cached, since a version never changes."""

    def __init__(self, versions: Path) -> None:
        self._versions = versions
        self._known: dict[tuple[str, str], Download] = {}
        self._reading = threading.Lock()

    def versions(self) -> list[str]:
        """Names of the versions, newest first."""
        if not self._versions.is_dir():
            return []
        # `building-…` is a version in progress
        folders = [f for f in self._versions.iterdir() if f.is_dir() and not f.name.startswith("building-")]
        return [f.name for f in sorted(folders, key=lambda f: (-f.stat().st_mtime, f.name))]

    def names(self, version: str) -> str:
        """Names of the present downloads of a version of `versions`, separated by spaces.

        Some downloads of a changed version are written after it has been published.
        """
        folder = self._versions / version
        return " ".join(form.name for form in FORMATS if (folder / form.name).is_file())

    def of(self, version: str) -> list[Download]:
        """Downloads of a version; none for an unknown version."""
        found = (self.find(version, form.name) for form in FORMATS)
        return [dump for dump in found if dump is not None]

    def find(self, version: str, name: str) -> Download | None:
        """A download by version and file name, or None. Unknown names are rejected before any path is built."""
        form = next((form for form in FORMATS if form.name == name), None)
        if form is None or version not in self.versions():
            return None
        file = self._versions / version / name
        if not file.is_file():  # the dumps of old versions are removed
            return None
        with self._reading:
            if (version, name) not in self._known:
                self._known[version, name] = _dump(version, form, file)
            return self._known[version, name]


def _dump(version: str, form: DumpFormat, file: Path) -> Download:
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    state = file.stat()
    made = datetime.fromtimestamp(int(state.st_mtime), UTC)
    return Download(version, form, file, state.st_size, digest, made)
