"""Force-directed drawings of networks of organisations.

T. Fruchterman, E. Reingold, "Graph drawing by force-directed placement", Software: Practice and
Experience 21(11), 1991, with a force to the middle, so that unconnected parts stay together.
Drawings are deterministic: nodes start on a spiral in the given order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import cos, pi, sin, sqrt

from gcmgraph.publication.collaboration import Network

#: Angle between neighbours on the spiral, at which no two nodes have the same direction.
_GOLDEN_ANGLE = pi * (3 - sqrt(5))

_STEPS = 250

#: Movement of a node in the first step at most; the limit decreases to 0.
_LONGEST_MOVE = 0.5

#: Forces to the middle, horizontal and vertical: pages are wider than high.
_PULL_ACROSS = 0.5
_PULL_DOWN = 1.0

#: Rounds in which boxes are moved apart, at most.
_ROUNDS = 300

#: Overlap of boxes that does not count, since it is an error of rounding.
_NO_OVERLAP = 1e-9

#: Width and height of an organisation with its name, in units of the picture (a pixel on a wide
#: screen).
_BOX = (132.0, 58.0)

#: Units between neighbours, horizontal and vertical.
_STEP = (120.0, 84.0)

#: Width and height of a drawing, before its names are moved apart: a page shows it in its size, so
#: names are legible.
_ROOM = (940.0, 560.0)

Position = tuple[float, float]


@dataclass(frozen=True)
class Drawing:
    """A network and the positions of its organisations, in their order."""

    network: Network
    places: tuple[Position, ...]


def force_directed(network: Network) -> Drawing:
    """A force-directed drawing: tied organisations are near each other.

    The drawing is pressed into `_ROOM`.
    """
    numbers = {iri: number for number, iri in enumerate(network.organisations)}
    ties = []
    for tie in network.ties:
        start, end = tie.ends
        ties.append((numbers[start], numbers[end], float(tie.weight)))
    points = positions(len(numbers), ties)
    across = _scale([x for x, _ in points], _STEP[0], _ROOM[0])
    down = _scale([y for _, y in points], _STEP[1], _ROOM[1])
    scaled = [(x * across, y * down) for x, y in points]
    return Drawing(network, tuple(spread(scaled, *_BOX)))


def _scale(coordinates: Sequence[float], step: float, room: float) -> float:
    """Units of the picture for a distance of 1, such that the picture has room."""
    extent = max(coordinates) - min(coordinates)
    return min(step, room / max(1e-9, extent))


def positions(nodes: int, ties: Sequence[tuple[int, int, float]]) -> list[Position]:
    """Positions of `nodes` nodes; a tie is two node numbers and a weight.

    Neighbours are about 1 apart.

    The time grows with the square of the number of nodes: about half a second for 60. The loops
    have no calls and no tuples of positions for this reason.
    """
    xs = [sqrt(number + 0.5) * cos(number * _GOLDEN_ANGLE) for number in range(nodes)]
    ys = [sqrt(number + 0.5) * sin(number * _GOLDEN_ANGLE) for number in range(nodes)]
    strongest = max((weight for _, _, weight in ties), default=1.0)
    pulls = [(a, b, 0.5 + 0.5 * weight / strongest) for a, b, weight in ties]
    pairs = list(combinations(range(nodes), 2))
    for step in range(_STEPS):
        longest_move = _LONGEST_MOVE * (1 - step / _STEPS)
        # forces on each node, horizontal and vertical: first those to the middle
        across = [-_PULL_ACROSS * x for x in xs]
        down = [-_PULL_DOWN * y for y in ys]
        for a, b in pairs:  # all nodes repel each other
            dx = xs[a] - xs[b]
            dy = ys[a] - ys[b]
            squared_distance = dx * dx + dy * dy or 1e-6
            across[a] += dx / squared_distance
            across[b] -= dx / squared_distance
            down[a] += dy / squared_distance
            down[b] -= dy / squared_distance
        for a, b, pull in pulls:  # tied nodes attract each other
            dx = xs[a] - xs[b]
            dy = ys[a] - ys[b]
            force = pull * sqrt(dx * dx + dy * dy)
            across[a] -= dx * force
            across[b] += dx * force
            down[a] -= dy * force
            down[b] += dy * force
        for node in range(nodes):
            force = sqrt(across[node] ** 2 + down[node] ** 2) or 1.0
            share = min(force, longest_move) / force
            xs[node] += across[node] * share
            ys[node] += down[node] * share
    return list(zip(xs, ys, strict=True))


def spread(
    points: Sequence[Position], width: float, height: float, rounds: int = _ROUNDS
) -> list[Position]:
    """Positions moved apart until boxes of this size around them do not overlap.

    There are at most `rounds` rounds. Two boxes are moved in the direction in which they overlap
    less, each by half of the overlap.

    >>> spread([(0, 0), (30, 15)], width=40, height=20)
    [(0, -2.5), (30, 17.5)]
    """
    centres = [list(point) for point in points]
    for _ in range(rounds):
        has_overlap = False
        for a, b in combinations(centres, 2):
            dx = b[0] - a[0]
            dy = b[1] - a[1]
            overlap_x = width - abs(dx)
            overlap_y = height - abs(dy)
            if overlap_x <= _NO_OVERLAP or overlap_y <= _NO_OVERLAP:
                continue
            has_overlap = True
            if overlap_x / width < overlap_y / height:
                move = overlap_x / 2 * (1 if dx >= 0 else -1)
                a[0] -= move
                b[0] += move
            else:
                move = overlap_y / 2 * (1 if dy >= 0 else -1)
                a[1] -= move
                b[1] += move
        if not has_overlap:
            break
    return [(x, y) for x, y in centres]
