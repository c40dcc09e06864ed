"""The build of a dataset version: assembly, inference, validation, storage; and the loading of an operator's own RDF.

All graphs are assembled from the files of the repository. A table that was imported replaces the
table of the same name in the repository, so that the two never contradict each other.

Inferred are super-classes, super-properties of the ontology, actions and practices of objectives,
schemes and wholes. The rules are the `.rq` files in `inference/`. They are applied at build time,
into `graph/inferred`, so that queries require no reasoner and inferred statements are separate from
stated ones. Each rule depends on the statements about one resource and on the ontology, so a
contribution applies them to the subjects and objects of its change.

The name of the version is a digest of its canonical N-Quads, so equal files give the same version,
byte by byte.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from gcmgraph.linking.sssom import SUFFIX, read_checks, read_linkset
from gcmgraph.model.program_tables import terms_of_tables
from gcmgraph.platform.errors import DataError, DocumentError, GcmGraphError
from gcmgraph.publication.metadata.void import describe_version, recounted
from gcmgraph.publication.versions.dataset import VersionTime, store_version
from gcmgraph.publication.versions.derivation import Derivation
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.queries.library import read_queries
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.media import N_QUADS
from gcmgraph.rdf.namespaces import DEFAULT_BASE, Addresses
from gcmgraph.rdf.parsing import parse_quads, read_quads
from gcmgraph.rdf.terms import IRI, Quad, Triple, Vocabulary, in_graph, text
from gcmgraph.readings.evidence import (
    COMPACT,
    RESOLUTION,
    Wordings,
    compact_quads,
    resolution_quads,
)
from gcmgraph.readings.files import read_readings
from gcmgraph.readings.records import PresentDocuments, Records, read_records
from gcmgraph.repository.layout import Repository, ontology_terms, read_graph
from gcmgraph.repository.tables import read_table, read_tables
from gcmgraph.sources.register import SourceState, present_sources, read_register, state_of
from gcmgraph.sources.source_texts import document_slug
from gcmgraph.store.port import Change, Store
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.stores import ChangedStore, as_kept
from gcmgraph.store.version_files import DUMP, require_whole
from gcmgraph.translations import Message
from gcmgraph.validation.report import Level, Report
from gcmgraph.validation.rules import Shapes, load_shapes
from gcmgraph.validation.validate import validate_dataset

_INFERENCE = files(__package__) / "inference"

#: In the order of application. No result of a rule is a premise of an earlier rule.
_RULES = ("inverses.rq", "subproperties.rq", "subclasses.rq", "schemes.rq", "wholes.rq")


def infer(quads: Iterable[Quad], addresses: Addresses) -> Iterator[Quad]:
    """The inferred triples that are not in the dataset, in `graph/inferred`."""
    known = {quad.triple for quad in quads}
    store = Store.of_triples(known)
    graph = IRI(addresses.graph("inferred"))
    for rule in _RULES:
        query = _INFERENCE.joinpath(rule).read_text("utf-8").replace(DEFAULT_BASE, addresses.base)
        for triple in store.construct(query):
            if triple not in known:
                yield Quad(triple.subject, triple.predicate, triple.object, graph)


def with_inferred(store: Store, change: Change, addresses: Addresses) -> Change:
    """A change of stated quads with its inferred quads. It must not change the ontology."""
    inferred = IRI(addresses.graph("inferred"))
    ontology = [*store.quads(graph=IRI(addresses.graph("ontology")))]
    iris = {
        term
        for quad in change.removed | change.added
        for term in (quad.subject, quad.object)
        if isinstance(term, IRI)
    }
    changed = ChangedStore(store, change)

    def concluded_in(version: Store) -> set[Triple]:
        stated = {
            quad for iri in iris for quad in version.quads(iri) if quad.graph_name != inferred
        }
        return {quad.triple for quad in infer([*ontology, *stated], addresses)}

    concluded, added = concluded_in(changed), {quad.triple for quad in change.added}

    def is_stated(triple: Triple) -> bool:
        return any(quad.graph_name != inferred for quad in changed.quads(*triple))

    candidates = {
        Quad(t.subject, t.predicate, t.object, inferred)
        for t in concluded | concluded_in(store) | added
    }
    inferred_after = {
        quad for quad in candidates if quad.triple in concluded and not is_stated(quad.triple)
    }
    return change.then(Change.towards(inferred_after, candidates, store.holds))


def describe_graphs(addresses: Addresses) -> Iterator[Quad]:
    """The metadata of the graphs in `graphs.toml`, in graph/provenance."""
    v, where = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    for name, texts in tomllib.loads(
        (files(__package__) / "graphs.toml").read_text("utf-8")
    ).items():
        titles, descriptions = (Message(texts[key]).texts() for key in ("title", "description"))
        about = (
            ("rdf:type", "void:Dataset"),
            ("dct:title", titles),
            ("dct:description", descriptions),
        )
        yield from in_graph(v.about(IRI(addresses.graph(name)), *about), where)


@dataclass(frozen=True)
class Assembly:
    """A dataset before validation: all quads except those of readings, and the readings as records."""

    base: tuple[Quad, ...]
    readings: Records
    addresses: Addresses
    #: topics of passages, and labels by the editors, also of resources that are held back
    dependent: tuple[Quad, ...] = ()

    @cached_property
    def quads(self) -> tuple[Quad, ...]:
        """All quads, with those of every reading."""
        return self.without(())

    def without(self, held_back: Collection[str]) -> tuple[Quad, ...]:
        """All quads except those of the readings in some files, with the editors' judgements on them."""
        records = [record for record in self.readings.records if record.file not in held_back]
        quads = [*self.base, *(quad for record in records for quad in record.quads)]
        quads += _of_described(self.dependent, quads, self.addresses)
        quads += infer(quads, self.addresses)
        return tuple(dict.fromkeys(as_kept(quads)))


