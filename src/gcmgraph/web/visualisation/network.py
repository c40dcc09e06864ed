"""Drawings of networks: positions, sizes and names of organisations, and the lines between them."""

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

#: Maximum number of partners and ties around one organisation.
PARTNERS, TIES_AROUND = 20, 80

#: Margins of a drawing: left and right, top, bottom.
_EDGE = (76, 30, 44)

#: Minimum width and height of a drawing.
_MIN_SIZE = (560, 240)

#: Maximum length of a name, in Latin letters.
_NAME = 18


@dataclass(frozen=True)
class DrawnOrganisation:
    """An organisation in a drawing: position, size, short name, and number of practices."""

    iri: IRI
    x: int
    y: int
    radius: int
    name: str
    practices: int
    centre: bool = False
    #: language of the name; None for an acronym without one
    language: str | None = None


@dataclass(frozen=True)
class DrawnTie:
    """A line between two organisations, and the practices that they share."""

    tie: Tie
    practices: Practices
    start: DrawnOrganisation
    end: DrawnOrganisation
    width: float


@dataclass(frozen=True)
class NetworkDrawing:
    """A drawing of a network."""

    width: int
    height: int
    nodes: tuple[DrawnOrganisation, ...]
    lines: tuple[DrawnTie, ...]
    network: Network

    @property
    def small(self) -> bool:
        """Whether it can be read on a phone without scrolling."""
        return self.width <= 640


def whole_drawing(site: Site, snapshot: Snapshot, language: str) -> NetworkDrawing | None:
    """The drawing of all organisations that share practices; None where there are none."""
    drawing = snapshot.relations.drawing
    return _draw(site, snapshot, drawing, language) if drawing else None


def drawing_around(site: Site, snapshot: Snapshot, organisation: IRI, language: str) -> NetworkDrawing | None:
    """The drawing of an organisation and its partners; None where it has none."""
    network = snapshot.relations.collaboration.around(organisation, PARTNERS, TIES_AROUND)
    return _draw(site, snapshot, drawn_around(network), language, centre=True) if network else None


def _draw(site: Site, snapshot: Snapshot, drawing: Drawing, language: str, *, centre: bool = False) -> NetworkDrawing:
    side, above, below = _EDGE
    xs, ys = [x for x, _ in drawing.places], [y for _, y in drawing.places]
    width = max(_MIN_SIZE[0], round(max(xs) - min(xs)) + 2 * side)
    height = max(_MIN_SIZE[1], round(max(ys) - min(ys)) + above + below)
    # centred
    left = (min(xs) + max(xs) - width) / 2
    top = (min(ys) + max(ys) - height + below - above) / 2
    relations = snapshot.relations
    practices = {iri: relations.practices_of(iri) for iri in drawing.network.organisations}
    most = max(practices.values())
    nodes: dict[IRI, DrawnOrganisation] = {}
    for iri, (x, y) in zip(drawing.network.organisations, drawing.places, strict=True):
        count = practices[iri]
        name = short_name(site, snapshot, iri, language)
        place = round(x - left), round(y - top)
        first = centre and not nodes
        nodes[iri] = DrawnOrganisation(iri, *place, _radius(count, most), name.text, count, first, name.language)
    ties = drawing.network.ties
    weights = range(min(tie.weight for tie in ties), max(tie.weight for tie in ties) + 1)
    lines = tuple(
        DrawnTie(tie, relations.shared(tie), nodes[tie.one], nodes[tie.other], _width(tie.weight, weights))
        for tie in ties
    )
    return NetworkDrawing(width, height, tuple(nodes.values()), lines, drawing.network)


def short_name(site: Site, snapshot: Snapshot, organisation: IRI, language: str) -> Label:
    """The acronym of an organisation, else its shortened name."""
    acronyms = snapshot.store.quads(organisation, Vocabulary(site.addresses)("gcm:acronym"))
    acronym = choose((quad.object for quad in acronyms if isinstance(quad.object, Literal)), language)
    name = Label(acronym.value, acronym.language) if acronym else snapshot.labels.of(organisation, language)
    return Label(shortened(name.text, _NAME), name.language)


def shortened(text: str, room: int) -> str:
    """A text, cut at the width of `room` Latin letters; a wide character counts twice."""
    taken = 0
    for position, character in enumerate(text):
        taken += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if taken > room:
            return f"{text[: max(1, position - 1)].rstrip()}…"
    return text


def _radius(practices: int, most: int) -> int:
    """A radius from 8 to 20, with an area in proportion to the practices."""
    return round(8 + 12 * sqrt(practices / max(most, 10)))


def _width(weight: int, weights: range) -> float:
    """A width from 1.8 to 6, between the weakest and the strongest tie of the drawing."""
    return round(1.8 + 4.2 * (weight - weights.start) / max(4, len(weights)), 1)
