"""Canonical serialization of RDF: the same graph gives the same bytes; difference and change of such files.

Quads are sorted. Those of graphs with blank nodes (of ours, only the shapes) are first relabelled by RDFC-1.0
(https://www.w3.org/TR/rdf-canon/), which pyoxigraph provides. Statements about statements, which the dataset names by
`rdf:subject`, `rdf:predicate` and `rdf:object`, can be written as reifiers of RDF 1.2
(https://www.w3.org/TR/rdf12-concepts/#section-reifying-triples). Lines that two files of canonical N-Quads both have
are compared or copied as bytes and not parsed.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from pathlib import Path

from pyoxigraph import CanonicalizationAlgorithm, Dataset, parse, serialize

from gcmgraph.model.terms import IRI, BlankNode, DefaultGraph, Literal, Quad, Triple
from gcmgraph.namespaces import PREFIXES
from gcmgraph.rdfio.media import N_QUADS, RDF_XML, RdfSyntax

_XML_NAMESPACE = re.compile(rb'xmlns(?::[\w.-]+)?="[^"]*"')

#: In Turtle and TriG: a string, an IRI, or the prefix and the local name of a name with an escape.
_ESCAPED_NAME = re.compile(rb""""(?:[^"\\]|\\.)*"|<[^>]*>|(?<![\w-])([\w-]+):((?:[^\s\\"<>]*\\.)+[^\s\\"<>]*)""")

#: The predicate of types in a line; without it the rest begins with a space, which sorts before other predicates.
_TYPES = f"<{PREFIXES['rdf']}type>"

#: Terms by which the dataset makes statements about statements, and that of RDF 1.2.
_PARTS = tuple(IRI(f"{PREFIXES['rdf']}{part}") for part in ("subject", "predicate", "object"))
_TYPE, _STATEMENT, _REIFIES = (IRI(f"{PREFIXES['rdf']}{name}") for name in ("type", "Statement", "reifies"))
_NODES = IRI | BlankNode | Literal

#: See `quad_key`.
QuadKey = tuple[str, str, str, str]


def canonical_quads(quads: Iterable[Quad]) -> list[Quad]:
    """The distinct quads, blank nodes labelled by RDFC-1.0, in the order of `quad_key`."""
    # within a graph, lines sort as their terms do: the end of a term and the space after it sort before any
    # continuation; a line costs a third of a key
    return _graph_by_graph(_relabelled(quads), str)


def canonical_triples(quads: Iterable[Quad]) -> list[Triple]:
    """The distinct triples of all graphs, blank nodes labelled by RDFC-1.0; of a subject, its types first."""
    return sorted({quad.triple for quad in _relabelled(quads)}, key=_reading_order)


def _graph_by_graph(quads: Iterable[Quad], within: Callable[[Quad], str]) -> list[Quad]:
    """Quads in the order of their graphs, and within a graph by the key `within`."""
    graphs: dict[IRI | BlankNode | DefaultGraph, list[Quad]] = {}
    for quad in quads:
        graphs.setdefault(quad.graph_name, []).append(quad)
    return [quad for graph in sorted(graphs, key=graph_key) for quad in sorted(graphs[graph], key=within)]


def _relabelled(quads: Iterable[Quad]) -> set[Quad]:
    """The distinct quads, blank nodes labelled by RDFC-1.0; the labels depend on quads with blank nodes alone."""
    distinct = set(quads)
    # term by term, as taking a quad apart costs more
    blank = {
        quad
        for quad in distinct
        if isinstance(quad.subject, BlankNode)
        or isinstance(quad.object, BlankNode)
        or isinstance(quad.graph_name, BlankNode)
    }
    if not blank:
        return distinct
    dataset = Dataset(blank)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return (distinct - blank) | set(dataset)


def quad_key(quad: Quad) -> QuadKey:
    """The sort key of quads: the default graph before the named ones, then graph, subject, predicate, object."""
    subject, predicate, object_, graph = quad
    return graph_key(graph), str(subject), str(predicate), str(object_)


def graph_key(graph: IRI | BlankNode | DefaultGraph) -> str:
    """The sort key of a graph; empty for the default graph."""
    return "" if isinstance(graph, DefaultGraph) else str(graph)


def serialize_canonical(
    quads: Iterable[Quad], syntax: RdfSyntax = N_QUADS, prefixes: dict[str, str] | None = None
) -> bytes:
    """The bytes of a dataset in one syntax, the same for the same dataset. Only prefixes that occur are written.

    In a syntax without named graphs the graphs are merged.
    """
    statements: list[Quad] | list[Triple]
    if syntax is N_QUADS:
        statements = canonical_quads(quads)
    elif syntax.dataset:
        statements = _graph_by_graph(_relabelled(quads), _reading_order)
    else:
        statements = canonical_triples(quads)
    used = {} if syntax is N_QUADS or not prefixes else _used_prefixes(statements, prefixes)
    if not used:
        return serialize(statements, format=syntax.engine_format) or b""
    document = serialize(statements, format=syntax.engine_format, prefixes=used) or b""
    return _sorted_namespaces(document) if syntax is RDF_XML else _sorted_header(_without_escapes(document, used))


def serialize_in_order(quads: Iterable[Quad]) -> bytes:
    """N-Quads, a line for each quad, in the order given."""
    return serialize(quads, format=N_QUADS.engine_format) or b""


def _reading_order(statement: Quad | Triple) -> str:
    """By subject, its types first, then by predicate and object; of quads, of one graph."""
    line = str(statement)
    subject, _, rest = line.partition(" ")
    return f"{subject} {rest.removeprefix(_TYPES)}" if rest.startswith(_TYPES) else line