def read_reference(
    repository: Repository, addresses: Addresses, imported: Iterable[Quad] = ()
) -> Iterator[Quad]:
    """The reference tables, each in its graph, with provenance, without those that an import replaces."""
    imported_graphs = {quad.graph_name for quad in imported}
    for table in read_tables(
        repository.reference, addresses, ontology_terms(repository, addresses)
    ):
        if table.quads and table.graph not in imported_graphs:
            yield from table.published(addresses)


def read_known(
    repository: Repository, addresses: Addresses, imported: Iterable[Quad] = ()
) -> Iterator[Quad]:
    """The data that readings depend on: reference tables, and descriptions of the source documents."""
    yield from read_reference(repository, addresses, imported)
    yield from read_table(
        repository.root / "data" / "sources" / "sources.csv", addresses, graph="provenance"
    ).quads


def assemble(
    repository: Repository,
    addresses: Addresses,
    contributed: Iterable[Quad] = (),
    imported: Sequence[Quad] = (),
    files: Mapping[str, Path] = MappingProxyType({}),
) -> Assembly:
    """All graphs, with those of accepted contributions and of imports.

    `files` are source documents outside of the repository, by slug; of each, the texts beside it
    are read. Literals have the lexical forms of the engine. Raises a `GcmGraphError` for an invalid
    file; invalid readings are in `Assembly.readings.problems`.
    """

    def graph(name: str) -> IRI:
        return IRI(addresses.graph(name))

    terms = ontology_terms(repository, addresses)
    for curie, place in terms_of_tables():
        if IRI(addresses.expand(curie)) not in terms:
            raise DataError(
                f"'{curie}' is no term of the ontology.",
                place=place,
                hint="Correct it, or add the term.",
            )
    known = list(read_known(repository, addresses, imported))
    register = {source.name: source for source in read_register(repository, addresses)}
    present = PresentDocuments({**files, **own_documents(repository)})
    readings = read_readings(repository.readings)
    wordings, problems = Wordings(addresses, known), list[GcmGraphError]()
    base = [
        *known,
        *imported,
        *describe_graphs(addresses),
        *read_graph(repository.curated, graph("curated"), addresses),
        *read_graph(repository.ontology, graph("ontology"), addresses),
        *read_graph(repository.shapes, graph("shapes"), addresses),
    ]
    for path in repository.linksets:
        linkset = read_linkset(path, addresses)
        base += [*linkset.quads, *linkset.provenance(addresses)]
    names = {path.name.removesuffix(SUFFIX) for path in repository.linksets}
    for check in read_checks(repository.link_checks, addresses):
        if check.linkset in names:
            base += check.quads(addresses)
    base += contributed
    if adopted := present.get(RESOLUTION):
        letters = {
            page.objective: "".join(action.letter for action in page.actions)
            for page in readings.pages
        }
        try:
            base += resolution_quads(adopted, register[RESOLUTION], letters, wordings, addresses)
        except DocumentError as error:
            problems.append(error)
    records = read_records(readings, present, known, addresses, register.values(), wordings)
    if negotiated := present.all_of(COMPACT):  # after the guidance, which has precedence
        base += compact_quads(negotiated, register[COMPACT], wordings, addresses)
    records = replace(
        records,
        problems=(*problems, *records.problems),
        warnings=(*present.warnings(), *records.warnings),
    )
    dependent = [
        q
        for path in repository.judgements
        for q in read_table(path, addresses, graph="curated").quads
    ]
    if repository.topics.exists():
        table = read_table(repository.topics, addresses, graph="topics")
        base += table.provenance(addresses)
        dependent += table.quads
    return Assembly(tuple(base), records, addresses, tuple(dependent))


