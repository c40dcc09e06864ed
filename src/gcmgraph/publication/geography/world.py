"""Shapes of countries, and the section of the world that a map of some of them shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

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
    shapes: Mapping[str, CountryShape]

    @property
    def whole(self) -> MapView:
        """The whole drawing."""
        return MapView(0, 0, self.width, self.height)

    def around(self, codes: Iterable[str]) -> MapView:
        """The section with some countries and a margin, in the proportions of the whole.

        The whole if no country is known, or if they are far apart.
        """
        bounds = [self.shapes[code].bounds for code in codes if code in self.shapes]
        if not bounds:
            return self.whole
        left, top = min(box[0] for box in bounds), min(box[1] for box in bounds)
        right, bottom = max(box[2] for box in bounds), max(box[3] for box in bounds)
        ratio = self.width / self.height
        longer = max(right - left, (bottom - top) * ratio)
        width = min(self.width, max(round(longer * (1 + 2 * _MARGIN)), round(self.width * _LEAST_SHARE)))
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
    content = json.loads((files(__package__) / "world.json").read_text("utf-8"))
    shapes = {
        code: CountryShape(shape["path"], tuple(shape["centre"]), tuple(shape["bounds"]))
        for code, shape in content["countries"].items()
    }
    return World(content["width"], content["height"], shapes)
