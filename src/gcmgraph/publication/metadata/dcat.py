"""DCAT description of the dataset (https://www.w3.org/TR/vocab-dcat-3/)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from gcmgraph.model.terms import IRI, Literal, Term, Triple, Vocabulary, text
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.csv.whole import TABLES
from gcmgraph.publication.lists.catalogue import Catalogue
from gcmgraph.publication.metadata.csvw import METADATA_SUFFIX
from gcmgraph.publication.metadata.dcat_ap import NO_COVERAGE, Coverage, for_portals, language_iri
from gcmgraph.publication.metadata.dcat_versions import MEDIA_TYPES, date_time, describe_version, version_iri
from gcmgraph.publication.metadata.void import LICENCE, describe_dataset
from gcmgraph.publication.versions.downloads import Download
from gcmgraph.publication.versions.history import History, Version
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.store.port import Store
from gcmgraph.text.ordering import natural
from gcmgraph.translations.languages import SOURCE_LANGUAGE

_PROTOCOL = IRI("https://www.w3.org/TR/sparql11-protocol/")

#: Properties of the dataset in both VoID and DCAT.
_SHARED = ("dct:title", "dct:description", "dct:license", "void:triples", "void:sparqlEndpoint")


@dataclass(frozen=True)
class DatasetFacts:
    """The values in the description of the dataset."""

    version: str
    #: values shared with VoID, by property
    shared: Mapping[str, tuple[Term, ...]]
    #: names of the publishers: the creators of the ontology
    publishers: tuple[Literal, ...]
    #: languages of the labels (BCP 47, without region)
    languages: tuple[str, ...]
    themes: tuple[IRI, ...]
    sources: tuple[IRI, ...]
    #: records that were held back, each with its reason
    held_back: tuple[Literal, ...]
    #: the current version; None for a store without files
    current: Version | None
    #: the newest versions before it that have downloads; the page of versions lists all
    earlier: tuple[Version, ...] = ()
    coverage: Coverage = NO_COVERAGE

    @property
    def dumps(self) -> tuple[Download, ...]:
        """Downloads of the current version."""
        return self.current.dumps if self.current else ()


def dataset_facts(
    store: Store,
    addresses: Addresses,
    catalogue: Catalogue,
    statistics: Statistics,
    version: str,
    history: History | None,
    endpoint: str | None = None,
    coverage: Coverage = NO_COVERAGE,
) -> DatasetFacts:
    """The facts of one dataset version; `endpoint` is the URL of its SPARQL endpoint, `{base}sparql` unless given."""
    v = Vocabulary(addresses)
    dataset = IRI(f"{addresses.base}dataset")
    shared: dict[str, list[Term]] = {curie: [] for curie in _SHARED}
    named = {v(curie): curie for curie in _SHARED}
    for triple in describe_dataset(statistics, addresses, version, endpoint=endpoint):
        if triple.subject == dataset and triple.predicate in named and not isinstance(triple.object, Triple):
            shared[named[triple.predicate]].append(triple.object)
    makers = _literals(store, IRI(f"{addresses.base}ontology"), v("dct:creator"))
    themes = tuple(sorted(catalogue.members("objective"), key=lambda objective: natural(objective.value)))
    names = (quad.triple for theme in themes for quad in store.quads(theme, v("skos:prefLabel")))
    return DatasetFacts(
        version,
        {curie: tuple(terms) for curie, terms in shared.items()},
        tuple(sorted(makers, key=str)),
        tuple(sorted(statistics.languages)),
        themes,
        catalogue.members("source"),
        tuple(sorted(_literals(store, dataset, v("gcm:heldBack")), key=lambda note: note.value)),
        history.current(version) if history else None,
        coverage=replace(coverage, theme_names=tuple(dict.fromkeys(names))),
    )


def _literals(store: Store, subject: IRI, predicate: IRI) -> set[Literal]:
    """The distinct literals of a property, in any graph."""
    return {quad.object for quad in store.quads(subject, predicate) if isinstance(quad.object, Literal)}


def describe_in_dcat(facts: DatasetFacts, addresses: Addresses) -> Iterator[Triple]:
    """The description of `{base}dataset` for portals: catalogue, dataset, service, versions, downloads."""
    yield from for_portals(_described(facts, addresses), facts.coverage, addresses)


def _described(facts: DatasetFacts, addresses: Addresses) -> Iterator[Triple]:
    v = Vocabulary(addresses)
    a, base = v("rdf:type"), addresses.base
    dataset, service = IRI(f"{base}dataset"), IRI(f"{base}sparql")
    yield Triple(dataset, a, v("dcat:Dataset"))
    for curie, terms in facts.shared.items():
        for term in terms:
            yield Triple(dataset, v(curie), term)
    if facts.publishers:
        publisher = IRI(f"{dataset.value}#publisher")
        yield Triple(dataset, v("dct:publisher"), publisher)
        yield Triple(publisher, a, v("foaf:Agent"))
        for name in facts.publishers:
            yield Triple(publisher, v("foaf:name"), name)
    yield Triple(dataset, v("dcat:version"), Literal(facts.version))
    yield Triple(dataset, v("dcat:landingPage"), IRI(f"{base}dataset.html"))
    for tag in facts.languages:
        if (language := language_iri(tag)) is not None:
            yield Triple(dataset, v("dct:language"), language)
    for theme in facts.themes:
        yield Triple(dataset, v("dcat:theme"), theme)
    for source in facts.sources:
        yield Triple(dataset, v("prov:wasDerivedFrom"), source)  # dct:source is for datasets in DCAT-AP
    yield from _service(v, facts, dataset, service)
    for kind, content in TABLES.items():
        yield from _table(v, kind, content, dataset, base)
    for known in (*filter(None, [facts.current]), *facts.earlier):
        yield Triple(dataset, v("dcat:hasVersion"), version_iri(addresses, known.name))
        yield from describe_version(known, addresses, facts.shared["dct:title"])
    if facts.current is not None:
        yield Triple(dataset, v("dcat:hasCurrentVersion"), version_iri(addresses, facts.version))
        yield Triple(dataset, v("dct:modified"), date_time(facts.current.published))
        yield Triple(dataset, v("owl:versionInfo"), Literal(facts.version))
        for dump in facts.current.dumps:
            yield Triple(dataset, v("dcat:distribution"), IRI(base + dump.path))


def _table(v: Vocabulary, kind: str, content: str, dataset: IRI, base: str) -> Iterator[Triple]:
    """The table of a kind, with its metadata as the standard that it conforms to."""
    table = IRI(f"{base}tables/{kind}.csv")
    yield Triple(dataset, v("dcat:distribution"), table)
    yield Triple(table, v("rdf:type"), v("dcat:Distribution"))
    yield Triple(table, v("dct:title"), Literal(f"{kind}.csv"))
    yield Triple(table, v("dct:description"), text(content, SOURCE_LANGUAGE))
    yield Triple(table, v("dcat:downloadURL"), table)
    yield Triple(table, v("dcat:accessURL"), IRI(f"{base}browse/{kind}"))
    yield Triple(table, v("dcat:mediaType"), IRI(f"{MEDIA_TYPES}text/csv"))
    yield Triple(table, v("dct:conformsTo"), IRI(f"{table.value}{METADATA_SUFFIX}"))
    yield Triple(table, v("dct:license"), IRI(LICENCE))


def _service(v: Vocabulary, facts: DatasetFacts, dataset: IRI, service: IRI) -> Iterator[Triple]:
    a, access = v("rdf:type"), IRI(f"{dataset.value}#sparql")
    yield Triple(dataset, v("dcat:distribution"), access)
    yield Triple(access, a, v("dcat:Distribution"))
    yield Triple(access, v("dcat:accessService"), service)
    for url in facts.shared["void:sparqlEndpoint"]:
        yield Triple(access, v("dcat:accessURL"), url)
        yield Triple(service, v("dcat:endpointURL"), url)
    yield Triple(service, a, v("dcat:DataService"))
    yield Triple(service, v("dcat:endpointDescription"), service)
    yield Triple(service, v("dcat:servesDataset"), dataset)
    yield Triple(service, v("dct:conformsTo"), _PROTOCOL)
    for title in facts.shared["dct:title"]:
        yield Triple(service, v("dct:title"), title)
    for licence in facts.shared["dct:license"]:
        yield Triple(access, v("dct:license"), licence)
