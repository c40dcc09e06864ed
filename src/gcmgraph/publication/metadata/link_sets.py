"""Link sets: their VoID descriptions, and their last checks.

https://www.w3.org/TR/void/#linkset
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gcmgraph.linking.link_checks import Figure
from gcmgraph.publication.descriptions import ResourceValues
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Triple, Vocabulary
from gcmgraph.store.port import Store

#: Properties of a link set in the VoID description of the dataset.
_VOID_PROPERTIES = ("void:subjectsTarget", "void:objectsTarget", "void:linkPredicate")


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


@dataclass(frozen=True)
class _Parts:
    """The IRIs of the parts of a link set: its last check, the checked file and its checksum."""

    check: IRI
    against: IRI
    checksum: IRI
    measurements: dict[Figure, IRI]

    @classmethod
    def of(cls, graph: IRI) -> _Parts:
        """The parts of a link set, by the name of its graph."""
        check = f"{graph.value}#check"
        measurements = {figure: IRI(f"{check}-{figure.value}") for figure in Figure}
        return cls(IRI(check), IRI(f"{check}-against"), IRI(f"{check}-checksum"), measurements)


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
        for graph in self._graphs():
            parts = _Parts.of(graph)
            subjects = (graph, parts.check, parts.against, parts.checksum)
            for subject in (*subjects, *parts.measurements.values()):
                for quad in self._store.quads(subject=subject, graph=self._provenance):
                    yield quad.triple

    def in_void(self) -> Iterator[Triple]:
        """The VoID description of each link set: class, targets, link properties."""
        properties = {self._v(curie) for curie in _VOID_PROPERTIES}
        for graph in self._graphs():
            yield Triple(graph, self._v("rdf:type"), self._v("void:Linkset"))
            for quad in self._store.quads(subject=graph, graph=self._provenance):
                if quad.predicate in properties:
                    yield quad.triple

    def _graphs(self) -> list[IRI]:
        """The names of the graphs of link sets."""
        quads = self._store.quads(predicate=self._v("rdf:type"), object=self._v("void:Linkset"))
        subjects = {quad.subject for quad in quads if isinstance(quad.subject, IRI)}
        graphs = [subject for subject in subjects if subject.value.startswith(self._start)]
        return sorted(graphs, key=lambda graph: graph.value)

    def _facts(self, graph: IRI) -> LinkSetFacts:
        values = self._values(graph)
        source = values.iri("void:subjectsTarget")
        links = list(self._store.quads(graph=graph))
        linked = {quad.subject for quad in links if isinstance(quad.subject, IRI)}
        counts = Counter(quad.predicate for quad in links)
        return LinkSetFacts(
            graph=graph,
            name=graph.value.removeprefix(self._start),
            titles=values.texts("dct:title"),
            description=next(iter(values.texts("dct:description")), None),
            target=values.iri("void:objectsTarget"),
            predicates=dict(counts.most_common()),
            links=len(links),
            linked=len(linked),
            of=self._count_members(linked, source) if source else None,
            created=values.text("dct:created") or "",
            check=self._check(_Parts.of(graph)),
        )

    def _values(self, resource: IRI) -> ResourceValues:
        """The values of a link set or of a part of one."""
        return ResourceValues(self._store, self._v, resource, graph=self._provenance)

    def _count_members(self, linked: set[IRI], source: IRI) -> int | None:
        """Number of resources in the source graph that have the classes of the linked ones."""
        rdf_type = self._v("rdf:type")
        classes: set[IRI] = set()
        for resource in linked:
            types = self._store.quads(subject=resource, predicate=rdf_type, graph=source)
            classes.update(quad.object for quad in types if isinstance(quad.object, IRI))
        members: set[object] = set()
        for resource_class in classes:
            types = self._store.quads(predicate=rdf_type, object=resource_class, graph=source)
            members.update(quad.subject for quad in types)
        return len(members) or None

    def _check(self, parts: _Parts) -> LastCheck | None:
        """The last check of a link set; None if it was never checked."""
        day = self._values(parts.check).text("dct:date")
        if not day:
            return None
        figures: dict[Figure, int] = {}
        for figure, measurement in parts.measurements.items():
            value = self._values(measurement).text("dqv:value")
            if value:
                figures[figure] = int(value)
        name = self._values(parts.against).text("dct:identifier") or ""
        repeatable = bool(self._values(parts.checksum).text("spdx:checksumValue"))
        return LastCheck(day, name, repeatable, figures)
