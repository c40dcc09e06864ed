"""Shapes graphs of SHACL (https://www.w3.org/TR/shacl/), read once for validation, spreadsheets and pages.

Terms of SHACL, texts by language, property paths, node shapes and property shapes with their
constraints as frozen values, and their reader.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Quad, Term
from gcmgraph.translations import Message, preference

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

#: Parameters that only the literal `true` switches on. pySHACL also takes `"1"^^xsd:boolean`, the
#: standard does not.
SWITCHES = frozenset(
    map(sh, ("closed", "deactivated", "qualifiedValueShapesDisjoint", "uniqueLang"))
)

#: Properties of shapes that do not take part in validation
#: (https://www.w3.org/TR/shacl/#nonValidation).
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
        return cls.of(
            (term.language or "", term.value) for term in terms if isinstance(term, Literal)
        )

    @classmethod
    def of_message(cls, message: Message, **values: object) -> Texts:
        """A message in all its languages."""
        return cls.of(message.texts(**values).items())

    @property
    def literals(self) -> tuple[Literal, ...]:
        """The texts as RDF literals."""
        return tuple(
            Literal(text, language=tag) if tag else Literal(text) for tag, text in self.pairs
        )

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
    """The properties of a path of one step: one, or several to choose from.

    None for a path of more steps.
    """
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


def _stated(form: str, *names: str, default: object = ()) -> Any:
    """A field with the values of some parameters, in a form of `_ShapesReader._read`."""
    return field(default=default, metadata={"form": form, "names": names})


@dataclass(frozen=True)
class Constraints:
    """Constraint components by parameter (https://www.w3.org/TR/shacl/#core-components); empty where not stated."""

    #: the constraining parameters that are stated
    stated: frozenset[IRI] = frozenset()
    # value types
    classes: tuple[Term, ...] = _stated("terms", "class")
    datatypes: tuple[IRI, ...] = _stated("iris", "datatype")
    node_kinds: tuple[IRI, ...] = _stated("iris", "nodeKind")
    # cardinality
    min_count: int | None = _stated("number", "minCount", default=None)
    max_count: int | None = _stated("number", "maxCount", default=None)
    bounds: tuple[Term, ...] = _stated(
        "terms", "minExclusive", "minInclusive", "maxExclusive", "maxInclusive"
    )
    lengths: tuple[int, ...] = _stated("numbers", "minLength", "maxLength")
    patterns: tuple[str, ...] = _stated("texts", "pattern")
    flags: tuple[str, ...] = _stated("texts", "flags")
    languages: tuple[Term, ...] = _stated("listed", "languageIn")
    unique_lang: bool = _stated("switch", "uniqueLang", default=False)
    #: properties that values are compared with
    compared: tuple[IRI, ...] = _stated(
        "iris", "equals", "disjoint", "lessThan", "lessThanOrEquals"
    )
    # logic
    not_: tuple[Name, ...] = _stated("names", "not")
    and_: tuple[Name, ...] = _stated("listed names", "and")
    or_: tuple[Name, ...] = _stated("listed names", "or")
    xone: tuple[Name, ...] = _stated("listed names", "xone")
    # shapes
    nodes: tuple[Name, ...] = _stated("names", "node")
    properties: tuple[Name, ...] = _stated("names", "property")
    qualified: tuple[Name, ...] = _stated("names", "qualifiedValueShape")
    qualified_min_count: int | None = _stated("number", "qualifiedMinCount", default=None)
    qualified_max_count: int | None = _stated("number", "qualifiedMaxCount", default=None)
    qualified_disjoint: bool = _stated("switch", "qualifiedValueShapesDisjoint", default=False)
    # others
    closed: bool = _stated("switch", "closed", default=False)
    has_values: tuple[Term, ...] = _stated("terms", "hasValue")
    listed: tuple[Term, ...] = _stated("listed", "in")
    sparql: tuple[SparqlConstraint, ...] = _stated("queries", "sparql")

    @property
    def shapes(self) -> tuple[Name, ...]:
        """The shapes that value nodes are validated against."""
        direct = (*self.nodes, *self.properties, *self.not_, *self.qualified)
        return (*direct, *self.and_, *self.or_, *self.xone)


@dataclass(frozen=True)
class ShapeDefinition:
    """A node shape, or a property shape, which has a path (https://www.w3.org/TR/shacl/#shapes)."""

    name: Name
    path: Path | None = None
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
class PropertyGroup:
    """A group of property shapes for people (https://www.w3.org/TR/shacl/#group)."""

    labels: Texts = Texts()
    order: float | None = None


@dataclass(frozen=True)
class ShapesGraph:
    """All shapes of a shapes graph."""

    shapes: Mapping[Name, ShapeDefinition]
    #: paths by the node that describes them
    paths: Mapping[Term, Path]
    #: subjects of the graph, shapes or not
    subjects: frozenset[Term]
    #: parts that cannot be read, and constraint components of its own
    problems: tuple[str, ...] = ()
    groups: Mapping[IRI, PropertyGroup] = field(default_factory=dict)

    def properties(self, shape: ShapeDefinition) -> tuple[ShapeDefinition, ...]:
        """The property shapes of `sh:property`."""
        found = (self.shapes.get(name) for name in shape.constraints.properties)
        return tuple(one for one in found if one and one.path)


_RDF, _RDFS = PREFIXES["rdf"], PREFIXES["rdfs"]
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


_TYPE = IRI(_RDF + "type")
_LABEL, _COMMENT, _SEE_ALSO, _SUB_CLASS_OF, _CLASS = (
    IRI(_RDFS + name) for name in ("label", "comment", "seeAlso", "subClassOf", "Class")
)
_SHAPES = frozenset(map(sh, ("NodeShape", "PropertyShape")))
_OF_SHAPES = CONSTRAINING.union(
    map(sh, ("path", "targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf"))
)

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
        return Alternative(
            tuple(_path(triples, choice, within) for choice in triples.members(head))
        )
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
        below = {
            s for s in triples if isinstance(s, IRI) and _CLASS in triples.values(s, _SUB_CLASS_OF)
        }
        #: classes whose instances are classes (https://www.w3.org/TR/shacl/#implicit-targetClass)
        self._metaclasses = {_CLASS, IRI(PREFIXES["owl"] + "Class"), *below}

    def graph(self) -> ShapesGraph:
        for node in self._triples:
            if sh("ConstraintComponent") in self._triples.values(node, _TYPE):
                self._problems.append(f"{node} is a constraint component of its own")
        shapes = {node: self._shape(node) for node in _names(self._triples) if self._is_shape(node)}
        grouping = (
            node
            for node in _iris(self._triples)
            if sh("PropertyGroup") in self._triples.values(node, _TYPE)
        )
        groups = {node: self._group(node) for node in grouping}
        return ShapesGraph(
            shapes, self._paths, frozenset(self._triples), tuple(self._problems), groups
        )

    def _group(self, node: IRI) -> PropertyGroup:
        labels = Texts.of_terms(self._triples.values(node, _LABEL))
        return PropertyGroup(labels, _least(self._triples.values(node, sh("order"))))

    def _is_shape(self, node: Name) -> bool:
        """Whether a node has a type, a target or a parameter of shapes (https://www.w3.org/TR/shacl/#shapes)."""
        types = self._triples.values(node, _TYPE)
        return not _SHAPES.isdisjoint(types) or not _OF_SHAPES.isdisjoint(self._triples.about(node))

    def _shape(self, node: Name) -> ShapeDefinition:
        about = self._triples.about(node)
        stated = {
            iri.value.removeprefix(SH): values
            for iri, values in about.items()
            if iri.value.startswith(SH)
        }
        return ShapeDefinition(
            name=node,
            path=self._path(stated),
            targets=self._targets(node, stated),
            deactivated=TRUE in stated.get("deactivated", ()),
            severity=next(iter(_iris(stated.get("severity", ()))), VIOLATION),
            constraints=self._constraints(node, stated),
            messages=Texts.of_terms(stated.get("message", ())),
            names=Texts.of_terms(stated.get("name", ())),
            descriptions=Texts.of_terms(stated.get("description", ())),
            labels=Texts.of_terms(about.get(_LABEL, ())),
            comments=Texts.of_terms(about.get(_COMMENT, ())),
            see_also=_iris(about.get(_SEE_ALSO, ())),
            order=_least(stated.get("order", ())),
            group=next(iter(_iris(stated.get("group", ()))), None),
        )

    def _path(self, stated: Stated) -> Path | None:
        for value in stated.get("path", ())[:1]:
            try:
                self._paths[value] = read_path(self._triples, value)
                return self._paths[value]
            except NotAPath as error:
                self._problems.append(str(error))
        return None

    def _targets(self, node: Name, stated: Stated) -> Targets:
        is_class = not self._metaclasses.isdisjoint(self._triples.values(node, _TYPE))
        return Targets(
            nodes=frozenset(stated.get("targetNode", ())),
            classes=frozenset((*stated.get("targetClass", ()), *((node,) if is_class else ()))),
            subjects_of=frozenset(_iris(stated.get("targetSubjectsOf", ()))),
            objects_of=frozenset(_iris(stated.get("targetObjectsOf", ()))),
        )

    def _constraints(self, node: Name, stated: Stated) -> Constraints:
        constraining = (name for name in stated if sh(name) in CONSTRAINING)
        values = {
            one.name: self._read(
                one.metadata["form"],
                node,
                {name: stated.get(name, []) for name in one.metadata["names"]},
            )
            for one in fields(Constraints)
            if one.metadata
        }
        return Constraints(
            frozenset(
                sh(name)
                for name in constraining
                if sh(name) not in SWITCHES or TRUE in stated[name]
            ),
            **values,
        )

    def _read(self, form: str, node: Name, stated: Stated) -> Any:
        """The values of some parameters in a form."""
        terms = [term for values in stated.values() for term in values]
        if form.startswith("listed"):
            terms = [member for head in terms for member in self._triples.members(head)]
        match form:
            case "switch":
                return TRUE in terms
            case "number" | "numbers":
                numbers = [self._whole(node, name, values) for name, values in stated.items()]
                return (
                    numbers[0]
                    if form == "number"
                    else tuple(number for number in numbers if number is not None)
                )
            case "texts":
                return tuple(term.value for term in terms)
            case "iris":
                return _iris(terms)
            case "names" | "listed names":
                return _names(terms)
            case "queries":
                return tuple(
                    SparqlConstraint(select.value, self._prefixes(constraint))
                    for constraint in terms
                    for select in self._triples.values(constraint, sh("select"))
                )
        return tuple(terms)

    def _prefixes(self, constraint: Term) -> dict[str, str]:
        """The prefixes that a constraint declares (https://www.w3.org/TR/shacl/#sparql-prefixes)."""
        declared = {}
        for declaring in self._triples.values(constraint, sh("prefixes")):
            for declaration in self._triples.values(declaring, sh("declare")):
                prefix, namespace = (
                    self._triples.values(declaration, sh(name)) for name in ("prefix", "namespace")
                )
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
