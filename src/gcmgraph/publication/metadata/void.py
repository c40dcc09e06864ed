"""VoID description of the dataset (https://www.w3.org/TR/void/), and the service description.

Service description: https://www.w3.org/TR/sparql11-service-description/.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from gcmgraph.platform.text import natural
from gcmgraph.publication.descriptions import ResourceValues
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.metadata.doi import doi_of_dataset
from gcmgraph.publication.metadata.partitions import partition_iri
from gcmgraph.publication.versions.history import DatasetVersion, Download
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.templates import Templates
from gcmgraph.rdf.terms import (
    IRI,
    Literal,
    Term,
    Triple,
    Vocabulary,
    text,
    typed,
)
from gcmgraph.store.port import Store
from gcmgraph.translations import DATA_LANGUAGES, Message

#: Name of the dataset in every language.
TITLE = "GCM Graph"
DESCRIPTION = Message(
    "The UN Global Compact for Safe, Orderly and Regular Migration as linked data."
)
LICENCE = "https://creativecommons.org/licenses/by/4.0/"

_FILE = "publication/metadata/void.trig"


@dataclass(frozen=True)
class DatasetFacts:
    """The values in the descriptions of the dataset."""

    version: str
    statistics: Statistics
    #: values of variables of the templates for VoID and DCAT
    shared: Mapping[str, tuple[Term, ...]]
    #: names of the publishers: the creators of the ontology
    publishers: tuple[Literal, ...]
    #: languages of the labels (BCP 47, without region)
    languages: tuple[str, ...]
    #: the objectives, and their names
    themes: tuple[IRI, ...]
    theme_names: tuple[Triple, ...]
    sources: tuple[IRI, ...]
    #: records that were held back, each with its reason
    held_back: tuple[Literal, ...]
    #: first and last year of practices; None where none has a date
    years: tuple[int, int] | None
    #: `mailto:` or web address of the operator, or that of the page about the site
    contact: str
    #: licences of each graph, and its rights in words
    terms_of_graphs: Mapping[IRI, tuple[IRI | Literal, ...]]
    #: such as `10.5281/zenodo.1234`; None where none is registered
    doi: str | None = None
    #: the current version; None for a store without files
    current: DatasetVersion | None = None
    #: the newest versions before it that have downloads; the page of versions lists all
    earlier: tuple[DatasetVersion, ...] = ()

    @property
    def dumps(self) -> tuple[Download, ...]:
        """Downloads of the current version."""
        return self.current.dumps if self.current else ()


def dataset_facts(
    store: Store,
    listings: Listings,
    figures: Statistics,
    version: str,
    addresses: Addresses,
    sparql: str,
    contact: str,
) -> DatasetFacts:
    """The facts of one dataset version, without downloads.

    `sparql` is the URL of its SPARQL endpoint.
    """
    v = Vocabulary(addresses)
    dataset = IRI(f"{addresses.base}dataset")
    ontology = IRI(f"{addresses.base}ontology")
    doi = doi_of_dataset(store, addresses)
    shared: dict[str, tuple[Term, ...]] = {
        "title": tuple(text(TITLE, language) for language in DATA_LANGUAGES),
        "description": tuple(
            text(words, language) for language, words in DESCRIPTION.texts().items()
        ),
        "licence": (IRI(LICENCE),),
        "triples": (_count(figures.triples),),
        "endpoint": (IRI(sparql),),
        "doi": (Literal(doi),) if doi else (),
    }
    objectives = listings.of("objective").members
    themes = tuple(sorted(objectives, key=lambda objective: natural(objective.value)))
    names = (quad.triple for theme in themes for quad in store.quads(theme, v("skos:prefLabel")))
    return DatasetFacts(
        version=version,
        statistics=figures,
        shared=shared,
        publishers=ResourceValues(store, v, ontology).texts("dct:creator"),
        languages=tuple(sorted(figures.languages)),
        themes=themes,
        theme_names=tuple(dict.fromkeys(names)),
        sources=listings.of("source").members,
        held_back=ResourceValues(store, v, dataset).texts("gcm:heldBack"),
        years=listings.of("practice").span(),
        doi=doi,
        terms_of_graphs={
            IRI(name): _terms_of_use(store, IRI(name), v) for name in sorted(figures.graphs)
        },
        contact=contact or f"{addresses.base}about",
    )


def _terms_of_use(store: Store, graph: IRI, v: Vocabulary) -> tuple[IRI | Literal, ...]:
    """The licences of a graph and its rights in words."""
    values = ResourceValues(store, v, graph)
    return (*values.iris("dct:license"), *values.texts("dct:rights"))


def describe_dataset(
    facts: DatasetFacts,
    addresses: Addresses,
    link_sets: Collection[Triple],
    partitions: Iterable[Triple],
) -> Iterator[Triple]:
    """The VoID description of `{base}dataset`: counts, classes, properties, graphs, downloads.

    `link_sets` are the VoID statements about link sets (`LinkSets.in_void`), `partitions` those of
    the version (`graph/void`).
    """
    statistics = facts.statistics
    base = addresses.base
    dataset = IRI(f"{base}dataset")
    v = Vocabulary(addresses)
    yield from Templates(_FILE, addresses).fill(
        "dataset",
        **facts.shared,
        version=Literal(facts.version),
        publisher=IRI(f"{base}dataset#publisher") if facts.publishers else None,
        publishers=facts.publishers,
        published=date_time(facts.current.published) if facts.current else None,
        space=Literal(f"{base}id/"),
        objects=_count(statistics.objects),
        subjects=_count(statistics.subjects),
        properties=_count(len(statistics.properties)),
        vocabularies=map(IRI, _used_namespaces(statistics, addresses)),
        dumps=[IRI(base + dump.path) for dump in facts.dumps],
        graphs=map(IRI, statistics.graphs),
    )
    yield from _partitions(v, dataset, "class", "entities", statistics.classes)
    yield from _partitions(v, dataset, "property", "triples", statistics.properties)
    yield from link_sets
    yield from partitions
    linking = {triple.subject for triple in link_sets}
    for name, size in sorted(statistics.graphs.items()):
        kind = None if IRI(name) in linking else "void:Dataset"
        terms = facts.terms_of_graphs.get(IRI(name), ())
        yield from v.about(
            IRI(name),
            ("rdf:type", kind),
            ("void:triples", _count(size)),
            ("dct:license", [term for term in terms if isinstance(term, IRI)]),
            ("dct:rights", [term for term in terms if isinstance(term, Literal)]),
        )


def _used_namespaces(statistics: Statistics, addresses: Addresses) -> list[str]:
    """The namespaces of vocabularies that have a property in use."""
    namespaces = sorted({addresses.ontology, *PREFIXES.values()})
    return [
        namespace
        for namespace in namespaces
        if any(term.startswith(namespace) for term in statistics.properties)
    ]


def _partitions(
    v: Vocabulary, dataset: IRI, kind: str, counted: str, counts: Mapping[str, int]
) -> Iterator[Triple]:
    """The partitions of a dataset by class or property (`kind`), each with its count."""
    for term, count in counts.items():
        part = partition_iri(dataset.value, [(kind, term)])
        yield from v.about(dataset, (f"void:{kind}Partition", part))
        yield from v.about(part, (f"void:{kind}", IRI(term)), (f"void:{counted}", _count(count)))


def date_time(moment: datetime) -> Literal:
    """An xsd:dateTime in UTC."""
    return typed(moment.isoformat().replace("+00:00", "Z"), "dateTime")


def _count(number: int) -> Literal:
    return typed(str(number), "integer")


def describe_service(
    addresses: Addresses, graph_sizes: Mapping[str, int], endpoint: str
) -> Iterator[Triple]:
    """The description of `{base}sparql`; `graph_sizes` are numbers of triples by graph name.

    `endpoint` is the URL that answers. The engine reads SPARQL 1.2, too
    (https://www.w3.org/TR/sparql12-service-description/#lang-sparql12query).

    Federated queries, dereferencing and updates are refused and therefore not described.
    """
    templates = Templates(_FILE, addresses)
    service = f"{addresses.base}sparql"
    nodes = {
        name: IRI(f"{service}#{name.removeprefix(addresses.base)}") for name in sorted(graph_sizes)
    }
    yield from templates.fill("service", endpoint=IRI(endpoint), graphs=nodes.values())
    for name, node in nodes.items():
        yield from templates.fill(
            "graph",
            node=node,
            name=IRI(name),
            graph=IRI(f"{node.value}:triples"),
            triples=_count(graph_sizes[name]),
        )
