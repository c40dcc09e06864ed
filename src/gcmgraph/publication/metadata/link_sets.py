"""Link sets of a dataset version, with their numbers of links and last checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gcmgraph.linking.check import Figure
from gcmgraph.linking.targets import is_endpoint
from gcmgraph.model.terms import IRI, Literal, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store


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
        types = (q.object for thing in linked for q in self._store.quads(subject=thing, predicate=a, graph=source))
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
