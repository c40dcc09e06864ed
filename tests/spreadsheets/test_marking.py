"""A checked workbook is given back with its findings, and can be sent again."""

from __future__ import annotations

import io
from dataclasses import replace

from openpyxl import Workbook, load_workbook
from workbooks import PRACTICE, Reader, blocking, put, saved

from gcmgraph.errors import Place, column_letters
from gcmgraph.spreadsheets.template import mark_workbook
from gcmgraph.validation.contribution import validate_contribution
from gcmgraph.validation.report import Report
from gcmgraph.validation.rules import Basis

SOURCE = "file.xlsx"


def checked(reader: Reader, data: bytes) -> Report:
    reading = reader.xlsx(data)
    contribution = Basis.CONTRIBUTION
    return reading.report(validate_contribution(reading.statements, reader.published, reader.rules, basis=contribution))


def wrong(book: Workbook) -> None:
    put(book, "Practice", 2, {**PRACTICE, "country": "Phillipines"})
    put(book, "Practice", 3, {**PRACTICE, "title [en]": "Un bureau dans la ville pour les migrants", "objective": None})


def cell(book: Workbook, header: str, row: int) -> str:
    """The cell under a header, as Excel names it."""
    column = next(c.column for c in book["Practice"][1] if str(c.value).partition(" *")[0] == header)
    return f"{column_letters(column)}{row}"


def test_cells_have_colours_and_comments_and_a_sheet_lists_the_findings(reader: Reader) -> None:
    data = reader.filled(wrong)
    book = load_workbook(io.BytesIO(mark_workbook(data, SOURCE, checked(reader, data), "en")))
    page, country = book["Practice"], cell(book, "country (*)", 2)
    comment = page[country].comment
    assert comment is not None
    assert "There is no such country" in comment.text
    assert "Did you mean “Philippines”?" in comment.text
    assert page[country].value == "Phillipines"
    assert page[country].fill.fgColor.rgb == "FFF4B8B8"
    missing = page[cell(book, "objective", 3)]
    assert missing.comment is not None
    assert "does not say which objective" in missing.comment.text
    french = page[cell(book, "title [en] (*)", 3)]
    assert french.comment is not None
    assert "its words are French" in french.comment.text
    assert french.fill.fgColor.rgb == "FFFFE8A8"
    listed = list(book["Findings"].values)
    assert listed[0] == ("Cell", "Row", "Column", "Level", "Finding")
    assert (f"Practice!{country}", "One-stop shop", "country", "Must be corrected") in [row[:4] for row in listed]


def test_a_marked_workbook_can_be_sent_again(reader: Reader) -> None:
    data = reader.filled(wrong)
    report = checked(reader, data)
    marked = mark_workbook(data, SOURCE, report, "fr")
    again = checked(reader, marked)
    assert [str(one.place) for one in again.results] == [str(one.place) for one in report.results]
    book = load_workbook(io.BytesIO(marked))
    assert book.sheetnames[0] == "Constats"
    book["Practice"][cell(book, "country (*)", 2)] = "Philippines"
    book["Practice"][cell(book, "objective", 3)] = "9"
    corrected = saved(book)
    after = checked(reader, corrected)
    assert blocking(after) == []
    unmarked = load_workbook(io.BytesIO(mark_workbook(corrected, SOURCE, after, "en")))
    page = unmarked["Practice"]
    assert page[cell(unmarked, "country (*)", 2)].comment is None
    assert page[cell(unmarked, "country (*)", 2)].fill.fill_type is None
    assert page[cell(unmarked, "country (*)", 1)].comment is not None  # the explanation of the template
    assert "Constats" not in unmarked.sheetnames


def test_a_text_is_never_written_as_a_formula(reader: Reader) -> None:
    data = reader.filled(lambda book: put(book, "Practice", 2, {**PRACTICE, "title [en]": "'=1+1", "country": "x"}))
    book = load_workbook(io.BytesIO(mark_workbook(data, SOURCE, checked(reader, data), "en")))
    assert {one.data_type for row in book["Findings"] for one in row} == {"s"}


def test_many_findings_are_counted(reader: Reader) -> None:
    data = reader.filled(wrong)
    one = checked(reader, data).results[0]
    results = (replace(one, place=Place(SOURCE, row, 1, "Practice")) for row in range(2, 1_202))
    book = load_workbook(io.BytesIO(mark_workbook(data, SOURCE, Report(tuple(results)), "en")))
    rows = list(book["Findings"].values)
    assert len(rows) == 1_002
    assert rows[-1][0] == "There are 200 more findings."
