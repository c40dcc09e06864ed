"""Validation of a whole dataset: of the nodes that no shape distinguishes, one is validated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice, takewhile

from gcmgraph.rdf.property_paths import predicates
from gcmgraph.rdf.shapes import Name, sh
from gcmgraph.rdf.terms import IRI, Quad, Term
from gcmgraph.store.port import Store
from gcmgraph.validation.constraint_queries import ConstraintQuery
from gcmgraph.validation.dependencies import dependencies_at
from gcmgraph.validation.distinctions import ShapeDistinctions
from gcmgraph.validation.graphs import (
    DatasetIndex,
    end_exemption_from_collection,
    exempt_from_collection,
    labels,
)
from gcmgraph.validation.partitions import NodeSignature, Partitions
from gcmgraph.validation.paths import CLASSES, ends
from gcmgraph.validation.report import Report, Result
from gcmgraph.validation.rules import Shapes

#: Pairs of shape and focus node that are validated together. The number limits the memory of
#: pySHACL.
_BATCH = 1000


def dataset_report(quads: Iterable[Quad], shapes: Shapes) -> Report:
    """See `validate_dataset`, which does not load pySHACL before it is called."""
    with exempt_from_collection():
        graph = DatasetIndex(chain(quads, shapes.hierarchy))
    try:
        results = partitioned_results(Partitions(graph, ShapeDistinctions(shapes)), shapes)
        return Report.of(replace(result, labels=labels(graph, result.focus)) for result in results)
    finally:
        end_exemption_from_collection()


def partitioned_results(partitions: Partitions, shapes: Shapes) -> Iterator[Result]:
    """The results of validating a graph node by node."""
    graph = partitions.graph
    classes_by_signature = {
        signature: ends(graph, CLASSES, nodes[:1]) for signature, nodes in partitions.all.items()
    }
    for shape in shapes.dependencies.targeted:
        targets = {
            signature: nodes
            for signature, nodes in partitions.all.items()
            if not shape.targets.classes.isdisjoint(classes_by_signature[signature])
        }
        yield from _ShapeValidation(shape.name, targets, partitions, shapes).results()


class _ShapeValidation:
    """Validation of one shape: first of representatives, then of all nodes that may fail.

    The parts of a shape read few properties each. So a part does not distinguish the nodes of many
    partitions, and one node represents them.
    """

    def __init__(
        self,
        name: Name,
        targets: Mapping[NodeSignature, list[Term]],
        partitions: Partitions,
        shapes: Shapes,
    ) -> None:
        """`targets` are the partitions that are targets of the shape."""
        self._shapes = shapes
        self._graph = partitions.graph
        self._partitions = partitions
        self._targets = targets
        self._target_nodes = {node for nodes in targets.values() for node in nodes}
        self._parts = _parts(name, shapes)

    def results(self) -> Iterator[Result]:
        """The results of the representatives, and of other nodes that may fail."""
        #: by part and representative, the partitions that are represented
        represented = {part: self._represented(part) for part in self._parts}
        representatives = {part: set(partitions) for part, partitions in represented.items()}
        results = _validate(representatives, self._shapes, self._graph)
        yield from results
        failed_shapes: dict[Term, set[Name]] = {}
        for result in results:
            failed_shapes.setdefault(result.focus, set()).add(result.source_shape)
        suspects: dict[Name, set[Term]] = {}
        for part, partitions in represented.items():
            nodes = self._solutions_of_queries(part)
            for representative, partitions_of_node in partitions.items():
                if self._may_fail(part, failed_shapes.get(representative, set())):
                    nodes.update(*partitions_of_node)
            suspects[part] = nodes - representatives[part]
        yield from _validate(suspects, self._shapes, self._graph)

    def _represented(self, part: Name) -> dict[Term, list[list[Term]]]:
        """Partitions that a part does not distinguish, by the node that represents them."""
        properties = self._shapes.dependencies.properties(part)
        equal_partitions: dict[NodeSignature, list[list[Term]]] = {}
        for signature, nodes in self._targets.items():
            signature_of_part = self._partitions.part(signature, properties)
            equal_partitions.setdefault(signature_of_part, []).append(nodes)
        return {partitions[0][0]: partitions for partitions in equal_partitions.values()}

    def _may_fail(self, part: Name, failed_shapes: set[Name]) -> bool:
        """Whether a part may be among the shapes that a representative does not conform to."""
        # an inner shape may be that of any part
        has_failed_inner_shape = not failed_shapes.issubset(self._parts)
        return part in failed_shapes or has_failed_inner_shape

    def _solutions_of_queries(self, part: Name) -> set[Term]:
        """The targets for which the queries of a part have solutions."""
        queries_by_shape = self._partitions.distinctions.queries
        solutions: set[Term] = set()
        for shape in self._shapes.dependencies.within(part):
            for query in queries_by_shape.get(shape, ()):
                solutions.update(_solutions(query, self._target_nodes, self._graph))
        return solutions


def _validate(
    focus: Mapping[Name, Iterable[Term]], shapes: Shapes, graph: DatasetIndex
) -> list[Result]:
    """The results of shapes at these nodes, batch by batch."""
    results: list[Result] = []
    pairs = ((part, node) for part, nodes in focus.items() for node in nodes)
    while batch := list(islice(pairs, _BATCH)):
        focus_of_batch: dict[Name, set[Term]] = {}
        for part, node in batch:
            focus_of_batch.setdefault(part, set()).add(node)
        triples = dependencies_at(focus_of_batch, shapes.dependencies, graph)
        results += shapes.results(triples, focus_of_batch)
    return results


def _parts(name: Name, shapes: Shapes) -> list[Name]:
    """The property shapes of a shape without other constraints; otherwise the shape."""
    dependencies = shapes.dependencies.shapes
    if dependencies[name].constraints.stated == {sh("property")}:
        return [inner for inner in dependencies[name].nested if inner in dependencies]
    return [name]


def _solutions(
    query: ConstraintQuery, nodes: Iterable[Term], graph: DatasetIndex
) -> Iterator[Term]:
    """The nodes for which the query has solutions; pySHACL decides about them.

    Nodes with the same values are queried once.
    """
    properties = tuple(dict.fromkeys(iri for path in query.paths for iri in predicates(path)))
    nodes_by_values: dict[tuple[frozenset[Term], ...], list[Term]] = {}
    for node in nodes:
        values_by_property = (frozenset(graph.objects(node, iri)) for iri in properties)
        values = tuple(takewhile(bool, values_by_property))
        if len(values) == len(properties):  # every pattern must match: the query only joins
            nodes_by_values.setdefault(values, []).append(node)
    quads = _quads_of_representatives(properties, nodes_by_values)
    solutions = {row["this"] for row in Store.in_memory(quads).select(query.text).rows}
    for equal_nodes in nodes_by_values.values():
        if equal_nodes[0] in solutions:
            yield from equal_nodes


def _quads_of_representatives(
    properties: tuple[IRI, ...], nodes_by_values: Mapping[tuple[frozenset[Term], ...], list[Term]]
) -> Iterator[Quad]:
    for values_by_property, nodes in nodes_by_values.items():
        for predicate, values in zip(properties, values_by_property, strict=True):
            for value in values:
                yield Quad(nodes[0], predicate, value)  # type: ignore[arg-type]
