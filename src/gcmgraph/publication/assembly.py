"""Assembly of a dataset from the files of the repository, before validation.

A table that was imported replaces the table of the same name in the repository, so that the two
never contradict each other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files as package_files
from pathlib import Path
from types import MappingProxyType

from gcmgraph.linking.link_checks import read_checks
from gcmgraph.linking.sssom import SUFFIX, read_linkset
from gcmgraph.model.program_tables import terms_of_tables
from gcmgraph.platform.errors import DataError, DocumentError
from gcmgraph.publication.inference import infer
from gcmgraph.publication.metadata.doi import require_valid_doi
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Quad, Vocabulary, in_graph, text
from gcmgraph.readings.compact_texts import (
    COMPACT,
    RESOLUTION,
    Wordings,
    compact_quads,
    resolution_quads,
)
from gcmgraph.readings.files import Readings, read_readings
from gcmgraph.readings.records import PresentDocuments, Records, read_records
from gcmgraph.repository.layout import Repository, ontology_terms, read_graph
from gcmgraph.repository.tables import read_table, read_tables
from gcmgraph.sources.register import SourceState, present_sources, read_register, state_of
from gcmgraph.sources.source_texts import document_slug
from gcmgraph.store.stores import as_engine_returns
from gcmgraph.translations import Message

#: Properties whose values are labels and topics of resources that must be described.
_DEPENDENT_PROPERTIES = ("gcm:topic", "skos:prefLabel", "dct:title")


@dataclass(frozen=True)
class Assembly:
    """A dataset before validation: all quads except those of readings, and the readings."""

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
        """All quads except those of the readings in some files, and of the judgements on them."""
        quads = list(self.base)
        for record in self.readings.records:
            if record.file not in held_back:
                quads += record.quads
        quads += _of_described(self.dependent, quads, self.addresses)
        quads += infer(quads, self.addresses)
        return tuple(dict.fromkeys(as_engine_returns(quads)))


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
    _require_terms_of_tables(repository, addresses)
    reference = list(read_known(repository, addresses, imported))
    topics, topics_provenance = _read_topics(repository, addresses)
    documents = PresentDocuments({**files, **own_documents(repository)})
    texts_and_readings = _read_texts(repository, addresses, documents, reference)
    base = [
        *reference,
        *imported,
        *_read_own_graphs(repository, addresses),
        *_read_linksets(repository, addresses),
        *contributed,
        *texts_and_readings.quads,
        *topics_provenance,
    ]
    judgements = _read_judgements(repository, addresses)
    dependent = (*judgements, *topics)
    return Assembly(tuple(base), texts_and_readings.readings, addresses, dependent)


def read_reference(
    repository: Repository, addresses: Addresses, imported: Iterable[Quad] = ()
) -> Iterator[Quad]:
    """The reference tables, each in its graph, with provenance.

    Tables that an import replaces are left out.
    """
    imported_graphs = {quad.graph_name for quad in imported}
    terms = ontology_terms(repository, addresses)
    for table in read_tables(repository.reference, addresses, terms):
        if table.quads and table.graph not in imported_graphs:
            yield from table.published(addresses)


def read_known(
    repository: Repository, addresses: Addresses, imported: Iterable[Quad] = ()
) -> Iterator[Quad]:
    """The data that readings depend on: reference tables, and metadata of the source documents."""
    yield from read_reference(repository, addresses, imported)
    sources = repository.root / "data" / "sources" / "sources.csv"
    yield from read_table(sources, addresses, graph="provenance").quads


def read_figures(
    repository: Repository, addresses: Addresses, imported: Iterable[Quad] = ()
) -> tuple[list[Quad], list[DataError]]:
    """The tables of figures, each in its graph, and the errors of tables that are left out.

    An import replaces the table of its name. The metadata state the form of each cell; nothing is
    inferred.
    """
    quads: list[Quad] = []
    errors: list[DataError] = []
    imported_graphs = {quad.graph_name for quad in imported}
    for path in repository.statistics:
        if IRI(addresses.graph(f"reference/{path.stem}")) in imported_graphs:
            continue
        try:
            quads += as_engine_returns(read_table(path, addresses).published(addresses))
        except DataError as error:
            errors.append(error)
    return quads, errors


def describe_graphs(addresses: Addresses) -> Iterator[Quad]:
    """The metadata of the graphs in `graphs.toml`, in graph/provenance."""
    v = Vocabulary(addresses)
    provenance = IRI(addresses.graph("provenance"))
    table = package_files(__package__).joinpath("graphs.toml").read_text("utf-8")
    for name, texts in tomllib.loads(table).items():
        # the catalogs have these texts from the table: a name in the call would be extracted, too
        title = texts["title"]
        description = texts["description"]
        statements = v.about(
            IRI(addresses.graph(name)),
            ("rdf:type", "void:Dataset"),
            ("dct:title", Message(title).texts()),
            ("dct:description", Message(description).texts()),
            ("dct:license", IRI(texts["licence"])),
            ("dct:rights", text(texts["rights"], "en") if "rights" in texts else None),
        )
        yield from in_graph(statements, provenance)


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
    """A sentence for each unused file of the folder, whose content is not that of the register."""
    for source in read_register(repository, addresses):
        if state_of(folder, source) is SourceState.UNEXPECTED:
            yield (
                f"{folder / source.file}: The content is not that of the register (SHA-256), "
                f"so it is not used. Run `gcmgraph fetch {source.name}`."
            )


def _require_terms_of_tables(repository: Repository, addresses: Addresses) -> None:
    """Raise `DataError` for a term in a table of the program that the ontology lacks."""
    terms = ontology_terms(repository, addresses)
    for curie, place in terms_of_tables():
        if IRI(addresses.expand(curie)) not in terms:
            raise DataError(
                f"'{curie}' is no term of the ontology.",
                place=place,
                hint="Correct it, or add the term.",
            )


def _read_own_graphs(repository: Repository, addresses: Addresses) -> Iterator[Quad]:
    """Metadata of the graphs, editors' statements, ontology and shapes."""
    yield from describe_graphs(addresses)
    curated = list(read_graph(repository.curated, IRI(addresses.graph("curated")), addresses))
    require_valid_doi(curated, addresses)
    yield from curated
    for folder, name in (
        (repository.ontology, "ontology"),
        (repository.shapes, "shapes"),
    ):
        yield from read_graph(folder, IRI(addresses.graph(name)), addresses)


