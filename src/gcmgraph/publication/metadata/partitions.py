"""Self-description of a dataset version, for the editors and assistants that query an endpoint.

The graphs of this description are example queries, and VoID partitions by class: its properties,
and the classes and datatypes of their values, each with its count. Terms:
https://www.w3.org/TR/void/#class-property-partitions, nested as endpoint tools query them: the
partition of a class has a partition for each property, and that one a partition for each class of
objects (`void:classPartition`) and for each datatype (`void-ext:datatypePartition`,
http://ldf.fi/void-ext#). Counts are those of the union of all graphs except the graphs of the
description.

Example. A practice has a title, and the country Niger:

    <p> a gcm:Practice ; dct:title "School meals"@en ; gcm:country <NER> .
    <NER> a gcm:Country .

    partition                                count
    (Practice)                               1 entity
    (Practice, dct:title)                    1 triple, 1 distinct subject
    (Practice, dct:title, datatype, …langString)   1 triple
    (Practice, gcm:country)                  1 triple, 1 distinct subject
    (Practice, gcm:country, class, Country)  1 triple

The property `rdf:type` and the class `Country` have partitions, too.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from gcmgraph.queries.description import describe_examples
from gcmgraph.queries.library import NamedQuery
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.terms import (
    IRI,
    BlankNode,
    Literal,
    Quad,
    Triple,
    Vocabulary,
    in_graph,
    typed,
)
from gcmgraph.store.port import Change, Store
from gcmgraph.store.stores import ChangedStore

#: Names of the graphs that are not counted.
EXAMPLES = "examples"
PARTITIONS = "void"

RDF_TYPE = IRI(f"{PREFIXES['rdf']}type")

#: Kinds of what the third part of a key names.
CLASS = "class"
DATATYPE = "datatype"

#: Counts of a partition: instances of a class, triples of other partitions, distinct subjects of a
#: property.
ENTITIES = "void:entities"
TRIPLES = "void:triples"
SUBJECTS = "void:distinctSubjects"

_NO_KINDS: frozenset[str] = frozenset()

#: A partition: the IRIs of a class; of a class and a property; or of both, `CLASS` or `DATATYPE`,
#: and what they name.
Key = tuple[str, ...]

#: Numbers by partition and count.
Counts = Counter[tuple[Key, str]]

#: A property of a resource, and its value.
Value = tuple[IRI, IRI | BlankNode | Literal | Triple]

#: Classes of a value, or its datatype.
Kinds = frozenset[str] | IRI


class _Group(NamedTuple):
    """A count of resources with the same classes, or of their triples with the same kinds."""

    counted: str
    classes: frozenset[str]
    predicate: IRI | None = None
    kinds: Kinds = _NO_KINDS


def count(quads: Iterable[Quad]) -> Counts:
    """Count the partitions of these quads; a triple in several graphs counts once."""
    values: dict[object, list[Value]] = {}
    for subject, predicate, value, _ in quads:
        values.setdefault(subject, []).append((predicate, value))
    return count_resources(values, lambda resource: values.get(resource, ()))


def count_resources(
    resources: Iterable[object], values_of: Callable[[object], Iterable[Value]]
) -> Counts:
    """Count the partitions of some resources.

    `values_of` returns the properties of a resource with their values.
    """
    # resources share few sets of classes, so that each set is taken apart once
    shared_sets: dict[frozenset[str], frozenset[str]] = {}

    @cache
    def classes_of(resource: object) -> frozenset[str]:
        names = frozenset(
            [
                value.value
                for predicate, value in values_of(resource)
                if predicate == RDF_TYPE and isinstance(value, IRI)
            ]
        )
        return shared_sets.setdefault(names, names)

    groups: Counter[_Group] = Counter()
    for resource in resources:
        classes = classes_of(resource)
        if not classes:
            continue
        groups[_Group(ENTITIES, classes)] += 1
        values = set(values_of(resource))
        for predicate, value in values:
            kinds = value.datatype if isinstance(value, Literal) else classes_of(value)
            groups[_Group(TRIPLES, classes, predicate, kinds)] += 1
        for predicate in {predicate for predicate, _ in values}:
            groups[_Group(SUBJECTS, classes, predicate)] += 1
    counts: Counts = Counter()
    for group, number in groups.items():
        for key in _keys(group):
            counts[key, group.counted] += number
    return counts


def _keys(group: _Group) -> Iterator[Key]:
    """The partitions to which a group belongs."""
    ends = _ends(group.kinds)
    for name in group.classes:
        key = (name,) if group.predicate is None else (name, group.predicate.value)
        yield key
        for end in ends:
            yield (*key, *end)


def _ends(kinds: Kinds) -> list[tuple[str, str]]:
    """The last two parts of the keys of values of some kinds."""
    if isinstance(kinds, IRI):
        return [(DATATYPE, kinds.value)]
    return [(CLASS, name) for name in kinds]


def partition_quads(counts: Counts, addresses: Addresses) -> Iterator[Quad]:
    """The partitions with their counts, in `graph/void`."""
    writer = PartitionWriter(addresses)
    for (key, counted), number in counts.items():
        if counted != SUBJECTS:
            yield from writer.definition(key)
        yield writer.number(key, counted, number)


class PartitionWriter:
    """Quads about partitions.

    The IRI of a partition is made of hashes of what it names, so that it never changes.
    """

    def __init__(self, addresses: Addresses) -> None:
        self._v = Vocabulary(addresses)
        self._dataset = f"{addresses.base}dataset"
        self.graph = IRI(addresses.graph(PARTITIONS))

    def definition(self, key: Key) -> Iterator[Quad]:
        """Statements that link a partition to the wider one and name its term."""
        kind = _kind_of(key)
        prefix = "void-ext" if kind == DATATYPE else "void"
        partition = self._iri(key)
        link = self._v(f"{prefix}:{kind}Partition")
        yield Quad(self._iri(_wider(key)), link, partition, self.graph)
        yield Quad(partition, self._v(f"{prefix}:{kind}"), IRI(key[-1]), self.graph)

    def number(self, key: Key, counted: str, number: int) -> Quad:
        """One of the numbers of a partition."""
        return Quad(self._iri(key), self._v(counted), typed(str(number), "integer"), self.graph)

    def _iri(self, key: Key) -> IRI:
        """The IRI of a partition, such as `…#class-1b2c`; of no key, that of the dataset."""
        kinds = (CLASS, "property", *key[2:3])
        terms = (*key[:2], *key[3:])
        if not terms:
            return IRI(self._dataset)
        return partition_iri(self._dataset, zip(kinds, terms, strict=False))


def _kind_of(key: Key) -> str:
    """The kind of what the last IRI of a partition names: a class, a property or a datatype."""
    is_of_values = len(key) == 4
    if is_of_values:
        return key[2]
    return "property" if len(key) == 2 else CLASS


def _wider(key: Key) -> Key:
    """The partition of which another one is a part.

    Of values, that of their property; of a property, that of its class; of a class, that of no key.
    """
    is_of_values = len(key) == 4
    return key[:2] if is_of_values else key[:-1]


def partition_iri(dataset: str, terms: Iterable[tuple[str, str]]) -> IRI:
    """The IRI of a partition of a dataset by the terms that it names, each after its kind."""
    names = (f"{kind}-{_digest(term)}" for kind, term in terms)
    return IRI(f"{dataset}#{'-'.join(names)}")


@lru_cache(10_000)
def _digest(iri: str) -> str:
    return hashlib.sha256(iri.encode()).hexdigest()[:12]


def describe_version(
    quads: Collection[Quad],
    library: Iterable[NamedQuery],
    addresses: Addresses,
    endpoint: str | None = None,
) -> Iterator[Quad]:
    """The description of a dataset with these quads.

    `endpoint` is the URL at which it can be queried, `{base}sparql` unless given.
    """
    graph = IRI(addresses.graph(EXAMPLES))
    yield from in_graph(describe_examples(library, addresses, endpoint), graph)
    dataset = IRI(f"{addresses.base}dataset")
    service = IRI(endpoint or f"{addresses.base}sparql")
    yield Quad(dataset, Vocabulary(addresses)("void:sparqlEndpoint"), service, graph)
    yield from partition_quads(count(quads), addresses)


def stated_endpoint(store: Store, addresses: Addresses) -> str | None:
    """The endpoint that the example queries of a version state; None where it has none."""
    target = IRI(addresses.expand("schema:target"))
    for quad in store.quads(predicate=target, graph=IRI(addresses.graph(EXAMPLES))):
        if isinstance(quad.object, IRI):
            return quad.object.value
    return None


def recounted(quads: Collection[Quad], addresses: Addresses) -> set[Quad]:
    """A dataset with its partitions counted anew; unchanged if it has none."""
    partitions = IRI(addresses.graph(PARTITIONS))
    examples = IRI(addresses.graph(EXAMPLES))
    described = {quad for quad in quads if quad.graph_name != partitions}
    if len(described) == len(quads):
        return described
    counts = count(quad for quad in described if quad.graph_name != examples)
    return described | set(partition_quads(counts, addresses))


class _CountedStore:
    """The statements of a store that are counted: those of all graphs but the description."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._uncounted = [IRI(addresses.graph(name)) for name in (EXAMPLES, PARTITIONS)]

    def is_counted(self, quad: Quad) -> bool:
        """Whether a quad is in a graph that is counted."""
        return quad.graph_name not in self._uncounted

    def values(self, resource: Any) -> list[Value]:
        """The properties of a resource with their values; none of a literal."""
        if not isinstance(resource, IRI | BlankNode):
            return []
        return [(quad.predicate, quad.object) for quad in self._quads(resource)]

    def subjects_with(self, value: Any) -> Iterator[object]:
        """The resources with a value of any property."""
        return (quad.subject for quad in self._quads(None, None, value))

    def _quads(self, *pattern: Any) -> Iterator[Quad]:
        return filter(self.is_counted, self._store.quads(*pattern))


