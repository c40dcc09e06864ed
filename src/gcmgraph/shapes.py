"""Shapes graphs of SHACL (https://www.w3.org/TR/shacl/), read once for validation, spreadsheets and pages.

Terms of SHACL, texts by language, property paths, node shapes and property shapes with their constraints as frozen
values, and their reader.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from gcmgraph.model.terms import IRI, BlankNode, Literal, Quad, Term
from gcmgraph.namespaces import PREFIXES
from gcmgraph.translations import preference
from gcmgraph.translations.messages import Message

SH = PREFIXES["sh"]


@cache
def sh(name: str) -> IRI:
    """The term of SHACL with this local name."""
    return IRI(SH + name)


VIOLATION, WARNING = sh("Violation"), sh("Warning")

#: Parameters that constrain (https://www.w3.org/TR/shacl/#core-components, #sparql-constraints).
CONSTRAINING = frozenset(
    sh(name)
    for name in (
        "class datatype nodeKind minCount maxCount minExclusive minInclusive maxExclusive maxInclusive minLength"
        " maxLength pattern languageIn uniqueLang equals disjoint lessThan lessThanOrEquals not and or xone node"
        " property qualifiedValueShape closed hasValue in sparql"
    ).split()
)

#: Parameters that only the literal `true` switches on. pySHACL also takes `"1"^^xsd:boolean`, the standard does not.
SWITCHES = frozenset(map(sh, ("closed", "deactivated", "qualifiedValueShapesDisjoint", "uniqueLang")))

#: Properties of shapes that do not take part in validation (https://www.w3.org/TR/shacl/#nonValidation).
DESCRIPTIVE = frozenset(
    [
        *map(sh, ("description", "group", "name", "order")),
        *(IRI(PREFIXES["rdfs"] + name) for name in ("comment", "label", "seeAlso")),
    ]
)


@dataclass(frozen=True)
class Texts:
    """One text in several languages: sorted pairs of language tag (empty for none) and text."""

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Texts:
        """Texts from pairs of language tag and text in any order."""
        return cls(tuple(sorted(set(pairs))))

    @classmethod
    def of_terms(cls, terms: Iterable[Term]) -> Texts:
        """The literals among some terms."""
        return cls.of((term.language or "", term.value) for term in terms if isinstance(term, Literal))

    @classmethod
    def of_message(cls, message: Message, **values: object) -> Texts:
        """A message in all its languages."""
        return cls.of(message.texts(**values).items())

    def best(self, language: str) -> str | None:
        """The text in a language or the next best by `preference`; None if there is none."""
        return self._best(language)[1]

    def tag(self, language: str) -> str | None:
        """The language tag of that text; None if there is none."""
        return self._best(language)[0] or None

    def _best(self, language: str) -> tuple[str, str | None]:
        rank = preference(language)
        return min(self.pairs, key=lambda pair: (rank(pair[0]), pair[1]), default=("", None))


@dataclass(frozen=True)
class Predicate:
    """One step along a property."""

    iri: IRI


@dataclass(frozen=True)
class Sequence:
    """One path after another."""

    steps: tuple[Path, ...]


@dataclass(frozen=True)
class Alternative:
    """A choice of paths."""

    choices: tuple[Path, ...]


@dataclass(frozen=True)
class Modified:
    """A path with an operator of `OPERATORS`, named by its SHACL property (`inversePath`, …)."""

    operator: str
    path: Path


Path = Predicate | Sequence | Alternative | Modified

#: Operators by SHACL property: what SPARQL writes before and after the path.
OPERATORS = {
    "inversePath": ("^", ""),
    "zeroOrMorePath": ("", "*"),
    "oneOrMorePath": ("", "+"),
    "zeroOrOnePath": ("", "?"),
}


def path_text(path: Path, name: Callable[[IRI], str] = str) -> str:
    """The path in SPARQL's syntax (https://www.w3.org/TR/sparql11-query/#propertypaths)."""
    match path:
        case Predicate(iri):
            return name(iri)
        case Sequence(steps):
            return "/".join(_part(step, name) for step in steps)
        case Alternative(choices):
            return "|".join(_part(choice, name) for choice in choices)
        case Modified(operator, inner):
            before, after = OPERATORS[operator]
            return f"{before}{_part(inner, name)}{after}"


def _part(path: Path, name: Callable[[IRI], str]) -> str:
    text = path_text(path, name)
    return text if isinstance(path, Predicate) else f"({text})"


def predicates(path: Path) -> tuple[IRI, ...]:
    """The properties in a path, in order."""
    match path:
        case Predicate(iri):
            return (iri,)
        case Sequence(parts) | Alternative(parts):
            return tuple(iri for part in parts for iri in predicates(part))
        case Modified(_, inner):
            return predicates(inner)


def choices(path: Path | None) -> tuple[IRI, ...] | None:
    """The properties of a path of one step: one, or several to choose from. None for a path of more steps."""
    match path:
        case Predicate(iri):
            return (iri,)
        case Alternative(paths):
            found = [choices(one) for one in paths]
            return None if None in found else tuple(iri for some in found if some for iri in some)
    return None


