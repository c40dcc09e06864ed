"""Follow SHACL property paths through a graph, forwards to the values and backwards to where they began."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.validation.paths import Alternative, Modified, Path, Predicate, Sequence
from gcmgraph.validation.triples import Fact, Subject


class Graph(Protocol):
    """What a path asks of a graph."""

    def objects(self, subject: Term, predicate: IRI) -> Iterable[Term]:
        """What a subject has for a property."""
        ...

    def subjects(self, predicate: IRI, object: Term) -> Iterable[Subject]:
        """What has an object for a property."""
        ...

    def about(self, subject: Term) -> Iterable[Fact]:
        """All that is said of a subject."""
        ...


def ends(
    graph: Graph, path: Path | None, starts: Iterable[Term], *, backwards: bool = False, read: set[Fact] | None = None
) -> set[Term]:
    """Where a path leads from these nodes; with `backwards`, the nodes that it leads from to these.

    No path leads nowhere else. The triples on the way are added to `read`.
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
class Site:
    """A place in a path where a property is read: the path up to there, and the direction in which it is read."""

    predicate: IRI
    before: Path | None
    inverse: bool

    def starts(self, graph: Graph, triple: Fact) -> set[Term]:
        """The nodes from which evaluation of the path reads this triple here."""
        anchor = triple[2] if self.inverse else triple[0]
        return ends(graph, self.before, {anchor}, backwards=True)


def sites(path: Path, before: Path | None = None, *, inverse: bool = False) -> Iterator[Site]:
    """Every place of a path where a property is read."""
    match path:
        case Predicate(iri):
            yield Site(iri, before, inverse)
        case Sequence(steps):
            for step in reversed(steps) if inverse else steps:
                yield from sites(step, before, inverse=inverse)
                before = joined(before, _turned(step, inverse))
        case Alternative(choices):
            for choice in choices:
                yield from sites(choice, before, inverse=inverse)
        case Modified("inversePath", inner):
            yield from sites(inner, before, inverse=not inverse)
        case Modified("zeroOrOnePath", inner):
            yield from sites(inner, before, inverse=inverse)
        case Modified(_, inner):
            again = Modified("zeroOrMorePath", _turned(inner, inverse))
            yield from sites(inner, joined(before, again), inverse=inverse)


def _turned(path: Path, inverse: bool) -> Path:
    return Modified("inversePath", path) if inverse else path


def joined(first: Path | None, second: Path) -> Path:
    """One path after another."""
    return second if first is None else Sequence((first, second))
