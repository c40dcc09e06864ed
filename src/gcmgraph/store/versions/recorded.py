"""Manifests of dataset versions (`files.manifest`).

    STORE/versions/<version>/MANIFEST  the files of a version

Files of a version of an older release have no record; a build records those of the current one. The time of a version's
folder orders the versions, so it stays when a manifest is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from gcmgraph.errors import DamagedFileError
from gcmgraph.files.manifest import (
    MANIFEST,
    DamagedManifestError,
    Entries,
    Recorded,
    files_below,
    flaw_of,
    flaw_of_bytes,
    read_manifest,
    record,
    recorded,
    same_time,
    states_of,
    write_manifest,
)

#: The hint for a damaged file beside a version.
REPAIR = "Run 'gcmgraph build'; a file of an older version is restored from a backup."

#: Files that the engine writes when it opens an index to read, and one of an older release.
_NOT_RECORDED = re.compile(r"index/LO(?:CK|G.*)|answers/done")

#: Folder of the index beside the other files of a version.
INDEX = "index"


def is_recorded(path: str) -> bool:
    """Whether the manifest of a version lists a file, by its path."""
    return not _NOT_RECORDED.fullmatch(path)


def version_folders(store: Path) -> Iterator[Path]:
    """The folders of the versions of a store."""
    with suppress(FileNotFoundError, NotADirectoryError):
        for folder in sorted((store / "versions").iterdir()):
            if folder.is_dir() and not folder.name.startswith("building-"):
                yield folder


def record_draft(folder: Path, digests: Mapping[str, str], before: Path | None = None) -> None:
    """Write the manifest of a version that is complete and not published yet. Raises `OSError`.

    `digests` are known SHA-256 by path. Files that are shared with the version `before` have the record there.
    """
    shared = entries_of(before) or {} if before is not None else {}
    entries: dict[str, tuple[Recorded, ...]] = {}
    for path in files_below(folder, is_recorded):
        file = folder / path
        if path in digests:
            entries[path] = (Recorded(file.stat().st_size, digests[path]),)
        elif before is not None and path in shared and _is_shared(file, before / path):
            entries[path] = shared[path]
        else:
            entries[path] = (Recorded.of_file(file),)
    write_manifest(folder, entries)


def _is_shared(file: Path, other: Path) -> bool:
    with suppress(OSError):  # the other is missing
        return file.samefile(other)
    return False


def record_files(folder: Path, paths: Iterable[str]) -> None:
    """Record the present states of files of a published version, if it has a manifest. Raises `OSError`."""
    if (folder / MANIFEST).exists():
        with same_time(folder):
            record(folder, states_of(folder, paths))


def entries_of(folder: Path) -> Entries | None:
    """The record of a version; None where it has none that is whole."""
    with suppress(DamagedManifestError):
        return read_manifest(folder)
    return None


def require_intact(folder: Path, path: str) -> None:
    """Raise `DamagedFileError` where a file of a version differs from its record."""
    if flaw := flaw_of(folder, path):
        raise _damaged(folder, path, flaw)


def read_intact(folder: Path, path: str) -> bytes | None:
    """The bytes of a file of a version; None where there is none. Raises `DamagedFileError`, `OSError`."""
    states = recorded(folder, path)
    try:
        data = (folder / path).read_bytes()
    except FileNotFoundError:
        data = None
    if states and (flaw := "is missing" if data is None else flaw_of_bytes(data, states)):
        raise _damaged(folder, path, flaw)
    return data


def _damaged(folder: Path, path: str, flaw: str) -> DamagedFileError:
    return DamagedFileError(f"The file {path} of the version {folder.name} is damaged: it {flaw}.", hint=REPAIR)
