"""Shapes as rules for contributors, with a valid and an invalid example.

All of it is in the shapes graph and the data: names, advice and messages (https://www.w3.org/TR/shacl/#nonValidation),
counts of values, and a published resource of the class of the shape.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from gcmgraph.model.terms import IRI, Literal, Triple
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.publication.describe.description import Describer
from gcmgraph.shapes.definitions import NodeShape, PropertyShape
from gcmgraph.shapes.paths import choices
from gcmgraph.shapes.reader import read_shapes
from gcmgraph.shapes.texts import Texts
from gcmgraph.shapes.vocabulary import VIOLATION
from gcmgraph.store.port import Store

#: Limits on the candidates for an example, and on the statements of one.
_CANDIDATES, _LONGEST = 60, 40

#: A whole is no example: its parts, which are resources of their own, complete it.
_PART = IRI(PREFIXES["dct"] + "hasPart")
_OF_CLASS = f"SELECT ?thing ?class WHERE {{ ?thing a ?class }} LIMIT {_CANDIDATES}"

#: Position of rules without `sh:order`.
_LAST = 1000.0


class Obligation(StrEnum):
    """Whether a property is required."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class Rule:
    """One property shape."""

    iri: IRI
    #: the property, or several of which any one is enough
    paths: tuple[IRI, ...]
    names: tuple[Literal, ...]
    messages: tuple[Literal, ...]
    advice: tuple[Literal, ...]
    need: Obligation
    #: limit on the number of values
    most: int | None
    warning: bool


@dataclass(frozen=True)
class PropertyRules:
    """The rules of one property."""

    names: tuple[Literal, ...]
    paths: tuple[IRI, ...]
    need: Obligation
    most: int | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class ShapeExample:
    """A published resource, and the same without its required properties, with the rules that this violates."""

    thing: IRI
    valid: frozenset[Triple]
    invalid: frozenset[Triple]
    broken: tuple[Rule, ...]


@dataclass(frozen=True)
class ShapeRules:
    """A node shape."""

    iri: IRI
    labels: tuple[Literal, ...]
    comments: tuple[Literal, ...]
    targets: tuple[IRI, ...]
    #: messages and advice of the shape itself
    messages: tuple[Literal, ...]
    advice: tuple[Literal, ...]
    properties: tuple[PropertyRules, ...]

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
        nodes = [shape for shape in self._graph.shapes.values() if isinstance(shape, NodeShape)]
        shapes = [self._shape(node, node.name) for node in nodes if isinstance(node.name, IRI)]
        return tuple(sorted(shapes, key=lambda shape: (not (shape.targets and shape.properties), shape.iri.value)))

    def others(self, shapes: Collection[ShapeRules]) -> list[IRI]:
        """The other resources with addresses in the graph, such as constraints in SPARQL, by address."""
        shown = {shape.iri for shape in shapes} | {rule.iri for s in shapes for p in s.properties for rule in p.rules}
        named = {node for node in self._graph.subjects if isinstance(node, IRI) and "#" in node.value}
        return sorted(named - shown, key=lambda iri: iri.value)

    def example(self, shape: ShapeRules, describer: Describer) -> ShapeExample | None:
        """An example of a shape: the shortest of some resources of its class without parts; None if there is none."""
        required = [p.paths for p in shape.needing(Obligation.REQUIRED)]
        best: tuple[int, IRI, frozenset[Triple]] | None = None
        candidates = self._candidates(shape.targets) if required else []
        for iri in candidates:
            own = describer.stated(iri)
            has = {triple.predicate for triple in own}
            if len(own) <= _LONGEST and _PART not in has and all(has.intersection(paths) for paths in required):
                found = (len(own), iri, own)
                best = min(best or found, found, key=lambda found: (found[0], found[1].value))
        if best is None:
            return None
        needed = {path for paths in required for path in paths}
        without = frozenset(triple for triple in best[2] if triple.predicate not in needed)
        broken = tuple(rule for p in shape.properties for rule in p.rules if rule.need is Obligation.REQUIRED)
        return ShapeExample(best[1], best[2], without, broken)

    def _candidates(self, targets: Iterable[IRI]) -> list[IRI]:
        found: set[IRI] = set()
        for target in targets:
            rows = self._store.select(_OF_CLASS, substitutions={"class": target}).rows
            found.update(row["thing"] for row in rows if isinstance(row["thing"], IRI))
        return sorted(found, key=lambda iri: iri.value)[:_CANDIDATES]

    def _shape(self, shape: NodeShape, iri: IRI) -> ShapeRules:
        found = {rule.name: rule for rule in self._graph.properties(shape)}
        ordered = sorted(
            ((_LAST if rule.order is None else rule.order, _rule(rule, name))
             for name, rule in found.items() if isinstance(name, IRI)),
            key=lambda pair: (pair[0], pair[1].iri.value),
        )  # fmt: skip
        grouped: dict[tuple[float, tuple[Literal, ...]], list[Rule]] = {}
        for order, rule in ordered:
            grouped.setdefault((order, rule.names), []).append(rule)
        classes = (target for target in shape.targets.classes if isinstance(target, IRI))
        return ShapeRules(
            iri,
            _literals(shape.labels),
            _literals(shape.comments),
            tuple(sorted(classes, key=lambda target: target.value)),
            _literals(shape.messages),
            _literals(shape.descriptions),
            tuple(_of_property(names, tuple(group)) for (_, names), group in grouped.items()),
        )


def _rule(shape: PropertyShape, iri: IRI) -> Rule:
    constraints = shape.constraints
    warning = shape.severity != VIOLATION
    least = max(constraints.min_count or 0, constraints.qualified_min_count or 0)
    return Rule(
        iri,
        choices(shape.path) or (),
        _literals(shape.names),
        _literals(shape.messages),
        _literals(shape.descriptions),
        Obligation.OPTIONAL if least < 1 else Obligation.RECOMMENDED if warning else Obligation.REQUIRED,
        constraints.max_count,
        warning,
    )


def _literals(texts: Texts) -> tuple[Literal, ...]:
    found = (Literal(text, language=tag) if tag else Literal(text) for tag, text in texts.pairs)
    return tuple(sorted(found, key=str))


def _of_property(names: tuple[Literal, ...], rules: tuple[Rule, ...]) -> PropertyRules:
    """The rules of one property; the strictest one decides."""
    strictest = list(Obligation)
    return PropertyRules(
        names,
        tuple(dict.fromkeys(path for rule in rules for path in rule.paths)),
        min((rule.need for rule in rules), key=strictest.index),
        min((rule.most for rule in rules if rule.most is not None), default=None),
        tuple(sorted(rules, key=lambda rule: strictest.index(rule.need))),
    )
