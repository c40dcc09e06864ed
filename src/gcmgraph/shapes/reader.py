"""From quads to definitions and paths of a shapes graph."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gcmgraph.model.terms import IRI, BlankNode, Literal, Quad, Term
from gcmgraph.namespaces import PREFIXES
from gcmgraph.shapes.definitions import (
    Constraints,
    Name,
    NodeShape,
    PropertyShape,
    ShapesGraph,
    SparqlConstraint,
    Targets,
)
from gcmgraph.shapes.paths import OPERATORS, Alternative, Modified, Path, Predicate, Sequence
from gcmgraph.shapes.texts import Texts
from gcmgraph.shapes.triples import ShapeTriples
from gcmgraph.shapes.vocabulary import CONSTRAINING, SWITCHES, VIOLATION, sh

_RDF, _RDFS = PREFIXES["rdf"], PREFIXES["rdfs"]
_TYPE = IRI(_RDF + "type")
_LABEL, _COMMENT, _SEE_ALSO, _SUB_CLASS_OF, _CLASS = (
    IRI(_RDFS + name) for name in ("label", "comment", "seeAlso", "subClassOf", "Class")
)
_SHAPES = frozenset(map(sh, ("NodeShape", "PropertyShape")))
_OF_SHAPES = CONSTRAINING.union(map(sh, ("path", "targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")))
_BOUNDS = ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive")
_PAIRS = ("equals", "disjoint", "lessThan", "lessThanOrEquals")


class NotAPath(ValueError):  # noqa: N818 - a verdict on a node
    """A node that describes no property path."""


def read_shapes(quads: Iterable[Quad]) -> ShapesGraph:
    """The shapes of a shapes graph. What cannot be read is left out and listed in `problems`."""
    return _ShapesReader(ShapeTriples(quads)).graph()


def read_path(triples: ShapeTriples, node: Term) -> Path:
    """The property path that a node describes. Raises `NotAPath`."""
    return _path(triples, node, frozenset())


def _path(triples: ShapeTriples, node: Term, outer: frozenset[Term]) -> Path:
    if isinstance(node, IRI):
        return Predicate(node)
    if node in outer:
        raise NotAPath(f"{node} is a path within itself")
    within = outer | {node}
    if steps := triples.members(node):
        return Sequence(tuple(_path(triples, step, within) for step in steps))
    for head in triples.values(node, sh("alternativePath")):
        return Alternative(tuple(_path(triples, choice, within) for choice in triples.members(head)))
    for operator in OPERATORS:
        for inner in triples.values(node, sh(operator)):
            return Modified(operator, _path(triples, inner, within))
    raise NotAPath(f"{node} is no property path")


class _ShapesReader:
    """Reads one shapes graph."""

    def __init__(self, triples: ShapeTriples) -> None:
        self._triples = triples
        self._paths: dict[Term, Path] = {}
        self._problems: list[str] = []
        below = {s for s in triples if isinstance(s, IRI) and _CLASS in triples.values(s, _SUB_CLASS_OF)}
        #: classes whose instances are classes (https://www.w3.org/TR/shacl/#implicit-targetClass)
        self._metaclasses = {_CLASS, IRI(PREFIXES["owl"] + "Class"), *below}

    def graph(self) -> ShapesGraph:
        for node in self._triples:
            if sh("ConstraintComponent") in self._triples.values(node, _TYPE):
                self._problems.append(f"{node} is a constraint component of its own")
        shapes = {node: self._shape(node) for node in _names(self._triples) if self._is_shape(node)}
        return ShapesGraph(shapes, self._paths, frozenset(self._triples), tuple(self._problems))

    def _is_shape(self, node: Name) -> bool:
        """Whether a node has a type, a target or a parameter of shapes (https://www.w3.org/TR/shacl/#shapes)."""
        types = self._triples.values(node, _TYPE)
        return not _SHAPES.isdisjoint(types) or not _OF_SHAPES.isdisjoint(self._triples.predicates(node))

    def _shape(self, node: Name) -> NodeShape | PropertyShape:
        severities = [one for one in self._triples.values(node, sh("severity")) if isinstance(one, IRI)]
        characteristics: dict[str, Any] = {
            "name": node,
            "targets": self._targets(node),
            "deactivated": self._triples.is_true(node, sh("deactivated")),
            "severity": severities[0] if severities else VIOLATION,
            "constraints": self._constraints(node),
            "messages": self._texts(node, sh("message")),
            "names": self._texts(node, sh("name")),
            "descriptions": self._texts(node, sh("description")),
            "labels": self._texts(node, _LABEL),
            "comments": self._texts(node, _COMMENT),
            "see_also": tuple(one for one in self._triples.values(node, _SEE_ALSO) if isinstance(one, IRI)),
            "order": self._order(node),
        }
        for value in self._triples.values(node, sh("path"))[:1]:
            try:
                path = self._paths[value] = read_path(self._triples, value)
            except NotAPath as error:
                self._problems.append(str(error))
                break
            return PropertyShape(path=path, **characteristics)
        return NodeShape(**characteristics)

    def _targets(self, node: Name) -> Targets:
        classes = self._triples.values(node, sh("targetClass"))
        if not self._metaclasses.isdisjoint(self._triples.values(node, _TYPE)):
            classes = [*classes, node]
        return Targets(
            nodes=frozenset(self._triples.values(node, sh("targetNode"))),
            classes=frozenset(classes),
            subjects_of=frozenset(self._iris(node, "targetSubjectsOf")),
            objects_of=frozenset(self._iris(node, "targetObjectsOf")),
        )

    def _constraints(self, node: Name) -> Constraints:
        def values(*names: str) -> tuple[Term, ...]:
            return tuple(value for name in names for value in self._triples.values(node, sh(name)))

        def listed(name: str) -> tuple[Term, ...]:
            return tuple(member for head in values(name) for member in self._triples.members(head))

        def switch(name: str) -> bool:
            return self._triples.is_true(node, sh(name))

        stated = CONSTRAINING.intersection(self._triples.predicates(node))
        lengths = (self._whole(node, "minLength"), self._whole(node, "maxLength"))
        return Constraints(
            stated=frozenset(one for one in stated if one not in SWITCHES or self._triples.is_true(node, one)),
            classes=values("class"),
            datatypes=self._iris(node, "datatype"),
            node_kinds=self._iris(node, "nodeKind"),
            min_count=self._whole(node, "minCount"),
            max_count=self._whole(node, "maxCount"),
            bounds=values(*_BOUNDS),
            lengths=tuple(length for length in lengths if length is not None),
            patterns=tuple(value.value for value in values("pattern")),
            flags=tuple(value.value for value in values("flags")),
            languages=listed("languageIn"),
            unique_lang=switch("uniqueLang"),
            compared=self._iris(node, *_PAIRS),
            not_=_names(values("not")),
            and_=_names(listed("and")),
            or_=_names(listed("or")),
            xone=_names(listed("xone")),
            nodes=_names(values("node")),
            properties=_names(values("property")),
            qualified=_names(values("qualifiedValueShape")),
            qualified_min_count=self._whole(node, "qualifiedMinCount"),
            qualified_max_count=self._whole(node, "qualifiedMaxCount"),
            qualified_disjoint=switch("qualifiedValueShapesDisjoint"),
            closed=switch("closed"),
            has_values=values("hasValue"),
            listed=listed("in"),
            sparql=tuple(
                SparqlConstraint(select.value, self._prefixes(constraint))
                for constraint in values("sparql")
                for select in self._triples.values(constraint, sh("select"))
            ),
        )

    def _prefixes(self, constraint: Term) -> dict[str, str]:
        """The prefixes that a constraint declares (https://www.w3.org/TR/shacl/#sparql-prefixes)."""
        declared = {}
        for declaring in self._triples.values(constraint, sh("prefixes")):
            for declaration in self._triples.values(declaring, sh("declare")):
                prefix, namespace = (self._triples.values(declaration, sh(name)) for name in ("prefix", "namespace"))
                if prefix and namespace:
                    declared[prefix[0].value] = namespace[0].value
        return declared

    def _iris(self, node: Name, *names: str) -> tuple[IRI, ...]:
        found = (value for name in names for value in self._triples.values(node, sh(name)))
        return tuple(value for value in found if isinstance(value, IRI))

    def _texts(self, node: Name, predicate: IRI) -> Texts:
        return Texts.of_terms(self._triples.values(node, predicate))

    def _whole(self, node: Name, name: str) -> int | None:
        """The whole number of a parameter that may have one value."""
        values = self._triples.values(node, sh(name))
        try:
            numbers = {int(value.value) for value in values}
        except ValueError:
            numbers = set()
        if values and len(numbers) != 1:
            self._problems.append(f"sh:{name} of {node} is not one whole number")
        return numbers.pop() if len(numbers) == 1 else None

    def _order(self, node: Name) -> float | None:
        values = self._triples.values(node, sh("order"))
        return min((float(v.value) for v in values if isinstance(v, Literal) and v.value.isdecimal()), default=None)


def _names(terms: Iterable[Term]) -> tuple[Name, ...]:
    return tuple(term for term in terms if isinstance(term, IRI | BlankNode))
