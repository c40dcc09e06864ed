"""Canonical serialization of RDF: the same graph gives the same bytes; change of such files.

Quads are sorted. Those of graphs with blank nodes (of ours, only the shapes) are first relabelled
by RDFC-1.0 (https://www.w3.org/TR/rdf-canon/), which pyoxigraph provides. Statements about
statements, which the dataset names by `rdf:subject`, `rdf:predicate` and `rdf:object`, can be
written as reifiers of RDF 1.2 (https://www.w3.org/TR/rdf12-concepts/#section-reifying-triples).
Lines that two files of canonical N-Quads both have are compared or copied as bytes and not parsed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import CanonicalizationAlgorithm, Dataset, parse, serialize

from gcmgraph.rdf.media import N_QUADS, RDF_XML, RdfSyntax
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Quad, Triple

_XML_NAMESPACE = re.compile(rb'xmlns(?::[\w.-]+)?="[^"]*"')

#: In Turtle and TriG: a string, an IRI, or the prefix and the local name of a name with an escape.
_ESCAPED_NAME = re.compile(
    rb""""(?:[^"\\]|\\.)*"|<[^>]*>|(?<![\w-])([\w-]+):((?:[^\s\\"<>]*\\.)+[^\s\\"<>]*)"""
)

#: The predicate of types in a line; without it the rest begins with a space, which sorts before
#: other predicates.
_TYPES = f"<{PREFIXES['rdf']}type>".encode()

#: Bytes of a file that are copied at once.
_PIECE = 1 << 20

#: End of a line, and start of the label of a blank node; the latter may also occur in a literal.
_END, _BLANK = b" .\n", b"_:"

#: Terms by which the dataset makes statements about statements, and that of RDF 1.2.
_PARTS = tuple(IRI(f"{PREFIXES['rdf']}{part}") for part in ("subject", "predicate", "object"))
_TYPE, _STATEMENT, _REIFIES = (
    IRI(f"{PREFIXES['rdf']}{name}") for name in ("type", "Statement", "reifies")
)
_NODES = IRI | BlankNode | Literal


def canonical_lines(quads: Iterable[Quad]) -> list[bytes]:
    """The distinct quads as lines of N-Quads, blank nodes labelled by RDFC-1.0, in the order of `line_key`.

    Lines in place of quads: they are compared and sorted in a fifth of the time.
    """
    lines = set(serialize_in_order(quads).splitlines(keepends=True))
    # texts may have this sign, too: the labels depend on blank nodes alone
    lines_with_blank_nodes = [line for line in lines if _BLANK in line]
    if lines_with_blank_nodes:
        dataset = Dataset(_parsed(lines_with_blank_nodes))
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        lines.difference_update(lines_with_blank_nodes)
        lines.update(serialize_in_order(dataset).splitlines(keepends=True))
    return _graph_by_graph(lines)


def canonical_triples(quads: Iterable[Quad]) -> list[Triple]:
    """The distinct triples of all graphs, blank nodes labelled by RDFC-1.0; of a subject, its types first."""
    return [quad.triple for quad in _parsed(_triples_of(canonical_lines(quads)))]


def _graph_by_graph(
    lines: Iterable[bytes], within: Callable[[bytes], bytes] | None = None
) -> list[bytes]:
    """Lines in the order of their graphs, and within a graph by the key `within`.

    Within a graph, lines sort as their terms do: the end of a term and the space after it sort
    before any continuation.
    """
    graphs: dict[bytes, list[bytes]] = {}
    for line in lines:
        graphs.setdefault(_parts(line)[1], []).append(line)
    return [line for graph in sorted(graphs) for line in sorted(graphs[graph], key=within)]


def _triples_of(lines: Iterable[bytes]) -> list[bytes]:
    """Distinct lines without their graphs, in reading order."""
    return sorted({_parts(line)[0] + _END for line in lines}, key=_reading_order)


def _parts(line: bytes) -> tuple[bytes, bytes]:
    """The triple of a line, and the name of its graph, empty for the default graph."""
    triple, _, last = line.removesuffix(_END).rpartition(b" ")
    if last[:1] in b"<_" and b'"' not in last and triple.count(b" ") > 1:
        return triple, last
    return line.removesuffix(_END), b""


