"""Process of low priority that verifies all files while the server runs: `python -m … FD IMPORTS BASE STORE`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from gcmgraph.contributions.storage.database import Database
from gcmgraph.files.locks import locked
from gcmgraph.integrity.start import report
from gcmgraph.integrity.status import read_status
from gcmgraph.integrity.verification import Folders, verify
from gcmgraph.namespaces import Addresses
from gcmgraph.processes.child import end_with, receive_location, start_arguments
from gcmgraph.processes.ipc import send_frame
from gcmgraph.processes.worker import Worker

#: Niceness added to the process: everything else goes first.
_BEHIND = 19

#: File that the server process locks that has them verified.
_LOCK = "integrity.lock"


def verify_once(folders: Folders, base: str, since: datetime) -> None:
    """Verify all files in a process, and wait for it; nothing where that was done `since`, or is being done.

    Where the calling process ends, the other does.
    """
    store = folders.store
    if store is None or not store.is_dir():
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
        arguments = (str(folders.imports), base, str(store))
        process = Worker("gcmgraph.integrity.worker", *arguments, session=True)
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
