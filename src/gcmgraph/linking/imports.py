"""Imported files: stored unchanged with hash and date, and read again by every build.

A table is imported by its name (`statistics.csv` with `statistics.csv-metadata.json`), files of the UN by their kind.
The folder of the setting `imports` has each file as `{name}/{sha256}` with a suffix, and `{name}/import.json` with the
files of the last import and a digest of itself. Files of earlier imports remain.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import msgspec

from gcmgraph.errors import DataError, GcmGraphError, Place, faults_of_files
from gcmgraph.files import make_folder, write_file
from gcmgraph.linking.un_files import (
    NO_OPTIONS,
    Conversion,
    ImportedStatements,
    ImportOptions,
    PublishedFile,
    ReferenceIndex,
    iom_rows,
    m49_rows,
    treaty_rows,
)
from gcmgraph.linking.un_vocabularies import read_sdg, read_unbis
from gcmgraph.model.terms import IRI, Literal, Quad, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import decode_text
from gcmgraph.rdfio.templates import Templates
from gcmgraph.repository.csvw import metadata_path, parse_metadata, read_metadata
from gcmgraph.repository.layout import ontology_terms
from gcmgraph.repository.tables import Problems, Row, rows_of, table_of
from gcmgraph.translations import Message


@dataclass(frozen=True)
class ImportKind:
    """A kind of UN files: title of its graph, suffix of stored files, and a reader of statements or of rows."""

    title: Message
    suffix: str
    statements: Callable[[Sequence[PublishedFile], ReferenceIndex], ImportedStatements] | None = None
    rows: Callable[[Conversion], Iterator[Row]] | None = None
    #: properties of which the notes name other values in the reference tables
    compared: tuple[str, ...] = ()
    #: sources of the register (`gcmgraph fetch`) that are imported where no files are given
    sources: tuple[str, ...] = ()


#: Kinds of UN files. Each has its graph, `graph/reference/un-{kind}`.
KINDS = {
    "sdg": ImportKind(
        Message("SDG goals, targets and indicators of the United Nations"),
        ".ttl",
        statements=read_sdg,
        sources=("sdg-kos-goals-targets-indicators", "sdg-kos-subject-mappings"),
    ),
    "treaties": ImportKind(
        Message("Signatories and parties of treaties, from the United Nations Treaty Collection"),
        ".xml",
        rows=treaty_rows,
    ),
    "m49": ImportKind(
        Message("Regions and groups of countries of UN M49"),
        ".csv",
        rows=m49_rows,
        compared=("gcm:region", "gcm:countryGroup", "skos:prefLabel"),
    ),
    "unbis": ImportKind(Message("UNBIS Thesaurus of the United Nations"), ".ttl", statements=read_unbis),
    "iom": ImportKind(
        Message("Outputs of IOM's results framework, and the objectives that they serve"),
        ".json",
        rows=iom_rows,
        sources=("iom-outputs-to-objectives", "iom-results-framework"),
    ),
}

_LEFT_OUT = Message("Left out when imported: {names}.")

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
    """An import: kind of UN files or name of a table, date (ISO 8601), files, options."""

    kind: str
    date: str
    files: tuple[ImportedFile, ...]
    choices: ImportOptions

    def path(self, folder: Path, file: ImportedFile) -> Path:
        """The path of one of its files below the folder of imports."""
        suffix = KINDS[self.kind].suffix if self.kind in KINDS else Path(file.name).suffix
        return folder / self.kind / f"{file.sha256}{suffix}"


@dataclass(frozen=True)
class ImportChange:
    """The changes of an import against the one before, and notes on its files."""

    added: tuple[Quad, ...]
    removed: tuple[Quad, ...]
    notes: tuple[str, ...] = ()


def imported_names(folder: Path) -> list[str]:
    """The kinds of UN files and the tables that were imported."""
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def last_import(folder: Path, kind: str) -> Import | None:
    """The last import of a kind or table, or None. Raises `DataError` for a missing or damaged record."""
    path = folder / kind / "import.json"
    if not path.parent.is_dir():
        return None
    try:
        about = json.loads(path.read_text("utf-8"))
        if about.pop("sha256") != _digest(about):
            raise ValueError("the content differs from its digest")
        return msgspec.convert(about, Import)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, msgspec.ValidationError) as error:
        raise DataError(
            "The record of the import is missing or damaged.", place=Place(str(path)), hint=RESTORE
        ) from error


def _digest(about: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def import_files(
    folder: Path,
    kind: str,
    files: Sequence[Path],
    date: str,
    known: ReferenceIndex,
    choices: ImportOptions = NO_OPTIONS,
) -> ImportChange:
    """Store files as the current import of a kind of UN files, or of the table `kind`, and return the changes.

    Importing equal files changes nothing, except that it writes damaged ones anew.

    Raises a `GcmGraphError` if they cannot be read as that kind; the last import remains then.
    """
    given = [_given(file) for file in sorted(files)]
    reading = read_statements(kind, given, known, choices)
    made = Import(kind, date, tuple(ImportedFile(f.name, hashlib.sha256(f.data).hexdigest()) for f in given), choices)
    old, notes, before = frozenset[Quad](), reading.notes, None
    try:
        before = last_import(folder, kind)
    except DataError as error:
        notes = (*notes, f"The last import is replaced: {error}")
    if before is not None:
        try:
            old = frozenset(_read(folder, before, known).quads)
        except GcmGraphError as error:  # the reference data have changed since; a new import corrects it
            notes = (*notes, f"The last import can no longer be read, so all statements count as new: {error}")
    same = before is not None and (before.files, before.choices) == (made.files, made.choices)
    if before is None or not same or not all(_is_stored(made.path(folder, file), file) for file in made.files):
        _store(folder, replace(made, date=before.date) if before is not None and same else made, given)
    new = frozenset(reading.quads)
    return ImportChange(tuple(sorted(new - old, key=str)), tuple(sorted(old - new, key=str)), notes)


def import_table(folder: Path, table: Path, date: str, known: ReferenceIndex) -> ImportChange:
    """Store a table and its metadata as the current import of its name, as `import_files`."""
    place = Place(str(table))
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", table.stem) or table.stem.startswith("un-"):
        hint = "Rename the file: lower-case letters, digits and hyphens; un-… are the imports of UN files."
        raise DataError("The name of the table cannot be that of a graph.", place=place, hint=hint)
    if table.stem in KINDS or (known.repository.reference / table.name).exists():
        hint = f"Rename the file: '{table.stem}' is a table of data/reference or a kind of UN files."
        raise DataError("The name of the table is in use.", place=place, hint=hint)
    return import_files(folder, table.stem, [table, metadata_path(table)], date, known)


def imported_quads(folder: Path, know: Callable[[], ReferenceIndex]) -> Iterator[Quad]:
    """The statements and provenance of all current imports. `know` is called if there are any."""
    if current := [made for name in imported_names(folder) if (made := last_import(folder, name)) is not None]:
        known = know()
        for made in current:
            reading = _read(folder, made, known)
            yield from reading.quads
            yield from reading.provenance
            yield from _provenance(made, known.addresses)


def _is_stored(path: Path, file: ImportedFile) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256


def _store(folder: Path, made: Import, files: Sequence[PublishedFile]) -> None:
    """Write the files of an import and then its record, which replaces that of the import before."""
    contents = {made.path(folder, one).name: file.data for one, file in zip(made.files, files, strict=True)}
    about = asdict(made)
    contents["import.json"] = json.dumps(about | {"sha256": _digest(about)}, indent=1).encode()
    with faults_of_files(DataError, "The import cannot be stored", folder):
        make_folder(folder / made.kind)
        for name, data in contents.items():
            write_file(folder / made.kind / name, data)


def _read(folder: Path, made: Import, known: ReferenceIndex) -> ImportedStatements:
    files = [_given(made.path(folder, file), file.name) for file in made.files]
    for stored, file in zip(made.files, files, strict=True):
        if hashlib.sha256(file.data).hexdigest() != stored.sha256:
            raise DataError("The imported file was changed.", place=Place(file.where), hint=RESTORE)
    return read_statements(made.kind, files, known, made.choices)


def read_statements(
    name: str, files: Sequence[PublishedFile], known: ReferenceIndex, options: ImportOptions
) -> ImportedStatements:
    """The statements of files of a kind, or of a table and its metadata. Raises a `GcmGraphError`."""
    if options != NO_OPTIONS and name != "treaties":
        raise DataError("--as-of and --leave-out are for treaties alone.")
    kind, problems, notes = KINDS.get(name), Problems(), list[str]()
    if kind is not None and kind.statements is not None:
        return kind.statements(files, known)
    if kind is not None and kind.rows is not None:
        name = f"un-{name}"
        metadata = read_metadata(known.repository.imports / f"{name}.csv-metadata.json", known.addresses)
        rows = kind.rows(Conversion(files, known, options, problems, notes))
    else:
        file, about = files
        terms = ontology_terms(known.repository, known.addresses)
        metadata = parse_metadata(decode_text(about.data, about.where), about.where, known.addresses, terms)
        rows = rows_of(decode_text(file.data, file.where), file.where, metadata.delimiter)
    graph = IRI(known.addresses.graph(f"reference/{name}"))
    table = table_of(name, rows, metadata, graph, known.addresses, known.repository.reference, problems)
    problems.refuse()
    if kind is None:
        return ImportedStatements(table.quads, provenance=tuple(table.provenance(known.addresses)))
    return ImportedStatements(table.quads, (*known.differences(table.quads, kind.compared), *notes))


def _provenance(made: Import, addresses: Addresses) -> Iterator[Quad]:
    kind, choices, templates = KINDS.get(made.kind), made.choices, Templates("linking/provenance.trig", addresses)
    graph = IRI(addresses.graph(f"reference/un-{made.kind}" if kind else f"reference/{made.kind}"))
    files = {file: IRI(f"{graph.value}#file-{file.sha256[:16]}") for file in made.files}
    yield from templates.fill_in(
        "provenance",
        "import",
        graph=graph,
        title=kind.title.texts() if kind else None,
        leftOut=_LEFT_OUT.texts(names=", ".join(choices.left_out)) if choices.left_out else None,
        date=typed(made.date, "date"),
        asOf=typed(choices.as_of, "date") if choices.as_of else None,
        files=files.values(),
    )
    for file, part in files.items():
        stated = {"name": text(file.name, "en"), "sha256": Literal(file.sha256)}
        yield from templates.fill_in("provenance", "file", file=part, **stated)


def _given(file: Path, name: str = "") -> PublishedFile:
    """Read a file; `name` is its original name, if it is stored under another."""
    with faults_of_files(DataError, "The file cannot be read", file):
        if (size := file.stat().st_size) > MAX_BYTES:
            raise DataError(f"The file has {size:,} bytes; the limit is {MAX_BYTES:,}.", place=Place(str(file)))
        return PublishedFile(name or file.name, str(file), file.read_bytes())
