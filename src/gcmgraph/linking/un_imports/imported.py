"""Files of the UN that an operator imported: kept as they came, with hash and date, and read again by every build.

In the folder of the setting `imports`, `{kind}/{sha256}` with the kind's suffix for each file and `{kind}/import.json`,
which names the files of the last import; those of earlier ones stay.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from gcmgraph.errors import DataError, GcmGraphError, Place
from gcmgraph.linking.un_imports.files import NO_CHOICES, Choices, PublishedFile, Reading
from gcmgraph.linking.un_imports.known import Known
from gcmgraph.linking.un_imports.m49 import read_m49
from gcmgraph.linking.un_imports.sdg import read_sdg
from gcmgraph.linking.un_imports.treaties import read_treaties
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.translations.messages import Message


@dataclass(frozen=True)
class Kind:
    """A kind of files of the UN: how they are read, the suffix they are kept with, the title of what they state."""

    read: Callable[[Sequence[PublishedFile], Known, Choices], Reading]
    suffix: str
    title: Message
    #: sources of the register (`gcmgraph fetch`) that are imported where no files are given
    sources: tuple[str, ...] = ()


#: What can be imported. Each kind has its graph, `graph/reference/un-{kind}`.
KINDS = {
    "sdg": Kind(
        read_sdg,
        ".ttl",
        Message("SDG goals, targets and indicators of the United Nations"),
        ("sdg-kos-goals-targets-indicators", "sdg-kos-subject-mappings"),
    ),
    "treaties": Kind(
        read_treaties,
        ".xml",
        Message("Signatories and parties of treaties, from the United Nations Treaty Collection"),
    ),
    "m49": Kind(
        read_m49,
        ".csv",
        Message("Regions and groups of countries of UN M49"),
    ),
}

_LEFT_OUT = Message("Left out when imported: {names}.")

#: What cannot be imported, and why.
REFUSED = {
    "unbis": "its Turtle file is published (unbist-….ttl of https://digitallibrary.un.org/record/4075456), but no copy "
    "was at hand to verify its form"
}

#: Largest file taken, in bytes; those published have less than 8 MB.
MAX_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True)
class ImportedFile:
    """A file as it was imported."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Import:
    """An import: its kind, its day (ISO), its files, and what the operator said beside them."""

    kind: str
    date: str
    files: tuple[ImportedFile, ...]
    choices: Choices


@dataclass(frozen=True)
class Change:
    """What an import changes against the one before, and what to know about its files."""

    added: tuple[Quad, ...]
    removed: tuple[Quad, ...]
    notes: tuple[str, ...] = ()


def last_import(folder: Path, kind: str) -> Import | None:
    """The last import of a kind, or None. Raises `DataError` where its record is not in order."""
    path = folder / kind / "import.json"
    if not path.is_file():
        return None
    try:
        record = json.loads(path.read_text("utf-8"))
        files = tuple(ImportedFile(**file) for file in record["files"])
        said = record.get("choices", {})
        choices = Choices(said.get("as_of"), tuple(said.get("left_out", ())))
        return Import(kind, record["date"], files, choices)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError("This is no record of an import.", place=Place(str(path))) from error


def import_files(
    folder: Path, kind: str, files: Sequence[Path], date: str, known: Known, choices: Choices = NO_CHOICES
) -> Change:
    """Keep files as the current import of a kind, and tell what changed. The same files again change nothing.

    Raises a `GcmGraphError` where they cannot be read as that kind; what was imported stays so then.
    """
    given = [_given(file) for file in sorted(files)]
    reading = KINDS[kind].read(given, known, choices)
    made = Import(kind, date, tuple(ImportedFile(f.name, hashlib.sha256(f.data).hexdigest()) for f in given), choices)
    before = last_import(folder, kind)
    held, notes = frozenset[Quad](), reading.notes
    if before is not None:
        try:
            held = frozenset(_read(folder, before, known).quads)
        except GcmGraphError as error:  # the reference data have changed since; a new import mends it
            notes = (*notes, f"The last import can no longer be read, so all is told as new: {error}")
    if before is None or (before.files, before.choices) != (made.files, made.choices):
        _keep(folder / kind, made, given)
    new = frozenset(reading.quads)
    return Change(tuple(sorted(new - held, key=str)), tuple(sorted(held - new, key=str)), notes)


def imported_quads(folder: Path, know: Callable[[], Known]) -> Iterator[Quad]:
    """What all current imports state, and where it comes from. It is asked what is known where there is an import."""
    if current := [made for kind in KINDS if (made := last_import(folder, kind)) is not None]:
        known = know()
        for made in current:
            yield from _read(folder, made, known).quads
            yield from _provenance(made, known.addresses)


def _keep(place: Path, made: Import, files: Sequence[PublishedFile]) -> None:
    try:
        place.mkdir(parents=True, exist_ok=True)
        for kept, file in zip(made.files, files, strict=True):
            (place / f"{kept.sha256}{KINDS[made.kind].suffix}").write_bytes(file.data)
        draft = place / ".import.json"
        draft.write_text(json.dumps(asdict(made), indent=1), "utf-8")
        draft.replace(place / "import.json")
    except OSError as error:
        raise DataError(f"The import cannot be kept: {error.strerror}.", place=Place(str(place))) from error


def _read(folder: Path, made: Import, known: Known) -> Reading:
    kind = KINDS[made.kind]
    places = [(file.name, folder / made.kind / f"{file.sha256}{kind.suffix}") for file in made.files]
    return kind.read([_given(place, name) for name, place in places], known, made.choices)


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
    """A file, read; `name` where it is kept under another."""
    try:
        if (size := file.stat().st_size) > MAX_BYTES:
            raise DataError(f"The file has {size:,} bytes; the limit is {MAX_BYTES:,}.", place=Place(str(file)))
        return PublishedFile(name or file.name, str(file), file.read_bytes())
    except OSError as error:
        raise DataError(f"The file cannot be read: {error.strerror}.", place=Place(str(file))) from error
