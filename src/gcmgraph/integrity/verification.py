"""Verification of stored files and of the database: their damages, with the remedies."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from gcmgraph.contributions.contribution import RESTORE, Contribution, State
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.published_contributions import list_unknown, published_contributions
from gcmgraph.linking.imports import RESTORE as IMPORT_AGAIN
from gcmgraph.linking.imports import imported_names, last_import
from gcmgraph.platform import file_states
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

#: The name of the file with the record of an import.
_IMPORT = "import.json"

#: The remedy for a database that lacks contributions.
LOST = f"Set 'contributions' or 'database' to theirs. {RESTORE}"

#: The remedy for contributions that are not published.
_BUILD = "Run 'gcmgraph build'."

#: The remedy for a damaged order of versions.
_ORDER_AGAIN = "Run 'gcmgraph build', which orders versions by the times of their folders."

#: Files up to this number of bytes are read at the start of the server.
SMALL = 1_000_000

#: Versions at most that a message lists.
_LISTED = 3


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
    #: a sentence
    restore: str

    def __str__(self) -> str:
        """One sentence on the file, and one on the remedy.

        >>> str(Damage(Path("var/store/current"), "is missing", "Run 'gcmgraph build'."))
        "var/store/current is missing. Run 'gcmgraph build'."
        """
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

    def count(self, size: int) -> None:
        """Count a verified file."""
        self.files += 1
        self.bytes += size

    def is_read(self, size: int) -> bool:
        """Whether the contents of a file of a size are read."""
        return self.whole or size <= SMALL

    @property
    def members(self) -> list[dict[str, str]]:
        """The damages as JSON."""
        return [
            {"file": str(damage.file), "flaw": damage.flaw, "restore": damage.restore}
            for damage in self.damages
        ]


def verify(folders: Folders, addresses: Addresses, *, whole: bool = True) -> Findings:
    """Find damages.

    Without `whole`, only what is quick at the start of a server: sizes, and contents of small
    files.
    """
    findings = Findings(whole)
    _verify_imports(folders.imports, findings)
    published = _verify_store(StoreFolder(folders.store), findings)
    _verify_published(folders, findings, addresses)
    if whole:  # a payload is compared whenever it is read
        _verify_database(folders.database, findings, published, addresses)
    return findings


def _verify_imports(folder: Path, findings: Findings) -> None:
    """Verify imported files, whose names are their SHA-256, and the records of the imports."""
    for name in imported_names(folder):
        recorded_files: set[Path] = set()
        try:
            record = last_import(folder, name)
        except DataError:
            findings.add(folder / name / _IMPORT, "is missing or damaged", IMPORT_AGAIN)
        else:
            if record is not None:
                recorded_files = {record.path(folder, file) for file in record.files}
        for path in sorted(recorded_files.union((folder / name).glob("[!.]*"))):
            file = folder / name / path.name
            try:
                if not _is_imported_file_whole(path, findings):
                    findings.add(file, "differs from its SHA-256", IMPORT_AGAIN)
            except OSError as error:
                findings.add(file, f"cannot be read: {error.strerror}", IMPORT_AGAIN)


def _is_imported_file_whole(path: Path, findings: Findings) -> bool:
    """Whether the name of an imported file is its SHA-256; True for a file that is not read."""
    size = path.stat().st_size
    findings.count(size)
    if path.name == _IMPORT or not findings.is_read(size):
        return True
    return hashlib.sha256(path.read_bytes()).hexdigest() == path.stem


def _verify_store(store: StoreFolder, findings: Findings) -> Store | None:
    """Verify all versions, or without `whole` the current one.

    Returns the current version if all are verified and its index can be opened.
    """
    current = store.current_version()
    folders = list(version_folders(store.path))
    _verify_order(store.path, folders, findings)
    if folders and (current is None or not (store.path / "versions" / current / INDEX).is_dir()):
        findings.add(store.path / CURRENT, "names no version with an index", REPAIR)
    for folder in folders:
        if findings.whole or folder.name == current:
            with suppress(FileNotFoundError):  # the folder was removed meanwhile
                _verify_version(folder, findings)
    if not findings.whole or current is None:
        return None
    with suppress(StoreError, OSError):  # a damaged index, which was found
        return Store.open(store.current_folder() / INDEX)
    return None


def _verify_order(store: Path, folders: list[Path], findings: Findings) -> None:
    """Verify that the file with the order of versions names all of them."""
    try:
        ordered = set((store / ORDER).read_text("utf-8", "replace").split())
    except FileNotFoundError:
        ordered = set()
    unordered = [folder.name for folder in folders if folder.name not in ordered]
    if unordered:
        listed = ", ".join(unordered[:_LISTED])
        findings.add(store / ORDER, f"is missing, or does not name {listed}", _ORDER_AGAIN)


def _verify_version(folder: Path, findings: Findings) -> None:
    """Compare the files of a version with its manifest.

    A dump without a record is compared with the name of the version, a digest.
    """
    entries = _verify_manifest(folder, findings)
    dump = folder / DUMP
    if findings.whole and DUMP not in entries and dump.exists():
        try:
            require_whole(dump)
        except StoreError:
            findings.add(dump, "differs from the name of its version", REPAIR)


def _verify_manifest(folder: Path, findings: Findings) -> file_states.Entries:
    """Compare the files of a folder with its manifest, and return its entries."""
    manifest = folder / file_states.MANIFEST
    try:
        entries = file_states.read_manifest(folder)
    except (file_states.DamagedManifestError, OSError) as error:
        findings.add(manifest, f"is damaged: {error}", REPAIR)
        return {}
    if entries is None:
        findings.add(manifest, "is missing", REPAIR)
        return {}
    for path, state in entries.items():
        findings.count(state.size)
        flaw = _flaw(folder, path, state, whole=findings.is_read(state.size))
        if flaw:
            findings.add(folder / path, flaw, REPAIR)
    return entries


def _flaw(folder: Path, path: str, state: file_states.Recorded, *, whole: bool) -> str | None:
    """The difference of a file from its record, read twice: a server may have replaced the file."""
    if not file_states.flaw(folder / path, state, whole=whole):
        return None
    state_now = (entries_of(folder) or {}).get(path)
    if state_now is None:  # the file was removed
        return None
    return file_states.flaw(folder / path, state_now, whole=whole)


def _verify_published(folders: Folders, findings: Findings, addresses: Addresses) -> None:
    """Verify that the database has the contributions that are published."""
    store = StoreFolder(folders.store)
    # other verifications report an index that cannot be read, and a database that does not respond
    with suppress(StoreError, LedgerError):
        published = published_contributions(store, addresses)
        unknown = list_unknown(Ledger(folders.database), published)
        if unknown:
            flaw = f"lacks contributions that are published: {unknown}"
            findings.add(Path(folders.database.name), flaw, LOST)


def _verify_database(
    database: Database, findings: Findings, published: Store | None, addresses: Addresses
) -> None:
    """Verify the database, its payloads, and whether decisions are published.

    Without `published`, whose index is damaged, the last is left out.
    """
    file = Path(database.name)
    ledger = Ledger(database)
    try:
        for fault in database.check():
            findings.add(file, f"is damaged: {fault}", RESTORE)
        pending = set(ledger.pending())
        for contribution in _whole_contributions(ledger, file, findings):
            if published is None or contribution.id in pending:
                continue
            if _differs(contribution, published, addresses):
                flaw = f"is {contribution.state}, which is not published"
                findings.add(file / contribution.id, flaw, _BUILD)
    except LedgerError as error:
        findings.add(file, f"cannot be read: {error.message.rstrip('.')}", RESTORE)


def _whole_contributions(ledger: Ledger, file: Path, findings: Findings) -> Iterator[Contribution]:
    """The contributions whose rows and payloads are whole; others are added to the findings."""
    for identifier in ledger.identifiers():
        findings.files += 1
        try:
            contribution = ledger.find(identifier)
            content = ledger.content(contribution)
            report = ledger.report(contribution)
            findings.bytes += len(content) + len(report)
            ledger.accepted_statements(contribution)
        except DamagedError as error:
            flaw = f"is damaged: {error.message.rstrip('.')}"
            findings.add(file / identifier, flaw, RESTORE)
            continue
        yield contribution


def _differs(contribution: Contribution, published: Store, addresses: Addresses) -> bool:
    """Whether the published graph does not show the last decision on a contribution."""
    term = Vocabulary(addresses)
    activity = IRI(addresses.resource("contribution", contribution.id))
    provenance = IRI(addresses.graph("provenance"))
    descriptions = published.quads(activity, term("rdf:type"), term("gcm:Contribution"), provenance)
    is_described = next(descriptions, None) is not None
    if contribution.was_published and not is_described:
        return True
    statements = published.quads(graph=IRI(addresses.graph(f"contribution/{contribution.id}")))
    has_statements = next(statements, None) is not None
    return has_statements and contribution.state is not State.ACCEPTED
