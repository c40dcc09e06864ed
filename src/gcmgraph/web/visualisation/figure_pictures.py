"""Pictures of the chosen figures of a dataset: a world map of a year, lines of places, the largest as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from flask_babel import gettext

from gcmgraph.rdf.terms import IRI
from gcmgraph.web.i18n import number
from gcmgraph.web.responses import drawings
from gcmgraph.web.responses.drawings import PictureTexts
from gcmgraph.web.responses.rasters import has_font
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation import findings
from gcmgraph.web.visualisation.chosen_figures import (
    ChosenFigures,
    chosen_figures,
    common_year,
    figures_of,
)
from gcmgraph.web.visualisation.figures import MAX_BARS, Figures, Number, PlaceFigure
from gcmgraph.web.visualisation.pictures import BORDERS
from gcmgraph.web.visualisation.world import CountryShape, World, read_world

#: Colours of classes of figures, darker for more; a land without figures is grey.
CLASS_COLOURS = ("#a5cde8", "#6fabd6", "#3f87bd", "#1f689d", "#0d4c7a")
NO_DATA = "#e6e9ec"

#: Colours of lines, told apart without colour vision by their lightness and the names at their ends.
LINE_COLOURS = ("#0d4c7a", "#b06a00", "#3f9142", "#8e3a80", "#c8442f", "#5b6770")


#: Letters of a row of the legend of lines.
_LEGEND_LETTERS = 42


class MapShape(NamedTuple):
    """A country of a map, and its name with its figure."""

    shape: CountryShape
    title: str


@dataclass(frozen=True)
class FigureMap:
    """A map of the world with its shapes by colour, and the classes of its legend."""

    world: World
    shapes: dict[str, list[MapShape]]
    legend: list[tuple[str, str]]


@dataclass(frozen=True)
class FigurePicture:
    """A picture with its texts, and its address as a file."""

    drawing: str
    texts: PictureTexts
    path: str
    #: whether the drawing is without the texts, which a page has beside it
    without_texts: bool = False

    def file(self, base: str) -> str:
        """The picture with its texts."""
        return (
            drawings.complete(self.drawing, self.texts, base)
            if self.without_texts
            else self.drawing
        )


def class_limits(values: Sequence[Number]) -> list[Number]:
    """The lower limits of classes with about equal numbers of values, in two digits, without that of the first class.

    >>> class_limits([1, 2, 3, 1234, 56789])
    [2, 3, 1200, 57000]
    """
    ordered = sorted(values)
    count = len(CLASS_COLOURS)
    limits: list[Number] = []
    for position in range(1, count):
        limit = Decimal(f"{ordered[len(ordered) * position // count]:.1e}")
        if ordered[0] < limit and (not limits or limits[-1] < limit):
            limits.append(int(limit) if limit == int(limit) else limit)
    return limits


def figure_map(page: Page, chosen: ChosenFigures) -> FigureMap | None:
    """The map of a year; None where the places are no countries of the map."""
    world = read_world()
    row_by_code = {page.local_name(row.place): row for row in chosen.rows}
    rows = {code: row for code, row in row_by_code.items() if code in world.countries}
    if not rows:
        return None
    limits = class_limits([row.value for row in rows.values()])
    colours = CLASS_COLOURS[len(CLASS_COLOURS) - len(limits) - 1 :]
    shapes: dict[str, list[MapShape]] = {NO_DATA: [], **{colour: [] for colour in colours}}
    for code, shape in world.countries.items():
        row = rows.get(code)
        if row is None:
            shapes[NO_DATA].append(MapShape(shape, ""))
            continue
        colour = colours[sum(row.value >= limit for limit in limits)]
        title = f"{page.label(row.place).text}: {findings.with_unit(page, chosen.set, row.value)}"
        shapes[colour].append(MapShape(shape, title))
    legend = list(zip(colours, _class_words(page, limits), strict=True))
    return FigureMap(world, shapes, [*legend, (NO_DATA, gettext("no figure"))])


def _class_words(page: Page, limits: Sequence[Number]) -> list[str]:
    words = [number(limit, page.language) for limit in limits]
    if not words:
        return [gettext("a figure")]
    middle = [
        gettext("%(low)s to under %(high)s", low=low, high=high) for low, high in pairwise(words)
    ]
    return [
        gettext("under %(high)s", high=words[0]),
        *middle,
        gettext("%(amount)s or more", amount=words[-1]),
    ]


def map_picture(page: Page, chosen: ChosenFigures) -> FigurePicture | None:
    """The map of a year with its headline."""
    drawn = figure_map(page, chosen)
    if drawn is None:
        return None
    texts = _texts(page, chosen, _largest_headline(page, chosen), str(BORDERS), drawn.legend)
    drawing = drawings.draw("shaded", drawn, texts.title)
    return FigurePicture(drawing, texts, _path(chosen, "map"), without_texts=True)


def bars_picture(page: Page, chosen: ChosenFigures) -> FigurePicture:
    """The first figures of the table as bars."""
    texts = _texts(page, chosen, _largest_headline(page, chosen))
    bars = [(page.label(row.place).text, row.value) for row in chosen.rows[:MAX_BARS]]
    return FigurePicture(drawings.draw("bars", texts, bars), texts, _path(chosen, "bars"))


def lines_picture(page: Page, chosen: ChosenFigures) -> FigurePicture | None:
    """The lines of places with their last figures; None for pairs of countries, which have one year."""
    if not chosen.lines:
        return None
    legend = []
    for colour, line in zip(LINE_COLOURS, chosen.lines, strict=False):
        last_figure = f"{number(line.last.value, page.language)} ({line.last.year})"
        name = drawings.shortened(page.label(line.place).text, _LEGEND_LETTERS - len(last_figure))
        legend.append((colour, f"{name}: {last_figure}"))
    texts = _texts(page, chosen, _lines_headline(page, chosen), legend=legend)
    texts = replace(texts, subtitle=chosen.set.title.text)
    points = [line.points for line in chosen.lines]
    drawing = drawings.draw("lines", texts, points, LINE_COLOURS)
    return FigurePicture(drawing, texts, _path(chosen, "lines"))


def _largest_headline(page: Page, chosen: ChosenFigures) -> str:
    """A sentence on where the figure of the year is highest."""
    if chosen.of_pairs:
        return findings.highest_of(page, chosen.set, chosen.largest, chosen.year)
    return findings.highest(page, chosen.set, chosen.largest, chosen.year)


def _lines_headline(page: Page, chosen: ChosenFigures) -> str:
    """The course of a line; of several, which is highest in the last year that they share."""
    if len(chosen.lines) == 1:
        return findings.course(page, chosen.lines[0])
    year = common_year(chosen.lines)
    if year is None:
        return chosen.set.title.text
    line, point = max(figures_of(chosen.lines, year), key=lambda figure: figure[1].value)
    return findings.highest_of(page, chosen.set, PlaceFigure(line.place, point.value), year)


def _texts(
    page: Page,
    chosen: ChosenFigures,
    title: str,
    note: str = "",
    legend: Sequence[tuple[str, str]] = (),
) -> PictureTexts:
    """The texts of a picture: what is counted, unit, source, licence and address."""
    address = page.url(f"/statistics/{chosen.set.name}")
    subtitle = chosen.set.title.text
    if chosen.of_pairs:
        role = gettext("Destination") if chosen.of_origins else gettext("Origin")
        subtitle = f"{subtitle} · {role}: {page.label(chosen.places[0]).text}"
    inputs = [text.value for text in page.stated(chosen.set.iri).texts("dct:source")]
    computed_from = gettext("Computed from: %(sources)s", sources=", ".join(inputs))
    sources = (
        chosen.set.source.line,
        computed_from if chosen.set.is_rate and inputs else "",
        f"GCM Graph · {address}",
        note,
    )
    return PictureTexts(
        title, f"{subtitle} ({chosen.year})", tuple(filter(None, sources)), page.language, legend
    )


def _path(chosen: ChosenFigures, picture: str) -> str:
    return f"/statistics/{chosen.dataset.name}?{chosen.query(picture=picture, format='svg')}"


#: Pictures by their name in addresses.
FIGURE_PICTURES = {"map": map_picture, "lines": lines_picture, "bars": bars_picture}


@dataclass(frozen=True)
class DatasetView:
    """Chosen figures of a dataset and their pictures, for a page."""

    chosen: ChosenFigures
    map: FigurePicture | None
    lines: FigurePicture | None
    bars: FigurePicture
    #: whether the pictures are also PNG files
    has_png: bool


def dataset_view(page: Page, dataset: IRI) -> DatasetView | None:
    """The figures of a dataset as a request chooses them; None for one that may not be shown."""
    figures = Figures(page)
    figure_set = figures.set_of(dataset)
    if figure_set is None:
        return None
    chosen = chosen_figures(figures, figure_set)
    return DatasetView(
        chosen=chosen,
        map=map_picture(page, chosen),
        lines=lines_picture(page, chosen),
        bars=bars_picture(page, chosen),
        has_png=has_font(page.language),
    )
