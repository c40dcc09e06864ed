"""The build of a dataset version: assembly, validation, storage.

The name of the version is a digest of its canonical N-Quads, so equal files give the same version,
byte by byte.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.publication.assembly import Assembly, assemble, read_figures
from gcmgraph.publication.lists.facets import require_facets
from gcmgraph.publication.metadata.partitions import describe_version
from gcmgraph.publication.rates import rates_of
from gcmgraph.publication.versions.dataset import VersionTime, store_version
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.queries.library import read_queries
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Quad, Vocabulary, text
from gcmgraph.repository.layout import Repository
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.validation.report import Level, Report
from gcmgraph.validation.rules import Shapes, load_shapes
from gcmgraph.validation.validate import validate_dataset


@dataclass(frozen=True)
class HeldBack:
    """A reading or a table of figures that is not published.

    `file` is its file; a reason is a sentence.
    """

    file: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Build:
    """The result of a build.

    `summary` is None if nothing was stored; `counts` are those of each graph and class.
    """

    report: Report
    held_back: tuple[HeldBack, ...]
    warnings: tuple[str, ...]
    summary: str | None
    counts: str = ""


@dataclass(frozen=True)
class _ValidatedQuads:
    """The quads without readings that violate the shapes, and the report on them."""

    quads: tuple[Quad, ...]
    report: Report
    held_back: tuple[HeldBack, ...]


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
    time: VersionTime = lambda _: datetime.now(UTC),
    stored: Callable[[], None] = lambda: None,
) -> Build:
    """Build a dataset version and make it current, if it conforms to the shapes.

    A reading that violates a shape is held back and the rest is published; with `strict`, nothing
    is published. `step` receives the name of each step; `contributed` are the quads of accepted
    contributions, `imported` those of imported tables, `files` the present source documents by
    slug; `endpoint` is the URL at which the version can be queried, for its example queries. `time`
    returns that of the version, and `stored` is called when the version is current, before another
    one can be made. Raises a `GcmGraphError` for an invalid file, and `StoreError`; the current
    version remains current then.
    """
    step("reading the files")
    assembly = assemble(repository, addresses, contributed, imported, files)
    figures, figure_errors = read_figures(repository, addresses, imported)
    rates, rate_errors = rates_of(repository, addresses, (*figures, *imported))
    step("validating")
    validated = _without_violations(assembly, load_shapes(repository, addresses))
    report = validated.report
    held_back = (*validated.held_back, *map(_held_back, (*figure_errors, *rate_errors)))
    warnings = assembly.readings.warnings
    if not report.conforms or (strict and held_back):
        return Build(report, held_back, warnings, None)
    step("storing")
    quads = (*validated.quads, *figures, *rates, *_held_back_quads(held_back, addresses))
    library = read_queries(repository, addresses).values()
    for query in library:
        require_facets(query)
    description = describe_version(quads, library, addresses, endpoint)
    dump = serialize_canonical((*quads, *description))
    with dataset.writing():
        version = store_version(dataset, dump, addresses, time)
        stored()
    statistics = _statistics(dataset, addresses)
    summary = statistics.summary(version, addresses)
    return Build(report, held_back, warnings, summary, statistics.counts(addresses))


def _statistics(dataset: StoreFolder, addresses: Addresses) -> Statistics:
    """The statistics of the current version, from its file or from its store."""
    statistics = Statistics.read(dataset.current_folder())
    return statistics or Statistics.of(dataset.open_current(), addresses)


def _without_violations(assembly: Assembly, shapes: Shapes) -> _ValidatedQuads:
    """The quads of an assembly without readings that violate the shapes.

    Holding one back may remove resources that another names, so this is repeated until no reading
    violates a shape.
    """
    held_back = list(map(_held_back, assembly.readings.problems))
    files: set[str] = set()
    while True:
        quads = assembly.without(files)
        report = validate_dataset(quads, shapes)
        violations = {} if report.conforms else _violations_by_file(report, assembly, files)
        if not violations:
            return _ValidatedQuads(quads, report, tuple(held_back))
        held_back += [HeldBack(file, tuple(reasons)) for file, reasons in violations.items()]
        files |= violations.keys()


def _held_back(error: GcmGraphError) -> HeldBack:
    return HeldBack(error.place.source if error.place else "", (str(error),))


def _violations_by_file(
    report: Report, assembly: Assembly, held_back: Collection[str]
) -> dict[str, list[str]]:
    """Messages of violations, by the file of the reading that describes the focus node."""
    messages_of: dict[str, list[str]] = {}
    violations = [result for result in report.results if result.level is Level.VIOLATION]
    for record in assembly.readings.records:
        if record.file in held_back:
            continue
        messages = [
            f"{violation.labels.best('en') or violation.focus}: {violation.messages.best('en')}"
            for violation in violations
            if violation.focus in record.subjects
        ]
        if messages:
            messages_of[record.file] = list(dict.fromkeys(messages))
    return messages_of


def _held_back_quads(held_back: Iterable[HeldBack], addresses: Addresses) -> Iterator[Quad]:
    """Notes on the readings held back, as statements about the dataset in graph/provenance."""
    v = Vocabulary(addresses)
    provenance = IRI(addresses.graph("provenance"))
    dataset = IRI(f"{addresses.base}dataset")
    for reading in held_back:
        name = "/".join(Path(reading.file).parts[-2:])
        for reason in reading.reasons:
            note = text(f"{name}: {reason.removeprefix(reading.file).lstrip(':')}", "en")
            yield Quad(dataset, v("gcm:heldBack"), note, provenance)
