"""Builder of shapes: simplified lines, rings cut at the edge of the map, paths."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gcmgraph.web.visualisation.drawings import equal_earth
from tools.world_map.antimeridian import cut
from tools.world_map.build import main


def test_the_projection_gives_the_published_extent() -> None:
    # half the width and half the height of a sphere of radius 1
    assert equal_earth(180, 0) == (pytest.approx(2.70663, abs=1e-5), 0)
    assert equal_earth(0, 90) == (0, pytest.approx(1.31736, abs=1e-5))
    assert equal_earth(-90, -30)[0] == -equal_earth(90, 30)[0]


def test_a_ring_across_the_edge_of_the_map_is_cut() -> None:
    parts = cut([(170, 0), (-170, 0), (-170, 10), (170, 10)])
    assert sorted(tuple(sorted(part)) for part in parts) == [
        ((-180, 0), (-180, 10), (-170, 0), (-170, 10)),
        ((170, 0), (170, 10), (180, 0), (180, 10)),
    ]
    assert cut([(1, 1), (2, 1), (2, 2)]) == [[(1, 1), (2, 1), (2, 2)]]


TOPOLOGY = {
    "transform": {"scale": [1, 1], "translate": [0, 0]},
    "objects": {"countries": {"geometries": [
        {"type": "Polygon", "id": "004", "properties": {"name": "A"}, "arcs": [[0, 1]]},
        {"type": "MultiPolygon", "id": "010", "properties": {"name": "Antarctica"}, "arcs": [[[~1, ~2]]]},
        {"type": "MultiPolygon", "properties": {"name": "nobody's"}, "arcs": [[[~1, ~2]]]},
    ]}},
    "arcs": [[[0, 0], [20, 0]], [[20, 0], [0, 20], [-20, -20]], [[0, 0], [0, 30], [20, -30]]],
}  # fmt: skip


def test_shapes_of_countries_and_plain_land(tmp_path: Path) -> None:
    source, table = tmp_path / "countries.json", tmp_path / "countries.csv"
    source.write_text(json.dumps(TOPOLOGY), "utf-8")
    table.write_text("iso3,m49\nAFG,004\nATA,010\n", "utf-8")
    made = [(tmp_path / f"{turn}.json", tmp_path / f"{turn}.svg") for turn in (1, 2)]
    for world, background in made:
        main(map(str, (source, table, world, background)))
    assert list(json.loads(made[0][0].read_text("utf-8"))["countries"]) == ["AFG"]
    assert made[0][1].read_text("utf-8").count("z") > 1
    assert [world.read_bytes() for world, _ in made] == [made[0][0].read_bytes()] * 2
