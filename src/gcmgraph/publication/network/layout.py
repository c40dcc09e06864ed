"""Force-directed layout of a network.

T. Fruchterman, E. Reingold, "Graph drawing by force-directed placement", Software: Practice and Experience 21(11),
1991, with a force to the middle, so that unconnected parts stay together. The layout is deterministic: nodes start on a
spiral in the given order.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import cos, pi, sin, sqrt

Position = tuple[float, float]

#: Angle between neighbours on the spiral, at which no two nodes have the same direction.
_GOLDEN_ANGLE = pi * (3 - sqrt(5))

_STEPS = 250

#: Forces to the middle, horizontal and vertical: pages are wider than high.
_PULL_ACROSS, _PULL_DOWN = 0.5, 1.0


def positions(nodes: int, ties: Sequence[tuple[int, int, float]]) -> list[Position]:
    """Positions of `nodes` nodes; a tie is two node numbers and a weight. Neighbours are about 1 apart.

    The time grows with the square of the number of nodes: about half a second for 60.
    """
    xs = [sqrt(number + 0.5) * cos(number * _GOLDEN_ANGLE) for number in range(nodes)]
    ys = [sqrt(number + 0.5) * sin(number * _GOLDEN_ANGLE) for number in range(nodes)]
    strongest = max((weight for _, _, weight in ties), default=1.0)
    pulls = [(a, b, 0.5 + 0.5 * weight / strongest) for a, b, weight in ties]
    pairs = list(combinations(range(nodes), 2))
    for step in range(_STEPS):
        most = 0.5 * (1 - step / _STEPS)  # limit on the movement of a node in this step
        along = [-_PULL_ACROSS * x for x in xs]
        down = [-_PULL_DOWN * y for y in ys]
        for a, b in pairs:
            dx, dy = xs[a] - xs[b], ys[a] - ys[b]
            squared = dx * dx + dy * dy or 1e-6
            along[a] += dx / squared
            along[b] -= dx / squared
            down[a] += dy / squared
            down[b] -= dy / squared
        for a, b, pull in pulls:
            dx, dy = xs[a] - xs[b], ys[a] - ys[b]
            force = pull * sqrt(dx * dx + dy * dy)
            along[a] -= dx * force
            along[b] += dx * force
            down[a] -= dy * force
            down[b] += dy * force
        for node in range(nodes):
            length = sqrt(along[node] ** 2 + down[node] ** 2) or 1.0
            moved = min(length, most) / length
            xs[node] += along[node] * moved
            ys[node] += down[node] * moved
    return list(zip(xs, ys, strict=True))


def spread(points: Sequence[Position], width: float, height: float, rounds: int = 300) -> list[Position]:
    """Positions moved apart until boxes of this size around them do not overlap, in at most `rounds` rounds."""
    moved = [list(point) for point in points]
    for _ in range(rounds):
        apart = True
        for a, b in combinations(moved, 2):
            dx, dy = b[0] - a[0], b[1] - a[1]
            over_x, over_y = width - abs(dx), height - abs(dy)
            if over_x <= 1e-9 or over_y <= 1e-9:
                continue
            apart = False
            if over_x / width < over_y / height:
                step = over_x / 2 * (1 if dx >= 0 else -1)
                a[0], b[0] = a[0] - step, b[0] + step
            else:
                step = over_y / 2 * (1 if dy >= 0 else -1)
                a[1], b[1] = a[1] - step, b[1] + step
        if apart:
            break
    return [(x, y) for x, y in moved]
