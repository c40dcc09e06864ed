"""Parser of untrusted RDF: within limits, without network, with line and column of an error.

pyoxigraph refuses remote JSON-LD contexts; `json_ld` has ours. It reports lines of errors only.
With a reader that returns one line per `read()`, it yields a statement as soon as the line that
ends it has been read, so the number of lines read so far is the line of the statement.

XML is checked before it is parsed, and after the engine wrote it. The parser of pyoxigraph 0.5.13
accepts a document that was cut off, takes ever longer with the depth of nesting (over 20 s for
900,000 elements), and expands entities without limit (2.9 GB from 1 kB). Its serializer writes
characters that XML does not allow (https://www.w3.org/TR/xml/#charsets), and elements without a
name for properties and classes whose IRI does not end in one.
"""

from __future__ import annotations

import io
import re
import tomllib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO
from xml.parsers import expat
from xml.parsers.expat import errors

from pyoxigraph import parse

from gcmgraph.platform.errors import NotXmlError, Place, RdfSyntaxError
from gcmgraph.rdf.json_ld import with_context
from gcmgraph.rdf.media import JSON_LD, RDF_XML, RdfSyntax, read_whole, syntax_of
from gcmgraph.rdf.terms import IRI, Quad, Triple

_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)

#: Limit of nested elements. RDF/XML takes two for each step from a resource to its part.
MAX_DEPTH = 256

#: Bytes parsed at a time.
_STEP = 1 << 20

#: Messages of expat for a document that was cut off.
_CUT_OFF = (
    *(errors.XML_ERROR_NO_ELEMENTS, errors.XML_ERROR_UNCLOSED_TOKEN),
    *(errors.XML_ERROR_PARTIAL_CHAR, errors.XML_ERROR_UNCLOSED_CDATA_SECTION),
)

#: Characters that XML does not allow.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32)])

#: Other signs of invalid XML: noncharacters, and the text after the prefix of an element without a
#: name.
_SIGNS = ("\ufffe".encode(), "\uffff".encode(), b": xmlns:", b": rdf:", b":>")

#: Default limit of the input, in bytes.
MAX_BYTES = 50 * 1024 * 1024

#: Base of relative references in JSON-LD, so that they are found: the parser drops them silently.
#: The domain never exists (RFC 6761, 6.4).
_NO_BASE = "https://relative.invalid/"

#: The place of an error in the engine's message; ours have a `Place`.
_ENGINE_PLACE = re.compile(r"^Parser error (?:at|between)[^:]*: ")


@cache
def _hints(kind: str) -> dict[str, str]:
    """The hints of `hints.toml` for RDF or XML, by a part of the message."""
    tables = tomllib.loads((files(__package__) / "hints.toml").read_text("utf-8"))
    hints: dict[str, str] = tables[kind]
    return hints


def _hint(message: str, kind: str) -> str | None:
    """The hint for an error with this message, if there is one."""
    for words, hint in _hints(kind).items():
        if words in message:
            return hint
    return None


