"""Facts of invented sentences in every language (`wordings.csv`), each with what must not be taken for it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from practice_pages import ReadPractice

from gcmreader.extraction.practices import PracticeReading

with (Path(__file__).parent / "wordings.csv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file))


def fact(practice: PracticeReading, name: str) -> str:
    """A fact as the table writes it: several values in alphabetical order with `|` between them."""
    if name in {"leads", "partners", "involved"}:
        return "|".join(sorted(found.value.slug for found in getattr(practice, name)))
    if name == "countries":
        return "|".join(sorted({found.value.value.rsplit("/", 1)[1] for found in practice.countries}))
    if name == "amount":
        amount = practice.amount and practice.amount.value
        return f"{amount.value:f} {amount.currency}" if amount else ""
    moment = practice.period.start if name == "start" else practice.period.end
    return str(moment.value) if moment else ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['fact']}-{case['language']}-{case['body'][:60]}")
def test_fact_of_a_wording(practice: ReadPractice, case: dict[str, str]) -> None:
    assert fact(practice(case["language"], case["body"], case["title"]), case["fact"]) == case["expected"]


@pytest.mark.parametrize(
    ("language", "body", "works"),
    [
        (
            "en",
            "IOM ran it. A survey of the Council of Europe (2019) praised it, as did others (IOM, 2020).",
            {"Council of Europe (2019)", "IOM, 2020"},
        ),
        (
            "es",
            "La OIM gestiona la línea (OIM, s.f.; ACNUR, 2018). Un estudio del Consejo de Europa (2019) la elogia.",
            {"OIM, s.f.", "ACNUR, 2018", "Consejo de Europa (2019)"},
        ),
    ],
)
def test_cited_works(practice: ReadPractice, language: str, body: str, works: set[str]) -> None:
    assert {found.value.text for found in practice(language, body).citations} == works
