"""Full validation of a large dataset: nodes that no shape can tell apart are judged once, by the reference."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from gcmgraph.model.terms import IRI, Term
from gcmgraph.validation.facts import Subject
from gcmgraph.validation.garbage import cycles_left
from gcmgraph.validation.index import Index
from gcmgraph.validation.likeness import Likeness, is_text
from gcmgraph.validation.neighbourhood import gathered, is_target
from gcmgraph.validation.queried import found_at_once
from gcmgraph.validation.reads import TYPE, Name, ShapeReads
from gcmgraph.validation.report import Result
from gcmgraph.validation.shape_triples import CONSTRAINING, sh
from gcmgraph.validation.shapes import Shapes

#: Focus nodes that are validated together. It bounds the memory of the reference.
_BATCH = 1000


def results(graph: Index, shapes: Shapes, likeness: Likeness) -> Iterator[Result]:
    """What pyshacl would find in the graph."""
    families = Families(graph, likeness)
    for shape in shapes.reads.targeted:
        concerned = [family for family in families.all if is_target(shape, family.first, graph, by_name=False)]
        named = set(shape.targets.nodes)
        for predicate in shape.targets.objects_of:
            named.update(value for _, found, value in graph.facts() if found == predicate)
        yield from _Judgement(graph, shapes, shape, concerned, named).results(likeness)


class _Judgement:
    """The results of one shape."""

    def __init__(
        self, graph: Index, shapes: Shapes, shape: ShapeReads, concerned: list[Family], named: set[Term]
    ) -> None:
        self._graph, self._shapes = graph, shapes
        self._parts = _parts(shape, shapes)
        self._concerned = concerned
        self._focus = {node for family in concerned for node in family.members}
        self._alone = named - self._focus

    def results(self, likeness: Likeness) -> Iterator[Result]:
        """One of each family is judged; then all of those families in which something is wrong with it."""
        judged = {*(family.first for family in self._concerned), *self._alone}
        first = self._judged(self._parts, judged)
        yield from first
        failing: dict[Term, set[Name]] = {}
        for result in first:
            failing.setdefault(result.focus, set()).add(result.source_shape)
        suspects: dict[Name, set[Term]] = {part: self._suspects(part, likeness) for part in self._parts}
        for family in self._concerned:
            if found := failing.get(family.first):
                for part in [part for part in self._parts if part in found] or self._parts:
                    suspects[part].update(family.members)
        for part, nodes in suspects.items():
            yield from self._judged([part], nodes - judged)

    def _judged(self, parts: list[Name], nodes: Iterable[Term]) -> list[Result]:
        """What the reference finds of these shapes at these nodes, batch by batch."""
        found: list[Result] = []
        waiting = iter(nodes)
        while batch := set(islice(waiting, _BATCH)):
            focus = dict.fromkeys(parts, batch)
            found += self._shapes.reference.results(gathered(focus, self._shapes.reads, self._graph), focus)
        return found

    def _suspects(self, part: Name, likeness: Likeness) -> set[Term]:
        """The focus nodes for which a query of the shape, or of a shape in it, finds something."""
        names = self._shapes.reads.within(part)
        queries = [query for name in names for query in likeness.queried.get(name, ())]
        return {node for query in queries for node in found_at_once(query, self._focus, self._graph)}


def _parts(shape: ShapeReads, shapes: Shapes) -> list[Name]:
    """The property shapes that a shape consists of, where it says nothing else; otherwise itself."""
    if CONSTRAINING.intersection(shapes.said.predicates(shape.name)) == {sh("property")}:
        return [name for name in shape.nested if name in shapes.reads.shapes]
    return [shape.name]


@dataclass(frozen=True)
class Family:
    """Nodes that are alike."""

    members: list[Term]

    @property
    def first(self) -> Term:
        """The one that is judged for all."""
        return self.members[0]


class Families:
    """The subjects of a dataset, those that are alike together."""

    def __init__(self, graph: Index, likeness: Likeness) -> None:
        self._graph = graph
        self._looks = likeness.looks
        self._closed = likeness.closed
        self._types: dict[Term, frozenset[Term]] = {}
        #: a number for all that is ever seen of a value of a property
        self._keys: dict[Hashable, int] = {}
        self._counts: list[int] = []
        self._seen: dict[IRI, dict[Term, int]] = {predicate: {} for predicate in self._looks if predicate}
        families: dict[frozenset[Hashable], list[Term]] = {}
        with cycles_left():
            for subject in graph.said:
                families.setdefault(self._appearance(subject), []).append(subject)
        self.all = [Family(members) for members in families.values()]

    def _appearance(self, subject: Subject) -> frozenset[Hashable]:
        """All that shapes see of a node."""
        found: set[Hashable] = {self._key(None, subject)}
        first: dict[int, Term] = {}
        more: dict[int, set[Term]] = {}
        counts, every = self._counts, self._seen
        halves = iter(self._graph.said[subject])
        for predicate, value in zip(halves, halves, strict=True):
            seen = every.get(predicate)  # type: ignore[arg-type]
            if seen is None or predicate == TYPE:
                if predicate == TYPE:
                    found.add(value)
                elif self._closed:
                    found.add(predicate)
                if seen is None:
                    continue
            key = seen.get(value)
            if key is None:
                key = self._key(predicate, value)  # type: ignore[arg-type]
            if counts[key] > 1:
                before = first.setdefault(key, value)
                if before is not value and before != value:
                    more.setdefault(key, {before}).add(value)
            found.add(key)
        found.update((key, min(len(values), self._counts[key])) for key, values in more.items())
        return frozenset(found)

    def _key(self, predicate: IRI | None, value: Term) -> int:
        look = self._looks[predicate]
        key = self._keys.setdefault((predicate, look.of(value, self._types_of)), len(self._keys))
        if key == len(self._counts):
            self._counts.append(look.count)
        if predicate and not is_text(value):  # texts seldom come twice, other values do
            self._seen[predicate][value] = key
        return key

    def _types_of(self, node: Term) -> frozenset[Term]:
        types = self._types.get(node)
        if types is None:
            types = self._types[node] = frozenset(self._graph.objects(node, TYPE))
        return types
