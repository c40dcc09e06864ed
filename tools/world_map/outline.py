"""Rings on a grid of whole numbers, and the text of an SVG path that draws them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

#: A point of the drawing: x to the right, y down.
GridPoint = tuple[int, int]


def path_data(rings: Iterable[Sequence[GridPoint]]) -> str:
    """Closed lines as path data (https://www.w3.org/TR/SVG2/paths.html), each point relative to the one before."""
    return "".join(
        f"M{_pair(*ring[0])}l{_pairs((bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(ring))}z"
        for ring in rings
    )


def _pair(x: int, y: int) -> str:
    return f"{x}{',' if y >= 0 else ''}{y}"  # a minus sign separates by itself


def _pairs(pairs: Iterable[GridPoint]) -> str:
    text = ""
    for x, y in pairs:
        text += ("" if not text or x < 0 else " ") + _pair(x, y)
    return text


def without_repeats(ring: Iterable[GridPoint]) -> list[GridPoint]:
    """A ring without points that fall on the one before, or on the line between their neighbours."""
    points: list[GridPoint] = []
    for point in ring:
        while points and (
            points[-1] == point or (len(points) > 1 and _straight(points[-2], points[-1], point))
        ):
            points.pop()
        points.append(point)
    while len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return points


def _straight(a: GridPoint, b: GridPoint, c: GridPoint) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) == (c[0] - a[0]) * (b[1] - a[1])


def area(ring: Sequence[GridPoint]) -> float:
    """The area within a ring."""
    return abs(_doubled(ring)) / 2


def centre(ring: Sequence[GridPoint]) -> GridPoint:
    """The centre of gravity of the area within a ring; of its points, where there is no area."""
    doubled = _doubled(ring)
    if doubled == 0:
        return round(sum(x for x, _ in ring) / len(ring)), round(
            sum(y for _, y in ring) / len(ring)
        )
    x = y = 0
    for (ax, ay), (bx, by) in pairwise([*ring, ring[0]]):
        cross = ax * by - bx * ay
        x, y = x + (ax + bx) * cross, y + (ay + by) * cross
    return round(x / (3 * doubled)), round(y / (3 * doubled))


def _doubled(ring: Sequence[GridPoint]) -> int:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise([*ring, ring[0]]))
