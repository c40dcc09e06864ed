"""Files of dataset versions: their manifest (`manifests`), and their renewal where they are missing or damaged.

    STORE/versions/<version>/MANIFEST  the files of a version

Files of a version of an older release have no record; a build records those of the current one. The time of a version's
folder orders the versions, so it stays when a manifest is written.
"""

from __future__ import annotations

import filecmp
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from gcmgraph.errors import DamagedFileError
from gcmgraph.manifests import (
    MANIFEST,
    DamagedManifestError,
    Entries,
    Recorded,
    files_below,
    flaw,
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
    entries: dict[str, Recorded] = {}
    for path in files_below(folder, is_recorded):
        file = folder / path
        if path in digests:
            entries[path] = Recorded(file.stat().st_size, digests[path])
        elif before is not None and path in shared and _is_shared(file, before / path):
            entries[path] = shared[path]
        else:
            entries[path] = Recorded.of_file(file)
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
    state = recorded(folder, path)
    try:
        data = (folder / path).read_bytes()
    except FileNotFoundError:
        data = None
    if state and (flaw := "is missing" if data is None else flaw_of_bytes(data, state)):
        raise _damaged(folder, path, flaw)
    return data


def _damaged(folder: Path, path: str, flaw: str) -> DamagedFileError:
    return DamagedFileError(f"The file {path} of the version {folder.name} is damaged: it {flaw}.", hint=REPAIR)


def renew(target: Path, made: Path, staying: frozenset[str], compared: frozenset[str]) -> None:
    """Replace the files of the version in `target` that are missing or damaged by those that were `made`.

    Files without a record are replaced, except those `staying`; those `compared`, only if they differ. An index is
    replaced as a whole, also where nothing is recorded: after a power failure, it may be in parts. A damaged file that
    was not made is removed. Raises `OSError`.
    """
    record_of, new = entries_of(target), entries_of(made) or {}
    known = record_of or {}
    stale = [path for path in new if _is_stale(target, made, path, known, staying, compared)]
    if any(path.startswith(f"{INDEX}/") for path in (*stale, *_flawed_index(target, known))):
        replace_index(target, made)
        known = entries_of(target) or {}
    files = {path: new[path] for path in stale if not path.startswith(f"{INDEX}/")}
    record(target, files)  # what is replaced was missing or damaged, and is until it has this state
    for path in files:
        (target / path).parent.mkdir(exist_ok=True)
        (made / path).replace(target / path)
    drop(target, [path for path, state in known.items() if path not in new and flaw(target / path, state)])
    if record_of is None:
        write_manifest(target, states_of(target, files_below(target, is_recorded)))


def drop(folder: Path, paths: list[str]) -> None:
    """Remove files of a version and their records. Raises `OSError`."""
    record(folder, dict.fromkeys(paths))
    for path in paths:
        (folder / path).unlink(missing_ok=True)


def _is_stale(
    target: Path, made: Path, path: str, known: Entries, staying: frozenset[str], compared: frozenset[str]
) -> bool:
    file = target / path
    if path in known:
        return flaw(file, known[path]) is not None
    if path.startswith(f"{INDEX}/"):  # names of its files differ from index to index
        return not known or not (target / INDEX).exists()
    if not file.exists():
        return True
    if path in compared:
        return not filecmp.cmp(file, made / path, shallow=False)
    return path not in staying


def _flawed_index(target: Path, known: Entries) -> list[str]:
    return [path for path in known if path.startswith(f"{INDEX}/") and flaw(target / path, known[path])]


def replace_index(target: Path, made: Path) -> None:
    """Exchange the index of a version for that of a recorded draft. Readers have the files of the old one open.

    Raises `OSError`.
    """
    old, new = entries_of(target) or {}, entries_of(made) or {}
    record(target, {path: None for path in old if path.startswith(f"{INDEX}/")})
    if (target / INDEX).exists():
        (target / INDEX).rename(made / "replaced-index")
    (made / INDEX).rename(target / INDEX)
    record(target, {path: state for path, state in new.items() if path.startswith(f"{INDEX}/")})
