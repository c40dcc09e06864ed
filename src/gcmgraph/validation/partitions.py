"""Partitions: nodes with equal signatures, of which one has to be validated.

The signature of a value says by what shapes distinguish that value from others (`distinctions`).
The signature of a node consists of those of its values. Nodes with equal signatures get the same
verdict from every shape.
"""

from __future__ import annotations

from collections.abc import Hashable, Set
from functools import cache
from typing import NamedTuple

from gcmgraph.rdf.terms import IRI, Literal, Term
from gcmgraph.validation.distinctions import ShapeDistinctions, ValueDistinctions
from gcmgraph.validation.graphs import (
    TYPE,
    DatasetIndex,
    NumberedValues,
    Subject,
    exempt_from_collection,
)


class ValueCount(NamedTuple):
    """The count of the distinct values of a node whose signatures have one number."""

    signature_number: int
    value_count: int


#: Numbers of the signatures of a node's values, and counts where a shape distinguishes them.
NodeSignature = frozenset[int | ValueCount]


class Partitions:
    """The subjects of a dataset by signature: pySHACL has to validate one of each group only.

    Example. Shapes of `gcm:Practice` permit one start date, a year, and require a title of at most
    100 characters.

        a  startDate 2018        title "School meals"@en       signature {0, 1, 2, 3}
        b  startDate 2021        title "Radio in the camp"@en  signature {0, 1, 2, 3}
        c                        title "Legal aid"@en          signature {0, 1, 3}
        d  startDate 2018, 2021  title "Legal aid"@en          signature {0, 1, 2, 3, (2, 2)}

    0 is the number of "an IRI" (the node itself), 1 of "class Practice", 2 of "a valid year", 3 of
    "an English text of at most 100 characters". No shape distinguishes 2018 from 2021, so both have
    number 2, and a and b are one partition. d has two values with number 2, and a shape that
    permits one: the pair has the number and the count.
    """

    def __init__(self, graph: DatasetIndex, distinctions: ShapeDistinctions) -> None:
        self.graph = graph
        self.distinctions = distinctions
        self._classes_of = cache(lambda node: frozenset(graph.objects(node, TYPE)))
        #: by number of a signature: the highest count that is distinguished
        self._highest_counts: list[int] = []
        #: by number of a signature: the property of the values; None for focus nodes
        self._properties: list[IRI | None] = []
        self._focus_numbers = _SignatureNumbers(None, distinctions.of_focus)
        #: by number of a property; None for properties that no shape reads
        self._value_numbers: list[_SignatureNumbers | None] = []
        for predicate in graph.properties:
            value_distinctions = distinctions.of_values(predicate)
            self._value_numbers.append(
                _SignatureNumbers(predicate, value_distinctions) if value_distinctions else None
            )
        self._numbers_by_value = [
            numbers.by_value if numbers else None for numbers in self._value_numbers
        ]
        #: nodes by their signature; the first is the representative
        self.all: dict[NodeSignature, list[Term]] = {}
        with exempt_from_collection():
            for subject, values in graph.values.items():
                signature = self._signature(subject, values)
                self.all.setdefault(signature, []).append(subject)

    def part(self, signature: NodeSignature, properties: Set[IRI]) -> NodeSignature:
        """The part of a signature that depends on these properties and on the node itself."""
        part = []
        for item in signature:
            number = item if isinstance(item, int) else item.signature_number
            predicate = self._properties[number]
            if predicate is None or predicate in properties:
                part.append(item)
        return frozenset(part)

    def _signature(self, subject: Subject, values: NumberedValues) -> NodeSignature:
        """The signature of a node.

        The loop passes each statement of a dataset once, so it is written for speed: half a second of
        CPU for 466,707 statements.
        """
        signature: set[int | ValueCount] = {self._number(self._focus_numbers, subject)}
        first_value_by_number: dict[int, Term] = {}
        repeated_values_by_number: dict[int, set[Term]] = {}
        highest_counts = self._highest_counts
        numbers_by_value = self._numbers_by_value
        properties_and_values = iter(values)
        for property_number, value in zip(
            properties_and_values, properties_and_values, strict=False
        ):
            number_by_value = numbers_by_value[property_number]
            if number_by_value is None:
                continue
            number = number_by_value.get(value)
            if number is None:
                number = self._number(self._value_numbers[property_number], value)
            if highest_counts[number] > 1:
                first_value = first_value_by_number.setdefault(number, value)
                if first_value is not value and first_value != value:
                    repeated_values_by_number.setdefault(number, {first_value}).add(value)
            signature.add(number)
        for number, repeated_values in repeated_values_by_number.items():
            count = min(len(repeated_values), highest_counts[number])
            signature.add(ValueCount(number, count))
        return frozenset(signature)

    def _number(self, numbers: _SignatureNumbers, value: Term) -> int:
        """The number of a value's signature, a new one for a new signature."""
        distinctions = numbers.distinctions
        signature = distinctions.signature(value, self._classes_of, self.graph.objects)
        number = numbers.by_signature.get(signature)
        if number is None:
            number = len(self._properties)
            numbers.by_signature[signature] = number
            self._properties.append(numbers.property)
            self._highest_counts.append(distinctions.highest_count)
        # texts with a language are seldom repeated, other values often
        is_prose = isinstance(value, Literal) and value.language is not None
        if numbers is not self._focus_numbers and not is_prose:
            numbers.by_value[value] = number
        return number


class _SignatureNumbers:
    """Numbers of the signatures of the values of a property, or of focus nodes."""

    def __init__(self, property: IRI | None, distinctions: ValueDistinctions) -> None:
        self.property = property
        self.distinctions = distinctions
        self.by_signature: dict[Hashable, int] = {}
        #: of values that may be repeated
        self.by_value: dict[Term, int] = {}
