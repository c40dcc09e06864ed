"""Partitions after a change, computed from the statements about the resources that it affects.

These are the subjects of the change, and the resources that name one whose classes it changes. A test compares the
result with a count of the whole dataset.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from gcmgraph.model.terms import IRI, BlankNode, Literal, Quad, Term, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.self_description.partitions import (
    EXAMPLES,
    PARTITIONS,
    RDF_TYPE,
    Counts,
    PartitionWriter,
)
from gcmgraph.store.change import Change
from gcmgraph.store.port import Store


def with_partitions(store: Store, change: Change, addresses: Addresses) -> Change:
    """A change of a dataset with the change of its partitions; as it is where the dataset has none."""
    writer = PartitionWriter(addresses)
    if not change or next(store.quads(graph=writer.graph), None) is None:
        return change
    uncounted = frozenset(IRI(addresses.graph(name)) for name in (EXAMPLES, PARTITIONS))
    before = _Statements(store, Change(), uncounted)
    after = _Statements(store, change, uncounted)
    counted = [quad for quad in change.removed | change.added if quad.graph_name not in uncounted]
    affected = set(_resources(counted))
    for subject in _resources(quad for quad in counted if quad.predicate == RDF_TYPE):
        if before.classes(subject) != after.classes(subject):
            affected.update(before.naming(subject), after.naming(subject))
    was, will = Counts(), Counts()
    for subject in affected:
        before.count(subject, was)
        after.count(subject, will)
    return change.then(_difference(store, was, will, writer))


def _resources(quads: Iterable[Quad]) -> set[IRI | BlankNode]:
    return {quad.subject for quad in quads if isinstance(quad.subject, IRI | BlankNode)}


def _difference(store: Store, was: Counts, will: Counts, writer: PartitionWriter) -> Change:
    removed: set[Quad] = set()
    added: set[Quad] = set()
    for key in was.sizes.keys() | will.sizes.keys():
        if more := will.sizes[key] - was.sizes[key]:
            old = _stored(store, writer.iri(key), writer.size_property(key), writer.graph)
            if old:
                removed.add(writer.size(key, old))
            else:
                added.update(writer.definition(key))
            if old + more > 0:
                added.add(writer.size(key, old + more))
            else:
                removed.update(writer.definition(key))
    for key in was.subjects.keys() | will.subjects.keys():
        if more := will.subjects[key] - was.subjects[key]:
            old = _stored(store, writer.iri(key), writer.subjects_property, writer.graph)
            if old:
                removed.add(writer.subjects(key, old))
            if old + more > 0:
                added.add(writer.subjects(key, old + more))
    return Change(frozenset(removed), frozenset(added))


def _stored(store: Store, partition: IRI, counted: IRI, graph: IRI) -> int:
    """The stored count of a partition; 0 if there is none."""
    found = store.quads(partition, counted, None, graph)
    return next((int(quad.object.value) for quad in found if isinstance(quad.object, Literal)), 0)


class _Statements:
    """Statements of a dataset after a change, without those of the description."""

    def __init__(self, store: Store, change: Change, uncounted: frozenset[IRI]) -> None:
        self._store = store
        self._removed = change.removed
        self._uncounted = uncounted
        self._added: dict[object, list[Quad]] = {}
        self._added_to: dict[object, list[Quad]] = {}
        for quad in change.added:
            self._added.setdefault(quad.subject, []).append(quad)
            self._added_to.setdefault(quad.object, []).append(quad)
        self.classes = cache(self._classes)

    def count(self, subject: IRI | BlankNode, counts: Counts) -> None:
        """Add the counts of one resource."""
        own = self.classes(subject)
        counts.add_instances(own)
        triples = {quad.triple for quad in self._left(subject=subject)}
        for predicate in {triple.predicate for triple in triples}:
            counts.add_subjects(own, predicate.value)
        for triple in triples if own else ():
            value = triple.object
            kinds = value.datatype.value if isinstance(value, Literal) else self.classes(value)
            counts.add_triples(own, triple.predicate.value, kinds)

    def naming(self, value: IRI | BlankNode) -> set[IRI | BlankNode]:
        """The resources with a statement whose value is this one."""
        there = (quad for quad in self._store.quads(object=value) if quad not in self._removed)
        quads = (*there, *self._added_to.get(value, ()))
        return _resources(quad for quad in quads if quad.graph_name not in self._uncounted)

    def _classes(self, resource: Term | Triple) -> frozenset[str]:
        if not isinstance(resource, IRI | BlankNode):
            return frozenset()
        types = self._left(subject=resource, predicate=RDF_TYPE)
        return frozenset(quad.object.value for quad in types if isinstance(quad.object, IRI))

    def _left(self, subject: IRI | BlankNode, predicate: IRI | None = None) -> Iterator[Quad]:
        for quad in self._store.quads(subject, predicate):  # type: ignore[arg-type]
            if quad not in self._removed and quad.graph_name not in self._uncounted:
                yield quad
        for quad in self._added.get(subject, ()):
            if predicate in {None, quad.predicate} and quad.graph_name not in self._uncounted:
                yield quad