def join(first: Path | None, second: Path) -> Path:
    """One path after another; None is the path without steps."""
    return second if first is None else Sequence((first, second))


#: Names of shapes.
Name = IRI | BlankNode


@dataclass(frozen=True)
class Targets:
    """Targets of a shape (https://www.w3.org/TR/shacl/#targets)."""

    nodes: frozenset[Term] = frozenset()
    #: of `sh:targetClass`, and the shape itself where it is a class
    classes: frozenset[Term] = frozenset()
    subjects_of: frozenset[IRI] = frozenset()
    objects_of: frozenset[IRI] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.classes or self.subjects_of or self.objects_of)


@dataclass(frozen=True)
class SparqlConstraint:
    """A constraint written in SPARQL (https://www.w3.org/TR/shacl/#sparql-constraints)."""

    select: str
    #: namespaces by prefix, as declared for the constraint
    prefixes: Mapping[str, str]


@dataclass(frozen=True)
class Constraints:
    """Constraint components by parameter (https://www.w3.org/TR/shacl/#core-components); empty where not stated."""

    #: the constraining parameters that are stated
    stated: frozenset[IRI] = frozenset()
    # value types
    classes: tuple[Term, ...] = ()
    datatypes: tuple[IRI, ...] = ()
    node_kinds: tuple[IRI, ...] = ()
    # cardinality
    min_count: int | None = None
    max_count: int | None = None
    #: values of `sh:minExclusive`, `sh:minInclusive`, `sh:maxExclusive` and `sh:maxInclusive`
    bounds: tuple[Term, ...] = ()
    #: values of `sh:minLength` and `sh:maxLength`
    lengths: tuple[int, ...] = ()
    patterns: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    #: the list of `sh:languageIn`
    languages: tuple[Term, ...] = ()
    unique_lang: bool = False
    #: properties of `sh:equals`, `sh:disjoint`, `sh:lessThan` and `sh:lessThanOrEquals`
    compared: tuple[IRI, ...] = ()
    # logic
    not_: tuple[Name, ...] = ()
    and_: tuple[Name, ...] = ()
    or_: tuple[Name, ...] = ()
    xone: tuple[Name, ...] = ()
    # shapes
    nodes: tuple[Name, ...] = ()
    properties: tuple[Name, ...] = ()
    qualified: tuple[Name, ...] = ()
    qualified_min_count: int | None = None
    qualified_max_count: int | None = None
    qualified_disjoint: bool = False
    # others
    closed: bool = False
    has_values: tuple[Term, ...] = ()
    #: the list of `sh:in`
    listed: tuple[Term, ...] = ()
    sparql: tuple[SparqlConstraint, ...] = ()

    @property
    def shapes(self) -> tuple[Name, ...]:
        """The shapes that value nodes are validated against."""
        direct = (*self.nodes, *self.properties, *self.not_, *self.qualified)
        return (*direct, *self.and_, *self.or_, *self.xone)


@dataclass(frozen=True)
class ShapeDefinition:
    """Characteristics of node shapes and property shapes."""

    name: Name
    targets: Targets = Targets()
    deactivated: bool = False
    severity: IRI = VIOLATION
    constraints: Constraints = Constraints()
    #: `sh:message`, `sh:name` and `sh:description`
    messages: Texts = Texts()
    names: Texts = Texts()
    descriptions: Texts = Texts()
    #: `rdfs:label` and `rdfs:comment`
    labels: Texts = Texts()
    comments: Texts = Texts()
    see_also: tuple[IRI, ...] = ()
    #: `sh:order` and `sh:group`
    order: float | None = None
    group: IRI | None = None


@dataclass(frozen=True)
class NodeShape(ShapeDefinition):
    """A shape of focus nodes themselves (https://www.w3.org/TR/shacl/#node-shapes)."""


@dataclass(frozen=True, kw_only=True)
class PropertyShape(ShapeDefinition):
    """A shape of the values of a path (https://www.w3.org/TR/shacl/#property-shapes)."""

    path: Path


@dataclass(frozen=True)
class PropertyGroup:
    """A group of property shapes for people (https://www.w3.org/TR/shacl/#group)."""

    labels: Texts = Texts()
    order: float | None = None


@dataclass(frozen=True)
class ShapesGraph:
    """All shapes of a shapes graph."""

    shapes: Mapping[Name, NodeShape | PropertyShape]
    #: paths by the node that describes them
    paths: Mapping[Term, Path]
    #: subjects of the graph, shapes or not
    subjects: frozenset[Term]
    #: parts that cannot be read, and constraint components of its own
    problems: tuple[str, ...] = ()
    groups: Mapping[IRI, PropertyGroup] = field(default_factory=dict)

    def properties(self, shape: ShapeDefinition) -> tuple[PropertyShape, ...]:
        """The property shapes of `sh:property`."""
        found = (self.shapes.get(name) for name in shape.constraints.properties)
        return tuple(one for one in found if isinstance(one, PropertyShape))


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
