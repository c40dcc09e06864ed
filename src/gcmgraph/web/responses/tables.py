"""Tables as workbooks, as CSV for spreadsheets, and as drawings in SVG; drawings with their texts as files.

Colours are attributes: a policy for styles does not apply to them, and they are the same in every program.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from xml.etree import ElementTree as ET

from flask_babel import gettext, ngettext

from gcmgraph.namespaces import PREFIXES
from gcmgraph.publication.lists.index import Timeline
from gcmgraph.publication.metadata.void import LICENCE, TITLE
from gcmgraph.sparql import value_text
from gcmgraph.spreadsheets.grids import TableCell, WorkbookTable, table_workbook
from gcmgraph.text import beginning
from gcmgraph.web.http.requests import read_choice
from gcmgraph.web.i18n import direction, number, time_text
from gcmgraph.web.templating import Page

#: The byte order mark by which spreadsheets recognise UTF-8 (https://www.unicode.org/faq/utf_bom.html#bom1).
BYTE_ORDER_MARK = "\ufeff"


_XSD = PREFIXES["xsd"]
#: Datatypes of numbers.
NUMBERS = {f"{_XSD}{name}": int for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger")} | {
    f"{_XSD}{name}": Decimal for name in ("decimal", "double", "float")
}
#: Digits that a spreadsheet calculates with; a longer number stays a text.
_DIGITS = 15


def wants_mark() -> bool:
    """Whether the requested CSV begins with a byte order mark: `bom=true`. 400 for other values."""
    return read_choice("bom", ("true", "false")) == "true"


def marked(table: str, *, mark: bool) -> str:
    """A table as CSV, with a byte order mark where requested."""
    return f"{BYTE_ORDER_MARK}{table}" if mark else table


def workbook(
    page: Page, name: str, headings: Iterable[str], rows: Iterable[Iterable[TableCell]], about: Mapping[str, str]
) -> bytes:
    """A table as a workbook. `about` has the first lines of its second sheet; those of the dataset follow."""
    version, day = page.snapshot.version, page.snapshot.day.isoformat()
    lines = {
        **about,
        gettext("Dataset version"): version,
        gettext("Date of the version"): day,
        gettext("Licence"): LICENCE,
        gettext("Citation"): f"{TITLE}. {version} ({day}). {page.site.addresses.base}dataset",
        gettext("Codes"): gettext("Codes such as 004 or 17.10 are texts. Cells without a value are empty."),
    }
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
    if (number := NUMBERS.get(datatype)) is not None and len(text.strip("+-").replace(".", "")) <= _DIGITS:
        try:
            return number(text)
        except (ValueError, ArithmeticError):  # INF, NaN, or a form that is not the datatype's
            return text
    return text


_SVG = "http://www.w3.org/2000/svg"

#: Colours of squares, each with that of its text; the first is that of 0.
_COLOURS = (("#fff", "#444"), ("#d6e6f2", "#111"), ("#8fbbdb", "#111"), ("#216795", "#fff"), ("#0b4a75", "#fff"))

#: Sizes of the drawing: names, squares, heading; characters of a name.
_NAMES, _CELL, _TOP, _LONGEST = 300, 30, 60, 40

#: Width up to which a drawing is legible on a phone.
_SMALL = 420


#: Colours of texts.
INK, SOFT = "#1b2733", "#465766"

#: Width up to which texts of a picture have their least size; those of a wider one grow with it. Margin.
_NARROW, _MARGIN = 720, 12


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


def framed(texts: PictureTexts, width: int, height: int) -> tuple[ET.Element, float]:
    """A picture with its texts and room for a drawing, and the upper edge of that."""
    scale = max(1.0, width / _NARROW)
    room, line = (width - 2 * _MARGIN) / scale, 18 * scale
    heads = _wrapped(texts.title, room / 9.2)
    subs, feet = (
        _wrapped(texts.subtitle, room / 7.6),
        [one for foot in texts.source for one in _wrapped(foot, room / 6.4)],
    )
    first = 6 + 16 * scale
    top = first - 10 + line * (len(heads) + len(subs))
    wide = max([0, *(44 + 7.2 * _wide(words) for _, words in texts.legend)]) * scale
    across = max(1, int((width - _MARGIN) // wide)) if wide else 1
    bottom = top + height + 8 * scale + line * -(-len(texts.legend) // across)
    whole = round(bottom + 15 * scale * len(feet) + 8)
    root = ET.Element("svg", xmlns=_SVG, viewBox=f"0 0 {width} {whole}", width=f"{width}", height=f"{whole}")
    root.attrib |= {"role": "img", "aria-label": ". ".join((texts.title, texts.subtitle, *texts.source))}
    root.attrib |= {"direction": "ltr", "font-family": "sans-serif"}
    ET.SubElement(root, "rect", width=f"{width}", height=f"{whole}", fill="#fff")
    written = direction(texts.language)
    side = width - _MARGIN if written == "rtl" else _MARGIN
    for size, fill, begin, step, lines in (
        (15, INK, first, line, heads),
        (13, SOFT, first + line * len(heads), line, subs),
        (11, SOFT, bottom + 10 * scale, 15 * scale, feet),
    ):
        for place, words in enumerate(lines):
            found = svg_text(root, words, side, begin + step * place, size=round(size * scale), fill=fill)
            found.attrib |= {"direction": written} | ({"font-weight": "bold"} if size == 15 else {})
    for place, (fill, words) in enumerate(texts.legend):
        x, y = _MARGIN + wide * (place % across), top + height + line * (place // across)
        outline = {"stroke": "#9fb1c1", "stroke-dasharray": "3 2"} if fill == _COLOURS[0][0] else {}
        swatch = {"width": f"{16 * scale:g}", "height": f"{11 * scale:g}", "fill": fill}
        ET.SubElement(root, "rect", {"x": f"{x:g}", "y": f"{y + 6 * scale:g}"} | swatch | outline)
        svg_text(root, words, x + 22 * scale, y + 16 * scale, size=round(12 * scale))
    return root, top


def complete(drawing: str, texts: PictureTexts, base: str) -> str:
    """A drawing of a page as a file: with its texts, and links to `base`."""
    inner = ET.fromstring(drawing.replace(f' xmlns="{_SVG}"', ""))  # noqa: S314 - made by us
    _, _, wide, high = map(float, inner.get("viewBox", "").split())
    width = round(min(max(wide, _LEAST_WIDTH), _MOST_WIDTH))
    scale = min(_MOST_WIDTH / wide, 1.0)
    root, top = framed(texts, width, round(high * scale))
    for name in ("class", "role", "aria-label"):
        inner.attrib.pop(name, None)
    size = {"x": f"{(width - wide * scale) / 2:g}", "y": f"{top:g}"}
    inner.attrib |= size | {"width": f"{wide * scale:g}", "height": f"{high * scale:g}"}
    root.append(inner)
    for anchor in inner.iter("a"):
        anchor.set("href", re.sub("^/(?=[^/])", base, anchor.get("href", "")))
    return ET.tostring(root, encoding="unicode")


#: Limits on the width of a drawing in a file.
_LEAST_WIDTH, _MOST_WIDTH = 640, 1200


def svg_text(parent: ET.Element, words: str, x: float, y: float, *, size: int = 13, fill: str = INK) -> ET.Element:
    """A line of text."""
    found = ET.SubElement(parent, "text", {"x": f"{x:.0f}", "y": f"{y:.0f}", "font-size": f"{size}", "fill": fill})
    found.text = words
    return found


#: Width of a chart, of its names, and least of its figures; height of a bar.
CHART_WIDTH, _LABELS, VALUES_WIDTH, _BAR = 560, 190, 90, 26
#: Room for a digit of a figure.
_DIGIT_WIDTH = 8
#: Colour of bars.
FILL = "#216795"


def bars_svg(texts: PictureTexts, rows: Sequence[tuple[str, int]]) -> str:
    """Named bars, each with its figure."""
    root, top = framed(texts, CHART_WIDTH, _BAR * len(rows) + 10)
    most = max(value for _, value in rows) or 1
    figures = [number(value, texts.language) for _, value in rows]
    room = CHART_WIDTH - _LABELS - max(VALUES_WIDTH, _DIGIT_WIDTH * max(map(len, figures))) - 30
    for place, ((name, value), figure) in enumerate(zip(rows, figures, strict=True)):
        y = top + 10 + place * _BAR
        length = max(1, room * value / most)
        svg_text(root, shortened(name, 26), _LABELS, y + 16).set("text-anchor", "end")
        ET.SubElement(root, "rect", numbers(x=_LABELS + 10, y=y + 2, width=length, height=_BAR - 6) | {"fill": FILL})
        svg_text(root, figure, _LABELS + 16 + length, y + 16)
    return chart(root)


#: Height of a row of a timeline; colours of what is sure and of what is possible.
_ROW, _SURE, _POSSIBLE = 24, "#0a5487", "#9cc3de"


def timeline_svg(texts: PictureTexts, drawn: Timeline, names: Sequence[str]) -> str:
    """A bar for each practice, firm where it was surely under way; where there are none, a bar for each year."""
    if not drawn.bars:
        return bars_svg(texts, [(str(year), count) for year, count in drawn.years])
    width, left = 900, 330
    room = width - left - 20
    legend = ((_SURE, gettext("surely under way")), (_POSSIBLE, gettext("possibly under way")))
    root, top = framed(replace(texts, legend=legend), width, _ROW * (len(drawn.bars) + 1) + 10)
    for year, place in drawn.marks:
        svg_text(root, str(year), left + room * place, top + 14, size=12, fill=SOFT)
        ends = numbers(x1=left + room * place, x2=left + room * place, y1=top + 18, y2=top + _ROW * (len(names) + 1))
        ET.SubElement(root, "line", ends | {"stroke": "#d3dde5"})
    for row, (bar, name) in enumerate(zip(drawn.bars, names, strict=True), 1):
        y = top + _ROW * row
        svg_text(root, shortened(name, 42), left - 10, y + 15).set("text-anchor", "end")
        for (begin, end), fill in (((bar.begin, bar.finish), _POSSIBLE), (bar.firm or (0.0, 0.0), _SURE)):
            box = numbers(x=left + room * begin, y=y + 5, width=room * (end - begin), height=12)
            ET.SubElement(root, "rect", box | {"fill": fill})
    return chart(root)


def chart(root: ET.Element) -> str:
    """A chart as text."""
    root.set("class", "chart")
    return ET.tostring(root, encoding="unicode")


def numbers(**values: float) -> dict[str, str]:
    """Attributes in whole units."""
    return {name: f"{value:.0f}" for name, value in values.items()}


def shortened(text: str, room: int) -> str:
    """A text, cut at the width of `room` Latin letters; a wide character counts twice."""
    taken = 0
    for position, character in enumerate(text):
        taken += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if taken > room:
            return f"{text[: max(1, position - 1)].rstrip()}…"
    return text


def _wide(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words)


def _wrapped(words: str, room: float) -> list[str]:
    """Lines of a text, in the width of `room` Latin letters."""
    return textwrap.wrap(words, int(room * len(words) / max(1, _wide(words)))) if words else []


def picture_source(page: Page, path: str) -> str:
    """The dataset of a picture with version, date, licence and address."""
    version = gettext("Version %(version)s", version=page.snapshot.version[:12])
    return " · ".join(("GCM Graph", version, time_text(page.snapshot.day, page.language), "CC BY 4.0", page.url(path)))


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
    return [(fill, shade_words(*ends)) for (fill, _), ends in zip(_COLOURS, SHADE_RANGES, strict=True)]


@dataclass(frozen=True)
class GridCell:
    """A square: its text, its shade (0 to 4), the address behind it, and its name in words."""

    text: str
    shade: int
    href: str | None = None
    title: str = ""
    #: language of the name where it differs from that of the drawing
    language: str | None = None


@dataclass(frozen=True)
class GridRow:
    """A named row; None leaves a gap. `language` is that of the name where it differs from the drawing."""

    name: str
    cells: Sequence[GridCell | None]
    href: str | None = None
    language: str | None = None


def shade(count: int) -> int:
    """The shade of a number: 1 to 4, 0 for none."""
    return sum(count >= low for low, _ in SHADE_RANGES[1:])


def grid_svg(title: str, columns: Sequence[str], rows: Sequence[GridRow]) -> str:
    """A drawing of rows under the codes of their columns; without columns the rows begin at the top."""
    top = _TOP if columns else _CELL // 2
    width = _NAMES + _CELL * max([len(columns), *(len(row.cells) for row in rows)])
    height = top + _CELL * len(rows) + _CELL // 2
    root = ET.Element("svg", xmlns=_SVG, viewBox=f"0 0 {width} {height}", width=f"{width}", height=f"{height}")
    small = " small" if width < _SMALL else ""
    root.attrib |= {"class": f"grid{small}", "role": "group", "aria-label": title, "direction": "ltr"}
    ET.SubElement(root, "title").text = title
    style = {"font-family": "sans-serif", "font-size": "13", "dominant-baseline": "middle"}
    names = ET.SubElement(root, "g", style | {"text-anchor": "end", "fill": "#111"})
    codes = ET.SubElement(root, "g", style | {"text-anchor": "middle", "fill": "#111"})
    for place, code in enumerate(columns):
        _text(codes, code, _NAMES + (place + 0.5) * _CELL, _TOP - 14)
    squares = ET.SubElement(root, "g", style | {"text-anchor": "middle"})
    for line, row in enumerate(rows):
        middle = top + (line + 0.5) * _CELL
        name = _text(_linked(names, row.href), beginning(row.name, _LONGEST), _NAMES - 8, middle)
        if row.language:
            name.set("lang", row.language)
        for place, cell in enumerate(row.cells):
            if cell is not None:
                _square(squares, cell, _NAMES + place * _CELL, middle - _CELL / 2)
    return ET.tostring(root, encoding="unicode")


def _square(parent: ET.Element, cell: GridCell, x: float, y: float) -> None:
    fill, ink = _COLOURS[cell.shade]
    group = _linked(parent, cell.href)
    if cell.language:
        group.set("lang", cell.language)
    if cell.title:
        ET.SubElement(group, "title").text = cell.title
    size = {"width": f"{_CELL - 2}", "height": f"{_CELL - 2}", "fill": fill}
    outline = {} if cell.shade else {"stroke": "#9fb1c1", "stroke-dasharray": "3 2"}
    ET.SubElement(group, "rect", {"x": f"{x + 1:g}", "y": f"{y + 1:g}"} | size | outline)
    _text(group, cell.text, x + _CELL / 2, y + _CELL / 2).set("fill", ink)


def _linked(parent: ET.Element, href: str | None) -> ET.Element:
    return ET.SubElement(parent, "a", href=href) if href else ET.SubElement(parent, "g")


def _text(group: ET.Element, text: str, x: float, y: float) -> ET.Element:
    found = ET.SubElement(group, "text", x=f"{x:g}", y=f"{y:g}")
    found.text = text
    return found
