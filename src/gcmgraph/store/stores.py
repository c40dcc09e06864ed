"""Datasets written to an index and changed there, or seen as they would be after a change.

An engine stores numbers, booleans and times by their values: the decimal "1.0" is returned as "1".
Quads of a version get these lexical forms before they are written, or else its dump would differ
from the index beside it.

The engine never changes a table file of an index (`*.sst`), so a copy shares these, and only the
small files are copied, without logs and options, which the engine writes at each opening.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from gcmgraph.rdf.terms import IRI, XSD, Literal, Quad, Triple
from gcmgraph.store.port import UNION_GRAPH, Change, Store, stored

#: Quads that are written to an index at once. The engine would sort a million in memory: 653 MB for
#: the 510,090 of 10,000 practices, in batches 356 MB, in as much processor time.
_BATCH = 250_000

#: Suffix of the table files of an index.
_TABLE_FILE = ".sst"
#: Beginnings of the names of files that the engine writes at each opening.
_FILES_OF_OPENING = ("LOCK", "LOG", "OPTIONS")
#: Datatypes whose literals keep their form.
_TEXTS = frozenset({IRI(f"{XSD}string"), Literal("", language="en").datatype})
#: Form of integers that the engine returns as they are.
_INTEGER = IRI(f"{XSD}integer")
_PLAIN_INTEGER = re.compile(r"0|[1-9]\d{0,17}")
#: Subject and predicate of the statement in which a literal is stored to read its form.
_ANY = IRI("urn:x-gcmgraph:any")


def write_index(index: Path, quads: Iterable[Quad]) -> None:
    """Write quads to a new index.

    `StoreError` where it cannot be written.
    """
    store = Store.open(index, read_only=False)
    quads_to_write = stored(quads)
    for first in quads_to_write:
        store.engine.bulk_extend(chain([first], islice(quads_to_write, _BATCH - 1)))
    # merges the table files written for each batch: they are read three times as fast
    store.engine.optimize()
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


def copy_index(index: Path, copy: Path) -> None:
    """Copy an index that nobody writes to; the copy shares the files that never change."""
    copy.mkdir()
    for file in index.iterdir():
        if file.suffix == _TABLE_FILE:
            os.link(file, copy / file.name)
        elif not file.name.startswith(_FILES_OF_OPENING):
            shutil.copyfile(file, copy / file.name)


def remove_logs(index: Path) -> None:
    """Remove the logs of an index, one for each opening; those that are written stay open."""
    for log in index.glob("LOG*"):
        with suppress(OSError):
            log.unlink()


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


def as_engine_returns(quads: Iterable[Quad]) -> Iterator[Quad]:
    """The same quads, with the literals that the engine would return."""
    returned_literals: dict[Literal, Literal] = {}
    for quad in quads:
        literal = quad.object
        if not isinstance(literal, Literal) or _keeps_form(literal):
            yield quad
            continue
        if literal not in returned_literals:
            returned_literals[literal] = _returned_literal(literal)
        returned_literal = returned_literals[literal]
        if returned_literal == literal:
            yield quad
        else:
            yield Quad(quad.subject, quad.predicate, returned_literal, quad.graph_name)


def _keeps_form(literal: Literal) -> bool:
    """Whether a literal is a text, or an integer that the engine returns as it is."""
    if literal.datatype == _INTEGER:
        return _PLAIN_INTEGER.fullmatch(literal.value) is not None
    return literal.datatype in _TEXTS


def _returned_literal(literal: Literal) -> Literal:
    """The literal that the engine returns: the decimal "1" for "1.0"."""
    engine = ox.Store()
    engine.add(Quad(_ANY, _ANY, literal))
    value = next(iter(engine)).object
    return value if isinstance(value, Literal) else literal
