"""Layout of one organisation in the middle and others on rings around it, tied ones side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, pi, sin

from gcmgraph.publication.network.layout import Position

#: Limit of one ring; more organisations alternate between two.
_ON_ONE_RING = 12

_OUTER = 1.0
_INNER = 0.62


def ring(others: int) -> list[Position]:
    """The middle, then positions around it, clockwise from the top; the outer ring has a radius of 1."""
    positions: list[Position] = [(0.0, 0.0)]
    for number in range(others):
        radius = _INNER if others > _ON_ONE_RING and number % 2 else _OUTER
        angle = 2 * pi * number / others - pi / 2
        positions.append((radius * cos(angle), radius * sin(angle)))
    return positions


def side_by_side(nodes: Sequence[int], weights: Mapping[tuple[int, int], int]) -> list[int]:
    """Nodes in an order in which each is followed by the remaining one with the heaviest tie.

    Keys of `weights` have the lesser number first. The first node stays first; of equal ones, the first given follows.
    """
    left = list(nodes)
    ordered = left[:1]
    left = left[1:]
    while left:
        last = ordered[-1]
        following = max(left, key=lambda node: weights.get((min(last, node), max(last, node)), 0))
        left.remove(following)
        ordered.append(following)
    return ordered
