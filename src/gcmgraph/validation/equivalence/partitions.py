"""The nodes of a dataset that no shape can tell apart."""

from __future__ import annotations

from collections.abc import Hashable, Set
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.validation.equivalence.gc import cycles_left
from gcmgraph.validation.equivalence.graph_index import Index, Said
from gcmgraph.validation.equivalence.signatures import Likeness, Look
from gcmgraph.validation.shacl.dependencies import TYPE
from gcmgraph.validation.triples import Subject

#: Numbers of what is seen, alone or with how many values look so.
Appearance = frozenset[int | tuple[int, int]]


@dataclass(frozen=True)
class Family:
    """Nodes that are alike, and all that shapes see of each."""

    appearance: Appearance
    members: list[Term]

    @property
    def first(self) -> Term:
        """The one that is judged for all."""
        return self.members[0]


class Families:
    """The subjects of a dataset, those that are alike together."""

    def __init__(self, graph: Index, likeness: Likeness) -> None:
        self.likeness = likeness
        self._graph = graph
        self._types: dict[Term, frozenset[Term]] = {}
        #: for all that is ever seen, at its number: how many values that look so are told apart from fewer, and where
        self._counts: list[int] = []
        self._properties: list[IRI | None] = []
        self._focus = _Seen(None, likeness.looks[None])
        #: what was seen of the values of each property, at its number; None where no shape looks
        self._seen = [_Seen(iri, look) if (look := likeness.look(iri)) else None for iri in graph.properties]
        self._known = [seen and seen.known for seen in self._seen]
        families: dict[Appearance, list[Term]] = {}
        with cycles_left():
            for subject, said in graph.said.items():
                families.setdefault(self._appearance(subject, said), []).append(subject)
        self.all = [Family(appearance, members) for appearance, members in families.items()]

    def appearance(self, family: Family, properties: Set[IRI] | None) -> Appearance:
        """What is seen of a family by who looks at these properties only; None for all."""
        if properties is None:
            return family.appearance
        seen = ((one, one if isinstance(one, int) else one[0]) for one in family.appearance)
        return frozenset(
            one for one, number in seen if (where := self._properties[number]) is None or where in properties
        )

    def _appearance(self, subject: Subject, said: Said) -> Appearance:
        """All that shapes see of a node."""
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
                number = self._number(self._seen[property], value)
            if counts[number] > 1:
                before = first.setdefault(number, value)
                if before is not value and before != value:
                    more.setdefault(number, {before}).add(value)
            found.add(number)
        found.update((number, min(len(values), counts[number])) for number, values in more.items())
        return frozenset(found)

    def _number(self, seen: _Seen, value: Term) -> int:
        """The number of what is seen of a value."""
        appearance = seen.look.of(value, self._types_of, self._graph.objects)
        number = seen.numbers.get(appearance)
        if number is None:
            number = seen.numbers[appearance] = len(self._counts)
            self._counts.append(seen.look.count)
            self._properties.append(seen.property)
        prose = isinstance(value, Literal) and value.language is not None
        if seen is not self._focus and not prose:  # prose seldom comes twice, other values do
            seen.known[value] = number
        return number

    def _types_of(self, node: Term) -> frozenset[Term]:
        types = self._types.get(node)
        if types is None:
            types = self._types[node] = frozenset(self._graph.objects(node, TYPE))
        return types


class _Seen:
    """What was seen so far of the values of a property, or of the nodes themselves."""

    def __init__(self, property: IRI | None, look: Look) -> None:
        self.property = property
        self.look = look
        self.numbers: dict[Hashable, int] = {}
        #: numbers of values that may come again
        self.known: dict[Term, int] = {}
