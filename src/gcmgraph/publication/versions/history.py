"""Versions of a store folder, each with its time, statistics, changes and downloads.

A resource is new if the version before has no statement about it, gone if the new one has none or
states that it was withdrawn (`prov:wasInvalidatedBy`), changed if a statement about it or its parts
was added or removed. Patches are N-Quads: `previous - removed + added = version`. Blank nodes occur
in `graph/shapes` only; their labels depend on the whole graph, so the change of one shape may
change other lines.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.errors import DamagedFileError, DataError, Place
from gcmgraph.platform.file_states import Recorded, flaw_of, recorded
from gcmgraph.rdf.canonical import line_quad
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Term, Vocabulary
from gcmgraph.repository.tables import INVALIDATED_BY, is_invalidation
from gcmgraph.store.port import DEFAULT_GRAPH_STAND_IN, Store
from gcmgraph.store.store_folder import newest_first
from gcmgraph.store.version_files import CHANGES, read_intact, require_intact, version_folders

#: Kinds that are counted. Passages, whose addresses are below their document's, are counted
#: separately.
COUNTED_KINDS = (*KINDS, "passage")

_INVALIDATED_IN_LINES = str(INVALIDATED_BY).encode()

#: Resources of one kind that each list names; all are counted.
MOST_NAMED = 1_000


@dataclass(frozen=True)
class Resources:
    """Resources of one kind: their number, and the IRIs of the first `MOST_NAMED`."""

    count: int
    iris: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """The changes of a version. `published` is the time of its creation (ISO 8601, UTC).

    `previous` is None for a first version and if the version before is unknown; the rest is empty
    then.
    """

    version: str
    published: str
    previous: str | None = None
    #: numbers of quads added and removed
    added: int = 0
    removed: int = 0
    #: IRI of a graph ("" for the default graph) to its numbers of quads added and removed
    graphs: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    #: kind to resources that are new, gone, and changed (the names are those of the stored file)
    came: Mapping[str, Resources] = field(default_factory=dict)
    went: Mapping[str, Resources] = field(default_factory=dict)
    changed: Mapping[str, Resources] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """The changes as they are stored beside a version."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, content: bytes, source: str) -> Changes:
        """Parse the result of `to_json`, read from `source`.

        Raises `DataError` for anything else.
        """
        try:
            return msgspec.json.decode(content, type=cls)
        except msgspec.DecodeError as error:
            raise DataError("This is no list of changes.", place=Place(source)) from error


def compare(
    old: Iterable[bytes], new: Iterable[bytes], about: Changes, addresses: Addresses
) -> tuple[Changes, list[bytes], list[bytes]]:
    """The changes of a version whose dump has the lines `new` instead of `old`; lines removed, and lines added."""
    gone, added, start = dict.fromkeys(old), list[bytes](), f"<{addresses.base}id/".encode()
    before = _present(gone, start, addresses)

    def seen() -> Iterator[bytes]:
        for line in new:
            if line in gone:
                del gone[line]
            else:
                added.append(line)
            yield line

    after = _present(seen(), start, addresses)
    removed = list(gone)
    more, fewer = (Counter(map(_graph, lines)) for lines in (added, removed))
    graphs = {name: (more[name], fewer[name]) for name in sorted(more | fewer)}
    touched = {_resource(line, start) for line in (*added, *removed)} - {b""}
    kept = before & after
    came, went, changed = (
        _by_kind(touched & those, start) for those in (after - kept, before - kept, kept)
    )
    counted = replace(about, added=len(added), removed=len(removed), graphs=graphs)
    return replace(counted, came=came, went=went, changed=changed), removed, added


def _graph(line: bytes) -> str:
    graph = line_quad(line).graph_name
    return graph.value if isinstance(graph, IRI) else ""


def _present(lines: Iterable[bytes], start: bytes, addresses: Addresses) -> set[bytes]:
    """The resources of lines that are not withdrawn."""
    found, withdrawn, resource, last = set[bytes](), set[bytes](), b"", b"\0"
    for line in lines:
        if not line.startswith(last):  # the lines of a subject follow each other
            resource, last = _resource(line, start), line[: line.index(b">") + 1]
            found.add(resource)
        if (
            resource
            and _INVALIDATED_IN_LINES in line
            and is_invalidation(quad := line_quad(line), addresses)
        ):
            withdrawn |= {resource} if quad.subject == IRI(resource.decode()) else set()
    return found - withdrawn


def _resource(line: bytes, start: bytes) -> bytes:
    """The IRI of the subject of a line, without its fragment; empty for a subject that is not below `start`.

    Of an observation, the IRI of its dataset.
    """
    if not line.startswith(start):
        return b""
    iri = line[1 : line.index(b">")].partition(b"#")[0]
    kind, _, local = iri[len(start) - 1 :].partition(b"/")
    return (
        start[1:] + kind + b"/" + local.partition(b"/")[0]
        if kind == b"statistics" and local
        else iri
    )


