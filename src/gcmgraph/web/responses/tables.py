"""Tables as workbooks, as CSV for spreadsheets, and as drawings in SVG; drawings with their texts as files.

Colours are attributes: a policy for styles does not apply to them, and they are the same in every
program.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

from flask import current_app
from flask_babel import gettext, ngettext
from markupsafe import Markup

from gcmgraph.publication.metadata.void import LICENCE, TITLE
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.sparql_text import value_text
from gcmgraph.spreadsheets.workbooks import TableCell, WorkbookTable, table_workbook
from gcmgraph.web.http.parameters import read_choice
from gcmgraph.web.i18n import direction, time_text
from gcmgraph.web.templating import Page

#: The byte order mark by which spreadsheets recognise UTF-8
#: (https://www.unicode.org/faq/utf_bom.html#bom1).
BYTE_ORDER_MARK = "\ufeff"


_XSD = PREFIXES["xsd"]
#: Datatypes of numbers.
NUMBERS = {
    f"{_XSD}{name}": int
    for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger")
} | {f"{_XSD}{name}": Decimal for name in ("decimal", "double", "float")}
#: Digits that a spreadsheet calculates with; a longer number stays a text.
_DIGITS = 15


def byte_order_mark() -> str:
    """The byte order mark with which the requested CSV begins, by `bom=true`; else empty. 400 for other values."""
    return BYTE_ORDER_MARK if read_choice("bom", ("true", "false")) == "true" else ""


def workbook(
    page: Page,
    name: str,
    headings: Iterable[str],
    rows: Iterable[Iterable[TableCell]],
    about: Mapping[str, str],
) -> bytes:
    """A table as a workbook.

    `about` has the first lines of its second sheet; those of the dataset follow.

    A licence or citation in `about`, of figures of others, takes the place of that of the dataset.
    """
    version, day = page.snapshot.version, page.snapshot.day.isoformat()
    of_dataset = {
        gettext("Dataset version"): version,
        gettext("Date of the version"): day,
        gettext("Licence"): LICENCE,
        gettext("Citation"): f"{TITLE}. {version} ({day}). {page.site.addresses.base}dataset",
        gettext("Codes"): gettext(
            "Codes such as 004 or 17.10 are texts. Cells without a value are empty."
        ),
    }
    lines = {**about, **{name: text for name, text in of_dataset.items() if name not in about}}
    table = WorkbookTable(
        name,
        gettext("About this table"),
        list(headings),
        (list(row) for row in rows),
        lines.items(),
        right_to_left=direction(page.language) == "rtl",
    )
    return table_workbook(table)


def part_lines(rows: int, number: int, last: int, others: str) -> dict[str, str]:
    """Lines about the number of rows, and where a table has several parts the address of another one."""
    lines = {gettext("Rows"): str(rows)}
    if last > 1:
        lines[gettext("Part")] = gettext("Page %(number)s of %(last)s", number=number, last=last)
        lines[gettext("Other parts")] = others
    return lines


def result_cell(value: Mapping[str, str] | None) -> TableCell:
    """A cell of a value in SPARQL JSON: numbers and truth values by their datatype, all else as text."""
    if value is None:
        return None
    text = value_text(value)
    datatype = value.get("datatype", "")
    if datatype == f"{_XSD}boolean":
        return text in {"true", "1"}
    if (number := NUMBERS.get(datatype)) is not None and len(
        text.strip("+-").replace(".", "")
    ) <= _DIGITS:
        try:
            return number(text)
        except (ValueError, ArithmeticError):  # INF, NaN, or a form that is not the datatype's
            return text
    return text


_SVG = "http://www.w3.org/2000/svg"

#: Colours of figures, and of periods that are sure and that are possible.
FILL, SURE_COLOUR, POSSIBLE_COLOUR = "#216795", "#0a5487", "#9cc3de"

#: Colours of squares, each with that of its text; the first is that of 0.
_COLOURS = (
    ("#fff", "#444"),
    ("#d6e6f2", "#111"),
    ("#8fbbdb", "#111"),
    (FILL, "#fff"),
    ("#0b4a75", "#fff"),
)

#: Width of a chart.
CHART_WIDTH = 560

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
    inner = ET.fromstring(drawing.replace(f' xmlns="{_SVG}"', ""))  # noqa: S314 - made by us
    _, _, wide, high = map(float, inner.get("viewBox", "").split())
    for anchor in inner.iter("a"):
        anchor.set("href", re.sub("^/(?=[^/])", base, anchor.get("href", "")))
    left_out = {"class", "role", "aria-label", "width", "height"}
    attributes = {name: value for name, value in inner.attrib.items() if name not in left_out}
    parts = "".join(ET.tostring(part, encoding="unicode") for part in inner)
    return draw("file", texts, wide, high, attributes, Markup(parts))  # noqa: S704 - made by us


def shortened(text: str, room: int) -> str:
    """A text, cut at the width of `room` Latin letters; a wide character counts twice."""
    taken = 0
    for position, character in enumerate(text):
        taken += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if taken > room:
            return f"{text[: max(1, position - 1)].rstrip()}…"
    return text


def letters(words: str) -> int:
    """The width of a text in Latin letters."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words)


def wrapped(texts: str | Sequence[str], room: float) -> list[str]:
    """Lines of a text, or of several, in the width of `room` Latin letters."""
    every = [texts] if isinstance(texts, str) else texts
    return [
        line
        for one in every
        for line in textwrap.wrap(
            one, int(room * len(one) / max(1, letters(one))) or 1, break_on_hyphens=False
        )
    ]


def picture_source(page: Page, path: str) -> str:
    """The dataset of a picture with version, date, licence and address."""
    version = gettext("Version %(version)s", version=page.snapshot.version[:12])
    return " · ".join(
        (
            "GCM Graph",
            version,
            time_text(page.snapshot.day, page.language),
            "CC BY 4.0",
            page.url(path),
        )
    )


#: The first and the last number of each shade, from 0; the last has no end.
SHADE_RANGES = ((0, 0), (1, 1), (2, 2), (3, 4), (5, None))


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
    """The shade of a number: 1 to 4, 0 for none."""
    return sum(count >= low for low, _ in SHADE_RANGES[1:])
