"""Dependencies of shapes: the triples on which the result of a shape depends, derived from the shapes graph.

Evaluation of a shape reads triples along paths from its focus node, and evaluates other shapes at
its value nodes. From the paths follows which triples a verdict depends on, and which focus nodes a
triple can affect.

Example. A shape of `gcm:Practice` has a property shape with the path `gcm:country` and the class
`gcm:Country`. The class of a value is read along `rdf:type/rdfs:subClassOf*`. So the shape reads

    practice:glo-act  gcm:country  country:PHL
    country:PHL       rdf:type     gcm:Country

and the removal of the second triple affects all that lead to it backwards along `gcm:country`:
`affected_nodes` gives `practice:glo-act`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.property_paths import Path, Predicate, join, predicates
from gcmgraph.rdf.shapes import Name, ShapeDefinition, ShapesGraph
from gcmgraph.rdf.terms import IRI, Term
from gcmgraph.validation.graphs import TYPE, Fact, Graph, GraphView
from gcmgraph.validation.paths import CLASSES, SUPERCLASSES, PathStep, ends, path_steps

if TYPE_CHECKING:
    from gcmgraph.validation.constraint_queries import ConstraintQuery

#: The hint for a shape that is not supported.
UNSUPPORTED = (
    "Write the shape with the constraints that others in shapes/ use (docs/validation.md)."
)

#: Focus nodes by the shape that they are validated against.
FocusNodes = Mapping[Name, set[Term]]


@dataclass(frozen=True, kw_only=True)
class ShapeDependencies(ShapeDefinition):
    """A shape, and what it reads beside the values along its path.

    The value node of a node shape, which has no path, is the focus node.
    """

    #: further paths from the focus node: of property pairs and of SPARQL constraints
    compared_paths: tuple[Path, ...]
    #: SPARQL constraints, if all of them can be evaluated for many nodes at once
    queries: tuple[ConstraintQuery, ...]
    #: shapes that are evaluated at the value nodes
    nested: tuple[Name, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """The paths from the focus node that are read."""
        return self.compared_paths if self.path is None else (self.path, *self.compared_paths)


@dataclass(frozen=True)
class PropertyRead:
    """One step at which a shape reads a property.

    With `classes`, only values at or below one of them matter.
    """

    shape: ShapeDependencies
    step: PathStep
    classes: frozenset[Term] | None = None
    #: whether it is read to find the targets of the shape
    of_target: bool = False


@dataclass(frozen=True)
class Dependencies:
    """Dependencies of all shapes by name."""

    shapes: Mapping[Name, ShapeDependencies]

    @cached_property
    def outer_shapes(self) -> Mapping[Name, list[ShapeDependencies]]:
        """The shapes that evaluate a shape at their value nodes."""
        outer_shapes: dict[Name, list[ShapeDependencies]] = {}
        for shape in self.shapes.values():
            for nested_name in shape.nested:
                outer_shapes.setdefault(nested_name, []).append(shape)
        return outer_shapes

    @cached_property
    def targeted(self) -> tuple[ShapeDependencies, ...]:
        """The shapes with targets."""
        return tuple(shape for shape in self.shapes.values() if shape.targets)

    @cached_property
    def by_property(self) -> Mapping[IRI, list[PropertyRead]]:
        """Every step at which a property is read."""
        reads_by_property: dict[IRI, list[PropertyRead]] = {}
        for shape in self.shapes.values():
            for read in _reads(shape):
                reads_by_property.setdefault(read.step.predicate, []).append(read)
        return reads_by_property

    def within(self, name: Name) -> set[Name]:
        """A shape and all shapes that it evaluates, directly or not."""
        names: set[Name] = set()
        waiting = [name]
        while waiting:
            name = waiting.pop()
            if name not in names and name in self.shapes:
                names.add(name)
                waiting += self.shapes[name].nested
        return names

    def properties(self, name: Name) -> frozenset[IRI]:
        """The properties that a shape and all shapes within it read."""
        properties: set[IRI] = set()
        for inner_name in self.within(name):
            shape = self.shapes[inner_name]
            if shape.constraints.classes:
                properties.add(TYPE)
            for path in shape.paths:
                properties.update(predicates(path))
        return frozenset(properties)


def _reads(shape: ShapeDependencies) -> Iterator[PropertyRead]:
    for path in shape.paths:
        for step in path_steps(path):
            yield PropertyRead(shape, step)
    classes = frozenset(shape.constraints.classes)
    if classes:
        for step in path_steps(join(shape.path, CLASSES)):
            yield PropertyRead(shape, step, classes)
    if shape.targets.classes:
        for step in path_steps(CLASSES):
            yield PropertyRead(shape, step, shape.targets.classes, of_target=True)


def derive_dependencies(graph: ShapesGraph) -> Dependencies:
    """The dependencies of the shapes of a graph that are not deactivated.

    Raises `DataError` for a shape whose dependencies cannot be derived.
    """
    for problem in graph.problems:
        raise DataError(f"The shapes cannot be used: {problem}.", hint=UNSUPPORTED)
    active = (shape for shape in graph.shapes.values() if not shape.deactivated)
    return Dependencies({shape.name: _of_shape(shape) for shape in active})


def _of_shape(shape: ShapeDefinition) -> ShapeDependencies:
    for name, is_used in _unsupported_parts(shape):
        if is_used:
            raise unsupported(shape.name, f"uses sh:{name}")
    queries = tuple(_queries(shape))
    compared = tuple(map(Predicate, shape.constraints.compared))
    queried = tuple(path for query in queries for path in query.paths)
    return ShapeDependencies(
        **vars(shape),
        compared_paths=compared + queried,
        queries=queries if all(query.at_once for query in queries) else (),
        nested=tuple(dict.fromkeys(shape.constraints.shapes)),
    )


def _unsupported_parts(shape: ShapeDefinition) -> Iterator[tuple[str, bool]]:
    """Parts of SHACL that no shape of ours has, and whether this shape has them."""
    yield "closed", shape.constraints.closed
    yield "qualifiedValueShapesDisjoint", shape.constraints.qualified_disjoint
    yield "targetNode", bool(shape.targets.nodes)
    yield "targetSubjectsOf", bool(shape.targets.subjects_of)
    yield "targetObjectsOf", bool(shape.targets.objects_of)


def unsupported(shape: Name, reason: str) -> DataError:
    """The error for a shape that validation does not support, as `reason` says."""
    return DataError(
        f"The shape {shape} {reason}, which validation here does not support.", hint=UNSUPPORTED
    )


def _queries(shape: ShapeDefinition) -> Iterator[ConstraintQuery]:
    if not shape.constraints.sparql:
        return
    # loads rdflib, without which a server starts
    from gcmgraph.validation.constraint_queries import NotAnchored, read_query  # noqa: PLC0415

    for constraint in shape.constraints.sparql:
        try:
            yield read_query(constraint, shape.path)
        except NotAnchored as error:
            raise unsupported(shape.name, f"has a SPARQL constraint that {error}") from error


def affected_nodes(
    dependencies: Dependencies, changed: Iterable[Fact], graph: GraphView
) -> Mapping[Name, set[Term]]:
    """The focus nodes of shapes with targets whose verdict changed triples can affect.

    `graph` is the union of the graphs before and after the change.
    """
    affected = _AffectedNodes(dependencies, graph)
    for triple in changed:
        for read in dependencies.by_property.get(triple[1], ()):
            affected.add(read, triple)
    return affected.by_shape


class _AffectedNodes:
    """Focus nodes by the shapes with targets that they are validated against."""

    def __init__(self, dependencies: Dependencies, graph: GraphView) -> None:
        self._dependencies = dependencies
        self._graph = graph
        self.by_shape: dict[Name, set[Term]] = {}
        self._evaluated: set[tuple[Name, Term]] = set()
        #: cached: every shape reads those of a class
        self._superclasses: Callable[[Term], set[Term]] = cache(
            lambda node: ends(graph, SUPERCLASSES, {node})
        )

    def add(self, read: PropertyRead, triple: Fact) -> None:
        """Add the focus nodes whose verdict depends on a triple by this read."""
        value = triple[2]
        if read.classes is not None and read.classes.isdisjoint(self._superclasses(value)):
            return
        for node in read.step.starts(self._graph, triple):
            if read.of_target:
                self.by_shape.setdefault(read.shape.name, set()).add(node)
            else:
                self._add_evaluations(read.shape, node)

    def _add_evaluations(self, shape: ShapeDependencies, node: Term) -> None:
        """Add the focus nodes from which a shape is evaluated at a node."""
        waiting = [(shape, node)]
        while waiting:
            shape, node = waiting.pop()
            if (shape.name, node) in self._evaluated:
                continue
            self._evaluated.add((shape.name, node))
            if shape.targets:
                self.by_shape.setdefault(shape.name, set()).add(node)
            for outer_shape in self._dependencies.outer_shapes.get(shape.name, ()):
                for start in ends(self._graph, outer_shape.path, {node}, backwards=True):
                    waiting.append((outer_shape, start))


def is_target(shape: ShapeDependencies, node: Term, graph: GraphView) -> bool:
    """Whether a node is a target of a shape (https://www.w3.org/TR/shacl/#targets)."""
    return not shape.targets.classes.isdisjoint(ends(graph, CLASSES, {node}))


def dependencies_at(focus_nodes: FocusNodes, dependencies: Dependencies, graph: Graph) -> set[Fact]:
    """The triples that shapes, and shapes within them, read at their focus nodes."""
    triples: set[Fact] = set()
    evaluated: set[tuple[Name, Term]] = set()
    waiting = [(name, node) for name, nodes in focus_nodes.items() for node in nodes]
    while waiting:
        name, node = waiting.pop()
        shape = dependencies.shapes.get(name)
        if shape is None or (name, node) in evaluated:
            continue
        evaluated.add((name, node))
        values = ends(graph, shape.path, {node}, read=triples)
        for path in shape.compared_paths:
            ends(graph, path, {node}, read=triples)
        if shape.constraints.classes:
            ends(graph, CLASSES, values, read=triples)
        for inner_name in shape.nested:
            for value in values:
                waiting.append((inner_name, value))
    return triples
