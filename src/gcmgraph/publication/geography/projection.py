"""The Equal Earth projection: areas keep their proportions, and shapes look right.

B. Šavrič, T. Patterson, B. Jenny, "The Equal Earth map projection", International Journal of Geographical
Information Science 33(3), 2019 (https://doi.org/10.1080/13658816.2018.1504949).
"""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

#: Coefficients of the projection's polynomial.
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = sqrt(3) / 2


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """The place of a point on a sphere of radius 1: x to the east, y to the north. Degrees in."""
    theta = asin(_M * sin(radians(latitude)))
    squared = theta * theta
    sixth = squared**3
    x = radians(longitude) * cos(theta) / (_M * (_A1 + 3 * _A2 * squared + sixth * (7 * _A3 + 9 * _A4 * squared)))
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
