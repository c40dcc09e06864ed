"""What each shape reads of the data when it is evaluated at a node, derived from the shapes graph.

Evaluation of a shape reads triples along property paths that begin at its focus node, and evaluates other shapes
at its value nodes. Knowing the paths is knowing which triples a verdict hangs on, and which nodes a triple concerns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from gcmgraph.model.terms import IRI, BlankNode, Literal, Quad, Term
from gcmgraph.namespaces import PREFIXES
from gcmgraph.validation.facts import fact
from gcmgraph.validation.paths import Alternative, Modified, Path, Predicate, Sequence
from gcmgraph.validation.report import SH
from gcmgraph.validation.sparql_reads import NotAnchored, sparql_paths

_RDF, _RDFS = PREFIXES["rdf"], PREFIXES["rdfs"]
TYPE = IRI(_RDF + "type")
SUB_CLASS_OF = IRI(_RDFS + "subClassOf")
_FIRST, _REST, _NIL = (IRI(_RDF + name) for name in ("first", "rest", "nil"))
_TRUE = Literal("true", datatype=IRI(PREFIXES["xsd"] + "boolean"))

#: From a thing to its classes and all above them.
CLASSES = Sequence((Predicate(TYPE), Modified("zeroOrMorePath", Predicate(SUB_CLASS_OF))))

Name = IRI | BlankNode
_Triples = Mapping[Term, Mapping[IRI, list[Term]]]


def _sh(name: str) -> IRI:
    return IRI(SH + name)


_PATH = _sh("path")
#: Parameters whose values are shapes, and those whose values are lists of shapes.
_SHAPES = tuple(_sh(name) for name in ("node", "property", "not", "qualifiedValueShape"))
_LISTS = tuple(_sh(name) for name in ("and", "or", "xone"))
#: Parameters that compare the value nodes with the values of another property of the focus node.
_PAIRS = tuple(_sh(name) for name in ("equals", "disjoint", "lessThan", "lessThanOrEquals"))


@dataclass(frozen=True)
class Targets:
    """What a shape says it is about (https://www.w3.org/TR/shacl/#targets)."""

    nodes: frozenset[Term] = frozenset()
    classes: frozenset[Term] = frozenset()
    subjects_of: frozenset[IRI] = frozenset()
    objects_of: frozenset[IRI] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.classes or self.subjects_of or self.objects_of)


@dataclass(frozen=True)
class ShapeReads:
    """One shape: its targets, and what it reads."""

    name: Name
    targets: Targets
    #: from the focus node to the value nodes; None in a node shape, whose value node is the focus node
    path: Path | None
    #: further paths from the focus node: of `sh:lessThan` and its like, of SPARQL constraints
    along: tuple[Path, ...]
    #: classes that value nodes must be of; it reads their types
    classes: frozenset[Term]
    #: whether it reads all triples about its value nodes
    closed: bool
    #: shapes that it evaluates at its value nodes
    nested: tuple[Name, ...]


@dataclass(frozen=True)
class Reads:
    """All shapes of a shapes graph by name, and why the derivation does not cover it, where it does not."""

    shapes: Mapping[Name, ShapeReads]
    not_covered: tuple[str, ...] = ()
    #: parents of each shape: those that evaluate it at their value nodes
    parents: Mapping[Name, tuple[ShapeReads, ...]] = field(init=False)

    def __post_init__(self) -> None:
        parents: dict[Name, list[ShapeReads]] = {}
        for shape in self.shapes.values():
            for name in shape.nested:
                parents.setdefault(name, []).append(shape)
        object.__setattr__(self, "parents", {name: tuple(found) for name, found in parents.items()})

    @cached_property
    def targeted(self) -> tuple[ShapeReads, ...]:
        """The shapes that have targets."""
        return tuple(shape for shape in self.shapes.values() if shape.targets)

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> Reads:
        """What the shapes in these quads read."""
        about: dict[Term, dict[IRI, list[Term]]] = {}
        for subject, predicate, value in map(fact, quads):
            about.setdefault(subject, {}).setdefault(predicate, []).append(value)
        return _Derivation(about).reads()


