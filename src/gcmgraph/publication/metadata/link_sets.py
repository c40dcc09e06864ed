"""The link sets of a dataset version: what they link, how much of it, and when that was last checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gcmgraph.linking.check_record import Figure
from gcmgraph.model.terms import IRI, Literal, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store


@dataclass(frozen=True)
class LastCheck:
    """The last check of a link set: the day (ISO), the name of the file it was held against, what was found."""

    date: str
    against: str
    figures: dict[Figure, int]


@dataclass(frozen=True)
class LinkSetFacts:
    """A link set as the dataset describes it."""

    graph: IRI
    name: str
    titles: tuple[Literal, ...]
    #: how the links were found, and in which sources
    description: Literal | None
    target: IRI | None
    #: each property that links, with its number of links
    predicates: dict[IRI, int]
    links: int
    #: how many things are linked, and how many of their classes there are where they come from; None where unknown
    linked: int
    of: int | None
    created: str
    check: LastCheck | None


class LinkSets:
    """All link sets in a store, by name."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._v = Vocabulary(addresses)
        self._start = addresses.graph("linkset/")
        self._provenance = IRI(addresses.graph("provenance"))

    def facts(self) -> tuple[LinkSetFacts, ...]:
        """The facts of each link set."""
        graphs = self._graphs()
        self._store.expect(part for graph in graphs for part in _parts(graph))
        return tuple(self._facts(graph) for graph in graphs)

    def triples(self) -> Iterator[Triple]:
        """What is said of the link sets and of their checks; not the single mappings."""
        parts = [part for graph in self._graphs() for part in _parts(graph)]
        self._store.expect(parts)
        for part in parts:
            for quad in self._store.quads(subject=part, graph=self._provenance):
                yield Triple(quad.subject, quad.predicate, quad.object)

    def in_void(self) -> Iterator[Triple]:
        """What each is by VoID: a link set, between what, by which properties."""
        graphs = self._graphs()
        self._store.expect(graphs)
        told = {self._v(f"void:{name}") for name in ("subjectsTarget", "objectsTarget", "linkPredicate")}
        for graph in graphs:
            yield Triple(graph, self._v("rdf:type"), self._v("void:Linkset"))
            for quad in self._store.quads(subject=graph, graph=self._provenance):
                if quad.predicate in told:
                    yield quad.triple

    def _graphs(self) -> list[IRI]:
        sets = self._store.quads(predicate=self._v("rdf:type"), object=self._v("void:Linkset"))
        found = {q.subject for q in sets if isinstance(q.subject, IRI) and q.subject.value.startswith(self._start)}
        return sorted(found, key=lambda iri: iri.value)

    def _facts(self, graph: IRI) -> LinkSetFacts:
        said: dict[IRI, list[object]] = {}
        for quad in self._store.quads(subject=graph, graph=self._provenance):
            said.setdefault(quad.predicate, []).append(quad.object)

        def one(curie: str) -> object:
            return next(iter(said.get(self._v(curie), [])), None)

        links = list(self._store.quads(graph=graph))
        target, subjects = one("void:objectsTarget"), one("void:subjectsTarget")
        created, description = one("dct:created"), one("dct:description")
        linked = {quad.subject for quad in links if isinstance(quad.subject, IRI)}
        return LinkSetFacts(
            graph=graph,
            name=graph.value.removeprefix(self._start),
            titles=tuple(title for title in said.get(self._v("dct:title"), []) if isinstance(title, Literal)),
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
        """How many things of the classes of those linked there are in the graph they come from."""
        a = self._v("rdf:type")
        self._store.expect(linked)
        types = (q.object for thing in linked for q in self._store.quads(subject=thing, predicate=a, graph=source))
        classes = {cls for cls in types if isinstance(cls, IRI)}
        found = {q.subject for cls in classes for q in self._store.quads(predicate=a, object=cls, graph=source)}
        return len(found) or None

    def _check(self, graph: IRI) -> LastCheck | None:
        check, against, _, *found = _parts(graph)[1:]

        def of(part: IRI, curie: str) -> str:
            values = self._store.quads(subject=part, predicate=self._v(curie), graph=self._provenance)
            return next((quad.object.value for quad in values if isinstance(quad.object, Literal)), "")

        date = of(check, "dct:date")
        if not date:
            return None
        figures = {figure: of(part, "dqv:value") for figure, part in zip(Figure, found, strict=True)}
        return LastCheck(date, of(against, "dct:identifier"), {f: int(value) for f, value in figures.items() if value})


def _parts(graph: IRI) -> list[IRI]:
    """A link set, its last check, what that used, the checksum of it, and each figure, in the order of `Figure`."""
    check = f"{graph.value}#check"
    parts = ("against", "checksum", *(figure.value for figure in Figure))
    return [graph, IRI(check), *(IRI(f"{check}-{part}") for part in parts)]
