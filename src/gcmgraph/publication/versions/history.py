"""Versions of a store folder, each with its time, changes and downloads."""

from __future__ import annotations

import re
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gcmgraph.platform.errors import DamagedFileError, DataError
from gcmgraph.platform.file_states import Recorded, recorded
from gcmgraph.publication.versions.changes import Changes
from gcmgraph.store.store_folder import newest_first
from gcmgraph.store.version_files import CHANGES, read_intact, require_intact, version_folders

#: A year as the name of an edition.
_YEAR = re.compile(r"[0-9]{4}")


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
    created: datetime

    @property
    def path(self) -> str:
        """The address of the download below the base."""
        return f"dumps/{self.version}/{self.format.name}"


@dataclass(frozen=True)
class DatasetVersion:
    """A dataset version. `published` is the time of its creation."""

    name: str
    published: datetime
    #: None if unknown
    changes: Changes | None
    #: downloads of the whole; none for a version whose dumps were removed
    dumps: tuple[Download, ...]
    #: downloads of added and removed statements
    patches: tuple[Download, ...]

    @property
    def previous(self) -> str | None:
        """The name of the version before; None if unknown."""
        return self.changes.previous if self.changes else None


class History:
    """Versions below a folder. Their changes are cached, since a version never changes."""

    def __init__(self, versions: Path) -> None:
        self._versions = versions
        self._changes: dict[str, Changes | None] = {}
        self._reading = threading.Lock()

    def names(self) -> list[str]:
        """The names of the versions, newest first. The folder of each is examined once."""
        return newest_first(
            self._versions, (folder.name for folder in version_folders(self._versions.parent))
        )

    def holds(self, name: str) -> bool:
        """Whether there is a version of this name. No path is built from it."""
        return any(folder.name == name for folder in version_folders(self._versions.parent))

    def newest_of_year(self, year: str) -> str | None:
        """The name of the newest version of a year, such as 2026; None where there is none here."""
        if not _YEAR.fullmatch(year):
            return None
        for name in self.names():
            if str(self.described(name).published.year) == year:
                return name
        return None

    def files(self, name: str) -> str:
        """Names of the present downloads of a version of `names`, separated by spaces.

        Some downloads of a changed version are written after it has been published.
        """
        folder = self._versions / name
        names = (dump_format.name for dump_format in FORMATS)
        return " ".join(name for name in names if (folder / name).is_file())

    def downloads(self, name: str) -> list[Download]:
        """Downloads of a version of `names`, or of a name that it `holds`.

        Their contents are not examined.
        """
        downloads = (self._download(name, dump_format) for dump_format in FORMATS)
        return [download for download in downloads if download is not None]

    def download(self, version: str, name: str) -> Download | None:
        """A download by version and file name, or None.

        Unknown names are rejected before any path is built.

        Raises `DamagedFileError` where it differs from its record. Its content is examined when it
        is found for the first time, and after a change.
        """
        for dump_format in FORMATS:
            if dump_format.name == name and self.holds(version):
                require_intact(self._versions / version, name)
                return self._download(version, dump_format)
        return None

    def find(self, name: str) -> DatasetVersion | None:
        """A version by name, or None.

        Unknown names are rejected before any path is built. Raises the errors of `version`.
        """
        return self.version(name) if self.holds(name) else None

    def described(self, name: str) -> DatasetVersion:
        """A version for a description of the dataset, without changes if their file is damaged."""
        try:
            return self.version(name)
        except DamagedFileError:
            return self._version(name, None)

    def version(self, name: str) -> DatasetVersion:
        """A version by a name of `names`.

        Raises `DamagedFileError` where the file of its changes is damaged.
        """
        return self._version(name, self._changes_of(name))

    def neighbours(self, version: DatasetVersion) -> tuple[str | None, str | None]:
        """The names of the version before, and of the first one that followed.

        None where there is none here.
        """
        names = self.names()
        previous = version.previous if version.previous in names else None
        for name in reversed(names):  # oldest first
            with suppress(DamagedFileError):
                changes = self._changes_of(name)
                if changes and changes.previous == version.name:
                    return previous, name
        return previous, None

    def _version(self, name: str, changes: Changes | None) -> DatasetVersion:
        downloads = self.downloads(name)
        time = datetime.fromisoformat(changes.published) if changes else None
        return DatasetVersion(
            name,
            time or _modified(self._versions / name),
            changes,
            dumps=tuple(download for download in downloads if not download.format.patch),
            patches=tuple(download for download in downloads if download.format.patch),
        )

    def _changes_of(self, name: str) -> Changes | None:
        with self._reading:
            if name not in self._changes:
                self._changes[name] = _read_changes(self._versions / name)
            return self._changes[name]

    def _download(self, version: str, dump_format: DumpFormat) -> Download | None:
        folder = self._versions / version
        file = folder / dump_format.name
        try:
            created = _modified(file)
            content = recorded(folder, dump_format.name) or Recorded.of_file(file)
        except OSError:  # the dumps of old versions are removed
            return None
        return Download(version, dump_format, file, content.size, content.sha256, created)


def _read_changes(folder: Path) -> Changes | None:
    """The changes of the version in a folder; None if unknown."""
    try:
        content = read_intact(folder, CHANGES)
        return None if content is None else Changes.from_json(content, str(folder / CHANGES))
    except (DataError, OSError):  # of an older release, which had no records
        return None


def _modified(path: Path) -> datetime:
    """The time of the last change of a file or folder, in full seconds."""
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
