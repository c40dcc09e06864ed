"""Mistakes that people make in Excel: each is found once, at its cell, with enough said to correct it."""

from __future__ import annotations

from typing import Any

import pytest
from openpyxl import Workbook
from workbooks import ADDRESSES, PRACTICE, Reader, put

from gcmgraph.contributions.checking import judge
from gcmgraph.validation.report import Level
from gcmgraph.validation.report_formats import advice

VIOLATION, WARNING = Level.VIOLATION, Level.WARNING
NOWHERE = "An organisation that is not in the list: describe it on the sheet for organisations"
FRENCH = "Un bureau dans la capitale qui répond aux questions."

#: What is written under a header, the level of the finding, and words of its message and of its hint.
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
    ({"country": "Kenya, Uganda"}, "country", VIOLATION, "no such country", "separated by semicolons"),
    ({"legally binding": "perhaps"}, "legally binding", VIOLATION, "as yes or no", "Write yes or no"),
)  # fmt: skip


@pytest.mark.parametrize(("written", "header", "level", "message", "hint"), MISTAKES, ids=lambda value: str(value)[:30])
def test_a_mistake_is_found_with_enough_to_correct_it(
    reader: Reader, written: dict[str, Any], header: str, level: Level, message: str, hint: str
) -> None:
    cell = ""

    def fill(book: Workbook) -> None:
        nonlocal cell
        put(book, "Practice", 4, {**PRACTICE, **written})
        names = {
            str(one.value).partition(" *")[0].removesuffix(" (*)"): one.column_letter for one in book["Practice"][1]
        }
        cell = f"Practice!{names[header]}4"

    reading = reader.xlsx(reader.filled(fill))
    (result,) = judge(reading, reader.published, reader.rules).results
    assert (result.level, result.place and result.place.cell) == (level, cell)
    if not header.startswith("title"):
        assert dict(result.labels.pairs)["en"] == "One-stop shop"
    assert message in (result.messages.best("en") or "")
    assert hint in (advice(result, ADDRESSES, "en") or "")
