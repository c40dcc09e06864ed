"""Places of a network: the same each time, apart, and near where tied."""

from __future__ import annotations

from itertools import combinations
from math import dist, isfinite

from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.publication.network import positions, spread

TWO_GROUPS = [(a, b, 1.0) for group in (range(5), range(5, 10)) for a, b in combinations(group, 2)]


def test_layout_is_deterministic() -> None:
    assert positions(10, TWO_GROUPS) == positions(10, TWO_GROUPS)


def test_tied_nodes_are_nearer() -> None:
    found = positions(10, TWO_GROUPS)
    tied = [dist(found[a], found[b]) for a, b, _ in TWO_GROUPS]
    others = [dist(found[a], found[b]) for a in range(5) for b in range(5, 10)]
    assert sum(tied) / len(tied) < 0.6 * sum(others) / len(others)


@given(st.integers(0, 12), st.data())
def test_finite_positions_apart(nodes: int, data: st.DataObject) -> None:
    pairs = list(combinations(range(nodes), 2))
    chosen = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    found = positions(nodes, [(a, b, 1.0 + a) for a, b in chosen])
    assert len(found) == nodes
    assert all(isfinite(x) and isfinite(y) for x, y in found)
    assert all(dist(found[a], found[b]) > 0.05 for a, b in pairs)


@given(st.lists(st.tuples(st.floats(-300, 300), st.floats(-300, 300)), max_size=12))
def test_boxes_do_not_overlap(points: list[tuple[float, float]]) -> None:
    moved = spread(points, 40, 20)
    for (ax, ay), (bx, by) in combinations(moved, 2):
        assert abs(ax - bx) > 39.9 or abs(ay - by) > 19.9


def test_boxes_apart_are_not_moved() -> None:
    assert spread([(0, 0), (50, 0), (0, 30)], 40, 20) == [(0, 0), (50, 0), (0, 30)]
