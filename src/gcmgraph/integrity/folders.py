"""Files of a folder with a manifest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from gcmgraph.files.manifest import (
    MANIFEST,
    DamagedManifestError,
    Entries,
    files_below,
    flaw,
    read_manifest,
    record,
    same_time,
    states_of,
)
from gcmgraph.integrity.findings import BACKUP, REPAIR, SMALL, Findings

#: In the folder of a ledger or store of an older release, while its files are recorded; then it becomes the manifest.
BEGUN = f"{MANIFEST}.begun"


def manifest_of(folder: Path, found: Findings) -> Entries | None:
    """The entries of a manifest. None where it is missing or damaged; a damaged one is added to `found`."""
    try:
        return read_manifest(folder)
    except DamagedManifestError as error:
        found.add(folder, MANIFEST, f"is damaged: {error}", REPAIR)
    except OSError as error:
        found.add(folder, MANIFEST, f"cannot be read: {error.strerror}", BACKUP)
    return None


def verify_files(
    folder: Path,
    entries: Entries,
    found: Findings,
    remedy: Callable[[str], str],
    covers: Callable[[str], bool] = lambda _: True,
) -> None:
    """Compare the files of a folder with its entries, and record those that have none."""
    for path, states in entries.items():
        found.files += 1
        found.bytes += states[-1].size
        file, whole = folder / path, found.whole or states[-1].size <= SMALL
        if not flaw(file, states, whole=whole):
            continue
        now = _listed(folder).get(path)  # it may have been replaced or removed meanwhile
        if now and (difference := flaw(file, now, whole=whole)):
            found.add(folder, path, difference, remedy(path))
    if found.whole:
        unrecorded = [path for path in files_below(folder, covers) if path not in entries]
        replaced = [path for path, states in entries.items() if len(states) > 1 and not flaw(folder / path, states)]
        if unrecorded or replaced:
            with suppress(OSError), same_time(folder):  # a file was removed meanwhile, or the disk is full
                record(folder, states_of(folder, [*unrecorded, *replaced]))


def _listed(folder: Path) -> Entries:
    with suppress(DamagedManifestError, OSError):
        return read_manifest(folder) or {}
    return {}
