"""Values of a resource along the paths of a relation, with the statements that lead to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gcmgraph.model.relations import Relation
from gcmgraph.rdf.terms import IRI, Literal, Term, Triple, Vocabulary
from gcmgraph.store.port import Store

#: Statements from a resource to a value, in their order.
Chain = tuple[Triple, ...]
Chains = Mapping[Term, Chain]

#: `^` for the inverse, a property, a property that the end must have in brackets, `*` for any
#: number of steps.
_STEP = re.compile(r"(\^?)([\w-]+:[\w-]+)(?:\[([\w-]+:[\w-]+)\])?(\*?)")


@dataclass(frozen=True)
class PartValues:
    """The values of a relation that one part of a practice has.

    The chains begin at the practice.
    """

    part: IRI
    chains: Chains


class RelationPaths:
    """The values of relations in one dataset version."""

    def __init__(self, store: Store, vocabulary: Vocabulary) -> None:
        self._store = store
        self._v = vocabulary

    def values(self, start: IRI, relation: Relation) -> dict[Term, Chain]:
        """The values of a relation, each with the shortest chain of statements."""
        return self._walk(start, relation, only_repeated=False)

    def containing_values(self, value: IRI, relation: Relation) -> dict[Term, Chain]:
        """The values that a resource has wherever it has this one: those of the steps with `*`."""
        return self._walk(value, relation, only_repeated=True)

    def of_parts(self, whole: IRI, relation: Relation) -> list[PartValues]:
        """The values that each part of a practice has.

        Empty for relations whose values are never those of a part only.
        """
        if "parts" not in relation.rules:
            return []
        parts = []
        for has_part in self._store.triples(whole, self._v("dct:hasPart"), None):
            if isinstance(has_part.object, IRI):
                chains = self.values(has_part.object, relation)
                lengthened = {term: (has_part, *chain) for term, chain in chains.items()}
                parts.append(PartValues(has_part.object, lengthened))
        return parts

    def _walk(self, start: IRI, relation: Relation, *, only_repeated: bool) -> dict[Term, Chain]:
        """The ends of the paths of a relation, each with its shortest chain.

        With `only_repeated` the other steps of a path are passed over.
        """
        shortest: dict[Term, Chain] = {}
        for path in relation.paths:
            reached: dict[Term, Chain] = {start: ()}
            for step in path.split():
                parts = _STEP.fullmatch(step)
                if parts is not None and (parts[4] or not only_repeated):
                    reached = self._follow(reached, parts)
            for term, chain in reached.items():
                if chain and (term not in shortest or len(chain) < len(shortest[term])):
                    shortest[term] = chain
        return shortest

    def _follow(self, reached: dict[Term, Chain], parts: re.Match[str]) -> dict[Term, Chain]:
        """The terms that one step of a path leads to, or any number of such steps."""
        inverse, curie, required, repeated = parts.groups()
        ends = dict(reached) if repeated else {}
        while reached:
            following: dict[Term, Chain] = {}
            for node, chain in reached.items():
                for end, triple in self._steps(node, self._v(curie), is_inverse=bool(inverse)):
                    if end in ends:
                        continue
                    marks = self._marks(end, required)
                    if marks or not required:
                        following[end] = (*chain, triple, *marks)
                        ends[end] = following[end]
            reached = following if repeated else {}
        return ends

    def _steps(
        self, node: Term, predicate: IRI, *, is_inverse: bool
    ) -> Iterator[tuple[IRI | Literal, Triple]]:
        """The terms that a property leads to from a node, or to the node, each with its triple."""
        if not isinstance(node, IRI):
            return
        pattern = (None, predicate, node) if is_inverse else (node, predicate, None)
        for triple in self._store.triples(*pattern):
            end = triple.subject if is_inverse else triple.object
            if isinstance(end, IRI | Literal):
                yield end, triple

    def _marks(self, end: object, required: str | None) -> list[Triple]:
        """The values of the property that the end of a step must have."""
        if not required or not isinstance(end, IRI):
            return []
        return list(self._store.triples(end, self._v(required)))
