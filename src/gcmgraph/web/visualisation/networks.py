"""Drawings of networks of organisations: positions, sizes and names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from gcmgraph.publication.collaboration import Network, Tie
from gcmgraph.publication.force_directed import Drawing, force_directed
from gcmgraph.publication.network import Relations
from gcmgraph.rdf.terms import IRI
from gcmgraph.web.responses.drawings import shortened
from gcmgraph.web.templating import Page

#: Practices from which on a network is drawn; fewer are a table of organisations by practices.
FEW_PRACTICES = 20

#: Maximum number of partners and ties around one organisation.
PARTNERS = 20
TIES_AROUND = 80

#: Margins of a drawing: left and right, top, bottom.
_SIDE_MARGIN = 76
_TOP_MARGIN = 30
_BOTTOM_MARGIN = 44

#: Minimum width and height of a drawing.
_MIN_WIDTH = 560
_MIN_HEIGHT = 240

#: Maximum width of a drawing that a phone shows without scrolling.
_PHONE_WIDTH = 640

#: Maximum length of a name, in Latin letters.
_NAME_LENGTH = 18


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
class NetworkDrawing:
    """A drawing of a network."""

    width: int
    height: int
    nodes: Mapping[IRI, DrawnOrganisation]
    network: Network

    def ties_of(self, organisation: IRI) -> list[Tie]:
        """The ties of an organisation, strongest first."""
        return [tie for tie in self.network.ties if organisation in tie.ends]

    @property
    def small(self) -> bool:
        """Whether it can be read on a phone without scrolling."""
        return self.width <= _PHONE_WIDTH


@dataclass(frozen=True)
class Participation:
    """Few practices, and the positions among them of those of each organisation, the one with most first."""

    practices: list[IRI]
    positions: Mapping[IRI, list[int]]


def participation(relations: Relations) -> Participation | None:
    """The practices by organisation; None for no practices, and where a network is drawn."""
    practices, positions = relations.participation()
    if not 0 < len(practices) < FEW_PRACTICES:
        return None
    organisations = sorted(positions, key=lambda iri: (-len(positions[iri]), iri.value))
    return Participation(practices, {iri: positions[iri] for iri in organisations})


def drawing_around(page: Page, organisation: IRI, relations: Relations) -> NetworkDrawing | None:
    """The drawing of an organisation and its partners; None where it has none."""
    network = relations.collaboration.around(organisation, PARTNERS, TIES_AROUND)
    if not network:
        return None
    return network_drawing(page, force_directed(network), relations, centre=True)


def network_drawing(
    page: Page, drawing: Drawing, relations: Relations, *, centre: bool = False
) -> NetworkDrawing:
    """The drawing of a network; the first organisation is its `centre`."""
    xs = [x for x, _ in drawing.places]
    ys = [y for _, y in drawing.places]
    width = max(_MIN_WIDTH, round(max(xs) - min(xs)) + 2 * _SIDE_MARGIN)
    height = max(_MIN_HEIGHT, round(max(ys) - min(ys)) + _TOP_MARGIN + _BOTTOM_MARGIN)
    # the network is in the middle of the drawing
    left = (min(xs) + max(xs) - width) / 2
    top = (min(ys) + max(ys) - height + _BOTTOM_MARGIN - _TOP_MARGIN) / 2
    practices = {iri: relations.practices_of(iri) for iri in drawing.network.organisations}
    largest = max(practices.values())
    nodes: dict[IRI, DrawnOrganisation] = {}
    for (iri, count), (x, y) in zip(practices.items(), drawing.places, strict=True):
        name = page.short_label(iri, "gcm:acronym")
        nodes[iri] = DrawnOrganisation(
            iri,
            round(x - left),
            round(y - top),
            _radius(count, largest),
            shortened(name.text, _NAME_LENGTH),
            count,
            centre and not nodes,
            name.language,
        )
    return NetworkDrawing(width, height, nodes, drawing.network)


def _radius(practices: int, largest: int) -> int:
    """A radius from 8 to 20, with an area in proportion to the practices."""
    return round(8 + 12 * sqrt(practices / max(largest, 10)))
