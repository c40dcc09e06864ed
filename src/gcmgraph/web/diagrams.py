"""Layout of diagrams: boxes in columns, and arrows between neighbouring columns with few crossings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

#: Height of a box, in pixels.
_BOX_HEIGHT = 26

#: Distance of lines and of columns, and space around the boxes, in pixels.
_LINE_DISTANCE = 34
_COLUMN_DISTANCE = 110
_MARGIN = 8

#: Average width of a letter at 13 px, and space beside the letters of a box, in pixels.
_LETTER_WIDTH = 7.4
_PADDING = 20

#: Length of the head of an arrow, in pixels.
_ARROW_HEAD = 9

#: Number of times that the columns are ordered from left to right and back.
_ROUNDS = 6


@dataclass(frozen=True)
class DiagramNode:
    """A box, with its position in pixels once it is laid out."""

    key: str
    label: str
    #: its link, a path or a fragment of the page
    href: str | None = None
    #: its CSS class
    style: str = "ours"
    x: float = 0
    y: float = 0
    width: float = 0
    height: int = _BOX_HEIGHT

    @property
    def middle(self) -> float:
        """The y coordinate of the ends of its arrows."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Diagram:
    """A diagram: its size in pixels, its boxes, and its arrows (SVG path data)."""

    width: int
    height: int
    boxes: tuple[DiagramNode, ...]
    arrows: tuple[str, ...]


def lay_out(columns: Sequence[Sequence[DiagramNode]], edges: Sequence[tuple[str, str]]) -> Diagram:
    """Lay out columns of nodes from left to right, and edges (key, key) from a column to the next.

    Each node is ordered by the mean position of its neighbours, again and again (barycentre
    heuristic: https://doi.org/10.1109/TSMC.1981.4308636); ties are ordered by label.

    Example. The arrows of a and b cross until the left column is ordered anew:

    >>> left = [DiagramNode("a", "a"), DiagramNode("b", "b")]
    >>> right = [DiagramNode("c", "c"), DiagramNode("d", "d")]
    >>> diagram = lay_out([left, right], [("a", "d"), ("b", "c")])
    >>> [(box.key, box.y) for box in diagram.boxes]
    [('b', 8.0), ('a', 42.0), ('c', 8.0), ('d', 42.0)]
    """
    neighbours = _neighbours(columns, edges)
    ordered_columns = _ordered(columns, neighbours)
    line_count = max((len(column) for column in columns), default=0)
    lines = _line_by_key(ordered_columns, neighbours, line_count)
    boxes: dict[str, DiagramNode] = {}
    x = float(_MARGIN)
    for column in ordered_columns:
        letters = max((len(node.label) for node in column), default=0)
        width = letters * _LETTER_WIDTH + _PADDING
        for node in column:
            y = _MARGIN + lines[node.key] * _LINE_DISTANCE
            boxes[node.key] = replace(node, x=x, y=y, width=width)
        x += width + _COLUMN_DISTANCE
    return Diagram(
        width=round(x - _COLUMN_DISTANCE + _MARGIN),
        height=_MARGIN * 2 + max(line_count, 1) * _LINE_DISTANCE,
        boxes=tuple(boxes.values()),
        arrows=tuple(_arrow(boxes[start], boxes[end]) for start, end in edges),
    )


def _neighbours(
    columns: Iterable[Iterable[DiagramNode]], edges: Iterable[tuple[str, str]]
) -> dict[str, list[str]]:
    """The keys of the nodes at the other ends of the edges of each node."""
    neighbours: dict[str, list[str]] = {node.key: [] for column in columns for node in column}
    for start, end in edges:
        neighbours[start].append(end)
        neighbours[end].append(start)
    return neighbours


def _ordered(
    columns: Iterable[Iterable[DiagramNode]], neighbours: Mapping[str, list[str]]
) -> list[list[DiagramNode]]:
    """Columns whose nodes are ordered by the mean position of their neighbours."""
    ordered_columns = [list(column) for column in columns]
    positions: dict[str, float] = {}
    for column in ordered_columns:
        positions |= _positions(column)

    def order(node: DiagramNode) -> tuple[float, str]:
        neighbour_positions = [positions[key] for key in neighbours[node.key]]
        return _mean(neighbour_positions, positions[node.key]), node.label

    for _ in range(_ROUNDS):
        for column in (*ordered_columns, *reversed(ordered_columns)):
            column.sort(key=order)
            positions |= _positions(column)
    return ordered_columns


def _positions(column: Iterable[DiagramNode]) -> dict[str, float]:
    return {node.key: float(index) for index, node in enumerate(column)}


def _mean(numbers: Sequence[float], default: float) -> float:
    return sum(numbers) / len(numbers) if numbers else default


def _line_by_key(
    columns: Sequence[Sequence[DiagramNode]], neighbours: Mapping[str, list[str]], line_count: int
) -> dict[str, float]:
    """The line of each node, from 0; fractions are between lines.

    The longest column fills all lines; others are placed next to their neighbours.
    """
    lines: dict[str, float] = {}
    for column in sorted(columns, key=len, reverse=True):
        means = []
        for index, node in enumerate(column):
            neighbour_lines = [lines[key] for key in neighbours[node.key] if key in lines]
            even_line = index * line_count / max(1, len(column))
            means.append(_mean(neighbour_lines, even_line))
        for node, line in zip(column, _apart(means, line_count), strict=True):
            lines[node.key] = line
    return lines


def _apart(means: Iterable[float], line_count: int) -> list[float]:
    """Lines near the means, each at least one after the line before and before `line_count`.

    >>> _apart([1.5, 1.5, 3.0], 4)
    [1.0, 2.0, 3.0]
    """
    lines: list[float] = []
    line = -1.0
    for mean in means:
        line = max(line + 1, mean)
        lines.append(line)
    limit = line_count - 1.0
    for index in reversed(range(len(lines))):
        lines[index] = min(lines[index], limit)
        limit = lines[index] - 1
    return lines


def _arrow(start: DiagramNode, end: DiagramNode) -> str:
    """A curve from the right side of a box to the left side of another, with room for its head."""
    x1 = start.x + start.width
    x2 = end.x - _ARROW_HEAD
    bend = (x2 - x1) / 2
    return (
        f"M{x1:.0f} {start.middle:.0f} C{x1 + bend:.0f} {start.middle:.0f} "
        f"{x2 - bend:.0f} {end.middle:.0f} {x2:.0f} {end.middle:.0f}"
    )
