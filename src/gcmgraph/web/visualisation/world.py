"""The drawing of the world: projection, shapes of countries, sections that maps show.

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
from typing import NamedTuple

import msgspec

#: Coefficients of the projection's polynomial.
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = sqrt(3) / 2

#: Width of the drawing of the world. Whole numbers suffice: a page shows about a quarter of it.
WIDTH = 4000

#: Margin at each side, so that a mark at the edge is whole.
EDGE = 40

#: Degrees of latitude that the drawing shows; without Antarctica, where no country of the graph is.
NORTH, SOUTH = 84.0, -57.0

#: Longer side, in units of the drawing, below which a country is hard to see on a map of the world.
SMALL = 30

#: Minimum share of the world's width that a map shows, for orientation.
_MIN_WIDTH_SHARE = 0.4

#: Margin around the countries of a map, as a share of its longer side.
_MARGIN = 0.25


class Place(NamedTuple):
    """A place on the earth, in degrees."""

    longitude: float
    latitude: float


class Region(NamedTuple):
    """A region by two corners."""

    north_west: Place
    south_east: Place


#: Regions of which there is a map, by M49 code.
REGIONS = {
    "002": Region(Place(-27.0, 38.0), Place(58.0, -36.0)),
    "019": Region(Place(-140.0, 72.0), Place(-34.0, -56.0)),
    "142": Region(Place(25.0, 55.0), Place(148.0, -12.0)),
    "150": Region(Place(-25.0, 71.0), Place(50.0, 34.0)),
    "009": Region(Place(110.0, 15.0), Place(179.9, -48.0)),
}


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """The coordinates of a place on a sphere of radius 1: x to the east, y to the north. Degrees in."""
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


_SCALE = (WIDTH - 2 * EDGE) / (2 * equal_earth(180, 0)[0])
_TOP = equal_earth(0, NORTH)[1]
HEIGHT = round((_TOP - equal_earth(0, SOUTH)[1]) * _SCALE) + EDGE


def drawn(point: tuple[float, float]) -> tuple[float, float]:
    """Coordinates of a point (longitude, latitude) in the drawing of the world, x to the right, y down."""
    x, y = equal_earth(*point)
    return x * _SCALE + WIDTH / 2, (_TOP - y) * _SCALE + EDGE / 2


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

    def around(self, codes: Iterable[str], min_share: float = _MIN_WIDTH_SHARE) -> MapView:
        """The section with some countries and a margin, in the proportions of the whole.

        The section has at least a share of the width of the whole; it is the whole if no country is
        known, or if they are far apart.
        """
        bounds = [self.countries[code].bounds for code in codes if code in self.countries]
        if not bounds:
            return self.whole
        lefts, tops, rights, bottoms = zip(*bounds, strict=True)
        left = min(lefts)
        top = min(tops)
        right = max(rights)
        bottom = max(bottoms)
        ratio = self.width / self.height
        longer_side = max(right - left, (bottom - top) * ratio)
        width_with_margin = round(longer_side * (1 + 2 * _MARGIN))
        width = min(self.width, max(width_with_margin, round(self.width * min_share)))
        height = round(width / ratio)
        return MapView(
            _within((left + right - width) // 2, self.width - width),
            _within((top + bottom - height) // 2, self.height - height),
            width,
            height,
        )


def _within(offset: int, limit: int) -> int:
    return max(0, min(offset, limit))


@cache
def read_world() -> World:
    """Read the shapes of the package."""
    return msgspec.json.decode((files(__package__) / "world.json").read_bytes(), type=World)


def region_view(code: str) -> MapView:
    """The section of the drawing with a region."""
    (west, north), (east, south) = REGIONS[code]
    corners = [
        drawn((longitude, latitude)) for longitude in (west, east) for latitude in (north, south)
    ]
    xs, ys = zip(*corners, strict=True)
    left = round(min(xs))
    top = round(min(ys))
    return MapView(left, top, round(max(xs)) - left, round(max(ys)) - top)
