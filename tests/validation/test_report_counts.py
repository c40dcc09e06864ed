"""Reports with more results than they list."""

from __future__ import annotations

import json

import pytest

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.shapes.texts import Texts
from gcmgraph.shapes.vocabulary import VIOLATION, WARNING
from gcmgraph.validation.report import LISTED, Level, Report, Result
from gcmgraph.validation.report_formats import FORMATS, report_json, report_rdf

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


def test_all_results_are_counted_by_kind_and_the_first_listed(report: Report) -> None:
    first = report.first()
    assert (first.results, first.total, first.cut) == (report.results[:LISTED], MANY + FEW, True)
    assert [(kind.level, kind.number) for kind in first.kinds] == [(Level.VIOLATION, FEW), (Level.WARNING, MANY)]
    assert (first.count(Level.VIOLATION), first.count(Level.WARNING), first.conforms) == (FEW, MANY, False)
    assert report.first(MANY + FEW) is report
    assert not report.cut


def test_json_counts_all(report: Report) -> None:
    document = json.loads(report_json(report.first()))
    assert (document["total"], document["warnings"], len(document["results"])) == (MANY + FEW, MANY, LISTED)
    assert [(kind["count"], kind["message"]["fr"]) for kind in document["kinds"]] == [
        (FEW, "Pas rare."),
        (MANY, "Pas frequent."),
    ]


def test_turtle_counts_all_in_comments(report: Report) -> None:
    quads = list(parse_quads(report_rdf(report.first(), ADDRESSES), TURTLE, source="report"))
    comments = sorted(str(quad.object) for quad in quads if quad.predicate.value.endswith("#comment"))
    assert len(comments) == 3
    assert "1,500 results of <https://example.org/shapes#frequent>: Not frequent." in comments[0]
    assert "The first 1,000 of 1,503 results." in comments[2]
    assert b"comment" not in report_rdf(report.first(MANY + FEW), ADDRESSES)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("text", "Sont listés les 1,000 premiers des 1,503 résultats."),
        ("text", "    avertissement: 1,500 × Pas frequent.\n"),
        ("github", "::notice::Sont listés les 1,000 premiers des 1,503 résultats."),
        ("sarif", '"total": 1503'),
        ("jsonld", "The first 1,000 of 1,503 results."),
    ],
)
def test_other_formats_count_all(report: Report, name: str, said: str) -> None:
    written = FORMATS[name](report.first(), ADDRESSES, "fr")
    assert said in written
    assert written.count("https://example.org/00") <= 2 * LISTED
    assert said not in FORMATS[name](report, ADDRESSES, "fr")
