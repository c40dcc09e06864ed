"""Results of queries, cut to limits of rows and bytes and well-formed, and formats of the engine.

The engine writes into an object and stops when that raises, so a limit applies while rows are
computed. Rows are counted by the marks between them. A mark may also occur in a text, so the quick
count is never too low; texts are told apart only where it passes the limit. A result that is cut
ends after a whole row.
"""

from __future__ import annotations

import csv
import re
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, cast

import pyoxigraph as ox

from gcmgraph.rdf.parsing import require_xml, require_xml_file
from gcmgraph.rdf.terms import Triple


@dataclass(frozen=True)
class ResultSyntax:
    """A syntax of SELECT and ASK results (https://www.w3.org/TR/sparql11-overview/#sparql11-results)."""

    name: str
    media_type: str
    suffix: str
    #: whether it can write the result of ASK
    boolean: bool
    engine_format: ox.QueryResultsFormat


JSON_RESULTS = ResultSyntax(
    "JSON", "application/sparql-results+json", "srj", True, ox.QueryResultsFormat.JSON
)
XML_RESULTS = ResultSyntax(
    "XML", "application/sparql-results+xml", "srx", True, ox.QueryResultsFormat.XML
)
CSV_RESULTS = ResultSyntax("CSV", "text/csv", "csv", False, ox.QueryResultsFormat.CSV)
TSV_RESULTS = ResultSyntax(
    "TSV", "text/tab-separated-values", "tsv", False, ox.QueryResultsFormat.TSV
)

#: In order of preference, for clients that accept any.
RESULT_SYNTAXES = (JSON_RESULTS, XML_RESULTS, CSV_RESULTS, TSV_RESULTS)


@dataclass(frozen=True)
class Caps:
    """Limits of one answer.

    `deadline` is a `time.monotonic()` after which nothing more is written. With `whole`, an answer
    that would be cut is discarded; then a graph has no limit of rows, and is written without
    holding the interpreter.
    """

    rows: int = 100_000
    bytes: int = 64 * 1024 * 1024
    deadline: float | None = None
    whole: bool = False


#: The whole answer.
NO_CAPS = Caps(sys.maxsize, sys.maxsize, whole=True)


#: Formats of a graph that XML cannot carry.
OTHER_GRAPHS = "Turtle, JSON-LD or N-Triples"


def transcribe(results: bytes, syntax: ResultSyntax) -> bytes:
    """Solutions in JSON (https://www.w3.org/TR/sparql11-results-json/) in another syntax, in the same order.

    Raises `NotXmlError`.
    """
    solutions = ox.parse_query_results(results, format=JSON_RESULTS.engine_format)
    body = solutions.serialize(format=syntax.engine_format) or b""
    require_syntax(body, syntax.engine_format)
    return body


def read_values(results: bytes, syntax: ResultSyntax) -> bool | Iterator[list[str]]:
    """The truth value of a result, or the texts in its rows, which are parsed one by one."""
    if syntax is CSV_RESULTS:
        return islice(csv.reader(results.decode().splitlines()), 1, None)
    result = ox.parse_query_results(results, format=syntax.engine_format)
    if isinstance(result, ox.QueryBoolean):
        return bool(result)
    return map(_texts, result)


def _texts(solution: ox.QuerySolution) -> list[str]:
    return [str(getattr(term, "value", term)) for term in solution if term is not None]


def require_syntax(body: bytes, engine_format: ox.RdfFormat | ox.QueryResultsFormat) -> None:
    """Raise `NotXmlError` where the engine wrote invalid XML."""
    if engine_format == ox.RdfFormat.RDF_XML:
        require_xml(body, OTHER_GRAPHS)
    elif engine_format == ox.QueryResultsFormat.XML:
        require_xml(body, "JSON, CSV or TSV")


@dataclass(frozen=True)
class _RowSyntax:
    """Rows in a syntax."""

    #: the mark after a row, or between two of them
    mark: bytes
    #: number of bytes of the mark that belong to the row before it
    mark_bytes_in_row: int
    #: marks or texts, whichever comes first
    token: re.Pattern[bytes]
    #: end of the part before the first row
    head_end: bytes
    closing: bytes


def _rows(mark: str, text: str, head_end: str, closing: str, mark_bytes_in_row: int) -> _RowSyntax:
    token = re.compile(rf"{text}|({re.escape(mark)})".encode(), re.DOTALL)
    return _RowSyntax(mark.encode(), mark_bytes_in_row, token, head_end.encode(), closing.encode())


_NEVER = "(?!)"
_ROWS: dict[ResultSyntax, _RowSyntax] = {
    JSON_RESULTS: _rows("},{", r'"(?:[^"\\]|\\.)*+(?:"|$)', '"bindings":[', "]}}", 1),
    XML_RESULTS: _rows("</result>", _NEVER, "<results>", "</results></sparql>", 9),
    CSV_RESULTS: _rows("\r\n", '"[^"]*+(?:"|$)', "\r\n", "", 2),
    TSV_RESULTS: _rows("\n", _NEVER, "\n", "", 1),
}


