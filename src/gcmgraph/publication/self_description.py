"""Description of a dataset version inside of it, for the editors and assistants that query an endpoint about itself.

Its graphs are example queries, and VoID partitions by class: its properties, and the classes and datatypes of their
values, each with its count. Terms: https://www.w3.org/TR/void/#class-property-partitions, nested as endpoint tools
query them: the partition of a class has a partition for each property, and that one a partition for each class of
objects (`void:classPartition`) and for each datatype (`void-ext:datatypePartition`, http://ldf.fi/void-ext#). Counts
are those of the union of all graphs except the graphs of the description.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache, lru_cache

from gcmgraph.model.terms import IRI, BlankNode, Literal, Quad, Triple, Vocabulary, typed
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.queries.description import describe_examples
from gcmgraph.queries.library import NamedQuery
from gcmgraph.store.port import Change, Store

#: Names of the graphs that are not counted.
EXAMPLES, PARTITIONS = "examples", "void"

RDF_TYPE = IRI(f"{PREFIXES['rdf']}type")

#: A partition: the IRIs of a class; of a class and a property; or of both, `CLASS` or `DATATYPE`, and what they name.
Key = tuple[str, ...]
CLASS, DATATYPE = "class", "datatype"

#: Counts of a partition: instances of a class, triples of other partitions, distinct subjects of a property.
ENTITIES, TRIPLES, SUBJECTS = "void:entities", "void:triples", "void:distinctSubjects"

#: Numbers by partition and count.
Counts = Counter[tuple[Key, str]]

#: A property of a resource, and its value.
Value = tuple[IRI, IRI | BlankNode | Literal | Triple]

#: Classes of a value, or its datatype.
Kinds = frozenset[str] | IRI


def count(quads: Iterable[Quad]) -> Counts:
    """Count the partitions of these quads; a triple in several graphs counts once."""
    values: dict[object, list[Value]] = {}
    for subject, predicate, value, _ in quads:
        values.setdefault(subject, []).append((predicate, value))
    return count_resources(values, lambda resource: values.get(resource, ()))


def count_resources(resources: Iterable[object], values_of: Callable[[object], Iterable[Value]]) -> Counts:
    """Count the part of some resources; `values_of` returns the properties of a resource with their values."""
    # resources share few sets of classes, so that each set is taken apart once
    shared: dict[frozenset[str], frozenset[str]] = {}

    @cache
    def classes(resource: object) -> frozenset[str]:
        pairs = values_of(resource)
        named = frozenset([value.value for name, value in pairs if name == RDF_TYPE and isinstance(value, IRI)])
        return shared.setdefault(named, named)

    grouped: Counter[tuple[str, frozenset[str], IRI | None, Kinds]] = Counter()
    for resource in resources:
        if own := classes(resource):
            grouped[ENTITIES, own, None, _NO_KINDS] += 1
            pairs = set(values_of(resource))
            for predicate, value in pairs:
                kinds = value.datatype if isinstance(value, Literal) else classes(value)
                grouped[TRIPLES, own, predicate, kinds] += 1
            for predicate in {predicate for predicate, _ in pairs}:
                grouped[SUBJECTS, own, predicate, _NO_KINDS] += 1
    counts: Counts = Counter()
    for (counted, own, used, kinds), number in grouped.items():
        for key in _keys(own, used, kinds):
            counts[key, counted] += number
    return counts


_NO_KINDS: frozenset[str] = frozenset()


def _keys(classes: frozenset[str], predicate: IRI | None, kinds: Kinds) -> Iterator[Key]:
    """The partitions of resources with these classes that have a property with values of these kinds."""
    ends = [(DATATYPE, kinds.value)] if isinstance(kinds, IRI) else [(CLASS, name) for name in kinds]
    for name in classes:
        key = (name,) if predicate is None else (name, predicate.value)
        yield key
        for end in ends:
            yield (*key, *end)


def partition_quads(counts: Counts, addresses: Addresses) -> Iterator[Quad]:
    """The partitions with their counts, in `graph/void`."""
    writer = PartitionWriter(addresses)
    for (key, counted), number in counts.items():
        if counted != SUBJECTS:
            yield from writer.definition(key)
        yield writer.number(key, counted, number)


class PartitionWriter:
    """Quads about partitions. The IRI of a partition is made of hashes of what it names, so that it never changes."""

    def __init__(self, addresses: Addresses) -> None:
        self._v = Vocabulary(addresses)
        self._dataset = f"{addresses.base}dataset"
        self.graph = IRI(addresses.graph(PARTITIONS))

    def definition(self, key: Key) -> Iterator[Quad]:
        """Statements that link a partition to the wider one and name its term."""
        of_datatype = DATATYPE in key[2:3]
        kind = "property" if len(key) == 2 else DATATYPE if of_datatype else CLASS
        prefix, node = "void-ext" if of_datatype else "void", self._iri(key)
        wider = self._iri(key[:2] if len(key) > 2 else key[:-1])
        yield Quad(wider, self._v(f"{prefix}:{kind}Partition"), node, self.graph)
        yield Quad(node, self._v(f"{prefix}:{kind}"), IRI(key[-1]), self.graph)

    def number(self, key: Key, counted: str, number: int) -> Quad:
        """One of its numbers."""
        return Quad(self._iri(key), self._v(counted), typed(str(number), "integer"), self.graph)

    def _iri(self, key: Key) -> IRI:
        """The IRI of a partition, such as `…#class-1b2c`; of no key, that of the dataset."""
        kinds = (CLASS, "property", *key[2:3])
        names = [f"{kind}-{_digest(term)}" for kind, term in zip(kinds, (*key[:2], *key[3:]), strict=False)]
        return IRI("#".join(filter(None, (self._dataset, "-".join(names)))))


@lru_cache(10_000)
def _digest(iri: str) -> str:
    return hashlib.sha256(iri.encode()).hexdigest()[:12]


def describe_version(
    quads: Collection[Quad], library: Iterable[NamedQuery], addresses: Addresses, endpoint: str | None = None
) -> Iterator[Quad]:
    """The description of a dataset with these quads.

    `endpoint` is the URL at which it can be queried, `{base}sparql` unless given.
    """
    graph = IRI(addresses.graph(EXAMPLES))
    for triple in describe_examples(library, addresses, endpoint):
        yield Quad(triple.subject, triple.predicate, triple.object, graph)
    yield from partition_quads(count(quads), addresses)


def stated_endpoint(store: Store, addresses: Addresses) -> str | None:
    """The endpoint that the example queries of a version state; None where it has none."""
    stated = store.quads(predicate=IRI(addresses.expand("schema:target")), graph=IRI(addresses.graph(EXAMPLES)))
    return next((quad.object.value for quad in stated if isinstance(quad.object, IRI)), None)


def recounted(quads: Collection[Quad], addresses: Addresses) -> set[Quad]:
    """A dataset with its partitions counted anew; as it is where it has none."""
    partitions, examples = (IRI(addresses.graph(name)) for name in (PARTITIONS, EXAMPLES))
    rest = {quad for quad in quads if quad.graph_name != partitions}
    if len(rest) == len(quads):
        return rest
    return rest | set(partition_quads(count(quad for quad in rest if quad.graph_name != examples), addresses))


def with_partitions(store: Store, change: Change, addresses: Addresses) -> Change:
    """A change of a dataset with the change of its partitions; as it is where the dataset has none.

    Those of the resources that the change affects are counted before and after it: of its subjects, and of the
    resources that name one whose classes it changes.
    """
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
    for key, counted in was.keys() | will.keys():
        if more := will[key, counted] - was[key, counted]:
            partition, predicate, _, graph = writer.number(key, counted, 0)
            stored = next((q.object for q in store.quads(partition, predicate, None, graph)), None)
            before = int(stored.value) if isinstance(stored, Literal) else 0
            unwanted.update((writer.number(key, counted, before), *writer.definition(key)))
            if before + more > 0:
                wanted.update((writer.number(key, counted, before + more), *writer.definition(key)))
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
