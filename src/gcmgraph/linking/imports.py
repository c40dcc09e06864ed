"""Imported tables: stored unchanged with hash and date, and read again by every build.

A table is imported by its name, with its metadata (`statistics.csv` and
`statistics.csv-metadata.json`). Its graph is `{base}graph/reference/{name}`, in place of that of a
table of the repository with this name.

The folder of the setting `imports` has each file as `{name}/{sha256}` with its suffix, and
`{name}/import.json` with the files of the last import and a digest of itself. Files of earlier
imports remain.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from gcmgraph.platform.errors import DataError, GcmGraphError, Place, faults_of_files
from gcmgraph.platform.files import make_folder, write_file
from gcmgraph.rdf.media import decode_text
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.templates import Templates
from gcmgraph.rdf.terms import IRI, Literal, Quad, text, typed
from gcmgraph.repository.csvw import metadata_path, parse_metadata
from gcmgraph.repository.layout import Repository, ontology_terms
from gcmgraph.repository.table_rows import Problems, rows_of
from gcmgraph.repository.tables import ReferenceTable, table_of

#: The hint for a damaged file.
RESTORE = "Restore it from a backup, or import the same files again (docs/operations.md)."

#: Limit on the bytes of a file. The tables of this project have less than 8 MB.
MAX_BYTES = 50 * 1024 * 1024

#: The file with the record of the last import of a table, and the form of the names of tables.
_RECORD = "import.json"
_TABLE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

#: Errors of a record that is missing, is no JSON, or has other members.
_FAULTS_OF_RECORDS = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    msgspec.ValidationError,
)


@dataclass(frozen=True)
class FileContent:
    """A file that was read: name, location for messages, bytes."""

    name: str
    location: str
    body: bytes

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes, hex."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def text(self) -> str:
        """The text. Raises a `GcmGraphError` if it is not UTF-8."""
        return decode_text(self.body, self.location)


class ImportedFile(msgspec.Struct, frozen=True):
    """An imported file."""

    name: str
    sha256: str


class Import(msgspec.Struct, frozen=True):
    """An import: name of the table, date (ISO 8601), its file and that of its metadata."""

    table: str = msgspec.field(name="kind")
    date: str
    files: tuple[ImportedFile, ...]

    def path(self, folder: Path, file: ImportedFile) -> Path:
        """The path of one of its files below the folder of imports."""
        return folder / self.table / f"{file.sha256}{Path(file.name).suffix}"


@dataclass(frozen=True)
class ImportChange:
    """The changes of an import against the one before, and notes for the operator."""

    added: tuple[Quad, ...]
    removed: tuple[Quad, ...]
    notes: tuple[str, ...] = ()


def imported_names(folder: Path) -> list[str]:
    """The names of the tables that were imported."""
    if not folder.is_dir():
        return []
    folders = (path for path in folder.iterdir() if path.is_dir())
    return sorted(path.name for path in folders if not path.name.startswith("."))


def last_import(folder: Path, table: str) -> Import | None:
    """The last import of a table, or None. Raises `DataError` for a missing or damaged record."""
    path = folder / table / _RECORD
    if not path.parent.is_dir():
        return None
    try:
        record = json.loads(path.read_text("utf-8"))
        if record.pop("sha256") != _digest(record):
            raise ValueError("the content differs from its digest")
        return msgspec.convert(record, Import)
    except _FAULTS_OF_RECORDS as error:
        raise DataError(
            "The record of the import is missing or damaged.", place=Place(str(path)), hint=RESTORE
        ) from error


def _digest(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def import_table(
    folder: Path, table: Path, date: str, repository: Repository, addresses: Addresses
) -> ImportChange:
    """Store a table and its metadata as the current import of its name, and return the changes.

    Importing equal files changes nothing, except that it writes damaged ones anew.

    Raises a `GcmGraphError` if they cannot be read; the last import remains then.
    """
    _require_name(table)
    files = [_read_file(table), _read_file(metadata_path(table))]
    new_quads = frozenset(_parse(files, table.stem, repository, addresses).quads)
    imported_files = tuple(ImportedFile(file.name, file.sha256) for file in files)
    current = Import(table.stem, date, imported_files)
    old_quads = frozenset[Quad]()
    notes: tuple[str, ...] = ()
    previous: Import | None = None
    try:
        previous = last_import(folder, table.stem)
    except DataError as error:
        notes = (f"The last import is replaced: {error}",)
    if previous is not None:
        try:
            old_quads = frozenset(_read(folder, previous, repository, addresses).quads)
        except GcmGraphError as error:
            # the reference data have changed since; a new import corrects it
            note = "The last import can no longer be read, so all statements count as new"
            notes = (f"{note}: {error}",)
        if previous.files == current.files:
            current = previous  # the day of an import is that of its first reading
    if current != previous or not _is_stored(folder, current):
        _store(folder, current, files)
    added = sorted(new_quads - old_quads, key=str)
    removed = sorted(old_quads - new_quads, key=str)
    return ImportChange(tuple(added), tuple(removed), notes)


def _require_name(table: Path) -> None:
    """Raise `DataError` for a file that is no CSV file, and for a name that cannot be that of a graph."""
    place = Place(str(table))
    if table.suffix != ".csv":
        hint = (
            "For a file of the United Nations, 'python -m tools.un_tables' writes a table "
            "(docs/linking.md)."
        )
        raise DataError("Only a CSV file can be imported.", place=place, hint=hint)
    if not _TABLE_NAME.fullmatch(table.stem):
        hint = "Rename the file: lower-case letters, digits and hyphens."
        message = "The name of the table cannot be that of a graph."
        raise DataError(message, place=place, hint=hint)


def imported_quads(folder: Path, repository: Repository, addresses: Addresses) -> Iterator[Quad]:
    """The statements of all imported tables, with their provenance. Raises a `GcmGraphError`."""
    for name in imported_names(folder):
        last = last_import(folder, name)
        if last is not None:
            table = _read(folder, last, repository, addresses)
            yield from table.published(addresses)
            yield from _provenance(last, table.graph, addresses)


def _is_stored(folder: Path, current: Import) -> bool:
    """Whether all files of an import are stored and undamaged."""
    for file in current.files:
        path = current.path(folder, file)
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != file.sha256:
            return False
    return True


def _store(folder: Path, current: Import, files: Sequence[FileContent]) -> None:
    """Write the files of an import and then its record, which replaces that of the import before."""
    record = msgspec.to_builtins(current)
    record["sha256"] = _digest(record)
    with faults_of_files(DataError, "The import cannot be stored", folder):
        make_folder(folder / current.table)
        for imported_file, file in zip(current.files, files, strict=True):
            write_file(current.path(folder, imported_file), file.body)
        write_file(folder / current.table / _RECORD, json.dumps(record, indent=1).encode())


def _read(
    folder: Path, table_import: Import, repository: Repository, addresses: Addresses
) -> ReferenceTable:
    """The table of an import. Raises a `GcmGraphError`."""
    table = f"{table_import.table}.csv"
    file_names = [file.name for file in table_import.files]
    if file_names != [table, metadata_path(Path(table)).name]:
        raise DataError(
            "This is no table with its metadata: "
            "earlier releases imported files of the UN in their own forms.",
            place=Place(str(folder / table_import.table)),
            hint="Delete the folder, and import the table that 'python -m tools.un_tables' writes "
            "(docs/linking.md).",
        )
    files = [_read_file(table_import.path(folder, file), file.name) for file in table_import.files]
    for imported_file, file in zip(table_import.files, files, strict=True):
        if file.sha256 != imported_file.sha256:
            place = Place(file.location)
            raise DataError("The imported file was changed.", place=place, hint=RESTORE)
    return _parse(files, table_import.table, repository, addresses)


def _parse(
    files: Sequence[FileContent], name: str, repository: Repository, addresses: Addresses
) -> ReferenceTable:
    """The table of two files, itself and its metadata. Raises a `GcmGraphError`."""
    table, description = files
    terms = ontology_terms(repository, addresses)
    metadata = parse_metadata(description.text, description.location, addresses, terms)
    rows = rows_of(table.text, table.location, metadata.delimiter)
    graph = IRI(addresses.graph(f"reference/{name}"))
    problems = Problems()
    parsed = table_of(name, rows, metadata, graph, addresses, repository.reference, problems)
    problems.refuse()
    return parsed


def _provenance(table_import: Import, graph: IRI, addresses: Addresses) -> Iterator[Quad]:
    """The day and the files of an import."""
    templates = Templates("linking/provenance.trig", addresses)
    file_nodes = {
        file: IRI(f"{graph.value}#file-{file.sha256[:16]}") for file in table_import.files
    }
    yield from templates.fill_in(
        "provenance",
        "import",
        graph=graph,
        date=typed(table_import.date, "date"),
        files=file_nodes.values(),
    )
    for file, node in file_nodes.items():
        yield from templates.fill_in(
            "provenance",
            "file",
            file=node,
            name=text(file.name, "en"),
            sha256=Literal(file.sha256),
        )


def _read_file(file: Path, name: str = "") -> FileContent:
    """Read a file; `name` is its original name, if it is stored under another."""
    with faults_of_files(DataError, "The file cannot be read", file):
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise DataError(
                f"The file has {size:,} bytes; the limit is {MAX_BYTES:,}.", place=Place(str(file))
            )
        return FileContent(name or file.name, str(file), file.read_bytes())
