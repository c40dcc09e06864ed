"""Reader of shapes graphs of SHACL (https://www.w3.org/TR/shacl/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.property_paths import (
    OPERATORS,
    Alternative,
    Modified,
    Path,
    Predicate,
    Sequence,
)
from gcmgraph.rdf.shapes import (
    CONSTRAINING,
    SH,
    SWITCHES,
    VIOLATION,
    Constraints,
    Name,
    PropertyGroup,
    ShapeDefinition,
    ShapesGraph,
    SparqlConstraint,
    Targets,
    sh,
)
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Quad, Term

TRUE = Literal("true", datatype=IRI(PREFIXES["xsd"] + "boolean"))

_FIRST = IRI(PREFIXES["rdf"] + "first")
_REST = IRI(PREFIXES["rdf"] + "rest")
_NIL = IRI(PREFIXES["rdf"] + "nil")
_TYPE = IRI(PREFIXES["rdf"] + "type")
_LABEL = IRI(PREFIXES["rdfs"] + "label")
_COMMENT = IRI(PREFIXES["rdfs"] + "comment")
_SEE_ALSO = IRI(PREFIXES["rdfs"] + "seeAlso")
_SUB_CLASS_OF = IRI(PREFIXES["rdfs"] + "subClassOf")
_CLASS = IRI(PREFIXES["rdfs"] + "Class")

_CLASSES_OF_SHAPES = frozenset(map(sh, ("NodeShape", "PropertyShape")))
#: Properties that only shapes have.
_PROPERTIES_OF_SHAPES = CONSTRAINING.union(
    map(sh, ("path", "targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf"))
)


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
            heads = self.values(head, _REST)
            head = heads[0] if heads else _NIL
        return members


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
    steps = triples.members(node)
    if steps:
        return Sequence(tuple(_path(triples, step, within) for step in steps))
    for head in triples.values(node, sh("alternativePath")):
        choices = triples.members(head)
        return Alternative(tuple(_path(triples, choice, within) for choice in choices))
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
        #: classes whose instances are classes (https://www.w3.org/TR/shacl/#implicit-targetClass)
        self._metaclasses = {_CLASS, IRI(PREFIXES["owl"] + "Class")}
        for node in triples:
            if isinstance(node, IRI) and _CLASS in triples.values(node, _SUB_CLASS_OF):
                self._metaclasses.add(node)

    def graph(self) -> ShapesGraph:
        for node in self._triples:
            if sh("ConstraintComponent") in self._triples.values(node, _TYPE):
                self._problems.append(f"{node} is a constraint component of its own")
        shapes = {node: self._shape(node) for node in _names(self._triples) if self._is_shape(node)}
        groups = {node: self._group(node) for node in _iris(self._triples) if self._is_group(node)}
        return ShapesGraph(
            shapes, self._paths, frozenset(self._triples), tuple(self._problems), groups
        )

    def _is_group(self, node: IRI) -> bool:
        return sh("PropertyGroup") in self._triples.values(node, _TYPE)

    def _group(self, node: IRI) -> PropertyGroup:
        labels = Texts.of_terms(self._triples.values(node, _LABEL))
        return PropertyGroup(labels, _lowest(self._triples.values(node, sh("order"))))

    def _is_shape(self, node: Name) -> bool:
        """Whether a node has a type, a target or a parameter of shapes (https://www.w3.org/TR/shacl/#shapes)."""
        classes = self._triples.values(node, _TYPE)
        properties = self._triples.about(node)
        return not (
            _CLASSES_OF_SHAPES.isdisjoint(classes) and _PROPERTIES_OF_SHAPES.isdisjoint(properties)
        )

    def _shape(self, node: Name) -> ShapeDefinition:
        about = self._triples.about(node)
        values = {
            iri.value.removeprefix(SH): terms
            for iri, terms in about.items()
            if iri.value.startswith(SH)
        }
        parameters = _Parameters(node, values, self._triples, self._problems)
        return ShapeDefinition(
            name=node,
            path=self._path(parameters),
            targets=self._targets(parameters),
            deactivated=parameters.switch("deactivated"),
            severity=next(iter(parameters.iris("severity")), VIOLATION),
            constraints=_constraints(parameters),
            messages=Texts.of_terms(parameters.terms("message")),
            names=Texts.of_terms(parameters.terms("name")),
            descriptions=Texts.of_terms(parameters.terms("description")),
            labels=Texts.of_terms(about.get(_LABEL, ())),
            comments=Texts.of_terms(about.get(_COMMENT, ())),
            see_also=_iris(about.get(_SEE_ALSO, ())),
            order=_lowest(parameters.terms("order")),
            group=next(iter(parameters.iris("group")), None),
        )

    def _path(self, parameters: _Parameters) -> Path | None:
        for node in parameters.terms("path")[:1]:
            try:
                self._paths[node] = read_path(self._triples, node)
                return self._paths[node]
            except NotAPath as error:
                self._problems.append(str(error))
        return None

    def _targets(self, parameters: _Parameters) -> Targets:
        shape = parameters.shape
        is_class = not self._metaclasses.isdisjoint(self._triples.values(shape, _TYPE))
        implicit_classes = (shape,) if is_class else ()
        return Targets(
            nodes=frozenset(parameters.terms("targetNode")),
            classes=frozenset((*parameters.terms("targetClass"), *implicit_classes)),
            subjects_of=frozenset(parameters.iris("targetSubjectsOf")),
            objects_of=frozenset(parameters.iris("targetObjectsOf")),
        )


@dataclass(frozen=True)
class _Parameters:
    """The SHACL properties of a shape, by local name."""

    shape: Name
    values: Mapping[str, list[Term]]
    triples: ShapeTriples
    #: problems of the shapes graph, to which those of this shape are added
    problems: list[str]

    def terms(self, *names: str) -> tuple[Term, ...]:
        """The values of some parameters."""
        return tuple(chain.from_iterable(self.values.get(name, ()) for name in names))

    def iris(self, *names: str) -> tuple[IRI, ...]:
        return _iris(self.terms(*names))

    def shapes(self, name: str) -> tuple[Name, ...]:
        return _names(self.terms(name))

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(term.value for term in self.terms(name))

    def members(self, name: str) -> tuple[Term, ...]:
        """The members of the lists that are the values of a parameter."""
        return tuple(chain.from_iterable(map(self.triples.members, self.terms(name))))

    def switch(self, name: str) -> bool:
        return TRUE in self.terms(name)

    def number(self, name: str) -> int | None:
        """The whole number of a parameter that may have one value."""
        values = self.terms(name)
        try:
            numbers = {int(value.value) for value in values}
        except ValueError:
            numbers = set()
        if values and len(numbers) != 1:
            self.problems.append(f"sh:{name} of {self.shape} is not one whole number")
        return numbers.pop() if len(numbers) == 1 else None

    def numbers(self, *names: str) -> tuple[int, ...]:
        numbers = [self.number(name) for name in names]
        return tuple(number for number in numbers if number is not None)

    def queries(self, name: str) -> tuple[SparqlConstraint, ...]:
        constraints = []
        for node in self.terms(name):
            for select in self.triples.values(node, sh("select")):
                constraints.append(SparqlConstraint(select.value, self._prefixes(node)))
        return tuple(constraints)

    def _prefixes(self, constraint: Term) -> dict[str, str]:
        """The prefixes that a constraint declares (https://www.w3.org/TR/shacl/#sparql-prefixes)."""
        namespaces_by_prefix = {}
        for ontology in self.triples.values(constraint, sh("prefixes")):
            for declaration in self.triples.values(ontology, sh("declare")):
                prefixes = self.triples.values(declaration, sh("prefix"))
                namespaces = self.triples.values(declaration, sh("namespace"))
                if prefixes and namespaces:
                    namespaces_by_prefix[prefixes[0].value] = namespaces[0].value
        return namespaces_by_prefix


def _constraints(parameters: _Parameters) -> Constraints:
    """The constraints of a shape (https://www.w3.org/TR/shacl/#core-components)."""
    return Constraints(
        stated=_stated_parameters(parameters),
        classes=parameters.terms("class"),
        datatypes=parameters.iris("datatype"),
        node_kinds=parameters.iris("nodeKind"),
        min_count=parameters.number("minCount"),
        max_count=parameters.number("maxCount"),
        bounds=parameters.terms("minExclusive", "minInclusive", "maxExclusive", "maxInclusive"),
        lengths=parameters.numbers("minLength", "maxLength"),
        patterns=parameters.texts("pattern"),
        flags=parameters.texts("flags"),
        languages=parameters.members("languageIn"),
        unique_lang=parameters.switch("uniqueLang"),
        compared=parameters.iris("equals", "disjoint", "lessThan", "lessThanOrEquals"),
        not_=parameters.shapes("not"),
        and_=_names(parameters.members("and")),
        or_=_names(parameters.members("or")),
        xone=_names(parameters.members("xone")),
        nodes=parameters.shapes("node"),
        properties=parameters.shapes("property"),
        qualified=parameters.shapes("qualifiedValueShape"),
        qualified_min_count=parameters.number("qualifiedMinCount"),
        qualified_max_count=parameters.number("qualifiedMaxCount"),
        qualified_disjoint=parameters.switch("qualifiedValueShapesDisjoint"),
        closed=parameters.switch("closed"),
        has_values=parameters.terms("hasValue"),
        listed=parameters.members("in"),
        sparql=parameters.queries("sparql"),
    )


def _stated_parameters(parameters: _Parameters) -> frozenset[IRI]:
    """The constraining parameters of a shape."""
    stated = set()
    for name in parameters.values:
        parameter = sh(name)
        is_off = parameter in SWITCHES and not parameters.switch(name)
        if parameter in CONSTRAINING and not is_off:
            stated.add(parameter)
    return frozenset(stated)


def _iris(terms: Iterable[Term]) -> tuple[IRI, ...]:
    return tuple(term for term in terms if isinstance(term, IRI))


def _names(terms: Iterable[Term]) -> tuple[Name, ...]:
    return tuple(term for term in terms if isinstance(term, IRI | BlankNode))


def _lowest(terms: Iterable[Term]) -> float | None:
    """The lowest of whole numbers; None if there are none."""
    return min((float(term.value) for term in terms if term.value.isdecimal()), default=None)
