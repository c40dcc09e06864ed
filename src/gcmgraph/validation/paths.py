"""Evaluation of property paths in a graph (https://www.w3.org/TR/shacl/#property-paths), and their steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from gcmgraph.rdf.property_paths import Alternative, Modified, Path, Predicate, Sequence, join
from gcmgraph.rdf.terms import IRI, Literal, Term
from gcmgraph.validation.graphs import SUB_CLASS_OF, TYPE, Fact, Graph, PatternGraph

#: From a class to that class and all its superclasses.
SUPERCLASSES = Modified("zeroOrMorePath", Predicate(SUB_CLASS_OF))
#: From a node to its classes and all their superclasses.
CLASSES = Sequence((Predicate(TYPE), SUPERCLASSES))


def ends(
    graph: Graph,
    path: Path | None,
    starts: Iterable[Term],
    *,
    backwards: bool = False,
    read: set[Fact] | None = None,
) -> set[Term]:
    """The nodes at the end of a path from some nodes; with `backwards`, the nodes from which it leads to them.

    None is the path without steps. The triples on the way are added to `read`.
    """
    nodes = set(starts)
    match path:
        case None:
            return nodes
        case Predicate(iri) if backwards:
            # no path leads backwards in a whole dataset
            return _subjects(cast(PatternGraph, graph), iri, nodes, read)
        case Predicate(iri):
            return _values(graph, iri, nodes, read)
        case Sequence(steps):
            for step in reversed(steps) if backwards else steps:
                nodes = ends(graph, step, nodes, backwards=backwards, read=read)
            return nodes
        case Alternative(choices):
            ends_of_choices = (
                ends(graph, choice, nodes, backwards=backwards, read=read) for choice in choices
            )
            return set[Term]().union(*ends_of_choices)
        case Modified():
            return _ends_of_operator(graph, path, nodes, backwards, read)


def _ends_of_operator(
    graph: Graph, path: Modified, nodes: set[Term], backwards: bool, read: set[Fact] | None
) -> set[Term]:
    if path.operator == "inversePath":
        return ends(graph, path.path, nodes, backwards=not backwards, read=read)
    fresh = ends(graph, path.path, nodes, backwards=backwards, read=read)
    if path.operator == "zeroOrOnePath":
        return nodes | fresh
    reached = set(fresh)
    while fresh:
        fresh = ends(graph, path.path, fresh, backwards=backwards, read=read) - reached
        reached |= fresh
    return reached | nodes if path.operator == "zeroOrMorePath" else reached


def _values(graph: Graph, predicate: IRI, nodes: set[Term], read: set[Fact] | None) -> set[Term]:
    """The values of a property of some nodes."""
    subjects = (node for node in nodes if not isinstance(node, Literal))
    triples: set[Fact] = {
        (subject, predicate, value)
        for subject in subjects
        for value in graph.objects(subject, predicate)
    }
    if read is not None:
        read |= triples
    return {value for _, _, value in triples}


def _subjects(
    graph: PatternGraph, predicate: IRI, nodes: set[Term], read: set[Fact] | None
) -> set[Term]:
    """The subjects that have some nodes as values of a property."""
    triples: set[Fact] = {
        (subject, predicate, node) for node in nodes for subject in graph.subjects(predicate, node)
    }
    if read is not None:
        read |= triples
    return {subject for subject, _, _ in triples}


@dataclass(frozen=True)
class PathStep:
    """One step of a path: its property and direction, and the path before it."""

    predicate: IRI
    before: Path | None = None
    inverse: bool = False

    def starts(self, graph: Graph, triple: Fact) -> set[Term]:
        """The nodes from which evaluation of the path reads this triple at this step."""
        subject, _, value = triple
        return ends(graph, self.before, {value if self.inverse else subject}, backwards=True)


def path_steps(
    path: Path, before: Path | None = None, *, inverse: bool = False
) -> Iterator[PathStep]:
    """The steps of a path.

    >>> part, name = Predicate(IRI("http://e/part")), Predicate(IRI("http://e/name"))
    >>> for step in path_steps(Sequence((part, name))):
    ...     print(step.predicate, step.before)
    <http://e/part> None
    <http://e/name> Predicate(iri=<NamedNode value=http://e/part>)
    """
    match path:
        case Predicate(iri):
            yield PathStep(iri, before, inverse)
        case Sequence(steps):
            for step in reversed(steps) if inverse else steps:
                yield from path_steps(step, before, inverse=inverse)
                before = join(before, _turned(step, inverse))
        case Alternative(choices):
            for choice in choices:
                yield from path_steps(choice, before, inverse=inverse)
        case Modified("inversePath", inner):
            yield from path_steps(inner, before, inverse=not inverse)
        case Modified("zeroOrOnePath", inner):
            yield from path_steps(inner, before, inverse=inverse)
        case Modified(_, inner):
            repetitions = Modified("zeroOrMorePath", _turned(inner, inverse))
            yield from path_steps(inner, join(before, repetitions), inverse=inverse)


def _turned(path: Path, inverse: bool) -> Path:
    return Modified("inversePath", path) if inverse else path
