"""Imports of UN files: stored unchanged with hash and date, and read again by every build.

The folder of the setting `imports` has each file as `{kind}/{sha256}` with the kind's suffix, and `{kind}/import.json`
with the files of the last import. Files of earlier imports remain. `MANIFEST` lists all of them (`files.manifest`);
where it is missing, they were imported by an older release.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from gcmgraph.errors import DataError, GcmGraphError, Place
from gcmgraph.files.atomic import make_folder, write_file
from gcmgraph.files.manifest import (
    MANIFEST,
    DamagedManifestError,
    Recorded,
    flaw,
    read_manifest,
    record,
    replacing,
    write_manifest,
)
from gcmgraph.linking.un_imports.files import NO_OPTIONS, ImportedStatements, ImportOptions, PublishedFile
from gcmgraph.linking.un_imports.iom import read_iom
from gcmgraph.linking.un_imports.known import ReferenceIndex
from gcmgraph.linking.un_imports.m49 import read_m49
from gcmgraph.linking.un_imports.sdg import read_sdg
from gcmgraph.linking.un_imports.treaties import read_treaties
from gcmgraph.linking.un_imports.unbis import read_unbis
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.translations.messages import Message


@dataclass(frozen=True)
class ImportKind:
    """A kind of UN files: reader, suffix of stored files, title of the graph."""

    read: Callable[[Sequence[PublishedFile], ReferenceIndex, ImportOptions], ImportedStatements]
    suffix: str
    title: Message
    #: sources of the register (`gcmgraph fetch`) that are imported where no files are given
    sources: tuple[str, ...] = ()


#: Kinds of imports. Each has its graph, `graph/reference/un-{kind}`.
KINDS = {
    "sdg": ImportKind(
        read_sdg,
        ".ttl",
        Message("SDG goals, targets and indicators of the United Nations"),
        ("sdg-kos-goals-targets-indicators", "sdg-kos-subject-mappings"),
    ),
    "treaties": ImportKind(
        read_treaties,
        ".xml",
        Message("Signatories and parties of treaties, from the United Nations Treaty Collection"),
    ),
    "m49": ImportKind(
        read_m49,
        ".csv",
        Message("Regions and groups of countries of UN M49"),
    ),
    "unbis": ImportKind(
        read_unbis,
        ".ttl",
        Message("UNBIS Thesaurus of the United Nations"),
    ),
    "iom": ImportKind(
        read_iom,
        ".json",
        Message("Outputs of IOM's results framework, and the objectives that they serve"),
        ("iom-outputs-to-objectives", "iom-results-framework"),
    ),
}

_LEFT_OUT = Message("Left out when imported: {names}.")

#: The hint for a damaged manifest.
REPAIR = "Run 'gcmgraph verify --repair'."

#: The hint for a damaged file.
RESTORE = "Restore it from a backup, or import the same files again (docs/operations.md)."

#: Limit on the bytes of a file. Published files have less than 8 MB.
MAX_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True)
class ImportedFile:
    """An imported file."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Import:
    """An import: kind, date (ISO 8601), files, options."""

    kind: str
    date: str
    files: tuple[ImportedFile, ...]
    choices: ImportOptions


@dataclass(frozen=True)
class ImportChange:
    """The changes of an import against the one before, and notes on its files."""

    added: tuple[Quad, ...]
    removed: tuple[Quad, ...]
    notes: tuple[str, ...] = ()


def last_import(folder: Path, kind: str) -> Import | None:
    """The last import of a kind, or None. Raises `DataError` for an invalid record."""
    path = folder / kind / "import.json"
    _require_recorded(folder, f"{kind}/import.json")
    if not path.is_file():
        return None
    try:
        record = json.loads(path.read_text("utf-8"))
        if record.get("recorded") and not (folder / MANIFEST).exists():
            raise DataError("The manifest of the imports is missing.", place=Place(str(folder / MANIFEST)), hint=REPAIR)
        files = tuple(ImportedFile(**file) for file in record["files"])
        choices = record.get("choices", {})
        options = ImportOptions(choices.get("as_of"), tuple(choices.get("left_out", ())))
        return Import(kind, record["date"], files, options)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError("This is no record of an import.", place=Place(str(path))) from error


def import_files(
    folder: Path,
    kind: str,
    files: Sequence[Path],
    date: str,
    known: ReferenceIndex,
    choices: ImportOptions = NO_OPTIONS,
) -> ImportChange:
    """Store files as the current import of a kind, and return the changes.

    Importing equal files changes nothing, except that it writes damaged ones anew.

    Raises a `GcmGraphError` if they cannot be read as that kind; the last import remains then.
    """
    given = [_given(file) for file in sorted(files)]
    reading = KINDS[kind].read(given, known, choices)
    made = Import(kind, date, tuple(ImportedFile(f.name, hashlib.sha256(f.data).hexdigest()) for f in given), choices)
    old, notes = frozenset[Quad](), reading.notes
    try:
        before = last_import(folder, kind)
    except DataError as error:
        before, notes = None, (*notes, f"The last import is replaced: {error}")
    if before is not None:
        try:
            old = frozenset(_read(folder, before, known).quads)
        except GcmGraphError as error:  # the reference data have changed since; a new import corrects it
            notes = (*notes, f"The last import can no longer be read, so all statements count as new: {error}")
    same = before is not None and (before.files, before.choices) == (made.files, made.choices)
    if before is None or not same or not all(_is_stored(folder, kind, file) for file in made.files):
        _store(folder, replace(made, date=before.date) if before is not None and same else made, given)
    new = frozenset(reading.quads)
    return ImportChange(tuple(sorted(new - old, key=str)), tuple(sorted(old - new, key=str)), notes)


