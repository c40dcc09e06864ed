"""Dataset version made from the one before it, in time proportional to the change.

The engine never changes a table file (`*.sst`) of an index, so these are linked and only the small files are copied,
without logs and options, which the engine writes at each opening. Of the dump, the changed lines are replaced.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.errors import StoreError
from gcmgraph.rdfio.canonical_lines import UnfitError, write_changed
from gcmgraph.store.change import Change
from gcmgraph.store.port import Store
from gcmgraph.store.stores import change_index, open_index
from gcmgraph.store.versions.folder import DUMP, StoreFolder, require_whole, version_name
from gcmgraph.store.versions.recorded import INDEX

#: Returns, while the folder is locked, the change of the current version.
MakeChange = Callable[[Store], Change]


@dataclass(frozen=True)
class ChangedVersion:
    """A new version before it becomes current: its name, its folder, and that of the version that was changed."""

    name: str
    folder: Path
    before_folder: Path


#: Writes the other files of a new version into its folder.
WriteFiles = Callable[[ChangedVersion], None]


def change_version(
    folder: StoreFolder, make_change: MakeChange, write_files: WriteFiles, *, wait: float = 0.0
) -> tuple[str, Change]:
    """Publish the current version with a change: the name of the new one, and the change.

    Without a change, the version stays. All or nothing. Raises `StoreError` where nothing was built yet, where another
    process is still writing after `wait` seconds, and where the dump differs from the index.
    """
    with folder.writing(wait):
        return apply_change(folder, make_change, write_files)


def apply_change(folder: StoreFolder, make_change: MakeChange, write_files: WriteFiles) -> tuple[str, Change]:
    """As `change_version`. To be used while `writing`."""
    before = folder.current_folder()
    change = make_change(open_index(before / "index"))
    if not change:
        return before.name, change
    with folder.draft("change") as draft:
        digest = _write_dump(before, draft, change)
        version = version_name(digest)
        _take_over(before / "index", draft / "index")
        change_index(draft / "index", change)
        write_files(ChangedVersion(version, draft, before))
        _remove_logs(before / INDEX)
        _remove_logs(draft / INDEX)
        folder.publish_draft(draft, version, {DUMP: digest}, before)
    return version, change


def _write_dump(before: Path, draft: Path, change: Change) -> str:
    """The SHA-256 of the dump of the new version. Raises `StoreError`."""
    try:
        require_whole(before / DUMP)
        return write_changed(before / DUMP, draft / DUMP, removed=change.removed, added=change.added)
    except (UnfitError, FileNotFoundError) as error:
        raise StoreError(
            f"The version {before.name} was made by an older release, or its dump is damaged.",
            hint="Run 'gcmgraph build', which shows every decision, too.",
        ) from error


def _remove_logs(index: Path) -> None:
    """Remove the logs of an index, one for each opening; those that are written stay open."""
    for log in index.glob("LOG*"):
        with suppress(OSError):
            log.unlink()


def _take_over(old: Path, new: Path) -> None:
    """Copy a store that nobody writes to; the copy shares the files that never change."""
    new.mkdir()
    for file in old.iterdir():
        if file.suffix == ".sst":
            os.link(file, new / file.name)
        elif not file.name.startswith(("LOCK", "LOG", "OPTIONS")):
            shutil.copyfile(file, new / file.name)