def _by_kind(resources: Iterable[bytes], start: bytes) -> dict[str, Resources]:
    kinds: dict[str, list[str]] = {}
    for resource in sorted(resources):
        kind, _, local = resource[len(start) - 1 :].decode().partition("/")
        kinds.setdefault("passage" if kind == "source" and "/" in local else kind, []).append(
            resource.decode()
        )
    return {
        kind: Resources(len(iris), tuple(iris[:MOST_NAMED]))
        for kind in COUNTED_KINDS
        if (iris := kinds.get(kind))
    }


#: File beside the index of a version. The number is that of the format.
STATISTICS = "figures-1.json"

_TRIPLES = """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
    WHERE { ?s ?p ?o }"""
_GRAPHS = "SELECT ?term (COUNT(*) AS ?n) WHERE { GRAPH ?term { ?s ?p ?o } } GROUP BY ?term"
_CLASSES = "SELECT ?term (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?term } GROUP BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) WHERE { ?s ?term ?o } GROUP BY ?term"

#: Properties whose texts are counted by language.
_LABELS = ("skos:prefLabel", "dct:title", "dct:description")

#: Local names of the classes that a summary counts.
_MAIN = ("Practice", "Action", "Organisation", "Evaluation")


@dataclass(frozen=True)
class Statistics:
    """Counts of one version.

    `quads` and `graphs` count quads, the others distinct triples of the union graph.
    """

    quads: int
    triples: int
    subjects: int
    objects: int
    #: IRI of each graph to its number of triples
    graphs: dict[str, int]
    #: IRI of each class to its number of instances
    classes: dict[str, int]
    #: IRI of each property to its number of triples
    properties: dict[str, int]
    #: language of labels (BCP 47, without region) to its number of labels
    languages: dict[str, int]

    @classmethod
    def of(cls, store: Store, addresses: Addresses) -> Statistics:
        """Count the contents of a store."""
        (row,) = store.select(_TRIPLES).rows
        v = Vocabulary(addresses)
        labels = (
            triple.object for curie in _LABELS for triple in store.triples(predicate=v(curie))
        )
        tags = (label.language for label in labels if isinstance(label, Literal) and label.language)
        return cls(
            quads=len(store),
            triples=_number(row["triples"]),
            subjects=_number(row["subjects"]),
            objects=_number(row["objects"]),
            graphs=_grouped(store, _GRAPHS),
            classes=_grouped(store, _CLASSES),
            properties=_grouped(store, _PROPERTIES),
            languages=dict(Counter(tag.split("-", 1)[0] for tag in tags)),
        )

    @classmethod
    def read(cls, folder: Path) -> Statistics | None:
        """Read the statistics of the version in `folder`; None if there is no valid file."""
        if flaw_of(folder, STATISTICS):
            return None
        try:
            return msgspec.json.decode((folder / STATISTICS).read_bytes(), type=cls)
        except (OSError, msgspec.DecodeError):
            return None

    def write(self, folder: Path) -> None:
        """Write the file into the folder of a version."""
        (folder / STATISTICS).write_text(json.dumps(asdict(self), indent=1), "utf-8")

    def summary(self, version: str, addresses: Addresses) -> str:
        """The numbers of triples, graphs and main resources in a line, for the report of a build."""
        classes = {
            f"{name.lower()}s": self.classes.get(f"{addresses.ontology}{name}", 0) for name in _MAIN
        }
        counts = ", ".join(f"{number:,} {name}" for name, number in classes.items())
        return f"Dataset {version}: {self.quads:,} triples in {len(self.graphs)} graphs; {counts}"

    def counts(self, addresses: Addresses) -> str:
        """The counts of graphs and classes as lines of text."""
        names, ontology = {DEFAULT_GRAPH_STAND_IN: "(default graph)"}, addresses.ontology
        graphs = sorted(
            (names.get(iri, iri.removeprefix(addresses.base)), n) for iri, n in self.graphs.items()
        )
        classes = sorted(
            (f"gcm:{c[len(ontology) :]}", n)
            for c, n in self.classes.items()
            if c.startswith(ontology)
        )
        lines = []
        for heading, counts in (("Triples per graph", graphs), ("Resources per class", classes)):
            lines += ["", heading, *(f"  {count:>9,}  {name}" for name, count in counts)]
        return "\n".join(lines)


def _grouped(store: Store, query: str) -> dict[str, int]:
    return {
        row["term"].value: _number(row["n"])
        for row in store.select(query).rows
        if isinstance(row["term"], IRI)
    }


def _number(term: Term) -> int:
    return int(term.value) if isinstance(term, Literal) else 0


@dataclass(frozen=True)
class DumpFormat:
    """A download that a version may have."""

    name: str
    media_type: str
    #: media type of the compression, or None
    compression: str | None = None
    #: whether it holds the changes of the version instead of the whole
    patch: bool = False


