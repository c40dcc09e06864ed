"""Parser of RDF that yields the line of each statement.

pyoxigraph reports lines of errors only. With a reader that returns one line per `read()`, it yields a statement as soon
as the line that ends it has been read, so the number of lines read so far is the line of the statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import parse

from gcmgraph.errors import Place, RdfSyntaxError
from gcmgraph.model.terms import Quad, Triple
from gcmgraph.rdfio.files import syntax_of
from gcmgraph.rdfio.json_ld import with_context
from gcmgraph.rdfio.media import JSON_LD, RdfSyntax
from gcmgraph.rdfio.parsing import MAX_BYTES, parse_quads, read_quads, without_bom


@dataclass(frozen=True)
class LocatedQuad:
    """A quad and the 1-based line on which its object ends.

    In Turtle and the line-oriented syntaxes it is the line of the object, or the next one where the object ends only
    there. In JSON-LD and RDF/XML a statement ends with its element.
    """

    quad: Quad
    line: int


class _LineReader:
    """A binary reader that returns at most the rest of one line."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0
        self._at_line_start = True
        self.line = 0

    def read(self, size: int = -1) -> bytes:
        """The rest of the current line, at most `size` bytes of it; empty at the end."""
        if self._position >= len(self._data):
            return b""
        self.line += self._at_line_start
        newline = self._data.find(b"\n", self._position)
        end = len(self._data) if newline < 0 else newline + 1
        if 0 < size < end - self._position:
            end = self._position + size
        chunk = self._data[self._position : end]
        self._at_line_start = chunk.endswith(b"\n")
        self._position = end
        return chunk


def parse_with_lines(
    data: bytes, syntax: RdfSyntax, *, source: str, base_iri: str | None = None, max_bytes: int = MAX_BYTES
) -> list[LocatedQuad]:
    """The quads of `data` with their lines. Raises `RdfSyntaxError` for all that `parse_quads` refuses."""
    # parsing is fast (a million triples a second): a first pass finds all errors, the second the lines
    for _ in parse_quads(data, syntax, source=source, base_iri=base_iri, max_bytes=max_bytes):
        pass
    return list(_located(data, syntax, source, base_iri))


def read_quads_with_lines(path: Path, *, max_bytes: int = MAX_BYTES) -> list[LocatedQuad]:
    """The quads of an RDF file with their lines. Raises `RdfSyntaxError` as `read_quads` does."""
    read_quads(path, max_bytes=max_bytes)
    return list(_located(path.read_bytes(), syntax_of(path), str(path), path.absolute().as_uri()))


def _located(data: bytes, syntax: RdfSyntax, source: str, base_iri: str | None) -> Iterator[LocatedQuad]:
    data = without_bom(data)
    reader = _LineReader(with_context(data) if syntax is JSON_LD else data)
    for quad in parse(reader, syntax.engine_format, base_iri=base_iri, rename_blank_nodes=True):  # type: ignore[arg-type]
        if isinstance(quad.object, Triple):
            raise RdfSyntaxError(
                "A triple term (RDF 1.2) cannot be checked.",
                place=Place(source, reader.line),
                hint="Describe the statement with rdf:subject, rdf:predicate and rdf:object.",
            )
        yield LocatedQuad(quad, reader.line)
