"""Literals in the form that the engine keeps: it knows numbers, truth values and times by what they are worth.

It takes "1.0" for a decimal and gives "1" back. What goes into a version is written so before, or else the dump of the
version would say another thing than the index beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from gcmgraph.model.terms import IRI, XSD, Literal, Quad

#: Literals of these are kept as they are.
_TEXTS = frozenset({IRI(f"{XSD}string"), Literal("", language="en").datatype})

_ANY = IRI("urn:x-gcmgraph:any")


def as_kept(quads: Iterable[Quad]) -> Iterator[Quad]:
    """The same quads, with the literals that the engine would give back."""
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
