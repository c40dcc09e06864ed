"""Simplify lines: the points of least weight are removed first.

M. Visvalingam, J. D. Whyatt, "Line generalisation by repeated elimination of points", The
Cartographic Journal 30(1), 1993: the weight of a point is the area of the triangle with its
neighbours.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence

from tools.world_map.topology import Point


def simplified(
    points: Sequence[Point], least: float, drawn: Callable[[Point], Point]
) -> tuple[Point, ...]:
    """Points of a line with a weight of at least `least`, in squared units of the drawing; both ends stay.

    A closed line retains four points, so that it still bounds an area.
    """
    line = [drawn(point) for point in points]
    keep = 4 if line[0] == line[-1] else 2
    before, after = list(range(-1, len(line) - 1)), list(range(1, len(line) + 1))
    matters = {
        place: _triangle(line[place - 1], line[place], line[place + 1])
        for place in range(1, len(line) - 1)
    }
    queue = [(area, place) for place, area in matters.items()]
    heapq.heapify(queue)
    while queue and len(matters) + 2 > keep:
        area, place = heapq.heappop(queue)
        if matters.get(place) != area:  # removed, or weighed again since
            continue
        if area >= least:
            break
        del matters[place]
        left, right = before[place], after[place]
        after[left], before[right] = right, left
        for near in (left, right):
            if near in matters:
                # a point never weighs less than one removed before it
                weight = max(area, _triangle(line[before[near]], line[near], line[after[near]]))
                matters[near] = weight
                heapq.heappush(queue, (weight, near))
    return (points[0], *(points[place] for place in sorted(matters)), points[-1])


def _triangle(a: Point, b: Point, c: Point) -> float:
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2
