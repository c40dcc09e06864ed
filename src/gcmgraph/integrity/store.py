"""Verification of the store: dataset versions, and the link to the current one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from gcmgraph.errors import StoreError
from gcmgraph.files.atomic import write_file
from gcmgraph.files.manifest import (
    MANIFEST,
    files_below,
    record,
    same_time,
    serialize_manifest,
    states_of,
    write_manifest,
)
from gcmgraph.integrity.findings import REPAIR, Findings
from gcmgraph.integrity.folders import BEGUN, manifest_of, verify_files
from gcmgraph.store.versions.folder import DUMP, StoreFolder, require_whole
from gcmgraph.store.versions.recorded import INDEX, is_recorded, version_folders

#: The name of the link to the current version.
CURRENT = "current"


def verify_store(store: Path, found: Findings) -> None:
    """Verify the files of all versions of a store; without `whole`, those of the current one."""
    if not (store / "versions").is_dir():
        return
    current = StoreFolder(store).current_version()
    folders = list(version_folders(store))
    if folders and (current is None or not (store / "versions" / current / INDEX).is_dir()):
        found.add(store, CURRENT, "names no version with an index", f"{REPAIR} Or run 'gcmgraph build'.")
    older = _is_older(store, folders)
    if manifest_of(store, found) is None and not older and not (store / MANIFEST).exists():
        found.add(store, MANIFEST, "is missing", REPAIR)
    if older and found.whole:
        take_over(store, folders, found)
        older = not (store / MANIFEST).exists()
    for folder in folders if found.whole else [folder for folder in folders if folder.name == current]:
        with suppress(FileNotFoundError):  # it was removed meanwhile
            _verify_version(folder, found, older=older, current=folder.name == current)


def _is_older(store: Path, folders: list[Path]) -> bool:
    """Whether a store was written by an older release, or its files are being recorded."""
    if (store / MANIFEST).exists():
        return False
    return (store / BEGUN).exists() or not all((folder / MANIFEST).exists() for folder in folders)


def take_over(store: Path, folders: list[Path], found: Findings) -> None:
    """Write the manifests of a store of an older release."""
    count = 0
    try:
        write_file(store / BEGUN, serialize_manifest({}))
        for folder in folders:
            if not (folder / MANIFEST).exists():
                count += record_version(folder)
        (store / BEGUN).replace(store / MANIFEST)
    except OSError as error:
        found.add(store, MANIFEST, f"cannot be written: {error.strerror}", REPAIR)
        return
    found.note_taken_over(store, count)


def record_version(folder: Path) -> int:
    """Write the manifest of a version, with the dump that its name requires; return the number of its files."""
    states = states_of(folder, files_below(folder, is_recorded))
    try:
        require_whole(folder / DUMP)
    except (StoreError, OSError):
        states.pop(DUMP, None)  # reported by its name, or not there
    with same_time(folder):
        write_manifest(folder, states)
    return len(states)


def _verify_version(folder: Path, found: Findings, *, older: bool, current: bool) -> None:
    entries = manifest_of(folder, found)
    if entries is None:
        if not older and not (folder / MANIFEST).exists():
            found.add(folder, MANIFEST, "is missing", REPAIR)
        return
    remedy = f"{REPAIR} Or run 'gcmgraph build'." if current else REPAIR
    verify_files(folder, entries, found, lambda _: remedy, _is_adopted)
    if DUMP not in entries and found.whole and (folder / DUMP).exists():
        try:
            require_whole(folder / DUMP)
        except StoreError:
            found.add(folder, DUMP, "differs from the name of its version", remedy)
        else:
            with same_time(folder):
                record(folder, states_of(folder, [DUMP]))


def _is_adopted(path: str) -> bool:
    """Whether a file without a record is recorded as it is: not a dump, whose digest is known."""
    return is_recorded(path) and path != DUMP
