"""Change of a file of canonical N-Quads without parsing all of it.

The lines are in the order of `canonical_quads`, so the position of a line is found by bisection, and the bytes between
two changes are copied: the result is, byte for byte, that of `serialize_canonical` for the changed dataset.
"""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import serialize

from gcmgraph.errors import RdfSyntaxError
from gcmgraph.model.terms import BlankNode, Quad
from gcmgraph.rdfio.canonical import QuadKey, quad_key
from gcmgraph.rdfio.media import N_QUADS
from gcmgraph.rdfio.parsing import parse_quads

#: Bytes copied at a time.
_CHUNK = 1 << 20


class UnfitError(ValueError):
    """A change that does not fit the file, or a file that is not canonical N-Quads."""


def write_changed(old: Path, new: Path, *, removed: Iterable[Quad], added: Iterable[Quad]) -> str:
    """Write the file `new`: the canonical N-Quads in `old` without `removed` and with `added`. Its SHA-256 in hex.

    Raises `UnfitError` for a removed quad that is missing or an added one that exists; `ValueError` for an added one
    with a blank node (whose canonical label depends on the whole dataset).
    """
    with _mapped(old) as lines, new.open("wb") as out:
        digest = hashlib.sha256()
        position = 0
        for _, start, end, line in sorted(_edits(lines, removed, added)):
            for begin in range(position, start, _CHUNK):
                chunk = lines[begin : min(begin + _CHUNK, start)]
                digest.update(chunk)
                out.write(chunk)
            digest.update(line)
            out.write(line)
            position = end
        for begin in range(position, len(lines), _CHUNK):
            chunk = lines[begin : begin + _CHUNK]
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _edits(lines: _Lines, removed: Iterable[Quad], added: Iterable[Quad]) -> Iterator[tuple[QuadKey, int, int, bytes]]:
    """The key of a quad, its span in the old file (start and end in bytes), and the bytes that replace the span."""
    for quad in removed:
        start, end = _place(lines, quad)
        if start == end:
            raise UnfitError(f"{quad} is to be removed and is not there")
        yield quad_key(quad), start, end, b""
    for quad in added:
        if any(isinstance(term, BlankNode) for term in quad):
            raise ValueError(f"{quad} holds a blank node")
        start, end = _place(lines, quad)
        if start != end:
            raise UnfitError(f"{quad} is to be added and is there")
        yield quad_key(quad), start, start, serialize([quad], format=N_QUADS.engine_format) or b""


def _place(lines: _Lines, quad: Quad) -> tuple[int, int]:
    """The start and end, in bytes, of the line of a quad; twice the place to insert it where there is none."""
    key = quad_key(quad)
    low, high = 0, len(lines)  # both are starts of lines, or the end
    while low < high:
        start = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = lines.find(b"\n", start) + 1
        found = quad_key(_parsed(lines[start:end]))
        if found == key:
            return start, end
        if found < key:
            low = end
        else:
            high = start
    return low, low


def _parsed(line: bytes) -> Quad:
    try:
        return next(parse_quads(line, N_QUADS, source="a dump"))
    except (RdfSyntaxError, StopIteration) as error:
        raise UnfitError(f"{line[:80]!r} is no quad") from error


#: The bytes of a file.
_Lines = mmap.mmap | bytes


@contextmanager
def _mapped(file: Path) -> Iterator[_Lines]:
    if file.stat().st_size == 0:  # which cannot be mapped
        yield b""
        return
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as lines:
        yield lines
