"""The downloads of a store folder: files beside the index of each version, with their digests."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class DumpFormat:
    """A file that a version may come with."""

    name: str
    media_type: str
    #: media type of the compression, None where there is none
    compression: str | None = None
    #: whether it holds what the version changed, not the whole
    patch: bool = False


#: Every file that is given out; whatever else lies in a version's folder is not.
FORMATS = (
    DumpFormat("gcmgraph.nq", "application/n-quads"),
    DumpFormat("gcmgraph.nq.gz", "application/n-quads", "application/gzip"),
    DumpFormat("gcmgraph.trig.gz", "application/trig", "application/gzip"),
    DumpFormat("gcmgraph.ttl.gz", "text/turtle", "application/gzip"),
    DumpFormat("added.nq.gz", "application/n-quads", "application/gzip", patch=True),
    DumpFormat("removed.nq.gz", "application/n-quads", "application/gzip", patch=True),
)


@dataclass(frozen=True)
class Dump:
    """A download: where it lies, its size in bytes, its SHA-256 as hexadecimal digits, when it was made."""

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


class Dumps:
    """The downloads in a folder of versions. A digest is computed once: a version never changes."""

    def __init__(self, versions: Path) -> None:
        self._versions = versions
        self._known: dict[tuple[str, str], Dump] = {}
        self._reading = threading.Lock()

    def versions(self) -> list[str]:
        """The names of the versions, newest first."""
        if not self._versions.is_dir():
            return []
        # a version that is being built has its index in `building-…`
        folders = [f for f in self._versions.iterdir() if f.is_dir() and not f.name.startswith("building-")]
        return [f.name for f in sorted(folders, key=lambda f: (-f.stat().st_mtime, f.name))]

    def names(self, version: str) -> str:
        """The names of the files that a version has now: of one made by a change, some come when it is shown already.

        `version` is one of `versions`.
        """
        folder = self._versions / version
        return " ".join(form.name for form in FORMATS if (folder / form.name).is_file())

    def of(self, version: str) -> list[Dump]:
        """The downloads of a version; none where there is no such version."""
        found = (self.find(version, form.name) for form in FORMATS)
        return [dump for dump in found if dump is not None]

    def find(self, version: str, name: str) -> Dump | None:
        """A download by version and file name.

        Both are compared with what there is and never joined to a path before, so no name leads elsewhere.
        """
        form = next((form for form in FORMATS if form.name == name), None)
        if form is None or version not in self.versions():
            return None
        file = self._versions / version / name
        if not file.is_file():  # a version that is no longer kept whole
            return None
        with self._reading:
            if (version, name) not in self._known:
                self._known[version, name] = _dump(version, form, file)
            return self._known[version, name]


def _dump(version: str, form: DumpFormat, file: Path) -> Dump:
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    state = file.stat()
    made = datetime.fromtimestamp(int(state.st_mtime), UTC)
    return Dump(version, form, file, state.st_size, digest, made)
