"""Maps of pages: their countries, shades and region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Literal, Term, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.description import Description
from gcmgraph.publication.geography.projection import drawn
from gcmgraph.publication.geography.world import CountryShape, MapView, World, read_world
from gcmgraph.publication.network.relations import Practices
from gcmgraph.web.services import Site, Snapshot

#: Maximum number of shades of a map by counts.
SHADES = 4

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


@dataclass(frozen=True)
class MapPlace:
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

    @property
    def whole(self) -> bool:
        """Whether it shows the whole world."""
        return self.view == self.world.whole

    @property
    def mark(self) -> int:
        """Radius of the mark of a small country, in units of the drawing."""
        return round(self.view.width * _MARK)

    def toned(self, tone: str) -> tuple[IRI, ...]:
        """The countries of a colour."""
        return tuple(country.iri for country in self.countries if country.tone == tone)


@dataclass(frozen=True)
class CountryRow:
    """A country, its code, and the practices in it."""

    country: IRI
    code: str
    practices: Practices


def country_rows(site: Site, snapshot: Snapshot, language: str) -> list[CountryRow]:
    """The countries of practices, by their number of practices, then by name."""
    practices = snapshot.relations.by_country()
    rows = [CountryRow(country, _code(site.addresses, country), found) for country, found in practices.items()]
    name = {entry.iri: place for place, entry in enumerate(snapshot.catalogue.entries("country", language))}
    return sorted(rows, key=lambda row: (-row.practices.count, name.get(row.country, len(name)), row.country.value))


def counts_map(site: Site, snapshot: Snapshot, *, every: bool) -> CountryMap:
    """Countries shaded by their number of practices, and places with practices as points.

    The map shows the section with practices. `every`: including countries without practices.
    """
    world = read_world()
    counts = snapshot.relations.counts()
    shades = shades_of(counts.values())
    members = snapshot.catalogue.members("country")
    countries = [
        MapCountry(iri, shape, _tone(count, shades), count)
        for iri in members
        if (shape := world.shapes.get(_code(site.addresses, iri))) is not None
        and ((count := counts.get(iri, 0)) or every)
    ]
    view = world.around(_code(site.addresses, iri) for iri, count in counts.items() if count)
    return CountryMap(world, view, _large_first(countries), shades, _places(site, snapshot))


def _places(site: Site, snapshot: Snapshot) -> tuple[MapPlace, ...]:
    """The places with coordinates and practices."""
    v = Vocabulary(site.addresses)
    practices, own = snapshot.listings.of("practice"), snapshot.listings.of("place")
    having = {site.addresses.thing("place", key): places for key, places in practices.postings("place").items()}
    found = []
    for iri in own.members:
        position = [
            float(triple.object.value)
            for curie in ("schema:longitude", "schema:latitude")
            for triple in snapshot.store.triples(iri, v(curie))
            if isinstance(triple.object, Literal)
        ]
        if len(position) == 2 and iri.value in having:
            x, y = drawn((position[0], position[1]))
            found.append(MapPlace(iri, round(x), round(y), practices.count(having[iri.value])))
    return tuple(found)


def resource_map(site: Site, snapshot: Snapshot, description: Description) -> CountryMap | None:
    """The map of a resource; None where it has no country.

    A practice has its countries, an organisation those of its practices and members, a country itself, and an
    objective, action, goal, target or concept those of the practices that refer to it.
    """
    v = Vocabulary(site.addresses)
    types = description.values(v("rdf:type"))
    tones: dict[Term, str] = {}
    if v("gcm:Organisation") in types:
        tones.update(dict.fromkeys(description.values(v("org:hasMember")), "member"))
        tones.update(dict.fromkeys(snapshot.relations.countries_of(description.iri), "practice"))
    elif v("gcm:Practice") in types:
        tones.update(dict.fromkeys(description.values(v("gcm:country")), "practice"))
    elif v("gcm:Country") in types:
        tones[description.iri] = "self"
    elif any(v(curie) in types for curie in _WITH_PRACTICES):
        tones.update(dict.fromkeys(snapshot.relations.countries_naming(description.iri), "practice"))
    return _map(site, tones)


def _map(site: Site, tones: Mapping[Term, str]) -> CountryMap | None:
    world = read_world()
    shown = {
        iri: code for iri in tones if isinstance(iri, IRI) and (code := _code(site.addresses, iri)) in world.shapes
    }
    if not shown:
        return None
    countries = (MapCountry(iri, world.shapes[code], tones[iri]) for iri, code in shown.items())
    return CountryMap(world, world.around(shown.values()), _large_first(countries))


def shades_of(counts: Iterable[int]) -> tuple[Shade, ...]:
    """Shades for counts from 1: one for each count if there are few, else ranges that grow by a constant factor."""
    present = sorted({count for count in counts if count > 0})
    if len(present) <= SHADES:
        lows = present
    else:
        least, growth = present[0], present[-1] / present[0]
        lows = sorted({round(least * growth ** (step / SHADES)) for step in range(SHADES)})
    highs = [*(low - 1 for low in lows[1:]), *present[-1:]]
    return tuple(Shade(f"shade-{number}", *ends) for number, ends in enumerate(zip(lows, highs, strict=True), 1))


def _tone(count: int, shades: Iterable[Shade]) -> str:
    return next((shade.tone for shade in shades if shade.low <= count <= shade.high), "none")


def _code(addresses: Addresses, iri: IRI) -> str:
    """The last part of a country's IRI: its alpha-3 code."""
    return iri.value.removeprefix(addresses.thing("country", ""))


def _large_first(countries: Iterable[MapCountry]) -> tuple[MapCountry, ...]:
    def size(country: MapCountry) -> tuple[int, str]:
        left, top, right, bottom = country.shape.bounds
        return -(right - left) * (bottom - top), country.iri.value

    return tuple(sorted(countries, key=size))
