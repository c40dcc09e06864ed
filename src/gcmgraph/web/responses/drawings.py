"""Drawings in SVG, and drawings with their texts as files; shades of numbers, and widths of texts.

Colours are attributes: a policy for styles does not apply to them, and they are the same in every
program.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from flask import current_app
from flask_babel import gettext, ngettext
from markupsafe import Markup

from gcmgraph.web.i18n import time_text
from gcmgraph.web.templating import Page

_SVG = "http://www.w3.org/2000/svg"

#: Attributes of a drawing on a page that a file does not have.
_ATTRIBUTES_OF_PAGES = frozenset({"class", "role", "aria-label", "width", "height"})

#: Path of this server at the start of an address.
_OWN_PATH = re.compile("^/(?=[^/])")

#: Wide and full-width characters (https://www.unicode.org/reports/tr11/).
_WIDE = frozenset("WF")

#: Colours of figures, and of periods that are sure and that are possible.
FILL = "#216795"
SURE_COLOUR = "#0a5487"
POSSIBLE_COLOUR = "#9cc3de"

#: Colours of squares, each with that of its text; the first is that of 0.
_COLOURS = (
    ("#fff", "#444"),
    ("#d6e6f2", "#111"),
    ("#8fbbdb", "#111"),
    (FILL, "#fff"),
    ("#0b4a75", "#fff"),
)

#: The first and the last number of each shade, from 0; the last has no end.
SHADE_RANGES = ((0, 0), (1, 1), (2, 2), (3, 4), (5, None))

#: Width of a chart: its texts of 15 units have 12 pixels or more on a phone of 390.
CHART_WIDTH = 420

#: Colours and a size for the macros of `pictures/`, which have the others themselves.
STYLE = {
    "fill": FILL,
    "sure": SURE_COLOUR,
    "possible": POSSIBLE_COLOUR,
    "squares": _COLOURS,
    "width": CHART_WIDTH,
}


@dataclass(frozen=True)
class PictureTexts:
    """Texts of a picture: its title, what is counted, its source with date and licence, and its legend.

    A row of the legend is a colour and its meaning; the colour of 0 is that of an empty square.
    """

    title: str
    subtitle: str
    source: Sequence[str]
    language: str
    legend: Sequence[tuple[str, str]] = ()


def draw(kind: str, *values: Any, template: str = "pictures/charts.html") -> str:
    """A drawing by a macro of a template."""
    macros = current_app.jinja_env.get_template(template).module
    return str(getattr(macros, kind)(*values)).strip()


def complete(drawing: str, texts: PictureTexts, base: str) -> str:
    """A drawing of a page as a file: with its texts, and links to `base`."""
    picture = ET.fromstring(drawing.replace(f' xmlns="{_SVG}"', ""))  # noqa: S314 - made by us
    _, _, width, height = map(float, picture.get("viewBox", "").split())
    for anchor in picture.iter("a"):
        anchor.set("href", _OWN_PATH.sub(base, anchor.get("href", "")))
    attributes = {
        name: value for name, value in picture.attrib.items() if name not in _ATTRIBUTES_OF_PAGES
    }
    elements = "".join(ET.tostring(element, encoding="unicode") for element in picture)
    contents = Markup(elements)  # noqa: S704 - made by us
    return draw("file", texts, width, height, attributes, contents)


def letters(text: str) -> int:
    """The width of a text in Latin letters; a wide character counts twice.

    >>> letters("map"), letters("地图")
    (3, 4)
    """
    return sum(map(_width, text))


def _width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def shortened(text: str, room: int) -> str:
    """A text, cut at the width of `room` Latin letters; a wide character counts twice.

    >>> shortened("Sustainable development", 12)
    'Sustainable…'
    """
    width = 0
    for position, character in enumerate(text):
        width += _width(character)
        if width > room:
            return f"{text[: max(1, position - 1)].rstrip()}…"
    return text


def wrapped(texts: str | Sequence[str], room: float) -> list[str]:
    """Lines of a text, or of several, in the width of `room` Latin letters."""
    paragraphs = [texts] if isinstance(texts, str) else texts
    lines = []
    for paragraph in paragraphs:
        characters = int(room * len(paragraph) / max(1, letters(paragraph)))
        lines += textwrap.wrap(paragraph, characters or 1, break_on_hyphens=False)
    return lines


def picture_source(page: Page, path: str) -> str:
    """The dataset of a picture with version, date, licence and address."""
    version = gettext("Version %(version)s", version=page.snapshot.version[:12])
    day = time_text(page.snapshot.day, page.language)
    return " · ".join(("GCM Graph", version, day, "CC BY 4.0", page.url(path)))


def shade_words(low: int, high: int | None) -> str:
    """A range of numbers of practices in words."""
    if high == 0:
        return str(gettext("no practice yet"))
    if high is None:
        return str(gettext("%(low)s or more practices", low=low))
    if low == high:
        return str(ngettext("%(num)s practice", "%(num)s practices", low))
    return str(gettext("%(low)s to %(high)s practices", low=low, high=high))


def shades_legend() -> list[tuple[str, str]]:
    """The legend of squares: the colour and the words for each shade, from that of 0."""
    return [
        (fill, shade_words(*ends)) for (fill, _), ends in zip(_COLOURS, SHADE_RANGES, strict=True)
    ]


def shade(count: int) -> int:
    """The shade of a number: 1 to 4, 0 for none.

    >>> [shade(count) for count in (0, 1, 2, 3, 4, 5, 100)]
    [0, 1, 2, 3, 3, 4, 4]
    """
    return sum(count >= low for low, _ in SHADE_RANGES[1:])
