"""Assembly of all graphs of the dataset from the files of the repository.

Imported files of the UN have precedence over the reference tables: an import replaces the statements of the tables on
the participants of a treaty, and on the region and groups of a country, so that the two never contradict each other.
"""

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
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, text
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.inference import infer
from gcmgraph.readings.evidence import COMPACT, RESOLUTION, Wordings, compact_quads, resolution_quads
from gcmgraph.readings.files import read_readings
from gcmgraph.readings.records import PresentDocuments, Records, read_records
from gcmgraph.repository.layout import Repository, ontology_terms, read_graph
from gcmgraph.repository.tables import read_table, read_tables
from gcmgraph.sources.register import SourceState, present_sources, read_register, state_of
from gcmgraph.store.stores import as_kept
from gcmgraph.translations.messages import Message

#: Title and description of each graph.
_GRAPHS = {
    "ontology": (Message("Ontology"), Message("The terms of GCM Graph.")),
    "shapes": (Message("Shapes"), Message("What a contribution must get right (SHACL).")),
    "curated": (
        Message("Editors' texts and judgements"),
        Message(
            "What editors of GCM Graph wrote and judged: summaries, short labels, notes, and judgements with their "
            "rationale; never a source's own words."
        ),
    ),
    "evidence": (
        Message("Evidence"),
        Message("Passages of the source documents, and which statement each supports."),
    ),
    "inferred": (
        Message("Inferred statements"),
        Message(
            "What follows: super-classes, organisations involved in practices, actions and practices of objectives."
        ),
    ),
    "examples": (
        Message("Example queries"),
        Message("Queries that can be run as they are, and the prefixes of this dataset."),
    ),
    "void": (
        Message("Classes and properties in use"),
        Message("Numbers of statements by class, property and kind of value (VoID), for editors and assistants."),
    ),
    "provenance": (Message("Provenance"), Message("Origin of each graph and of each resource.")),
}


def describe_graphs(addresses: Addresses) -> Iterator[Quad]:
    """The metadata of these graphs, in graph/provenance."""
    v, where = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    for name, texts in _GRAPHS.items():
        graph = IRI(addresses.graph(name))
        yield Quad(graph, v("rdf:type"), v("void:Dataset"), where)
        for predicate, message in zip(("dct:title", "dct:description"), texts, strict=True):
            for language, words in message.texts().items():
                yield Quad(graph, v(predicate), text(words, language), where)


#: Properties of countries that an import of M49 replaces.
_OF_COUNTRIES = ("gcm:region", "gcm:countryGroup")

#: A subject, a property, and the language of the value if it has one.
_Key = tuple[object, object, str | None]


@dataclass(frozen=True)
class Precedence:
    """The imported treaties, and the properties of resources that imports replace."""

    _v: Vocabulary
    _treaties: frozenset[object]
    _replaced: frozenset[_Key]

    @classmethod
    def of(cls, imported: Iterable[Quad], addresses: Addresses) -> Precedence:
        """The precedence of imported quads; quads of other graphs are ignored."""
        v = Vocabulary(addresses)
        treaties, m49 = (addresses.graph(f"reference/un-{kind}") for kind in ("treaties", "m49"))
        of_treaties, values = set[object](), set[_Key]()
        for quad in imported:
            graph = getattr(quad.graph_name, "value", "")
            if graph == treaties and quad.predicate == v("gcm:participationIn"):
                of_treaties.add(quad.object)
            elif graph == m49 and quad.predicate == v("gcm:region"):
                values |= {(quad.subject, v(curie), None) for curie in _OF_COUNTRIES}
            elif graph == m49 and quad.predicate == v("skos:prefLabel"):
                values |= {_key(quad), (quad.subject, v("skos:broader"), None)}
        return cls(v, frozenset(of_treaties), frozenset(values))

    def left(self, quads: Iterable[Quad]) -> tuple[Quad, ...]:
        """The statements of a table that no import replaces."""
        given = tuple(quads)
        in_treaty = self._v("gcm:participationIn")
        replaced = {q.subject for q in given if q.predicate == in_treaty and q.object in self._treaties}
        return tuple(q for q in given if q.subject not in replaced and _key(q) not in self._replaced)


def _key(quad: Quad) -> _Key:
    return quad.subject, quad.predicate, quad.object.language if isinstance(quad.object, Literal) else None


@dataclass(frozen=True)
class Assembly:
    """A dataset before validation: all quads except those of readings, and the readings as records."""

    base: tuple[Quad, ...]
    readings: Records
    addresses: Addresses
    #: topics of passages, also of resources that are held back
    topics: tuple[Quad, ...] = ()

    @cached_property
    def quads(self) -> tuple[Quad, ...]:
        """All quads, with those of every reading."""
        return self.without(())

    def without(self, held_back: Collection[str]) -> tuple[Quad, ...]:
        """All quads except those of the readings in some files, with the editors' judgements on them."""
        records = [record for record in self.readings.records if record.file not in held_back]
        quads = [*self.base, *(quad for record in records for quad in record.quads)]
        quads += _topics_of_described(self.topics, quads, self.addresses)
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
    for check in read_checks(repository.link_checks, addresses):
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
    topics: tuple[Quad, ...] = ()
    if repository.topics.exists():
        table = read_table(repository.topics, addresses, graph="topics")
        base += table.provenance(addresses)
        topics = table.quads
    return Assembly(tuple(base), records, addresses, topics)


def _topics_of_described(topics: Iterable[Quad], quads: Iterable[Quad], addresses: Addresses) -> list[Quad]:
    """Quads of topics, without the topics of resources that have no description."""
    of_type, has_topic, is_about = map(Vocabulary(addresses), ("rdf:type", "gcm:topic", "schema:about"))
    described = {quad.subject for quad in quads if quad.predicate == of_type}
    return [
        quad
        for quad in topics
        if (quad.predicate != has_topic or quad.subject in described)
        and (quad.predicate != is_about or quad.object in described)
    ]


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
