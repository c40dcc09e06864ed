"""VoID description of the dataset (https://www.w3.org/TR/void/), and service description of its SPARQL endpoint.

Service description: https://www.w3.org/TR/sparql11-service-description/.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping

from gcmgraph.model.terms import IRI, Literal, Triple, Vocabulary, typed
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.publication.versions.downloads import Download
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.translations import DATA_LANGUAGES
from gcmgraph.translations.messages import Message

#: Name of the dataset in every language.
TITLE = "GCM Graph"
_DESCRIPTION = Message("The UN Global Compact for Safe, Orderly and Regular Migration as linked data.")
LICENCE = "https://creativecommons.org/licenses/by/4.0/"

#: Formats of resources, and result formats of `/sparql`, as named in https://www.w3.org/ns/formats/.
_FORMATS = "http://www.w3.org/ns/formats/"
_FEATURES = ("Turtle", "JSON-LD", "RDF_XML", "N-Triples")
_RESULTS = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *(*_FEATURES, "TriG", "N-Quads"),
)


def describe_dataset(
    statistics: Statistics,
    addresses: Addresses,
    version: str,
    link_sets: Collection[Triple] = (),
    dumps: Iterable[Download] = (),
    endpoint: str | None = None,
    partitions: Iterable[Triple] = (),
) -> Iterator[Triple]:
    """The VoID description of `{base}dataset`: counts, classes, properties, graphs, downloads.

    `link_sets` are the VoID statements about link sets (`LinkSets.in_void`); `endpoint` is the URL of the SPARQL
    endpoint, `{base}sparql` unless given; `partitions` are those of the version (`graph/void`).
    """
    v, base = Vocabulary(addresses), addresses.base
    dataset = IRI(f"{base}dataset")
    namespaces = sorted({addresses.ontology, *PREFIXES.values()})
    used = [name for name in namespaces if any(term.startswith(name) for term in statistics.properties)]
    yield from v.about(
        IRI(f"{base}.well-known/void"), ("rdf:type", "void:DatasetDescription"), ("foaf:primaryTopic", dataset)
    )
    yield from v.about(
        dataset,
        ("rdf:type", "void:Dataset"),
        ("dct:title", dict.fromkeys(DATA_LANGUAGES, TITLE)),
        ("dct:description", _DESCRIPTION.texts()),
        ("dct:license", IRI(LICENCE)),
        ("owl:versionInfo", Literal(version)),
        ("void:sparqlEndpoint", IRI(endpoint or f"{base}sparql")),
        ("void:uriSpace", Literal(f"{base}id/")),
        ("void:exampleResource", IRI(addresses.thing("objective", "9"))),
        ("void:feature", [IRI(_FORMATS + local) for local in _FEATURES]),
        ("void:distinctObjects", _count(statistics.objects)),
        ("void:distinctSubjects", _count(statistics.subjects)),
        ("void:properties", _count(len(statistics.properties))),
        ("void:triples", _count(statistics.triples)),
        ("void:vocabulary", map(IRI, used)),
        ("void:dataDump", [IRI(base + dump.path) for dump in dumps]),
        ("void:subset", map(IRI, statistics.graphs)),
    )
    yield from _partitions(v, dataset, "class", "entities", statistics.classes)
    yield from _partitions(v, dataset, "property", "triples", statistics.properties)
    yield from link_sets
    yield from partitions
    linking = {triple.subject for triple in link_sets}
    for name, size in sorted(statistics.graphs.items()):
        kind = None if IRI(name) in linking else "void:Dataset"
        yield from v.about(IRI(name), ("rdf:type", kind), ("void:triples", _count(size)))


def _partitions(v: Vocabulary, dataset: IRI, kind: str, counted: str, counts: Mapping[str, int]) -> Iterator[Triple]:
    for term, count in counts.items():
        part = IRI(f"{dataset.value}#{kind}-{hashlib.sha256(term.encode()).hexdigest()[:12]}")
        yield from v.about(dataset, (f"void:{kind}Partition", part))
        yield from v.about(part, (f"void:{kind}", IRI(term)), (f"void:{counted}", _count(count)))


def _count(number: int) -> Literal:
    return typed(str(number), "integer")


def describe_service(
    addresses: Addresses, graph_sizes: Mapping[str, int], endpoint: str | None = None, *, sparql12: bool = False
) -> Iterator[Triple]:
    """The description of `{base}sparql`; `graph_sizes` are numbers of triples by graph name.

    `endpoint` is the URL that answers, the service's IRI unless given; `sparql12`: whether its engine reads SPARQL 1.2
    (https://www.w3.org/TR/sparql12-service-description/#lang-sparql12query).

    Federated queries, dereferencing and updates are refused and therefore not described.
    """
    v = Vocabulary(addresses)
    service, dataset = IRI(f"{addresses.base}sparql"), IRI(f"{addresses.base}dataset")
    default = IRI(f"{service.value}#default-graph")
    named = {name: IRI(f"{service.value}#{name.removeprefix(addresses.base)}") for name in sorted(graph_sizes)}
    yield from v.about(
        service,
        ("rdf:type", "sd:Service"),
        ("sd:endpoint", IRI(endpoint) if endpoint else service),
        ("sd:supportedLanguage", [v("sd:SPARQL11Query"), v("sd:SPARQL12Query") if sparql12 else None]),
        ("sd:feature", "sd:UnionDefaultGraph"),
        ("sd:resultFormat", [IRI(_FORMATS + name) for name in _RESULTS]),
        ("sd:defaultDataset", dataset),
    )
    yield from v.about(
        dataset, ("rdf:type", "sd:Dataset"), ("sd:defaultGraph", default), ("sd:namedGraph", named.values())
    )
    yield from v.about(default, ("rdf:type", "sd:Graph"))
    for name, node in named.items():
        graph = IRI(f"{node.value}:triples")
        yield from v.about(node, ("rdf:type", "sd:NamedGraph"), ("sd:name", IRI(name)), ("sd:graph", graph))
        yield from v.about(graph, ("rdf:type", "sd:Graph"), ("void:triples", _count(graph_sizes[name])))
