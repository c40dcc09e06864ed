"""Node shapes and property shapes with their constraints, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gcmgraph.model.terms import IRI, BlankNode, Term
from gcmgraph.shapes.paths import Path
from gcmgraph.shapes.texts import Texts
from gcmgraph.shapes.vocabulary import VIOLATION

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
