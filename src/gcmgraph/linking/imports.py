"""Files of the UN that an operator imported: kept as they came, with hash and date, and read again by every build.

In the folder of the setting `imports`, `{kind}/{sha256}.ttl` for each file and `{kind}/import.json`, which names the
files of the last import; those of earlier ones stay.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from gcmgraph.errors import DataError, Place
from gcmgraph.linking.un_sdg import sdg_quads
from gcmgraph.model.terms import IRI, Literal, Quad, Triple, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.parsing import read_quads

#: What can be imported: how its triples become quads, and title in English and French.
READERS: dict[str, Callable[[Iterable[Triple], Addresses, str], Iterator[Quad]]] = {"sdg": sdg_quads}
_TITLES = {
    "sdg": ("SDG goals, targets and indicators of the United Nations", "ODD, cibles et indicateurs des Nations Unies")
}

#: What cannot be imported yet, and why.
REFUSED = {
    "unbis": "no file of the UNBIS Thesaurus as published was at hand to verify its form",
    "m49": "no file of UN M49 as published was at hand to verify its form",
    "treaties": "parties to treaties are tables of data/reference (participation-….csv): replace their rows there",
}


@dataclass(frozen=True)
class ImportedFile:
    """A file as it was imported."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Import:
    """An import: its kind, its day (ISO), its files."""

    kind: str
    date: str
    files: tuple[ImportedFile, ...]


@dataclass(frozen=True)
class Change:
    """What an import changes against the one before."""

    added: tuple[Quad, ...]
    removed: tuple[Quad, ...]


def last_import(folder: Path, kind: str) -> Import | None:
    """The last import of a kind, or None. Raises `DataError` where its record is not in order."""
    path = folder / kind / "import.json"
    if not path.is_file():
        return None
    try:
        record = json.loads(path.read_text("utf-8"))
        return Import(kind, record["date"], tuple(ImportedFile(**file) for file in record["files"]))
    except (ValueError, KeyError, TypeError) as error:
        raise DataError("This is no record of an import.", place=Place(str(path))) from error


def import_files(folder: Path, kind: str, files: Sequence[Path], date: str, addresses: Addresses) -> Change:
    """Keep files as the current import of a kind, and tell what changed. The same files again change nothing.

    Raises `DataError` or `RdfSyntaxError` where they cannot be read as that kind; what was imported stays so then.
    """
    before = last_import(folder, kind)
    held = set(_read(folder, before, addresses)) if before else set()
    contents = [(file, _bytes(file)) for file in sorted(files)]
    made = Import(kind, date, tuple(ImportedFile(f.name, hashlib.sha256(data).hexdigest()) for f, data in contents))
    triples = (quad.triple for file in sorted(files) for quad in read_quads(file))
    new = set(READERS[kind](triples, addresses, str(files[0])))
    if before is None or before.files != made.files:
        place = folder / kind
        try:
            place.mkdir(parents=True, exist_ok=True)
            for (_, data), file in zip(contents, made.files, strict=True):
                (place / f"{file.sha256}.ttl").write_bytes(data)
            draft = place / ".import.json"
            draft.write_text(json.dumps(asdict(made), indent=1), "utf-8")
            draft.replace(place / "import.json")
        except OSError as error:
            raise DataError(f"The import cannot be kept: {error.strerror}.", place=Place(str(place))) from error
    return Change(tuple(sorted(new - held, key=str)), tuple(sorted(held - new, key=str)))


def imported_quads(folder: Path, addresses: Addresses) -> Iterator[Quad]:
    """What all current imports state, and where it comes from."""
    for kind in READERS:
        if (made := last_import(folder, kind)) is not None:
            yield from _read(folder, made, addresses)
            yield from _provenance(made, addresses)


def _read(folder: Path, made: Import, addresses: Addresses) -> Iterator[Quad]:
    place = folder / made.kind
    triples = (quad.triple for file in made.files for quad in read_quads(place / f"{file.sha256}.ttl"))
    return READERS[made.kind](triples, addresses, str(place))


def _provenance(made: Import, addresses: Addresses) -> Iterator[Quad]:
    v, where = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    graph = IRI(addresses.graph(f"reference/un-{made.kind}"))
    yield Quad(graph, v("rdf:type"), v("void:Dataset"), where)
    for language, words in zip(("en", "fr"), _TITLES[made.kind], strict=True):
        yield Quad(graph, v("dct:title"), text(words, language), where)
    yield Quad(graph, v("dct:created"), typed(made.date, "date"), where)
    for file in made.files:
        part = IRI(f"{graph.value}#file-{file.sha256[:16]}")
        yield Quad(graph, v("dct:source"), part, where)
        yield Quad(part, v("rdf:type"), v("prov:Entity"), where)
        yield Quad(part, v("dct:title"), text(file.name, "en"), where)
        yield Quad(part, v("gcm:sha256"), Literal(file.sha256), where)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise DataError(f"The file cannot be read: {error.strerror}.", place=Place(str(file))) from error
