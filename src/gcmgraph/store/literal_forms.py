"""Lexical forms of literals that the engine returns: it stores numbers, booleans and times by their values.

The decimal "1.0" is returned as "1". Quads of a version get these forms before they are written, or else its dump would
differ from the index beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from gcmgraph.model.terms import IRI, XSD, Literal, Quad

#: Datatypes whose literals keep their form.
_TEXTS = frozenset({IRI(f"{XSD}string"), Literal("", language="en").datatype})

_ANY = IRI("urn:x-gcmgraph:any")


def as_kept(quads: Iterable[Quad]) -> Iterator[Quad]:
    """The same quads, with the literals that the engine would return."""
    kept: dict[Literal, Literal] = {}
    for quad in quads:
        value = quad.object
        if not isinstance(value, Literal) or value.datatype in _TEXTS:
            yield quad
            continue
        if value not in kept:
            kept[value] = _kept(value)
        yield quad if kept[value] == value else Quad(quad.subject, quad.predicate, kept[value], quad.graph_name)


def _kept(literal: Literal) -> Literal:
    engine = ox.Store()
    engine.add(Quad(_ANY, _ANY, literal))
    kept = next(iter(engine)).object
    return kept if isinstance(kept, Literal) else literal
