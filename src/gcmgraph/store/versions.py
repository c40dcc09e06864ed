"""Versions of a dataset in a folder, and the files of one, which are renewed where they are missing or damaged.

    STORE/versions/<version>/MANIFEST  the files of a version

Files of a version of an older release have no record; a build records those of the current one. The
time of a version's folder orders the versions, so it stays when a manifest is written.

Store folder: dataset versions side by side, one of them current, made anew or from the one before.

    STORE/current              a symbolic link to versions/<version>
    STORE/order                names of the versions in the order of their making, the oldest first
    STORE/versions/<version>/  one pyoxigraph store (`index/`), the dumps that belong to it, and a manifest

A version is built beside the others and becomes current by one rename, so a reader sees the old
state or the new one, never a part. A crash leaves at most a `building-…` folder, which the next
build removes. The current version and the one before it are whole. Of older ones up to the number
to keep, the compressed dump and the files of their changes remain, of all others the files of their
changes: each decision would add a copy of the dataset otherwise.

A version can be made from the one before it in time proportional to the change: the engine never
changes a table file (`*.sst`) of an index, so these are linked and only the small files are copied,
without logs and options, which the engine writes at each opening. Of the dump, the changed lines
are replaced.
"""

from __future__ import annotations

import filecmp
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.platform.errors import DamagedFileError, StoreError, UnwritableError, faults_of_files
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
from gcmgraph.platform.files import disk_fault, locked, same_time, write_file, write_link
from gcmgraph.rdf.canonical import UnfitError, write_changed
from gcmgraph.rdf.terms import Quad
from gcmgraph.store.port import Change, Store
from gcmgraph.store.stores import change_index, write_index

#: The hint for a damaged file beside a version.
REPAIR = "Run 'gcmgraph build'; a file of an older version is restored from a backup."

#: Files that the engine writes when it opens an index to read, one of an older release, and one
#: that changes while the version does not (`publication.versions.derivation`).
_NOT_RECORDED = re.compile(r"index/LO(?:CK|G.*)|answers/done|derivation\.json")

#: Folder of the index beside the other files of a version.
INDEX = "index"


def is_recorded(path: str) -> bool:
    """Whether the manifest of a version lists a file, by its path."""
    return not _NOT_RECORDED.fullmatch(path)


def version_folders(store: Path) -> Iterator[Path]:
    """The folders of the versions of a store, without those that are being built (`building-…`)."""
    names: list[str] = []
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(store / "versions") as entries:
        names += [
            entry.name
            for entry in entries
            if entry.is_dir() and not entry.name.startswith("building-")
        ]
    yield from (store / "versions" / name for name in sorted(names))


def record_draft(folder: Path, before: Path | None = None) -> None:
    """Write the manifest of a version that is complete and not published yet. Raises `OSError`.

    Files that are shared with the version `before` have the record there, also where they were
    damaged since.
    """
    shared = (entries_of(before) if before else None) or {}
    paths = files_below(folder, is_recorded)
    linked = {
        path
        for path in paths
        if before and path in shared and _is_shared(folder / path, before / path)
    }
    write_manifest(
        folder,
        {
            path: shared[path] if path in linked else Recorded.of_file(folder / path)
            for path in paths
        },
    )


def _is_shared(file: Path, other: Path) -> bool:
    with suppress(OSError):  # the other is missing
        return file.samefile(other)
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
    if flaw := flaw_of(folder, path):
        raise _damaged(folder, path, flaw)


def read_intact(folder: Path, path: str) -> bytes | None:
    """The bytes of a file of a version; None where there is none.

    Raises `DamagedFileError`, `OSError`.
    """
    state = recorded(folder, path)
    try:
        data = (folder / path).read_bytes()
    except FileNotFoundError:
        data = None
    if state and (flaw := "is missing" if data is None else flaw_of_bytes(data, state)):
        raise _damaged(folder, path, flaw)
    return data


def _damaged(folder: Path, path: str, flaw: str) -> DamagedFileError:
    return DamagedFileError(
        f"The file {path} of the version {folder.name} is damaged: it {flaw}.", hint=REPAIR
    )