def _without_escapes(document: bytes, prefixes: dict[str, str]) -> bytes:
    """Turtle and TriG with the whole IRI in place of each local name with an escape, which Virtuoso misreads."""

    def whole(found: re.Match[bytes]) -> bytes:
        prefix, local = found.groups()
        return b"<" + prefixes[prefix.decode()].encode() + local.replace(b"\\", b"") + b">" if prefix else found[0]

    return _ESCAPED_NAME.sub(whole, document)


def _sorted_header(document: bytes) -> bytes:
    """Turtle and TriG with their `@prefix` lines sorted: the serializer writes them in no fixed order."""
    lines = document.splitlines(keepends=True)
    length = next((n for n, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
    return b"".join(sorted(lines[:length]) + lines[length:])


def _sorted_namespaces(document: bytes) -> bytes:
    """Sort the namespaces of the root element of RDF/XML: the serializer writes them in no fixed order."""
    start = document.find(b"<rdf:RDF ")
    end = document.find(b">", start)
    if start < 0:
        return document
    attributes = sorted(_XML_NAMESPACE.findall(document, start, end))
    return document[:start] + b"<rdf:RDF " + b" ".join(attributes) + document[end:]


def _used_prefixes(statements: list[Quad] | list[Triple], prefixes: dict[str, str]) -> dict[str, str]:
    body = serialize(statements, format=N_QUADS.engine_format) or b""
    return {prefix: ns for prefix, ns in sorted(prefixes.items()) if b"<" + ns.encode() in body}


def digest(quads: Iterable[Quad]) -> str:
    """The SHA-256 (hex) of a dataset's canonical N-Quads: equal exactly for isomorphic datasets."""
    return sha256(serialize_canonical(quads))


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def with_reifiers(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The triples, with `rdf:reifies` and a triple term in place of the three parts of each statement about one.

    Other properties remain: in Turtle they are an annotation of the triple. Incomplete statements remain as they are.
    """
    given = set(triples)
    parts: dict[IRI | BlankNode, dict[IRI, list[Triple]]] = {}
    for triple in given:
        if triple.predicate in _PARTS:
            parts.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple)  # type: ignore[arg-type]
    for reifier, found in parts.items():
        named = [found.get(part, []) for part in _PARTS]
        if any(len(triples) != 1 for triples in named):
            continue
        subject, predicate, value = (triples[0].object for triples in named)
        if isinstance(subject, IRI | BlankNode) and isinstance(predicate, IRI) and isinstance(value, _NODES):
            given.difference_update(triple for triples in named for triple in triples)
            given.discard(Triple(reifier, _TYPE, _STATEMENT))
            given.add(Triple(reifier, _REIFIES, Triple(subject, predicate, value)))
    yield from given


class UnfitError(ValueError):
    """A change that does not fit a file, or a file that is not canonical N-Quads."""


class Side(Enum):
    """The file or files that have a line."""

    BOTH = "both"
    OLD = "old"
    NEW = "new"


def differences(old: Iterable[bytes], new: Iterable[bytes]) -> Iterator[tuple[Side, bytes]]:
    """Every line of two files of canonical N-Quads, in order, with its side."""
    olds, news = iter(old), iter(new)
    left, right = next(olds, None), next(news, None)
    while left is not None and right is not None:
        if left == right:
            yield Side.BOTH, left
            left, right = next(olds, None), next(news, None)
        elif line_key(left) < line_key(right):
            yield Side.OLD, left
            left = next(olds, None)
        else:
            yield Side.NEW, right
            right = next(news, None)
    while left is not None:
        yield Side.OLD, left
        left = next(olds, None)
    while right is not None:
        yield Side.NEW, right
        right = next(news, None)


def write_changed(old: Path, new: Path, *, removed: Iterable[Quad], added: Iterable[Quad]) -> str:
    """Write the file `new`: the canonical N-Quads in `old` without `removed` and with `added`. Its SHA-256 in hex.

    The bytes are those of `serialize_canonical` for the changed dataset. Raises `UnfitError` for a removed quad that is
    missing or an added one that exists; `ValueError` for an added one with a blank node, whose canonical label depends
    on the whole dataset.
    """
    with old.open("rb") as file:
        lines = file.readlines()
    unwanted = {serialize_in_order([quad]): quad for quad in removed}
    missing = unwanted.keys() - lines
    if missing:
        raise UnfitError(f"{unwanted[min(missing)]} is to be removed and is not there")
    left = [line for line in lines if line not in unwanted]
    insertions = []
    for quad in added:
        if any(isinstance(term, BlankNode) for term in quad):
            raise ValueError(f"{quad} holds a blank node")
        line, key = serialize_in_order([quad]), quad_key(quad)
        position = bisect_left(left, key, key=line_key)
        if left[position : position + 1] == [line]:
            raise UnfitError(f"{quad} is to be added and is there")
        insertions.append((position, key, line))
    start = 0
    with new.open("wb") as out:
        for position, _, line in sorted(insertions):
            out.writelines(left[start:position])
            out.write(line)
            start = position
        out.writelines(left[start:])
    with new.open("rb") as written:
        return hashlib.file_digest(written, "sha256").hexdigest()


def line_quad(line: bytes) -> Quad:
    """The quad of a line of canonical N-Quads, its blank nodes named as there. Raises `UnfitError` for another line."""
    try:
        quad: Quad = next(parse(line, N_QUADS.engine_format))
    except (SyntaxError, StopIteration) as error:
        raise UnfitError(f"{line[:80]!r} is no quad") from error
    return quad


def line_key(line: bytes) -> QuadKey:
    """The sort key of a line."""
    return quad_key(line_quad(line))
