"""Parser of untrusted RDF: within limits, with line and column of an error, without network; with lines on request.

pyoxigraph refuses remote JSON-LD contexts; `json_ld` has ours. `xml_checks` refuses the XML that pyoxigraph should not
parse. pyoxigraph reports lines of errors only. With a reader that returns one line per `read()`, it yields a statement
as soon as the line that ends it has been read, so the number of lines read so far is the line of the statement.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from pyoxigraph import parse

from gcmgraph.errors import Place, RdfSyntaxError
from gcmgraph.model.terms import IRI, Quad, Triple
from gcmgraph.rdfio.json_ld import with_context
from gcmgraph.rdfio.media import JSON_LD, RDF_XML, RdfSyntax, syntax_of
from gcmgraph.rdfio.xml_checks import check_xml

#: Default limit of the input, in bytes.
MAX_BYTES = 50 * 1024 * 1024

#: Base of relative references in JSON-LD, so that they are found: the parser drops them silently.
#: The domain never exists (RFC 6761, 6.4).
_NO_BASE = "https://relative.invalid/"

#: The place of an error in the engine's message; ours have a `Place`.
_ENGINE_PLACE = re.compile(r"^Parser error (?:at|between)[^:]*: ")

#: Parts of the engine's messages, each with a hint.
_HINTS = {
    "remote contexts": "Write the context into the document: contexts are not fetched. Only ours may be named, once.",
    "Max stack size": "Nest less deeply.",
    "No scheme found": "Write IRIs out in full, or declare the base with @base.",
    "error while parsing IRI": "Write IRIs out in full, or declare the base.",
    "a value was expected": "The document is empty, or a value is missing at its end.",
    "Unexpected end": 'End the last statement with a dot; close what is still open: " of a text, > of an IRI, ] or ).',
    "A dot is expected": "End each statement with a dot; put commas between values, semicolons between properties.",
    "should be followed by a dot": "End each statement with a dot: the last one before this place has none.",
    "must be followed by a dot": "End each line with a dot.",
    "has not been declared": "Declare it on a line above: @prefix name: <the IRI that it stands for> .",
    "should be followed by a prefix": "Write @prefix name: <the IRI that it stands for> .",
    "is not a valid RDF object": "A value is missing before it, or a bracket before it is not closed.",
    "is not a valid subject": "Is what stands before it right? Texts and dates need quotation marks, PREFIX no dot.",
    "is not a valid predicate": "A property is an IRI, a name with a prefix, or a; commas stand between values only.",
    "Invalid IRI code point": "Write what an IRI cannot hold in percent-encoding: a space is %20.",
    "at the beginning of a prefix name": 'Put texts in straight quotation marks: "text".',
    "should end with a ']'": "Close each [ with a ].",
    "Unexpected escape": "Write a backslash as two: \\\\.",
    "A language code": 'Write the language right after @, as in "text"@en.',
    "Trailing commas": "Take out the comma before the bracket.",
    "must be followed by a comma": "Add the comma or the bracket that is missing.",
    "Unexpected char": 'Put names and texts in double quotation marks: "text".',
    "Unknown prefix": "Declare the namespace at the top: xmlns:name=…",
}


def parse_quads(
    data: bytes, syntax: RdfSyntax, *, source: str, base_iri: str | None = None, max_bytes: int = MAX_BYTES
) -> Iterator[Quad]:
    """The quads of `data`; `source` is its name in messages.

    Blank nodes are renamed, so that those of two inputs differ. Raises `RdfSyntaxError` with line and column for
    malformed RDF, for bytes that are not UTF-8, for a DOCTYPE, and for more than `max_bytes`.
    """
    if len(data) > max_bytes:
        raise RdfSyntaxError(
            f"The input has {len(data):,} bytes; the limit is {max_bytes:,}.",
            place=Place(source),
            hint="Send it in parts.",
        )
    data = without_bom(data)
    require_utf8(data, source)
    if syntax is RDF_XML:
        check_xml(data, source)
    if syntax is JSON_LD:
        data = with_context(data)
    base = _NO_BASE if base_iri is None and syntax is JSON_LD else base_iri
    try:
        for quad in parse(data, syntax.engine_format, base_iri=base, rename_blank_nodes=True):
            if base is _NO_BASE:
                _refuse_relative(quad, source)
            yield quad
    except (SyntaxError, ValueError) as error:
        raise _not_valid(error, syntax, source) from error


def read_quads(path: Path, *, max_bytes: int = MAX_BYTES) -> list[Quad]:
    """All quads of an RDF file, whose suffix names its syntax. Raises `RdfSyntaxError`."""
    data, syntax = read_document(path)
    return list(parse_quads(data, syntax, source=str(path), base_iri=path.absolute().as_uri(), max_bytes=max_bytes))


def read_document(path: Path) -> tuple[bytes, RdfSyntax]:
    """The bytes of an RDF file, and their syntax. Raises `RdfSyntaxError`."""
    syntax = syntax_of(path)
    try:
        return path.read_bytes(), syntax
    except OSError as error:
        raise RdfSyntaxError(f"The file cannot be read: {error.strerror}.", place=Place(str(path))) from error


def stream_quads(path: Path) -> Iterator[Quad]:
    """The quads of a file of any size, read lazily. Raises `RdfSyntaxError` as `parse_quads` does."""
    syntax = syntax_of(path)
    try:
        if syntax is RDF_XML:
            _check_file(path)
        base = path.absolute().as_uri()
        with path.open("rb") as file:
            start = file.read(len(BOM_UTF8))
            _refuse_utf16(start, str(path))
            # the engine reads a file that it opens itself a fifth faster
            source = {"input": file} if start == BOM_UTF8 else {"path": str(path)}
            yield from parse(**source, format=syntax.engine_format, base_iri=base, rename_blank_nodes=True)
    except OSError as error:
        raise RdfSyntaxError(f"The file cannot be read: {error.strerror}.", place=Place(str(path))) from error
    except (SyntaxError, ValueError) as error:
        raise _not_valid(error, syntax, str(path)) from error


def _check_file(path: Path) -> None:
    with path.open("rb") as file:
        if not path.stat().st_size:  # which cannot be mapped
            check_xml(b"", str(path))
            return
        with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            check_xml(data, str(path))


def _not_valid(error: SyntaxError | ValueError, syntax: RdfSyntax, source: str) -> RdfSyntaxError:
    """The engine's error with a hint. A `ValueError` is that of an invalid IRI or language tag."""
    said, place = str(error), Place(source)
    if isinstance(error, SyntaxError):
        said, place = error.msg, Place(source, error.lineno, error.offset)
    said = _ENGINE_PLACE.sub("", said).rstrip(".")
    hint = next((hint for words, hint in _HINTS.items() if words in said), None)
    return RdfSyntaxError(f"This is not valid {syntax.name}: {said}.", place=place, hint=hint)


