"""Every graph of the dataset, from the files of the repository."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gcmgraph.documents.reading import read_document
from gcmgraph.extraction.evidence import preferred_names
from gcmgraph.extraction.extract import Extraction, Extractor
from gcmgraph.linking.check_record import read_checks
from gcmgraph.linking.sssom import SUFFIX, read_linkset
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.graphs import describe_graphs
from gcmgraph.publication.inference import infer
from gcmgraph.publication.precedence import Precedence
from gcmgraph.repository.documents import read_graph
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import read_table, read_tables
from gcmgraph.store.kept_literals import as_kept


@dataclass(frozen=True)
class Assembly:
    """A dataset before validation, and the documents read for it."""

    quads: tuple[Quad, ...]
    extractions: tuple[Extraction, ...]


def read_reference(repository: Repository, addresses: Addresses, imported: Iterable[Quad] = ()) -> Iterator[Quad]:
    """The reference tables, each in its graph, and where each column comes from; without what imports say instead."""
    precedence = Precedence.of(imported, addresses)
    for read in read_tables(repository.reference, addresses):
        table = replace(read, quads=precedence.left(read.quads))
        if table.quads:
            yield from table.quads
            yield from table.provenance(addresses)


def read_known(repository: Repository, addresses: Addresses, imported: Iterable[Quad] = ()) -> Iterator[Quad]:
    """What is known before any document is read: the reference data, and how the source documents are described."""
    yield from read_reference(repository, addresses, imported)
    yield from read_table(repository.root / "data" / "sources" / "sources.csv", addresses, graph="provenance").quads


def assemble(
    repository: Repository, addresses: Addresses, contributed: Iterable[Quad] = (), imported: Sequence[Quad] = ()
) -> Assembly:
    """All graphs, those of accepted contributions and of imported files of the UN too.

    Literals stand as the engine keeps them. Raises a `GcmGraphError` of the file that is not in order.
    """

    def graph(name: str) -> IRI:
        return IRI(addresses.graph(name))

    known = list(read_known(repository, addresses, imported))
    curated = list(read_graph(repository.curated, graph("curated"), addresses))
    extractions = tuple(_extractions(repository, Extractor(known, addresses), [*imported, *curated], addresses))
    quads = [
        *known,
        *imported,
        *describe_graphs(addresses),
        *curated,
        *read_graph(repository.ontology, graph("ontology"), addresses),
        *read_graph(repository.shapes, graph("shapes"), addresses),
    ]
    for path in repository.linksets:
        linkset = read_linkset(path, addresses)
        quads += [*linkset.quads, *linkset.provenance(addresses)]
    names = {path.name.removesuffix(SUFFIX) for path in repository.linksets}
    for check in read_checks(repository.link_checks):
        if check.linkset in names:
            quads += check.quads(addresses)
    for extraction in extractions:
        quads += extraction.quads
    quads += contributed
    quads += infer(quads, addresses)
    return Assembly(tuple(dict.fromkeys(as_kept(quads))), extractions)


def _extractions(
    repository: Repository, extractor: Extractor, named: list[Quad], addresses: Addresses
) -> Iterator[Extraction]:
    """The documents in order of their names. A name that imports, editors or an earlier document gave stays."""
    preferred = preferred_names(named, addresses)
    for path in repository.sources:
        extraction = extractor.extract(read_document(path), preferred=preferred)
        preferred = {**preferred_names(extraction.quads, addresses), **preferred}
        yield extraction
