"""Focus nodes whose verdict a change of the graph can affect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from gcmgraph.model.terms import Literal, Term
from gcmgraph.shapes.definitions import Name
from gcmgraph.shapes.paths import Modified, Predicate
from gcmgraph.validation.incremental.graph_views import GraphView
from gcmgraph.validation.shacl.dependencies import CLASSES, SUB_CLASS_OF, Dependencies, ShapeDependencies
from gcmgraph.validation.shacl.path_evaluation import Graph, ends
from gcmgraph.validation.triples import Fact

#: Focus nodes by the shape that they are validated against.
Focus = Mapping[Name, set[Term]]
_SUPERCLASSES = Modified("zeroOrMorePath", Predicate(SUB_CLASS_OF))


def affected_nodes(dependencies: Dependencies, changed: Iterable[Fact], either: GraphView) -> dict[Name, set[Term]]:
    """The focus nodes of shapes with targets whose verdict changed triples can affect.

    `either` is the union of the graphs before and after the change.
    """
    climb = _Climb(dependencies, either)
    superclasses = cache(lambda node: ends(either, _SUPERCLASSES, {node}))  # every shape reads those of a class
    for triple in changed:
        for read in dependencies.by_property.get(triple[1], ()):
            if read.classes is None or not read.classes.isdisjoint(superclasses(triple[2])):
                for node in read.step.starts(either, triple):
                    climb.mark(read.shape, node) if read.of_target else climb.up(read.shape, node)
        for shape in dependencies.closed:
            for node in ends(either, shape.path, {triple[0]}, backwards=True):
                climb.up(shape, node)
    return climb.found


class _Climb:
    """From nodes where a shape is evaluated to the focus nodes from which that happens."""

    def __init__(self, dependencies: Dependencies, graph: GraphView) -> None:
        self.found: dict[Name, set[Term]] = {}
        self._dependencies = dependencies
        self._graph = graph
        self._seen: set[tuple[Name, Term]] = set()

    def mark(self, shape: ShapeDependencies, node: Term) -> None:
        self.found.setdefault(shape.name, set()).add(node)

    def up(self, shape: ShapeDependencies, node: Term) -> None:
        waiting = [(shape, node)]
        while waiting:
            shape, node = waiting.pop()
            if (shape.name, node) in self._seen:
                continue
            self._seen.add((shape.name, node))
            if shape.targets:
                self.mark(shape, node)
            for parent in self._dependencies.parents.get(shape.name, ()):
                waiting += [(parent, start) for start in ends(self._graph, parent.path, {node}, backwards=True)]


def is_target(shape: ShapeDependencies, node: Term, graph: Graph) -> bool:
    """Whether a node is a target of a shape (https://www.w3.org/TR/shacl/#targets)."""
    targets = shape.targets
    return (
        node in targets.nodes
        or is_described(shape, node, ends(graph, CLASSES, {node}) if targets.classes else (), graph)
        or any(graph.subjects(predicate, node) for predicate in targets.objects_of)
    )


def is_described(shape: ShapeDependencies, node: Term, classes: Iterable[Term], graph: Graph) -> bool:
    """Whether a node is a target for its own triples: by its classes (superclasses included) or its properties."""
    targets = shape.targets
    return not targets.classes.isdisjoint(classes) or (
        not isinstance(node, Literal) and any(graph.objects(node, predicate) for predicate in targets.subjects_of)
    )


def gather(focus: Focus, dependencies: Dependencies, graph: Graph) -> set[Fact]:
    """The triples that shapes, and shapes within them, read at their focus nodes."""
    read: set[Fact] = set()
    seen: set[tuple[Name, Term]] = set()
    waiting = [(name, node) for name, nodes in focus.items() for node in nodes]
    while waiting:
        name, node = waiting.pop()
        shape = dependencies.shapes.get(name)
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