def read_figures(
    repository: Repository, addresses: Addresses, imported: Iterable[Quad] = ()
) -> tuple[list[Quad], list[DataError]]:
    """The tables of figures, each in its graph, and the errors of tables that are left out.

    An import replaces the table of its name. The metadata state the form of each cell; nothing is
    inferred.
    """
    quads, problems, imports = (
        list[Quad](),
        list[DataError](),
        {quad.graph_name for quad in imported},
    )
    for path in repository.statistics:
        if IRI(addresses.graph(f"reference/{path.stem}")) not in imports:
            try:
                quads += as_kept(read_table(path, addresses).published(addresses))
            except DataError as error:
                problems.append(error)
    return quads, problems


def _of_described(
    dependent: Iterable[Quad], quads: Iterable[Quad], addresses: Addresses
) -> list[Quad]:
    """Quads without the topics and labels of resources that have no description."""
    of_type, is_about, *own = map(
        Vocabulary(addresses),
        ("rdf:type", "schema:about", "gcm:topic", "skos:prefLabel", "dct:title"),
    )
    described = {quad.subject for quad in quads if quad.predicate == of_type}
    kept = (quad for quad in dependent if quad.predicate not in own or quad.subject in described)
    return [quad for quad in kept if quad.predicate != is_about or quad.object in described]


def own_documents(repository: Repository) -> dict[str, Path]:
    """The documents in the repository, whose text may be shown, by slug."""
    return {document_slug(path.name): path for path in repository.sources}


def document_files(repository: Repository, addresses: Addresses, folder: Path) -> dict[str, Path]:
    """The documents that are present, fetched or in the repository, by slug."""
    documents = (source for source in read_register(repository, addresses) if source.is_document)
    return {**present_sources(folder, documents), **own_documents(repository)}


def fetched_files(repository: Repository, addresses: Addresses, folder: Path) -> dict[str, Path]:
    """The fetched files whose hash is that of the register, by name."""
    return present_sources(folder, read_register(repository, addresses))


def unexpected_files(repository: Repository, addresses: Addresses, folder: Path) -> Iterator[str]:
    """A sentence for each file of the folder whose content is not that of the register, and which is not used."""
    for source in read_register(repository, addresses):
        if state_of(folder, source) is SourceState.UNEXPECTED:
            yield (
                f"{folder / source.file}: The content is not that of the register (SHA-256), so it is not used. "
                f"Run `gcmgraph fetch {source.name}`."
            )


