"""Areas whose borders are shared lines: the part of TopoJSON that the atlas uses.

https://github.com/topojson/topojson-specification (version 1.0: quantized arcs, polygons,
multi-polygons).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

Point = tuple[float, float]

#: A closed line: places of arcs, those to be run backwards as their complement (`~place`).
Ring = tuple[int, ...]


@dataclass(frozen=True)
class Area:
    """An area with its number (ISO 3166-1, which is that of M49, or one of the atlas's own), and its polygons."""

    number: str | None
    name: str
    #: each polygon: its outer ring, then its holes
    polygons: tuple[tuple[Ring, ...], ...]


@dataclass(frozen=True)
class Topology:
    """Arcs in degrees (longitude, latitude), and the areas that they bound."""

    arcs: tuple[tuple[Point, ...], ...]
    areas: tuple[Area, ...]


def read_topology(path: Path) -> Topology:
    """The countries of a file of the atlas."""
    document = json.loads(path.read_text("utf-8"))
    scale, translate = document["transform"]["scale"], document["transform"]["translate"]
    arcs = tuple(tuple(_decoded(arc, scale, translate)) for arc in document["arcs"])
    return Topology(arcs, tuple(map(_area, document["objects"]["countries"]["geometries"])))


def _decoded(arc: list[list[int]], scale: list[float], translate: list[float]) -> Iterator[Point]:
    """The points of an arc, which holds the step from each to the next."""
    for x, y in accumulate(arc, lambda at, step: [at[0] + step[0], at[1] + step[1]]):
        yield x * scale[0] + translate[0], y * scale[1] + translate[1]


def _area(geometry: dict[str, Any]) -> Area:
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    rings = tuple(tuple(tuple(ring) for ring in polygon) for polygon in polygons)
    return Area(geometry.get("id"), geometry["properties"]["name"], rings)


def joined(ring: Ring, arcs: tuple[tuple[Point, ...], ...]) -> list[Point]:
    """The points of a ring, the first not repeated at the end; each arc begins where the one before it ends."""
    points: list[Point] = []
    for place in ring:
        arc = arcs[place] if place >= 0 else arcs[~place][::-1]
        points.extend(arc[1:])
    return points
