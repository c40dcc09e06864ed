"""VoID description of the dataset (https://www.w3.org/TR/void/), its link sets, service description of its endpoint.

Service description: https://www.w3.org/TR/sparql11-service-description/.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gcmgraph.linking.check import Figure
from gcmgraph.linking.targets import is_endpoint
from gcmgraph.model.terms import IRI, Literal, Triple, Vocabulary, typed
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.publication.versions.history import Download
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.store.port import Store
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


def shared_properties(statistics: Statistics, addresses: Addresses, endpoint: str | None) -> dict[str, Any]:
    """Properties of the dataset in both VoID and DCAT, with their values."""
    return {
        "dct:title": dict.fromkeys(DATA_LANGUAGES, TITLE),
        "dct:description": _DESCRIPTION.texts(),
        "dct:license": IRI(LICENCE),
        "void:triples": _count(statistics.triples),
        "void:sparqlEndpoint": IRI(endpoint or f"{addresses.base}sparql"),
    }


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
        *shared_properties(statistics, addresses, endpoint).items(),
        ("owl:versionInfo", Literal(version)),
        ("void:uriSpace", Literal(f"{base}id/")),
        ("void:exampleResource", IRI(addresses.thing("objective", "9"))),
        ("void:feature", [IRI(_FORMATS + local) for local in _FEATURES]),
        ("void:distinctObjects", _count(statistics.objects)),
        ("void:distinctSubjects", _count(statistics.subjects)),
        ("void:properties", _count(len(statistics.properties))),
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


@dataclass(frozen=True)
class LastCheck:
    """The last check of a link set: date (ISO 8601), name of the target file, results."""

    date: str
    against: str
    #: whether the target was a file with a recorded checksum, or an endpoint
    repeatable: bool
    figures: dict[Figure, int]

    @property
    def links(self) -> int:
        """Number of links that were checked."""
        return self.figures.get(Figure.LINKS, 0)


@dataclass(frozen=True)
class LinkSetFacts:
    """The description of a link set."""

    graph: IRI
    name: str
    titles: tuple[Literal, ...]
    #: method and sources of the links
    description: Literal | None
    target: IRI | None
    #: link property to its number of links
    predicates: dict[IRI, int]
    links: int
    #: number of linked resources, and number of resources of their classes in their graph; None if unknown
    linked: int
    of: int | None
    created: str
    check: LastCheck | None


class LinkSets:
    """The link sets of a store, ordered by name."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._v = Vocabulary(addresses)
        self._start = addresses.graph("linkset/")
        self._provenance = IRI(addresses.graph("provenance"))

    def facts(self) -> tuple[LinkSetFacts, ...]:
        """The descriptions of all link sets."""
        graphs = self._graphs()
        return tuple(self._facts(graph) for graph in graphs)

    def triples(self) -> Iterator[Triple]:
        """The statements about link sets and their checks, without the single mappings."""
        parts = [part for graph in self._graphs() for part in _parts(graph)]
        for part in parts:
            for quad in self._store.quads(subject=part, graph=self._provenance):
                yield Triple(quad.subject, quad.predicate, quad.object)

    def in_void(self) -> Iterator[Triple]:
        """The VoID description of each link set: class, targets, link properties."""
        graphs = self._graphs()
        properties = {self._v(f"void:{name}") for name in ("subjectsTarget", "objectsTarget", "linkPredicate")}
        for graph in graphs:
            yield Triple(graph, self._v("rdf:type"), self._v("void:Linkset"))
            for quad in self._store.quads(subject=graph, graph=self._provenance):
                if quad.predicate in properties:
                    yield quad.triple

    def _graphs(self) -> list[IRI]:
        sets = self._store.quads(predicate=self._v("rdf:type"), object=self._v("void:Linkset"))
        found = {q.subject for q in sets if isinstance(q.subject, IRI) and q.subject.value.startswith(self._start)}
        return sorted(found, key=lambda iri: iri.value)

    def _facts(self, graph: IRI) -> LinkSetFacts:
        values: dict[IRI, list[object]] = {}
        for quad in self._store.quads(subject=graph, graph=self._provenance):
            values.setdefault(quad.predicate, []).append(quad.object)

        def one(curie: str) -> object:
            return next(iter(values.get(self._v(curie), [])), None)

        links = list(self._store.quads(graph=graph))
        target, subjects = one("void:objectsTarget"), one("void:subjectsTarget")
        created, description = one("dct:created"), one("dct:description")
        linked = {quad.subject for quad in links if isinstance(quad.subject, IRI)}
        return LinkSetFacts(
            graph=graph,
            name=graph.value.removeprefix(self._start),
            titles=tuple(title for title in values.get(self._v("dct:title"), []) if isinstance(title, Literal)),
            description=description if isinstance(description, Literal) else None,
            target=target if isinstance(target, IRI) else None,
            predicates=dict(sorted(Counter(quad.predicate for quad in links).items(), key=lambda pair: -pair[1])),
            links=len(links),
            linked=len(linked),
            of=self._members(linked, subjects) if isinstance(subjects, IRI) else None,
            created=created.value if isinstance(created, Literal) else "",
            check=self._check(graph),
        )

    def _members(self, linked: set[IRI], source: IRI) -> int | None:
        """Number of resources in the source graph that have the classes of the linked ones."""
        a = self._v("rdf:type")
        types = (q.object for one in linked for q in self._store.quads(subject=one, predicate=a, graph=source))
        classes = {cls for cls in types if isinstance(cls, IRI)}
        found = {q.subject for cls in classes for q in self._store.quads(predicate=a, object=cls, graph=source)}
        return len(found) or None

    def _check(self, graph: IRI) -> LastCheck | None:
        check, against, checksum, *found = _parts(graph)[1:]

        def of(part: IRI, curie: str) -> str:
            quads = self._store.quads(subject=part, predicate=self._v(curie), graph=self._provenance)
            return next((quad.object.value for quad in quads if isinstance(quad.object, Literal)), "")

        date = of(check, "dct:date")
        if not date:
            return None
        figures = {figure: of(part, "dqv:value") for figure, part in zip(Figure, found, strict=True)}
        name = of(against, "dct:identifier")
        repeatable = bool(of(checksum, "spdx:checksumValue")) or is_endpoint(name)
        return LastCheck(date, name, repeatable, {f: int(value) for f, value in figures.items() if value})


def _parts(graph: IRI) -> list[IRI]:
    """The IRIs of a link set, its last check, the checked file, its checksum, and each measurement of `Figure`."""
    check = f"{graph.value}#check"
    parts = ("against", "checksum", *(figure.value for figure in Figure))
    return [graph, IRI(check), *(IRI(f"{check}-{part}") for part in parts)]
