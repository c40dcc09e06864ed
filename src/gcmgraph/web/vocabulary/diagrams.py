"""Diagrams of the ontology: boxes in columns, and arrows between neighbouring columns with few crossings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gcmgraph.model.terms import IRI
from gcmgraph.publication.describe.ontology import Ontology
from gcmgraph.web.resources.facts import ResourcePage


def class_diagram(ontology: Ontology, page: ResourcePage) -> Diagram:
    """Classes of the ontology at the left, their super-classes at the right."""
    classes = ontology.classes()
    supers = {wider for term in classes for wider in term.supers}
    left = [_class_node(page, term.iri, "from ") for term in classes]
    right = [_class_node(page, iri, "to ") for iri in _sorted(supers)]
    edges = [(f"from {term.iri.value}", f"to {wider.value}") for term in classes for wider in term.supers]
    return lay_out([left, right], edges)


def property_diagram(ontology: Ontology, page: ResourcePage, kind: str) -> Diagram:
    """Properties of a kind in the middle, their domains at the left, their ranges at the right."""
    terms = [term for term in ontology.of_kind(kind) if term.domains or term.ranges]
    left = [_class_node(page, iri, "from ") for iri in _sorted({d for term in terms for d in term.domains})]
    middle = [DiagramNode(term.iri.value, _name(page, term.iri), f"#{term.local}", "property") for term in terms]
    right = [_class_node(page, iri, "to ") for iri in _sorted({r for term in terms for r in term.ranges})]
    edges = [(f"from {d.value}", term.iri.value) for term in terms for d in term.domains]
    edges += [(term.iri.value, f"to {r.value}") for term in terms for r in term.ranges]
    return lay_out([left, middle, right], edges)


def _class_node(page: ResourcePage, iri: IRI, side: str) -> DiagramNode:
    """A class of the ontology by its label, with its anchor on the page; an external class by its address."""
    path = page.link(iri)
    if path is not None:
        return DiagramNode(side + iri.value, _name(page, iri), f"#{path.partition('#')[2]}")
    return DiagramNode(side + iri.value, page.address(iri), page.foreign(iri), "other")


def _name(page: ResourcePage, iri: IRI) -> str:
    return page.term_label(iri).text


def _sorted(iris: Iterable[IRI]) -> list[IRI]:
    return sorted(iris, key=lambda iri: iri.value)


#: Pixels: height of a box, distance of lines, distance of columns, average width of a letter at 13 px.
_BOX, _LINE, _GUTTER, _LETTER = 26, 34, 110, 7.4
_MARGIN = 8
_ROUNDS = 6


@dataclass(frozen=True)
class DiagramNode:
    """Content of a box."""

    key: str
    label: str
    #: its link, a path or a fragment of the page
    href: str | None = None
    #: its CSS class
    style: str = "ours"


@dataclass(frozen=True)
class Box:
    """A node with its position, in pixels."""

    node: DiagramNode
    x: float
    y: float
    width: float

    height: int = _BOX

    @property
    def middle(self) -> float:
        """The y coordinate of the ends of its arrows."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Diagram:
    """A diagram: its size in pixels, its boxes, and its arrows (SVG path data)."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[str, ...]


def lay_out(columns: Sequence[Sequence[DiagramNode]], edges: Sequence[tuple[str, str]]) -> Diagram:
    """Lay out columns of nodes from left to right, and edges (key, key) from a column to the next."""
    ordered = [list(column) for column in columns]
    heights = {node.key: float(place) for column in ordered for place, node in enumerate(column)}
    joined: dict[str, list[str]] = {key: [] for key in heights}
    for start, end in edges:
        joined[start].append(end)
        joined[end].append(start)
    for _ in range(_ROUNDS):
        for column in (*ordered, *reversed(ordered)):
            neighbours = {n.key: joined[n.key] for n in column}
            means = {k: sum(heights[o] for o in near) / len(near) for k, near in neighbours.items() if near}
            column.sort(key=lambda node: (means.get(node.key, heights[node.key]), node.label))
            heights.update({node.key: float(place) for place, node in enumerate(column)})
    boxes: dict[str, Box] = {}
    tallest = max((len(column) for column in ordered), default=0)
    x = float(_MARGIN)
    rows = _rows(ordered, joined, tallest)
    for column in ordered:
        width = max((len(node.label) for node in column), default=0) * _LETTER + 20
        for node in column:
            boxes[node.key] = Box(node, x, _MARGIN + rows[node.key] * _LINE, width)
        x += width + _GUTTER
    arrows = tuple(_arrow(boxes[start], boxes[end]) for start, end in edges)
    height = _MARGIN * 2 + max(tallest, 1) * _LINE
    return Diagram(round(x - _GUTTER + _MARGIN), height, tuple(boxes.values()), arrows)


def _rows(ordered: Sequence[Sequence[DiagramNode]], joined: dict[str, list[str]], tallest: int) -> dict[str, float]:
    """The line of each node: the longest column fills all lines, others are placed next to their neighbours."""
    rows: dict[str, float] = {}
    for column in sorted(ordered, key=len, reverse=True):
        means = []
        for place, node in enumerate(column):
            near = [rows[other] for other in joined[node.key] if other in rows]
            means.append(sum(near) / len(near) if near else place * tallest / max(1, len(column)))
        line = -1.0
        placed = []
        for mean in means:  # one node a line
            line = max(line + 1, mean)
            placed.append(line)
        limit = tallest - 1.0
        for place in range(len(placed) - 1, -1, -1):  # within the last line
            placed[place] = min(placed[place], limit)
            limit = placed[place] - 1
        rows.update({node.key: row for node, row in zip(column, placed, strict=True)})
    return rows


def _arrow(start: Box, end: Box) -> str:
    """A curve from the right side of a box to the left side of another, with room for the head of the arrow."""
    x1, x2 = start.x + start.width, end.x - 9
    bend = (x2 - x1) / 2
    return (
        f"M{x1:.0f} {start.middle:.0f} C{x1 + bend:.0f} {start.middle:.0f} "
        f"{x2 - bend:.0f} {end.middle:.0f} {x2:.0f} {end.middle:.0f}"
    )
