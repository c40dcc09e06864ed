"""Map of migration from and to a country: a line for each flow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from flask_babel import gettext

from gcmgraph.rdf.terms import IRI
from gcmgraph.web.i18n import number
from gcmgraph.web.responses import drawings
from gcmgraph.web.responses.drawings import CHART_WIDTH, FILL, PictureTexts
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.world import read_world

#: Minimum share of the width of the world that a map shows.
_MIN_WIDTH_SHARE = 0.15

#: Colours of immigrants and of emigrants.
_IMMIGRANT_COLOUR = FILL
_EMIGRANT_COLOUR = "#b06a00"

#: Minimum and maximum width of a line.
_MIN_LINE_WIDTH = 1.5
_MAX_LINE_WIDTH = 9.0

#: Size of a name, and the distance from which on two names beside each other do not touch.
_NAME_HEIGHT = 15
_NAME_WIDTH = 100

#: Coordinates in the drawing of the world.
Point = tuple[int, int]


class Flow(NamedTuple):
    """A country, the number of migrants, and whether they are from the country of the map or in it."""

    country: IRI
    migrants: int
    leaving: bool


class _Line(NamedTuple):
    """A line of the map."""

    path: str
    width: float
    colour: str
    title: str


class _Name(NamedTuple):
    """A name on the map, at its middle."""

    text: str
    x: float
    y: float


def flow_svg(texts: PictureTexts, page: Page, area: IRI, flows: Sequence[Flow]) -> str:
    """A map with a line for each flow of a country, as wide as the flow is large, and the names of the countries."""
    world = read_world()
    flows_on_map = [flow for flow in flows if page.local_name(flow.country) in world.countries]
    flows_on_map.sort(key=lambda flow: -flow.migrants)
    countries = dict.fromkeys((area, *(flow.country for flow in flows_on_map)))
    centres = {iri: world.countries[page.local_name(iri)].centre for iri in countries}
    view = world.around(map(page.local_name, centres), _MIN_WIDTH_SHARE)
    unit = view.width / CHART_WIDTH
    lines = []
    for flow in flows_on_map:
        line_width = _line_width(flow, largest=flows_on_map[0])
        title = f"{page.label(flow.country).text}: {number(flow.migrants, texts.language)}"
        lines.append(
            _Line(
                _path(flow, centres[area], centres[flow.country]),
                unit * line_width,
                _EMIGRANT_COLOUR if flow.leaving else _IMMIGRANT_COLOUR,
                title,
            )
        )
    partners = dict.fromkeys(flow.country for flow in flows_on_map)
    names = _separated_names([(page.label(iri).text, centres[iri]) for iri in partners], unit)
    legend = (
        (_IMMIGRANT_COLOUR, gettext("Largest countries of origin")),
        (_EMIGRANT_COLOUR, gettext("Largest countries of destination")),
    )
    return drawings.draw("flows", replace(texts, legend=legend), world, view, unit, lines, names)


def _line_width(flow: Flow, largest: Flow) -> float:
    return _MIN_LINE_WIDTH + (_MAX_LINE_WIDTH - _MIN_LINE_WIDTH) * flow.migrants / largest.migrants


def _path(flow: Flow, own_centre: Point, other_centre: Point) -> str:
    """The SVG path of a flow: a curve to the left of its direction, so that two directions are two curves."""
    start, end = (own_centre, other_centre) if flow.leaving else (other_centre, own_centre)
    bend_x = (start[0] + end[0]) / 2 + (end[1] - start[1]) / 5
    bend_y = (start[1] + end[1]) / 2 - (end[0] - start[0]) / 5
    return f"M{start[0]},{start[1]} Q{bend_x:.0f},{bend_y:.0f} {end[0]},{end[1]}"


def _separated_names(centres: Iterable[tuple[str, Point]], unit: float) -> list[_Name]:
    """Names at the centres of countries, moved down until none touches another."""
    names: list[_Name] = []
    for text, (x, centre_y) in centres:
        y = float(centre_y)
        while any(_touches(name, x, y, unit) for name in names):
            y += _NAME_HEIGHT * unit / 2
        names.append(_Name(text, x, y))
    return names


def _touches(name: _Name, x: float, y: float, unit: float) -> bool:
    return abs(x - name.x) < _NAME_WIDTH * unit and abs(y - name.y) < _NAME_HEIGHT * unit
