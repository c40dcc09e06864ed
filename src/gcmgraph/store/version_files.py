"""Files of one dataset version: their names, the record of their states, and their renewal.

    STORE/versions/<version>/MANIFEST  the files of a version

Files of a version of an older release have no record; a build records those of the current one. The
time of a version's folder orders the versions, so it stays when a manifest is written.
"""

from __future__ import annotations

import filecmp
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from gcmgraph.platform.errors import DamagedFileError, StoreError
from gcmgraph.platform.file_states import (
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
    states_of,
    write_manifest,
)
from gcmgraph.platform.files import same_time

#: Folder of the index beside the other files of a version.
INDEX = "index"
#: The canonical N-Quads of a version, beside its index.
DUMP = "gcmgraph.nq"
#: The compressed dump of a version, the one download that remains when the version is no longer
#: whole.
PACKED_DUMP = f"{DUMP}.gz"
#: The changes of a version, beside its index.
CHANGES = "changes.json"
#: Files that remain of every version.
REMAINING_FILES = frozenset({CHANGES, "added.nq.gz", "removed.nq.gz", MANIFEST})

#: The hint for a damaged file beside a version.
REPAIR = "Run 'gcmgraph build'; a file of an older version is restored from a backup."

#: Files that the engine writes when it opens an index to read, one of an older release, and one
#: that changes while the version does not (`publication.versions.derivation`).
_NOT_RECORDED = re.compile(r"index/LO(?:CK|G.*)|answers/done|derivation\.json")
#: Names that `version_name` returns; those of other software do not depend on the content of the
#: version.
_DIGEST = re.compile("[0-9a-f]{16}")


def version_name(digest: str) -> str:
    """The name of the version whose canonical N-Quads have this SHA-256 (hex): the same content, the same name.

    >>> version_name("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    'e3b0c44298fc1c14'
    """
    return digest[:16]


def version_folders(store: Path) -> Iterator[Path]:
    """The folders of the versions of a store, without those that are being built (`building-…`)."""
    names: list[str] = []
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(store / "versions") as entries:
        for entry in entries:
            if entry.is_dir() and not entry.name.startswith("building-"):
                names.append(entry.name)
    for name in sorted(names):
        yield store / "versions" / name


def is_recorded(path: str) -> bool:
    """Whether the manifest of a version lists a file, by its path."""
    return not _NOT_RECORDED.fullmatch(path)


def record_draft(folder: Path, before: Path | None = None) -> None:
    """Write the manifest of a version that is complete and not published yet. Raises `OSError`.

    Files that are shared with the version `before` have the record there, also where they were
    damaged since.
    """
    earlier_entries = (entries_of(before) if before else None) or {}
    entries = {}
    for path in files_below(folder, is_recorded):
        file = folder / path
        if before and path in earlier_entries and _is_shared(file, before / path):
            entries[path] = earlier_entries[path]
        else:
            entries[path] = Recorded.of_file(file)
    write_manifest(folder, entries)


def _is_shared(file: Path, earlier_file: Path) -> bool:
    with suppress(OSError):  # the earlier file is missing
        return file.samefile(earlier_file)
    return False


def record_files(folder: Path, paths: Iterable[str]) -> None:
    """Record the present states of files of a published version, if it has a manifest.

    Raises `OSError`.
    """
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
    if damage := flaw_of(folder, path):
        raise _damaged(folder, path, damage)


def read_intact(folder: Path, path: str) -> bytes | None:
    """The bytes of a file of a version; None where there is none.

    Raises `DamagedFileError`, `OSError`.
    """
    state = recorded(folder, path)
    try:
        data = (folder / path).read_bytes()
    except FileNotFoundError:
        data = None
    if state is not None:
        damage = "is missing" if data is None else flaw_of_bytes(data, state)
        if damage:
            raise _damaged(folder, path, damage)
    return data


def _damaged(folder: Path, path: str, damage: str) -> DamagedFileError:
    return DamagedFileError(
        f"The file {path} of the version {folder.name} is damaged: it {damage}.", hint=REPAIR
    )


def require_whole(dump: Path) -> None:
    """Raise `StoreError` where the digest of a dump is not the name of its version.

    `OSError` where there is none.
    """
    version = dump.parent.name
    is_named_by_digest = _DIGEST.fullmatch(version) is not None
    if not is_named_by_digest:
        require_intact(dump.parent, dump.name)
    with dump.open("rb") as file:
        if not is_named_by_digest:
            return
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if version_name(digest) != version:
        raise StoreError(
            f"The dump of the version {version} is damaged.",
            hint="Run 'gcmgraph build', which writes it anew.",
        )


def renew(target: Path, draft: Path) -> None:
    """Replace the files of the version in `target` that are missing or damaged by those of a recorded draft.

    Files without a record are replaced, except those that remain of every version; a dump, only if
    it differs. An index is replaced as a whole, also where nothing is recorded: after a power
    failure, it may be in parts. A damaged file that the draft does not have is removed. Raises
    `OSError`.
    """
    recorded_before = entries_of(target)
    draft_entries = entries_of(draft) or {}
    entries = recorded_before or {}
    stale = [path for path in draft_entries if _is_stale(target, draft, path, entries)]
    if any(map(_is_of_index, stale)) or _has_flawed_index(target, entries):
        replace_index(target, draft)
        entries = entries_of(target) or {}
    stale_files = [path for path in stale if not _is_of_index(path)]
    # what is replaced was missing or damaged, and is until it has this state
    record(target, {path: draft_entries[path] for path in stale_files})
    for path in stale_files:
        (target / path).parent.mkdir(exist_ok=True)
        (draft / path).replace(target / path)
    _remove_damaged(target, {p: state for p, state in entries.items() if p not in draft_entries})
    if recorded_before is None:
        write_manifest(target, states_of(target, files_below(target, is_recorded)))


def _is_of_index(path: str) -> bool:
    return path.startswith(f"{INDEX}/")


def _has_flawed_index(folder: Path, entries: Entries) -> bool:
    return any(flaw(folder / path, entries[path]) for path in entries if _is_of_index(path))


def _remove_damaged(folder: Path, entries: Entries) -> None:
    """Remove the files that differ from their record."""
    damaged = [path for path, state in entries.items() if flaw(folder / path, state)]
    record(folder, dict.fromkeys(damaged))
    for path in damaged:
        (folder / path).unlink(missing_ok=True)


def _is_stale(target: Path, draft: Path, path: str, entries: Entries) -> bool:
    """Whether a file of the draft replaces that of the version; `entries` is the record of the version."""
    file = target / path
    if path in entries:
        return flaw(file, entries[path]) is not None
    if _is_of_index(path):  # names of its files differ from index to index
        return not entries or not (target / INDEX).exists()
    if not file.exists():
        return True
    if path == DUMP:
        return not filecmp.cmp(file, draft / path, shallow=False)
    return path not in REMAINING_FILES


def replace_index(target: Path, draft: Path) -> None:
    """Exchange the index of a version for that of a recorded draft.

    Readers have the files of the old one open.

    Raises `OSError`.
    """
    old_entries = entries_of(target) or {}
    new_entries = entries_of(draft) or {}
    record(target, {path: None for path in old_entries if _is_of_index(path)})
    if (target / INDEX).exists():
        (target / INDEX).rename(draft / "replaced-index")
    (draft / INDEX).rename(target / INDEX)
    record(target, {path: state for path, state in new_entries.items() if _is_of_index(path)})
