"""Triples of a shapes graph by subject and property."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gcmgraph.model.terms import IRI, Literal, Quad, Term
from gcmgraph.namespaces import PREFIXES

_RDF = PREFIXES["rdf"]
_FIRST, _REST, _NIL = (IRI(_RDF + name) for name in ("first", "rest", "nil"))
TRUE = Literal("true", datatype=IRI(PREFIXES["xsd"] + "boolean"))


class ShapeTriples:
    """The triples of a shapes graph; iterates over their subjects."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._about: dict[Term, dict[IRI, list[Term]]] = {}
        for quad in quads:
            about = self._about.setdefault(quad.subject, {})  # type: ignore[arg-type]
            about.setdefault(quad.predicate, []).append(quad.object)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Term]:
        return iter(self._about)

    def about(self, node: Term) -> Mapping[IRI, list[Term]]:
        """The values of a node by property."""
        return self._about.get(node, {})

    def values(self, node: Term, predicate: IRI) -> list[Term]:
        """The values of a property of a node."""
        return self._about.get(node, {}).get(predicate, [])

    def members(self, head: Term) -> list[Term]:
        """The members of an RDF list. A circular list ends where it repeats."""
        members: list[Term] = []
        seen = set()
        while head != _NIL and head not in seen:
            seen.add(head)
            members += self.values(head, _FIRST)[:1]
            rest = self.values(head, _REST)
            head = rest[0] if rest else _NIL
        return members
