"""A version made from the current one in time proportional to the change.

The index shares the files that do not change; of the dump, the changed lines are replaced.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.platform.errors import StoreError
from gcmgraph.rdf.canonical import UnfitError, write_changed
from gcmgraph.store.port import Change, Store
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.stores import change_index, copy_index, remove_logs
from gcmgraph.store.version_files import DUMP, INDEX, require_whole, version_name


@dataclass(frozen=True)
class EarlierVersion:
    """The version that a new one follows: its folder, its store, and the change that leads to the new one."""

    folder: Path
    store: Store
    change: Change


@dataclass(frozen=True)
class ChangedVersion:
    """A new version before it becomes current: its name, its folder, and the version that was changed."""

    name: str
    folder: Path
    earlier: EarlierVersion


#: Returns, while the folder is locked, the change of the current version.
MakeChange = Callable[[Store], Change]
#: Writes the other files of a new version into its folder.
WriteFiles = Callable[[ChangedVersion], None]


def change_version(
    folder: StoreFolder, make_change: MakeChange, write_files: WriteFiles, *, wait: float = 0.0
) -> tuple[str, Change]:
    """Publish the current version with a change: the name of the new one, and the change.

    Without a change, the version stays. All or nothing. Raises `StoreError` where nothing was built
    yet, where another process is still writing after `wait` seconds, and where the dump differs
    from the index.
    """
    with folder.writing(wait):
        return apply_change(folder, make_change, write_files)


def apply_change(
    folder: StoreFolder, make_change: MakeChange, write_files: WriteFiles
) -> tuple[str, Change]:
    """As `change_version`. To be used while `writing`."""
    before = folder.current_folder()
    store = Store.open(before / INDEX)
    change = make_change(store)
    if not change:
        return before.name, change
    with folder.draft("change") as draft:
        digest = _write_dump(before, draft, change)
        version = version_name(digest)
        copy_index(before / INDEX, draft / INDEX)
        change_index(draft / INDEX, change)
        earlier = EarlierVersion(before, store, change)
        write_files(ChangedVersion(version, draft, earlier))
        remove_logs(before / INDEX)
        remove_logs(draft / INDEX)
        folder.publish_draft(draft, version, before)
    return version, change


def _write_dump(before: Path, draft: Path, change: Change) -> str:
    """The SHA-256 of the dump of the new version. Raises `StoreError`."""
    try:
        require_whole(before / DUMP)
        return write_changed(
            before / DUMP, draft / DUMP, removed=change.removed, added=change.added
        )
    except (UnfitError, FileNotFoundError) as error:
        raise StoreError(
            f"The version {before.name} was made by an older release, or its dump is damaged.",
            hint="Run 'gcmgraph build', which shows every decision, too.",
        ) from error