def line_key(line: bytes) -> tuple[bytes, bytes]:
    """The sort key of lines: the default graph before the named ones, then graph, subject, predicate, object."""
    return _parts(line)[1], line


def _parsed(lines: Iterable[bytes]) -> Iterator[Quad]:
    return parse(b"".join(lines), N_QUADS.engine_format, lenient=True)


def serialize_canonical(
    quads: Iterable[Quad], syntax: RdfSyntax = N_QUADS, prefixes: dict[str, str] | None = None
) -> bytes:
    """The bytes of a dataset in one syntax, the same for the same dataset.

    Only prefixes that occur are written.

    In a syntax without named graphs the graphs are merged.
    """
    return serialize_lines(canonical_lines(quads), syntax, prefixes)


def serialize_lines(
    lines: Iterable[bytes], syntax: RdfSyntax, prefixes: dict[str, str] | None = None
) -> bytes:
    """As `serialize_canonical`, of the lines of canonical N-Quads."""
    if syntax is N_QUADS:
        return b"".join(lines)
    ordered = _graph_by_graph(lines, _reading_order) if syntax.dataset else _triples_of(lines)
    body = b"".join(ordered)
    used_prefixes = {
        prefix: namespace
        for prefix, namespace in sorted((prefixes or {}).items())
        if b"<" + namespace.encode() in body
    }
    document = serialize(_parsed([body]), format=syntax.engine_format, prefixes=used_prefixes)
    if not document or not used_prefixes:
        return document or b""
    if syntax is RDF_XML:
        return _sorted_namespaces(document)
    return _sorted_header(_without_escapes(document, used_prefixes))


def serialize_in_order(quads: Iterable[Quad]) -> bytes:
    """N-Quads, a line for each quad, in the order given."""
    return serialize(quads, format=N_QUADS.engine_format) or b""


def _reading_order(line: bytes) -> bytes:
    """By subject, its types first, then by predicate and object; of lines of one graph."""
    subject, _, predicate_and_object = line.partition(b" ")
    return subject + b" " + predicate_and_object.removeprefix(_TYPES)


def _without_escapes(document: bytes, prefixes: dict[str, str]) -> bytes:
    """Turtle and TriG with the whole IRI in place of each local name with an escape, which Virtuoso misreads."""

    def whole_iri(match: re.Match[bytes]) -> bytes:
        prefix, local_name = match.groups()
        if not prefix:  # a string, or an IRI
            return match[0]
        namespace = prefixes[prefix.decode()].encode()
        return b"<" + namespace + local_name.replace(b"\\", b"") + b">"

    lines = []
    for line in document.splitlines(keepends=True):
        lines.append(_ESCAPED_NAME.sub(whole_iri, line) if b"\\" in line else line)
    return b"".join(lines)


def _sorted_header(document: bytes) -> bytes:
    """Turtle and TriG with their `@prefix` lines sorted: the serializer writes them in no fixed order."""
    lines = document.splitlines(keepends=True)
    length = next(
        (n for n, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines)
    )
    return b"".join(sorted(lines[:length]) + lines[length:])


def _sorted_namespaces(document: bytes) -> bytes:
    """Sort the namespaces of the root element of RDF/XML: the serializer writes them in no fixed order."""
    start = document.find(b"<rdf:RDF ")
    end = document.find(b">", start)
    if start < 0:
        return document
    attributes = sorted(_XML_NAMESPACE.findall(document, start, end))
    return document[:start] + b"<rdf:RDF " + b" ".join(attributes) + document[end:]


