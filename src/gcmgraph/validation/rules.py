"""Rules that data are validated against, and the triples on which the result of a shape depends.

Rules are shapes and the terms of the ontology. Dependencies are derived from the shapes graph. Evaluation of a shape
reads triples along paths from its focus node, and evaluates other shapes at its value nodes. From the paths follows
which triples a verdict depends on, and which focus nodes a triple can affect.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from typing import TYPE_CHECKING

from gcmgraph.errors import DataError
from gcmgraph.model.terms import IRI, Literal, Quad, Term, rebase_quad
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.shapes import (
    Modified,
    Name,
    Path,
    Predicate,
    Sequence,
    ShapeDefinition,
    ShapesGraph,
    Texts,
    join,
    read_shapes,
)
from gcmgraph.validation.graphs import Fact, Graph, GraphView, PathStep, ends, path_steps
from gcmgraph.validation.report import Result

if TYPE_CHECKING:
    from gcmgraph.validation.pyshacl_validator import PyshaclValidator

TYPE = IRI(PREFIXES["rdf"] + "type")
SUB_CLASS_OF = IRI(PREFIXES["rdfs"] + "subClassOf")

#: From a class to it and all its superclasses; from a node to its classes and theirs.
SUPERCLASSES = Modified("zeroOrMorePath", Predicate(SUB_CLASS_OF))
CLASSES = Sequence((Predicate(TYPE), SUPERCLASSES))


@dataclass(frozen=True)
class PropertyRead:
    """One step at which a shape reads a property. With `classes`, only values at or below one of them matter."""

    shape: ShapeDefinition
    step: PathStep
    classes: frozenset[Term] | None = None
    #: whether it is read to find the targets of the shape
    of_target: bool = False


@dataclass(frozen=True)
class Shapes:
    """A shapes graph, by which pySHACL validates graphs, and what evaluation of its shapes reads.

    Threads may share it.
    """

    quads: tuple[Quad, ...]
    #: `rdfs:subClassOf` statements between named classes, which `sh:class` and `sh:targetClass` follow; they are added
    #: to the data that is validated
    hierarchy: tuple[Quad, ...] = ()

    @cached_property
    def graph(self) -> ShapesGraph:
        """The quads as definitions of shapes."""
        return read_shapes(self.quads)

    @cached_property
    def active(self) -> Mapping[Name, ShapeDefinition]:
        """The shapes that are not deactivated."""
        return {name: shape for name, shape in self.graph.shapes.items() if not shape.deactivated}

    @cached_property
    def targeted(self) -> tuple[ShapeDefinition, ...]:
        """The shapes with targets."""
        return tuple(shape for shape in self.active.values() if shape.targets)

    @cached_property
    def _read(self) -> tuple[Mapping[Name, tuple[Path, ...]], tuple[str, ...]]:
        """`along` and `not_covered`."""
        compared = ((name, shape.constraints.compared) for name, shape in self.active.items())
        found: dict[Name, list[Path]] = {name: [*map(Predicate, others)] for name, others in compared}
        problems = list(self.graph.problems)
        for name, shape, constraint in ((n, s, c) for n, s in self.active.items() for c in s.constraints.sparql):
            # loads rdflib, without which a server starts
            from gcmgraph.validation.pyshacl_validator import NotAnchored, paths_read  # noqa: PLC0415

            try:
                found[name] += paths_read(constraint, shape.path)
            except NotAnchored as error:
                problems.append(f"the SPARQL constraint of {name} {error}")
        return {name: tuple(paths) for name, paths in found.items()}, tuple(problems)

    @property
    def along(self) -> Mapping[Name, tuple[Path, ...]]:
        """Paths from the focus node beside that to the value nodes: of property pairs and of SPARQL constraints."""
        return self._read[0]

    @property
    def not_covered(self) -> tuple[str, ...]:
        """Reasons why the triples that shapes read are not known completely; empty where they are."""
        return self._read[1]

    @cached_property
    def nested(self) -> Mapping[Name, tuple[ShapeDefinition, ...]]:
        """The shapes that a shape evaluates at its value nodes."""
        found: dict[Name, tuple[ShapeDefinition, ...]] = {}
        for name, shape in self.active.items():
            siblings = _siblings(name, self.graph) if shape.constraints.qualified_disjoint else ()
            names = dict.fromkeys((*shape.constraints.shapes, *siblings))
            found[name] = tuple(self.active[one] for one in names if one in self.active)
        return found

    @cached_property
    def parents(self) -> Mapping[Name, list[ShapeDefinition]]:
        """The shapes that evaluate a shape at their value nodes."""
        parents: dict[Name, list[ShapeDefinition]] = {}
        for name, inner in ((name, inner) for name, shapes in self.nested.items() for inner in shapes):
            parents.setdefault(inner.name, []).append(self.active[name])
        return parents

    @cached_property
    def by_property(self) -> Mapping[IRI, list[PropertyRead]]:
        """Every step at which a property is read."""
        found: dict[IRI, list[PropertyRead]] = {}
        for read in (read for shape in self.active.values() for read in self._reads(shape)):
            found.setdefault(read.step.predicate, []).append(read)
        return found

    def _reads(self, shape: ShapeDefinition) -> Iterator[PropertyRead]:
        for path in (path for path in (shape.path, *self.along[shape.name]) if path):
            yield from (PropertyRead(shape, step) for step in path_steps(path))
        if classes := frozenset(shape.constraints.classes):
            yield from (PropertyRead(shape, step, classes) for step in path_steps(join(shape.path, CLASSES)))
        targets = shape.targets
        if targets.classes:
            yield from (PropertyRead(shape, step, targets.classes, of_target=True) for step in path_steps(CLASSES))
        for ends_of, inverse in ((targets.subjects_of, False), (targets.objects_of, True)):
            yield from (PropertyRead(shape, PathStep(one, inverse=inverse), of_target=True) for one in ends_of)

    def within(self, name: Name) -> dict[Name, ShapeDefinition]:
        """A shape and all shapes that it evaluates, directly or not."""
        found: dict[Name, ShapeDefinition] = {}
        waiting = [self.active[name]] if name in self.active else []
        while waiting:
            if (shape := waiting.pop()).name not in found:
                found[shape.name] = shape
                waiting += self.nested[shape.name]
        return found

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


def _siblings(name: Name, graph: ShapesGraph) -> Iterable[Name]:
    """Sibling shapes (https://www.w3.org/TR/shacl/#QualifiedValueShapeConstraintComponent), its own included."""
    parents = (shape.constraints.properties for shape in graph.shapes.values())
    beside = (graph.shapes.get(other) for properties in parents if name in properties for other in properties)
    return (qualified for shape in beside if shape for qualified in shape.constraints.qualified)


#: Focus nodes by the shape that they are validated against.
Focus = Mapping[Name, set[Term]]


def affected_nodes(shapes: Shapes, changed: Iterable[Fact], either: GraphView) -> dict[Name, set[Term]]:
    """The focus nodes of shapes with targets whose verdict changed triples can affect.

    `either` is the union of the graphs before and after the change.
    """
    found: dict[Name, set[Term]] = {}
    seen: set[tuple[Name, Term]] = set()
    superclasses = cache(lambda node: ends(either, SUPERCLASSES, {node}))  # every shape reads those of a class

    def add_above(shape: ShapeDefinition, node: Term) -> None:
        """Add the focus nodes from which a shape is evaluated at a node."""
        waiting = [(shape, node)]
        while waiting:
            shape, node = waiting.pop()
            if (shape.name, node) not in seen:
                seen.add((shape.name, node))
                if shape.targets:
                    found.setdefault(shape.name, set()).add(node)
                for parent in shapes.parents.get(shape.name, ()):
                    waiting += [(parent, start) for start in ends(either, parent.path, {node}, backwards=True)]

    closed = [shape for shape in shapes.active.values() if shape.constraints.closed]
    for triple in changed:
        for read in shapes.by_property.get(triple[1], ()):
            if read.classes is None or not read.classes.isdisjoint(superclasses(triple[2])):
                for node in read.step.starts(either, triple):
                    if read.of_target:
                        found.setdefault(read.shape.name, set()).add(node)
                    else:
                        add_above(read.shape, node)
        for shape in closed:
            for node in ends(either, shape.path, {triple[0]}, backwards=True):
                add_above(shape, node)
    return found


def is_target(shape: ShapeDefinition, node: Term, graph: Graph) -> bool:
    """Whether a node is a target of a shape (https://www.w3.org/TR/shacl/#targets): superclasses count."""
    targets = shape.targets
    return (
        node in targets.nodes
        or bool(targets.classes and not targets.classes.isdisjoint(ends(graph, CLASSES, {node})))
        or (not isinstance(node, Literal) and any(graph.objects(node, predicate) for predicate in targets.subjects_of))
        or any(graph.subjects(predicate, node) for predicate in targets.objects_of)
    )


def gather(focus: Focus, shapes: Shapes, graph: Graph) -> set[Fact]:
    """The triples that shapes, and shapes within them, read at their focus nodes."""
    read: set[Fact] = set()
    seen: set[tuple[Name, Term]] = set()
    waiting = [(name, node) for name, nodes in focus.items() for node in nodes]
    while waiting:
        name, node = waiting.pop()
        shape = shapes.active.get(name)
        if shape is None or (name, node) in seen:
            continue
        seen.add((name, node))
        values = ends(graph, shape.path, {node}, read=read)
        for path in shapes.along[name]:
            ends(graph, path, {node}, read=read)
        if shape.constraints.classes:
            ends(graph, CLASSES, values, read=read)
        for value in values if shape.constraints.closed else ():
            read.update(graph.about(value))
        waiting += [(inner.name, value) for inner in shapes.nested[name] for value in values]
    return read


class Basis(StrEnum):
    """Rules that data are checked against, from most to least."""

    #: the verdict of a submission
    CONTRIBUTION = "contribution"
    #: the shapes and the checks of every dataset, for data of the operator
    DATASET = "dataset"
    #: the shapes alone, for data that are not sent here
    SHAPES = "shapes"


def load_shapes(repository: Repository, addresses: Addresses) -> Shapes:
    """The repository's shapes under one base. Raises `DataError` if there are none, `RdfSyntaxError`."""
    if not repository.shapes:
        raise DataError(f"There are no shapes in {repository.root / 'shapes'}.", hint="It should hold *.ttl files.")
    quads = tuple(rebase_quad(quad, addresses) for path in repository.shapes for quad in read_quads(path))
    hierarchy = tuple(
        rebase_quad(quad, addresses)
        for path in repository.ontology
        for quad in read_quads(path)
        if quad.predicate == SUB_CLASS_OF and isinstance(quad.object, IRI) and isinstance(quad.subject, IRI)
    )
    return Shapes(quads, hierarchy)


_LABEL = IRI(PREFIXES["rdfs"] + "label")
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
        return {spelling(quad.object): quad.object for quad in self.shapes.quads if isinstance(quad.object, IRI)}

    @cached_property
    def properties(self) -> dict[IRI, Texts]:
        """Labels of the properties in the shapes and the ontology; only the ontology has some."""
        found = (shape.path for shape in self.shapes.graph.shapes.values())
        paths = (path.iri for path in found if isinstance(path, Predicate))
        own = {term: names for term, names in self.terms.items() if term not in self.classes}
        return dict.fromkeys(paths, Texts()) | own

    @cached_property
    def classes(self) -> dict[IRI, Texts]:
        """Labels of the classes of the ontology."""
        start = len(self.addresses.ontology)
        return {term: names for term, names in self.terms.items() if term.value[start : start + 1].isupper()}


def spelling(term: IRI) -> str:
    """The common part of the spellings of a term's address: `schema.org/startDate`."""
    return _SPELLINGS.sub("", term.value).replace("#", "/")


def load_rules(repository: Repository, addresses: Addresses) -> Rules:
    """The rules of the repository. Raises `DataError` if there are no shapes, `RdfSyntaxError`."""
    labels: dict[IRI, list[tuple[str, str]]] = {}
    domains: dict[IRI, set[IRI]] = {}
    for quad in (rebase_quad(quad, addresses) for path in repository.ontology for quad in read_quads(path)):
        if isinstance(quad.subject, IRI) and quad.subject.value.startswith(addresses.ontology):
            found = labels.setdefault(quad.subject, [])
            if quad.predicate == _LABEL and isinstance(quad.object, Literal):
                found.append((quad.object.language or "", quad.object.value))
            elif quad.predicate in _DOMAINS and isinstance(quad.object, IRI):
                domains.setdefault(quad.subject, set()).add(quad.object)
    terms = {term: Texts.of(pairs) for term, pairs in labels.items()}
    limited = {term: frozenset(classes) for term, classes in domains.items()}
    return Rules(load_shapes(repository, addresses), addresses, terms, limited)
