"""Evaluation of property paths in a graph, from start to end nodes and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.shapes.paths import Alternative, Modified, Path, Predicate, Sequence, join
from gcmgraph.validation.triples import Fact, Subject


class Graph(Protocol):
    """A graph, as paths read it."""

    def objects(self, subject: Term, predicate: IRI) -> Iterable[Term]:
        """The values of a property of a subject."""
        ...

    def subjects(self, predicate: IRI, object: Term) -> Iterable[Subject]:
        """The subjects with a value of a property."""
        ...

    def about(self, subject: Term) -> Iterable[Fact]:
        """The triples of a subject."""
        ...


def ends(
    graph: Graph, path: Path | None, starts: Iterable[Term], *, backwards: bool = False, read: set[Fact] | None = None
) -> set[Term]:
    """The nodes at the end of a path from some nodes; with `backwards`, the nodes from which it leads to them.

    None is the path without steps. The triples on the way are added to `read`.
    """
    nodes = set(starts)
    match path:
        case None:
            return nodes
        case Predicate(iri):
            return _one_step(graph, iri, nodes, backwards, read)
        case Sequence(steps):
            for step in reversed(steps) if backwards else steps:
                nodes = ends(graph, step, nodes, backwards=backwards, read=read)
            return nodes
        case Alternative(choices):
            return {end for choice in choices for end in ends(graph, choice, nodes, backwards=backwards, read=read)}
        case Modified("inversePath", inner):
            return ends(graph, inner, nodes, backwards=not backwards, read=read)
        case Modified("zeroOrOnePath", inner):
            return nodes | ends(graph, inner, nodes, backwards=backwards, read=read)
        case Modified(operator, inner):
            first = ends(graph, inner, nodes, backwards=backwards, read=read)
            found, fresh = set(first), first
            while fresh:
                fresh = ends(graph, inner, fresh, backwards=backwards, read=read) - found
                found |= fresh
            return found | nodes if operator == "zeroOrMorePath" else found


def _one_step(graph: Graph, iri: IRI, nodes: set[Term], backwards: bool, read: set[Fact] | None) -> set[Term]:
    found: set[Term] = set()
    for node in nodes:
        if backwards:
            subjects = graph.subjects(iri, node)
            found.update(subjects)
            if read is not None:
                read.update((subject, iri, node) for subject in subjects)
        elif not isinstance(node, Literal):
            objects = graph.objects(node, iri)
            found.update(objects)
            if read is not None:
                read.update((node, iri, value) for value in objects)
    return found


@dataclass(frozen=True)
class PathStep:
    """One step of a path: its property and direction, and the path before it."""

    predicate: IRI
    before: Path | None = None
    inverse: bool = False

    def starts(self, graph: Graph, triple: Fact) -> set[Term]:
        """The nodes from which evaluation of the path reads this triple at this step."""
        anchor = triple[2] if self.inverse else triple[0]
        return ends(graph, self.before, {anchor}, backwards=True)


def path_steps(path: Path, before: Path | None = None, *, inverse: bool = False) -> Iterator[PathStep]:
    """The steps of a path."""
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
            again = Modified("zeroOrMorePath", _turned(inner, inverse))
            yield from path_steps(inner, join(before, again), inverse=inverse)


def _turned(path: Path, inverse: bool) -> Path:
    return Modified("inversePath", path) if inverse else path
