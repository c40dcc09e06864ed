"""Assembly of all graphs of the dataset from the files of the repository."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from gcmgraph.documents import document_slug
from gcmgraph.errors import DocumentError, GcmGraphError
from gcmgraph.linking.check import read_checks
from gcmgraph.linking.sssom import SUFFIX, read_linkset
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.graph_metadata import describe_graphs
from gcmgraph.publication.build.inference import infer
from gcmgraph.publication.build.precedence import Precedence
from gcmgraph.readings.evidence import COMPACT, RESOLUTION, Wordings, compact_quads, resolution_quads
from gcmgraph.readings.files import read_readings
from gcmgraph.readings.records import PresentDocuments, Records, read_records
from gcmgraph.repository.layout import Repository, ontology_terms, read_graph
from gcmgraph.repository.tables import read_table, read_tables
from gcmgraph.sources.register import SourceState, present_sources, read_register, state_of
from gcmgraph.store.stores import as_kept


@dataclass(frozen=True)
class Assembly:
    """A dataset before validation: all quads except those of readings, and the readings as records."""

    base: tuple[Quad, ...]
    readings: Records
    addresses: Addresses

    @cached_property
    def quads(self) -> tuple[Quad, ...]:
        """All quads, with those of every reading."""
        return self.without(())

    def without(self, held_back: Collection[str]) -> tuple[Quad, ...]:
        """All quads except those of the readings in some files, with the editors' judgements on them."""
        records = [record for record in self.readings.records if record.file not in held_back]
        quads = [*self.base, *(quad for record in records for quad in record.quads)]
        quads += infer(quads, self.addresses)
        return tuple(dict.fromkeys(as_kept(quads)))


def read_reference(repository: Repository, addresses: Addresses, imported: Iterable[Quad] = ()) -> Iterator[Quad]:
    """The reference tables, each in its graph, with provenance; statements that imports replace are left out."""
    precedence = Precedence.of(imported, addresses)
    for read in read_tables(repository.reference, addresses, ontology_terms(repository, addresses)):
        table = replace(read, quads=precedence.left(read.quads))
        if table.quads:
            yield from table.quads
            yield from table.provenance(addresses)


def read_known(repository: Repository, addresses: Addresses, imported: Iterable[Quad] = ()) -> Iterator[Quad]:
    """The data that readings depend on: reference tables, and descriptions of the source documents."""
    yield from read_reference(repository, addresses, imported)
    yield from read_table(repository.root / "data" / "sources" / "sources.csv", addresses, graph="provenance").quads


def assemble(
    repository: Repository,
    addresses: Addresses,
    contributed: Iterable[Quad] = (),
    imported: Sequence[Quad] = (),
    files: Mapping[str, Path] = MappingProxyType({}),
) -> Assembly:
    """All graphs, with those of accepted contributions and of imports.

    `files` are source documents outside of the repository, by slug; of each, the texts beside it are read. Literals
    have the lexical forms of the engine.
    Raises a `GcmGraphError` for an invalid file; invalid readings are in `Assembly.readings.problems`.
    """

    def graph(name: str) -> IRI:
        return IRI(addresses.graph(name))

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
    for check in read_checks(repository.link_checks):
        if check.linkset in names:
            base += check.quads(addresses)
    base += contributed
    if adopted := present.get(RESOLUTION):
        letters = {page.objective: "".join(action.letter for action in page.actions) for page in readings.pages}
        try:
            base += resolution_quads(adopted, register[RESOLUTION], letters, wordings, addresses)
        except DocumentError as error:
            problems.append(error)
    records = read_records(readings, present, known, addresses, register.values(), wordings)
    if negotiated := present.all_of(COMPACT):  # after the guidance, which has precedence
        base += compact_quads(negotiated, register[COMPACT], wordings, addresses)
    records = replace(
        records, problems=(*problems, *records.problems), warnings=(*present.warnings(), *records.warnings)
    )
    return Assembly(tuple(base), records, addresses)


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
