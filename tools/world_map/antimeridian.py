"""Cut rings at the meridian of 180 degrees, the left and right edge of the map."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tools.world_map.topology import Point

_HALF, _TURN = 180.0, 360.0


def cut(ring: Sequence[Point]) -> list[list[Point]]:
    """Parts of a ring (longitude, latitude), each within -180 to 180 degrees.

    The ring may not enclose a pole.
    """
    unrolled = [ring[0]]
    for longitude, latitude in ring[1:]:
        turns = round((longitude - unrolled[-1][0]) / _TURN)
        unrolled.append((longitude - turns * _TURN, latitude))
    parts = []
    for turn in (-_TURN, 0.0, _TURN):
        moved = [(longitude + turn, latitude) for longitude, latitude in unrolled]
        part = _clipped(_clipped(moved, -_HALF, 1), _HALF, -1)
        if part:
            parts.append(part)
    return parts


def _clipped(ring: list[Point], edge: float, side: int) -> list[Point]:
    """Part of a ring on one side of a meridian (1: east of it), after Sutherland and Hodgman."""
    kept: list[Point] = []
    for (ax, ay), (bx, by) in pairwise([*ring, *ring[:1]]):
        a_within, b_within = (ax - edge) * side >= 0, (bx - edge) * side >= 0
        if a_within:
            kept.append((ax, ay))
        if a_within != b_within:
            kept.append((edge, ay + (by - ay) * (edge - ax) / (bx - ax)))
    return kept
