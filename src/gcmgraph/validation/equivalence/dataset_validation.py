"""Full validation of a large dataset: nodes that no shape can tell apart are judged once, by the reference."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import islice

from gcmgraph.model.terms import Term
from gcmgraph.validation.equivalence.graph_index import Index
from gcmgraph.validation.equivalence.partitions import Families, Family
from gcmgraph.validation.equivalence.signatures import Likeness
from gcmgraph.validation.equivalence.sparql_candidates import found_at_once
from gcmgraph.validation.incremental.affected_nodes import gathered, is_described
from gcmgraph.validation.report import Result
from gcmgraph.validation.shacl.dependencies import CLASSES, Name, ShapeReads
from gcmgraph.validation.shacl.path_evaluation import ends
from gcmgraph.validation.shacl.shapes import Shapes
from gcmgraph.validation.shacl.shapes_graph import CONSTRAINING, sh

#: How many pairs of shape and focus node are validated together. It bounds the memory of the reference.
_BATCH = 1000


def results(graph: Index, shapes: Shapes, likeness: Likeness) -> Iterator[Result]:
    """What pyshacl would find in the graph."""
    families = Families(graph, likeness)
    classes = {family.first: ends(graph, CLASSES, {family.first}) for family in families.all}
    for shape in shapes.reads.targeted:
        concerned = [one for one in families.all if is_described(shape, one.first, classes[one.first], graph)]
        named = set(shape.targets.nodes)
        for predicate in shape.targets.objects_of:
            named.update(value for _, found, value in graph.facts() if found == predicate)
        yield from _Judgement(graph, shapes, families, concerned).results(_parts(shape, shapes), named)


class _Judgement:
    """The results of one shape, about the families that it is about."""

    def __init__(self, graph: Index, shapes: Shapes, families: Families, concerned: list[Family]) -> None:
        self._graph, self._shapes = graph, shapes
        self._families, self._concerned = families, concerned
        self._focus = {node for family in concerned for node in family.members}

    def results(self, parts: list[Name], named: set[Term]) -> Iterator[Result]:
        """Each part judges one node of those that are alike to it; then all of them, if something is wrong with it."""
        stand_ins = {part: self._stand_ins(part) for part in parts}
        alone = named - self._focus
        judged = {part: alone.union(found) for part, found in stand_ins.items()}
        first = self._judged(judged)
        yield from first
        failing: dict[Term, set[Name]] = {}
        for result in first:
            failing.setdefault(result.focus, set()).add(result.source_shape)
        suspects = {part: self._suspects(part) for part in parts}
        for part, found in stand_ins.items():
            for node, families in found.items():
                wrong = failing.get(node, set())
                if part in wrong or not wrong.issubset(parts):  # an inner shape may be that of any part
                    suspects[part].update(member for family in families for member in family.members)
        yield from self._judged({part: nodes - judged[part] for part, nodes in suspects.items()})

    def _stand_ins(self, part: Name) -> dict[Term, list[Family]]:
        """One node for all families between which a part sees no difference."""
        properties = self._shapes.reads.properties(part)
        alike: dict[Hashable, list[Family]] = {}
        for family in self._concerned:
            alike.setdefault(self._families.appearance(family, properties), []).append(family)
        return {families[0].first: families for families in alike.values()}

    def _judged(self, focus: Mapping[Name, Iterable[Term]]) -> list[Result]:
        """What the reference finds of these shapes at these nodes, batch by batch."""
        found: list[Result] = []
        waiting = ((part, node) for part, nodes in focus.items() for node in nodes)
        while batch := list(islice(waiting, _BATCH)):
            together: dict[Name, set[Term]] = {}
            for part, node in batch:
                together.setdefault(part, set()).add(node)
            found += self._shapes.reference.results(gathered(together, self._shapes.reads, self._graph), together)
        return found

    def _suspects(self, part: Name) -> set[Term]:
        """The focus nodes for which a query of the shape, or of a shape in it, finds something."""
        queried = self._families.likeness.queried
        queries = [query for name in self._shapes.reads.within(part) for query in queried.get(name, ())]
        return {node for query in queries for node in found_at_once(query, self._focus, self._graph)}


def _parts(shape: ShapeReads, shapes: Shapes) -> list[Name]:
    """The property shapes that a shape consists of, where it says nothing else; otherwise itself."""
    if CONSTRAINING.intersection(shapes.said.predicates(shape.name)) == {sh("property")}:
        return [name for name in shape.nested if name in shapes.reads.shapes]
    return [shape.name]
