"""Honest contributions are accepted, mistakes are found, and each mistake is reported once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import BOUNDS, HONEST, MISTAKES, Case
from desk import ADDRESSES, Desk

from gcmgraph.contributions.checking import LocalChecker, Request, Verdict
from gcmgraph.contributions.content import Content
from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.publication.build import Assembly
from gcmgraph.store.port import Store
from gcmgraph.validation import effect, validate
from gcmgraph.validation.rules import Rules


@pytest.fixture(scope="module")
def check(small_assembly: Assembly, rules: Rules) -> Callable[[Case], Verdict]:
    published = Store.in_memory(small_assembly.quads)
    checker = LocalChecker(lambda: published, lambda: rules, ADDRESSES)
    return lambda case: checker.check(Request(case.content))


def found(verdict: Verdict, level: str) -> tuple[str, ...]:
    names = (
        result["sourceShape"]["value"].rpartition("#")[2] for result in verdict.results if result["level"] == level
    )
    return tuple(sorted(names))


@pytest.mark.parametrize("case", [*HONEST, *MISTAKES, *BOUNDS], ids=lambda case: case.name)
def test_verdicts_of_cases(check: Callable[[Case], Verdict], case: Case) -> None:
    if case.error:
        with pytest.raises(GcmGraphError) as caught:
            check(case)
        assert case.error in str(caught.value)
        return
    verdict = check(case)
    assert (found(verdict, "violation"), found(verdict, "warning")) == (case.violations, case.warnings), verdict.report
    assert verdict.conforms is not bool(case.violations)
    for result in verdict.results:
        assert result["message"]["en"]
        assert result["message"]["fr"] != result["message"]["en"]
        assert result["hint"]["en"]
        assert result["place"]["line"] > 1


def test_evidence_from_a_contributed_document(desk: Desk) -> None:
    """A document without an address gets one under the address of the contribution."""
    (case,) = (case for case in HONEST if case.name == "evidence from a document of one's own")
    content = Content(
        case.content.data.replace(b"x:report.pdf\\#p1", b"_:p1").replace(b"x:report.pdf", b"_:pdf"), "x.ttl"
    )
    part = ADDRESSES.thing("contribution", desk.accepted(content).id) + "#b"
    graph, v = desk.store.open_current(), Vocabulary(ADDRESSES)
    practice = IRI(ADDRESSES.thing("practice", "mobile-desk"))
    (statement,) = (quad.subject for quad in graph.quads(None, v("rdf:subject"), practice))
    (passage,) = (quad.object for quad in graph.quads(statement, v("oa:hasTarget")))
    (document,) = (quad.object for quad in graph.quads(passage, v("oa:hasSource")))
    assert passage.value.startswith(part)
    assert document.value.startswith(part)
    assert next(graph.quads(document, v("gcm:sha256")), None)


def test_limit_of_checked_resources(check: Callable[[Case], Verdict], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validate, "ENOUGH", 10)
    monkeypatch.setattr(effect, "_AT_ONCE", 4)
    many = "".join(f"practice:p{number} a gcm:Practice ; gcm:objective objective:99 ." for number in range(12))
    verdict = check(Case("many", many))
    stopped, *others = verdict.results
    assert stopped["sourceShape"]["value"].endswith("#not-all-checked")
    assert "8 more resources were not checked" in stopped["message"]["en"]
    assert {result["focusNode"]["value"].rpartition("/")[2] for result in others} == {"p0", "p1", "p2", "p3"}


def test_listed_findings_of_a_spreadsheet(small_assembly: Assembly, rules: Rules) -> None:
    published = Store.in_memory(small_assembly.quads)
    checker = LocalChecker(lambda: published, lambda: rules, ADDRESSES)
    rows = "title [en],country\n" + "".join(f"Desk {number},Nowhere\n" for number in range(30))
    verdict = checker.check(Request(Content(rows.encode(), "practice.csv")))
    assert len(verdict.results) == 100
    assert verdict.document["total"] == 150
