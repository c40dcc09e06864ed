"""Stores behind the port, by their contents: statements in memory, a dataset version, a version after a change.

An engine stores numbers, booleans and times by their values: the decimal "1.0" is returned as "1". Quads of a version
get these lexical forms before they are written, or else its dump would differ from the index beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from gcmgraph.model.terms import IRI, XSD, Literal, Quad, Triple
from gcmgraph.store.embedded import ChangedStore, EmbeddedStore
from gcmgraph.store.port import Change, Store


def in_memory(quads: Iterable[Quad] = ()) -> Store:
    """A store of quads that lives as long as this process."""
    return EmbeddedStore.in_memory(quads)


def of_triples(triples: Iterable[Triple]) -> Store:
    """A store in memory of the union of all graphs, given as triples, and no other graph."""
    return EmbeddedStore.of_triples(triples)


def open_index(index: Path) -> Store:
    """The store in the folder of an index, read-only. `StoreError` where it is missing or damaged."""
    return EmbeddedStore.open(index, read_only=True)


def write_index(index: Path, quads: Iterable[Quad], dump: Path | None = None) -> None:
    """Write quads, or those of a dump of canonical N-Quads, to a new index. `StoreError` where it cannot be written."""
    store = EmbeddedStore.open(index)
    if dump is None:
        store.bulk_load(quads)
    else:
        store.load_dump(dump)
    store.close()


def change_index(index: Path, change: Change) -> None:
    """Change an index that nobody reads yet."""
    store = EmbeddedStore.open(index)
    store.change(change)
    store.close()


def after_change(store: Store, change: Change) -> Store:
    """A store as it would be after a change, for reading by patterns; nothing is written."""
    return ChangedStore(cast(EmbeddedStore, store), change)  # there is no other one


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
        yield quad if kept[value] == value else Quad(quad.subject, quad.predicate, kept[value], quad.graph_name)


def _is_plain_number(literal: Literal) -> bool:
    """Whether a literal is an integer that the engine returns as it is."""
    return literal.datatype == _INTEGER and _PLAIN.fullmatch(literal.value) is not None


def _kept(literal: Literal) -> Literal:
    engine = ox.Store()
    engine.add(Quad(_ANY, _ANY, literal))
    kept = next(iter(engine)).object
    return kept if isinstance(kept, Literal) else literal
