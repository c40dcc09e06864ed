"""Several files as one contribution; tables as workbooks, whose texts stay texts."""

from __future__ import annotations

import io
import tracemalloc
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from workbooks import PRACTICE, Reader, as_csv, blocking, named

from gcmgraph.contributions.file_check import check_files
from gcmgraph.platform.errors import RdfSyntaxError
from gcmgraph.rdf.terms import Literal
from gcmgraph.spreadsheets.grids import SpreadsheetError
from gcmgraph.spreadsheets.workbooks import WorkbookTable, table_workbook
from gcmgraph.validation.report import Report

OFFICE = as_csv({"name [en]": "Office of Something", "acronym [en]": "OOS"})
LED = as_csv(
    {**PRACTICE, "lead organisation": "office of something", "organisation involved": "OOS"}
)
OPENING = as_csv(
    {"practice": "one-stop shop", "title [en]": "Opening", "organiser or contributor": "OOS"}
)


def checked(reader: Reader, folder: Path, files: dict[str, str]) -> Report:
    """The report on files of these names and contents."""
    for name, content in files.items():
        (folder / name).write_text(content, "utf-8")
    return check_files([folder / name for name in files], reader.rules, reader.published)


@pytest.mark.parametrize("order", ["opr", "rop"])
def test_files_name_resources_of_each_other(reader: Reader, tmp_path: Path, order: str) -> None:
    files = {"o": OFFICE, "p": LED, "r": OPENING}
    assert checked(reader, tmp_path, {f"{name}.csv": files[name] for name in order}).results == ()


def test_unknown_suffix_lists_the_known_ones(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(RdfSyntaxError) as caught:
        checked(reader, tmp_path, dict.fromkeys(["notes.md", "practices.csv"], as_csv(PRACTICE)))
    assert str(caught.value) == (
        f"{tmp_path}/notes.md: The suffix '.md' does not say what this is, RDF or a spreadsheet. "
        "Known suffixes: .ttl, .jsonld, .rdf, .nt, .trig, .nq, .xlsx, .csv."
    )


def test_row_without_a_title_is_reported_in_its_file(reader: Reader, tmp_path: Path) -> None:
    row = {name: text for name, text in PRACTICE.items() if not name.startswith("title")}
    report = checked(
        reader, tmp_path, {"a.csv": as_csv(row), "b.csv": as_csv({**row, "objective": "24"})}
    )
    reported = [
        (named(result), result.place and Path(result.place.source).name)
        for result in blocking(report)
    ]
    assert reported == [
        ("Practice-title-present", "a.csv"),
        ("Practice-title-present", "b.csv"),
        ("Practice-objective", "b.csv"),
    ]
    assert len({result.focus for result in blocking(report)}) == 2


def test_row_of_two_files_is_reported(reader: Reader, tmp_path: Path) -> None:
    (result,) = blocking(
        checked(reader, tmp_path, {"a.csv": as_csv(PRACTICE), "b.csv": as_csv(PRACTICE)})
    )
    assert (named(result), result.value) == ("same-row", Literal(f"{tmp_path / 'a.csv'}:2"))


def test_file_without_rows_is_refused(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(SpreadsheetError, match="There is no row with data in it") as raised:
        checked(reader, tmp_path, {"a.csv": as_csv(PRACTICE), "b.csv": "title [en],country\n"})
    assert raised.value.place.source == str(tmp_path / "b.csv")


ROWS = [
    ["004", 12, Decimal("1.5"), None],
    ['=HYPERLINK("http://e.org")', -3, True, "NA"],
    ["17.10\x01", "x" * 40_000, 1, ""],
]


def table(name: str = "Answer") -> WorkbookTable:
    return WorkbookTable(
        name, "About", ["Code", "Number", "Value", "None"], ROWS, [("Title", "=1+1")]
    )


def test_cells_of_a_table_have_types_and_no_formulas() -> None:
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
    wide = WorkbookTable(
        "A & B", "About", [f"h{n}" for n in range(28)], [texts + [""] * 22], [], right_to_left=True
    )
    page = load_workbook(io.BytesIO(table_workbook(wide))).worksheets[0]
    assert [unescape(str(cell.value)) for cell in page[2]][:6] == [*texts[:5], " "]
    assert page.auto_filter.ref == "A1:AB2"
    assert page.sheet_view.rightToLeft


def test_memory_does_not_grow_with_the_rows() -> None:
    """A table of five million characters is written with less memory than half of its text takes."""
    rows = ([f"{number:09}", "text " * 100, number] for number in range(10_000))
    tracemalloc.start()
    try:
        table_workbook(WorkbookTable("Large", "About", ["a", "b", "c"], rows, []))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 2_500_000


def test_equal_tables_have_equal_bytes_and_names_that_excel_takes() -> None:
    assert table_workbook(table()) == table_workbook(table())
    [name, _] = load_workbook(io.BytesIO(table_workbook(table("a/b[c]" + "d" * 40)))).sheetnames
    assert name == "a b c " + "d" * 25
