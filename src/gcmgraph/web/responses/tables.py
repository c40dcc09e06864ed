"""Tables as workbooks, as CSV for spreadsheets, and as drawings in SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from xml.etree import ElementTree as ET

from flask import request
from flask_babel import gettext

from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.publication.metadata.void import LICENCE, TITLE
from gcmgraph.sparql import value_text
from gcmgraph.spreadsheets.grids import TableCell, WorkbookTable, table_workbook
from gcmgraph.web.http.responses import Problem, ProblemError
from gcmgraph.web.i18n import direction
from gcmgraph.web.services import Snapshot

#: The byte order mark by which spreadsheets recognise UTF-8 (https://www.unicode.org/faq/utf_bom.html#bom1).
BYTE_ORDER_MARK = "\ufeff"


_XSD = PREFIXES["xsd"]
_NUMBERS = {f"{_XSD}{name}": int for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger")} | {
    f"{_XSD}{name}": Decimal for name in ("decimal", "double", "float")
}
#: Digits that a spreadsheet calculates with; a longer number stays a text.
_DIGITS = 15


def wants_mark() -> bool:
    """Whether the requested CSV begins with a byte order mark: `bom=true`. 400 for other values."""
    value = request.args.get("bom", "false")
    if value not in {"true", "false"}:
        detail = gettext("The parameter '%(name)s' may be one of: %(values)s.", name="bom", values="true, false")
        raise ProblemError(Problem(HTTPStatus.BAD_REQUEST, detail, {"parameter": "bom"}))
    return value == "true"


def marked(table: str, *, mark: bool) -> str:
    """A table as CSV, with a byte order mark where requested."""
    return f"{BYTE_ORDER_MARK}{table}" if mark else table


def workbook(
    name: str,
    headings: Iterable[str],
    rows: Iterable[Iterable[TableCell]],
    about: Mapping[str, str],
    snapshot: Snapshot,
    addresses: Addresses,
    language: str,
) -> bytes:
    """A table as a workbook. `about` has the first lines of its second sheet; those of the dataset follow."""
    day = snapshot.day.isoformat()
    lines = {
        **about,
        gettext("Dataset version"): snapshot.version,
        gettext("Date of the version"): day,
        gettext("Licence"): LICENCE,
        gettext("Citation"): f"{TITLE}. {snapshot.version} ({day}). {addresses.base}dataset",
        gettext("Codes"): gettext("Codes such as 004 or 17.10 are texts. Cells without a value are empty."),
    }
    table = WorkbookTable(
        name,
        gettext("About this table"),
        list(headings),
        (list(row) for row in rows),
        lines.items(),
        right_to_left=direction(language) == "rtl",
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
    if (number := _NUMBERS.get(datatype)) is not None and len(text.strip("+-").replace(".", "")) <= _DIGITS:
        try:
            return number(text)
        except (ValueError, ArithmeticError):  # INF, NaN, or a form that is not the datatype's
            return text
    return text


_SVG = "http://www.w3.org/2000/svg"

#: Smallest numbers of the shades of squares.
SHADES = (1, 2, 3, 5)

#: Colours of squares, each with that of its text; the first is that of 0.
_COLOURS = (("#fff", "#444"), ("#d6e6f2", "#111"), ("#8fbbdb", "#111"), ("#216795", "#fff"), ("#06263d", "#fff"))

#: Sizes of the drawing: names, squares, heading; characters of a name.
_NAMES, _CELL, _TOP, _LONGEST = 300, 30, 60, 40


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
    return sum(count >= smallest for smallest in SHADES)


def grid_svg(title: str, columns: Sequence[str], rows: Sequence[GridRow]) -> str:
    """A drawing of rows under the codes of their columns; without columns the rows begin at the top."""
    top = _TOP if columns else _CELL // 2
    width = _NAMES + _CELL * max([len(columns), *(len(row.cells) for row in rows)])
    height = top + _CELL * len(rows) + _CELL // 2
    root = ET.Element("svg", xmlns=_SVG, viewBox=f"0 0 {width} {height}", width=f"{width}", height=f"{height}")
    root.attrib |= {"class": "grid", "role": "group", "aria-label": title, "direction": "ltr"}
    ET.SubElement(root, "title").text = title
    style = {"font-family": "sans-serif", "font-size": "13", "dominant-baseline": "middle"}
    names = ET.SubElement(root, "g", style | {"text-anchor": "end", "fill": "#111"})
    numbers = ET.SubElement(root, "g", style | {"text-anchor": "middle", "fill": "#111"})
    for place, code in enumerate(columns):
        _text(numbers, code, _NAMES + (place + 0.5) * _CELL, _TOP - 14)
    squares = ET.SubElement(root, "g", style | {"text-anchor": "middle"})
    for number, row in enumerate(rows):
        middle = top + (number + 0.5) * _CELL
        name = _text(_linked(names, row.href), _shortened(row.name), _NAMES - 8, middle)
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


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def _linked(parent: ET.Element, href: str | None) -> ET.Element:
    return ET.SubElement(parent, "a", href=href) if href else ET.SubElement(parent, "g")


def _text(group: ET.Element, text: str, x: float, y: float) -> ET.Element:
    found = ET.SubElement(group, "text", x=f"{x:g}", y=f"{y:g}")
    found.text = text
    return found