class _Derivation:
    """Goes through a shapes graph once."""

    def __init__(self, about: _Triples) -> None:
        self._about = about
        self._not_covered: list[str] = []

    def reads(self) -> Reads:
        for node in self._about:
            if _sh("ConstraintComponent") in self._values(node, TYPE):
                self._not_covered.append(f"{node} is a constraint component of its own")
        shapes = {node: self._shape(node) for node in self._about if isinstance(node, IRI | BlankNode)}
        return Reads({name: shape for name, shape in shapes.items() if shape}, tuple(self._not_covered))

    def _values(self, node: Term, predicate: IRI) -> list[Term]:
        return self._about.get(node, {}).get(predicate, [])

    def _shape(self, node: Name) -> ShapeReads | None:
        """None for what is no shape, or is switched off."""
        said = self._about[node]
        if _TRUE in self._values(node, _sh("deactivated")) or not any(p.value.startswith(SH) for p in said):
            return None
        targets = self._targets(node)
        paths = self._values(node, _PATH)
        path = self._path(paths[0]) if paths else None
        nested = [shape for parameter in _SHAPES for shape in self._values(node, parameter)]
        nested += [
            shape for parameter in _LISTS for head in self._values(node, parameter) for shape in self._list(head)
        ]
        if _TRUE in self._values(node, _sh("qualifiedValueShapesDisjoint")):
            nested += self._siblings(node)
        compared = [value for parameter in _PAIRS for value in self._values(node, parameter)]
        along = [Predicate(value) for value in compared if isinstance(value, IRI)]
        return ShapeReads(
            name=node,
            targets=targets,
            path=path,
            along=(*along, *self._sparql(node, path)),
            classes=frozenset(self._values(node, _sh("class"))),
            closed=_TRUE in self._values(node, _sh("closed")),
            nested=tuple(dict.fromkeys(shape for shape in nested if isinstance(shape, IRI | BlankNode))),
        )

    def _targets(self, node: Name) -> Targets:
        types = self._values(node, TYPE)
        above = {IRI(_RDFS + "Class"), IRI(PREFIXES["owl"] + "Class")}
        above |= {
            s for s in self._about if isinstance(s, IRI) and IRI(_RDFS + "Class") in self._values(s, SUB_CLASS_OF)
        }
        implicit = [node] if any(kind in above for kind in types) else []
        return Targets(
            nodes=frozenset(self._values(node, _sh("targetNode"))),
            classes=frozenset([*self._values(node, _sh("targetClass")), *implicit]),
            subjects_of=frozenset(v for v in self._values(node, _sh("targetSubjectsOf")) if isinstance(v, IRI)),
            objects_of=frozenset(v for v in self._values(node, _sh("targetObjectsOf")) if isinstance(v, IRI)),
        )

    def _siblings(self, node: Name) -> list[Term]:
        """What the other properties of the same shapes qualify, which this one must tell apart."""
        properties = [said.get(_sh("property"), []) for said in self._about.values()]
        beside = [shape for listed in properties if node in listed for shape in listed]
        return [shape for other in beside for shape in self._values(other, _sh("qualifiedValueShape"))]

    def _sparql(self, node: Name, path: Path | None) -> list[Path]:
        found: list[Path] = []
        for constraint in self._values(node, _sh("sparql")):
            for select in self._values(constraint, _sh("select")):
                prefixes = self._prefixes(constraint)
                try:
                    found += sparql_paths(getattr(select, "value", ""), prefixes, path)
                except NotAnchored as error:
                    self._not_covered.append(f"the SPARQL constraint of {node} {error}")
        return found

    def _prefixes(self, constraint: Term) -> dict[str, str]:
        declared = {}
        for declaring in self._values(constraint, _sh("prefixes")):
            for declaration in self._values(declaring, _sh("declare")):
                prefix, namespace = (self._values(declaration, _sh(name)) for name in ("prefix", "namespace"))
                if prefix and namespace:
                    declared[str(getattr(prefix[0], "value", ""))] = str(getattr(namespace[0], "value", ""))
        return declared

    def _list(self, head: Term) -> list[Term]:
        """The members of an RDF list; a list that runs in a circle ends where it began."""
        members: list[Term] = []
        seen = set()
        while head != _NIL and head not in seen:
            seen.add(head)
            members += self._values(head, _FIRST)[:1]
            rest = self._values(head, _REST)
            head = rest[0] if rest else _NIL
        return members

    def _path(self, node: Term) -> Path | None:
        """The path at a node; None for what is no path, which the engine refuses."""
        if isinstance(node, IRI):
            return Predicate(node)
        steps = [self._path(step) for step in self._list(node)]
        if steps:
            return Sequence(tuple(step for step in steps if step))
        for head in self._values(node, _sh("alternativePath")):
            return Alternative(tuple(choice for one in self._list(head) if (choice := self._path(one))))
        for operator in ("inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"):
            for inner in self._values(node, _sh(operator)):
                if path := self._path(inner):
                    return Modified(operator, path)
        self._not_covered.append(f"{node} is no property path")
        return None
