"""Rules that data are validated against, and the triples on which the result of a shape depends.

Rules are shapes and the terms of the ontology. Dependencies are derived from the shapes graph.
Evaluation of a shape reads triples along paths from its focus node, and evaluates other shapes at
its value nodes. From the paths follows which triples a verdict depends on, and which focus nodes a
triple can affect.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from typing import TYPE_CHECKING

from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.shapes import (
    Modified,
    Name,
    Path,
    Predicate,
    Sequence,
    ShapeDefinition,
    ShapesGraph,
    Texts,
    join,
    predicates,
    read_shapes,
)
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term, rebase_quad
from gcmgraph.repository.layout import Repository
from gcmgraph.validation.graphs import Fact, Graph, GraphView, PathStep, ends, path_steps
from gcmgraph.validation.report import Result

if TYPE_CHECKING:
    from gcmgraph.validation.pyshacl_validator import ConstraintQuery, PyshaclValidator

TYPE = IRI(PREFIXES["rdf"] + "type")
SUB_CLASS_OF = IRI(PREFIXES["rdfs"] + "subClassOf")

#: The hint for a shape that is not supported.
UNSUPPORTED = (
    "Write the shape with the constraints that others in shapes/ use (docs/validation.md)."
)

#: From a node to its classes and all their superclasses.
CLASSES = Sequence((Predicate(TYPE), Modified("zeroOrMorePath", Predicate(SUB_CLASS_OF))))


@dataclass(frozen=True, kw_only=True)
class ShapeDependencies(ShapeDefinition):
    """A shape, and what it reads beside the values along its path.

    The value node of a node shape, which has no path, is the focus node.
    """

    #: further paths from the focus node: of property pairs and of SPARQL constraints
    along: tuple[Path, ...]
    #: SPARQL constraints, if all of them can be evaluated for many nodes at once
    queries: tuple[ConstraintQuery, ...]
    #: shapes that are evaluated at the value nodes
    nested: tuple[Name, ...]


@dataclass(frozen=True)
class PropertyRead:
    """One step at which a shape reads a property.

    With `classes`, only values at or below one of them matter.
    """

    shape: ShapeDependencies
    step: PathStep
    classes: frozenset[Term] | None = None
    #: whether it is read to find the targets of the shape
    of_target: bool = False


@dataclass(frozen=True)
class Dependencies:
    """Dependencies of all shapes by name."""

    shapes: Mapping[Name, ShapeDependencies]

    @cached_property
    def parents(self) -> Mapping[Name, tuple[ShapeDependencies, ...]]:
        """The shapes that evaluate a shape at their value nodes."""
        parents: dict[Name, list[ShapeDependencies]] = {}
        for shape in self.shapes.values():
            for name in shape.nested:
                parents.setdefault(name, []).append(shape)
        return {name: tuple(found) for name, found in parents.items()}

    @cached_property
    def targeted(self) -> tuple[ShapeDependencies, ...]:
        """The shapes with targets."""
        return tuple(shape for shape in self.shapes.values() if shape.targets)

    @cached_property
    def by_property(self) -> Mapping[IRI, tuple[PropertyRead, ...]]:
        """Every step at which a property is read."""
        found: dict[IRI, list[PropertyRead]] = {}
        for shape in self.shapes.values():
            for read in _reads(shape):
                found.setdefault(read.step.predicate, []).append(read)
        return {iri: tuple(reads) for iri, reads in found.items()}

    def within(self, name: Name) -> set[Name]:
        """A shape and all shapes that it evaluates, directly or not."""
        found: set[Name] = set()
        waiting = [name]
        while waiting:
            if (name := waiting.pop()) not in found and name in self.shapes:
                found.add(name)
                waiting += self.shapes[name].nested
        return found

    def properties(self, name: Name) -> frozenset[IRI]:
        """The properties that a shape and all shapes within it read."""
        shapes = [self.shapes[inner] for inner in self.within(name)]
        paths = [path for shape in shapes for path in (shape.path, *shape.along) if path]
        types = {TYPE} if any(shape.constraints.classes for shape in shapes) else set()
        return frozenset(types.union(iri for path in paths for iri in predicates(path)))


def _reads(shape: ShapeDependencies) -> Iterator[PropertyRead]:
    for path in (*((shape.path,) if shape.path else ()), *shape.along):
        yield from (PropertyRead(shape, step) for step in path_steps(path))
    if classes := frozenset(shape.constraints.classes):
        yield from (
            PropertyRead(shape, step, classes) for step in path_steps(join(shape.path, CLASSES))
        )
    targets = shape.targets
    if targets.classes:
        yield from (
            PropertyRead(shape, step, targets.classes, of_target=True)
            for step in path_steps(CLASSES)
        )


def derive(graph: ShapesGraph) -> Dependencies:
    """The dependencies of the shapes of a graph that are not deactivated.

    Raises `DataError` for a shape whose dependencies cannot be derived.
    """
    for problem in graph.problems:
        raise DataError(f"The shapes cannot be used: {problem}.", hint=UNSUPPORTED)
    active = (shape for shape in graph.shapes.values() if not shape.deactivated)
    return Dependencies({shape.name: _of_shape(shape) for shape in active})


def _of_shape(shape: ShapeDefinition) -> ShapeDependencies:
    for name, used in _unsupported(shape):
        if used:
            raise unsupported(shape.name, f"uses sh:{name}")
    queries = tuple(_queries(shape))
    return ShapeDependencies(
        **vars(shape),
        along=(
            *map(Predicate, shape.constraints.compared),
            *(path for query in queries for path in query.along),
        ),
        queries=queries if all(query.at_once for query in queries) else (),
        nested=tuple(dict.fromkeys(shape.constraints.shapes)),
    )


def _unsupported(shape: ShapeDefinition) -> Iterator[tuple[str, bool]]:
    """Parts of SHACL that no shape of ours has, and whether this shape has them."""
    yield "closed", shape.constraints.closed
    yield "qualifiedValueShapesDisjoint", shape.constraints.qualified_disjoint
    yield "targetNode", bool(shape.targets.nodes)
    yield "targetSubjectsOf", bool(shape.targets.subjects_of)
    yield "targetObjectsOf", bool(shape.targets.objects_of)


def unsupported(shape: Name, reason: str) -> DataError:
    """The error for a shape that validation does not support, as `reason` says."""
    return DataError(
        f"The shape {shape} {reason}, which validation here does not support.", hint=UNSUPPORTED
    )


def _queries(shape: ShapeDefinition) -> Iterator[ConstraintQuery]:
    if not shape.constraints.sparql:
        return
    # loads rdflib, without which a server starts
    from gcmgraph.validation.pyshacl_validator import NotAnchored, read_query  # noqa: PLC0415

    for constraint in shape.constraints.sparql:
        try:
            yield read_query(constraint, shape.path)
        except NotAnchored as error:
            raise unsupported(shape.name, f"has a SPARQL constraint that {error}") from error


#: Focus nodes by the shape that they are validated against.
Focus = Mapping[Name, set[Term]]
_SUPERCLASSES = Modified("zeroOrMorePath", Predicate(SUB_CLASS_OF))


def affected_nodes(
    dependencies: Dependencies, changed: Iterable[Fact], either: GraphView
) -> dict[Name, set[Term]]:
    """The focus nodes of shapes with targets whose verdict changed triples can affect.

    `either` is the union of the graphs before and after the change.
    """
    found: dict[Name, set[Term]] = {}
    seen: set[tuple[Name, Term]] = set()

    def add_above(shape: ShapeDependencies, node: Term) -> None:
        """Add the focus nodes from which a shape is evaluated at a node."""
        waiting = [(shape, node)]
        while waiting:
            shape, node = waiting.pop()
            if (shape.name, node) in seen:
                continue
            seen.add((shape.name, node))
            if shape.targets:
                found.setdefault(shape.name, set()).add(node)
            for parent in dependencies.parents.get(shape.name, ()):
                waiting += [
                    (parent, start) for start in ends(either, parent.path, {node}, backwards=True)
                ]

    superclasses = cache(
        lambda node: ends(either, _SUPERCLASSES, {node})
    )  # every shape reads those of a class
    for triple in changed:
        for read in dependencies.by_property.get(triple[1], ()):
            if read.classes is None or not read.classes.isdisjoint(superclasses(triple[2])):
                for node in read.step.starts(either, triple):
                    if read.of_target:
                        found.setdefault(read.shape.name, set()).add(node)
                    else:
                        add_above(read.shape, node)
    return found


def is_target(shape: ShapeDependencies, node: Term, graph: GraphView) -> bool:
    """Whether a node is a target of a shape (https://www.w3.org/TR/shacl/#targets)."""
    return not shape.targets.classes.isdisjoint(ends(graph, CLASSES, {node}))


def gather(focus: Focus, dependencies: Dependencies, graph: Graph) -> set[Fact]:
    """The triples that shapes, and shapes within them, read at their focus nodes."""
    read: set[Fact] = set()
    seen: set[tuple[Name, Term]] = set()
    waiting = [(name, node) for name, nodes in focus.items() for node in nodes]
    while waiting:
        name, node = waiting.pop()
        shape = dependencies.shapes.get(name)
        if shape is None or (name, node) in seen:
            continue
        seen.add((name, node))
        values = ends(graph, shape.path, {node}, read=read)
        for path in shape.along:
            ends(graph, path, {node}, read=read)
        if shape.constraints.classes:
            ends(graph, CLASSES, values, read=read)
        waiting += [(inner, value) for inner in shape.nested for value in values]
    return read


class Basis(StrEnum):
    """Rules that data are checked against, from most to least."""

    #: the verdict of a submission
    CONTRIBUTION = "contribution"
    #: the shapes and the checks of every dataset, for data of the operator
    DATASET = "dataset"
    #: the shapes alone, for data that are not sent here
    SHAPES = "shapes"


@dataclass(frozen=True)
class Shapes:
    """A shapes graph, by which pySHACL validates graphs. Threads may share it."""

    quads: tuple[Quad, ...]
    #: `rdfs:subClassOf` statements between named classes, which `sh:class` and `sh:targetClass`
    #: follow; they are added to the data that is validated
    hierarchy: tuple[Quad, ...] = ()

    @cached_property
    def graph(self) -> ShapesGraph:
        """The quads as definitions of shapes."""
        return read_shapes(self.quads)

    @cached_property
    def dependencies(self) -> Dependencies:
        """The triples that evaluation of each shape reads."""
        return derive(self.graph)

    @cached_property
    def _validator(self) -> PyshaclValidator:
        # half a second, which a server does not spend at its start
        from gcmgraph.validation.pyshacl_validator import PyshaclValidator  # noqa: PLC0415

        return PyshaclValidator(self.quads, self.graph)

    def results(
        self, triples: Iterable[Fact], focus: Mapping[Name, Iterable[Term]] | None = None
    ) -> tuple[Result, ...]:
        """The results of validating a graph: of all targets, or of the given focus nodes by shape.

        They have no labels. Raises `DataError` for unusable shapes.
        """
        return self._validator.results(triples, focus)


def load_shapes(repository: Repository, addresses: Addresses) -> Shapes:
    """The repository's shapes under one base.

    Raises `DataError` if there are none, `RdfSyntaxError`.
    """
    if not repository.shapes:
        raise DataError(
            f"There are no shapes in {repository.root / 'shapes'}.",
            hint="It should hold *.ttl files.",
        )
    quads = tuple(
        rebase_quad(quad, addresses) for path in repository.shapes for quad in read_quads(path)
    )
    hierarchy = tuple(
        rebase_quad(quad, addresses)
        for path in repository.ontology
        for quad in read_quads(path)
        if quad.predicate == SUB_CLASS_OF
        and isinstance(quad.object, IRI)
        and isinstance(quad.subject, IRI)
    )
    return Shapes(quads, hierarchy)


_LABEL = IRI(PREFIXES["rdfs"] + "label")
#: Properties by which shapes name a class, the first where a class has several.
_NAMING = (IRI(PREFIXES["skos"] + "prefLabel"), IRI(PREFIXES["dct"] + "title"))
_DOMAINS = (IRI(PREFIXES["rdfs"] + "domain"), IRI(PREFIXES["schema"] + "domainIncludes"))

_SPELLINGS = re.compile(r"^https?://(?:www\.)?")


@dataclass(frozen=True)
class Rules:
    """The shapes, and the terms of the ontology."""

    shapes: Shapes
    addresses: Addresses
    #: labels of the terms that the ontology declares
    terms: dict[IRI, Texts] = field(default_factory=dict)
    #: classes in the domain of its properties
    domains: dict[IRI, frozenset[IRI]] = field(default_factory=dict)

    @cached_property
    def spellings(self) -> dict[str, IRI]:
        """The terms in the shapes by `spelling`."""
        return {
            spelling(quad.object): quad.object
            for quad in self.shapes.quads
            if isinstance(quad.object, IRI)
        }

    @cached_property
    def properties(self) -> dict[IRI, Texts]:
        """Labels of the properties in the shapes and the ontology; only the ontology has some."""
        found = (shape.path for shape in self.shapes.graph.shapes.values())
        paths = (path.iri for path in found if isinstance(path, Predicate))
        own = {term: names for term, names in self.terms.items() if term not in self.classes}
        return dict.fromkeys(paths, Texts()) | own

    @cached_property
    def naming(self) -> dict[Term, IRI]:
        """The property by which resources are named, by class: the first of `_NAMING` of which a shape speaks."""
        shapes = self.shapes.graph.shapes
        naming: dict[Term, IRI] = {}
        for shape in shapes.values():
            paths = {shapes[name].path for name in shape.constraints.properties if name in shapes}
            of_shape = next((iri for iri in _NAMING if Predicate(iri) in paths), None)
            if of_shape is not None:
                naming |= dict.fromkeys(shape.targets.classes, of_shape)
        return naming

    @cached_property
    def classes(self) -> dict[IRI, Texts]:
        """Labels of the classes of the ontology."""
        start = len(self.addresses.ontology)
        return {
            term: names
            for term, names in self.terms.items()
            if term.value[start : start + 1].isupper()
        }


def spelling(term: IRI) -> str:
    """The common part of the spellings of a term's address: `schema.org/startDate`."""
    return _SPELLINGS.sub("", term.value).replace("#", "/")


def load_rules(repository: Repository, addresses: Addresses) -> Rules:
    """The rules of the repository. Raises `DataError` if there are no shapes, `RdfSyntaxError`."""
    labels: dict[IRI, list[tuple[str, str]]] = {}
    domains: dict[IRI, set[IRI]] = {}
    for quad in (
        rebase_quad(quad, addresses) for path in repository.ontology for quad in read_quads(path)
    ):
        if isinstance(quad.subject, IRI) and quad.subject.value.startswith(addresses.ontology):
            found = labels.setdefault(quad.subject, [])
            if quad.predicate == _LABEL and isinstance(quad.object, Literal):
                found.append((quad.object.language or "", quad.object.value))
            elif quad.predicate in _DOMAINS and isinstance(quad.object, IRI):
                domains.setdefault(quad.subject, set()).add(quad.object)
    terms = {term: Texts.of(pairs) for term, pairs in labels.items()}
    limited = {term: frozenset(classes) for term, classes in domains.items()}
    return Rules(load_shapes(repository, addresses), addresses, terms, limited)
