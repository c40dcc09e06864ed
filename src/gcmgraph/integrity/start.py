"""Steps of the server at its start: what killed processes left, permissions, and quick checks of stored files."""

from __future__ import annotations

import logging
from contextlib import suppress

from gcmgraph.errors import StoreError
from gcmgraph.files.leftovers import remove_drafts, tighten
from gcmgraph.integrity.findings import Findings
from gcmgraph.integrity.status import write_status
from gcmgraph.integrity.verification import Folders, verify
from gcmgraph.namespaces import Addresses
from gcmgraph.store.versions.folder import StoreFolder

_LOG = logging.getLogger(__name__)


def prepare_folders(folders: Folders, addresses: Addresses) -> None:
    """Remove drafts of ended processes, let only the owner read the ledger, and log what is visibly damaged."""
    if (file := folders.database.file) is not None:
        tighten(file.parent)
    remove_drafts(folders.imports)
    if folders.store is not None:
        remove_drafts(folders.store)
        with suppress(StoreError):  # another process writes, or nothing can be written
            StoreFolder(folders.store).clear_leftovers()
    found = verify(folders, addresses, whole=False)
    if found.damages:
        report(folders, found)


def report(folders: Folders, found: Findings) -> None:
    """Log a result, and store it for /health."""
    for folder, count in found.taken_over.items():
        _LOG.warning("%s is of an older release: %d files were recorded.", folder, count)
    for damage in found.damages:
        _LOG.error("%s", damage)
    if folders.store is not None and folders.store.is_dir():
        try:
            write_status(folders.store, found)
        except OSError as error:
            _LOG.warning("The result of the verification cannot be stored: %s.", error.strerror)
