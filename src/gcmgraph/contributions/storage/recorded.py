"""Files of the ledger with their manifests (`files.manifest`).

    LEDGER/MANIFEST           the files of tokens and invitations; an older release has none
    LEDGER/box/ID/MANIFEST    the files of a contribution

A ledger of an older release is readable. The first start of the server, or `gcmgraph verify`, records its files.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from gcmgraph.contributions.errors import DamagedError, ledger_errors
from gcmgraph.contributions.storage.records import RESTORE
from gcmgraph.files.atomic import make_folder, write_file
from gcmgraph.files.manifest import (
    MANIFEST,
    DamagedManifestError,
    Entries,
    Recorded,
    flaw_of_bytes,
    read_manifest,
    record,
    replacing,
    serialize_manifest,
    write_manifest,
)

#: The hint for a manifest, or another file that the others determine.
REPAIR = "Run 'gcmgraph verify --repair'."

_HOW = {"lasting": True, "private": True}


class RecordedFolder:
    """A folder of the ledger, of which each file that is read is compared with its record."""

    def __init__(self, folder: Path, ledger: Path) -> None:
        """Read the manifest. Raises `DamagedError` where it is damaged, or missing though the ledger has records."""
        self.folder = folder
        self.entries: Entries = {}
        try:
            entries = read_manifest(folder)
        except DamagedManifestError as error:
            raise DamagedError(f"{folder / MANIFEST} is damaged: {error}.", hint=REPAIR) from error
        except OSError as error:
            raise DamagedError(f"{folder / MANIFEST} cannot be read: {error.strerror}.", hint=RESTORE) from error
        if entries is not None:
            self.entries = entries
        elif folder != ledger and (ledger / MANIFEST).is_file():
            raise DamagedError(f"{folder / MANIFEST} is missing.", hint=REPAIR)

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises `DamagedError`."""
        file = self.folder / name
        try:
            data = file.read_bytes()
        except FileNotFoundError as error:
            raise DamagedError(f"{file} is missing.", hint=RESTORE) from error
        except OSError as error:
            raise DamagedError(f"{file} cannot be read: {error.strerror}.", hint=RESTORE) from error
        if name in self.entries and (flaw := flaw_of_bytes(data, self.entries[name])):
            raise DamagedError(f"{file} is damaged: it {flaw}.", hint=RESTORE)
        return data

    def exists(self, name: str) -> bool:
        """Whether there is a file. Raises `DamagedError` where it is recorded and missing."""
        if (self.folder / name).is_file():
            return True
        if name in self.entries:
            raise DamagedError(f"{self.folder / name} is missing.", hint=RESTORE)
        return False


def write_record(file: Path, data: bytes, *, new: bool = False) -> None:
    """Write a lasting file, and its folder; with `new`, `FileExistsError` where there is one. Raises `LedgerError`."""
    with ledger_errors(file):
        make_folder(file.parent, private=True)
        write_file(file, data, new=new, **_HOW)


def write_recorded(folder: Path, name: str, data: bytes, *, new: bool = False) -> None:
    """As `write_record`, for a file of a folder with a manifest, which records it.

    When the file is written, it is written: an error of its record is not raised, and the file is recorded later.
    """
    state = Recorded.of(data)
    if new:
        write_record(folder / name, data, new=True)
        with suppress(OSError):
            record(folder, {name: (state,)}, **_HOW)
        return
    with ledger_errors(folder / name), replacing(folder, {name: state}, **_HOW):
        write_record(folder / name, data)


def begin_ledger(ledger: Path) -> None:
    """Make the folder of a ledger, with the manifest of a new one. Raises `LedgerError`."""
    if (ledger / MANIFEST).exists():
        return
    with ledger_errors(ledger):
        make_folder(ledger, private=True)
        if not any((ledger / name).exists() for name in ("box", "tokens", "invitations", "keys")):
            write_manifest(ledger, {}, **_HOW)


def with_manifest(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a new folder and its manifest."""
    entries = {name: (Recorded.of(data),) for name, data in files.items()}
    return {**files, MANIFEST: serialize_manifest(entries)}
