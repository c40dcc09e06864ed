"""The build of a dataset version: assembly, validation, storage; and the loading of an operator's own RDF.

The name of the version is a digest of its canonical N-Quads, so equal files give the same version, byte by byte.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import IRI, Quad, Vocabulary, text
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.assembly import Assembly, assemble
from gcmgraph.publication.self_description import describe_version, recounted
from gcmgraph.publication.versions.files import version_files, write_indexes
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.queries.library import read_queries
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.rdfio.media import N_QUADS
from gcmgraph.rdfio.parsing import parse_quads, read_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.store.stores import as_kept, open_index
from gcmgraph.store.versions import DUMP, StoreFolder, require_whole, version_name
from gcmgraph.validation.dataset import validate_dataset
from gcmgraph.validation.report import Level, Report
from gcmgraph.validation.rules import Shapes, load_shapes


@dataclass(frozen=True)
class HeldBack:
    """A reading that is not published: its file, and the reasons, a sentence each."""

    file: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Build:
    """The result of a build. `summary` has the counts as text; it is None if nothing was stored."""

    report: Report
    held_back: tuple[HeldBack, ...]
    warnings: tuple[str, ...]
    summary: str | None


def build(
    repository: Repository,
    addresses: Addresses,
    dataset: StoreFolder,
    step: Callable[[str], None] = lambda _: None,
    contributed: Iterable[Quad] = (),
    imported: Sequence[Quad] = (),
    files: Mapping[str, Path] = MappingProxyType({}),
    *,
    strict: bool = False,
    endpoint: str | None = None,
) -> Build:
    """Build a dataset version and make it current, if it conforms to the shapes.

    A reading that violates a shape is held back and the rest is published; with `strict`, nothing is published. `step`
    receives the name of each step; `contributed` are the quads of accepted contributions, `imported` those of imported
    files, `files` the present source documents by slug; `endpoint` is the URL at which the version can be queried, for
    its example queries. Raises a `GcmGraphError` for an invalid file, and `StoreError`;
    the current version remains current then.
    """
    step("reading the files")
    assembly = assemble(repository, addresses, contributed, imported, files)
    step("validating")
    shapes = load_shapes(repository, addresses)
    quads, report, held_back = _conforming(assembly, shapes)
    warnings = assembly.readings.warnings
    if not report.conforms or (strict and held_back):
        return Build(report, held_back, warnings, None)
    step("storing")
    quads = (*quads, *_held_back_quads(held_back, addresses))
    library = read_queries(repository, addresses).values()
    quads = (*quads, *describe_version(quads, library, addresses, endpoint))
    dump = serialize_canonical(quads)
    version = version_name(sha256(dump))
    files_beside = version_files(dataset, version, quads, dump, addresses)
    dataset.publish(version, quads, files_beside, lambda folder: write_indexes(folder, addresses))
    statistics = Statistics.read(dataset.current_folder()) or Statistics.of(dataset.open_current(), addresses)
    return Build(report, held_back, warnings, statistics.summary(version, addresses))


def _conforming(assembly: Assembly, shapes: Shapes) -> tuple[tuple[Quad, ...], Report, tuple[HeldBack, ...]]:
    """The quads without readings that violate the shapes, the report on them, and the readings held back.

    Holding one back may remove resources that another names, so this is repeated until no reading violates a shape.
    """
    held_back = [
        HeldBack(error.place.source if error.place else "", (str(error),)) for error in assembly.readings.problems
    ]
    left_out: set[str] = set()
    while True:
        quads = assembly.without(left_out)
        report = validate_dataset(quads, shapes)
        violating = {} if report.conforms else _violations_by_file(report, assembly, left_out)
        if not violating:
            return quads, report, tuple(held_back)
        held_back += [HeldBack(file, tuple(reasons)) for file, reasons in violating.items()]
        left_out |= set(violating)


def _violations_by_file(report: Report, assembly: Assembly, left_out: set[str]) -> dict[str, list[str]]:
    """Messages of violations, by the file of the reading that describes the focus node."""
    found: dict[str, list[str]] = {}
    violations = [result for result in report.results if result.level is Level.VIOLATION]
    for record in assembly.readings.records:
        if record.file not in left_out:
            messages = [
                f"{result.labels.best('en') or result.focus}: {result.messages.best('en')}"
                for result in violations
                if result.focus in record.subjects
            ]
            if messages:
                found[record.file] = list(dict.fromkeys(messages))
    return found


def _held_back_quads(held_back: Iterable[HeldBack], addresses: Addresses) -> Iterator[Quad]:
    """Notes on the readings held back, as statements about the dataset in graph/provenance."""
    v, graph = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    for held in held_back:
        name = "/".join(Path(held.file).parts[-2:])
        for reason in held.reasons:
            note = text(f"{name}: {reason.removeprefix(held.file).lstrip(':')}", "en")
            yield Quad(IRI(f"{addresses.base}dataset"), v("gcm:heldBack"), note, graph)


def load(dataset: StoreFolder, files: Sequence[Path], graph: str | None, addresses: Addresses) -> tuple[int, str]:
    """Add files to the current version, or to an empty one; return the number of new quads and the version's name.

    `graph` replaces the graph names of all quads. Raises `RdfSyntaxError` and `StoreError`, before any change.
    """
    quads = [quad for file in files for quad in as_kept(read_quads(file, max_bytes=sys.maxsize))]
    if graph is not None:
        try:
            name = IRI(graph)
        except ValueError as error:
            raise GcmGraphError(f"'{graph}' is not an IRI.", hint="Give --graph an absolute IRI.") from error
        quads = [Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads]
    with dataset.writing():  # no other process may publish a version in between
        known = _dumped(dataset.current_folder()) if dataset.current_version() is not None else set()
        every = recounted(known | set(quads), addresses)
        dump = serialize_canonical(every)
        version = version_name(sha256(dump))
        beside = version_files(dataset, version, every, dump, addresses)
        dataset.put(version, every, beside, lambda folder: write_indexes(folder, addresses))
    return len(set(quads) - known), version


def _dumped(folder: Path) -> set[Quad]:
    """The quads of a version, from its dump, since the index changes lexical forms of literals."""
    if not (folder / DUMP).is_file():  # written by other software
        return set(open_index(folder / "index").quads())
    require_whole(folder / DUMP)
    dump = (folder / DUMP).read_bytes()
    return set(parse_quads(dump, N_QUADS, source=DUMP, max_bytes=len(dump)))
