"""SPARQL service description of the endpoint (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gcmgraph.model.terms import IRI, Triple, Vocabulary, typed
from gcmgraph.namespaces import Addresses

_SD = "http://www.w3.org/ns/sparql-service-description#"

#: Result formats of `/sparql`, as named in https://www.w3.org/ns/formats/.
_FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "JSON-LD",
    "RDF_XML",
    "N-Triples",
    "TriG",
    "N-Quads",
)


def describe_service(
    addresses: Addresses, graph_sizes: Mapping[str, int], endpoint: str | None = None, *, sparql12: bool = False
) -> Iterator[Triple]:
    """The description of `{base}sparql`; `graph_sizes` are numbers of triples by graph name.

    `endpoint` is the URL that answers, the service's IRI unless given; `sparql12`: whether its engine reads SPARQL 1.2
    (https://www.w3.org/TR/sparql12-service-description/#lang-sparql12query).

    Federated queries, dereferencing and updates are refused and therefore not described.
    """
    v = Vocabulary(addresses)
    a = v("rdf:type")
    service, dataset = IRI(f"{addresses.base}sparql"), IRI(f"{addresses.base}dataset")
    default = IRI(f"{service.value}#default-graph")
    yield Triple(service, a, _sd("Service"))
    yield Triple(service, _sd("endpoint"), IRI(endpoint) if endpoint else service)
    yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    if sparql12:
        yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL12Query"))
    yield Triple(service, _sd("feature"), _sd("UnionDefaultGraph"))
    for name in _FORMATS:
        yield Triple(service, _sd("resultFormat"), IRI(f"http://www.w3.org/ns/formats/{name}"))
    yield Triple(service, _sd("defaultDataset"), dataset)
    yield Triple(dataset, a, _sd("Dataset"))
    yield Triple(dataset, _sd("defaultGraph"), default)
    yield Triple(default, a, _sd("Graph"))
    for name, size in sorted(graph_sizes.items()):
        named = IRI(f"{service.value}#{name.removeprefix(addresses.base)}")
        graph = IRI(f"{named.value}:triples")
        yield Triple(dataset, _sd("namedGraph"), named)
        yield Triple(named, a, _sd("NamedGraph"))
        yield Triple(named, _sd("name"), IRI(name))
        yield Triple(named, _sd("graph"), graph)
        yield Triple(graph, a, _sd("Graph"))
        yield Triple(graph, v("void:triples"), typed(str(size), "integer"))


def _sd(local: str) -> IRI:
    return IRI(_SD + local)
