"""Drawings of a brief (SVG) as PNG for its Word document: maps, squares and lines, with numbers as their only texts.

Fonts of all languages are on the machine of a reader, not on a server: the document has other texts as text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from gcmgraph.web.visualisation.world import read_world

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

#: Width of a picture in pixels; it is drawn larger and reduced, which smooths its edges.
_WIDTH = 1200
_ENLARGEMENT = 2

#: Colours of land and of borders, as in `static/world.svg`.
_LAND_COLOUR = "#dbe3ea"
_BORDER_COLOUR = "#f7fafc"

#: Margin around a drawing, and the width of thin lines, in pixels of the enlarged picture.
_MARGIN = 12
_THIN_LINE = 4

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_TEXT_OF_NUMBER = re.compile(r"[\d\s.,%-]+")

Point = tuple[float, float]


def png(svg: ET.Element) -> bytes:
    """A drawing as PNG, without the margins in which its other texts are."""
    from PIL import Image, ImageChops, ImageDraw  # noqa: PLC0415 - only Word documents have pictures

    canvas = _Canvas(svg)
    image = Image.new("RGB", canvas.size, "white")
    canvas.draw(svg, ImageDraw.Draw(image))
    blank = Image.new("RGB", image.size, "white")
    _, top, _, bottom = ImageChops.difference(image, blank).getbbox() or (0, 0, *image.size)
    width, height = image.size
    image = image.crop((0, max(0, top - _MARGIN), width, min(height, bottom + _MARGIN)))
    data = io.BytesIO()
    image.reduce(_ENLARGEMENT).save(data, "PNG", optimize=True)
    return data.getvalue()


class _Canvas:
    """The section of a drawing that a picture shows."""

    def __init__(self, svg: ET.Element) -> None:
        left, top, width, height = map(float, svg.get("viewBox", "").split())
        self._left = left
        self._top = top
        self._scale = _WIDTH * _ENLARGEMENT / width
        self.size = (_WIDTH * _ENLARGEMENT, round(height * self._scale))

    def draw(self, element: ET.Element, drawing: ImageDraw, fill: str | None = None) -> None:
        """Draw an element and those in it, which have its colour unless they have their own."""
        fill = element.get("fill", fill)
        stroke = element.get("stroke")
        match element.tag:
            case "image":
                for shape in read_world().countries.values():
                    self._polygons(shape.path, drawing, _LAND_COLOUR)
            case "path":
                self._polygons(element.get("d", ""), drawing, fill)
            case "rect":
                x, y, width, height = _numbers(element, "x", "y", "width", "height")
                corners = [self._at(x, y), self._at(x + width, y + height)]
                drawing.rectangle(corners, fill, stroke, _THIN_LINE if stroke else 0)
            case "circle":
                x, y, radius = _numbers(element, "cx", "cy", "r")
                corners = [self._at(x - radius, y - radius), self._at(x + radius, y + radius)]
                drawing.ellipse(corners, fill)
            case "line":
                x1, y1, x2, y2 = _numbers(element, "x1", "y1", "x2", "y2")
                drawing.line([self._at(x1, y1), self._at(x2, y2)], stroke, _THIN_LINE)
            case "polyline":
                points = [self._at(x, y) for x, y in _pairs(element.get("points", ""))]
                drawing.line(points, stroke, 2 * _THIN_LINE, joint="curve")
            case "text":
                self._text(element, drawing, fill)
        for inner in element:
            self.draw(inner, drawing, fill)

    def _at(self, x: float, y: float) -> Point:
        """A point of the drawing in the picture."""
        return (x - self._left) * self._scale, (y - self._top) * self._scale

    def _polygons(self, path: str, drawing: ImageDraw, fill: str | None) -> None:
        """Draw the areas of a path, each of which has its first point and the steps to the others."""
        for area in path.split("z"):
            x = y = 0.0
            points = []
            for step_x, step_y in _pairs(area):
                x += step_x
                y += step_y
                points.append(self._at(x, y))
            if len(points) > 1:
                drawing.polygon(points, fill, _BORDER_COLOUR, _ENLARGEMENT)

    def _text(self, element: ET.Element, drawing: ImageDraw, fill: str | None) -> None:
        from PIL import ImageFont  # noqa: PLC0415

        text = " ".join((element.text or "").split())
        if _TEXT_OF_NUMBER.fullmatch(text):
            x, y, size = _numbers(element, "x", "y", "font-size")
            anchor = "ms" if element.get("text-anchor") == "middle" else "ls"
            font = ImageFont.load_default(size * self._scale)
            drawing.text(self._at(x, y), text, fill, font, anchor)


def _numbers(element: ET.Element, *attributes: str) -> Iterator[float]:
    return (float(element.get(attribute, 0)) for attribute in attributes)


def _pairs(text: str) -> Iterator[Point]:
    """The numbers of a text in pairs."""
    numbers = map(float, _NUMBER.findall(text))
    return zip(numbers, numbers, strict=False)
