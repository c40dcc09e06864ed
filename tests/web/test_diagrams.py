"""Diagrams: everything is drawn, nothing on top of another, arrows between what they join; the same each time."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.web.vocabulary import Diagram, DiagramNode, lay_out


def check(diagram: Diagram, nodes: int, edges: int) -> None:
    assert (len(diagram.boxes), len(diagram.arrows)) == (nodes, edges)
    for one, other in combinations(diagram.boxes, 2):
        beside = one.x >= other.x + other.width or other.x >= one.x + one.width
        assert beside or one.y >= other.y + other.height or other.y >= one.y + one.height
    for box in diagram.boxes:
        assert 0 <= box.x <= diagram.width - box.width
        assert 0 <= box.y <= diagram.height - box.height


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.data())
def test_boxes_are_apart_within_the_picture(left: int, middle: int, right: int, data: st.DataObject) -> None:
    columns = [
        [DiagramNode(f"{name}{number}", f"{name} number {number}") for number in range(size)]
        for name, size in (("l", left), ("m", middle), ("r", right))
    ]
    possible = [(a.key, b.key) for i in (0, 1) for a in columns[i] for b in columns[i + 1]]
    edges = data.draw(st.lists(st.sampled_from(possible), unique=True)) if possible else []
    diagram = lay_out(columns, edges)
    check(diagram, left + middle + right, len(edges))
    assert lay_out(columns, edges) == diagram


def test_avoidable_crossings() -> None:
    left = [DiagramNode(f"l{n}", f"l{n}") for n in range(4)]
    right = [DiagramNode(f"r{n}", f"r{n}") for n in range(4)]
    diagram = lay_out([left, right], [(f"l{n}", f"r{3 - n}") for n in range(4)])
    height = {box.key: box.y for box in diagram.boxes}
    order = sorted(range(4), key=lambda n: height[f"l{n}"])
    assert [height[f"r{3 - n}"] for n in order] == sorted(height[f"r{n}"] for n in range(4))
