"""Difference and change of files of canonical N-Quads, whose lines are in the order of `canonical_quads`.

Lines that both files have are compared or copied as bytes and not parsed.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path

from pyoxigraph import parse

from gcmgraph.model.terms import BlankNode, Quad
from gcmgraph.rdfio.canonical import QuadKey, quad_key, serialize_in_order
from gcmgraph.rdfio.media import N_QUADS


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
