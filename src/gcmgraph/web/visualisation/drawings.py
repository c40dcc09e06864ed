"""Maps and networks of pages: shades and sections of maps; positions, sizes and names of organisations in networks.

Objectives are drawn with their actions as squares, by number of practices.

Maps have the Equal Earth projection: areas keep their proportions, and shapes look right. B.
Šavrič, T. Patterson, B. Jenny, "The Equal Earth map projection", International Journal of
Geographical Information Science 33(3), 2019 (https://doi.org/10.1080/13658816.2018.1504949).
`world.json` has shapes of countries, built by `make world` from Natural Earth (public domain); see
`docs/interface.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt
from typing import ClassVar, NamedTuple

import msgspec
from pyroaring import BitMap

from gcmgraph.platform.text import natural
from gcmgraph.publication.descriptions import Description, Label
from gcmgraph.publication.network import Drawing, Network, Relations, Tie, force_directed
from gcmgraph.rdf.terms import IRI, Literal, Term
from gcmgraph.web.responses.tables import shortened
from gcmgraph.web.templating import Page

#: Coefficients of the projection's polynomial.
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = sqrt(3) / 2


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """The place of a point on a sphere of radius 1: x to the east, y to the north. Degrees in."""
    theta = asin(_M * sin(radians(latitude)))
    squared = theta * theta
    sixth = squared**3
    x = (
        radians(longitude)
        * cos(theta)
        / (_M * (_A1 + 3 * _A2 * squared + sixth * (7 * _A3 + 9 * _A4 * squared)))
    )
    y = theta * (_A1 + _A2 * squared + sixth * (_A3 + _A4 * squared))
    return x, y


#: Width of the drawing of the world. Whole numbers suffice: a page shows about a quarter of it.
WIDTH = 4000

#: Margin at each side, so that a mark at the edge is whole.
EDGE = 40

#: Degrees of latitude that the drawing shows; without Antarctica, where no country of the graph is.
NORTH, SOUTH = 84.0, -57.0

_SCALE = (WIDTH - 2 * EDGE) / (2 * equal_earth(180, 0)[0])
_TOP = equal_earth(0, NORTH)[1]
HEIGHT = round((_TOP - equal_earth(0, SOUTH)[1]) * _SCALE) + EDGE


def drawn(point: tuple[float, float]) -> tuple[float, float]:
    """Coordinates of a point (longitude, latitude) in the drawing of the world, x to the right, y down."""
    x, y = equal_earth(*point)
    return x * _SCALE + WIDTH / 2, (_TOP - y) * _SCALE + EDGE / 2


#: Longer side, in units of the drawing, below which a country is hard to see on a map of the world.
SMALL = 30

#: Minimum share of the world's width that a map shows, for orientation.
_LEAST_SHARE = 0.4

#: Margin around the countries of a map, as a share of its longer side.
_MARGIN = 0.25


@dataclass(frozen=True)
class CountryShape:
    """A country: SVG path, centre and bounds (left, top, right, bottom) of its main part."""

    path: str
    centre: tuple[int, int]
    bounds: tuple[int, int, int, int]

    @property
    def small(self) -> bool:
        """Whether it requires a mark to be visible."""
        left, top, right, bottom = self.bounds
        return max(right - left, bottom - top) < SMALL


@dataclass(frozen=True)
class MapView:
    """The section of the drawing that a map shows."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class World:
    """All shapes by the ISO alpha-3 codes of countries; x to the right, y down, from 0."""

    width: int
    height: int
    countries: Mapping[str, CountryShape]

    @property
    def whole(self) -> MapView:
        """The whole drawing."""
        return MapView(0, 0, self.width, self.height)

    def around(self, codes: Iterable[str], least: float = _LEAST_SHARE) -> MapView:
        """The section with some countries and a margin, in the proportions of the whole.

        It has at least a share of the width of the whole; it is the whole if no country is known,
        or if they are far apart.
        """
        bounds = [self.countries[code].bounds for code in codes if code in self.countries]
        if not bounds:
            return self.whole
        lefts, tops, rights, bottoms = zip(*bounds, strict=True)
        left, top, right, bottom = min(lefts), min(tops), max(rights), max(bottoms)
        ratio = self.width / self.height
        longer = max(right - left, (bottom - top) * ratio)
        width = min(self.width, max(round(longer * (1 + 2 * _MARGIN)), round(self.width * least)))
        height = round(width / ratio)
        return MapView(
            _within((left + right - width) // 2, self.width - width),
            _within((top + bottom - height) // 2, self.height - height),
            width,
            height,
        )


def _within(offset: int, last: int) -> int:
    return max(0, min(offset, last))


@cache
def read_world() -> World:
    """Read the shapes of the package."""
    return msgspec.json.decode((files(__package__) / "world.json").read_bytes(), type=World)


#: Regions of which there is a map, by M49 code: north-western and south-eastern corner (longitude,
#: latitude).
REGIONS = {
    "002": ((-27.0, 38.0), (58.0, -36.0)),
    "019": ((-140.0, 72.0), (-34.0, -56.0)),
    "142": ((25.0, 55.0), (148.0, -12.0)),
    "150": ((-25.0, 71.0), (50.0, 34.0)),
    "009": ((110.0, 15.0), (179.9, -48.0)),
}


def region_view(code: str) -> MapView:
    """The section of the drawing with a region."""
    (west, north), (east, south) = REGIONS[code]
    corners = [
        drawn((longitude, latitude)) for longitude in (west, east) for latitude in (north, south)
    ]
    (left, right), (top, bottom) = (
        (round(min(along)), round(max(along))) for along in zip(*corners, strict=True)
    )
    return MapView(left, top, right - left, bottom - top)


#: Maximum number of shades of a map by counts.
SHADES = 4

#: Colours of countries by tone. Each has a contrast of 3:1 with the land; one hue, darker for more.
COLOURS = {
    **{
        f"shade-{number}": colour
        for number, colour in enumerate(("#4a8cba", "#2f75a8", "#1a5f91", "#0b4a75"), 1)
    },
    **{"practice": "#0b4a75", "self": "#0b4a75", "member": "#b06a00", "place": "#e0a800"},
}

#: Classes with a map of the practices that refer to the resource.
_WITH_PRACTICES = ("gcm:Objective", "gcm:Action", "gcm:SdgGoal", "gcm:SdgTarget", "skos:Concept")

#: Radius of a mark, as a share of the width of a map.
_MARK = 1 / 100


@dataclass(frozen=True)
class MapCountry:
    """A country on a map; `tone` is the CSS class of its colour, `practices` their number on a map by counts."""

    iri: IRI
    shape: CountryShape
    tone: str
    practices: int | None = None

    @property
    def colour(self) -> str:
        """Its colour; empty without practices."""
        return COLOURS.get(self.tone, "")


class MapPlace(NamedTuple):
    """A place within a country as a point of the drawing, and its number of practices."""

    iri: IRI
    x: int
    y: int
    practices: int


@dataclass(frozen=True)
class Shade:
    """A colour of the legend, and its range of counts."""

    tone: str
    low: int
    high: int


@dataclass(frozen=True)
class CountryMap:
    """A map: its region, its countries (large ones first, so that none is covered), its legend."""

    world: World
    view: MapView
    countries: tuple[MapCountry, ...]
    shades: tuple[Shade, ...] = ()
    places: tuple[MapPlace, ...] = ()
    #: by tone
    colours: ClassVar[Mapping[str, str]] = COLOURS

    @property
    def whole(self) -> bool:
        """Whether it shows the whole world."""
        return self.view == self.world.whole

    @property
    def mark(self) -> int:
        """Radius of the mark of a small country, in units of the drawing."""
        return round(max(self.view.width, self.view.height) * _MARK)

    def toned(self, tone: str) -> tuple[IRI, ...]:
        """The countries of a colour."""
        return tuple(country.iri for country in self.countries if country.tone == tone)


def counts_map(page: Page, *, every: bool, region: str = "") -> CountryMap:
    """Countries shaded by their number of practices, and places with practices as points.

    The map shows the section with practices, or a `region` by its M49 code. `every`: including
    countries without practices.
    """
    world, counts = read_world(), page.snapshot.relations.counts()
    shades = shades_of(counts.values())
    countries = [
        MapCountry(iri, shape, _tone(count, shades), count)
        for iri in page.snapshot.listings.of("country").members
        if (shape := world.countries.get(page.local_name(iri)))
        and ((count := counts.get(iri, 0)) or every)
    ]
    view = (
        region_view(region)
        if region
        else world.around(page.local_name(iri) for iri in counts if counts[iri])
    )
    return CountryMap(world, view, _large_first(countries), shades, _places(page))


def _places(page: Page) -> tuple[MapPlace, ...]:
    """The places with coordinates and practices."""
    practices, found = page.snapshot.listings.of("practice"), []
    having = practices.postings("place")
    for iri in page.snapshot.listings.of("place").members:
        position = [
            float(triple.object.value)
            for curie in ("schema:longitude", "schema:latitude")
            for triple in page.snapshot.store.triples(iri, page.term(curie))
            if isinstance(triple.object, Literal)
        ]
        if len(position) == 2 and (rows := having.get(page.local_name(iri))):
            x, y = drawn((position[0], position[1]))
            found.append(MapPlace(iri, round(x), round(y), practices.count(rows)))
    return tuple(found)


def resource_map(page: Page, description: Description) -> CountryMap | None:
    """The map of a resource; None where it has no country.

    A practice has its countries, an organisation those of its practices and members, a country
    itself, and an objective, action, goal, target or concept those of the practices that refer to
    it.
    """
    types, relations = description.values(page.term("rdf:type")), page.snapshot.relations
    tones: dict[Term, str] = {}
    if page.term("gcm:Organisation") in types:
        tones.update(dict.fromkeys(description.values(page.term("org:hasMember")), "member"))
        tones.update(dict.fromkeys(relations.countries_of(description.iri), "practice"))
    elif page.term("gcm:Practice") in types:
        tones.update(dict.fromkeys(description.values(page.term("gcm:country")), "practice"))
    elif page.term("gcm:Country") in types:
        tones[description.iri] = "self"
    elif any(page.term(curie) in types for curie in _WITH_PRACTICES):
        tones.update(dict.fromkeys(relations.countries_naming(description.iri), "practice"))
    world, codes = (
        read_world(),
        {iri: page.local_name(iri) for iri in tones if isinstance(iri, IRI)},
    )
    countries = [
        MapCountry(i, world.countries[code], tones[i])
        for i, code in codes.items()
        if code in world.countries
    ]
    return (
        CountryMap(world, world.around(codes.values()), _large_first(countries))
        if countries
        else None
    )


def shades_of(counts: Iterable[int]) -> tuple[Shade, ...]:
    """Shades for counts from 1: one for each count if there are few, else ranges that grow by a constant factor."""
    present = sorted({count for count in counts if count > 0})
    if len(present) <= SHADES:
        lows = present
    else:
        least, growth = present[0], present[-1] / present[0]
        lows = sorted({round(least * growth ** (step / SHADES)) for step in range(SHADES)})
    highs = [*(low - 1 for low in lows[1:]), *present[-1:]]
    return tuple(
        Shade(f"shade-{number}", *ends)
        for number, ends in enumerate(zip(lows, highs, strict=True), 1)
    )


def _tone(count: int, shades: Iterable[Shade]) -> str:
    return next((shade.tone for shade in shades if shade.low <= count <= shade.high), "none")


def _large_first(countries: Iterable[MapCountry]) -> tuple[MapCountry, ...]:
    def size(country: MapCountry) -> tuple[int, str]:
        left, top, right, bottom = country.shape.bounds
        return -(right - left) * (bottom - top), country.iri.value

    return tuple(sorted(countries, key=size))


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
        return self.width <= 640


def participation(relations: Relations) -> tuple[list[IRI], dict[IRI, list[int]]] | None:
    """Few practices, and the places of those of each organisation, the one with most first; None for none or many."""
    practices, of = relations.participation()
    if not 0 < len(practices) < FEW_PRACTICES:
        return None
    return practices, {
        iri: of[iri] for iri in sorted(of, key=lambda iri: (-len(of[iri]), iri.value))
    }


def drawing_around(page: Page, organisation: IRI, relations: Relations) -> NetworkDrawing | None:
    """The drawing of an organisation and its partners; None where it has none."""
    network = relations.collaboration.around(organisation, PARTNERS, TIES_AROUND)
    return (
        network_drawing(page, force_directed(network), relations, centre=True) if network else None
    )


def network_drawing(
    page: Page, drawing: Drawing, relations: Relations, *, centre: bool = False
) -> NetworkDrawing:
    """The drawing of a network; the first organisation is its `centre`."""
    side, above, below = _EDGE
    xs, ys = [x for x, _ in drawing.places], [y for _, y in drawing.places]
    width = max(_MIN_SIZE[0], round(max(xs) - min(xs)) + 2 * side)
    height = max(_MIN_SIZE[1], round(max(ys) - min(ys)) + above + below)
    # centred
    left = (min(xs) + max(xs) - width) / 2
    top = (min(ys) + max(ys) - height + below - above) / 2
    practices = {iri: relations.practices_of(iri) for iri in drawing.network.organisations}
    most = max(practices.values())
    nodes: dict[IRI, DrawnOrganisation] = {}
    for (iri, count), (x, y) in zip(practices.items(), drawing.places, strict=True):
        name, place = page.short_label(iri, "gcm:acronym"), (round(x - left), round(y - top))
        text, first = shortened(name.text, _NAME), centre and not nodes
        nodes[iri] = DrawnOrganisation(
            iri, *place, _radius(count, most), text, count, first, name.language
        )
    return NetworkDrawing(width, height, nodes, drawing.network)


def _radius(practices: int, most: int) -> int:
    """A radius from 8 to 20, with an area in proportion to the practices."""
    return round(8 + 12 * sqrt(practices / max(most, 10)))


@dataclass(frozen=True)
class CoveredAction:
    """An action, and the number of practices that support it."""

    iri: IRI
    practices: int
    #: judgements that a practice or part supports it, and those on practices of another objective
    judgements: int
    elsewhere: int


@dataclass(frozen=True)
class CoveredObjective:
    """An objective with its short name, and its actions in the order of their letters."""

    iri: IRI
    code: str
    label: Label
    actions: tuple[CoveredAction, ...]
    practices: int
    #: number of the countries of its practices
    countries: int

    @property
    def without(self) -> tuple[CoveredAction, ...]:
        """The actions without a practice."""
        return tuple(action for action in self.actions if not action.practices)


def covered_objectives(page: Page) -> list[CoveredObjective]:
    """All objectives, by number."""
    return [
        covered_objective(page, iri)
        for iri in _numbered(page, page.snapshot.listings.of("objective").members)
    ]


def covered_objective(page: Page, iri: IRI) -> CoveredObjective:
    """An objective, its actions, and numbers of their practices."""
    practices, actions = page.snapshot.listings.of("practice"), page.snapshot.listings.of("action")
    key, supported = page.local_name(iri), practices.postings("action")
    here = practices.postings("objective").get(key, BitMap())
    own = actions.iris(actions.postings("objective").get(key, ()))
    listed = tuple(
        CoveredAction(one, practices.count(rows), len(rows), len(rows - here))
        for one in _numbered(page, own)
        for rows in [supported.get(page.local_name(one), BitMap())]
    )
    name = page.short_label(iri, "skos:altLabel")
    countries = sum(bool(rows & here) for rows in practices.postings("country").values())
    return CoveredObjective(iri, key, name, listed, practices.count(here), countries)


def _numbered(page: Page, iris: Iterable[IRI]) -> list[IRI]:
    return sorted(iris, key=lambda iri: natural(page.local_name(iri)))
