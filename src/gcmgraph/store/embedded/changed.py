"""A store as it would be after a change, for reading by patterns. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator

from gcmgraph.model.terms import IRI, Quad, Term, Triple
from gcmgraph.store.change import Change
from gcmgraph.store.embedded.store import EmbeddedStore


class ChangedStore(EmbeddedStore):
    """An embedded store after a change. Queries in SPARQL are answered without the change."""

    def __init__(self, store: EmbeddedStore, change: Change) -> None:
        super().__init__(store.engine)
        self._before = store
        self._removed = change.removed
        self._added = EmbeddedStore.in_memory(change.added)

    def quads(
        self,
        subject: IRI | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
        graph: IRI | None = None,
    ) -> Iterator[Quad]:
        """See `Store.quads`."""
        for quad in self._before.quads(subject, predicate, object, graph):
            if quad not in self._removed:
                yield quad
        yield from self._added.quads(subject, predicate, object, graph)

    def triples(
        self, subject: IRI | None = None, predicate: IRI | None = None, object: Term | None = None
    ) -> Iterator[Triple]:
        """See `Store.triples`."""
        yield from dict.fromkeys(quad.triple for quad in self.quads(subject, predicate, object))

    def holds(self, quad: Quad) -> bool:
        """See `EmbeddedStore.holds`."""
        return self._added.holds(quad) or (quad not in self._removed and self._before.holds(quad))
