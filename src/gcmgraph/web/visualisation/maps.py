"""Maps of pages: countries shaded by their number of practices, and the countries of a resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from gcmgraph.publication.descriptions import Description
from gcmgraph.rdf.terms import IRI, Literal, Term
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.world import (
    CountryShape,
    MapView,
    World,
    drawn,
    read_world,
    region_view,
)

#: Maximum number of shades of a map by counts of practices.
PRACTICE_SHADES = 4

#: Colours of shades, darker for more. Each has a contrast of 3:1 with the land.
_PRACTICE_SHADE_COLOURS = ("#4a8cba", "#2f75a8", "#1a5f91", "#0b4a75")

#: Colours of countries by tone.
COLOURS = {
    **{f"shade-{number}": colour for number, colour in enumerate(_PRACTICE_SHADE_COLOURS, 1)},
    "practice": "#0b4a75",
    "self": "#0b4a75",
    "member": "#b06a00",
    "place": "#e0a800",
    "vote-yes": "#1a5f91",
    "vote-no": "#8a1553",
    "vote-abstained": "#b06a00",
    "vote-no-vote-recorded": "#6b7c8a",
}

#: Classes with a map of the practices that refer to the resource.
_CLASSES_WITH_PRACTICES = (
    "gcm:Objective",
    "gcm:Action",
    "gcm:SdgGoal",
    "gcm:SdgTarget",
    "skos:Concept",
)

#: Radius of a mark, as a share of the width of a map.
_MARK = 1 / 100


@dataclass(frozen=True)
class MapCountry:
    """A country on a map; `tone` is the CSS class of its colour, `practices` their number on a map by counts."""

    iri: IRI
    shape: CountryShape
    tone: str
    practices: int | None = None
    #: what it chose, on a map of a roll call
    choice: IRI | None = None

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


def counts_map(page: Page, *, all_countries: bool, region: str = "") -> CountryMap:
    """Countries shaded by their number of practices, and places with practices as points.

    The map shows the section with practices, or a `region` by its M49 code. `all_countries`:
    including countries without practices.
    """
    world = read_world()
    counts = page.snapshot.relations.counts()
    shades = shades_of(counts.values())
    countries: list[MapCountry] = []
    for iri in page.snapshot.listings.of("country").members:
        shape = world.countries.get(page.local_name(iri))
        count = counts.get(iri, 0)
        if shape and (count or all_countries):
            countries.append(MapCountry(iri, shape, _tone(count, shades), count))
    if region:
        view = region_view(region)
    else:
        view = world.around(page.local_name(iri) for iri, count in counts.items() if count)
    return CountryMap(world, view, _large_first(countries), shades, _places(page))


def _places(page: Page) -> tuple[MapPlace, ...]:
    """The places with coordinates and practices."""
    practices = page.snapshot.listings.of("practice")
    practices_by_place = practices.postings("place")
    places: list[MapPlace] = []
    for iri in page.snapshot.listings.of("place").members:
        coordinates = [
            *_numbers(page, iri, "schema:longitude"),
            *_numbers(page, iri, "schema:latitude"),
        ]
        rows = practices_by_place.get(page.local_name(iri))
        if len(coordinates) == 2 and rows:
            longitude, latitude = coordinates
            x, y = drawn((longitude, latitude))
            places.append(MapPlace(iri, round(x), round(y), practices.count(rows)))
    return tuple(places)


def _numbers(page: Page, iri: IRI, curie: str) -> list[float]:
    """The numbers that are values of a property."""
    triples = page.snapshot.store.triples(iri, page.term(curie))
    values = (triple.object for triple in triples)
    return [float(value.value) for value in values if isinstance(value, Literal)]


def resource_map(page: Page, description: Description) -> CountryMap | None:
    """The map of a resource; None where it has no country."""
    world = read_world()
    tones = _tones(page, description)
    codes = {iri: page.local_name(iri) for iri in tones if isinstance(iri, IRI)}
    countries = [
        MapCountry(iri, world.countries[code], tones[iri])
        for iri, code in codes.items()
        if code in world.countries
    ]
    if not countries:
        return None
    return CountryMap(world, world.around(codes.values()), _large_first(countries))


def world_map(countries: Iterable[MapCountry]) -> CountryMap:
    """Countries on a map of the whole world."""
    world = read_world()
    return CountryMap(world, world.whole, _large_first(countries))


def _tones(page: Page, description: Description) -> dict[Term, str]:
    """The countries of a resource with their tones.

    A practice has its countries, an organisation those of its practices and members, a country
    itself, and an objective, action, goal, target or concept those of the practices that refer to
    it.
    """
    relations = page.snapshot.relations
    classes = description.values(page.term("rdf:type"))
    if page.term("gcm:Organisation") in classes:
        members = description.values(page.term("org:hasMember"))
        countries = relations.countries_of(description.iri)
        return dict.fromkeys(members, "member") | dict.fromkeys(countries, "practice")
    if page.term("gcm:Practice") in classes:
        return dict.fromkeys(description.values(page.term("gcm:country")), "practice")
    if page.term("gcm:Country") in classes:
        return {description.iri: "self"}
    if any(page.term(curie) in classes for curie in _CLASSES_WITH_PRACTICES):
        return dict.fromkeys(relations.countries_naming(description.iri), "practice")
    return {}


def shades_of(counts: Iterable[int]) -> tuple[Shade, ...]:
    """Shades for counts from 1: one for each count if there are few, else ranges that grow by a constant factor.

    >>> [(shade.low, shade.high) for shade in shades_of([0, 3, 1, 3])]
    [(1, 2), (3, 3)]
    >>> [(shade.low, shade.high) for shade in shades_of(range(82))]
    [(1, 2), (3, 8), (9, 26), (27, 81)]
    """
    positive_counts = sorted({count for count in counts if count > 0})
    if len(positive_counts) <= PRACTICE_SHADES:
        lows = positive_counts
    else:
        smallest = positive_counts[0]
        growth = positive_counts[-1] / smallest
        steps = [step / PRACTICE_SHADES for step in range(PRACTICE_SHADES)]
        lows = sorted({round(smallest * growth**step) for step in steps})
    highs = [*(low - 1 for low in lows[1:]), *positive_counts[-1:]]
    return tuple(
        Shade(f"shade-{number}", low, high)
        for number, (low, high) in enumerate(zip(lows, highs, strict=True), 1)
    )


def _tone(count: int, shades: Iterable[Shade]) -> str:
    return next((shade.tone for shade in shades if shade.low <= count <= shade.high), "none")


def _large_first(countries: Iterable[MapCountry]) -> tuple[MapCountry, ...]:
    def size(country: MapCountry) -> tuple[int, str]:
        left, top, right, bottom = country.shape.bounds
        return -(right - left) * (bottom - top), country.iri.value

    return tuple(sorted(countries, key=size))