class _LimitError(Exception):
    """More than the limits allow; it stops the engine."""


class _Sink:
    """Receives a result from the engine."""

    def __init__(self, caps: Caps) -> None:
        self._chunks: list[bytes] = []
        self._size = 0
        self._caps = caps

    @property
    def is_beyond_limits(self) -> bool:
        """Whether the limit of bytes or the deadline is passed."""
        late = self._caps.deadline is not None and time.monotonic() > self._caps.deadline
        return late or self._size > self._caps.bytes

    def write(self, chunk: bytes) -> int:
        """Append a chunk. Raises `_LimitError` where a cut answer would be discarded."""
        self._chunks.append(bytes(chunk))
        self._size += len(chunk)
        if self._caps.whole and self.is_beyond_limits:
            raise _LimitError
        return len(chunk)

    def flush(self) -> None:
        """Nothing is held back."""

    def joined(self) -> bytes:
        """All that was written."""
        return b"".join(self._chunks)


class _Output(_Sink):
    """Receives rows from the engine, and cuts them."""

    def __init__(self, rows: _RowSyntax, caps: Caps) -> None:
        super().__init__(caps)
        self._rows = rows
        self._tail = b""
        self._marks = 0  # never less than there are
        # in JSON a mark means that another row follows; the other syntaxes have one in or behind
        # their head
        between, in_head = rows.mark_bytes_in_row < len(rows.mark), rows.head_end == rows.mark
        self._most_marks = caps.rows - between + in_head

    def write(self, chunk: bytes) -> int:
        """Append a chunk. Raises `_LimitError` above the limits."""
        written = super().write(chunk)
        seam = self._tail + chunk
        self._marks += seam.count(self._rows.mark)
        self._tail = seam[-(len(self._rows.mark) - 1) :] if len(self._rows.mark) > 1 else b""
        if self._marks > self._most_marks:
            self._marks = sum(
                match[1] is not None for match in self._rows.token.finditer(self.joined())
            )
        if self._marks > self._most_marks or self.is_beyond_limits:
            raise _LimitError
        return written

    def cut(self) -> bytes:
        """As many whole rows as the limits allow, well-formed."""
        body = self.joined()
        rows = self._rows
        end = body.find(rows.head_end) + len(rows.head_end)
        count = 0
        for match in rows.token.finditer(body, end):
            is_text = match[1] is None
            if is_text:
                continue
            if (
                count >= self._caps.rows
                or match.start() + rows.mark_bytes_in_row > self._caps.bytes
            ):
                break
            end, count = match.start() + rows.mark_bytes_in_row, count + 1
        return body[:end] + rows.closing


def write_solutions(
    answer: ox.QuerySolutions, syntax: ResultSyntax, caps: Caps
) -> tuple[bytes, bool]:
    """The rows of a SELECT in a syntax, within the limits, and whether they were cut.

    Raises `NotXmlError`.
    """
    output = _Output(_ROWS[syntax], caps)
    cut = False
    try:
        answer.serialize(cast(IO[bytes], output), syntax.engine_format)
    except _LimitError:
        cut = True
    body = output.cut() if cut else output.joined()
    require_syntax(body, syntax.engine_format)
    return body, cut


def write_graph(
    answer: ox.QueryTriples,
    engine_format: ox.RdfFormat,
    caps: Caps,
    prefixes: dict[str, str] | None = None,
) -> tuple[bytes, bool]:
    """The triples of a graph in a syntax, within the limits, and whether they were cut.

    Raises `NotXmlError`.
    """
    sink = _Sink(caps)
    cut = False

    def triples_within_caps() -> Iterator[Triple]:
        nonlocal cut
        for count, triple in enumerate(answer):
            if count >= caps.rows or (not count % 64 and sink.is_beyond_limits):
                cut = True
                return
            yield triple

    try:
        if caps.whole:
            answer.serialize(cast(IO[bytes], sink), engine_format)
        else:
            ox.serialize(
                triples_within_caps(),
                cast(IO[bytes], sink),
                format=engine_format,
                prefixes=prefixes or None,
            )
    except _LimitError:
        return b"", True
    body = sink.joined()
    require_syntax(body, engine_format)
    return body, cut


def write_whole_graph(
    triples: Iterable[Triple], engine_format: ox.RdfFormat, file: IO[bytes]
) -> None:
    """All triples of a graph in a syntax, to a file. Raises `NotXmlError`."""
    ox.serialize(triples, file, format=engine_format)
    if engine_format == ox.RdfFormat.RDF_XML:
        file.seek(0)
        require_xml_file(file, OTHER_GRAPHS)
