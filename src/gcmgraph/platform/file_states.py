"""Sizes and SHA-256 of the files of a folder, recorded in a manifest when they are written.

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

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gcmgraph.platform.files import write_file

#: Name of the file. It sorts before names in lower case: `tar --sort=name` reads a manifest before
#: the files that it lists, so that a backup of a folder in use has files that are not listed, and
#: lists none that is missing.
MANIFEST = "MANIFEST"

_HEAD = "gcmgraph manifest 1"

#: Length of the last line, in bytes: a SHA-256 in hexadecimal digits, and the end of the line.
_CHECK_LENGTH = 65


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
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            return cls(os.fstat(stream.fileno()).st_size, digest)


#: Path to the recorded state of the file.
Entries = Mapping[str, Recorded]


def serialize_manifest(entries: Entries) -> bytes:
    """The bytes of a manifest."""
    lines = [_HEAD]
    lines += (f"{entries[path].sha256} {entries[path].size} {path}" for path in sorted(entries))
    listed = "".join(f"{line}\n" for line in lines).encode()
    return listed + _check_line(listed)


def parse_manifest(data: bytes) -> dict[str, Recorded]:
    """The entries of a manifest. Raises `DamagedManifestError`."""
    listed = data[:-_CHECK_LENGTH]
    if data[-_CHECK_LENGTH:] != _check_line(listed):
        raise DamagedManifestError("it differs from its own checksum")
    head, *lines = listed.decode().splitlines()
    if head != _HEAD:
        raise DamagedManifestError(f"its format is '{head[:40]}'")
    entries: dict[str, Recorded] = {}
    for line in lines:
        digest, size, path = line.split(" ", 2)
        entries[path] = Recorded(int(size), digest)
    return entries


def _check_line(listed: bytes) -> bytes:
    return f"{hashlib.sha256(listed).hexdigest()}\n".encode()


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

    Does nothing where there is no whole manifest. Raises `OSError`.
    """
    with _locked_folder(folder):
        try:
            entries = read_manifest(folder)
        except DamagedManifestError:  # reported by `gcmgraph verify`
            return
        if entries is None:
            return
        changed_entries: dict[str, Recorded | None] = {**entries, **states}
        new_entries = {path: state for path, state in changed_entries.items() if state is not None}
        if new_entries != entries:
            write_manifest(folder, new_entries)


@contextmanager
def _locked_folder(folder: Path) -> Iterator[None]:
    """Exclude other threads and processes that record files of this folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # a file system without locks of folders
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def files_below(folder: Path, covers: Callable[[str], bool] = lambda _: True) -> list[str]:
    """The paths of the files below a folder, sorted and relative to it.

    Without drafts, manifests, and those for which `covers` is false.
    """
    paths = []
    for path, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        relative = Path(path).relative_to(folder)
        for name in names:
            if not name.startswith(".") and name != MANIFEST:
                paths.append((relative / name).as_posix())
    return sorted(path for path in paths if covers(path))


def states_of(folder: Path, paths: Iterable[str]) -> dict[str, Recorded]:
    """The present states of files of a folder. Raises `OSError`."""
    return {path: Recorded.of_file(folder / path) for path in paths}


def flaw(file: Path, state: Recorded, *, whole: bool = True) -> str | None:
    """The difference of a file from its recorded state, as the end of a sentence; None if equal.

    Without `whole`, only its size is examined. The digest of a file is computed once for each of
    its states on disk (inode, size, time of change).
    """
    try:
        status = file.stat()
        if status.st_size != state.size:
            return _other_size(status.st_size, state)
        if not whole:
            return None
        digest = _digest(file, status.st_ino, status.st_size, status.st_mtime_ns)
        return None if digest == state.sha256 else "differs from its recorded SHA-256"
    except (FileNotFoundError, NotADirectoryError):
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def flaw_of_bytes(data: bytes, state: Recorded) -> str | None:
    """The difference of bytes that were read from a recorded state, as in `flaw`."""
    if len(data) != state.size:
        return _other_size(len(data), state)
    return None if Recorded.of(data) == state else "differs from its recorded SHA-256"


def _other_size(size: int, state: Recorded) -> str:
    return f"has {size:,} bytes instead of {state.size:,}"


def recorded(folder: Path, path: str) -> Recorded | None:
    """The recorded state of a file; None where it, or the folder, has no (whole) record."""
    with suppress(OSError, DamagedManifestError):
        return (read_manifest(folder) or {}).get(path)
    return None


def flaw_of(folder: Path, path: str) -> str | None:
    """The difference of a file from its record; None where there is none, or no record of it."""
    state = recorded(folder, path)
    return flaw(folder / path, state) if state else None


@lru_cache(maxsize=4_096)
def _digest(file: Path, inode: int, size: int, changed: int) -> str:
    """The SHA-256 of a file, once for each state on disk; the numbers are keys of the cache."""
    return Recorded.of_file(file).sha256
