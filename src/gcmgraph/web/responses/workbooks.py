"""Workbooks of tables and query results with a sheet that states what they are, and CSV for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from http import HTTPStatus

from flask import request
from flask_babel import gettext

from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.publication.metadata.void import LICENCE, TITLE
from gcmgraph.sparql.result_values import value_text
from gcmgraph.spreadsheets.workbooks import TableCell, WorkbookTable, table_workbook
from gcmgraph.web.http.problems import Problem, ProblemError
from gcmgraph.web.i18n import direction
from gcmgraph.web.snapshot import Snapshot

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
