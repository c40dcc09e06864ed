"""One verdict on cases and generated contributions: command line, /validate, submission, its form, spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cases import BOUNDS, HONEST, MISTAKES, Case
from desk import ADDRESSES, Desk, open_desk
from flask.testing import FlaskClient
from generated import Generated, contributions
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.content import Content
from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.file_check import check_files
from gcmgraph.contributions.service import Envelope
from gcmgraph.contributions.submission_check import LocalChecker, Request, Verdict
from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.rdf.terms import IRI, Vocabulary
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.store.port import Store
from gcmgraph.validation import contribution_effect, validate
from gcmgraph.validation.rules import Rules, RuleSet
from gcmgraph.web.app import create_app
from shared import copy_store

#: A verdict: whether it conforms, and what was found, the worst first; None for what could not be
#: read.
Judged = tuple[bool, tuple[str, ...]] | None


class Doors:
    """All ways to have a content checked."""

    def __init__(
        self, desk: Desk, client: FlaskClient, token: str, rules: Rules, folder: Path
    ) -> None:
        self._desk, self._client, self._rules, self._folder = desk, client, rules, folder
        self._as_contributor = {"Authorization": f"Bearer {token}"}
        self._published: Callable[[], Store] = cache(desk.store.open_current)

    def submission(self, content: Content) -> Judged:
        """The verdict of a submission in this process."""
        try:
            sent = self._desk.service.submit(content, Envelope("A title"), self._desk.sender)
        except GcmGraphError:
            return None
        assert (sent.contribution is not None) is sent.verdict.conforms
        return sent.verdict.conforms, _found(sent.verdict.results)

    def command_line(self, content: Content) -> Judged:
        """The verdict of `gcmgraph validate`."""
        file = self._folder / content.name
        file.write_bytes(content.data)
        try:
            report = check_files([file], self._rules, self._published())
        except GcmGraphError:
            return None
        messages = (
            (result.level.name.lower(), dict(result.messages.pairs)) for result in report.results
        )
        return report.conforms, _found(
            [{"level": level, "message": message} for level, message in messages]
        )

    def validate(self, content: Content) -> Judged:
        """The verdict of /validate."""
        asked = self._client.post(f"/validate?name={content.name}&format=json", data=content.data)
        return _verdict(asked.status_code, asked.json)

    def posted(self, content: Content) -> Judged:
        """The verdict of a submission over HTTP."""
        path = f"/contributions?title=x&name={content.name}&format=json"
        asked = self._client.post(path, data=content.data, headers=self._as_contributor)
        if asked.status_code == 201:
            return True, ()
        return _verdict(asked.status_code, asked.json)


def _verdict(status: int, told: Any) -> Judged:
    report = told.get("report", told)
    assert status == (
        200 if report is told and "results" in told else 422 if "report" in told else 400
    ), told
    return (report["conforms"], _found(report["results"])) if "results" in report else None


def _found(results: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(sorted(f"{result['level']}: {result['message']['en']}" for result in results))


@pytest.fixture(scope="module")
def doors(
    small_store: Path,
    rules: Rules,
    small_repository: Repository,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Doors]:
    folder = tmp_path_factory.mktemp("doors")
    copy_store(small_store, folder / "store")
    desk = open_desk(folder, rules, small_repository)
    _, token = Tokens(Database(folder / "ledger")).create(
        Role.CONTRIBUTOR, "A sender", "https://example.org/sender"
    )
    served = Settings(
        store=str(folder / "store"), contributions=str(folder / "ledger"), check_timeout=300
    )
    app = create_app(served)
    yield Doors(desk, app.test_client(), token, rules, folder)
    app.extensions["gcmgraph"].workers.close()


def agree(doors: Doors, one: Generated) -> None:
    """Assert that all doors agree on a contribution, and that its row has the verdict of its statements."""
    content = Content(one.turtle, f"practice.{one.suffix}")
    verdict = doors.submission(content)
    assert doors.command_line(content) == verdict
    assert doors.validate(content) == verdict
    posted = doors.posted(content)
    assert posted == verdict or (posted == (True, ()) and verdict is not None and verdict[0])
    if not one.statements:
        row = Content(one.csv, "practice.csv")
        as_row = doors.submission(row)
        assert doors.command_line(row) == as_row
        assert doors.validate(row) == as_row
        assert (verdict and verdict[0]) == (as_row and as_row[0])


@seed(25)
@settings(max_examples=4, derandomize=True)
@given(contributions())
def test_generated_contribution_has_equal_verdicts_everywhere(doors: Doors, one: Generated) -> None:
    agree(doors, one)


@pytest.mark.exhaustive
@seed(26)
@settings(max_examples=30, derandomize=True)  # 300 passed on 2026-11-27
@given(st.one_of(contributions(), contributions(statements=False)))
def test_generated_contributions_have_equal_verdicts_everywhere(
    doors: Doors, one: Generated
) -> None:
    agree(doors, one)


@pytest.mark.exhaustive
@pytest.mark.parametrize("case", [*HONEST, *MISTAKES, *BOUNDS], ids=lambda case: case.name)
def test_server_has_the_verdict_of_the_command(doors: Doors, case: Case) -> None:
    verdict = doors.submission(case.content)
    assert doors.validate(case.content) == verdict
    posted = doors.posted(case.content)
    assert posted == verdict or (posted == (True, ()) and verdict is not None and verdict[0])


def test_dataset_may_describe_what_a_contribution_may_not(
    doors: Doors, tmp_path: Path, rules: Rules
) -> None:
    """A dataset may describe what a contribution may not; the shapes alone know no further checks."""
    file = tmp_path / "x.ttl"
    country = (
        "@prefix gcm: <https://w3id.org/gcmgraph/ontology#> . <https://example.org/x> a gcm:Country"
    )
    file.write_text(f"{country} ; gcm:unknown 1 .", "utf-8")
    store = doors._published()

    def found(rule_set: RuleSet) -> set[str]:
        results = check_files([file], rules, store, rule_set).results
        return {result.source_shape.value.rpartition("#")[2] for result in results}

    assert found(RuleSet.CONTRIBUTION) == {"contribution-rule"}
    assert found(RuleSet.DATASET) - found(RuleSet.SHAPES) == {"unknown-term"}
    assert "Country-m49" in found(RuleSet.SHAPES)


@pytest.fixture(scope="module")
def check(small_graph: Store, rules: Rules) -> Callable[[Content], Verdict]:
    checker = LocalChecker(lambda: small_graph, lambda: rules, ADDRESSES)
    return lambda content: checker.check(Request(content))


def found(verdict: Verdict, level: str) -> tuple[str, ...]:
    names = (
        result["sourceShape"]["value"].rpartition("#")[2]
        for result in verdict.results
        if result["level"] == level
    )
    return tuple(sorted(names))


@pytest.mark.parametrize("case", [*HONEST, *MISTAKES, *BOUNDS], ids=lambda case: case.name)
def test_each_case_has_its_verdict(check: Callable[[Content], Verdict], case: Case) -> None:
    if case.error:
        with pytest.raises(GcmGraphError) as caught:
            check(case.content)
        assert case.error in str(caught.value)
        return
    verdict = check(case.content)
    assert (found(verdict, "violation"), found(verdict, "warning")) == (
        case.violations,
        case.warnings,
    ), verdict.report
    assert verdict.conforms is not bool(case.violations)
    for result in verdict.results:
        assert result["message"]["en"]
        assert result["message"]["fr"] != result["message"]["en"]
        assert result["hint"]["en"]
        assert result["place"]["line"] > 1


def test_contributed_document_without_address_gets_one(desk: Desk) -> None:
    """A document without an address gets one under the address of the contribution."""
    (case,) = (case for case in HONEST if case.name == "evidence from a document of one's own")
    content = Content(
        case.content.data.replace(b"x:report.pdf\\#p1", b"_:p1").replace(b"x:report.pdf", b"_:pdf"),
        "x.ttl",
    )
    part = ADDRESSES.resource("contribution", desk.accepted(content).id) + "#b"
    graph, v = desk.store.open_current(), Vocabulary(ADDRESSES)
    practice = IRI(ADDRESSES.resource("practice", "mobile-desk"))
    (statement,) = (quad.subject for quad in graph.quads(None, v("rdf:subject"), practice))
    (passage,) = (quad.object for quad in graph.quads(statement, v("oa:hasTarget")))
    (document,) = (quad.object for quad in graph.quads(passage, v("oa:hasSource")))
    assert passage.value.startswith(part)
    assert document.value.startswith(part)
    assert next(graph.quads(document, v("gcm:sha256")), None)


def test_resources_above_the_limit_are_reported_as_unchecked(
    check: Callable[[Content], Verdict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validate, "ENOUGH_RESULTS", 10)
    monkeypatch.setattr(contribution_effect, "_BATCH", 4)
    many = "".join(
        f"practice:p{number} a gcm:Practice ; gcm:objective objective:99 ." for number in range(12)
    )
    verdict = check(Case("many", many).content)
    stopped, *others = verdict.results
    assert stopped["sourceShape"]["value"].endswith("#not-all-checked")
    assert "8 more resources were not checked" in stopped["message"]["en"]
    assert {result["focusNode"]["value"].rpartition("/")[2] for result in others} == {
        "p0",
        "p1",
        "p2",
        "p3",
    }


def test_findings_of_a_spreadsheet_above_the_limit_are_counted(
    check: Callable[[Content], Verdict],
) -> None:
    rows = "title [en],country\n" + "".join(f"Desk {number},Nowhere\n" for number in range(30))
    verdict = check(Content(rows.encode(), "practice.csv"))
    assert len(verdict.results) == 100
    assert verdict.document["total"] == 150
