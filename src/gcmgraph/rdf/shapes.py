"""Definitions of shapes of SHACL (https://www.w3.org/TR/shacl/): node shapes, property shapes and their constraints.

They are frozen values, read once by `shapes_reader` for validation, spreadsheets and pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.property_paths import Path
from gcmgraph.rdf.terms import IRI, BlankNode, Term

SH = PREFIXES["sh"]

#: Names of shapes.
Name = IRI | BlankNode


@cache
def sh(name: str) -> IRI:
    """The term of SHACL with this local name."""
    return IRI(SH + name)


VIOLATION = sh("Violation")
WARNING = sh("Warning")

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
    #: of `sh:minExclusive`, `sh:minInclusive`, `sh:maxExclusive` and `sh:maxInclusive`
    bounds: tuple[Term, ...] = ()
    #: of `sh:minLength` and `sh:maxLength`
    lengths: tuple[int, ...] = ()
    patterns: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    languages: tuple[Term, ...] = ()
    unique_lang: bool = False
    #: properties that values are compared with
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
    #: members of the list of `sh:in`
    listed: tuple[Term, ...] = ()
    sparql: tuple[SparqlConstraint, ...] = ()

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
        shapes = (self.shapes.get(name) for name in shape.constraints.properties)
        return tuple(
            property_shape for property_shape in shapes if property_shape and property_shape.path
        )
