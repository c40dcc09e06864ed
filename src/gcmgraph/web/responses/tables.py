"""Tables as workbooks, and as CSV for spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from flask_babel import gettext

from gcmgraph.publication.metadata.void import LICENCE, TITLE
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.sparql_text import value_text
from gcmgraph.spreadsheets.workbooks import TableCell, WorkbookTable, table_workbook
from gcmgraph.web.http.parameters import read_choice
from gcmgraph.web.i18n import direction
from gcmgraph.web.templating import Page

#: The byte order mark by which spreadsheets recognise UTF-8
#: (https://www.unicode.org/faq/utf_bom.html#bom1).
BYTE_ORDER_MARK = "\ufeff"

_XSD = PREFIXES["xsd"]

_INTEGERS = ("integer", "int", "long", "nonNegativeInteger", "positiveInteger")
_DECIMALS = ("decimal", "double", "float")

#: Datatypes of numbers, with the types that read them.
NUMBERS: Mapping[str, Callable[[str], int | Decimal]] = {
    **{f"{_XSD}{name}": int for name in _INTEGERS},
    **{f"{_XSD}{name}": Decimal for name in _DECIMALS},
}

#: Digits that a spreadsheet calculates with; a longer number stays a text.
_MAX_DIGITS = 15


def byte_order_mark() -> str:
    """The byte order mark with which the requested CSV begins, by `bom=true`; else empty.

    400 for other values.
    """
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
    lines = dict(about)
    for line_name, text in _about_dataset(page).items():
        lines.setdefault(line_name, text)
    table = WorkbookTable(
        name,
        gettext("About this table"),
        list(headings),
        (list(row) for row in rows),
        lines.items(),
        right_to_left=direction(page.language) == "rtl",
    )
    return table_workbook(table)


def _about_dataset(page: Page) -> dict[str, str]:
    """Lines about the dataset of a table."""
    version = page.snapshot.version
    day = page.snapshot.day.isoformat()
    return {
        gettext("Dataset version"): version,
        gettext("Date of the version"): day,
        gettext("Licence"): LICENCE,
        gettext("Citation"): f"{TITLE}. {version} ({day}). {page.site.addresses.base}dataset",
        gettext("Codes"): gettext(
            "Codes such as 004 or 17.10 are texts. Cells without a value are empty."
        ),
    }


def part_lines(row_count: int, number: int, last: int, other_part: str) -> dict[str, str]:
    """Lines about the number of rows and, where a table has several parts, the address of another one."""
    lines = {gettext("Rows"): str(row_count)}
    if last > 1:
        lines[gettext("Part")] = gettext("Page %(number)s of %(last)s", number=number, last=last)
        lines[gettext("Other parts")] = other_part
    return lines


def result_cell(value: Mapping[str, str] | None) -> TableCell:
    """A cell of a value in SPARQL JSON: numbers and truth values by their datatype, all else as text.

    >>> integer = "http://www.w3.org/2001/XMLSchema#integer"
    >>> result_cell({"type": "literal", "value": "12", "datatype": integer})
    12
    """
    if value is None:
        return None
    text = value_text(value)
    datatype = value.get("datatype", "")
    if datatype == f"{_XSD}boolean":
        return text in {"true", "1"}
    read_number = NUMBERS.get(datatype)
    digit_count = len(text.strip("+-").replace(".", ""))
    if read_number is None or digit_count > _MAX_DIGITS:
        return text
    try:
        return read_number(text)
    except (ValueError, ArithmeticError):  # INF, NaN, or a form that is not the datatype's
        return text
