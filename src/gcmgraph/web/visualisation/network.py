"""Network pictures for pages: where organisations stand, how large, and the lines between them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from math import sqrt

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.publication.naming.labels import Label, choose
from gcmgraph.publication.network.collaboration import Network, Tie
from gcmgraph.publication.network.drawing import Drawing, drawn_around
from gcmgraph.publication.network.relations import Practices
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

#: What the picture around one organisation shows at most.
PARTNERS, TIES_AROUND = 20, 80

#: What is left free at the edge of a picture: at its sides, above, below.
_EDGE = (76, 30, 44)

#: The least size of a picture: a few organisations are not blown up.
_LEAST = (560, 240)

#: Room for a name in Latin letters.
_NAME = 18


@dataclass(frozen=True)
class Node:
    """An organisation: its place, its size, its name in short, and in how many practices it takes part."""

    iri: IRI
    x: int
    y: int
    radius: int
    name: str
    practices: int
    centre: bool = False
    #: of the name; None for what is the same in all
    language: str | None = None


@dataclass(frozen=True)
class Line:
    """A tie between two nodes, and the practices that make it."""

    tie: Tie
    practices: Practices
    start: Node
    end: Node
    width: float


@dataclass(frozen=True)
class Picture:
    """A network as a page shows it."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    network: Network

    @property
    def small(self) -> bool:
        """Whether its names can be read on a phone without moving it about."""
        return self.width <= 640


def whole_picture(site: Site, snapshot: Snapshot, language: str) -> Picture | None:
    """Who works with whom; None where nobody does."""
    drawing = snapshot.relations.drawing
    return _picture(site, snapshot, drawing, language) if drawing else None


def picture_around(site: Site, snapshot: Snapshot, organisation: IRI, language: str) -> Picture | None:
    """Those that an organisation works with, around it; None where there are none."""
    network = snapshot.relations.collaboration.around(organisation, PARTNERS, TIES_AROUND)
    return _picture(site, snapshot, drawn_around(network), language, centre=True) if network else None


def _picture(site: Site, snapshot: Snapshot, drawing: Drawing, language: str, *, centre: bool = False) -> Picture:
    side, above, below = _EDGE
    xs, ys = [x for x, _ in drawing.places], [y for _, y in drawing.places]
    width = max(_LEAST[0], round(max(xs) - min(xs)) + 2 * side)
    height = max(_LEAST[1], round(max(ys) - min(ys)) + above + below)
    # what is drawn stands in the middle
    left = (min(xs) + max(xs) - width) / 2
    top = (min(ys) + max(ys) - height + below - above) / 2
    relations = snapshot.relations
    practices = {iri: relations.practices_of(iri) for iri in drawing.network.organisations}
    most = max(practices.values())
    nodes: dict[IRI, Node] = {}
    for iri, (x, y) in zip(drawing.network.organisations, drawing.places, strict=True):
        count = practices[iri]
        name = short_name(site, snapshot, iri, language)
        place = round(x - left), round(y - top)
        first = centre and not nodes
        nodes[iri] = Node(iri, *place, _radius(count, most), name.text, count, first, name.language)
    ties = drawing.network.ties
    weights = range(min(tie.weight for tie in ties), max(tie.weight for tie in ties) + 1)
    lines = tuple(
        Line(tie, relations.shared(tie), nodes[tie.one], nodes[tie.other], _width(tie.weight, weights)) for tie in ties
    )
    return Picture(width, height, tuple(nodes.values()), lines, drawing.network)


def short_name(site: Site, snapshot: Snapshot, organisation: IRI, language: str) -> Label:
    """The acronym of an organisation, else the beginning of its name."""
    acronyms = snapshot.store.quads(organisation, Vocabulary(site.addresses)("gcm:acronym"))
    acronym = choose((quad.object for quad in acronyms if isinstance(quad.object, Literal)), language)
    name = Label(acronym.value, acronym.language) if acronym else snapshot.labels.of(organisation, language)
    return Label(shortened(name.text, _NAME), name.language)


def shortened(text: str, room: int) -> str:
    """A text, or as much of it as `room` Latin letters take, with dots; Chinese signs take twice as much."""
    taken = 0
    for place, sign in enumerate(text):
        taken += 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if taken > room:
            return f"{text[: max(1, place - 1)].rstrip()}…"
    return text


def _radius(practices: int, most: int) -> int:
    """From 8 to 20; the area grows with the practices."""
    return round(8 + 12 * sqrt(practices / max(most, 10)))


def _width(weight: int, weights: range) -> float:
    """From 1.8 to 6, between the weakest tie of the picture and the strongest; one practice more is seen."""
    return round(1.8 + 4.2 * (weight - weights.start) / max(4, len(weights)), 1)
