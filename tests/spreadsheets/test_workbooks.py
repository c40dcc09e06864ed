"""Tables as workbooks: texts stay texts, numbers are numbers; private parts of openpyxl that are read."""

from __future__ import annotations

import inspect
import io
import tracemalloc
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.escape import unescape

from gcmgraph.spreadsheets.grids import WorkbookTable, table_workbook

ROWS = [
    ["004", 12, Decimal("1.5"), None],
    ['=HYPERLINK("http://e.org")', -3, True, "NA"],
    ["17.10\x01", "x" * 40_000, 1, ""],
]


def table(name: str = "Answer") -> WorkbookTable:
    return WorkbookTable(name, "About", ["Code", "Number", "Value", "None"], ROWS, [("Title", "=1+1")])


def test_types_of_cells() -> None:
    book = load_workbook(io.BytesIO(table_workbook(table())))
    page, about = book.worksheets
    found = [[(cell.value, cell.data_type) for cell in row] for row in page.iter_rows()]
    assert found[0] == [("Code", "s"), ("Number", "s"), ("Value", "s"), ("None", "s")]
    assert found[1] == [("004", "s"), (12, "n"), (1.5, "n"), (None, "n")]
    assert found[2] == [('=HYPERLINK("http://e.org")', "s"), (-3, "n"), (True, "b"), ("NA", "s")]
    assert found[3][0] == ("17.10 ", "s")
    assert len(str(found[3][1][0])) == 32_767
    assert [cell.data_type for cell in about[1]] == ["s", "s"]
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", "A1:D4")


def test_other_programs_read_the_cells() -> None:
    """Texts like escaped characters, markup, blanks at the ends and line ends remain as they are."""
    texts = ["_x0041_", "<b>&amp;", "  a ", "one\ntwo", "اتفاق", "\ud800"]
    wide = WorkbookTable("A & B", "About", [f"h{n}" for n in range(28)], [texts + [""] * 22], [], right_to_left=True)
    page = load_workbook(io.BytesIO(table_workbook(wide))).worksheets[0]
    assert [unescape(str(cell.value)) for cell in page[2]][:6] == [*texts[:5], " "]
    assert page.auto_filter.ref == "A1:AB2"
    assert page.sheet_view.rightToLeft


def test_memory_does_not_grow_with_the_rows() -> None:
    """A table of a million characters is written with less memory than half of its text takes."""
    rows = ([f"{number:09}", "text " * 20, number] for number in range(10_000))
    tracemalloc.start()
    try:
        table_workbook(WorkbookTable("Large", "About", ["a", "b", "c"], rows, []))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 500_000


def test_equal_tables_have_equal_bytes_and_names_that_excel_takes() -> None:
    assert table_workbook(table()) == table_workbook(table())
    [name, _] = load_workbook(io.BytesIO(table_workbook(table("a/b[c]" + "d" * 40)))).sheetnames
    assert name == "a b c " + "d" * 25


def test_headings_of_an_empty_table() -> None:
    empty = WorkbookTable("", "About", ["Code"], [], [])
    page = load_workbook(io.BytesIO(table_workbook(empty))).worksheets[0]
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [["Code"]]


PARSER = "openpyxl.worksheet._reader"
CURE = "`_xlsx_rows` in `spreadsheets/grids.py` depends on it; adapt that function to this version of openpyxl."


@pytest.fixture
def book() -> Any:
    made, data = Workbook(), io.BytesIO()
    made.worksheets[0]["A1"] = "merged"
    made.worksheets[0]["C3"] = "text"
    made.worksheets[0].merge_cells("A1:A2")
    made.save(data)
    return load_workbook(data, read_only=True)


def parser_class() -> Any:
    found = getattr(import_module(PARSER), "WorkSheetParser", None)
    assert found is not None, f"`{PARSER}.WorkSheetParser` is not there. {CURE}"
    return found


def test_parts_of_sheets_books_and_parser(book: Any) -> None:
    parts = [(book.worksheets[0], name) for name in ("_get_source", "_shared_strings")]
    for owner, name in (*parts, *((book, name) for name in ("epoch", "_date_formats", "_timedelta_formats"))):
        assert hasattr(owner, name), f"`{type(owner).__name__}.{name}` of openpyxl is not there. {CURE}"
    required = {"data_only", "epoch", "date_formats", "timedelta_formats"}
    missing = required - set(inspect.signature(parser_class()).parameters)
    assert not missing, f"`WorkSheetParser` of openpyxl does not take {sorted(missing)}. {CURE}"


def test_cells_and_merged_ranges_of_the_parser(book: Any) -> None:
    sheet = book.worksheets[0]
    with sheet._get_source() as part:
        parser = parser_class()(part, sheet._shared_strings)
        rows = {number: {cell["column"]: cell["value"] for cell in cells} for number, cells in parser.parse()}
        merged = [(one.min_row, one.max_row, one.min_col) for one in parser.merged_cells.mergeCell]
    filled = {(row, column): value for row, cells in rows.items() for column, value in cells.items() if value}
    assert filled == {(1, 1): "merged", (3, 3): "text"}, f"`WorkSheetParser.parse` gives other cells. {CURE}"
    assert merged == [(1, 2, 1)], f"`WorkSheetParser.merged_cells` has another form. {CURE}"
