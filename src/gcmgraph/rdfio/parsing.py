"""Parse RDF that strangers wrote: bounded, with line and column of an error, never touching the network.

pyoxigraph refuses remote JSON-LD contexts by itself; a DOCTYPE in RDF/XML is refused here, because entities
expand without bound (measured: 2.9 GB from 1 kB).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path

from pyoxigraph import parse

from gcmgraph.errors import Place, RdfSyntaxError
from gcmgraph.model.terms import Quad
from gcmgraph.rdfio.files import syntax_of
from gcmgraph.rdfio.media import RDF_XML, RdfSyntax

#: Largest input taken, in bytes, unless the caller says otherwise.
MAX_BYTES = 50 * 1024 * 1024

_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def parse_quads(
    data: bytes, syntax: RdfSyntax, *, source: str, base_iri: str | None = None, max_bytes: int = MAX_BYTES
) -> Iterator[Quad]:
    """The quads of `data`, which stands in `source` (a name for messages).

    Blank nodes are renamed, so that those of two inputs never meet. Raises `RdfSyntaxError` with line and
    column for malformed RDF, for anything but UTF-8, for a DOCTYPE, and for more than `max_bytes`.
    """
    if len(data) > max_bytes:
        raise RdfSyntaxError(
            f"The input has {len(data):,} bytes; the limit is {max_bytes:,}.",
            place=Place(source),
            hint="Send it in parts.",
        )
    require_utf8(data, source)
    if syntax is RDF_XML:
        _refuse_doctype(data, source)
    try:
        yield from parse(data, syntax.engine_format, base_iri=base_iri, rename_blank_nodes=True)
    except SyntaxError as error:
        raise RdfSyntaxError(
            f"This is not valid {syntax.name}: {error.msg}.",
            place=Place(source, error.lineno, error.offset),
        ) from error
    except ValueError as error:  # pyoxigraph's word for an IRI or language tag that is none
        raise RdfSyntaxError(f"This is not valid {syntax.name}: {error}.", place=Place(source)) from error


def read_quads(path: Path, *, max_bytes: int = MAX_BYTES) -> list[Quad]:
    """All quads of an RDF file, its syntax told by the suffix. Raises `RdfSyntaxError`."""
    syntax = syntax_of(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RdfSyntaxError(f"The file cannot be read: {error.strerror}.", place=Place(str(path))) from error
    return list(parse_quads(data, syntax, source=str(path), base_iri=path.absolute().as_uri(), max_bytes=max_bytes))


def stream_quads(path: Path) -> Iterator[Quad]:
    """The quads of a file of any size, read as they are asked for. Raises `RdfSyntaxError` as `parse_quads` does."""
    syntax = syntax_of(path)
    try:
        if syntax is RDF_XML and path.stat().st_size:
            with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
                _refuse_doctype(data, str(path))
        yield from parse(
            path=str(path), format=syntax.engine_format, base_iri=path.absolute().as_uri(), rename_blank_nodes=True
        )
    except OSError as error:
        raise RdfSyntaxError(f"The file cannot be read: {error.strerror}.", place=Place(str(path))) from error
    except SyntaxError as error:
        raise RdfSyntaxError(
            f"This is not valid {syntax.name}: {error.msg}.", place=Place(str(path), error.lineno, error.offset)
        ) from error
    except ValueError as error:
        raise RdfSyntaxError(f"This is not valid {syntax.name}: {error}.", place=Place(str(path))) from error


def _refuse_doctype(data: bytes | mmap, source: str) -> None:
    if found := _DOCTYPE.search(data):
        raise RdfSyntaxError(
            "A DOCTYPE or ENTITY declaration is not accepted in RDF/XML.",
            place=Place(source, data[: found.start()].count(b"\n") + 1),
            hint="Write the IRIs out in full, or send Turtle.",
        )


def require_utf8(data: bytes, source: str) -> None:
    """Raise `RdfSyntaxError`, with the place, for bytes that are not UTF-8."""
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