def check_xml(data: bytes | mmap, source: str) -> None:
    """Raise `RdfSyntaxError` for XML that is not whole or well-formed, or has a DOCTYPE.

    XML that is nested deeper than `MAX_DEPTH` is refused, too.
    """
    _refuse_doctype(data, source)
    parser = expat.ParserCreate()
    depth = 0

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise RdfSyntaxError(
                f"The XML is nested deeper than {MAX_DEPTH} elements.",
                place=Place(source, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1),
                hint="Give things an rdf:about, and refer to them by rdf:resource.",
            )

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        for position in range(0, len(data), _STEP):
            parser.Parse(data[position : position + _STEP], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        message = expat.ErrorString(error.code)
        fault = "it ends too early" if message in _CUT_OFF else message
        raise RdfSyntaxError(
            f"This is not well-formed XML: {fault}.",
            place=Place(source, error.lineno, error.offset + 1),
            hint=_hint(message, "xml"),
        ) from error


def _refuse_doctype(data: bytes | mmap, source: str) -> None:
    doctype = _DOCTYPE.search(data)
    if doctype:
        raise RdfSyntaxError(
            "A DOCTYPE or ENTITY declaration is not accepted in RDF/XML.",
            place=Place(source, data[: doctype.start()].count(b"\n") + 1),
            hint="Write the IRIs out in full, or send Turtle.",
        )


def require_xml(document: bytes, instead: str) -> None:
    """Raise `NotXmlError` for a document of the engine that is not XML; `instead` names other formats.

    Parsing takes ten times as long as the search for signs, so only a document with such a sign is
    parsed.
    """
    if len(document.translate(None, _CONTROLS)) < len(document) or any(
        sign in document for sign in _SIGNS
    ):
        require_xml_file(io.BytesIO(document), instead)


def require_xml_file(file: IO[bytes], instead: str) -> None:
    """Do the same for a file, from its current position."""
    try:
        expat.ParserCreate(namespace_separator=" ").ParseFile(file)
    except expat.ExpatError as error:
        raise NotXmlError(
            "XML cannot carry this: it holds a character that XML does not allow, "
            "or a property or class whose IRI does not end in a name.",
            hint=f"Ask for {instead}.",
        ) from error


def parse_quads(
    data: bytes,
    syntax: RdfSyntax,
    *,
    source: str,
    base_iri: str | None = None,
    max_bytes: int = MAX_BYTES,
) -> Iterator[Quad]:
    """The quads of `data`; `source` is its name in messages.

    Blank nodes are renamed, so that those of two inputs differ. Raises `RdfSyntaxError` with line
    and column for malformed RDF, for bytes that are not UTF-8, for a DOCTYPE, and for more than
    `max_bytes`.
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
    return list(
        parse_quads(
            data, syntax, source=str(path), base_iri=path.absolute().as_uri(), max_bytes=max_bytes
        )
    )


def read_document(path: Path) -> tuple[bytes, RdfSyntax]:
    """The bytes of an RDF file, and their syntax. Raises `RdfSyntaxError`."""
    syntax = syntax_of(path)
    return read_whole(path), syntax


def stream_quads(path: Path) -> Iterator[Quad]:
    """The quads of a file of any size, read lazily.

    Raises `RdfSyntaxError` as `parse_quads` does.
    """
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
            yield from parse(
                **source, format=syntax.engine_format, base_iri=base, rename_blank_nodes=True
            )
    except OSError as error:
        raise RdfSyntaxError(
            f"The file cannot be read: {error.strerror}.", place=Place(str(path))
        ) from error
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
    message = str(error)
    place = Place(source)
    if isinstance(error, SyntaxError):
        message = error.msg
        place = Place(source, error.lineno, error.offset)
    message = _ENGINE_PLACE.sub("", message).rstrip(".")
    return RdfSyntaxError(
        f"This is not valid {syntax.name}: {message}.", place=place, hint=_hint(message, "rdf")
    )


def _refuse_relative(quad: Quad, source: str) -> None:
    for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
        if isinstance(term, IRI) and term.value.startswith(_NO_BASE):
            relative_iri = term.value.removeprefix(_NO_BASE)[:100]
            raise RdfSyntaxError(
                f"This is not valid JSON-LD here: '{relative_iri}' is a relative IRI.",
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
        raise RdfSyntaxError(
            "This is UTF-16, not UTF-8.", place=Place(source, 1, 1), hint="Save the file as UTF-8."
        )


@dataclass(frozen=True)
class LocatedQuad:
    """A quad and the 1-based line on which its object ends.

    In Turtle and the line-oriented syntaxes it is the line of the object, or the next one where the
    object ends only there. In JSON-LD and RDF/XML a statement ends with its element.
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
    data: bytes, syntax: RdfSyntax, *, source: str, base_iri: str | None = None
) -> list[LocatedQuad]:
    """The quads of `data` with their lines.

    Raises `RdfSyntaxError` for all that `parse_quads` refuses.
    """
    # parsing is fast (a million triples a second): a first pass finds all errors, the second the
    # lines
    for _ in parse_quads(data, syntax, source=source, base_iri=base_iri):
        pass
    return list(_located(data, syntax, source, base_iri))


def _located(
    data: bytes, syntax: RdfSyntax, source: str, base_iri: str | None
) -> Iterator[LocatedQuad]:
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