def with_partitions(store: Store, change: Change, addresses: Addresses) -> Change:
    """A change of a dataset with the change of its partitions; unchanged if it has none.

    Those of the resources that the change affects are counted before and after it: of its subjects,
    and of the resources that name one whose classes it changes.
    """
    writer = PartitionWriter(addresses)
    if not change or next(store.quads(graph=writer.graph), None) is None:
        return change
    before = _CountedStore(store, addresses)
    after = _CountedStore(ChangedStore(store, change), addresses)
    changed = list(filter(before.is_counted, change.removed | change.added))
    affected: set[object] = {quad.subject for quad in changed}
    for resource in {quad.subject for quad in changed if quad.predicate == RDF_TYPE}:
        affected.update(before.subjects_with(resource))
        affected.update(after.subjects_with(resource))
    counts_before = count_resources(affected, before.values)
    counts_after = count_resources(affected, after.values)
    return change.then(_difference(store, counts_before, counts_after, writer))


def _difference(store: Store, before: Counts, after: Counts, writer: PartitionWriter) -> Change:
    """The change of the stored numbers, given the counts of the affected resources."""
    quads_after: set[Quad] = set()
    quads_before: set[Quad] = set()
    for key, counted in before.keys() | after.keys():
        difference = after[key, counted] - before[key, counted]
        if not difference:
            continue
        stored = _stored_number(store, writer.number(key, counted, 0))
        definition = list(writer.definition(key))
        quads_before.update((writer.number(key, counted, stored), *definition))
        if stored + difference > 0:
            quads_after.update((writer.number(key, counted, stored + difference), *definition))
    return Change.towards(quads_after, quads_before, store.holds)


def _stored_number(store: Store, pattern: Quad) -> int:
    """The number that a store has in place of that of a quad; 0 if it has none."""
    subject, predicate, _, graph = pattern
    quads = store.quads(subject, predicate, None, graph)
    stored = next((quad.object for quad in quads), None)
    return int(stored.value) if isinstance(stored, Literal) else 0
