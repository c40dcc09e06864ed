"""Verification and repair of all stored files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.contributions.storage.database import Database
from gcmgraph.errors import GcmGraphError, StoreError
from gcmgraph.integrity.findings import Damage, Findings
from gcmgraph.integrity.imports import verify_imports
from gcmgraph.integrity.ledger import verify_database
from gcmgraph.integrity.store import verify_store
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store
from gcmgraph.store.versions.folder import StoreFolder


@dataclass(frozen=True)
class Folders:
    """The folders and the database to verify; `store` is None where the store is a SPARQL server."""

    store: Path | None
    database: Database
    imports: Path


def verify(folders: Folders, addresses: Addresses, *, whole: bool = True) -> Findings:
    """Compare all files with their records; without `whole`, what is quick at the start of the server.

    With `whole`, files without a record are recorded: those of an older release, and those of a process that ended
    before it recorded them.
    """
    found = Findings(whole)
    verify_imports(folders.imports, found)
    published = None
    if folders.store is not None:
        verify_store(folders.store, found)
        published = _published(folders.store) if whole else None
    verify_database(folders.database, found, published, addresses)
    return found


def _published(store: Path) -> Store | None:
    try:
        return StoreFolder(store).open_current()
    except StoreError:  # nothing was built, or the index is damaged, which was found
        return None


def repair(folders: Folders, addresses: Addresses, found: Findings) -> tuple[Findings, list[Damage], list[str]]:
    """Write damaged files anew where others determine them: what is damaged then, what no longer is, and the errors."""
    from gcmgraph.integrity.repair import repair_imports, repair_store  # noqa: PLC0415 - imports much

    errors = []
    steps: list[tuple[Path, Callable[[list[Damage]], None]]] = [
        (folders.imports, lambda damages: repair_imports(folders.imports, damages)),
    ]
    store = folders.store
    if store is not None:
        steps.insert(0, (store, lambda damages: repair_store(store, damages, addresses)))
    for folder, step in steps:
        if damages := [damage for damage in found.damages if damage.folder.is_relative_to(folder)]:
            try:
                step(damages)
            except (GcmGraphError, OSError) as error:
                errors.append(str(error))
    after = verify(folders, addresses)
    remaining = {damage.file for damage in after.damages}
    return after, [damage for damage in found.damages if damage.file not in remaining], errors
