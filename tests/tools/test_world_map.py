"""Map of the world: its projection, rings cut at its edge."""

from __future__ import annotations

import pytest

from gcmgraph.web.visualisation.world import equal_earth
from tools.world_map.antimeridian import cut


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
