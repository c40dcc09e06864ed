"""VoID partitions by class: its properties, and the classes and datatypes of their values, each with its count.

Terms: https://www.w3.org/TR/void/#class-property-partitions, nested as endpoint tools query them: the partition of a
class has a partition for each property, and that one a partition for each class of objects (`void:classPartition`) and
for each datatype (`void-ext:datatypePartition`, http://ldf.fi/void-ext#). Counts are those of the union of all graphs
except the graphs of the description.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

from gcmgraph.model.terms import IRI, BlankNode, Literal, Quad, Triple, Vocabulary, typed
from gcmgraph.namespaces import PREFIXES, Addresses

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
