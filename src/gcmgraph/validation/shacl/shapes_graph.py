"""What is said about shapes, found by shape and parameter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gcmgraph.model.terms import IRI, Literal, Quad, Term
from gcmgraph.namespaces import PREFIXES
from gcmgraph.validation.report import SH
from gcmgraph.validation.triples import fact

_RDF = PREFIXES["rdf"]
_FIRST, _REST, _NIL = (IRI(_RDF + name) for name in ("first", "rest", "nil"))
_TRUE = Literal("true", datatype=IRI(PREFIXES["xsd"] + "boolean"))


def sh(name: str) -> IRI:
    """The term of SHACL of this name."""
    return IRI(SH + name)


#: What constrains something (https://www.w3.org/TR/shacl/#core-components, #sparql-constraints).
CONSTRAINING = frozenset(
    sh(name)
    for name in (
        "class datatype nodeKind minCount maxCount minExclusive minInclusive maxExclusive maxInclusive minLength"
        " maxLength pattern languageIn uniqueLang equals disjoint lessThan lessThanOrEquals not and or xone node"
        " property qualifiedValueShape closed hasValue in sparql"
    ).split()
)


class ShapeTriples:
    """A shapes graph."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._about: dict[Term, dict[IRI, list[Term]]] = {}
        for subject, predicate, value in map(fact, quads):
            self._about.setdefault(subject, {}).setdefault(predicate, []).append(value)

    def __iter__(self) -> Iterator[Term]:
        return iter(self._about)

    def predicates(self, node: Term) -> Iterable[IRI]:
        """The properties that a node has."""
        return self._about.get(node, {}).keys()

    def values(self, node: Term, predicate: IRI) -> list[Term]:
        """What a node has for a property."""
        return self._about.get(node, {}).get(predicate, [])

    def says(self, node: Term, switch: IRI) -> bool:
        """Whether something is switched on at a node."""
        return _TRUE in self.values(node, switch)

    def members(self, head: Term) -> list[Term]:
        """The members of an RDF list; a list that runs in a circle ends where it began."""
        members: list[Term] = []
        seen = set()
        while head != _NIL and head not in seen:
            seen.add(head)
            members += self.values(head, _FIRST)[:1]
            rest = self.values(head, _REST)
            head = rest[0] if rest else _NIL
        return members
