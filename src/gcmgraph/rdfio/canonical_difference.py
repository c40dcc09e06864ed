"""Difference of two files of canonical N-Quads: a merge of two sorted lists, line by line.

Both are in the order of `canonical_quads`, so memory does not grow with them, and lines in both are compared as bytes
and not parsed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

from pyoxigraph import parse

from gcmgraph.model.terms import Quad
from gcmgraph.rdfio.canonical import QuadKey, quad_key
from gcmgraph.rdfio.media import N_QUADS


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


def line_quad(line: bytes) -> Quad:
    """The quad of a line of canonical N-Quads, its blank nodes named as there."""
    quad: Quad = next(parse(line, N_QUADS.engine_format))
    return quad


def line_key(line: bytes) -> QuadKey:
    """The sort key of a line."""
    return quad_key(line_quad(line))
