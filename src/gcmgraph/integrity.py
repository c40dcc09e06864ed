"""Verification of what is stored: the database's own faults, payloads, files of versions and imports.

What is derived is built anew (`gcmgraph build`); contributions and imports are restored from a
backup. A server makes quick checks at its start, and has a process of low priority verify all,
once. The result of the last verification is in the store's file `integrity.json`, for /health and
/metrics.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from gcmgraph.contributions.contribution import RESTORE, Contribution, State
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.published_contributions import list_unknown, published_contributions
from gcmgraph.linking.imports import RESTORE as IMPORT_AGAIN
from gcmgraph.linking.imports import imported_names, last_import
from gcmgraph.platform import file_states, files
from gcmgraph.platform.confinement import end_with_parent
from gcmgraph.platform.errors import DamagedError, DataError, LedgerError, StoreError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.store.store_folder import ORDER, StoreFolder
from gcmgraph.store.version_files import (
    DUMP,
    INDEX,
    REPAIR,
    entries_of,
    require_whole,
    version_folders,
)

#: The name of the link to the current version.
CURRENT = "current"

#: The remedy for a database that lacks contributions.
LOST = f"Set 'contributions' or 'database' to theirs. {RESTORE}"

#: Files up to this number of bytes are read at the start of the server.
SMALL = 1_000_000


@dataclass(frozen=True)
class Folders:
    """Folders and database to verify; `store` has no versions before the first build."""

    store: Path
    database: Database
    imports: Path


@dataclass(frozen=True)
class Damage:
    """A damaged or missing file or contribution, the flaw, and the remedy."""

    file: Path
    #: the end of a sentence, such as "is missing"
    flaw: str
    restore: str

    def __str__(self) -> str:
        """One sentence on the file, and one on the remedy."""
        return f"{self.file} {self.flaw}. {self.restore}"


@dataclass
class Findings:
    """The result of a verification.

    With `whole`, all contents are read, else those of small files.
    """

    whole: bool = True
    damages: list[Damage] = field(default_factory=list)
    files: int = 0
    bytes: int = 0

    def add(self, file: Path, flaw: str, restore: str) -> None:
        """Add a damaged file."""
        self.damages.append(Damage(file, flaw, restore))

    @property
    def members(self) -> list[dict[str, str]]:
        """The damages as JSON."""
        return [
            {"file": str(one.file), "flaw": one.flaw, "restore": one.restore}
            for one in self.damages
        ]


def verify(folders: Folders, addresses: Addresses, *, whole: bool = True) -> Findings:
    """Find damages; without `whole`, what is quick at the start of the server: sizes, and small files."""
    found = Findings(whole)
    _verify_imports(folders.imports, found)
    published = _verify_store(StoreFolder(folders.store), found)
    _verify_published(folders, found, addresses)
    if whole:  # a payload is compared whenever it is read
        _verify_database(folders.database, found, published, addresses)
    return found


def _verify_imports(folder: Path, found: Findings) -> None:
    """Verify imported files, whose names are their SHA-256, and the records of the imports."""
    for name in imported_names(folder):
        current: set[Path] = set()
        try:
            if (made := last_import(folder, name)) is not None:
                current = {made.path(folder, file) for file in made.files}
        except DataError:
            found.add(folder / f"{name}/import.json", "is missing or damaged", IMPORT_AGAIN)
        for path in sorted({*(folder / name).glob("[!.]*"), *current}):
            try:
                size = path.stat().st_size
                found.files, found.bytes = found.files + 1, found.bytes + size
                read = path.name != "import.json" and (found.whole or size <= SMALL)
                if read and hashlib.sha256(path.read_bytes()).hexdigest() != path.stem:
                    found.add(
                        folder / f"{name}/{path.name}", "differs from its SHA-256", IMPORT_AGAIN
                    )
            except OSError as error:
                found.add(
                    folder / f"{name}/{path.name}",
                    f"cannot be read: {error.strerror}",
                    IMPORT_AGAIN,
                )


def _verify_files(folder: Path, found: Findings) -> file_states.Entries | None:
    """Compare the files of a folder with its manifest, and return its entries."""
    try:
        entries = file_states.read_manifest(folder)
    except (file_states.DamagedManifestError, OSError) as error:
        found.add(folder / file_states.MANIFEST, f"is damaged: {error}", REPAIR)
        return None
    if entries is None:
        found.add(folder / file_states.MANIFEST, "is missing", REPAIR)
    for path, state in (entries or {}).items():
        found.files += 1
        found.bytes += state.size
        whole = found.whole or state.size <= SMALL
        if file_states.flaw(folder / path, state, whole=whole):
            now = (entries_of(folder) or {}).get(
                path
            )  # it may have been replaced or removed meanwhile
            if now and (difference := file_states.flaw(folder / path, now, whole=whole)):
                found.add(folder / path, difference, REPAIR)
    return entries


def _verify_store(store: StoreFolder, found: Findings) -> Store | None:
    """Verify all versions, or without `whole` the current one, which is returned where it can be opened."""
    current, folders = store.current_version(), list(version_folders(store.path))
    _verify_order(store.path, folders, found)
    if folders and (current is None or not (store.path / "versions" / current / INDEX).is_dir()):
        found.add(store.path / CURRENT, "names no version with an index", REPAIR)
    for folder in folders:
        if found.whole or folder.name == current:
            with suppress(FileNotFoundError):  # it was removed meanwhile
                entries = _verify_files(folder, found)
                if found.whole and DUMP not in (entries or {}) and (folder / DUMP).exists():
                    try:  # without a record, by the digest in the name of the version
                        require_whole(folder / DUMP)
                    except StoreError:
                        found.add(folder / DUMP, "differs from the name of its version", REPAIR)
    if not found.whole or current is None:
        return None
    with suppress(StoreError, OSError):  # a damaged index, which was found
        return Store.open(store.current_folder() / INDEX)
    return None


def _verify_order(store: Path, folders: list[Path], found: Findings) -> None:
    """Verify that the file with the order of versions names all of them."""
    try:
        ordered = set((store / ORDER).read_text("utf-8", "replace").split())
    except FileNotFoundError:
        ordered = set()
    unordered = [folder.name for folder in folders if folder.name not in ordered]
    if unordered:
        flaw = f"is missing, or does not name {', '.join(unordered[:3])}"
        found.add(
            store / ORDER,
            flaw,
            "Run 'gcmgraph build', which orders versions by the times of their folders.",
        )


def _verify_published(folders: Folders, found: Findings, addresses: Addresses) -> None:
    """Verify that the database has the contributions that are published."""
    ledger = Ledger(folders.database)
    # neither can be read: the other verifications report a damaged index, and a database that does
    # not respond
    with suppress(StoreError, LedgerError):
        if lost := list_unknown(
            ledger, published_contributions(StoreFolder(folders.store), addresses)
        ):
            found.add(
                Path(folders.database.name), f"lacks contributions that are published: {lost}", LOST
            )


def _verify_database(
    database: Database, found: Findings, published: Store | None, addresses: Addresses
) -> None:
    file, ledger = Path(database.name), Ledger(database)
    try:
        for fault in database.check():
            found.add(file, f"is damaged: {fault}", RESTORE)
        pending = set(ledger.pending())
        for identifier in ledger.identifiers():
            found.files += 1
            try:
                contribution = ledger.find(identifier)
                found.bytes += len(ledger.content(contribution)) + len(ledger.report(contribution))
                ledger.accepted_statements(contribution)
            except DamagedError as error:
                found.add(file / identifier, f"is damaged: {error.message.rstrip('.')}", RESTORE)
                continue
            if (
                published is not None
                and identifier not in pending
                and _differs(contribution, published, addresses)
            ):
                unpublished = f"is {contribution.state}, which is not published"
                found.add(file / identifier, unpublished, "Run 'gcmgraph build'.")
    except LedgerError as error:
        found.add(file, f"cannot be read: {error.message.rstrip('.')}", RESTORE)


def _differs(contribution: Contribution, published: Store, addresses: Addresses) -> bool:
    """Whether the published graph does not show the last decision on a contribution."""
    v, where = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    activity = IRI(addresses.resource("contribution", contribution.id))
    graph = IRI(addresses.graph(f"contribution/{contribution.id}"))
    shown = (
        next(published.quads(activity, v("rdf:type"), v("gcm:Contribution"), where), None)
        is not None
    )
    stated = next(published.quads(graph=graph), None) is not None
    return (contribution.was_published and not shown) or (
        stated and contribution.state is not State.ACCEPTED
    )


# ------------------------------------------------------------------------------------------- verification by the server

_LOG = logging.getLogger(__name__)

#: Name of the file with the last result, and of the file that the server process locks that has all
#: verified.
FILE, _LOCK = "integrity.json", "integrity.lock"

#: Niceness added to the process: everything else goes first.
_NICENESS = 19


@dataclass(frozen=True)
class Status:
    """A result: time of its end (ISO 8601, UTC), numbers of files verified and damaged; whether all were read."""

    checked: str
    files: int
    damaged: int
    whole: bool


def write_status(store: Path, found: Findings) -> str | None:
    """Store a result beside the versions, if there are any: the reason where that is not possible."""
    checked = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    record = {
        "checked": checked,
        "whole": found.whole,
        "files": found.files,
        "damaged": found.members,
    }
    try:
        if store.is_dir():
            files.write_file(
                store / FILE, json.dumps(record, ensure_ascii=False, indent=1).encode()
            )
    except OSError as error:
        return error.strerror
    return None


def read_status(store: Path) -> Status | None:
    """The last result; None where there is none."""
    try:
        record = json.loads((store / FILE).read_bytes())
        return Status(
            record["checked"], int(record["files"]), len(record["damaged"]), bool(record["whole"])
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None


def prepare_folders(folders: Folders, addresses: Addresses) -> None:
    """Remove drafts of ended processes, let only the owner read contributions, and log what is visibly damaged."""
    if (file := folders.database.file) is not None:
        files.tighten(file.parent)
    for folder in (folders.imports, folders.store):
        files.remove_drafts(folder)
    with suppress(StoreError):  # another process writes, or nothing can be written
        StoreFolder(folders.store).clear_leftovers()
    found = verify(folders, addresses, whole=False)
    if found.damages:
        report(folders, found)


def report(folders: Folders, found: Findings) -> None:
    """Log a result, and store it for /health."""
    for damage in found.damages:
        _LOG.error("%s", damage)
    if reason := write_status(folders.store, found):
        _LOG.warning("The result of the verification cannot be stored: %s.", reason)


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
        done = (
            status is not None and status.whole and datetime.fromisoformat(status.checked) >= since
        )
        if done or not files.locked(lock):
            return
        arguments = [str(folders.imports), base, str(store), folders.database.location]
        command = [sys.executable, "-m", "gcmgraph.integrity"]
        # by its input, since a list of processes shows arguments, and the location may have a
        # password
        subprocess.run(  # noqa: S603
            command, input=json.dumps(arguments).encode(), start_new_session=True, check=False
        )


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
