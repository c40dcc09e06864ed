"""Tables as workbooks: texts stay texts, and numbers are numbers."""

from __future__ import annotations

import io
import tracemalloc
from decimal import Decimal

from openpyxl import load_workbook
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
