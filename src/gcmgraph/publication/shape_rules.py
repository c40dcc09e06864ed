"""Shapes of one dataset version as rules for contributors.

Shapes have names, advice and messages from the shapes graph
(https://www.w3.org/TR/shacl/#nonValidation), and a valid and an invalid example from the data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from gcmgraph.publication.descriptions import Describer
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.property_paths import choices
from gcmgraph.rdf.shapes import VIOLATION, ShapeDefinition
from gcmgraph.rdf.shapes_reader import read_shapes
from gcmgraph.rdf.terms import IRI, Literal, Triple
from gcmgraph.store.port import Store

#: Limits on the candidates for an example, and on the statements of one.
_MAX_CANDIDATES = 60
_MAX_STATEMENTS = 40

#: A whole is no example: its parts, which are resources of their own, complete it.
_PART = IRI(PREFIXES["dct"] + "hasPart")

_OF_CLASS = f"SELECT ?resource ?class WHERE {{ ?resource a ?class }} LIMIT {_MAX_CANDIDATES}"

#: Position of rules without `sh:order`.
_LAST = 1000.0


class Obligation(StrEnum):
    """Whether a property is required."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class Rule:
    """A property shape with an address."""

    shape: ShapeDefinition
    iri: IRI

    @property
    def paths(self) -> tuple[IRI, ...]:
        """The property, or several of which any one is enough."""
        return choices(self.shape.path) or ()

    @property
    def warning(self) -> bool:
        """Whether its results are warnings."""
        return self.shape.severity != VIOLATION

    @property
    def need(self) -> Obligation:
        """Whether the rule requires a value."""
        constraints = self.shape.constraints
        if max(constraints.min_count or 0, constraints.qualified_min_count or 0) < 1:
            return Obligation.OPTIONAL
        return Obligation.RECOMMENDED if self.warning else Obligation.REQUIRED


@dataclass(frozen=True)
class PropertyRules:
    """The rules of one property, the strictest first."""

    rules: tuple[Rule, ...]
    paths: tuple[IRI, ...]

    @property
    def need(self) -> Obligation:
        """Whether the property is required: the strictest rule decides."""
        return self.rules[0].need

    @property
    def names(self) -> tuple[Literal, ...]:
        """The name of the property in all languages."""
        return self.rules[0].shape.names.literals

    @property
    def max_values(self) -> int | None:
        """The limit on the number of values."""
        limits = [rule.shape.constraints.max_count for rule in self.rules]
        return min((limit for limit in limits if limit is not None), default=None)


@dataclass(frozen=True)
class ShapeExample:
    """A published resource, and the same without its required properties.

    `broken` are the rules that the latter violates.
    """

    resource: IRI
    valid: frozenset[Triple]
    invalid: frozenset[Triple]
    broken: tuple[Rule, ...]


@dataclass(frozen=True)
class ShapeRules:
    """A node shape with the rules of its properties."""

    shape: ShapeDefinition
    iri: IRI
    targets: tuple[IRI, ...]
    properties: tuple[PropertyRules, ...]

    def rules(self) -> Iterator[Rule]:
        """The rules of all properties."""
        for property_rules in self.properties:
            yield from property_rules.rules

    def needing(self, need: str) -> tuple[PropertyRules, ...]:
        """The properties with an `Obligation`, by its value."""
        return tuple(rules for rules in self.properties if rules.need == need)


class ShapeBook:
    """The shapes of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._graph = read_shapes(store.quads(graph=IRI(addresses.graph("shapes"))))

    def shapes(self) -> tuple[ShapeRules, ...]:
        """The node shapes by address, those of a class with properties first."""
        shapes = [
            self._shape(shape, shape.name)
            for shape in self._graph.shapes.values()
            if not shape.path and isinstance(shape.name, IRI)
        ]
        return tuple(sorted(shapes, key=_position))

    def others(self, shapes: Collection[ShapeRules]) -> list[IRI]:
        """The other resources with addresses in the graph, by address.

        They are constraints in SPARQL, for example.
        """
        listed = {shape.iri for shape in shapes}
        for shape in shapes:
            listed.update(rule.iri for rule in shape.rules())
        iris = {node for node in self._graph.subjects if isinstance(node, IRI)}
        others = [iri for iri in iris - listed if "#" in iri.value]
        return sorted(others, key=lambda iri: iri.value)

    def example(self, shape: ShapeRules, describer: Describer) -> ShapeExample | None:
        """An example of a shape; None if there is none.

        It is the shortest of some resources of the class of the shape, without parts.
        """
        required = [rules.paths for rules in shape.needing(Obligation.REQUIRED)]
        if not required:
            return None
        statements_of: dict[IRI, frozenset[Triple]] = {}
        for iri in self._candidates(shape.targets):
            statements = describer.stated(iri)
            predicates = {triple.predicate for triple in statements}
            is_complete = all(predicates.intersection(paths) for paths in required)
            if is_complete and len(statements) <= _MAX_STATEMENTS and _PART not in predicates:
                statements_of[iri] = statements
        if not statements_of:
            return None
        shortest = min(statements_of, key=lambda iri: (len(statements_of[iri]), iri.value))
        valid = statements_of[shortest]
        required_predicates = {path for paths in required for path in paths}
        invalid = frozenset(
            triple for triple in valid if triple.predicate not in required_predicates
        )
        broken = tuple(rule for rule in shape.rules() if rule.need is Obligation.REQUIRED)
        return ShapeExample(shortest, valid, invalid, broken)

    def _candidates(self, targets: Iterable[IRI]) -> list[IRI]:
        """Some resources of the classes of a shape."""
        resources: set[IRI] = set()
        for target in targets:
            rows = self._store.select(_OF_CLASS, substitutions={"class": target}).rows
            resources.update(row["resource"] for row in rows if isinstance(row["resource"], IRI))
        return sorted(resources, key=lambda iri: iri.value)[:_MAX_CANDIDATES]

    def _shape(self, shape: ShapeDefinition, iri: IRI) -> ShapeRules:
        """A node shape, its rules grouped by property: those of equal order and name."""
        definitions = {rule.name: rule for rule in self._graph.properties(shape)}
        rules = [Rule(rule, name) for name, rule in definitions.items() if isinstance(name, IRI)]
        rules_of_property: dict[object, list[Rule]] = {}
        for rule in sorted(rules, key=lambda rule: (_order(rule), rule.iri.value)):
            rules_of_property.setdefault((_order(rule), rule.shape.names), []).append(rule)
        classes = [target for target in shape.targets.classes if isinstance(target, IRI)]
        targets = tuple(sorted(classes, key=lambda target: target.value))
        properties = tuple(map(_property_rules, rules_of_property.values()))
        return ShapeRules(shape, iri, targets, properties)


def _position(shape: ShapeRules) -> tuple[bool, str]:
    """Sort key of a node shape: those of a class with properties first, then by address."""
    return not (shape.targets and shape.properties), shape.iri.value


def _order(rule: Rule) -> float:
    return _LAST if rule.shape.order is None else rule.shape.order


def _property_rules(rules: list[Rule]) -> PropertyRules:
    """The rules of a property, the strictest first."""
    obligations = list(Obligation)
    strictest_first = sorted(rules, key=lambda rule: obligations.index(rule.need))
    paths = dict.fromkeys(path for rule in rules for path in rule.paths)
    return PropertyRules(tuple(strictest_first), tuple(paths))
