"""Versions of a store folder, each with its time, changes and downloads."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gcmgraph.errors import DamagedFileError, DataError
from gcmgraph.publication.versions.changes import Changes
from gcmgraph.publication.versions.downloads import Download, VersionDownloads
from gcmgraph.store.version_files import read_intact
from gcmgraph.store.versions import CHANGES


@dataclass(frozen=True)
class Version:
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
        self.dumps = VersionDownloads(versions)
        self._versions = versions
        self._changes: dict[str, Changes | None] = {}
        self._reading = threading.Lock()

    def names(self) -> list[str]:
        """The names of the versions, newest first."""
        return self.dumps.versions()

    def find(self, name: str) -> Version | None:
        """A version by name, or None. Unknown names are rejected before any path is built. Raises as `version`."""
        return self.version(name) if self.dumps.holds(name) else None

    def current(self, name: str) -> Version | None:
        """As `find`, for a description of the dataset: without the changes if their file is damaged."""
        return self.described(name) if self.dumps.holds(name) else None

    def described(self, name: str) -> Version:
        """As `version`, for a description of the dataset: without the changes if their file is damaged."""
        try:
            return self.version(name)
        except DamagedFileError:
            return self._version(name, None)

    def version(self, name: str) -> Version:
        """A version by a name of `names`. Raises `DamagedFileError` where the file of its changes is damaged."""
        return self._version(name, self._changes_of(name))

    def _version(self, name: str, changes: Changes | None) -> Version:
        files = self.dumps.of(name)
        made = (
            datetime.fromisoformat(changes.published)
            if changes
            else datetime.fromtimestamp(int((self._versions / name).stat().st_mtime), UTC)
        )
        return Version(
            name,
            made,
            changes,
            tuple(file for file in files if not file.format.patch),
            tuple(file for file in files if file.format.patch),
        )

    def neighbours(self, version: Version) -> tuple[str | None, str | None]:
        """The names of the version before, and of the first one that followed; None where there is none here."""
        names = self.names()
        previous = version.previous if version.previous in names else None
        for name in reversed(names):  # oldest first
            changes = None
            with suppress(DamagedFileError):
                changes = self._changes_of(name)
            if changes and changes.previous == version.name:
                return previous, name
        return previous, None

    def _changes_of(self, name: str) -> Changes | None:
        with self._reading:
            if name not in self._changes:
                file = self._versions / name / CHANGES
                try:
                    content = read_intact(file.parent, CHANGES)
                    self._changes[name] = None if content is None else Changes.from_json(content, str(file))
                except (DataError, OSError):  # of an older release, which had no records
                    self._changes[name] = None
            return self._changes[name]
