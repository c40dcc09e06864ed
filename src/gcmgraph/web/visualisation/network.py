"""Drawings of networks: positions, sizes and names of organisations, and the lines between them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

from flask_babel import gettext

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.publication.naming.labels import Label, choose
from gcmgraph.publication.network.collaboration import Network, Tie
from gcmgraph.publication.network.drawing import Drawing, drawn_around
from gcmgraph.publication.network.relations import Practices
from gcmgraph.web.responses.tables import GridCell, GridRow, grid_svg
from gcmgraph.web.services import Site, Snapshot

#: Practices from which on a network is drawn; fewer are a table of organisations by practices.
FEW_PRACTICES = 20

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


@dataclass(frozen=True)
class Participation:
    """Organisations by practices as a drawing, and the practices in the order of its columns."""

    drawing: str
    practices: tuple[IRI, ...]


def participation(site: Site, snapshot: Snapshot, language: str, address: Callable[[IRI], str]) -> Participation | None:
    """Organisations by practices, where a network of few practices would show less; None without or with more."""
    practices, of = snapshot.relations.participation()
    if not 0 < len(practices) < FEW_PRACTICES:
        return None
    titles = [snapshot.labels.of(iri, language) for iri in practices]
    rows = []
    for iri in sorted(of, key=lambda iri: (-len(of[iri]), iri.value)):
        name = snapshot.labels.of(iri, language)
        cells: list[GridCell | None] = [None] * len(practices)
        for place in of[iri]:
            title = titles[place]
            cells[place] = GridCell("●", 2, address(practices[place]), title.text, _other(title, language))
        rows.append(GridRow(name.text, cells, address(iri), _other(name, language)))
    numbers = [str(number) for number in range(1, len(practices) + 1)]
    return Participation(grid_svg(gettext("Organisations by practices"), numbers, rows), tuple(practices))


def _other(label: Label, language: str) -> str | None:
    """The language of a label where it is not that of the reader."""
    return label.language if label.language != language else None


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
