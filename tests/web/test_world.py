"""The shapes that maps are drawn from: every country of the graph, where it is, and what a map shows of them."""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import gcmgraph.web
from gcmgraph.repository.layout import Repository
from gcmgraph.web.visualisation.drawings import MapView, read_world
from tools.world_map.build import drawn

WORLD = read_world()
BACKGROUND = Path(gcmgraph.web.__file__).parent / "static" / "world.svg"


def test_shapes_of_all_countries() -> None:
    with (Repository.find().reference / "countries.csv").open(encoding="utf-8", newline="") as file:
        kinds = {row["iso3"]: row["kind"] for row in csv.DictReader(file)}
    without = kinds.keys() - WORLD.countries.keys()
    assert WORLD.countries.keys() <= kinds.keys(), "run make world"
    assert {kinds[code] for code in without} == {"area"}
    assert len(without) == 14  # the atlas does not draw them apart


def rings(code: str) -> list[list[tuple[int, int]]]:
    """Return the closed lines of a country's path."""
    found = []
    for x, y, steps in re.findall(r"M(\d+),(\d+)l([-\d, ]+)z", WORLD.countries[code].path):
        ring = [(int(x), int(y))]
        for dx, dy in re.findall(r"(-?\d+),?(-?\d+)", steps):
            ring.append((ring[-1][0] + int(dx), ring[-1][1] + int(dy)))
        found.append(ring)
    return found


def holds(code: str, point: tuple[float, float]) -> bool:
    """Return whether a country's shape holds a place: a line from it crosses the border an odd number of times."""
    x, y = drawn(point)
    crossings = 0
    for ring in rings(code):
        for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
            crossings += (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax
    return crossings % 2 == 1


@pytest.mark.parametrize(
    ("place", "longitude", "latitude", "codes"),
    [
        ("Paris", 2.3, 48.8, ["FRA"]), ("Lesotho is a hole in South Africa", 28.2, -29.5, ["LSO"]),
        ("Alaska", -152, 65, ["USA"]), ("Chukotka, across the edge", -175, 66.5, ["RUS"]),
        ("Crimea (A/RES/68/262)", 34.2, 45.2, ["UKR"]), ("Western Sahara", -14, 24, ["ESH"]),
        ("northern Cyprus (S/RES/541)", 33.3, 35.25, ["CYP"]), ("southern Cyprus", 32.9, 34.9, ["CYP"]),
        ("north-western Somalia", 45, 9.5, ["SOM"]), ("Greenland", -40, 70, ["GRL"]), ("the sea", -30, 30, []),
    ],
)  # fmt: skip
def test_points_within_countries(place: str, longitude: float, latitude: float, codes: list[str]) -> None:
    assert [code for code in WORLD.countries if holds(code, (longitude, latitude))] == codes, place


def test_shapes_within_the_drawing() -> None:
    for code, shape in WORLD.countries.items():
        left, top, right, bottom = shape.bounds
        assert 0 <= left <= right <= WORLD.width, code
        assert 0 <= top <= bottom <= WORLD.height, code
        assert right - left < WORLD.width / 3, code
        assert left <= shape.centre[0] <= right, code
        assert top <= shape.centre[1] <= bottom, code
        assert re.fullmatch(r"(M\d+,\d+l[-\d, ]+z)*", shape.path), code
        assert shape.path or shape.small, f"{code} can neither be seen nor is it marked"
    marked = {code for code, shape in WORLD.countries.items() if shape.small}
    assert {"TUV", "NRU", "SGP", "MLT", "LIE", "MUS", "BRB", "VAT", "BHR"} <= marked
    assert not {"AFG", "FRA", "CHE", "NLD", "JPN", "CUB"} & marked
    root = ET.parse(BACKGROUND).getroot()  # noqa: S314 - our own file
    assert root.get("viewBox") == f"0 0 {WORLD.width} {WORLD.height}"
    assert BACKGROUND.stat().st_size < 120_000


@pytest.mark.parametrize("codes", [["AFG"], ["FRA", "DEU"], ["FJI"], ["CAN", "ARG"], ["NZL"], ["RUS", "USA"]])
def test_section_around_some_countries(codes: list[str]) -> None:
    view = WORLD.around(codes)
    assert view.width / view.height == pytest.approx(WORLD.width / WORLD.height, rel=0.01)
    assert 0 <= view.left <= view.left + view.width <= WORLD.width
    assert 0 <= view.top <= view.top + view.height <= WORLD.height
    for code in codes:
        left, top, right, bottom = WORLD.countries[code].bounds
        assert view.left <= left <= right <= view.left + view.width
        assert view.top <= top <= bottom <= view.top + view.height + 1
    assert WORLD.around([]) == WORLD.around(["XYZ"]) == WORLD.around(WORLD.countries) == WORLD.whole
    assert WORLD.around(["AFG"]) != WORLD.whole == MapView(0, 0, WORLD.width, WORLD.height)
