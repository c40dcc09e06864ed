"""Private parts of openpyxl that the reader of XLSX depends on: they are where it expects them."""

from __future__ import annotations

import inspect
import io
from importlib import import_module
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

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
