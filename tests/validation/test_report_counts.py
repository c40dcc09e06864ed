"""Reports with more results than they list."""

from __future__ import annotations

import json

import pytest

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.shapes import VIOLATION, WARNING, Texts
from gcmgraph.validation.report import LISTED, Level, Report, Result
from gcmgraph.validation.report_formats import FORMATS, report_json

ADDRESSES = Addresses()
FEW, MANY = 3, LISTED + 500


def result(number: int, severity: IRI, kind: str) -> Result:
    shape = IRI(f"https://example.org/shapes#{kind}")
    messages = Texts((("en", f"Not {kind}."), ("fr", f"Pas {kind}.")))
    return Result(IRI(f"https://example.org/{number:06}"), None, None, shape, severity, shape, messages)


@pytest.fixture(scope="module")
def report() -> Report:
    late = [result(number, VIOLATION, "rare") for number in range(FEW)]
    return Report.of([*(result(number, WARNING, "frequent") for number in range(MANY)), *late])


def test_counts_by_kind(report: Report) -> None:
    first = report.first()
    assert (first.results, first.total, first.cut) == (report.results[:LISTED], MANY + FEW, True)
    assert [(kind.level, kind.number) for kind in first.kinds] == [(Level.VIOLATION, FEW), (Level.WARNING, MANY)]
    assert (first.count(Level.VIOLATION), first.count(Level.WARNING), first.conforms) == (FEW, MANY, False)
    assert report.first(MANY + FEW) is report
    assert not report.cut


def test_counts_in_json(report: Report) -> None:
    document = json.loads(report_json(report.first()))
    assert (document["total"], document["warnings"], len(document["results"])) == (MANY + FEW, MANY, LISTED)
    counts = [(kind["count"], kind["message"]["fr"]) for kind in document["kinds"]]
    assert counts == [(FEW, "Pas rare."), (MANY, "Pas frequent.")]


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("text", "Sont listés les 1,000 premiers des 1,503 résultats."),
        ("text", "    avertissement: 1,500 × Pas frequent.\n"),
        ("github", "::notice::Sont listés les 1,000 premiers des 1,503 résultats."),
        ("sarif", '"total": 1503'),
        ("jsonld", "The first 1,000 of 1,503 results."),
        ("turtle", "The first 1,000 of 1,503 results."),
        ("turtle", "1,500 results of <https://example.org/shapes#frequent>: Not frequent."),
    ],
)
def test_counts_in_other_formats(report: Report, name: str, counts: str) -> None:
    written = FORMATS[name](report.first(), ADDRESSES, "fr")
    assert counts in written
    assert written.count("https://example.org/00") <= 2 * LISTED
    assert counts not in FORMATS[name](report, ADDRESSES, "fr")
