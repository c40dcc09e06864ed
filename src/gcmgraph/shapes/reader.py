"""From quads to definitions and paths of a shapes graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from gcmgraph.model.terms import IRI, BlankNode, Quad, Term
from gcmgraph.namespaces import PREFIXES
from gcmgraph.shapes.definitions import (
    Constraints,
    Name,
    NodeShape,
    PropertyGroup,
    PropertyShape,
    ShapesGraph,
    SparqlConstraint,
    Targets,
)
from gcmgraph.shapes.paths import OPERATORS, Alternative, Modified, Path, Predicate, Sequence
from gcmgraph.shapes.texts import Texts
from gcmgraph.shapes.triples import TRUE, ShapeTriples
from gcmgraph.shapes.vocabulary import CONSTRAINING, SH, SWITCHES, VIOLATION, sh

_RDF, _RDFS = PREFIXES["rdf"], PREFIXES["rdfs"]
_TYPE = IRI(_RDF + "type")
_LABEL, _COMMENT, _SEE_ALSO, _SUB_CLASS_OF, _CLASS = (
    IRI(_RDFS + name) for name in ("label", "comment", "seeAlso", "subClassOf", "Class")
)
_SHAPES = frozenset(map(sh, ("NodeShape", "PropertyShape")))
_OF_SHAPES = CONSTRAINING.union(map(sh, ("path", "targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")))

_BOUNDS = ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive")
_LENGTHS = ("minLength", "maxLength")
_PAIRS = ("equals", "disjoint", "lessThan", "lessThanOrEquals")

#: SHACL properties of a node, by local name.
Stated = Mapping[str, list[Term]]


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
        groups = {node: self._group(node) for node in _iris(self._triples) if self._is_group(node)}
        return ShapesGraph(shapes, self._paths, frozenset(self._triples), tuple(self._problems), groups)

    def _is_group(self, node: IRI) -> bool:
        return sh("PropertyGroup") in self._triples.values(node, _TYPE)

    def _group(self, node: IRI) -> PropertyGroup:
        labels = Texts.of_terms(self._triples.values(node, _LABEL))
        return PropertyGroup(labels, _least(self._triples.values(node, sh("order"))))

    def _is_shape(self, node: Name) -> bool:
        """Whether a node has a type, a target or a parameter of shapes (https://www.w3.org/TR/shacl/#shapes)."""
        types = self._triples.values(node, _TYPE)
        return not _SHAPES.isdisjoint(types) or not _OF_SHAPES.isdisjoint(self._triples.about(node))

    def _shape(self, node: Name) -> NodeShape | PropertyShape:
        about = self._triples.about(node)
        stated = {iri.value.removeprefix(SH): values for iri, values in about.items() if iri.value.startswith(SH)}
        severities = _iris(stated.get("severity", ()))
        characteristics: dict[str, Any] = {
            "name": node,
            "targets": self._targets(node, stated),
            "deactivated": TRUE in stated.get("deactivated", ()),
            "severity": severities[0] if severities else VIOLATION,
            "constraints": self._constraints(node, stated),
            "messages": Texts.of_terms(stated.get("message", ())),
            "names": Texts.of_terms(stated.get("name", ())),
            "descriptions": Texts.of_terms(stated.get("description", ())),
            "labels": Texts.of_terms(about.get(_LABEL, ())),
            "comments": Texts.of_terms(about.get(_COMMENT, ())),
            "see_also": _iris(about.get(_SEE_ALSO, ())),
            "order": _least(stated.get("order", ())),
            "group": next(iter(_iris(stated.get("group", ()))), None),
        }
        for value in stated.get("path", ())[:1]:
            try:
                path = self._paths[value] = read_path(self._triples, value)
                return PropertyShape(path=path, **characteristics)
            except NotAPath as error:
                self._problems.append(str(error))
        return NodeShape(**characteristics)

    def _targets(self, node: Name, stated: Stated) -> Targets:
        is_class = not self._metaclasses.isdisjoint(self._triples.values(node, _TYPE))
        return Targets(
            nodes=frozenset(stated.get("targetNode", ())),
            classes=frozenset((*stated.get("targetClass", ()), *((node,) if is_class else ()))),
            subjects_of=frozenset(_iris(stated.get("targetSubjectsOf", ()))),
            objects_of=frozenset(_iris(stated.get("targetObjectsOf", ()))),
        )

    def _constraints(self, node: Name, stated: Stated) -> Constraints:
        def values(*names: str) -> tuple[Term, ...]:
            return tuple(value for name in names for value in stated.get(name, ()))

        def listed(name: str) -> tuple[Term, ...]:
            return tuple(member for head in stated.get(name, ()) for member in self._triples.members(head))

        def switch(name: str) -> bool:
            return TRUE in stated.get(name, ())

        def whole(name: str) -> int | None:
            return self._whole(node, name, stated.get(name, ()))

        constraining = (name for name in stated if sh(name) in CONSTRAINING)
        return Constraints(
            stated=frozenset(sh(name) for name in constraining if sh(name) not in SWITCHES or switch(name)),
            classes=values("class"),
            datatypes=_iris(values("datatype")),
            node_kinds=_iris(values("nodeKind")),
            min_count=whole("minCount"),
            max_count=whole("maxCount"),
            bounds=values(*_BOUNDS),
            lengths=tuple(length for name in _LENGTHS if (length := whole(name)) is not None),
            patterns=tuple(value.value for value in values("pattern")),
            flags=tuple(value.value for value in values("flags")),
            languages=listed("languageIn"),
            unique_lang=switch("uniqueLang"),
            compared=_iris(values(*_PAIRS)),
            not_=_names(values("not")),
            and_=_names(listed("and")),
            or_=_names(listed("or")),
            xone=_names(listed("xone")),
            nodes=_names(values("node")),
            properties=_names(values("property")),
            qualified=_names(values("qualifiedValueShape")),
            qualified_min_count=whole("qualifiedMinCount"),
            qualified_max_count=whole("qualifiedMaxCount"),
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

    def _whole(self, node: Name, name: str, values: Collection[Term]) -> int | None:
        """The whole number of a parameter that may have one value."""
        try:
            numbers = {int(value.value) for value in values}
        except ValueError:
            numbers = set()
        if values and len(numbers) != 1:
            self._problems.append(f"sh:{name} of {node} is not one whole number")
        return numbers.pop() if len(numbers) == 1 else None


def _iris(terms: Iterable[Term]) -> tuple[IRI, ...]:
    return tuple(term for term in terms if isinstance(term, IRI))


def _least(terms: Iterable[Term]) -> float | None:
    """The least of whole numbers; None if there are none."""
    return min((float(term.value) for term in terms if term.value.isdecimal()), default=None)


def _names(terms: Iterable[Term]) -> tuple[Name, ...]:
    return tuple(term for term in terms if isinstance(term, IRI | BlankNode))
