"""Reasons of judgements in a spreadsheet: a line for each action, or one line for all."""

from __future__ import annotations

import pytest
from workbooks import ADDRESSES, Reader

from gcmgraph.contributions.checking import judge
from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.validation.report import Level, Report
from gcmgraph.validation.rules import Basis

V = Vocabulary(ADDRESSES)
HEADERS = (
    "title [en],title [fr],description [en],objective,country,source,action supported,"
    "reason for the action supported [en],reason for the action supported [fr]\n"
)
START = "Desk,Guichet,A desk.,9,PHL,https://example.org/r"


def checked(reader: Reader, actions: str, english: str, french: str = "") -> tuple[Report, list[tuple[str, str]]]:
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
        assert about[V("rdf:subject")] == IRI(ADDRESSES.thing("practice", "desk"))
        assert about[V("rdf:predicate")] == V("gcm:supportsAction")
        assert about[V("rdf:type")] == V("rdf:Statement")
    return judge(reading, reader.published, reader.rules, basis=Basis.CONTRIBUTION), reasons


@pytest.mark.parametrize(
    ("actions", "english", "french", "reasons"),
    [
        ("9b", "Staff exchange news.", "", [("9b", "Staff exchange news.")]),
        ("9b", "One.", "Un.", [("9b", "One."), ("9b", "Un.")]),
        ("9b; 9c", "One.\nTwo.", "", [("9b", "One."), ("9c", "Two.")]),
        ("9b; 9c", "Both.", "", [("9b", "Both."), ("9c", "Both.")]),
        ("", "", "", []),
    ],
)
def test_reasons_become_judgements_and_the_practice_conforms_without_a_warning(
    reader: Reader, actions: str, english: str, french: str, reasons: list[tuple[str, str]]
) -> None:
    report, found = checked(reader, actions, english, french)
    assert report.results == ()
    assert sorted(found) == sorted(reasons)


def test_an_action_without_a_reason_is_a_warning_that_names_the_column(reader: Reader) -> None:
    report, _ = checked(reader, "9b", "")
    [warning] = report.results
    assert warning.level is Level.WARNING
    assert (warning.hints.best("en") or "").startswith("“reason for the action supported”: ")
    assert (warning.hints.best("zh") or "").startswith("“支持该行动的理由”")


@pytest.mark.parametrize(("actions", "english"), [("9b; 9c; 9d", "One.\nTwo."), ("", "For none.")])
def test_reasons_that_fit_no_action_are_one_violation(reader: Reader, actions: str, english: str) -> None:
    report, reasons = checked(reader, actions, english)
    [violation] = report.results
    assert violation.level is Level.VIOLATION
    assert "different numbers of values" in (violation.messages.best("en") or "")
    assert reasons == []
