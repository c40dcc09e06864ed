"""The shapes as rules that a contributor can read, with an example of a thing that keeps them and of one that does not.

All of it is in the shapes graph and the data: names, advice and messages (https://www.w3.org/TR/shacl/#nonValidation),
how often a property must stand, and a real thing of the class that the shape is for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from gcmgraph.model.terms import IRI, Literal, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.description import Describer
from gcmgraph.publication.describe.graph_values import GraphValues
from gcmgraph.store.port import Store

#: Things looked at for an example, and the most statements that one may have.
_CANDIDATES, _LONGEST = 60, 40
_OF_CLASS = f"SELECT ?thing ?class WHERE {{ ?thing a ?class }} LIMIT {_CANDIDATES}"


class Need(StrEnum):
    """How much a property is wanted."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class Rule:
    """One property shape."""

    iri: IRI
    #: the property, or several of which any will do
    paths: tuple[IRI, ...]
    names: tuple[Literal, ...]
    messages: tuple[Literal, ...]
    advice: tuple[Literal, ...]
    need: Need
    #: how many values there may be at most
    most: int | None
    warning: bool


@dataclass(frozen=True)
class PropertyRules:
    """All that is asked of one property."""

    names: tuple[Literal, ...]
    paths: tuple[IRI, ...]
    need: Need
    most: int | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Example:
    """A real thing, and the same without what it needs, with the rules that this breaks."""

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
        """The properties that are wanted so much, by the value of a `Need`."""
        return tuple(rules for rules in self.properties if rules.need == need)


class ShapeBook:
    """The shapes of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._v = Vocabulary(addresses)
        self._said = GraphValues(store, addresses, "shapes")

    def shapes(self) -> tuple[ShapeRules, ...]:
        """The node shapes, those for a class first, by address."""
        nodes = sorted(self._said.of_class("sh:NodeShape"), key=lambda node: node.value)
        shapes = [self._shape(node) for node in nodes]
        return tuple(sorted(shapes, key=lambda shape: not (shape.targets and shape.properties)))

    def others(self, shapes: Collection[ShapeRules]) -> list[IRI]:
        """What the graph names beside some shapes and their rules, by address: constraints in SPARQL and the like."""
        told = {shape.iri for shape in shapes} | {rule.iri for s in shapes for p in s.properties for rule in p.rules}
        named = {iri for iri in self._said.subjects() if "#" in iri.value}
        return sorted(named - told, key=lambda iri: iri.value)

    def example(self, shape: ShapeRules, describer: Describer) -> Example | None:
        """An example of a shape: the shortest of some things of its class; None where there is none."""
        required = [p.paths for p in shape.needing(Need.REQUIRED)]
        best: tuple[int, IRI, frozenset[Triple]] | None = None
        candidates = self._candidates(shape.targets) if required else []
        self._store.expect(candidates)
        for iri in candidates:
            own = describer.stated(iri)
            has = {triple.predicate for triple in own}
            if len(own) <= _LONGEST and all(has.intersection(paths) for paths in required):
                found = (len(own), iri, own)
                best = min(best or found, found, key=lambda found: (found[0], found[1].value))
        if best is None:
            return None
        needed = {path for paths in required for path in paths}
        without = frozenset(triple for triple in best[2] if triple.predicate not in needed)
        broken = tuple(rule for p in shape.properties for rule in p.rules if rule.need is Need.REQUIRED)
        return Example(best[1], best[2], without, broken)

    def _candidates(self, targets: Iterable[IRI]) -> list[IRI]:
        found: set[IRI] = set()
        for target in targets:
            rows = self._store.select(_OF_CLASS, substitutions={"class": target}).rows
            found.update(row["thing"] for row in rows if isinstance(row["thing"], IRI))
        return sorted(found, key=lambda iri: iri.value)[:_CANDIDATES]

    def _shape(self, node: IRI) -> ShapeRules:
        rules = [self._rule(rule) for rule in self._said.iris(node, "sh:property")]
        rules.sort(key=lambda rule: (self._order(rule.iri), rule.iri.value))
        grouped: dict[tuple[float, tuple[Literal, ...]], list[Rule]] = {}
        for rule in rules:
            grouped.setdefault((self._order(rule.iri), rule.names), []).append(rule)
        return ShapeRules(
            node,
            self._texts(node, "rdfs:label"),
            self._texts(node, "rdfs:comment"),
            self._said.iris(node, "sh:targetClass"),
            self._texts(node, "sh:message"),
            self._texts(node, "sh:description"),
            tuple(_of_property(names, tuple(group)) for (_, names), group in grouped.items()),
        )

    def _rule(self, rule: IRI) -> Rule:
        warning = self._v("sh:Violation") not in (self._said.all(rule, "sh:severity") or [self._v("sh:Violation")])
        least = max(self._numbers(rule, "sh:minCount", "sh:qualifiedMinCount"), default=0)
        need = Need.OPTIONAL if least < 1 else Need.RECOMMENDED if warning else Need.REQUIRED
        return Rule(
            rule,
            self._paths(rule),
            self._texts(rule, "sh:name"),
            self._texts(rule, "sh:message"),
            self._texts(rule, "sh:description"),
            need,
            min(self._numbers(rule, "sh:maxCount"), default=None),
            warning,
        )

    def _paths(self, rule: IRI) -> tuple[IRI, ...]:
        paths: list[IRI] = []
        for path in self._said.all(rule, "sh:path"):
            if isinstance(path, IRI):
                paths.append(path)
            for rest in self._said.all(path, "sh:alternativePath"):
                paths += [member for member in self._list(rest) if isinstance(member, IRI)]
        return tuple(paths)

    def _list(self, node: object) -> Iterator[object]:
        seen: set[object] = set()
        while node != self._v("rdf:nil") and node not in seen:
            seen.add(node)
            yield from self._said.all(node, "rdf:first")
            node = next(iter(self._said.all(node, "rdf:rest")), self._v("rdf:nil"))

    def _order(self, rule: IRI) -> float:
        return float(min(self._numbers(rule, "sh:order"), default=1_000))

    def _texts(self, subject: object, curie: str) -> tuple[Literal, ...]:
        return tuple(sorted((o for o in self._said.all(subject, curie) if isinstance(o, Literal)), key=str))

    def _numbers(self, subject: object, *curies: str) -> list[int]:
        return [int(text.value) for curie in curies for text in self._texts(subject, curie) if text.value.isdecimal()]


def _of_property(names: tuple[Literal, ...], rules: tuple[Rule, ...]) -> PropertyRules:
    """What is asked of one property: as much as the strictest of its rules."""
    needs = list(Need)
    return PropertyRules(
        names,
        tuple(dict.fromkeys(path for rule in rules for path in rule.paths)),
        min((rule.need for rule in rules), key=needs.index),
        min((rule.most for rule in rules if rule.most is not None), default=None),
        tuple(sorted(rules, key=lambda rule: needs.index(rule.need))),
    )
