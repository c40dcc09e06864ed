"""A dataset version made from the one before it, in time that goes with the change.

The index is taken over file by file: the engine never changes a table file (`*.sst`) that it has written, so these
are linked, and only its small files are copied. The dump is changed in place of the lines concerned.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.errors import StoreError
from gcmgraph.rdfio.canonical_change import UnfitError, write_changed
from gcmgraph.store.change import Change
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.versions.folder import DUMP, StoreFolder, require_whole, version_name

__all__ = ["DUMP", "Asked", "Beside", "ChangedVersion", "change_version"]

#: Told, while the folder is locked, what is to change in the current version.
Asked = Callable[[EmbeddedStore], Change]


@dataclass(frozen=True)
class ChangedVersion:
    """A new version before it becomes current: its name, its folder, the change, and both indexes to read."""

    name: str
    folder: Path
    change: Change
    after: EmbeddedStore
    #: the version that was changed
    before: EmbeddedStore
    before_folder: Path


#: Writes the other files of a new version into its folder.
Beside = Callable[[ChangedVersion], None]


def change_version(folder: StoreFolder, asked: Asked, beside: Beside, *, wait: float = 0.0) -> tuple[str, Change]:
    """Make the current version, changed, the current one: the name of the new one, and the change.

    Where nothing is to change, the version stays. All or nothing. Raises `StoreError` where nothing was built yet,
    where another process still writes after `wait` seconds, and where the dump does not say what the index says.
    """
    with folder.writing(wait):
        before = folder.current_folder()
        store = EmbeddedStore.open(before / "index", read_only=True)
        change = asked(store)
        if not change:
            return before.name, change
        with folder.draft("change") as draft:
            version = version_name(_write_dump(before, draft, change))
            _take_over(before / "index", draft / "index")
            index = EmbeddedStore.open(draft / "index")
            index.change(change)
            index.close()
            after = EmbeddedStore.open(draft / "index", read_only=True)
            beside(ChangedVersion(version, draft, change, after, store, before))
            folder.publish_draft(draft, version)
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


def _take_over(old: Path, new: Path) -> None:
    """A copy of a store that nobody writes to; it shares the files that never change."""
    new.mkdir()
    for file in old.iterdir():
        if file.suffix == ".sst":
            os.link(file, new / file.name)
        elif file.name != "LOCK":
            shutil.copyfile(file, new / file.name)
