"""/ontology and /shapes: terms and rules as pages with an anchor per term, or as RDF; diagrams of the ontology.

A diagram has boxes in columns, and arrows between neighbouring columns with few crossings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from flask import Flask, Response, render_template, request

from gcmgraph.publication.class_uses import ClassUses
from gcmgraph.publication.shape_rules import ShapeBook
from gcmgraph.publication.vocabulary import Ontology, ontology_versions
from gcmgraph.rdf.terms import IRI, Triple
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import DESCRIPTIONS, HTML, TTL
from gcmgraph.web.http.negotiation import DESCRIPTION_OFFER, negotiate
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.i18n import NAMES
from gcmgraph.web.responses.negotiated import document, written
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import Page

#: Graphs that are served as a whole, with the summaries of their operations.
_GRAPHS = {
    "ontology": "Return the ontology",
    "shapes": "Return the shapes, the rules that data must satisfy",
}
_ANSWER = api.answer("Complete graph.", DESCRIPTIONS, headers=("Link",))
_PARAMETERS = (api.suffix_of(DESCRIPTIONS, subject="description"), api.LANG)
_VERSION = api.Parameter("version", "Published version of the ontology.", api.text(), "0.1.0")


def add_routes(app: Flask, site: Site) -> None:
    """/ontology and /shapes, with or without a suffix, and the version IRI of the ontology."""

    @app.get("/ontology/<version>")
    @api.operation(
        "ontology_version",
        api.answer("Terms of the ontology.", DESCRIPTIONS, headers=("Link",)),
        (_VERSION, api.LANG),
    )
    def of_version(version: str) -> Response:
        """Return the ontology at its version IRI.

        Other versions are not stored.
        """
        if version not in ontology_versions(site.dataset.snapshot().store, site.addresses):
            raise not_found(request.path)
        return whole("ontology", None)

    def whole(name: str, suffix: str | None) -> Response:
        """The contents of graph/ontology or graph/shapes."""
        page = Page.requested(site)
        snapshot = page.snapshot
        form = negotiate(DESCRIPTION_OFFER, lambda suffix: f"/{name}.{suffix}", suffix=suffix)

        def body() -> str | list[Triple]:
            if form is HTML:
                return (
                    _vocabulary(site, snapshot, page)
                    if name == "ontology"
                    else _rules(site, snapshot, page)
                )
            return snapshot.graph(name)

        return document(
            snapshot, body, form, path=f"/{name}", describes=f"{site.addresses.base}{name}"
        )

    for name, summary in _GRAPHS.items():
        described = api.operation(name, _ANSWER, _PARAMETERS, summary=summary)
        view = described(partial(whole, name))
        app.add_url_rule(f"/{name}", name, view, defaults={"suffix": None})
        app.add_url_rule(f"/{name}.<suffix>", name, view)


def _vocabulary(site: Site, snapshot: Snapshot, page: Page) -> str:
    ontology, kinds = Ontology(snapshot.store, site.addresses), NAMES["term-class"]
    uses = ClassUses(snapshot.store, site.addresses)
    within: Counter[IRI] = Counter()  # instances of a wider class that are instances of ours
    for term in ontology.classes():
        within.update(dict.fromkeys(term.supers, uses.instances(term.iri)))
    return render_template(
        "vocabulary.html",
        page=page,
        ontology=ontology,
        uses=uses,
        foreign=uses.foreign(
            wider for wider, number in within.items() if uses.instances(wider) <= number
        ),
        sections=[(heading, ontology.of_kind(kind)) for kind, heading in kinds.items()],
        class_picture=class_diagram(ontology, page),
        pictures=[
            (kind, heading, property_diagram(ontology, page, kind))
            for kind, heading in [*kinds.items()][1:3]
        ],
    )


def _rules(site: Site, snapshot: Snapshot, page: Page) -> str:
    book = ShapeBook(snapshot.store, site.addresses)
    return render_template("rules.html", page=page, book=book, turtle=partial(_turtle, site))


def _turtle(site: Site, triples: Iterable[Triple]) -> str:
    """Triples in Turtle without prefix declarations."""
    lines = written(triples, TTL, site.addresses).decode().splitlines()
    return "\n".join(line for line in lines if not line.startswith("@prefix")).strip()


def class_diagram(ontology: Ontology, page: Page) -> Diagram:
    """Classes of the ontology at the left, their super-classes at the right."""
    classes = ontology.classes()
    supers = {wider for term in classes for wider in term.supers}
    left = [_class_node(page, term.iri, "from ") for term in classes]
    right = [_class_node(page, iri, "to ") for iri in _sorted(supers)]
    edges = [
        (f"from {term.iri.value}", f"to {wider.value}") for term in classes for wider in term.supers
    ]
    return lay_out([left, right], edges)


def property_diagram(ontology: Ontology, page: Page, kind: str) -> Diagram:
    """Properties of a kind in the middle, their domains at the left, their ranges at the right."""
    terms = [term for term in ontology.of_kind(kind) if term.domains or term.ranges]
    left = [
        _class_node(page, iri, "from ")
        for iri in _sorted({d for term in terms for d in term.domains})
    ]
    names = {term.iri: page.term_label(term.iri).text for term in terms}
    middle = [
        DiagramNode(term.iri.value, names[term.iri], f"#{term.local}", "property") for term in terms
    ]
    right = [
        _class_node(page, iri, "to ") for iri in _sorted({r for term in terms for r in term.ranges})
    ]
    edges = [(f"from {d.value}", term.iri.value) for term in terms for d in term.domains]
    edges += [(term.iri.value, f"to {r.value}") for term in terms for r in term.ranges]
    return lay_out([left, middle, right], edges)


def _class_node(page: Page, iri: IRI, side: str) -> DiagramNode:
    """A class of the ontology by its label, with its anchor on the page; an external class by its address."""
    path = page.link(iri)
    if path is not None:
        return DiagramNode(
            side + iri.value, page.term_label(iri).text, f"#{path.partition('#')[2]}"
        )
    return DiagramNode(side + iri.value, page.address(iri), page.foreign(iri), "other")


def _sorted(iris: Iterable[IRI]) -> list[IRI]:
    return sorted(iris, key=lambda iri: iri.value)


#: Pixels: height of a box, distance of lines, distance of columns, average width of a letter at 13
#: px.
_BOX, _LINE, _GUTTER, _LETTER = 26, 34, 110, 7.4
_MARGIN = 8
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
    boxes: tuple[DiagramNode, ...]
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
            means = {
                k: sum(heights[o] for o in near) / len(near)
                for k, near in neighbours.items()
                if near
            }
            column.sort(key=lambda node: (means.get(node.key, heights[node.key]), node.label))
            heights.update({node.key: float(place) for place, node in enumerate(column)})
    boxes: dict[str, DiagramNode] = {}
    tallest = max((len(column) for column in ordered), default=0)
    x = float(_MARGIN)
    rows = _rows(ordered, joined, tallest)
    for column in ordered:
        width = max((len(node.label) for node in column), default=0) * _LETTER + 20
        for node in column:
            boxes[node.key] = replace(node, x=x, y=_MARGIN + rows[node.key] * _LINE, width=width)
        x += width + _GUTTER
    arrows = tuple(_arrow(boxes[start], boxes[end]) for start, end in edges)
    height = _MARGIN * 2 + max(tallest, 1) * _LINE
    return Diagram(round(x - _GUTTER + _MARGIN), height, tuple(boxes.values()), arrows)


def _rows(
    ordered: Sequence[Sequence[DiagramNode]], joined: dict[str, list[str]], tallest: int
) -> dict[str, float]:
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


def _arrow(start: DiagramNode, end: DiagramNode) -> str:
    """A curve from the right side of a box to the left side of another, with room for the head of the arrow."""
    x1, x2 = start.x + start.width, end.x - 9
    bend = (x2 - x1) / 2
    return (
        f"M{x1:.0f} {start.middle:.0f} C{x1 + bend:.0f} {start.middle:.0f} "
        f"{x2 - bend:.0f} {end.middle:.0f} {x2:.0f} {end.middle:.0f}"
    )
