"""Distinctions that shapes make between values and between focus nodes, and signatures of values.

A shape distinguishes values by node kind, datatype and language, patterns, lengths and bounds,
classes, and single statements about them. Where a shape compares two properties, each value is
distinguished from all others. A shape that reads more is refused. Signatures and their use:
`partitions`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable
from contextlib import suppress
from typing import Any

from pyshacl.rdfutil.compare import compare_literal

from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.property_paths import Predicate, choices
from gcmgraph.rdf.shapes import Constraints, Name, sh
from gcmgraph.rdf.terms import IRI, XSD, Literal, Term
from gcmgraph.validation.constraint_queries import ConstraintQuery
from gcmgraph.validation.dependencies import ShapeDependencies, unsupported
from gcmgraph.validation.graphs import TYPE, Subject
from gcmgraph.validation.rdflib_terms import to_rdflib
from gcmgraph.validation.rules import Shapes

#: Datatypes of texts, whose values no bound distinguishes.
_TEXT_DATATYPES = {IRI(XSD + "string"), IRI(PREFIXES["rdf"] + "langString")}
#: Datatypes of the bounds that are supported.
_NUMBER_DATATYPES = {IRI(XSD + "integer"), IRI(XSD + "decimal")}


class ValueDistinctions:
    """Distinctions that shapes make between the values of a property, or between focus nodes."""

    def __init__(self) -> None:
        #: patterns that are searched in a value
        self.patterns: dict[str, re.Pattern[str]] = {}
        #: numbers of characters below which a text is distinguished from longer ones
        self.lengths: set[int] = set()
        #: rdflib literals with which a value is compared
        self.bounds: list[Any] = []
        #: terms that are distinguished from all others
        self.members: set[Term] = set()
        #: statements about a value, by property and object
        self.statements: set[tuple[IRI, Term]] = set()
        self.by_classes = False
        #: whether each value is distinguished from all others
        self.by_identity = False
        #: the highest count of equal values that is distinguished from lower ones
        self.highest_count = 1

    def signature(
        self,
        term: Term,
        classes_of: Callable[[Subject], Hashable],
        objects: Callable[[Term, IRI], Collection[Term]],
    ) -> Hashable:
        """The signature of a term; equal for two terms that no shape distinguishes here.

        `classes_of` and `objects` read the graph, for shapes that read statements about values.
        """
        if self.by_identity:
            return term
        if not isinstance(term, Literal):
            return self._resource_signature(term, classes_of, objects)
        if term.datatype in _TEXT_DATATYPES:
            language = (term.language or "").lower()
            return (term.datatype, language, self._member(term), self._text_signature(term.value))
        return self._typed_signature(term)

    def _resource_signature(
        self,
        term: Subject,
        classes_of: Callable[[Subject], Hashable],
        objects: Callable[[Term, IRI], Collection[Term]],
    ) -> Hashable:
        is_iri = isinstance(term, IRI)
        classes = classes_of(term) if self.by_classes else None
        statements = tuple(
            value in objects(term, predicate) for predicate, value in self.statements
        )
        address = self._text_signature(term.value) if is_iri else ()
        return (is_iri, classes, statements, self._member(term), address)

    def _typed_signature(self, term: Literal) -> Hashable:
        """The signature of a number or a date, by the comparison of pySHACL."""
        node: Any = to_rdflib(term)
        orders: list[int | None] = []
        for bound in self.bounds:
            order = None
            with suppress(TypeError, NotImplementedError):
                order = compare_literal(node, bound)  # type: ignore[no-untyped-call]
            orders.append(order)
        return (
            term.datatype,
            self._member(term),
            type(node.value).__name__,
            node.ill_typed,
            tuple(orders),
            self._text_signature(term.value),
            self._text_signature(str(node.value)),
        )

    def _member(self, term: Term) -> Term | None:
        return term if term in self.members else None

    def _text_signature(self, text: str) -> tuple[bool, ...]:
        """The patterns that match a text, and the lengths that it reaches."""
        matches = (pattern.search(text) is not None for pattern in self.patterns.values())
        reached_lengths = (len(text) >= length for length in self.lengths)
        return (*matches, *reached_lengths)


class ShapeDistinctions:
    """Distinctions that the shapes with targets make between nodes.

    Raises `DataError` for a shape that reads more than the values of properties.
    """

    def __init__(self, shapes: Shapes) -> None:
        self._dependencies = shapes.dependencies
        self.of_focus = ValueDistinctions()
        #: the queries of shapes that compare properties in no other way
        self.queries: dict[Name, tuple[ConstraintQuery, ...]] = {}
        self._by_property: dict[IRI, ValueDistinctions] = {}
        for shape in self._dependencies.targeted:
            self._record_focus_shape(shape)
        self._values_of(TYPE).by_identity = True  # targets name classes
        self.of_focus.by_classes = False  # they are distinguished as values of rdf:type

    def of_values(self, predicate: IRI) -> ValueDistinctions | None:
        """Distinctions between the values of a property; None for a property that no shape reads."""
        return self._by_property.get(predicate)

    def _values_of(self, predicate: IRI) -> ValueDistinctions:
        return self._by_property.setdefault(predicate, ValueDistinctions())

    def _record_focus_shape(self, shape: ShapeDependencies) -> None:
        """Record the distinctions of a shape that is evaluated at focus nodes."""
        _refuse_shapes_beyond_values(shape)
        self._record_queries_or_comparisons(shape)
        if shape.path is None:
            _record_constraints(shape, self.of_focus)
            for inner_shape in self._nested(shape):
                self._record_focus_shape(inner_shape)
        for predicate in choices(shape.path) or ():
            distinctions = self._values_of(predicate)
            _record_counts(shape.constraints, distinctions)
            _record_constraints(shape, distinctions)
            for inner_shape in self._nested(shape):
                self._record_value_shape(inner_shape, distinctions)

    def _record_queries_or_comparisons(self, shape: ShapeDependencies) -> None:
        """Record the queries of a shape, or that each value of the properties that it compares is distinguished."""
        paths_of_queries = tuple(path for query in shape.queries for path in query.paths)
        if shape.queries and shape.compared_paths == paths_of_queries:
            self.queries[shape.name] = shape.queries
        elif shape.compared_paths:
            for predicate in (*_compared_properties(shape), *(choices(shape.path) or ())):
                self._values_of(predicate).by_identity = True

    def _record_value_shape(
        self, shape: ShapeDependencies, distinctions: ValueDistinctions
    ) -> None:
        """Record the distinctions of a shape that is evaluated at values.

        Values that no shape distinguishes share a signature, and one of them is checked for all.
        """
        constraints = shape.constraints
        if isinstance(shape.path, Predicate) and constraints.stated == {sh("hasValue")}:
            for value in constraints.has_values:
                distinctions.statements.add((shape.path.iri, value))
            return
        if shape.path is not None or shape.compared_paths:
            raise unsupported(
                shape.name,
                "reads more of a value than its classes and one sh:hasValue of a property",
            )
        _record_constraints(shape, distinctions)
        for inner_shape in self._nested(shape):
            self._record_value_shape(inner_shape, distinctions)

    def _nested(self, shape: ShapeDependencies) -> list[ShapeDependencies]:
        shapes = self._dependencies.shapes
        return [shapes[name] for name in shape.nested if name in shapes]


def _refuse_shapes_beyond_values(shape: ShapeDependencies) -> None:
    """Raise `DataError` for a shape that reads more than the values of properties of its focus node."""
    properties = choices(shape.path) or ()
    if shape.path is not None and not properties:
        raise unsupported(shape.name, "has a path of more than one step")
    if len(properties) > 1 and _counts_beyond_presence(shape.constraints):
        raise unsupported(shape.name, "counts along an alternative path")
    if len(_compared_properties(shape)) < len(shape.compared_paths):
        raise unsupported(shape.name, "has a SPARQL constraint along a path of more than one step")


def _compared_properties(shape: ShapeDependencies) -> list[IRI]:
    return [path.iri for path in shape.compared_paths if isinstance(path, Predicate)]


def _lower_bounds(constraints: Constraints) -> list[int]:
    numbers = (constraints.min_count, constraints.qualified_min_count)
    return [number for number in numbers if number is not None]


def _upper_bounds(constraints: Constraints) -> list[int]:
    numbers = (constraints.max_count, constraints.qualified_max_count)
    return [number for number in numbers if number is not None]


def _counts_beyond_presence(constraints: Constraints) -> bool:
    """Whether a verdict depends on a count, and not only on whether there is a value.

    A value of two properties of an alternative counts once, so that their counts cannot be added.
    """
    return (
        any(number > 1 for number in _lower_bounds(constraints))
        or bool(_upper_bounds(constraints))
        or constraints.unique_lang
        or bool(constraints.has_values)
    )


def _record_counts(constraints: Constraints, distinctions: ValueDistinctions) -> None:
    """Record that counts of values are distinguished, up to one more than each bound."""
    counts = [distinctions.highest_count]
    if constraints.unique_lang:
        counts.append(2)
    for number in (*_lower_bounds(constraints), *_upper_bounds(constraints)):
        counts.append(number + 1)
    distinctions.highest_count = max(counts)


def _record_constraints(shape: ShapeDependencies, distinctions: ValueDistinctions) -> None:
    """Record the distinctions of the constraints of a shape on each value."""
    constraints = shape.constraints
    if constraints.classes:
        distinctions.by_classes = True
    if constraints.flags:
        raise unsupported(shape.name, "uses sh:flags")
    for pattern in constraints.patterns:
        try:
            distinctions.patterns[pattern] = re.compile(pattern)
        except re.error as error:
            message = f"The pattern of the shape {shape.name} is invalid: {error}."
            raise DataError(message) from error
    for length in constraints.lengths:
        distinctions.lengths |= {length, length + 1}
    for bound in constraints.bounds:
        if not isinstance(bound, Literal) or bound.datatype not in _NUMBER_DATATYPES:
            raise unsupported(shape.name, "has a bound that is no integer or decimal number")
        distinctions.bounds.append(to_rdflib(bound))
    distinctions.members.update(constraints.has_values, constraints.listed)
