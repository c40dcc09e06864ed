"""Partitions after a change: those of the resources that it affects are counted before and after it.

These are the subjects of the change, and the resources that name one whose classes it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gcmgraph.model.terms import IRI, BlankNode, Literal, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.self_description.partitions import (
    EXAMPLES,
    PARTITIONS,
    RDF_TYPE,
    Counts,
    PartitionWriter,
    Value,
    count_resources,
)
from gcmgraph.store.port import Change, Store


def with_partitions(store: Store, change: Change, addresses: Addresses) -> Change:
    """A change of a dataset with the change of its partitions; as it is where the dataset has none."""
    writer = PartitionWriter(addresses)
    if not change or next(store.quads(graph=writer.graph), None) is None:
        return change
    uncounted = frozenset(IRI(addresses.graph(name)) for name in (EXAMPLES, PARTITIONS))
    before = _Statements(store, Change(), uncounted)
    after = _Statements(store, change, uncounted)
    counted = [quad for quad in change.removed | change.added if quad.graph_name not in uncounted]
    affected: set[object] = {quad.subject for quad in counted}
    for subject in {quad.subject for quad in counted if quad.predicate == RDF_TYPE}:
        affected.update(before.naming(subject), after.naming(subject))
    was, will = (count_resources(affected, statements.of) for statements in (before, after))
    return change.then(_difference(store, was, will, writer))


def _difference(store: Store, was: Counts, will: Counts, writer: PartitionWriter) -> Change:
    wanted: set[Quad] = set()
    unwanted: set[Quad] = set()
    for write, old, new in ((writer.size, was.sizes, will.sizes), (writer.subjects, was.subjects, will.subjects)):
        for key in old.keys() | new.keys():
            if more := new[key] - old[key]:
                partition, counted, _, graph = write(key, 0)
                stored = next((q.object for q in store.quads(partition, counted, None, graph)), None)
                before = int(stored.value) if isinstance(stored, Literal) else 0
                unwanted.update((write(key, before), *writer.definition(key)))
                if before + more > 0:
                    wanted.update((write(key, before + more), *writer.definition(key)))
    return Change.towards(wanted, unwanted, store.holds)


class _Statements:
    """Statements of a dataset after a change, without those of the description."""

    def __init__(self, store: Store, change: Change, uncounted: frozenset[IRI]) -> None:
        self._store = store
        self._change = change
        self._uncounted = uncounted
        self._added: dict[object, list[Quad]] = {}
        for quad in change.added:
            self._added.setdefault(quad.subject, []).append(quad)

    def of(self, subject: object) -> Iterator[Value]:
        """Properties of a resource with their values."""
        if isinstance(subject, IRI | BlankNode):
            there = self._store.quads(subject)  # type: ignore[arg-type]
            for quad in self._counted((*there, *self._added.get(subject, ()))):
                yield quad.predicate, quad.object

    def naming(self, value: object) -> Iterator[object]:
        """The resources with a statement whose value is this one."""
        there = self._store.quads(object=value)  # type: ignore[arg-type]
        added = (quad for quad in self._change.added if quad.object == value)
        return (quad.subject for quad in self._counted((*there, *added)))

    def _counted(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        return (q for q in quads if q not in self._change.removed and q.graph_name not in self._uncounted)