def _read_linksets(repository: Repository, addresses: Addresses) -> Iterator[Quad]:
    """The link sets with their provenance, and the checks of their links."""
    for path in repository.linksets:
        linkset = read_linkset(path, addresses)
        yield from linkset.quads
        yield from linkset.provenance(addresses)
    names = {path.name.removesuffix(SUFFIX) for path in repository.linksets}
    for check in read_checks(repository.link_checks, addresses):
        if check.linkset in names:
            yield from check.quads(addresses)


@dataclass(frozen=True)
class _TextsAndReadings:
    """Quads of the texts of the Compact that are present, and the readings of the guidance."""

    quads: list[Quad]
    readings: Records


def _read_texts(
    repository: Repository,
    addresses: Addresses,
    documents: PresentDocuments,
    reference: Sequence[Quad],
) -> _TextsAndReadings:
    """The texts of the Compact and the readings.

    A wording is stated of the first text that has it: the resolution precedes the guidance, and
    the guidance the negotiated text.
    """
    register = {source.name: source for source in read_register(repository, addresses)}
    readings = read_readings(repository.readings)
    wordings = Wordings(addresses, reference)
    quads: list[Quad] = []
    errors: list[DocumentError] = []
    resolution = documents.get(RESOLUTION)
    if resolution:
        letters = _letters_of_actions(readings)
        source = register[RESOLUTION]
        try:
            quads += resolution_quads(resolution, source, letters, wordings, addresses)
        except DocumentError as error:
            errors.append(error)
    records = read_records(readings, documents, reference, addresses, register.values(), wordings)
    compact = documents.all_of(COMPACT)
    if compact:
        quads += compact_quads(compact, register[COMPACT], wordings, addresses)
    problems = (*errors, *records.problems)
    warnings = (*documents.warnings(), *records.warnings)
    return _TextsAndReadings(quads, replace(records, problems=problems, warnings=warnings))


def _letters_of_actions(readings: Readings) -> dict[int, str]:
    """The letters of the actions of each objective in the guidance."""
    return {
        page.objective: "".join(action.letter for action in page.actions) for page in readings.pages
    }


def _read_judgements(repository: Repository, addresses: Addresses) -> list[Quad]:
    """The tables of the editors' judgements."""
    quads: list[Quad] = []
    for path in repository.judgements:
        quads += read_table(path, addresses, graph="curated").quads
    return quads


def _read_topics(repository: Repository, addresses: Addresses) -> tuple[list[Quad], list[Quad]]:
    """The topics of passages, and the provenance of their table."""
    if not repository.topics.exists():
        return [], []
    table = read_table(repository.topics, addresses, graph="topics")
    return list(table.quads), list(table.provenance(addresses))


def _of_described(
    dependent: Iterable[Quad], quads: Iterable[Quad], addresses: Addresses
) -> list[Quad]:
    """Quads without the topics and labels of resources that have no description."""
    v = Vocabulary(addresses)
    properties = {v(curie) for curie in _DEPENDENT_PROPERTIES}
    about = v("schema:about")
    described = {quad.subject for quad in quads if quad.predicate == v("rdf:type")}
    return [
        quad
        for quad in dependent
        if (quad.predicate not in properties or quad.subject in described)
        and (quad.predicate != about or quad.object in described)
    ]