def _refuse_relative(quad: Quad, source: str) -> None:
    for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
        if isinstance(term, IRI) and term.value.startswith(_NO_BASE):
            raise RdfSyntaxError(
                f"This is not valid JSON-LD here: '{term.value.removeprefix(_NO_BASE)[:100]}' is a relative IRI.",
                place=Place(source),
                hint="Write IRIs out in full, or declare @base in the context.",
            )


def without_bom(data: bytes) -> bytes:
    """Bytes without the byte order mark of UTF-8."""
    return data.removeprefix(BOM_UTF8)


def require_utf8(data: bytes, source: str) -> None:
    """Raise `RdfSyntaxError`, with the place, for bytes that are not UTF-8."""
    _refuse_utf16(data, source)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise RdfSyntaxError(
            f"Byte 0x{data[error.start]:02X} is not UTF-8.",
            place=Place(source, line, column),
            hint="Save the file as UTF-8.",
        ) from error


def _refuse_utf16(data: bytes, source: str) -> None:
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise RdfSyntaxError("This is UTF-16, not UTF-8.", place=Place(source, 1, 1), hint="Save the file as UTF-8.")


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


def parse_with_lines(data: bytes, syntax: RdfSyntax, *, source: str, base_iri: str | None = None) -> list[LocatedQuad]:
    """The quads of `data` with their lines. Raises `RdfSyntaxError` for all that `parse_quads` refuses."""
    # parsing is fast (a million triples a second): a first pass finds all errors, the second the lines
    for _ in parse_quads(data, syntax, source=source, base_iri=base_iri):
        pass
    return list(_located(data, syntax, source, base_iri))


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