@dataclass(frozen=True)
class HeldBack:
    """A reading or a table of figures that is not published: its file, and the reasons, a sentence each."""

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
    figures, problems = read_figures(repository, addresses, imported)
    step("validating")
    shapes = load_shapes(repository, addresses)
    quads, report, held_back = _conforming(assembly, shapes)
    held_back += tuple(map(_held_back, problems))
    warnings = assembly.readings.warnings
    if not report.conforms or (strict and held_back):
        return Build(report, held_back, warnings, None)
    step("storing")
    quads = (*quads, *figures, *_held_back_quads(held_back, addresses))
    library = read_queries(repository, addresses).values()
    quads = (*quads, *describe_version(quads, library, addresses, endpoint))
    dump = serialize_canonical(quads)
    with dataset.writing():
        version = store_version(dataset, dump, addresses, time)
        stored()
    statistics = Statistics.read(dataset.current_folder()) or Statistics.of(
        dataset.open_current(), addresses
    )
    return Build(
        report,
        held_back,
        warnings,
        statistics.summary(version, addresses),
        statistics.counts(addresses),
    )


def _conforming(
    assembly: Assembly, shapes: Shapes
) -> tuple[tuple[Quad, ...], Report, tuple[HeldBack, ...]]:
    """The quads without readings that violate the shapes, the report on them, and the readings held back.

    Holding one back may remove resources that another names, so this is repeated until no reading
    violates a shape.
    """
    held_back = [*map(_held_back, assembly.readings.problems)]
    left_out: set[str] = set()
    while True:
        quads = assembly.without(left_out)
        report = validate_dataset(quads, shapes)
        violating = {} if report.conforms else _violations_by_file(report, assembly, left_out)
        if not violating:
            return quads, report, tuple(held_back)
        held_back += [HeldBack(file, tuple(reasons)) for file, reasons in violating.items()]
        left_out |= set(violating)


def _held_back(error: GcmGraphError) -> HeldBack:
    return HeldBack(error.place.source if error.place else "", (str(error),))


def _violations_by_file(
    report: Report, assembly: Assembly, left_out: set[str]
) -> dict[str, list[str]]:
    """Messages of violations, by the file of the reading that describes the focus node."""
    found: dict[str, list[str]] = {}
    violations = [result for result in report.results if result.level is Level.VIOLATION]
    for record in assembly.readings.records:
        if record.file not in left_out:
            own = (result for result in violations if result.focus in record.subjects)
            messages = [
                f"{one.labels.best('en') or one.focus}: {one.messages.best('en')}" for one in own
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


def load(
    dataset: StoreFolder, files: Sequence[Path], graph: str | None, addresses: Addresses
) -> tuple[int, str]:
    """Add files to the current version, or to an empty one; return the number of new quads and the version's name.

    `graph` replaces the graph names of all quads. Raises `RdfSyntaxError` and `StoreError`, before
    any change.
    """
    quads = [quad for file in files for quad in as_kept(read_quads(file, max_bytes=sys.maxsize))]
    if graph is not None:
        try:
            name = IRI(graph)
        except ValueError as error:
            raise GcmGraphError(
                f"'{graph}' is not an IRI.", hint="Give --graph an absolute IRI."
            ) from error
        quads = [Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads]
    with dataset.writing():  # no other process may publish a version in between
        known, inputs = set[Quad](), dict[str, str]()
        if dataset.current_version() is not None:
            before = dataset.current_folder()
            known, inputs = _dumped(before), dict(Derivation.read(before).inputs)
        dump = serialize_canonical(recounted(known | set(quads), addresses))
        version = store_version(dataset, dump, addresses)
        Derivation(inputs={**inputs, "loaded": version}).write(dataset.current_folder())
    return len(set(quads) - known), version


def _dumped(folder: Path) -> set[Quad]:
    """The quads of a version, from its dump, since the index changes lexical forms of literals."""
    if not (folder / DUMP).is_file():  # written by other software
        return set(Store.open(folder / "index").quads())
    require_whole(folder / DUMP)
    dump = (folder / DUMP).read_bytes()
    return set(parse_quads(dump, N_QUADS, source=DUMP, max_bytes=len(dump)))