def renew(target: Path, made: Path) -> None:
    """Replace the files of the version in `target` that are missing or damaged by those that were `made`.

    Files without a record are replaced, except those that remain of every version; a dump, only if
    it differs. An index is replaced as a whole, also where nothing is recorded: after a power
    failure, it may be in parts. A damaged file that was not made is removed. Raises `OSError`.
    """
    record_of, new = entries_of(target), entries_of(made) or {}
    known = record_of or {}
    stale = [path for path in new if _is_stale(target, made, path, known)]
    flawed = (
        path for path in known if path.startswith(f"{INDEX}/") and flaw(target / path, known[path])
    )
    if any(path.startswith(f"{INDEX}/") for path in stale) or any(flawed):
        replace_index(target, made)
        known = entries_of(target) or {}
    files = {path: new[path] for path in stale if not path.startswith(f"{INDEX}/")}
    record(target, files)  # what is replaced was missing or damaged, and is until it has this state
    for path in files:
        (target / path).parent.mkdir(exist_ok=True)
        (made / path).replace(target / path)
    damaged = [
        path for path, state in known.items() if path not in new and flaw(target / path, state)
    ]
    record(target, dict.fromkeys(damaged))
    for path in damaged:
        (target / path).unlink(missing_ok=True)
    if record_of is None:
        write_manifest(target, states_of(target, files_below(target, is_recorded)))


def _is_stale(target: Path, made: Path, path: str, known: Entries) -> bool:
    file = target / path
    if path in known:
        return flaw(file, known[path]) is not None
    if path.startswith(f"{INDEX}/"):  # names of its files differ from index to index
        return not known or not (target / INDEX).exists()
    if not file.exists():
        return True
    if path == DUMP:
        return not filecmp.cmp(file, made / path, shallow=False)
    return path not in _STAYING


def replace_index(target: Path, made: Path) -> None:
    """Exchange the index of a version for that of a recorded draft.

    Readers have the files of the old one open.

    Raises `OSError`.
    """
    old, new = entries_of(target) or {}, entries_of(made) or {}
    record(target, {path: None for path in old if path.startswith(f"{INDEX}/")})
    if (target / INDEX).exists():
        (target / INDEX).rename(made / "replaced-index")
    (made / INDEX).rename(target / INDEX)
    record(target, {path: state for path, state in new.items() if path.startswith(f"{INDEX}/")})


def newest_first(versions: Path, names: Iterable[str]) -> list[str]:
    """Names of versions below a folder, the newest first; those that are missing are left out."""
    rank = {name: number for number, name in enumerate(_order(versions))}
    found = []
    for name in names:
        with suppress(OSError):  # removed meanwhile
            found.append((-rank.get(name, -1), -(versions / name).stat().st_mtime, name))
    return [name for *_, name in sorted(found)]


def _add_to_order(versions: Path, name: str) -> None:
    """Add a new version as the newest one.

    To be used while the store is locked for writing. Raises `OSError`.
    """
    known = _order(versions)
    if name in known:
        return
    others = [
        folder.name
        for folder in versions.iterdir()
        if folder.is_dir() and not folder.name.startswith("building")
    ]
    earlier = [other for other in reversed(newest_first(versions, others)) if other not in known]
    write_file(
        versions.parent / ORDER, "".join(f"{one}\n" for one in (*earlier, *known, name)).encode()
    )


def _order(versions: Path) -> list[str]:
    try:
        return (versions.parent / ORDER).read_text("utf-8", "replace").split()
    except OSError:
        return []


#: File in a store with the names of its versions in the order of their making.
ORDER = "order"

#: The canonical N-Quads of a version, beside its index.
DUMP = "gcmgraph.nq"

#: The changes of a version, beside its index.
CHANGES = "changes.json"

#: The compressed dump of a version, the one download that remains when the version is no longer
#: whole.
PACKED_DUMP = f"{DUMP}.gz"

#: Files that remain of every version.
_STAYING = frozenset({CHANGES, "added.nq.gz", "removed.nq.gz", MANIFEST})

