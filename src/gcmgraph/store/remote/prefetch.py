"""Quads that one page reads from a server, many subjects at a time.

A page reads one resource after another: its statements, their evidence, the names of what they name. That would take
hundreds of queries. Resources reached in one way, say all values of one property, are mostly read in one way, too: so
a query for one of them asks for the others as well.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain, islice
from typing import Literal as OneOf

from gcmgraph.model.terms import IRI, Quad, Term
from gcmgraph.namespaces import PREFIXES

#: Resources in one query.
MAX_TOGETHER = 200

#: The end of its statements that a resource is at.
End = OneOf["subject", "object"]

#: Path to a term: its position in a quad, the property, and the class where that is rdf:type.
_Way = tuple[str, IRI | None, object]

_TYPE = IRI(PREFIXES["rdf"] + "type")

#: The quads with one of these resources at an end and this predicate (None for any); None where they are too many.
AskTogether = Callable[[End, Collection[IRI], IRI | None], list[Quad] | None]


class Prefetch:
    """The quads read for one page, and those read with them; for one thread and one page."""

    def __init__(self, ask: AskTogether) -> None:
        self._ask = ask
        #: by end and predicate, each resource whose quads are all here
        self._known: dict[tuple[End, IRI | None], dict[IRI, list[Quad]]] = {}
        self._ways: dict[_Way, dict[IRI, None]] = {}
        self._reached: dict[IRI, dict[_Way, None]] = {}

    def quads(
        self, subject: IRI | None, predicate: IRI | None, object: Term | None, graph: IRI | None
    ) -> Iterator[Quad] | None:
        """The quads that match a pattern; None for a pattern without an IRI at an end, or with too many quads."""
        if not isinstance(object, IRI | None):
            return None  # servers differ in which literals they take for the same
        if subject is not None:
            found = self._of("subject", subject, predicate)
        elif object is not None:
            found = self._of("object", object, predicate)
        else:
            return None
        if found is None:
            return None
        return (
            quad
            for quad in found
            if predicate in (None, quad.predicate)
            and object in (None, quad.object)
            and graph in (None, quad.graph_name)
        )

    def expect(self, things: Iterable[IRI]) -> None:
        """Note resources that a page is going to name."""
        for thing in things:
            self._reach(thing, ("expected", None, None))

    def _of(self, end: End, thing: IRI, predicate: IRI | None) -> Iterable[Quad] | None:
        for known in (None, predicate):
            found = self._known.get((end, known), {}).get(thing)
            if found is not None:
                return found
        together = [thing, *islice(self._likely(end, thing, predicate), MAX_TOGETHER - 1)]
        while (quads := self._ask(end, together, predicate)) is None:
            if len(together) == 1:
                return None
            together = together[: len(together) // 2]
        self._keep(end, together, predicate, quads)
        return self._known[end, predicate][thing]

    def _likely(self, end: End, thing: IRI, predicate: IRI | None) -> Iterator[IRI]:
        """Resources to read with this one: those reached alike, and for one property, as for names, all others."""
        whole, here = self._known.get((end, None), {}), self._known.get((end, predicate), {})
        alike = (other for way in self._reached.get(thing, ()) for other in self._ways[way])
        others = self._reached if end == "subject" and predicate is not None else ()
        candidates = dict.fromkeys(chain(alike, others))
        return (other for other in candidates if not (other == thing or other in whole or other in here))

    def _keep(self, end: End, things: Iterable[IRI], predicate: IRI | None, quads: Iterable[Quad]) -> None:
        known = self._known.setdefault((end, predicate), {})
        known.update({thing: [] for thing in things})
        for quad in quads:
            known[getattr(quad, end)].append(quad)
            self._reach(quad.predicate, ("predicate", None, None))
            self._reach(quad.graph_name, ("graph", None, None))
            self._reach(quad.subject, ("subject", quad.predicate, quad.object if quad.predicate == _TYPE else None))
            self._reach(quad.object, ("object", quad.predicate, None))

    def _reach(self, term: object, way: _Way) -> None:
        if isinstance(term, IRI):
            self._ways.setdefault(way, {})[term] = None
            self._reached.setdefault(term, {})[way] = None
