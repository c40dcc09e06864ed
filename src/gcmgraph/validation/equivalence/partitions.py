"""Nodes of a dataset with equal signatures."""

from __future__ import annotations

from collections.abc import Hashable, Set
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.validation.equivalence.gc import collection_paused
from gcmgraph.validation.equivalence.graph_index import Index, Said
from gcmgraph.validation.equivalence.signatures import Distinctions, Signatures
from gcmgraph.validation.shacl.dependencies import TYPE
from gcmgraph.validation.triples import Subject

#: Numbers of the signatures of a node's values, alone or with the count of the values.
NodeSignature = frozenset[int | tuple[int, int]]


@dataclass(frozen=True)
class Partition:
    """Nodes with the same signature."""

    signature: NodeSignature
    members: list[Term]

    @property
    def first(self) -> Term:
        """The representative."""
        return self.members[0]


class Partitions:
    """The subjects of a dataset by signature."""

    def __init__(self, graph: Index, signatures: Signatures) -> None:
        self.signatures = signatures
        self._graph = graph
        self._types: dict[Term, frozenset[Term]] = {}
        #: by number of a value's signature: the highest count that is distinguished, and the property
        self._counts: list[int] = []
        self._properties: list[IRI | None] = []
        self._focus = _ValueSignatures(None, signatures.of_focus)
        #: signatures of the values of each property, by its number; None for properties that no shape reads
        self._values = [
            _ValueSignatures(iri, found) if (found := signatures.of_values(iri)) else None for iri in graph.properties
        ]
        self._known = [values and values.known for values in self._values]
        members: dict[NodeSignature, list[Term]] = {}
        with collection_paused():
            for subject, said in graph.said.items():
                members.setdefault(self._signature(subject, said), []).append(subject)
        self.all = [Partition(signature, nodes) for signature, nodes in members.items()]

    def signature(self, partition: Partition, properties: Set[IRI] | None) -> NodeSignature:
        """The part of a signature that depends on these properties; None for all."""
        if properties is None:
            return partition.signature
        numbered = ((one, one if isinstance(one, int) else one[0]) for one in partition.signature)
        return frozenset(
            one for one, number in numbered if (where := self._properties[number]) is None or where in properties
        )

    def _signature(self, subject: Subject, said: Said) -> NodeSignature:
        found: set[int | tuple[int, int]] = {self._number(self._focus, subject)}
        first: dict[int, Term] = {}
        more: dict[int, set[Term]] = {}
        counts, every = self._counts, self._known
        halves = iter(said)
        for property, value in zip(halves, halves, strict=False):
            known = every[property]
            if known is None:
                continue
            number = known.get(value)
            if number is None:
                number = self._number(self._values[property], value)
            if counts[number] > 1:
                before = first.setdefault(number, value)
                if before is not value and before != value:
                    more.setdefault(number, {before}).add(value)
            found.add(number)
        found.update((number, min(len(values), counts[number])) for number, values in more.items())
        return frozenset(found)

    def _number(self, signatures: _ValueSignatures, value: Term) -> int:
        """The number of a value's signature."""
        distinctions = signatures.distinctions
        signature = distinctions.signature(value, self._types_of, self._graph.objects)
        number = signatures.numbers.get(signature)
        if number is None:
            number = signatures.numbers[signature] = len(self._counts)
            self._counts.append(distinctions.count)
            self._properties.append(signatures.property)
        prose = isinstance(value, Literal) and value.language is not None
        if signatures is not self._focus and not prose:  # prose is seldom repeated, other values often
            signatures.known[value] = number
        return number

    def _types_of(self, node: Term) -> frozenset[Term]:
        types = self._types.get(node)
        if types is None:
            types = self._types[node] = frozenset(self._graph.objects(node, TYPE))
        return types


class _ValueSignatures:
    """Signatures found so far of the values of a property, or of the nodes themselves."""

    def __init__(self, property: IRI | None, distinctions: Distinctions) -> None:
        self.property = property
        self.distinctions = distinctions
        self.numbers: dict[Hashable, int] = {}
        #: numbers by value, for values that may be repeated
        self.known: dict[Term, int] = {}
