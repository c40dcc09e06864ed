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
