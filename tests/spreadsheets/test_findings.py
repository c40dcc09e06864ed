"""Findings of spreadsheets: at their cells, with advice, in a marked workbook, and on reasons of judgements."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from workbooks import ADDRESSES, PRACTICE, Reader, blocking, put, saved

from gcmgraph.contributions.submission_check import judge
from gcmgraph.platform.errors import Place, column_letters
from gcmgraph.rdf.terms import IRI, Literal, Vocabulary
from gcmgraph.spreadsheets.template import mark_workbook
from gcmgraph.validation.report import Level, Report
from gcmgraph.validation.report_formats import advice
from gcmgraph.validation.rules import RuleSet
from gcmgraph.validation.validate import validate_contribution

VIOLATION, WARNING = Level.VIOLATION, Level.WARNING
NOWHERE = "An organisation that is not in the list: describe it on the sheet for organisations"
FRENCH = "Un bureau dans la capitale qui répond aux questions."

#: What is written under a header, the level of the finding, and words of its message and of its
#: hint.
MISTAKES: tuple[tuple[dict[str, Any], str, Level, str, str], ...] = (
    ({"country": "Phillipines"}, "country", VIOLATION, "no such country", "Did you mean Philippines"),
    ({"start": "21/09/2018"}, "start", VIOLATION, "not a year", "2018-09-21"),
    ({"funding: value": "12 million", "funding: currency": "EUR"}, "funding: value", VIOLATION, "must be a number",
     "12 million euros is 12000000"),
    ({"funding: value": "1200", "funding: currency": "US$"}, "funding: currency", VIOLATION, "three capital letters",
     "EUR, USD, CHF"),
    ({"description [en]": FRENCH}, "description [en]", WARNING, "its words are French", "column of that language"),
    ({"objective": None}, "objective", VIOLATION, "does not say which objective", "A name or code of the list"),
    ({"title [fr]": None}, "title [fr]", WARNING, "no French title", "French-speaking readers"),
    ({"title [en]": None, "title [fr]": None}, "title [en]", VIOLATION, "no title in an official language",
     "Add a title in English or French"),
    ({"lead organisation": "Bureau of Nothing"}, "lead organisation", VIOLATION, "known here", NOWHERE),
    ({"start": "2018", "end": "2017"}, "end", VIOLATION, "ends before it starts", "may have been swapped"),
    ({"country": "Kenya, Uganda"}, "country", VIOLATION, "no such country",
     "separated by semicolons, that is “Kenya; Uganda”"),
    ({"objective": "Objectif 7"}, "objective", VIOLATION, "", "Did you mean"),
    ({"start": "03/04/2018"}, "start", VIOLATION, "not a year", "“2018-04-03” if the day is first, “2018-03-04”"),
    ({"start": "septembre 2018"}, "start", VIOLATION, "not a year", "Write “2018-09”"),
    ({"funding: value": "12 000 000 FCFA", "funding: currency": "XOF"}, "funding: value", VIOLATION,
     "must be a number", "Write “12000000” here, and the currency (FCFA) in the column for it. FCFA is XOF"),
    ({"funding: value": "1200", "funding: currency": "FCFA"}, "funding: currency", VIOLATION, "",
     "XOF in West Africa and XAF in Central Africa"),
    ({"description [en]": "n/a"}, "description [en]", VIOLATION, "nothing to say", "Leave the cell empty"),
    ({"end": "-"}, "end", VIOLATION, "nothing to say", "Leave the cell empty"),
    ({"country": "Néant"}, "country", VIOLATION, "nothing to say", "Leave the cell empty"),
    ({"start": "2019-2021"}, "start", VIOLATION, "not a year",
     "2019 into the column “start”, and 2021 into the column “end”"),
    ({"relevant SDG target": "10.8"}, "relevant SDG target", VIOLATION, "",
     "There is no 10.8. The codes are 10.1, 10.2"),
    ({"relevant SDG target": "10.7 Safe migration"}, "relevant SDG target", VIOLATION, "", "Did you mean"),
    ({"legally binding": "perhaps"}, "legally binding", VIOLATION, "as yes or no", "Write yes or no"),
)  # fmt: skip


def test_mistakes_are_reported_with_their_cells_and_advice(reader: Reader) -> None:
    cells = []

    def fill(book: Workbook) -> None:
        headers = {
            str(one.value).partition(" *")[0].removesuffix(" (*)"): one
            for one in book["Practice"][1]
        }
        for row, (written, header, *_) in enumerate(MISTAKES, 4):
            put(book, "Practice", row, {**PRACTICE, "id": f"row-{row}", **written})
            cells.append(f"Practice!{headers[header].column_letter}{row}")

    reading = reader.xlsx(reader.filled(fill))
    results = reading.report(judge(reading.statements, reader.published, reader.rules)).results
    for row, (_, header, level, message, hint) in enumerate(MISTAKES, 4):
        (result,) = (one for one in results if one.place and one.place.line == row)
        assert (result.level, result.place and result.place.cell) == (level, cells[row - 4])
        if not header.startswith("title"):
            assert dict(result.labels.pairs)["en"] == "One-stop shop"
        assert message in (result.messages.best("en") or "")
        assert hint in (advice(result, ADDRESSES, "en") or "")


V = Vocabulary(ADDRESSES)
HEADERS = (
    "title [en],title [fr],description [en],objective,country,source,action supported,"
    "reason for the action supported [en],reason for the action supported [fr]\n"
)
START = "Desk,Guichet,A desk.,9,PHL,https://example.org/r"


def judged(
    reader: Reader, actions: str, english: str, french: str = ""
) -> tuple[Report, list[tuple[str, str]]]:
    """The report on a practice, and the codes of its actions with their reasons."""
    row = ",".join(f'"{cell}"' for cell in (actions, english, french))
    reading = reader.csv(f"{HEADERS}{START},{row}\n")
    statements = list(reading.statements)
    of = {quad.subject: quad.object for quad in statements if quad.predicate == V("rdf:object")}
    reasons = [
        (str(of[quad.subject]).rpartition("/")[2].rstrip(">"), quad.object.value)
        for quad in statements
        if quad.predicate == V("gcm:rationale") and isinstance(quad.object, Literal)
    ]
    for judgement in of:
        about = {quad.predicate: quad.object for quad in statements if quad.subject == judgement}
        assert about[V("rdf:subject")] == IRI(ADDRESSES.resource("practice", "desk"))
        assert about[V("rdf:predicate")] == V("gcm:supportsAction")
        assert about[V("rdf:type")] == V("rdf:Statement")
    report = judge(
        reading.statements, reader.published, reader.rules, rule_set=RuleSet.CONTRIBUTION
    )
    return reading.report(report), reasons


def test_reasons_are_those_of_their_actions(reader: Reader) -> None:
    for actions, english, french, reasons in (
        ("9b", "Staff exchange news.", "", [("9b", "Staff exchange news.")]),
        ("9b", "One.", "Un.", [("9b", "One."), ("9b", "Un.")]),
        ("9b; 9c", "One.\nTwo.", "", [("9b", "One."), ("9c", "Two.")]),
        ("9b; 9c", "Both.", "", [("9b", "Both."), ("9c", "Both.")]),
        ("", "", "", []),
    ):
        report, found = judged(reader, actions, english, french)
        assert report.results == ()
        assert sorted(found) == sorted(reasons)


def test_action_without_a_reason_is_a_warning(reader: Reader) -> None:
    report, _ = judged(reader, "9b", "")
    [warning] = report.results
    assert warning.level is Level.WARNING
    assert (warning.hints.best("en") or "").startswith("“reason for the action supported”: ")
    assert (warning.hints.best("zh") or "").startswith("“支持该行动的理由”")


@pytest.mark.parametrize(("actions", "english"), [("9b; 9c; 9d", "One.\nTwo."), ("", "For none.")])
def test_reasons_without_their_actions_are_a_violation(
    reader: Reader, actions: str, english: str
) -> None:
    report, reasons = judged(reader, actions, english)
    [violation] = report.results
    assert violation.level is Level.VIOLATION
    assert "different numbers of values" in (violation.messages.best("en") or "")
    assert reasons == []


SOURCE = "file.xlsx"


def checked(reader: Reader, data: bytes) -> Report:
    reading = reader.xlsx(data)
    contribution = RuleSet.CONTRIBUTION
    return reading.report(
        validate_contribution(
            reading.statements, reader.published, reader.rules, rule_set=contribution
        )
    )


def wrong(book: Workbook) -> None:
    put(book, "Practice", 2, {**PRACTICE, "country": "Phillipines"})
    put(
        book,
        "Practice",
        3,
        {**PRACTICE, "title [en]": "Un bureau dans la ville pour les migrants", "objective": None},
    )


def cell(book: Workbook, header: str, row: int) -> str:
    """The cell under a header, as Excel names it."""
    column = next(
        c.column for c in book["Practice"][1] if str(c.value).partition(" *")[0] == header
    )
    return f"{column_letters(column)}{row}"


def test_workbook_is_marked_and_lists_its_findings(reader: Reader) -> None:
    data = reader.filled(wrong)
    book = load_workbook(io.BytesIO(mark_workbook(data, SOURCE, checked(reader, data), "en")))
    page, country = book["Practice"], cell(book, "country (*)", 2)
    comment = page[country].comment
    assert "There is no such country" in comment.text
    assert "Did you mean “Philippines”?" in comment.text
    assert page[country].value == "Phillipines"
    assert page[country].fill.fgColor.rgb == "FFF4B8B8"
    missing = page[cell(book, "objective", 3)]
    assert "does not say which objective" in missing.comment.text
    french = page[cell(book, "title [en] (*)", 3)]
    assert "its words are French" in french.comment.text
    assert french.fill.fgColor.rgb == "FFFFE8A8"
    listed = list(book["Findings"].values)
    assert listed[0] == ("Cell", "Row", "Column", "Level", "Finding")
    assert (f"Practice!{country}", "One-stop shop", "country", "Must be corrected") in [
        row[:4] for row in listed
    ]


def test_marked_workbook_has_the_same_findings_when_it_is_sent_again(reader: Reader) -> None:
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
    assert (
        page[cell(unmarked, "country (*)", 1)].comment is not None
    )  # the explanation of the template
    assert "Constats" not in unmarked.sheetnames


def test_many_findings_are_counted_and_their_texts_are_no_formulas(reader: Reader) -> None:
    data = reader.filled(
        lambda book: put(book, "Practice", 2, {**PRACTICE, "title [en]": "'=1+1", "country": "x"})
    )
    one = checked(reader, data).results[0]
    results = (replace(one, place=Place(SOURCE, row, 1, "Practice")) for row in range(2, 1_202))
    book = load_workbook(io.BytesIO(mark_workbook(data, SOURCE, Report(tuple(results)), "en")))
    rows = list(book["Findings"].values)
    assert len(rows) == 1_002
    assert rows[-1][0] == "There are 200 more findings."
    assert {
        cell.data_type for row in book["Findings"].iter_rows(max_row=1_001) for cell in row
    } == {"s"}
