"""Places for one organisation in the middle and others around it, those tied to each other side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, pi, sin

from gcmgraph.publication.network.layout import Position

#: As many fit on one ring; more stand on two, in turn.
_ON_ONE_RING = 12

_OUTER = 1.0
_INNER = 0.62


def ring(others: int) -> list[Position]:
    """The middle, then the places around it, from the top and clockwise; the outer ring has a radius of 1."""
    places: list[Position] = [(0.0, 0.0)]
    for number in range(others):
        radius = _INNER if others > _ON_ONE_RING and number % 2 else _OUTER
        angle = 2 * pi * number / others - pi / 2
        places.append((radius * cos(angle), radius * sin(angle)))
    return places


def side_by_side(nodes: Sequence[int], weights: Mapping[tuple[int, int], int]) -> list[int]:
    """Nodes in an order in which each is followed by the one it shares most with, of those that are left.

    `weights` holds pairs with the lesser number first. The first stays first; of equals, the one given first is taken.
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