#: Versions that are whole: the current one, and the one before it, whose files readers may still
#: open by name.
_WHOLE = 2


def version_name(digest: str) -> str:
    """The name of the version whose canonical N-Quads have this SHA-256 (hex): the same content, the same name."""
    return digest[:16]


#: Names that `version_name` returns; those of other software do not depend on the content of the
#: version.
_DIGEST = re.compile("[0-9a-f]{16}")


def require_whole(dump: Path) -> None:
    """Raise `StoreError` where the digest of a dump is not the name of its version.

    `OSError` where there is none.
    """
    version = dump.parent.name
    if not _DIGEST.fullmatch(version):
        require_intact(dump.parent, dump.name)
    with dump.open("rb") as file:
        if (
            _DIGEST.fullmatch(version)
            and version_name(hashlib.file_digest(file, "sha256").hexdigest()) != version
        ):
            raise StoreError(
                f"The dump of the version {version} is damaged.",
                hint="Run 'gcmgraph build', which writes it anew.",
            )


@dataclass(frozen=True)
class OpenedVersion:
    """A dataset version to read from."""

    version: str
    store: Store
    #: the folder that query processes open
    index: Path


#: Adds the files of a version that are made from the store in its folder.
Complete = Callable[[Path], None]


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
        """See `Dataset.current_state`: the version's name, and the time of the last change of its folder."""
        version = self.current_version()
        try:
            return version and f"{version} {self._current.stat().st_mtime_ns}"
        except OSError:
            return version

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
        return Store.open(self.current_folder() / "index")

    def open_version(self) -> OpenedVersion:
        """The current version, read-only, with its name.

        `StoreError` where nothing was built yet.
        """
        folder = self.current_folder()
        return OpenedVersion(folder.name, Store.open(folder / "index"), folder / "index")

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
        with self.draft(version) as place:
            for name, content in files.items():
                (place / name).write_bytes(content)
            write_index(place / "index", quads, place / DUMP if DUMP in files else None)
            complete(place)
            self.publish_draft(place, version)

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
        if target.exists() and (target / "index").exists():
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
        folders = [folder for folder in version_folders(self.path) if _has_dataset(folder)]
        return [
            self._versions / name
            for name in newest_first(self._versions, [folder.name for folder in folders])
        ]

    def _thin_out(self, names: Iterable[str]) -> None:
        """Remove the files that do not remain of these versions, which include all that have a dump or an index.

        Readers of a removed file have it open.
        """
        current = self.current_version()
        older = newest_first(self._versions, (name for name in names if name != current))
        for rank, name in enumerate(older, start=1):
            folder = self._versions / name
            if self._keep and rank >= self._keep:
                _thin(folder, _STAYING)
            elif (
                rank >= _WHOLE or not (folder / "index").exists()
            ):  # a writer was killed while it removed it
                packed = recorded(folder, PACKED_DUMP) and not flaw_of(folder, PACKED_DUMP)
                _thin(folder, _STAYING | {PACKED_DUMP, *([] if packed else [DUMP])})


def _has_dataset(folder: Path) -> bool:
    return any((folder / name).exists() for name in ("index", PACKED_DUMP, DUMP))


def _thin(folder: Path, staying: frozenset[str]) -> None:
    """Remove the other files of a version, the index first, without changing its age."""
    if all(part.name in staying for part in folder.iterdir()):
        return
    with same_time(folder):
        record(folder, {path: None for path in entries_of(folder) or {} if path not in staying})
        shutil.rmtree(folder / "index", ignore_errors=True)
        for part in folder.iterdir():
            if part.is_dir():
                shutil.rmtree(part, ignore_errors=True)
            elif part.name not in staying:
                part.unlink(missing_ok=True)


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
    change = make_change(Store.open(before / "index"))
    if not change:
        return before.name, change
    with folder.draft("change") as draft:
        version = version_name(_write_dump(before, draft, change))
        _take_over(before / "index", draft / "index")
        change_index(draft / "index", change)
        write_files(ChangedVersion(version, draft, before))
        _remove_logs(before / INDEX)
        _remove_logs(draft / INDEX)
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