#: The files that are served; other files in a version's folder are not.
FORMATS = (
    DumpFormat("gcmgraph.nq", "application/n-quads"),
    DumpFormat("gcmgraph.nq.gz", "application/n-quads", "application/gzip"),
    DumpFormat("gcmgraph.trig.gz", "application/trig", "application/gzip"),
    DumpFormat("gcmgraph.ttl.gz", "text/turtle", "application/gzip"),
    DumpFormat("added.nq.gz", "application/n-quads", "application/gzip", patch=True),
    DumpFormat("removed.nq.gz", "application/n-quads", "application/gzip", patch=True),
)


@dataclass(frozen=True)
class Download:
    """A download: its file, size in bytes, SHA-256 in hexadecimal, and time of creation."""

    version: str
    format: DumpFormat
    file: Path
    size: int
    sha256: str
    made: datetime

    @property
    def path(self) -> str:
        """Its address below the base."""
        return f"dumps/{self.version}/{self.format.name}"


@dataclass(frozen=True)
class DatasetVersion:
    """A dataset version. `published` is the time of its creation."""

    name: str
    published: datetime
    #: None if unknown
    changes: Changes | None
    #: downloads of the whole; none for a version whose dumps were removed
    dumps: tuple[Download, ...]
    #: downloads of added and removed statements
    patches: tuple[Download, ...]

    @property
    def previous(self) -> str | None:
        """The name of the version before; None if unknown."""
        return self.changes.previous if self.changes else None


class History:
    """Versions below a folder. Their changes are cached, since a version never changes."""

    def __init__(self, versions: Path) -> None:
        self._versions = versions
        self._changes: dict[str, Changes | None] = {}
        self._reading = threading.Lock()

    def names(self) -> list[str]:
        """The names of the versions, newest first. It examines each version's folder once."""
        return newest_first(
            self._versions, (folder.name for folder in version_folders(self._versions.parent))
        )

    def holds(self, name: str) -> bool:
        """Whether there is a version of this name. No path is built from it."""
        return any(folder.name == name for folder in version_folders(self._versions.parent))

    def files(self, name: str) -> str:
        """Names of the present downloads of a version of `names`, separated by spaces.

        Some downloads of a changed version are written after it has been published.
        """
        folder = self._versions / name
        return " ".join(form.name for form in FORMATS if (folder / form.name).is_file())

    def downloads(self, name: str) -> list[Download]:
        """Downloads of a version of `names`, or of a name that it `holds`; their contents are not examined."""
        found = (self._download(name, form) for form in FORMATS)
        return [dump for dump in found if dump is not None]

    def download(self, version: str, name: str) -> Download | None:
        """A download by version and file name, or None.

        Unknown names are rejected before any path is built.

        Raises `DamagedFileError` where it differs from its record. Its content is examined when it
        is found for the first time, and after a change.
        """
        form = next((form for form in FORMATS if form.name == name), None)
        if form is None or not self.holds(version):
            return None
        require_intact(self._versions / version, name)
        return self._download(version, form)

    def find(self, name: str) -> DatasetVersion | None:
        """A version by name, or None.

        Unknown names are rejected before any path is built. Raises as `version`.
        """
        return self.version(name) if self.holds(name) else None

    def described(self, name: str) -> DatasetVersion:
        """As `version`, for a description of the dataset: without the changes if their file is damaged."""
        try:
            return self.version(name)
        except DamagedFileError:
            return self._version(name, None)

    def version(self, name: str) -> DatasetVersion:
        """A version by a name of `names`.

        Raises `DamagedFileError` where the file of its changes is damaged.
        """
        return self._version(name, self._changes_of(name))

    def neighbours(self, version: DatasetVersion) -> tuple[str | None, str | None]:
        """The names of the version before, and of the first one that followed; None where there is none here."""
        names = self.names()
        previous = version.previous if version.previous in names else None
        for name in reversed(names):  # oldest first
            with suppress(DamagedFileError):
                changes = self._changes_of(name)
                if changes and changes.previous == version.name:
                    return previous, name
        return previous, None

    def _version(self, name: str, changes: Changes | None) -> DatasetVersion:
        files = self.downloads(name)
        if changes is None:
            made = datetime.fromtimestamp(int((self._versions / name).stat().st_mtime), UTC)
        else:
            made = datetime.fromisoformat(changes.published)
        dumps, patches = (
            tuple(file for file in files if file.format.patch is patch) for patch in (False, True)
        )
        return DatasetVersion(name, made, changes, dumps, patches)

    def _changes_of(self, name: str) -> Changes | None:
        with self._reading:
            if name not in self._changes:
                file = self._versions / name / CHANGES
                try:
                    content = read_intact(file.parent, CHANGES)
                    self._changes[name] = (
                        None if content is None else Changes.from_json(content, str(file))
                    )
                except (DataError, OSError):  # of an older release, which had no records
                    self._changes[name] = None
            return self._changes[name]

    def _download(self, version: str, form: DumpFormat) -> Download | None:
        folder = self._versions / version
        file = folder / form.name
        try:
            state = file.stat()
            content = recorded(folder, form.name) or Recorded.of_file(file)
        except OSError:  # the dumps of old versions are removed
            return None
        made = datetime.fromtimestamp(int(state.st_mtime), UTC)
        return Download(version, form, file, content.size, content.sha256, made)
