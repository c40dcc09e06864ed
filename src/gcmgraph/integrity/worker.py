"""Verification by the server: quick checks at its start, and a process of low priority that verifies all, once.

The process is `python -m … FD IMPORTS BASE STORE`; it receives the location of the database over its socket. The result
of the last verification is in the store's file `integrity.json`, for /health and /metrics.
"""

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gcmgraph.contributions.storage.database import Database
from gcmgraph.errors import StoreError
from gcmgraph.files.atomic import write_file
from gcmgraph.files.leftovers import remove_drafts, tighten
from gcmgraph.files.locks import locked
from gcmgraph.integrity.verification import Findings, Folders, verify
from gcmgraph.namespaces import Addresses
from gcmgraph.processes.ipc import send_frame
from gcmgraph.processes.worker import Worker, end_with, receive_location, start_arguments
from gcmgraph.store.versions import StoreFolder

_LOG = logging.getLogger(__name__)

#: Name of the file with the last result, and of the file that the server process locks that has all verified.
FILE, _LOCK = "integrity.json", "integrity.lock"

#: Niceness added to the process: everything else goes first.
_BEHIND = 19


@dataclass(frozen=True)
class Status:
    """A result: time of its end (ISO 8601, UTC), numbers of files verified and damaged; whether all were read."""

    checked: str
    files: int
    damaged: int
    whole: bool


def write_status(store: Path, found: Findings) -> None:
    """Store a result. Raises `OSError`."""
    checked = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    damages = [{"file": str(d.file), "flaw": d.flaw, "restore": d.restore} for d in found.damages]
    record = {"checked": checked, "whole": found.whole, "files": found.files, "damaged": damages}
    write_file(store / FILE, json.dumps(record, ensure_ascii=False, indent=1).encode())


def read_status(store: Path) -> Status | None:
    """The last result; None where there is none."""
    try:
        record = json.loads((store / FILE).read_bytes())
        return Status(record["checked"], int(record["files"]), len(record["damaged"]), bool(record["whole"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def prepare_folders(folders: Folders, addresses: Addresses) -> None:
    """Remove drafts of ended processes, let only the owner read contributions, and log what is visibly damaged."""
    if (file := folders.database.file) is not None:
        tighten(file.parent)
    for folder in (folders.imports, folders.store):
        remove_drafts(folder)
    with suppress(StoreError):  # another process writes, or nothing can be written
        StoreFolder(folders.store).clear_leftovers()
    found = verify(folders, addresses, whole=False)
    if found.damages:
        report(folders, found)


def report(folders: Folders, found: Findings) -> None:
    """Log a result, and store it for /health."""
    for damage in found.damages:
        _LOG.error("%s", damage)
    if folders.store.is_dir():
        try:
            write_status(folders.store, found)
        except OSError as error:
            _LOG.warning("The result of the verification cannot be stored: %s.", error.strerror)


def verify_once(folders: Folders, base: str, since: datetime) -> None:
    """Verify all in a process, and wait for it; nothing where that was done `since`, or is being done.

    Where the calling process ends, the other does.
    """
    store = folders.store
    if not store.is_dir():
        return
    try:
        lock = (store / _LOCK).open("w")
    except OSError:  # the store is read-only
        return
    with lock:
        status = read_status(store)
        done = status is not None and status.whole and datetime.fromisoformat(status.checked) >= since
        if done or not locked(lock):
            return
        process = Worker("gcmgraph.integrity.worker", str(folders.imports), base, str(store), session=True)
        with process.channel:
            send_frame(process.channel, folders.database.location.encode())
            process.wait()


def now() -> datetime:
    """The present time, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def main() -> None:
    """Verify, and store the result."""
    channel, (imports, base, store) = start_arguments()
    location = receive_location(channel)
    end_with(channel)
    os.nice(_BEHIND)
    addresses = Addresses(base)
    folders = Folders(Path(store), Database(location, addresses.base), Path(imports))
    report(folders, verify(folders, addresses))


if __name__ == "__main__":
    main()
