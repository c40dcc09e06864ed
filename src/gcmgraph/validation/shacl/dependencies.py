"""What each shape reads of the data when it is evaluated at a node, derived from the shapes graph.

Evaluation of a shape reads triples along property paths that begin at its focus node, and evaluates other shapes
at its value nodes. Knowing the paths is knowing which triples a verdict hangs on, and which nodes a triple concerns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from gcmgraph.model.terms import IRI, BlankNode, Term
from gcmgraph.namespaces import PREFIXES
from gcmgraph.validation.paths import Alternative, Modified, Path, Predicate, Sequence, predicates
from gcmgraph.validation.report import SH
from gcmgraph.validation.shacl.shapes_graph import ShapeTriples, sh

if TYPE_CHECKING:
    from gcmgraph.validation.shacl.sparql_dependencies import Query

_RDF, _RDFS = PREFIXES["rdf"], PREFIXES["rdfs"]
TYPE = IRI(_RDF + "type")
SUB_CLASS_OF = IRI(_RDFS + "subClassOf")
_CLASS = IRI(_RDFS + "Class")

#: From a thing to its classes and all above them.
CLASSES = Sequence((Predicate(TYPE), Modified("zeroOrMorePath", Predicate(SUB_CLASS_OF))))

Name = IRI | BlankNode


#: Parameters whose values are shapes, and those whose values are lists of shapes.
_SHAPES = tuple(sh(name) for name in ("node", "property", "not", "qualifiedValueShape"))
_LISTS = tuple(sh(name) for name in ("and", "or", "xone"))
#: Parameters that compare the value nodes with the values of another property of the focus node.
_PAIRS = tuple(sh(name) for name in ("equals", "disjoint", "lessThan", "lessThanOrEquals"))


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
    #: its SPARQL constraints, as far as they can be asked of all nodes at once
    queries: tuple[Query, ...]
    #: classes that value nodes must be of; it reads their types
    classes: frozenset[Term]
    #: values of which each must be among its value nodes
    values: frozenset[Term]
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

    def within(self, name: Name) -> set[Name]:
        """A shape and all that it evaluates, directly or not."""
        found: set[Name] = set()
        waiting = [name]
        while waiting:
            if (name := waiting.pop()) not in found and name in self.shapes:
                found.add(name)
                waiting += self.shapes[name].nested
        return found

    def properties(self, name: Name) -> frozenset[IRI] | None:
        """The properties that a shape and all that it evaluates read; None if that is every property."""
        shapes = [self.shapes[inner] for inner in self.within(name)]
        if any(shape.closed for shape in shapes):
            return None
        paths = [path for shape in shapes for path in (shape.path, *shape.along) if path]
        types = {TYPE} if any(shape.classes for shape in shapes) else set()
        return frozenset(types.union(iri for path in paths for iri in predicates(path)))

    @classmethod
    def of(cls, said: ShapeTriples) -> Reads:
        """What the shapes of a shapes graph read."""
        return _Derivation(said).reads()


class _Derivation:
    """Goes through a shapes graph once."""

    def __init__(self, said: ShapeTriples) -> None:
        self._said = said
        self._values = said.values
        self._list = said.members
        self._not_covered: list[str] = []

    def reads(self) -> Reads:
        for node in self._said:
            if sh("ConstraintComponent") in self._values(node, TYPE):
                self._not_covered.append(f"{node} is a constraint component of its own")
        shapes = {node: self._shape(node) for node in self._said if isinstance(node, IRI | BlankNode)}
        return Reads({name: shape for name, shape in shapes.items() if shape}, tuple(self._not_covered))

    def _shape(self, node: Name) -> ShapeReads | None:
        """None for what is no shape, or is switched off."""
        shacl = any(predicate.value.startswith(SH) for predicate in self._said.predicates(node))
        if not shacl or self._said.says(node, sh("deactivated")):
            return None
        targets = self._targets(node)
        paths = self._values(node, sh("path"))
        path = self._path(paths[0]) if paths else None
        nested = [shape for parameter in _SHAPES for shape in self._values(node, parameter)]
        nested += [
            shape for parameter in _LISTS for head in self._values(node, parameter) for shape in self._list(head)
        ]
        if self._said.says(node, sh("qualifiedValueShapesDisjoint")):
            nested += self._siblings(node)
        compared = [value for parameter in _PAIRS for value in self._values(node, parameter)]
        along = [Predicate(value) for value in compared if isinstance(value, IRI)]
        queries = tuple(self._queries(node, path))
        return ShapeReads(
            name=node,
            targets=targets,
            path=path,
            along=(*along, *(path for query in queries for path in query.along)),
            queries=queries if all(query.at_once for query in queries) else (),
            classes=frozenset(self._values(node, sh("class"))),
            values=frozenset(self._values(node, sh("hasValue"))),
            closed=self._said.says(node, sh("closed")),
            nested=tuple(dict.fromkeys(shape for shape in nested if isinstance(shape, IRI | BlankNode))),
        )

    def _targets(self, node: Name) -> Targets:
        implicit = [node] if any(kind in self._classes for kind in self._values(node, TYPE)) else []
        return Targets(
            nodes=frozenset(self._values(node, sh("targetNode"))),
            classes=frozenset([*self._values(node, sh("targetClass")), *implicit]),
            subjects_of=frozenset(v for v in self._values(node, sh("targetSubjectsOf")) if isinstance(v, IRI)),
            objects_of=frozenset(v for v in self._values(node, sh("targetObjectsOf")) if isinstance(v, IRI)),
        )

    @cached_property
    def _classes(self) -> set[IRI]:
        """The classes whose instances are classes (https://www.w3.org/TR/shacl/#implicit-targetClass)."""
        below = {s for s in self._said if isinstance(s, IRI) and _CLASS in self._values(s, SUB_CLASS_OF)}
        return {_CLASS, IRI(PREFIXES["owl"] + "Class"), *below}

    def _siblings(self, node: Name) -> list[Term]:
        """What the other properties of the same shapes qualify, which this one must tell apart."""
        properties = [self._values(shape, sh("property")) for shape in self._said]
        beside = [shape for listed in properties if node in listed for shape in listed]
        return [shape for other in beside for shape in self._values(other, sh("qualifiedValueShape"))]

    def _queries(self, node: Name, path: Path | None) -> Iterator[Query]:
        # rdflib behind it: a server starts without
        from gcmgraph.validation.shacl.sparql_dependencies import NotAnchored, read_query  # noqa: PLC0415

        for constraint in self._values(node, sh("sparql")):
            for select in self._values(constraint, sh("select")):
                prefixes = self._prefixes(constraint)
                try:
                    yield read_query(select.value, prefixes, path)
                except NotAnchored as error:
                    self._not_covered.append(f"the SPARQL constraint of {node} {error}")

    def _prefixes(self, constraint: Term) -> dict[str, str]:
        declared = {}
        for declaring in self._values(constraint, sh("prefixes")):
            for declaration in self._values(declaring, sh("declare")):
                prefix, namespace = (self._values(declaration, sh(name)) for name in ("prefix", "namespace"))
                if prefix and namespace:
                    declared[str(getattr(prefix[0], "value", ""))] = str(getattr(namespace[0], "value", ""))
        return declared

    def _path(self, node: Term) -> Path | None:
        """The path at a node; None for what is no path, which the engine refuses."""
        if isinstance(node, IRI):
            return Predicate(node)
        steps = [self._path(step) for step in self._list(node)]
        if steps:
            return Sequence(tuple(step for step in steps if step))
        for head in self._values(node, sh("alternativePath")):
            return Alternative(tuple(choice for one in self._list(head) if (choice := self._path(one))))
        for operator in ("inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"):
            for inner in self._values(node, sh(operator)):
                if path := self._path(inner):
                    return Modified(operator, path)
        self._not_covered.append(f"{node} is no property path")
        return None