def digest(quads: Iterable[Quad]) -> str:
    """The SHA-256 (hex) of a dataset's canonical N-Quads: equal exactly for isomorphic datasets."""
    return sha256(serialize_canonical(quads))


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def with_reifiers(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The triples, with `rdf:reifies` and a triple term in place of the three parts of each statement about one.

    Other properties remain: in Turtle they are an annotation of the triple. Incomplete statements
    remain as they are.
    """
    remaining = set(triples)
    parts_of_statements: dict[IRI | BlankNode, list[Triple]] = {}
    for triple in remaining:
        if triple.predicate in _PARTS:
            parts_of_statements.setdefault(triple.subject, []).append(triple)  # type: ignore[arg-type]
    for reifier, parts in parts_of_statements.items():
        statement = _statement(parts)
        if statement is not None:
            remaining.difference_update(parts)
            remaining.discard(Triple(reifier, _TYPE, _STATEMENT))
            remaining.add(Triple(reifier, _REIFIES, statement))
    yield from remaining


def _statement(parts: list[Triple]) -> Triple | None:
    """The triple with these three parts; None if there are more or fewer, or if they form none."""
    objects = {part.predicate: part.object for part in parts}
    if len(parts) != len(_PARTS) or len(objects) != len(_PARTS):
        return None
    subject, predicate, value = (objects[part] for part in _PARTS)
    if not isinstance(subject, IRI | BlankNode) or not isinstance(predicate, IRI):
        return None
    return Triple(subject, predicate, value) if isinstance(value, _NODES) else None


class UnfitError(ValueError):
    """A change that does not fit a file, or a file that is not canonical N-Quads."""


def write_changed(old: Path, new: Path, *, removed: Iterable[Quad], added: Iterable[Quad]) -> str:
    """Write the file `new`: the canonical N-Quads in `old` without `removed` and with `added`.

    Its SHA-256 in hex.

    The bytes are those of `serialize_canonical` for the changed dataset. Raises `UnfitError` for a
    removed quad that is missing or an added one that exists; `ValueError` for an added one with a
    blank node, whose canonical label depends on the whole dataset.
    """
    digest = hashlib.sha256()
    with old.open("rb") as file, new.open("wb") as out:
        with _mapped(file) as lines:
            end = len(lines)
            edits = _edits(lines, removed, added)
        file.seek(0)
        for edit in [*edits, _Edit(end, (b"", b""), end, b"")]:
            while piece := file.read(min(_PIECE, edit.start - file.tell())):
                out.write(piece)
                digest.update(piece)
            out.write(edit.line)
            digest.update(edit.line)
            file.seek(edit.end)
    return digest.hexdigest()


@dataclass(frozen=True, order=True)
class _Edit:
    """Bytes of a file that a line replaces."""

    start: int
    #: the order of lines that are added in one place
    key: tuple[bytes, bytes]
    end: int
    line: bytes


@contextmanager
def _mapped(file: BinaryIO) -> Iterator[mmap | bytes]:
    """The bytes of a file, of which only those that are used are read."""
    if not file.seek(0, SEEK_END):
        yield b""  # an empty file cannot be mapped
        return
    with mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        yield content


def _edits(lines: mmap | bytes, removed: Iterable[Quad], added: Iterable[Quad]) -> list[_Edit]:
    """The edits of a file, in its order. Raises as `write_changed`."""
    edits = []
    for quad in removed:
        line = serialize_in_order([quad])
        start = _offset(lines, line_key(line))
        end = start + len(line)
        if lines[start:end] != line:
            raise UnfitError(f"{quad} is to be removed and is not there")
        edits.append(_Edit(start, line_key(line), end, b""))
    for quad in added:
        if any(isinstance(term, BlankNode) for term in quad):
            raise ValueError(f"{quad} holds a blank node")
        line = serialize_in_order([quad])
        start = _offset(lines, line_key(line))
        if lines[start : start + len(line)] == line:
            raise UnfitError(f"{quad} is to be added and is there")
        edits.append(_Edit(start, line_key(line), start, line))
    return sorted(edits)


def _offset(lines: mmap | bytes, key: tuple[bytes, bytes]) -> int:
    """The offset of the first of the sorted lines that does not sort before a key."""
    low = 0
    high = len(lines)
    while low < high:
        middle = (low + high) // 2
        start = max(low, lines.rfind(b"\n", low, middle) + 1)
        end = lines.find(b"\n", middle) + 1 or len(lines)
        if line_key(lines[start:end]) < key:
            low = end
        else:
            high = start
    return low


def line_quad(line: bytes) -> Quad:
    """The quad of a line of canonical N-Quads, its blank nodes named as there.

    Raises `UnfitError` for another line.
    """
    try:
        quad: Quad = next(parse(line, N_QUADS.engine_format))
    except (SyntaxError, StopIteration) as error:
        raise UnfitError(f"{line[:80]!r} is no quad") from error
    return quad
