"""Which nodes a change of the graph concerns, and which triples they are judged by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.validation.incremental.graph_views import View
from gcmgraph.validation.paths import Modified, Predicate
from gcmgraph.validation.shacl.dependencies import CLASSES, SUB_CLASS_OF, Name, Reads, ShapeReads
from gcmgraph.validation.shacl.path_evaluation import Graph, Site, ends, joined, sites
from gcmgraph.validation.triples import Fact

#: Focus nodes, by the shape that they are to be held against.
Focus = Mapping[Name, set[Term]]
_ABOVE = Modified("zeroOrMorePath", Predicate(SUB_CLASS_OF))


@dataclass(frozen=True)
class _Read:
    """Where a shape reads a property. With `classes`, only classes at or below one of them matter there."""

    shape: ShapeReads
    site: Site
    classes: frozenset[Term] | None
    #: whether it is read to see what the shape is about, rather than by its evaluation
    of_target: bool = False


class Concerned:
    """Finds the focus nodes whose verdict a change of the graph may touch."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._closed = [shape for shape in reads.shapes.values() if shape.closed]
        self._by_predicate: dict[IRI, list[_Read]] = {}
        for shape in reads.shapes.values():
            for path in (*((shape.path,) if shape.path else ()), *shape.along):
                self._add(shape, sites(path))
            if shape.classes:
                self._add(shape, sites(joined(shape.path, CLASSES)), shape.classes)
            targets = shape.targets
            if targets.classes:
                self._add(shape, sites(CLASSES), targets.classes, of_target=True)
            for predicate in targets.subjects_of:
                self._add(shape, [Site(predicate, None, False)], of_target=True)
            for predicate in targets.objects_of:
                self._add(shape, [Site(predicate, None, True)], of_target=True)

    def _add(
        self,
        shape: ShapeReads,
        found: Iterable[Site],
        classes: frozenset[Term] | None = None,
        *,
        of_target: bool = False,
    ) -> None:
        for site in found:
            self._by_predicate.setdefault(site.predicate, []).append(_Read(shape, site, classes, of_target))

    def by(self, changed: Iterable[Fact], either: View) -> dict[Name, set[Term]]:
        """The focus nodes of shapes with targets that these triples concern.

        `either` is the graph of all that was there before the change or is there after it.
        """
        climb = _Climb(self._reads, either)
        above = cache(lambda node: ends(either, _ABOVE, {node}))  # of a class, each shape asks
        for triple in changed:
            for read in self._by_predicate.get(triple[1], ()):
                if read.classes is None or not read.classes.isdisjoint(above(triple[2])):
                    for node in read.site.starts(either, triple):
                        climb.mark(read.shape, node) if read.of_target else climb.up(read.shape, node)
            for shape in self._closed:
                for node in ends(either, shape.path, {triple[0]}, backwards=True):
                    climb.up(shape, node)
        return climb.found


class _Climb:
    """From a node where a shape is evaluated up to the focus nodes for whose sake it is."""

    def __init__(self, reads: Reads, graph: View) -> None:
        self.found: dict[Name, set[Term]] = {}
        self._reads = reads
        self._graph = graph
        self._seen: set[tuple[Name, Term]] = set()

    def mark(self, shape: ShapeReads, node: Term) -> None:
        self.found.setdefault(shape.name, set()).add(node)

    def up(self, shape: ShapeReads, node: Term) -> None:
        waiting = [(shape, node)]
        while waiting:
            shape, node = waiting.pop()
            if (shape.name, node) in self._seen:
                continue
            self._seen.add((shape.name, node))
            if shape.targets:
                self.mark(shape, node)
            for parent in self._reads.parents.get(shape.name, ()):
                waiting += [(parent, start) for start in ends(self._graph, parent.path, {node}, backwards=True)]


def is_target(shape: ShapeReads, node: Term, graph: Graph) -> bool:
    """Whether a shape is about a node, as https://www.w3.org/TR/shacl/#targets says."""
    targets = shape.targets
    return (
        node in targets.nodes
        or is_described(shape, node, ends(graph, CLASSES, {node}) if targets.classes else (), graph)
        or any(graph.subjects(predicate, node) for predicate in targets.objects_of)
    )


def is_described(shape: ShapeReads, node: Term, classes: Iterable[Term], graph: Graph) -> bool:
    """Whether a shape is about a node for what is said of it: its classes, all above them included, and properties."""
    targets = shape.targets
    return not targets.classes.isdisjoint(classes) or (
        not isinstance(node, Literal) and any(graph.objects(node, predicate) for predicate in targets.subjects_of)
    )


def gathered(focus: Focus, reads: Reads, graph: Graph) -> set[Fact]:
    """All triples that evaluation of the shapes at their focus nodes reads, those that shapes read in turn included."""
    read: set[Fact] = set()
    seen: set[tuple[Name, Term]] = set()
    waiting = [(name, node) for name, nodes in focus.items() for node in nodes]
    while waiting:
        name, node = waiting.pop()
        shape = reads.shapes.get(name)
        if shape is None or (name, node) in seen:
            continue
        seen.add((name, node))
        values = ends(graph, shape.path, {node}, read=read)
        for path in shape.along:
            ends(graph, path, {node}, read=read)
        if shape.classes:
            ends(graph, CLASSES, values, read=read)
        if shape.closed:
            for value in values:
                read.update(graph.about(value))
        waiting += [(inner, value) for inner in shape.nested for value in values]
    return read
