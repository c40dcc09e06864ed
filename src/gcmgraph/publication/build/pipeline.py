"""Assemble, validate, store: one dataset version.

The version is named by the digest of its canonical N-Quads, so the same files give the same version, byte by byte.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

from gcmgraph.model.terms import IRI, Quad, Vocabulary, text
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.answers.cache import LARGE, write_answers
from gcmgraph.publication.build.assembly import Assembly, assemble
from gcmgraph.publication.versions.files import version_files
from gcmgraph.publication.versions.indexes import write_indexes
from gcmgraph.publication.versions.summary import Summary
from gcmgraph.queries.library import read_queries
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.repository.layout import Repository
from gcmgraph.store.opening import Dataset
from gcmgraph.store.versions.folder import SUMMARY, version_name
from gcmgraph.validation.dataset import validate_dataset
from gcmgraph.validation.report import Level, Report
from gcmgraph.validation.shacl.engine import ShapesEngine
from gcmgraph.validation.shacl.shapes import load_shapes


@dataclass(frozen=True)
class HeldBack:
    """A reading that is not published: its file, and why, in one sentence each."""

    file: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Build:
    """The result of a build. `summary` is None where nothing was stored."""

    report: Report
    held_back: tuple[HeldBack, ...]
    warnings: tuple[str, ...]
    summary: Summary | None


def build(
    repository: Repository,
    addresses: Addresses,
    dataset: Dataset,
    step: Callable[[str], None] = lambda _: None,
    contributed: Iterable[Quad] = (),
    imported: Sequence[Quad] = (),
    files: Mapping[str, Path] = MappingProxyType({}),
    *,
    strict: bool = False,
) -> Build:
    """Build a dataset version and make it current, if it conforms to the shapes.

    A reading that violates a shape is held back, and the rest is published; with `strict`, nothing is. `step` receives
    the name of each step; `contributed` are the quads of accepted contributions, `imported` those of imported files,
    `files` the source documents that are present, by slug. Raises a `GcmGraphError` of a file that is not in order,
    and `StoreError`; the current version stays so then.
    """
    step("reading the files")
    assembly = assemble(repository, addresses, contributed, imported, files)
    step("validating")
    engine = ShapesEngine(load_shapes(repository, addresses))
    quads, report, held_back = _conforming(assembly, engine)
    warnings = assembly.readings.warnings
    if not report.conforms or (strict and held_back):
        return Build(report, held_back, warnings, None)
    step("storing")
    quads = (*quads, *_held_back_quads(held_back, addresses))
    dump = serialize_canonical(quads)
    version = version_name(sha256(dump))
    summary = Summary.of(version, quads, addresses)
    figures = json.dumps(asdict(summary), indent=1).encode()
    files_beside = version_files(dataset, version, quads, dump, addresses)

    def complete(folder: Path) -> None:
        write_indexes(folder, addresses)
        if len(quads) >= LARGE:
            step("answering the named queries")
            write_answers(folder, read_queries(repository, addresses).values(), addresses)

    dataset.publish(version, quads, {**files_beside, SUMMARY: figures}, complete)
    return Build(report, held_back, warnings, summary)


def _conforming(assembly: Assembly, engine: ShapesEngine) -> tuple[tuple[Quad, ...], Report, tuple[HeldBack, ...]]:
    """The quads without readings that violate the shapes, the report on them, and the readings held back.

    Holding one back may leave another without what it names, so it is repeated until no reading violates.
    """
    held_back = [
        HeldBack(error.place.source if error.place else "", (str(error),)) for error in assembly.readings.problems
    ]
    left_out: set[str] = set()
    while True:
        quads = assembly.without(left_out)
        report = validate_dataset(quads, engine)
        violating = {} if report.conforms else _violations_by_file(report, assembly, left_out)
        if not violating:
            return quads, report, tuple(held_back)
        held_back += [HeldBack(file, tuple(reasons)) for file, reasons in violating.items()]
        left_out |= set(violating)


def _violations_by_file(report: Report, assembly: Assembly, left_out: set[str]) -> dict[str, list[str]]:
    """The messages of violations by the file of the reading that describes the focus node."""
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
    """The readings held back, as notes of the dataset in graph/provenance."""
    v, graph = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    for held in held_back:
        name = "/".join(Path(held.file).parts[-2:])
        for reason in held.reasons:
            note = text(f"{name}: {reason.removeprefix(held.file).lstrip(':')}", "en")
            yield Quad(IRI(f"{addresses.base}dataset"), v("gcm:heldBack"), note, graph)