def imported_quads(folder: Path, know: Callable[[], ReferenceIndex]) -> Iterator[Quad]:
    """The statements and provenance of all current imports. `know` is called if there are any."""
    if current := [made for kind in KINDS if (made := last_import(folder, kind)) is not None]:
        known = know()
        for made in current:
            yield from _read(folder, made, known).quads
            yield from _provenance(made, known.addresses)


def stored_name(kind: str, sha256: str) -> str:
    """The path of an imported file below the folder of imports."""
    return f"{kind}/{sha256}{KINDS[kind].suffix}"


def _is_stored(folder: Path, kind: str, file: ImportedFile) -> bool:
    try:
        return Recorded.of_file(folder / stored_name(kind, file.sha256)).sha256 == file.sha256
    except OSError:
        return False


def _store(folder: Path, made: Import, files: Sequence[PublishedFile]) -> None:
    """Write the files of an import and then its record, which replaces that of the import before."""
    try:
        if not folder.is_dir():
            make_folder(folder)
            write_manifest(folder, {})
        (folder / made.kind).mkdir(exist_ok=True)
        for stored, file in zip(made.files, files, strict=True):
            name = stored_name(made.kind, stored.sha256)
            write_file(folder / name, file.data)
            record(folder, {name: (Recorded(len(file.data), stored.sha256),)})
        marked = {"recorded": True} if (folder / MANIFEST).exists() else {}  # so that its loss is noticed
        about = json.dumps(asdict(made) | marked, indent=1).encode()
        with replacing(folder, {f"{made.kind}/import.json": Recorded.of(about)}):
            write_file(folder / made.kind / "import.json", about)
    except OSError as error:
        raise DataError(f"The import cannot be stored: {error.strerror}.", place=Place(str(folder))) from error


def _read(folder: Path, made: Import, known: ReferenceIndex) -> ImportedStatements:
    kind = KINDS[made.kind]
    files = [_given(folder / stored_name(made.kind, file.sha256), file.name) for file in made.files]
    for stored, file in zip(made.files, files, strict=True):
        if hashlib.sha256(file.data).hexdigest() != stored.sha256:
            raise DataError("The imported file was changed.", place=Place(file.where), hint=RESTORE)
    return kind.read(files, known, made.choices)


def _require_recorded(folder: Path, name: str) -> None:
    """Raise `DataError` where a file is damaged, or the manifest is."""
    try:
        states = (read_manifest(folder) or {}).get(name)
    except DamagedManifestError as error:
        place = Place(str(folder / MANIFEST))
        raise DataError(f"The manifest is damaged: {error}.", place=place, hint=REPAIR) from error
    if states and (difference := flaw(folder / name, states)):
        raise DataError(f"The record of an import {difference}.", place=Place(str(folder / name)), hint=RESTORE)


def _provenance(made: Import, addresses: Addresses) -> Iterator[Quad]:
    v, where = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    graph, kind = IRI(addresses.graph(f"reference/un-{made.kind}")), KINDS[made.kind]
    yield Quad(graph, v("rdf:type"), v("void:Dataset"), where)
    for language, title in kind.title.texts().items():
        yield Quad(graph, v("dct:title"), text(title, language), where)
    yield Quad(graph, v("dct:created"), typed(made.date, "date"), where)
    if made.choices.as_of:
        yield Quad(graph, v("gcm:asOf"), typed(made.choices.as_of, "date"), where)
    if made.choices.left_out:
        names = ", ".join(made.choices.left_out)
        for language, words in _LEFT_OUT.texts(names=names).items():
            yield Quad(graph, v("dct:description"), text(words, language), where)
    for file in made.files:
        part = IRI(f"{graph.value}#file-{file.sha256[:16]}")
        yield Quad(graph, v("dct:source"), part, where)
        yield Quad(part, v("rdf:type"), v("prov:Entity"), where)
        yield Quad(part, v("dct:title"), text(file.name, "en"), where)
        yield Quad(part, v("gcm:sha256"), Literal(file.sha256), where)


def _given(file: Path, name: str = "") -> PublishedFile:
    """Read a file; `name` is its original name, if it is stored under another."""
    try:
        if (size := file.stat().st_size) > MAX_BYTES:
            raise DataError(f"The file has {size:,} bytes; the limit is {MAX_BYTES:,}.", place=Place(str(file)))
        return PublishedFile(name or file.name, str(file), file.read_bytes())
    except OSError as error:
        raise DataError(f"The file cannot be read: {error.strerror}.", place=Place(str(file))) from error
