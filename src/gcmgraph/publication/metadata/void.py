"""VoID descriptions of the dataset (https://www.w3.org/TR/void/) and of its link sets, and the service description.

Service description: https://www.w3.org/TR/sparql11-service-description/.

A dataset version also describes itself, for the editors and assistants that query an endpoint about
itself. The graphs of this description are example queries, and VoID partitions by class: its
properties, and the classes and datatypes of their values, each with its count. Terms:
https://www.w3.org/TR/void/#class-property-partitions, nested as endpoint tools query them: the
partition of a class has a partition for each property, and that one a partition for each class of
objects (`void:classPartition`) and for each datatype (`void-ext:datatypePartition`,
http://ldf.fi/void-ext#). Counts are those of the union of all graphs except the graphs of the
description.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from gcmgraph.linking.sssom import Figure
from gcmgraph.platform.text import natural
from gcmgraph.publication.descriptions import ResourceValues
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.versions.history import DatasetVersion, Download
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.queries.description import describe_examples
from gcmgraph.queries.library import NamedQuery
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.templates import Templates
from gcmgraph.rdf.terms import (
    IRI,
    BlankNode,
    Literal,
    Quad,
    Term,
    Triple,
    Vocabulary,
    in_graph,
    text,
    typed,
)
from gcmgraph.store.port import Change, Store
from gcmgraph.store.stores import ChangedStore
from gcmgraph.translations import DATA_LANGUAGES, Message

#: Name of the dataset in every language.
TITLE = "GCM Graph"
_DESCRIPTION = Message(
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
    v, dataset = Vocabulary(addresses), IRI(f"{addresses.base}dataset")
    shared: dict[str, tuple[Term, ...]] = {
        "title": tuple(text(TITLE, language) for language in DATA_LANGUAGES),
        "description": tuple(
            text(words, language) for language, words in _DESCRIPTION.texts().items()
        ),
        "licence": (IRI(LICENCE),),
        "triples": (_count(figures.triples),),
        "endpoint": (IRI(sparql),),
    }
    themes = tuple(
        sorted(listings.of("objective").members, key=lambda objective: natural(objective.value))
    )
    names = (quad.triple for theme in themes for quad in store.quads(theme, v("skos:prefLabel")))
    return DatasetFacts(
        version,
        figures,
        shared,
        ResourceValues(store, v, IRI(f"{addresses.base}ontology")).texts("dct:creator"),
        tuple(sorted(figures.languages)),
        themes,
        tuple(dict.fromkeys(names)),
        listings.of("source").members,
        ResourceValues(store, v, dataset).texts("gcm:heldBack"),
        listings.of("practice").span(),
        contact or f"{addresses.base}about",
    )


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
    statistics, base, v = facts.statistics, addresses.base, Vocabulary(addresses)
    namespaces = sorted({addresses.ontology, *PREFIXES.values()})
    used = [
        name for name in namespaces if any(term.startswith(name) for term in statistics.properties)
    ]
    yield from Templates(_FILE, addresses).fill(
        "dataset",
        **facts.shared,
        version=Literal(facts.version),
        space=Literal(f"{base}id/"),
        objects=_count(statistics.objects),
        subjects=_count(statistics.subjects),
        properties=_count(len(statistics.properties)),
        vocabularies=map(IRI, used),
        dumps=[IRI(base + dump.path) for dump in facts.dumps],
        graphs=map(IRI, statistics.graphs),
    )
    yield from _partitions(v, IRI(f"{base}dataset"), "class", "entities", statistics.classes)
    yield from _partitions(v, IRI(f"{base}dataset"), "property", "triples", statistics.properties)
    yield from link_sets
    yield from partitions
    linking = {triple.subject for triple in link_sets}
    for name, size in sorted(statistics.graphs.items()):
        kind = None if IRI(name) in linking else "void:Dataset"
        yield from v.about(IRI(name), ("rdf:type", kind), ("void:triples", _count(size)))


def _partitions(
    v: Vocabulary, dataset: IRI, kind: str, counted: str, counts: Mapping[str, int]
) -> Iterator[Triple]:
    for term, count in counts.items():
        part = IRI(f"{dataset.value}#{kind}-{hashlib.sha256(term.encode()).hexdigest()[:12]}")
        yield from v.about(dataset, (f"void:{kind}Partition", part))
        yield from v.about(part, (f"void:{kind}", IRI(term)), (f"void:{counted}", _count(count)))


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
    templates, service = Templates(_FILE, addresses), f"{addresses.base}sparql"
    named = {
        name: IRI(f"{service}#{name.removeprefix(addresses.base)}") for name in sorted(graph_sizes)
    }
    yield from templates.fill("service", endpoint=IRI(endpoint), graphs=named.values())
    for name, node in named.items():
        graph, size = IRI(f"{node.value}:triples"), _count(graph_sizes[name])
        yield from templates.fill("graph", node=node, name=IRI(name), graph=graph, triples=size)


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
    #: number of linked resources, and number of resources of their classes in their graph; None if
    #: unknown
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
        return tuple(map(self._facts, self._graphs()))

    def triples(self) -> Iterator[Triple]:
        """The statements about link sets and their checks, without the single mappings."""
        parts = [part for graph in self._graphs() for part in _parts(graph)]
        for part in parts:
            for quad in self._store.quads(subject=part, graph=self._provenance):
                yield Triple(quad.subject, quad.predicate, quad.object)

    def in_void(self) -> Iterator[Triple]:
        """The VoID description of each link set: class, targets, link properties."""
        graphs = self._graphs()
        properties = {
            self._v(f"void:{name}") for name in ("subjectsTarget", "objectsTarget", "linkPredicate")
        }
        for graph in graphs:
            yield Triple(graph, self._v("rdf:type"), self._v("void:Linkset"))
            for quad in self._store.quads(subject=graph, graph=self._provenance):
                if quad.predicate in properties:
                    yield quad.triple

    def _graphs(self) -> list[IRI]:
        sets = self._store.quads(predicate=self._v("rdf:type"), object=self._v("void:Linkset"))
        found = {
            q.subject
            for q in sets
            if isinstance(q.subject, IRI) and q.subject.value.startswith(self._start)
        }
        return sorted(found, key=lambda iri: iri.value)

    def _facts(self, graph: IRI) -> LinkSetFacts:
        stated = ResourceValues(self._store, self._v, graph, graph=self._provenance)
        links = list(self._store.quads(graph=graph))
        subjects = stated.iri("void:subjectsTarget")
        linked = {quad.subject for quad in links if isinstance(quad.subject, IRI)}
        return LinkSetFacts(
            graph=graph,
            name=graph.value.removeprefix(self._start),
            titles=stated.texts("dct:title"),
            description=next(iter(stated.texts("dct:description")), None),
            target=stated.iri("void:objectsTarget"),
            predicates=dict(
                sorted(Counter(quad.predicate for quad in links).items(), key=lambda pair: -pair[1])
            ),
            links=len(links),
            linked=len(linked),
            of=self._members(linked, subjects) if subjects else None,
            created=stated.text("dct:created") or "",
            check=self._check(graph),
        )

    def _members(self, linked: set[IRI], source: IRI) -> int | None:
        """Number of resources in the source graph that have the classes of the linked ones."""
        a = self._v("rdf:type")
        types = (
            q.object
            for one in linked
            for q in self._store.quads(subject=one, predicate=a, graph=source)
        )
        classes = {cls for cls in types if isinstance(cls, IRI)}
        found = {
            q.subject
            for cls in classes
            for q in self._store.quads(predicate=a, object=cls, graph=source)
        }
        return len(found) or None

    def _check(self, graph: IRI) -> LastCheck | None:
        check, against, checksum, *found = _parts(graph)[1:]

        def of(part: IRI, curie: str) -> str:
            return (
                ResourceValues(self._store, self._v, part, graph=self._provenance).text(curie) or ""
            )

        date = of(check, "dct:date")
        if not date:
            return None
        figures = {
            figure: of(part, "dqv:value") for figure, part in zip(Figure, found, strict=True)
        }
        name = of(against, "dct:identifier")
        repeatable = bool(of(checksum, "spdx:checksumValue"))
        return LastCheck(
            date, name, repeatable, {f: int(value) for f, value in figures.items() if value}
        )


def _parts(graph: IRI) -> list[IRI]:
    """The IRIs of a link set, its last check, the checked file, its checksum, and each measurement of `Figure`."""
    check = f"{graph.value}#check"
    parts = ("against", "checksum", *(figure.value for figure in Figure))
    return [graph, IRI(check), *(IRI(f"{check}-{part}") for part in parts)]


#: Names of the graphs that are not counted.
EXAMPLES, PARTITIONS = "examples", "void"

RDF_TYPE = IRI(f"{PREFIXES['rdf']}type")

#: A partition: the IRIs of a class; of a class and a property; or of both, `CLASS` or `DATATYPE`,
#: and what they name.
Key = tuple[str, ...]
CLASS, DATATYPE = "class", "datatype"

#: Counts of a partition: instances of a class, triples of other partitions, distinct subjects of a
#: property.
ENTITIES, TRIPLES, SUBJECTS = "void:entities", "void:triples", "void:distinctSubjects"

#: Numbers by partition and count.
Counts = Counter[tuple[Key, str]]

#: A property of a resource, and its value.
Value = tuple[IRI, IRI | BlankNode | Literal | Triple]

#: Classes of a value, or its datatype.
Kinds = frozenset[str] | IRI


def count(quads: Iterable[Quad]) -> Counts:
    """Count the partitions of these quads; a triple in several graphs counts once."""
    values: dict[object, list[Value]] = {}
    for subject, predicate, value, _ in quads:
        values.setdefault(subject, []).append((predicate, value))
    return count_resources(values, lambda resource: values.get(resource, ()))


def count_resources(
    resources: Iterable[object], values_of: Callable[[object], Iterable[Value]]
) -> Counts:
    """Count the part of some resources; `values_of` returns the properties of a resource with their values."""
    # resources share few sets of classes, so that each set is taken apart once
    shared: dict[frozenset[str], frozenset[str]] = {}

    @cache
    def classes(resource: object) -> frozenset[str]:
        pairs = values_of(resource)
        named = frozenset(
            [value.value for name, value in pairs if name == RDF_TYPE and isinstance(value, IRI)]
        )
        return shared.setdefault(named, named)

    grouped: Counter[tuple[str, frozenset[str], IRI | None, Kinds]] = Counter()
    for resource in resources:
        if own := classes(resource):
            grouped[ENTITIES, own, None, _NO_KINDS] += 1
            pairs = set(values_of(resource))
            for predicate, value in pairs:
                kinds = value.datatype if isinstance(value, Literal) else classes(value)
                grouped[TRIPLES, own, predicate, kinds] += 1
            for predicate in {predicate for predicate, _ in pairs}:
                grouped[SUBJECTS, own, predicate, _NO_KINDS] += 1
    counts: Counts = Counter()
    for (counted, own, used, kinds), number in grouped.items():
        for key in _keys(own, used, kinds):
            counts[key, counted] += number
    return counts


_NO_KINDS: frozenset[str] = frozenset()


def _keys(classes: frozenset[str], predicate: IRI | None, kinds: Kinds) -> Iterator[Key]:
    """The partitions of resources with these classes that have a property with values of these kinds."""
    ends = (
        [(DATATYPE, kinds.value)] if isinstance(kinds, IRI) else [(CLASS, name) for name in kinds]
    )
    for name in classes:
        key = (name,) if predicate is None else (name, predicate.value)
        yield key
        for end in ends:
            yield (*key, *end)


def partition_quads(counts: Counts, addresses: Addresses) -> Iterator[Quad]:
    """The partitions with their counts, in `graph/void`."""
    writer = PartitionWriter(addresses)
    for (key, counted), number in counts.items():
        if counted != SUBJECTS:
            yield from writer.definition(key)
        yield writer.number(key, counted, number)


class PartitionWriter:
    """Quads about partitions.

    The IRI of a partition is made of hashes of what it names, so that it never changes.
    """

    def __init__(self, addresses: Addresses) -> None:
        self._v = Vocabulary(addresses)
        self._dataset = f"{addresses.base}dataset"
        self.graph = IRI(addresses.graph(PARTITIONS))

    def definition(self, key: Key) -> Iterator[Quad]:
        """Statements that link a partition to the wider one and name its term."""
        of_datatype = DATATYPE in key[2:3]
        kind = "property" if len(key) == 2 else DATATYPE if of_datatype else CLASS
        prefix, node = "void-ext" if of_datatype else "void", self._iri(key)
        wider = self._iri(key[:2] if len(key) > 2 else key[:-1])
        yield Quad(wider, self._v(f"{prefix}:{kind}Partition"), node, self.graph)
        yield Quad(node, self._v(f"{prefix}:{kind}"), IRI(key[-1]), self.graph)

    def number(self, key: Key, counted: str, number: int) -> Quad:
        """One of its numbers."""
        return Quad(self._iri(key), self._v(counted), typed(str(number), "integer"), self.graph)

    def _iri(self, key: Key) -> IRI:
        """The IRI of a partition, such as `…#class-1b2c`; of no key, that of the dataset."""
        kinds = (CLASS, "property", *key[2:3])
        names = [
            f"{kind}-{_digest(term)}"
            for kind, term in zip(kinds, (*key[:2], *key[3:]), strict=False)
        ]
        return IRI("#".join(filter(None, (self._dataset, "-".join(names)))))


@lru_cache(10_000)
def _digest(iri: str) -> str:
    return hashlib.sha256(iri.encode()).hexdigest()[:12]


def describe_version(
    quads: Collection[Quad],
    library: Iterable[NamedQuery],
    addresses: Addresses,
    endpoint: str | None = None,
) -> Iterator[Quad]:
    """The description of a dataset with these quads.

    `endpoint` is the URL at which it can be queried, `{base}sparql` unless given.
    """
    graph = IRI(addresses.graph(EXAMPLES))
    yield from in_graph(describe_examples(library, addresses, endpoint), graph)
    service = IRI(endpoint or f"{addresses.base}sparql")
    yield Quad(
        IRI(f"{addresses.base}dataset"),
        Vocabulary(addresses)("void:sparqlEndpoint"),
        service,
        graph,
    )
    yield from partition_quads(count(quads), addresses)


def stated_endpoint(store: Store, addresses: Addresses) -> str | None:
    """The endpoint that the example queries of a version state; None where it has none."""
    stated = store.quads(
        predicate=IRI(addresses.expand("schema:target")), graph=IRI(addresses.graph(EXAMPLES))
    )
    return next((quad.object.value for quad in stated if isinstance(quad.object, IRI)), None)


def recounted(quads: Collection[Quad], addresses: Addresses) -> set[Quad]:
    """A dataset with its partitions counted anew; as it is where it has none."""
    partitions, examples = (IRI(addresses.graph(name)) for name in (PARTITIONS, EXAMPLES))
    rest = {quad for quad in quads if quad.graph_name != partitions}
    if len(rest) == len(quads):
        return rest
    return rest | set(
        partition_quads(count(quad for quad in rest if quad.graph_name != examples), addresses)
    )


def with_partitions(store: Store, change: Change, addresses: Addresses) -> Change:
    """A change of a dataset with the change of its partitions; as it is where the dataset has none.

    Those of the resources that the change affects are counted before and after it: of its subjects,
    and of the resources that name one whose classes it changes.
    """
    writer = PartitionWriter(addresses)
    if not change or next(store.quads(graph=writer.graph), None) is None:
        return change
    uncounted = [IRI(addresses.graph(name)) for name in (EXAMPLES, PARTITIONS)]
    counted = [quad for quad in change.removed | change.added if quad.graph_name not in uncounted]
    affected: set[object] = {quad.subject for quad in counted}
    versions = (store, ChangedStore(store, change))

    def read(one: Store, *pattern: Any) -> Iterator[Quad]:
        return (quad for quad in one.quads(*pattern) if quad.graph_name not in uncounted)

    def values_in(one: Store) -> Callable[[object], Iterable[Value]]:
        nodes = IRI, BlankNode
        return lambda node: (
            [(q.predicate, q.object) for q in read(one, node)] if isinstance(node, nodes) else ()
        )

    for value in {quad.subject for quad in counted if quad.predicate == RDF_TYPE}:
        affected.update(quad.subject for one in versions for quad in read(one, None, None, value))
    was, will = (count_resources(affected, values_in(one)) for one in versions)
    return change.then(_difference(store, was, will, writer))


def _difference(store: Store, was: Counts, will: Counts, writer: PartitionWriter) -> Change:
    wanted: set[Quad] = set()
    unwanted: set[Quad] = set()
    for key, counted in was.keys() | will.keys():
        if more := will[key, counted] - was[key, counted]:
            partition, predicate, _, graph = writer.number(key, counted, 0)
            stored = next((q.object for q in store.quads(partition, predicate, None, graph)), None)
            before = int(stored.value) if isinstance(stored, Literal) else 0
            unwanted.update((writer.number(key, counted, before), *writer.definition(key)))
            if before + more > 0:
                wanted.update((writer.number(key, counted, before + more), *writer.definition(key)))
    return Change.towards(wanted, unwanted, store.holds)
