"""Datasets written to an index and changed there, or seen as they would be after a change.

An engine stores numbers, booleans and times by their values: the decimal "1.0" is returned as "1".
Quads of a version get these lexical forms before they are written, or else its dump would differ
from the index beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from gcmgraph.rdf.terms import IRI, XSD, Literal, Quad, Triple
from gcmgraph.store.port import UNION_GRAPH, Change, Store, stored


def write_index(index: Path, quads: Iterable[Quad], dump: Path | None = None) -> None:
    """Write quads, or those of a dump of canonical N-Quads, to a new index.

    `StoreError` where it cannot be written.
    """
    store = Store.open(index, read_only=False)
    store.engine.bulk_extend(stored(quads if dump is None else read_dump(dump)))
    store.engine.optimize()  # merges the table files written for each million quads: they are read three times as fast
    store.close()


def read_dump(dump: Path) -> Iterator[Quad]:
    """The quads of a dump of canonical N-Quads, which was checked before it was written; blank nodes keep labels."""
    return ox.parse(path=dump, format=ox.RdfFormat.N_QUADS, lenient=True)


def change_index(index: Path, change: Change) -> None:
    """Change an index that nobody reads yet. Not atomic."""
    store = Store.open(index, read_only=False)
    for quad in stored(change.removed):
        if quad.graph_name != UNION_GRAPH:
            store.engine.remove(quad)
    store.load(change.added)
    for triple in {quad.triple for quad in change.removed}:
        if next(store.quads(*triple), None) is None:
            store.engine.remove(Quad(*triple))
    for graph in {quad.graph_name for quad in change.removed}:
        if isinstance(graph, IRI) and next(store.quads(graph=graph), None) is None:
            store.engine.remove_graph(graph)
    store.close()


class ChangedStore(Store):
    """A store as it would be after a change, for reading by patterns.

    Queries in SPARQL are answered without it.
    """

    def __init__(self, store: Store, change: Change) -> None:
        super().__init__(store.engine)
        self._before = store
        self._removed = change.removed
        self._added = Store.in_memory(change.added)

    def quads(self, *pattern: Any, **named: Any) -> Iterator[Quad]:
        """See `Store.quads`."""
        for quad in self._before.quads(*pattern, **named):
            if quad not in self._removed:
                yield quad
        yield from self._added.quads(*pattern, **named)

    def triples(self, *pattern: Any, **named: Any) -> Iterator[Triple]:
        """See `Store.triples`."""
        yield from dict.fromkeys(quad.triple for quad in self.quads(*pattern, **named))

    def holds(self, quad: Quad) -> bool:
        """See `Store.holds`."""
        return self._added.holds(quad) or (quad not in self._removed and self._before.holds(quad))


#: Datatypes whose literals keep their form.
_TEXTS = frozenset({IRI(f"{XSD}string"), Literal("", language="en").datatype})

#: Form of integers that the engine returns as they are.
_INTEGER, _PLAIN = IRI(f"{XSD}integer"), re.compile(r"0|[1-9]\d{0,17}")

_ANY = IRI("urn:x-gcmgraph:any")


def as_kept(quads: Iterable[Quad]) -> Iterator[Quad]:
    """The same quads, with the literals that the engine would return."""
    kept: dict[Literal, Literal] = {}
    for quad in quads:
        value = quad.object
        if not isinstance(value, Literal) or value.datatype in _TEXTS or _is_plain_number(value):
            yield quad
            continue
        if value not in kept:
            kept[value] = _kept(value)
        yield (
            quad
            if kept[value] == value
            else Quad(quad.subject, quad.predicate, kept[value], quad.graph_name)
        )


def _is_plain_number(literal: Literal) -> bool:
    """Whether a literal is an integer that the engine returns as it is."""
    return literal.datatype == _INTEGER and _PLAIN.fullmatch(literal.value) is not None


def _kept(literal: Literal) -> Literal:
    engine = ox.Store()
    engine.add(Quad(_ANY, _ANY, literal))
    kept = next(iter(engine)).object
    return kept if isinstance(kept, Literal) else literal
