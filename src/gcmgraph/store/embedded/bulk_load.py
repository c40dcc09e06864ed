"""Loading of canonical N-Quads by the engine's own parser, without an object for each quad.

The engine reads the file twice: as quads of named graphs, and without the names of graphs for the union of all graphs.
The rest is read in Python, which is slower: statements with blank nodes, which each reading would name anew, and those
of no graph, which are first in canonical order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BufferedReader, BytesIO, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.model.terms import Quad

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: Bytes read at a time, before the rest of their last line.
_CHUNK = 1 << 20

#: Bytes of a dump up to which both readings run at once. The engine reads and sorts a million statements in one thread;
#: of more it sorts some while it reads the next, and two readings at once would only take more memory.
_SMALL = 200 * 2**20

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

    def load(self, engine: ox.Store) -> None:
        """Load the lines that the engine can read: quads into their graphs, triples into the default graph."""
        with ThreadPoolExecutor(2 if self.path.stat().st_size < _SMALL else 1) as threads:
            quads = threads.submit(_load, engine, self._named(), ox.RdfFormat.N_QUADS)
            triples = threads.submit(self.load_triples, engine)
        for loaded in (quads, triples):
            loaded.result()

    def load_triples(self, engine: ox.Store) -> None:
        """Load the lines that the engine can read into the default graph alone."""
        _load(engine, self._triples(), ox.RdfFormat.N_TRIPLES)

    def triples(self) -> Iterator[Quad]:
        """The triples of all graphs, as quads of no graph; blank nodes keep their labels."""
        yield from ox.parse(BufferedReader(_ChunkReader(self._triples())), ox.RdfFormat.N_TRIPLES, lenient=True)
        for quad in self.others():
            yield Quad(*quad.triple)

    def others(self) -> Iterator[Quad]:
        """All other quads; blank nodes keep their labels."""
        return ox.parse(BufferedReader(_ChunkReader(self._other())), ox.RdfFormat.N_QUADS)

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


def _load(engine: ox.Store, lines: Iterator[bytes], syntax: ox.RdfFormat) -> None:
    # lenient: it was checked before it was written
    engine.bulk_load(BufferedReader(_ChunkReader(lines)), syntax, lenient=True)


def _chunks(path: Path, start: int) -> Iterator[bytes]:
    """A file in chunks of whole lines."""
    with path.open("rb") as file:
        file.seek(start)
        while chunk := file.read(_CHUNK):
            yield chunk + file.readline()


class _ChunkReader(RawIOBase):
    """Binary file of an iterator of chunks."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks_left = (chunk for chunk in chunks if chunk)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a buffer from the current chunk; the number of bytes, 0 at the end."""
        if not self._left:
            self._left = memoryview(next(self._chunks_left, b""))
        room = memoryview(buffer)
        size = min(len(room), len(self._left))
        room[:size], self._left = self._left[:size], self._left[size:]
        return size
