"""The versions of a store folder: when each was published, what it changed, what of it can be downloaded."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gcmgraph.errors import DataError
from gcmgraph.publication.versions.changes import Changes
from gcmgraph.publication.versions.downloads import Dump, Dumps
from gcmgraph.store.versions.folder import CHANGES


@dataclass(frozen=True)
class Version:
    """A dataset version. `published` is when it was made."""

    name: str
    published: datetime
    #: None where it is not known what it changed
    changes: Changes | None
    #: downloads of the whole; none of a version that is not kept whole
    dumps: tuple[Dump, ...]
    #: downloads of what came and went
    patches: tuple[Dump, ...]

    @property
    def previous(self) -> str | None:
        """The name of the version that it followed, where that is known."""
        return self.changes.previous if self.changes else None


class History:
    """The versions below a folder. What a version changed is read once: it never changes."""

    def __init__(self, versions: Path) -> None:
        self.dumps = Dumps(versions)
        self._versions = versions
        self._changes: dict[str, Changes | None] = {}
        self._reading = threading.Lock()

    def names(self) -> list[str]:
        """The names of the versions, newest first."""
        return self.dumps.versions()

    def find(self, name: str) -> Version | None:
        """A version by name; None where there is none. The name is never joined to a path before it is known."""
        if name not in self.names():
            return None
        changes = self._changes_of(name)
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

    def successors(self) -> Mapping[str, str]:
        """The version that first followed each."""
        followed: dict[str, str] = {}
        for name in self.names():  # newest first, so that the first to follow is written last
            changes = self._changes_of(name)
            if changes and changes.previous:
                followed[changes.previous] = name
        return followed

    def _changes_of(self, name: str) -> Changes | None:
        with self._reading:
            if name not in self._changes:
                file = self._versions / name / CHANGES
                try:
                    self._changes[name] = Changes.from_json(file.read_bytes(), str(file)) if file.is_file() else None
                except (DataError, OSError):  # an old or damaged file: then nothing is known
                    self._changes[name] = None
            return self._changes[name]
