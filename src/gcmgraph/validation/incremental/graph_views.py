"""The graph before and after a change, read by pattern and never copied."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TypeVar

from gcmgraph.model.terms import IRI, Literal, Quad, Term
from gcmgraph.store.port import Store
from gcmgraph.validation.triples import Fact, Subject, fact

_T = TypeVar("_T")


class PublishedQuads:
    """The published quads; the result of each pattern is cached."""

    def __init__(self, published: Store) -> None:
        self._published = published
        self._cached: dict[tuple[Term | None, IRI | None, Term | None], tuple[Quad, ...]] = {}

    def quads(self, subject: Term | None, predicate: IRI | None, object: Term | None) -> tuple[Quad, ...]:
        """The quads of a pattern; none if the subject is a literal."""
        if isinstance(subject, Literal):
            return ()
        pattern = (subject, predicate, object)
        found = self._cached.get(pattern)
        if found is None:
            found = self._cached[pattern] = tuple(
                self._published.quads(subject=subject, predicate=predicate, object=object)  # type: ignore[arg-type]
            )
        return found


class Triples:
    """Triples in memory, indexed by subject and by object."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.all: dict[Fact, None] = {}
        self._objects: dict[tuple[Term, IRI], list[Term]] = {}
        self._subjects: dict[tuple[IRI, Term], list[Subject]] = {}
        self._about: dict[Term, list[Fact]] = {}
        for triple in map(fact, quads):
            if triple not in self.all:
                self.all[triple] = None
                subject, predicate, value = triple
                self._objects.setdefault((subject, predicate), []).append(value)
                self._subjects.setdefault((predicate, value), []).append(subject)
                self._about.setdefault(subject, []).append(triple)

    def objects(self, subject: Term, predicate: IRI) -> list[Term]:
        """The values of a property of a subject."""
        return self._objects.get((subject, predicate), [])

    def subjects(self, predicate: IRI, object: Term) -> list[Subject]:
        """The subjects with a value of a property."""
        return self._subjects.get((predicate, object), [])

    def about(self, subject: Term) -> list[Fact]:
        """The triples of a subject."""
        return self._about.get(subject, [])

    def subjects_in_order(self) -> Iterable[Term]:
        """The subjects in the order of their first triples."""
        return self._about.keys()


_NOTHING = Triples(())


class GraphView:
    """The published graph without some of its quads and with some more triples.

    A triple is removed with the last of its quads.
    """

    def __init__(
        self,
        published: PublishedQuads,
        hierarchy: Triples,
        removed: frozenset[Quad] = frozenset(),
        added: Triples = _NOTHING,
    ) -> None:
        self._published = published
        self._removed = removed
        self._more = [triples for triples in (hierarchy, added) if triples.all]

    def _quads(self, subject: Term | None, predicate: IRI | None, object: Term | None) -> tuple[Quad, ...]:
        found = self._published.quads(subject, predicate, object)
        return tuple(quad for quad in found if quad not in self._removed) if self._removed else found

    def holds(self, triple: Fact) -> bool:
        """Whether a triple is in the graph."""
        return any(triple in triples.all for triples in self._more) or bool(self._quads(*triple))

    def objects(self, subject: Term, predicate: IRI) -> list[Term]:
        """The values of a property of a subject."""
        found = [fact(quad)[2] for quad in self._quads(subject, predicate, None)]
        return _distinct(found, (triples.objects(subject, predicate) for triples in self._more))

    def subjects(self, predicate: IRI, object: Term) -> list[Subject]:
        """The subjects with a value of a property."""
        found = [fact(quad)[0] for quad in self._quads(None, predicate, object)]
        return _distinct(found, (triples.subjects(predicate, object) for triples in self._more))

    def about(self, subject: Term) -> list[Fact]:
        """The triples of a subject."""
        found = [fact(quad) for quad in self._quads(subject, None, None)]
        return _distinct(found, (triples.about(subject) for triples in self._more))


def _distinct(found: list[_T], more: Iterable[list[_T]]) -> list[_T]:
    return list(dict.fromkeys(chain(found, *more)))
