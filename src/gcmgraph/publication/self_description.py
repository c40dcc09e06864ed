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
from dataclasses import dataclass, field
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

#: Classes of a resource, or the datatype of a literal.
Kinds = frozenset[str] | str

#: A property of a resource, and its value.
Value = tuple[IRI, IRI | BlankNode | Literal | Triple]


@dataclass
class Counts:
    """Counts of partitions: instances of a class, triples of others; and distinct subjects by class and property."""

    sizes: Counter[Key] = field(default_factory=Counter)
    subjects: Counter[Key] = field(default_factory=Counter)

    def add_instances(self, classes: Iterable[str], number: int) -> None:
        """Count resources with these classes."""
        for name in classes:
            self.sizes[name,] += number

    def add_subjects(self, classes: Iterable[str], predicate: str, number: int) -> None:
        """Count resources with these classes that have a property."""
        for name in classes:
            self.subjects[name, predicate] += number

    def add_triples(self, classes: Iterable[str], predicate: str, kinds: Kinds, number: int) -> None:
        """Count triples of a property from resources with these classes to values of these kinds."""
        ends = [(DATATYPE, kinds)] if isinstance(kinds, str) else [(CLASS, name) for name in kinds]
        for name in classes:
            self.sizes[name, predicate] += number
            for end in ends:
                self.sizes[name, predicate, *end] += number


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

    instances: Counter[frozenset[str]] = Counter()
    triples: Counter[tuple[frozenset[str], IRI, frozenset[str] | IRI]] = Counter()
    subjects: Counter[tuple[frozenset[str], IRI]] = Counter()
    for resource in resources:
        if own := classes(resource):
            instances[own] += 1
            pairs = set(values_of(resource))
            for predicate, value in pairs:
                triples[own, predicate, value.datatype if isinstance(value, Literal) else classes(value)] += 1
            for predicate in {predicate for predicate, _ in pairs}:
                subjects[own, predicate] += 1
    counts = Counts()
    for own, number in instances.items():
        counts.add_instances(own, number)
    for (own, predicate), number in subjects.items():
        counts.add_subjects(own, predicate.value, number)
    for (own, predicate, kinds), number in triples.items():
        counts.add_triples(own, predicate.value, kinds.value if isinstance(kinds, IRI) else kinds, number)
    return counts


def partition_quads(counts: Counts, addresses: Addresses) -> Iterator[Quad]:
    """The partitions with their counts, in `graph/void`."""
    writer = PartitionWriter(addresses)
    for key, number in counts.sizes.items():
        yield from writer.definition(key)
        yield writer.size(key, number)
    for key, number in counts.subjects.items():
        yield writer.subjects(key, number)


class PartitionWriter:
    """Quads about partitions. The IRI of a partition is made of hashes of what it names, so that it never changes."""

    def __init__(self, addresses: Addresses) -> None:
        self._v = Vocabulary(addresses)
        self._dataset = f"{addresses.base}dataset"
        self.graph = IRI(addresses.graph(PARTITIONS))

    def iri(self, key: Key) -> IRI:
        """The IRI of a partition; of no key, that of the dataset."""
        return partition_iri(self._dataset, key)

    def definition(self, key: Key) -> Iterator[Quad]:
        """Statements that link a partition to the wider one and name its term."""
        of_datatype = DATATYPE in key[2:3]
        kind = "property" if len(key) == 2 else DATATYPE if of_datatype else CLASS
        prefix, node = "void-ext" if of_datatype else "void", self.iri(key)
        yield Quad(self.iri(_parent(key)), self._v(f"{prefix}:{kind}Partition"), node, self.graph)
        yield Quad(node, self._v(f"{prefix}:{kind}"), IRI(key[-1]), self.graph)

    def size(self, key: Key, number: int) -> Quad:
        """Its number of instances or triples."""
        counted = self._v("void:entities" if len(key) == 1 else "void:triples")
        return Quad(self.iri(key), counted, typed(str(number), "integer"), self.graph)

    def subjects(self, key: Key, number: int) -> Quad:
        """Its number of distinct subjects."""
        return Quad(self.iri(key), self._v("void:distinctSubjects"), typed(str(number), "integer"), self.graph)


def partition_iri(dataset: str, key: Key) -> IRI:
    """The IRI of a partition of a dataset, such as `…#class-1b2c`; of no key, that of the dataset."""
    if not key:
        return IRI(dataset)
    names = [f"{CLASS}-{_digest(key[0])}"]
    if len(key) > 1:
        names.append(f"property-{_digest(key[1])}")
    if len(key) > 2:
        names.append(f"{key[2]}-{_digest(key[3])}")
    return IRI(f"{dataset}#{'-'.join(names)}")


def _parent(key: Key) -> Key:
    return key[:2] if len(key) > 2 else key[:-1]


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
