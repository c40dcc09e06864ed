"""Verification by a server: quick checks at the start, and one process that verifies all.

The process has a low priority: `python -m gcmgraph.integrity.server`, with its arguments as JSON in
its input.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from gcmgraph.contributions.database import Database
from gcmgraph.integrity.status import read_status, write_status
from gcmgraph.integrity.verification import Findings, Folders, verify
from gcmgraph.platform import files
from gcmgraph.platform.confinement import end_with_parent
from gcmgraph.platform.errors import StoreError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.store.store_folder import StoreFolder

_LOG = logging.getLogger(__name__)

#: Module that the process runs.
_MODULE = "gcmgraph.integrity.server"

#: Name of the file of a store that is locked during a verification of all.
_LOCK = "integrity.lock"

#: Niceness added to the process: all other processes go first.
_NICENESS = 19


def prepare_folders(folders: Folders, addresses: Addresses) -> None:
    """Prepare folders at the start of a server.

    Drafts of ended processes are removed, only the owner can read contributions afterwards, and
    visible damages are logged.
    """
    database_file = folders.database.file
    if database_file is not None:
        files.tighten(database_file.parent)
    for folder in (folders.imports, folders.store):
        files.remove_drafts(folder)
    with suppress(StoreError):  # another process writes, or nothing can be written
        StoreFolder(folders.store).clear_leftovers()
    findings = verify(folders, addresses, whole=False)
    if findings.damages:
        report(folders, findings)


def report(folders: Folders, findings: Findings) -> None:
    """Log a result, and store it for /health."""
    for damage in findings.damages:
        _LOG.error("%s", damage)
    reason = write_status(folders.store, findings)
    if reason:
        _LOG.warning("The result of the verification cannot be stored: %s.", reason)


def verify_once(folders: Folders, base: str, since: datetime) -> None:
    """Verify all in a process, and wait for its end.

    Nothing is done if all was verified since a time, or another process is verifying. The process
    ends with the calling process.
    """
    store = folders.store
    if not store.is_dir():
        return
    try:
        lock = (store / _LOCK).open("w")
    except OSError:  # the store is read-only
        return
    with lock:
        if _was_verified(store, since) or not files.locked(lock):
            return
        arguments = [str(folders.imports), base, str(store), folders.database.location]
        # by its input, since a list of processes shows arguments, and the location may have a
        # password
        subprocess.run(  # noqa: S603
            [sys.executable, "-m", _MODULE],
            input=json.dumps(arguments).encode(),
            start_new_session=True,
            check=False,
        )


def _was_verified(store: Path, since: datetime) -> bool:
    status = read_status(store)
    if status is None or not status.whole:
        return False
    return datetime.fromisoformat(status.checked) >= since


def now() -> datetime:
    """The present time, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def main() -> None:
    """Verify, and store the result."""
    imports, base, store, location = json.load(sys.stdin)
    end_with_parent()
    os.nice(_NICENESS)
    addresses = Addresses(base)
    folders = Folders(Path(store), Database(location, addresses.base), Path(imports))
    report(folders, verify(folders, addresses))


if __name__ == "__main__":
    main()
