"""Datasets written to an index and changed there, or seen as they would be after a change.

Canonical N-Quads are loaded by the engine's own parser, without an object for each quad. It reads the file twice: as
quads of named graphs, and without the names of graphs for the union of all graphs. The rest is read in Python, which is
slower: statements with blank nodes, which each reading would name anew, and those of no graph, which are first in
canonical order.

An engine stores numbers, booleans and times by their values: the decimal "1.0" is returned as "1". Quads of a version
get these lexical forms before they are written, or else its dump would differ from the index beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from gcmgraph.model.terms import IRI, XSD, Literal, Quad, Triple
from gcmgraph.store.port import UNION_GRAPH, Change, Store, stored

#: Bytes read and loaded at a time, before the rest of their last line. The engine sorts each load nine times: 465,000
#: statements at once take twice the time of 165,000 at a time, merged afterwards.
_CHUNK = 1 << 25

#: A line of a named graph, as `rdfio.canonical` writes it (https://www.w3.org/TR/n-quads/#canonical-quads).
_NAMED = re.compile(rb'<[^<>]*> <[^<>]*> (?:<[^<>]*>|"(?:[^"\\]|\\.)*"(?:@\S+|\^\^<[^<>]*>)?) <[^<>]*> \.\n')

#: End of such a line; literals have no line feed.
_END = b" .\n"

#: Start of the label of a blank node; it may also occur in a literal.
_BLANK = b"_:"


@dataclass(frozen=True)
class CanonicalDump:
    """A file of canonical N-Quads, and the place of the first line that names a graph by an IRI."""

    path: Path
    named_from: int

    @classmethod
    def of(cls, path: Path) -> CanonicalDump:
        """The dump in a file."""
        with path.open("rb") as file:
            place = 0
            for line in file:
                if _NAMED.fullmatch(line):
                    break
                place += len(line)
        return cls(path, place)

    def load(self, store: Store) -> None:
        """Add the quads to a new store, faster than from objects."""
        for quads in self._named():
            store.engine.bulk_load(quads, ox.RdfFormat.N_QUADS, lenient=True)  # it was checked before it was written
        for triples in self._triples():
            store.engine.bulk_load(triples, ox.RdfFormat.N_TRIPLES, lenient=True)
        store.load(self.others())

    def triples(self) -> Iterator[Quad]:
        """The triples of all graphs, as quads of no graph; blank nodes keep their labels."""
        for triples in self._triples():
            yield from ox.parse(triples, ox.RdfFormat.N_TRIPLES, lenient=True)
        for quad in self.others():
            yield Quad(*quad.triple)

    def others(self) -> Iterator[Quad]:
        """All other quads; blank nodes keep their labels."""
        for lines in self._other():
            yield from ox.parse(lines, ox.RdfFormat.N_QUADS)

    def _named(self) -> Iterator[bytes]:
        for chunk in _chunks(self.path, self.named_from):
            yield b"".join(line for line in BytesIO(chunk) if _BLANK not in line) if _BLANK in chunk else chunk

    def _triples(self) -> Iterator[bytes]:
        return map(_without_graphs, self._named())

    def _other(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            yield file.read(self.named_from)
        for chunk in _chunks(self.path, self.named_from):
            if _BLANK in chunk:
                yield b"".join(line for line in BytesIO(chunk) if _BLANK in line)


def _without_graphs(lines: bytes) -> bytes:
    """Lines of named graphs without the last IRI of each; a regular expression takes twice as long."""
    quads = lines.split(_END)[:-1]
    return _END.join([*(quad[: quad.rindex(b" <")] for quad in quads), b""])


def _chunks(path: Path, start: int) -> Iterator[bytes]:
    """A file in chunks of whole lines."""
    with path.open("rb") as file:
        file.seek(start)
        while chunk := file.read(_CHUNK):
            yield chunk + file.readline()


def write_index(index: Path, quads: Iterable[Quad], dump: Path | None = None) -> None:
    """Write quads, or those of a dump of canonical N-Quads, to a new index. `StoreError` where it cannot be written."""
    store = Store.open(index, read_only=False)
    if dump is None:
        store.engine.bulk_extend(stored(quads))
    else:
        CanonicalDump.of(dump).load(store)
    store.engine.optimize()  # merges the table files written for each million quads: they are read three times as fast
    store.close()


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
    """A store as it would be after a change, for reading by patterns. Queries in SPARQL are answered without it."""

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
        yield quad if kept[value] == value else Quad(quad.subject, quad.predicate, kept[value], quad.graph_name)


def _is_plain_number(literal: Literal) -> bool:
    """Whether a literal is an integer that the engine returns as it is."""
    return literal.datatype == _INTEGER and _PLAIN.fullmatch(literal.value) is not None


def _kept(literal: Literal) -> Literal:
    engine = ox.Store()
    engine.add(Quad(_ANY, _ANY, literal))
    kept = next(iter(engine)).object
    return kept if isinstance(kept, Literal) else literal
