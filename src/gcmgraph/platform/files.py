"""Files written whole or not at all, locks among processes, faults of disks, and manifests of folders.

A file is written beside its place first, then put there by one rename (POSIX). With `private`, only
the owner can read it. Writers raise `OSError`; callers turn it into errors of their own. A draft is
named `.NAME.PROCESS-RANDOM`, and locked (flock(2)) until it has its final name; the system releases
the lock with the process, however it ends. So an unlocked draft belongs to no process, whatever its
process identifier.

Manifests: sizes and SHA-256 of the files of a folder, recorded when they are written.

    gcmgraph manifest 1
    SHA-256 SIZE PATH
    …
    SHA-256 of the lines above

A manifest is a file `MANIFEST` in the folder; paths are relative to it. A new file is written first
and recorded afterwards, so a file that is not recorded is no damage (the process may have been
killed in between). A file that is removed is taken off the list before. So a listed file that is
missing or has another state is damaged.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import shutil
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, BinaryIO

#: Permissions of new files and folders, before those that the process masks; the second of each is
#: private.
_FILE, _FOLDER = (0o666, 0o600), (0o777, 0o700)


def write_file(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file in place of an earlier one."""
    with writing(path, private=private) as file:
        file.write(data)


@contextmanager
def writing(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write, which is put at `path` when the block ends without an error."""
    draft = _draft(path)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with os.fdopen(os.open(draft, flags, _FILE[private]), "wb") as file:
            with suppress(
                OSError
            ):  # a file system without locks, on which no draft is taken for abandoned either
                fcntl.flock(file.fileno(), fcntl.LOCK_EX)
            yield file
            file.flush()
            draft.replace(path)
    finally:
        with suppress(OSError):  # its folder is missing
            draft.unlink()


def make_folder(folder: Path, *, private: bool = False) -> None:
    """Make a lasting folder, and those above it, which are not private.

    Raises `NotADirectoryError` where one of them is a file.
    """
    if not folder.is_dir():
        make_folder(folder.parent)
        try:
            folder.mkdir(_FOLDER[private], exist_ok=True)
        except FileExistsError as error:
            raise NotADirectoryError(error.errno, "Not a directory", str(folder)) from error
        force_folder(folder.parent)


def force_tree(folder: Path) -> None:
    """Force the files below a folder to the disk, and the names of all; links are not followed."""
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError), (Path(path) / name).open("rb") as file:
                os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            force_folder(Path(path))


def write_link(path: Path, target: Path) -> None:
    """Write a symbolic link in place of an earlier one."""
    draft = _draft(path)
    try:
        draft.symlink_to(target)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}")


def force_folder(folder: Path) -> None:
    """Force the names in a folder to the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


# ---------------------------------------------------------------------------------------------------------------- locks

#: Seconds between two attempts.
POLL_INTERVAL = 0.05


def locked(file: IO[str] | int, wait: float = 0.0) -> bool:
    """Lock an open file or descriptor until it is closed; False where another still holds it after `wait` seconds."""
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(POLL_INTERVAL)
        else:
            return True


# ------------------------------------------------------------------------------------------------------------ leftovers

#: Names of drafts (`writing`).
_DRAFT = re.compile(r"\..+\.[0-9]+-[0-9a-f]{8}")

#: Permissions of others than the owner.
_OTHERS = 0o077


def remove_drafts(folder: Path) -> None:
    """Remove the drafts below a folder that no process writes."""
    for path, folders, names in os.walk(folder):
        drafts = [name for name in (*folders, *names) if _DRAFT.fullmatch(name)]
        folders[:] = [name for name in folders if name not in drafts]
        for name in drafts:
            with suppress(OSError):  # it has its final name, or cannot be locked
                _remove(Path(path, name))


def _remove(draft: Path) -> None:
    if draft.is_symlink():  # written and renamed at once; it cannot be locked
        draft.unlink()
        return
    opened = os.open(draft, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        if locked(opened):
            if draft.is_dir():
                shutil.rmtree(draft, ignore_errors=True)
            else:
                draft.unlink(missing_ok=True)
    finally:
        os.close(opened)


def tighten(folder: Path) -> None:
    """Let only the owner read the files below a folder, and itself.

    Files of other owners are left as they are.
    """
    for path, _, names in os.walk(folder):
        for file in (path, *(f"{path}/{name}" for name in names)):
            with suppress(OSError):
                state = os.lstat(file)
                if (
                    state.st_mode & _OTHERS
                    and state.st_uid == os.geteuid()
                    and not stat.S_ISLNK(state.st_mode)
                ):
                    os.chmod(file, state.st_mode & 0o7700)  # noqa: PTH101 - by path of many files


# --------------------------------------------------------------------------------------------------------------- faults

#: Errors of a full or read-only disk, of quotas and permissions, of a disk that fails, and of too
#: many open files.
_ERRORS = (
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM),
    *(errno.EIO, errno.EFBIG, errno.EMFILE, errno.ENFILE),
)

#: Texts of such errors in the messages of the engine, and of SQLite
#: (https://www.sqlite.org/rescode.html).
_TEXTS = {os.strerror(number): number for number in _ERRORS} | {
    "database or disk is full": errno.ENOSPC,
    "unable to open database file": errno.EACCES,
    "attempt to write a readonly database": errno.EROFS,
    "disk I/O error": errno.EIO,
}


def disk_fault(error: BaseException) -> str | None:
    """The reason in a few words where an error, or its cause, is a fault of the disk or of permissions; else None."""
    if isinstance(error, OSError) and error.errno in _ERRORS:
        return os.strerror(error.errno)
    if isinstance(error, OSError | RuntimeError) or type(error).__module__ == "sqlite3":
        text = str(error)
        return next(
            (os.strerror(number) for known, number in _TEXTS.items() if known in text), None
        )
    return disk_fault(error.__cause__) if error.__cause__ is not None else None


#: Name of the file. It sorts before names in lower case: `tar --sort=name` reads a manifest before
#: the files that it lists, so that a backup of a folder in use has files that are not listed, and
#: lists none that is missing.
MANIFEST = "MANIFEST"

_HEAD = "gcmgraph manifest 1"


class DamagedManifestError(ValueError):
    """A manifest that differs from its own checksum, or that has another format."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The recorded state of a file."""

    size: int
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> Recorded:
        """The state of a file with these bytes."""
        return cls(len(data), hashlib.sha256(data).hexdigest())

    @classmethod
    def of_file(cls, file: Path) -> Recorded:
        """The present state of a file. Raises `OSError`."""
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
            return cls(os.fstat(opened.fileno()).st_size, digest)


#: Path to the recorded state of the file.
Entries = Mapping[str, Recorded]


def serialize_manifest(entries: Entries) -> bytes:
    """The bytes of a manifest."""
    lines = [
        _HEAD,
        *(f"{entries[path].sha256} {entries[path].size} {path}" for path in sorted(entries)),
    ]
    listed = "".join(f"{line}\n" for line in lines).encode()
    return listed + f"{hashlib.sha256(listed).hexdigest()}\n".encode()


def parse_manifest(data: bytes) -> dict[str, Recorded]:
    """The entries of a manifest. Raises `DamagedManifestError`."""
    listed, check = data[:-65], data[-65:]
    if check != f"{hashlib.sha256(listed).hexdigest()}\n".encode():
        raise DamagedManifestError("it differs from its own checksum")
    head, *lines = listed.decode().splitlines()
    if head != _HEAD:
        raise DamagedManifestError(f"its format is '{head[:40]}'")
    entries: dict[str, Recorded] = {}
    for line in lines:
        digest, size, path = line.split(" ", 2)
        entries[path] = Recorded(int(size), digest)
    return entries


def read_manifest(folder: Path) -> dict[str, Recorded] | None:
    """The entries of the manifest of a folder; None where there is none.

    Raises `DamagedManifestError`, `OSError`.
    """
    try:
        return parse_manifest((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None


def write_manifest(folder: Path, entries: Entries) -> None:
    """Write the manifest of a folder in place of an earlier one. Raises `OSError`."""
    write_file(folder / MANIFEST, serialize_manifest(entries))


def record(folder: Path, states: Mapping[str, Recorded | None]) -> None:
    """Change entries of the manifest of a folder; None removes one.

    Nothing where there is no whole manifest.

    Raises `OSError`.
    """
    with _alone(folder):
        try:
            before = read_manifest(folder)
        except DamagedManifestError:  # reported by `gcmgraph verify`
            return
        if before is None:
            return
        after = {path: state for path, state in {**before, **states}.items() if state is not None}
        if after != before:
            write_manifest(folder, after)


@contextmanager
def same_time(folder: Path) -> Iterator[None]:
    """Leave the time of a folder as it is."""
    made = folder.stat()
    try:
        yield
    finally:
        os.utime(folder, ns=(made.st_atime_ns, made.st_mtime_ns))


def files_below(folder: Path, covers: Callable[[str], bool] = lambda _: True) -> list[str]:
    """The paths of the files below a folder, without drafts, manifests, and those that are not covered."""
    found = []
    for path, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        start = "" if Path(path) == folder else f"{Path(path).relative_to(folder).as_posix()}/"
        found += [
            f"{start}{name}" for name in names if not name.startswith(".") and name != MANIFEST
        ]
    return sorted(path for path in found if covers(path))


def states_of(folder: Path, paths: Iterable[str]) -> dict[str, Recorded]:
    """The present states of files of a folder. Raises `OSError`."""
    return {path: Recorded.of_file(folder / path) for path in paths}


def flaw(file: Path, state: Recorded, *, whole: bool = True) -> str | None:
    """The difference of a file from its recorded state, as the end of a sentence; None where there is none.

    Without `whole`, only its size is examined. The digest of a file is computed once for each of
    its states on disk (inode, size, time of change).
    """
    try:
        found = file.stat()
        if found.st_size != state.size:
            return f"has {found.st_size:,} bytes instead of {state.size:,}"
        if whole and _digest(file, found.st_ino, found.st_size, found.st_mtime_ns) != state.sha256:
            return "differs from its recorded SHA-256"
    except (FileNotFoundError, NotADirectoryError):
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return None


def flaw_of_bytes(data: bytes, state: Recorded) -> str | None:
    """As `flaw`, for bytes that were read."""
    if len(data) != state.size:
        return f"has {len(data):,} bytes instead of {state.size:,}"
    return None if Recorded.of(data) == state else "differs from its recorded SHA-256"


def recorded(folder: Path, path: str) -> Recorded | None:
    """The recorded state of a file; None where it, or the folder, has no (whole) record."""
    with suppress(OSError, DamagedManifestError):
        return (read_manifest(folder) or {}).get(path)
    return None


def flaw_of(folder: Path, path: str, *, whole: bool = True) -> str | None:
    """The difference of a file from its record; None where there is none, or no record of it."""
    state = recorded(folder, path)
    return flaw(folder / path, state, whole=whole) if state else None


@lru_cache(maxsize=4_096)
def _digest(file: Path, inode: int, size: int, changed: int) -> str:
    return Recorded.of_file(file).sha256


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Exclude other threads and processes that record files of this folder."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # a file system without locks of folders
            fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
