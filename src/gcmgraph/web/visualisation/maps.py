"""Maps for pages: which countries they show, how dark, and which part of the world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Term, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.description import Description
from gcmgraph.publication.geography.world import CountryShape, MapView, World, read_world
from gcmgraph.publication.network.relations import Practices
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

#: Shades of a map by counts, at most.
SHADES = 4

#: Classes of things that have a map of the practices that name them.
_WITH_PRACTICES = ("gcm:Objective", "gcm:Action", "gcm:SdgGoal", "gcm:SdgTarget", "skos:Concept")

#: A mark's radius, as a share of the width that a map shows.
_MARK = 1 / 100


@dataclass(frozen=True)
class MapCountry:
    """A country on a map; `tone` is the class of its colour, `practices` their number where they are counted."""

    iri: IRI
    shape: CountryShape
    tone: str
    practices: int | None = None


@dataclass(frozen=True)
class Shade:
    """A colour of the legend, and the counts that it stands for."""

    tone: str
    low: int
    high: int


@dataclass(frozen=True)
class CountryMap:
    """A map: its part of the world, its countries (large ones first, so that none is hidden), its legend."""

    world: World
    view: MapView
    countries: tuple[MapCountry, ...]
    shades: tuple[Shade, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether it shows all of the world."""
        return self.view == self.world.whole

    @property
    def mark(self) -> int:
        """The radius of the mark of a small country, in units of the drawing."""
        return round(self.view.width * _MARK)

    def toned(self, tone: str) -> tuple[IRI, ...]:
        """The countries on it that have this colour."""
        return tuple(country.iri for country in self.countries if country.tone == tone)


@dataclass(frozen=True)
class CountryRow:
    """A country, its code, and the practices in it."""

    country: IRI
    code: str
    practices: Practices


def country_rows(site: Site, snapshot: Snapshot, language: str) -> list[CountryRow]:
    """The countries that practices are carried out in, those with most first, then by name."""
    practices = snapshot.relations.by_country()
    rows = [CountryRow(country, _code(site.addresses, country), found) for country, found in practices.items()]
    name = {entry.iri: place for place, entry in enumerate(snapshot.catalogue.entries("country", language))}
    return sorted(rows, key=lambda row: (-row.practices.count, name.get(row.country, len(name)), row.country.value))


def counts_map(site: Site, snapshot: Snapshot, *, every: bool) -> CountryMap:
    """The world, countries shaded by their practices; `every`: with those that have none."""
    world = read_world()
    counts = snapshot.relations.counts()
    shades = shades_of(counts.values())
    members = snapshot.catalogue.members("country")
    snapshot.store.expect(members)
    countries = [
        MapCountry(iri, shape, _tone(count, shades), count)
        for iri in members
        if (shape := world.shapes.get(_code(site.addresses, iri))) is not None
        and ((count := counts.get(iri, 0)) or every)
    ]
    return CountryMap(world, world.whole, _large_first(countries), shades)


def thing_map(site: Site, snapshot: Snapshot, description: Description) -> CountryMap | None:
    """The map of a thing: a practice's countries, those of an organisation's practices and its members, a country.

    Of an objective and the like it shows the countries of the practices that name it. None for other
    things, and where there is no country.
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
    snapshot.store.expect(iri for iri in tones if isinstance(iri, IRI))
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
    """Shades for counts from 1: one for each while they are few, else steps that grow by the same factor."""
    held = sorted({count for count in counts if count > 0})
    if len(held) <= SHADES:
        lows = held
    else:
        least, growth = held[0], held[-1] / held[0]
        lows = sorted({round(least * growth ** (step / SHADES)) for step in range(SHADES)})
    highs = [*(low - 1 for low in lows[1:]), *held[-1:]]
    return tuple(Shade(f"shade-{number}", *ends) for number, ends in enumerate(zip(lows, highs, strict=True), 1))


def _tone(count: int, shades: Iterable[Shade]) -> str:
    return next((shade.tone for shade in shades if shade.low <= count <= shade.high), "none")


def _code(addresses: Addresses, iri: IRI) -> str:
    """The last part of a country's address: its alpha-3 code."""
    return iri.value.removeprefix(addresses.thing("country", ""))


def _large_first(countries: Iterable[MapCountry]) -> tuple[MapCountry, ...]:
    def size(country: MapCountry) -> tuple[int, str]:
        left, top, right, bottom = country.shape.bounds
        return -(right - left) * (bottom - top), country.iri.value

    return tuple(sorted(countries, key=size))
