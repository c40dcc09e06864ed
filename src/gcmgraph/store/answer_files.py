"""Answers of any length in temporary files, and their writing from what an engine sends.

JSON (https://www.w3.org/TR/sparql11-results-json/) and N-Triples are requested of an engine, since
both state the types of all values and are written and read row by row; the syntax that the client
requests is written here, as for our own answers. A row, or a triple, is in memory, never an answer.
"""

from __future__ import annotations

import os
import re
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Protocol, cast

import pyoxigraph as ox

from gcmgraph.rdf.media import syntax_for_media_type
from gcmgraph.rdf.parsing import require_xml_file
from gcmgraph.rdf.terms import Triple
from gcmgraph.store.results import (
    JSON_RESULTS,
    OTHER_GRAPHS,
    RESULT_SYNTAXES,
    XML_RESULTS,
    Caps,
)

#: Bytes that are read at once.
_PIECE = 64 * 1024

#: Longest beginning of a JSON result, up to its first row.
_LONGEST_HEAD = 4 * 1024 * 1024

#: Objects inside of each other in a row: its values, and the parts of triple terms in them.
_DEPTH = 7

_BINDINGS = re.compile(rb'"bindings"\s*+:\s*+\[')
_STRING = rb'"(?:[^"\\]|\\.)*+"'


class Readable(Protocol):
    """A body that arrives."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes; none at the end."""


def _row_pattern() -> re.Pattern[bytes]:
    """The pattern of a row of a JSON result, with what separates it from the one before."""
    pattern = rb"\{(?:[^{}\"]|%b)*+\}" % _STRING
    for _ in range(_DEPTH):
        pattern = rb"\{(?:[^{}\"]|%b|%b)*+\}" % (_STRING, pattern)
    return re.compile(rb"[\s,]*+" + pattern, re.DOTALL)


_ROW = _row_pattern()
_END_OF_ROWS = re.compile(rb"\s*+\]")


class AnswerFile:
    """A body in a file without a name, which is closed when the last response that reads it has ended."""

    def __init__(self, file: IO[bytes]) -> None:
        file.flush()
        self.size = os.fstat(file.fileno()).st_size
        self._descriptor = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._descriptor)

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the body."""
        start = 0
        while piece := os.pread(self._descriptor, _PIECE, start):
            yield piece
            start += len(piece)


@dataclass(frozen=True)
class EngineAnswer:
    """The answer of an engine; see `QueryAnswer`."""

    media_type: str
    file: AnswerFile
    cut: bool = False
    #: limit of rows where that is the engine's own, and lower than ours
    engine_rows: int | None = None
    unknown_graphs: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """The number of bytes of the body."""
        return self.file.size

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self.file.pieces())


class RowLimiter:
    """A JSON result that ends after a number of rows, well-formed.

    Rows are recognised as they arrive, without a parser: the result is parsed by who reads it.
    """

    def __init__(self, source: Readable, rows: int, is_full: Callable[[], bool]) -> None:
        """`is_full` returns whether no more row has a place."""
        self._source = source
        self._max_rows = rows
        self._is_full = is_full
        #: rows that were passed on
        self.rows = 0
        #: whether there were more
        self.cut = False
        self._ended = False
        self._ready = bytearray()
        self._pending = bytearray()
        #: length of `_pending` from which it is searched for a row again: searched after each piece,
        #: a row of many pieces would take the square of its length
        self._search_from = 0
        self._pass: Callable[[], None] = self._pass_head

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes; none at the end."""
        while not self._ready and not self._ended:
            piece = self._source.read(_PIECE)
            self._pending += piece
            if not piece or len(self._pending) >= self._search_from:
                self._pass()
            if not piece and not self._ended:
                self._pass_rest()
                self._ended = True
        end = len(self._ready) if size < 0 else size
        part = bytes(self._ready[:end])
        del self._ready[:end]
        return part

    def _pass_head(self) -> None:
        bindings = _BINDINGS.search(self._pending)
        if bindings is not None:
            self._move(bindings.end())
            self._pass = self._pass_rows
            self._pass_rows()
        elif len(self._pending) > _LONGEST_HEAD:
            raise ValueError("it has no rows at its beginning")

    def _pass_rows(self) -> None:
        end = 0
        while (row := _ROW.match(self._pending, end)) is not None:
            if self.rows >= self._max_rows or self._is_full():
                self._move(end)
                self._ready += b"]}}"
                self.cut = self._ended = True
                return
            self.rows += 1
            end = row.end()
        self._move(end)
        if _END_OF_ROWS.match(self._pending):
            self._pass = self._pass_rest
            self._pass_rest()
        else:
            self._search_from = 2 * len(self._pending)

    def _pass_rest(self) -> None:
        self._move(len(self._pending))

    def _move(self, end: int) -> None:
        """Pass on what is before an index."""
        self._ready += self._pending[:end]
        del self._pending[:end]
        self._search_from = 0


