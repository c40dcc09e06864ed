"""Store folder: dataset versions side by side, one of them current.

    STORE/current              a symbolic link to versions/<version>
    STORE/order                names of the versions in the order of their making, the oldest first
    STORE/versions/<version>/  one pyoxigraph store (`index/`), the dumps that belong to it, and a manifest

A version is built beside the others and becomes current by one rename, so a reader sees the old
state or the new one, never a part. A crash leaves at most a `building-…` folder, which the next
build removes. The current version and the one before it are whole. Of older ones up to the number
to keep, the compressed dump and the files of their changes remain, of all others the files of their
changes: each decision would add a copy of the dataset otherwise.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.platform.errors import StoreError, UnwritableError, faults_of_files
from gcmgraph.platform.file_states import flaw_of, record, recorded
from gcmgraph.platform.files import disk_fault, locked, same_time, write_file, write_link
from gcmgraph.rdf.terms import Quad
from gcmgraph.store.port import Store
from gcmgraph.store.stores import read_dump, write_index
from gcmgraph.store.version_files import (
    DUMP,
    INDEX,
    PACKED_DUMP,
    REMAINING_FILES,
    entries_of,
    record_draft,
    renew,
    version_folders,
)

#: File in a store with the names of its versions in the order of their making.
ORDER = "order"
#: Versions that are whole: the current one, and the one before it, whose files readers may still
#: open by name.
_WHOLE_VERSIONS = 2

#: Adds the files of a version that are made from the store in its folder.
Complete = Callable[[Path], None]


@dataclass(frozen=True)
class _VersionAge:
    """The age of a version: its position in the order of making, else the time of its folder."""

    position: int
    time: float
    name: str

    def sort_key(self) -> tuple[int, float, str]:
        """The newest first; those without a position last."""
        return (-self.position, -self.time, self.name)


def newest_first(versions: Path, names: Iterable[str]) -> list[str]:
    """Names of versions below a folder, the newest first; those that are missing are left out."""
    positions = {name: position for position, name in enumerate(_order(versions))}
    ages = []
    for name in names:
        with suppress(OSError):  # removed meanwhile
            time = (versions / name).stat().st_mtime
            ages.append(_VersionAge(positions.get(name, -1), time, name))
    return [age.name for age in sorted(ages, key=_VersionAge.sort_key)]


def _add_to_order(versions: Path, name: str) -> None:
    """Add a new version as the newest one.

    To be used while the store is locked for writing. Raises `OSError`.
    """
    order = _order(versions)
    if name in order:
        return
    unordered = [
        folder.name
        for folder in versions.iterdir()
        if folder.is_dir() and not folder.name.startswith("building") and folder.name not in order
    ]
    oldest_first = reversed(newest_first(versions, unordered))
    lines = [f"{version}\n" for version in (*oldest_first, *order, name)]
    write_file(versions.parent / ORDER, "".join(lines).encode())


def _order(versions: Path) -> list[str]:
    try:
        return (versions.parent / ORDER).read_text("utf-8", "replace").split()
    except OSError:
        return []


@dataclass(frozen=True)
class OpenedVersion:
    """A dataset version to read from."""

    version: str
    store: Store
    #: the folder that query processes open
    index: Path


class StoreFolder:
    """The folder of `--store PATH`.

    The dumps of the newest `keep` versions remain; with 0, of all.
    """

    def __init__(self, path: Path, keep: int = 0) -> None:
        self.path = path
        self._keep = keep
        self._versions = path / "versions"
        self._current = path / "current"

    def current_version(self) -> str | None:
        """The name of the current version, or None where nothing was built yet."""
        try:
            return os.readlink(self._current).rpartition("/")[2]  # noqa: PTH115 - called at each request of the server
        except OSError:
            return None

    def current_state(self) -> str | None:
        """The folder of the current version and the time of its last change; None where nothing was built yet.

        It differs when another version is current, or a file was added beside the current one.
        """
        try:
            folder = self._current.stat()
        except OSError:
            return None
        return f"{folder.st_ino} {folder.st_mtime_ns}"

    def current_folder(self) -> Path:
        """The folder of the current version. `StoreError` where nothing was built yet."""
        version = self.current_version()
        folder = self._versions / version if version else None
        if folder is None or not folder.is_dir():
            raise StoreError(
                f"There is no graph in {self.path} yet.", hint="Run 'gcmgraph build' first."
            )
        return folder

    def open_current(self) -> Store:
        """The current version, read-only. `StoreError` where nothing was built yet."""
        return Store.open(self.current_folder() / INDEX)

    def open_version(self) -> OpenedVersion:
        """The current version, read-only, with its name.

        `StoreError` where nothing was built yet.
        """
        folder = self.current_folder()
        index = folder / INDEX
        return OpenedVersion(folder.name, Store.open(index), index)

    def publish(
        self,
        version: str,
        quads: Iterable[Quad],
        files: Mapping[str, bytes],
        complete: Complete = lambda _: None,
    ) -> None:
        """Make these quads the current version, with files beside them. All or nothing.

        Where their dump is among the files, the dump is loaded. `complete` adds the files that are
        made from the store in the folder. `StoreError` where another process is writing.
        """
        with self.writing():
            self.put(version, quads, files, complete)

    def put(
        self,
        version: str,
        quads: Iterable[Quad],
        files: Mapping[str, bytes],
        complete: Complete = lambda _: None,
    ) -> None:
        """As `publish`.

        To be used while `writing`, where the new version follows from the current one.
        """
        with self.draft(version) as draft:
            for name, content in files.items():
                (draft / name).write_bytes(content)
            quads_to_load = read_dump(draft / DUMP) if DUMP in files else quads
            write_index(draft / INDEX, quads_to_load)
            complete(draft)
            self.publish_draft(draft, version)

    @contextmanager
    def draft(self, label: str) -> Iterator[Path]:
        """A folder to build a version in, removed afterwards unless it was published.

        To be used while `writing`.
        """
        folder = self._versions / f"building-{label}-{os.getpid()}"
        try:
            self._versions.mkdir(parents=True, exist_ok=True)
            self._remove_drafts()
            folder.mkdir()
        except OSError as error:
            raise self._unwritable(error.strerror) from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def writing(self, wait: float = 0.0) -> Iterator[None]:
        """Hold the lock of the one writer, after at most `wait` seconds.

        The system releases it with the process.

        `StoreError` where another process is still writing then; `UnwritableError` where the disk
        is full, or a part of the folder cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = (self.path / "lock").open("w")
        except OSError as error:
            raise self._unwritable(error.strerror) from error
        with lock:
            if not locked(lock, wait):
                raise StoreError(
                    f"Another process is writing to the store {self.path}.",
                    hint="Try again when it has ended.",
                )
            try:
                yield
            except Exception as error:
                if reason := disk_fault(error):
                    raise self._unwritable(reason) from error
                raise

    def _unwritable(self, reason: str | None) -> UnwritableError:
        return UnwritableError(f"The store folder {self.path} cannot be written: {reason}.")

    def _remove_drafts(self) -> None:
        for abandoned in self._versions.glob("building-*"):
            shutil.rmtree(abandoned, ignore_errors=True)

    def clear_leftovers(self) -> None:
        """Remove what killed writers left: unfinished versions, and files of versions that were being thinned out.

        Nothing happens while another process writes. Raises `StoreError` where the folder cannot be
        written.
        """
        if not self._versions.is_dir():
            return
        with (
            faults_of_files(StoreError, f"The store folder {self.path} cannot be written"),
            self.writing(),
        ):
            self._remove_drafts()
            self._thin_out([folder.name for folder in version_folders(self.path)])

    def publish_draft(self, folder: Path, version: str, before: Path | None = None) -> None:
        """Make a folder that was built the current version of this name; see `record_draft`.

        A version of equal content stays; its files that are missing or damaged are replaced.
        """
        target = self._versions / version
        record_draft(folder, before)
        _add_to_order(self._versions, version)
        if target.exists() and (target / INDEX).exists():
            renew(target, folder)
            shutil.rmtree(folder)
        else:
            shutil.rmtree(target, ignore_errors=True)  # its remaining files of an earlier build
            folder.rename(target)
        self.make_current(version)

    def make_current(self, version: str) -> None:
        """Make a complete version the current one. To be used while `writing`."""
        write_link(self._current, Path("versions") / version)
        names = [folder.name for folder in version_folders(self.path)]
        self._thin_out([name for name in names if _has_dataset(self._versions / name)])

    def kept_folders(self) -> list[Path]:
        """The folders of the versions that have a dump or an index, the newest first."""
        names = [folder.name for folder in version_folders(self.path) if _has_dataset(folder)]
        return [self._versions / name for name in newest_first(self._versions, names)]

    def _thin_out(self, names: Iterable[str]) -> None:
        """Remove the files that do not remain of these versions, which include all that have a dump or an index.

        Readers of a removed file have it open.
        """
        current = self.current_version()
        older = newest_first(self._versions, (name for name in names if name != current))
        for rank, name in enumerate(older, start=1):
            folder = self._versions / name
            # a writer may have been killed while it removed an index
            is_whole = rank < _WHOLE_VERSIONS and (folder / INDEX).exists()
            if self._keep and rank >= self._keep:
                _thin(folder, REMAINING_FILES)
            elif not is_whole:
                _thin(folder, REMAINING_FILES | _dumps_to_keep(folder))


def _dumps_to_keep(folder: Path) -> set[str]:
    """The compressed dump; where this is not whole, the other one, too."""
    is_packed = recorded(folder, PACKED_DUMP) and not flaw_of(folder, PACKED_DUMP)
    return {PACKED_DUMP} if is_packed else {PACKED_DUMP, DUMP}


def _has_dataset(folder: Path) -> bool:
    return any((folder / name).exists() for name in (INDEX, PACKED_DUMP, DUMP))


def _thin(folder: Path, remaining: frozenset[str]) -> None:
    """Remove the other files of a version, the index first, without changing its age."""
    if all(part.name in remaining for part in folder.iterdir()):
        return
    with same_time(folder):
        entries = entries_of(folder) or {}
        record(folder, {path: None for path in entries if path not in remaining})
        shutil.rmtree(folder / INDEX, ignore_errors=True)
        for part in folder.iterdir():
            if part.is_dir():
                shutil.rmtree(part, ignore_errors=True)
            elif part.name not in remaining:
                part.unlink(missing_ok=True)