class _SizedFile:
    """A file that is written, with its size."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = 0

    def write(self, piece: bytes) -> int:
        """Append a piece."""
        self.size += len(piece)
        return self._file.write(piece)

    def flush(self) -> None:
        """Write what is held back."""
        self._file.flush()


def write_answer(
    body: Readable,
    body_type: str,
    media_type: str,
    caps: Caps,
    prefixes: Mapping[str, str],
    engine_rows: int | None = None,
) -> EngineAnswer:
    """The body that an engine sends, in the media type of the client and cut to `caps`.

    `engine_rows` is the number of rows after which the engine cuts. Raises `SyntaxError` and
    `ValueError` for a body that is not of its media type, and `NotXmlError`.
    """
    with tempfile.TemporaryFile() as file:
        output = _SizedFile(file)
        if syntax_for_media_type(media_type) is None:
            cut = _write_results(body, media_type, caps, output, engine_rows)
        else:
            cut = _write_graph(body, body_type, media_type, caps, prefixes, output)
        if media_type in {"application/rdf+xml", XML_RESULTS.media_type}:
            is_graph = media_type == "application/rdf+xml"
            file.flush()
            file.seek(0)
            require_xml_file(file, OTHER_GRAPHS if is_graph else "JSON, CSV or TSV")
        return EngineAnswer(media_type, AnswerFile(file), cut, engine_rows if cut else None)


def _write_results(
    body: Readable, media_type: str, caps: Caps, output: _SizedFile, engine_rows: int | None
) -> bool:
    """Write rows, or a truth value. Returns whether they were cut."""
    syntax = next(syntax for syntax in RESULT_SYNTAXES if syntax.media_type == media_type)
    limiter = RowLimiter(body, caps.rows, lambda: output.size > caps.bytes)
    results = ox.parse_query_results(cast(IO[bytes], limiter), format=JSON_RESULTS.engine_format)
    try:
        results.serialize(cast(IO[bytes], output), syntax.engine_format)
    finally:
        del (
            results
        )  # pyoxigraph requires that it ends in its thread; a traceback would outlive that
    while limiter.read(_PIECE):  # the parser stops at the end of the results
        pass
    return limiter.cut or (engine_rows is not None and limiter.rows >= engine_rows)


def _write_graph(
    body: Readable,
    body_type: str,
    media_type: str,
    caps: Caps,
    prefixes: Mapping[str, str],
    output: _SizedFile,
) -> bool:
    """Write triples. Returns whether they were cut."""
    body_syntax = syntax_for_media_type(body_type)
    syntax = syntax_for_media_type(media_type)
    if body_syntax is None or syntax is None:
        raise ValueError(f"it is {body_type or 'of no media type'}")
    triples = _Triples(
        (quad.triple for quad in ox.parse(cast(IO[bytes], body), format=body_syntax.engine_format)),
        caps.rows,
        lambda: output.size > caps.bytes,
    )
    ox.serialize(
        triples,
        cast(IO[bytes], output),
        format=syntax.engine_format,
        prefixes=dict(prefixes) or None,
    )
    return triples.cut


class _Triples:
    """Triples up to a limit."""

    def __init__(self, triples: Iterable[Triple], count: int, is_full: Callable[[], bool]) -> None:
        self._triples = triples
        self._max_count = count
        self._is_full = is_full
        self.cut = False

    def __iter__(self) -> Iterator[Triple]:
        for count, triple in enumerate(self._triples):
            if count >= self._max_count or self._is_full():
                self.cut = True
                return
            yield triple
