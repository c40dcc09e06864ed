"""Acceptance in parts, and by two curators."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from desk import ADDRESSES, Desk, key_of, practice

from gcmgraph.contributions import contribution as contribution_module
from gcmgraph.contributions.contribution import Agent, Role, State, Verb
from gcmgraph.contributions.partial_acceptance import returned_statements
from gcmgraph.contributions.stored_statements import statement_key, statement_line
from gcmgraph.contributions.submission_check import Request
from gcmgraph.platform.errors import (
    ConflictError,
    ContributionError,
    DamagedError,
    NotPermittedError,
)
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.terms import IRI, Literal, Quad
from program import run_here as run

GRANT = """; gcm:country country:KAZ ; schema:funding [ a schema:MonetaryGrant ;
  schema:amount [ a schema:MonetaryAmount ; schema:value 75000000 ; schema:currency "USD" ] ]"""
FUNDED = practice(more=GRANT)


def published(desk: Desk, identifier: str) -> set[str]:
    """The statements of a contribution in the current version."""
    graph = IRI(ADDRESSES.graph(f"contribution/{identifier}"))
    return {statement_line(quad) for quad in desk.store.open_current().quads(graph=graph)}


@pytest.mark.parametrize("desk", ["postgresql"], indirect=True)
def test_accepted_part_is_published_without_returned_statements(desk: Desk) -> None:
    sent = desk.sent(FUNDED)
    stated = {statement_key(quad): statement_line(quad) for quad in desk.ledger.statements(sent)}
    key, reason = key_of(desk, sent.id), "The report names one country."
    accepted = desk.service.accept(sent.id, desk.curator, "The rest is right.", {key: reason})
    assert accepted.state is State.ACCEPTED
    assert [(one.statement, one.reason) for one in accepted.returned] == [(stated[key], reason)]
    assert desk.ledger.find(sent.id) == accepted
    assert published(desk, sent.id) == set(stated.values()) - {stated[key]}
    event = accepted.events[0]
    other = replace(
        accepted,
        events=(replace(event, returned=(replace(event.returned[0], statement="<a> <b> <c>"),)),),
    )
    with pytest.raises(DamagedError, match="returns a statement that it does not have"):
        desk.ledger.accepted_statements(other)
    second = desk.accepted(practice(title="Another title"), supersedes=sent.id)
    assert desk.ledger.find(sent.id).state is State.SUPERSEDED
    assert published(desk, sent.id) == set()
    assert desk.store.current_version() == desk.version_of_a_whole_build()
    assert published(desk, second.id)


def test_acceptance_checks_stored_statements_of_any_length(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N-Quads are longer than the file in Turtle; the limit of a file is none of theirs."""
    content = replace(FUNDED, data=FUNDED.data + b"# padding\n")
    sent = desk.sent(content)
    key = key_of(desk, sent.id)
    monkeypatch.setattr("gcmgraph.contributions.content.MAX_BYTES", len(content.data))
    assert len(desk.ledger.stored_statements(sent).lines) > len(content.data)
    accepted = desk.service.accept(sent.id, desk.curator, "Right.", {key: "One country."})
    assert accepted.state is State.ACCEPTED


def test_stored_statements_are_those_of_the_check(desk: Desk) -> None:
    """The server stores the lines as the check returns them, and the report as the same JSON."""
    request = Request(FUNDED, contribution="01ARZ3NDEKTSV4RRFFQ69G5FAV")
    verdict = desk.service.checker.check(request)
    sent = desk.sent(FUNDED)
    stored = desk.ledger.stored_statements(sent).lines
    assert stored == verdict.statements.replace(request.contribution.encode(), sent.id.encode())
    assert stored == serialize_canonical(desk.ledger.statements(sent))
    assert json.loads(desk.ledger.report(sent)) == verdict.document


def test_parts_of_a_returned_statement_are_returned_with_it(desk: Desk) -> None:
    sent = desk.sent(FUNDED)
    accepted = desk.service.accept(
        sent.id, desk.curator, "Right.", {key_of(desk, sent.id, "funding"): "No source."}
    )
    assert len(accepted.returned) == 1 + 2 + 3
    assert {one.reason for one in accepted.returned} == {"No source."}
    assert not [line for line in published(desk, sent.id) if "#b" in line]
    desk.service.withdraw(sent.id, desk.sender, "No longer.")
    assert published(desk, sent.id) == set()
    assert desk.store.current_version() == desk.version_of_a_whole_build()


def test_resource_that_a_returned_statement_names_is_not_returned_with_it() -> None:
    practice_iri, office = (
        IRI(ADDRESSES.resource(*path)) for path in (("practice", "x"), ("organisation", "y"))
    )
    lead, label = (IRI(ADDRESSES.term(name)) for name in ("leadOrganisation", "label"))
    named, described = Quad(practice_iri, lead, office), Quad(office, label, Literal("Office"))
    reasons = {statement_key(named): "No source."}
    returned = returned_statements([named, described], reasons, ADDRESSES)
    assert [one.statement for one in returned] == [statement_line(named)]


def test_invalid_decision_is_refused(desk: Desk) -> None:
    sent = desk.sent(FUNDED)
    key, stated = key_of(desk, sent.id), desk.ledger.statements(sent)
    for reason, returned, told in (
        (" ", {}, "reason is missing"),
        ("Right.", {key: " "}, "reason for returning a statement is missing"),
        ("Right.", {"0123456789ab": "Wrong."}, "is the key of no statement"),
        (
            "Right.",
            {statement_key(quad): "Wrong." for quad in stated},
            "Every statement would be returned",
        ),
        (
            "Right.",
            {key_of(desk, sent.id, "description"): "Wrong."},
            "without the returned statements",
        ),
        ("Right.", {key_of(desk, sent.id, "amount"): "Wrong."}, "without the returned statements"),
    ):
        with pytest.raises((ContributionError, ConflictError), match=told):
            desk.service.accept(sent.id, desk.curator, reason, returned)
    assert desk.ledger.find(sent.id).events == ()
    assert desk.ledger.pending() == []


# ------------------------------------------------------------------------------------------------- two curators


@pytest.fixture
def second(desk: Desk) -> Agent:
    """Another curator; two must accept."""
    desk.service.reviewers = 2
    return Agent("1" * 12, Role.CURATOR, "Second", "https://example.org/second")


def test_contribution_is_published_after_two_acceptances(
    desk: Desk, second: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, before = desk.sent(FUNDED), desk.store.current_version()
    first = desk.service.accept(sent.id, desk.curator, "Right.")
    assert (first.state, [event.verb for event in first.events]) == (
        State.SUBMITTED,
        [Verb.APPROVE],
    )
    assert desk.store.current_version() == before
    assert desk.ledger.pending() == []
    with monkeypatch.context() as patch:
        patch.setattr(contribution_module, "MAX_APPROVALS", 1)
        with pytest.raises(ConflictError, match="which is the limit"):
            desk.ledger.record(desk.ledger.find(sent.id), first.events[0])
    same = replace(desk.curator, token="2" * 12)
    for agent in (desk.curator, same):
        with pytest.raises(ConflictError, match="Another curator must accept it, too"):
            desk.service.accept(sent.id, agent, "Right again.")
    assert desk.service.accept(sent.id, second, "Right, too.").state is State.ACCEPTED
    named_in = {
        q.object
        for q in desk.store.open_current().quads()
        if q.predicate.value.endswith("wasAssociatedWith")
    }
    assert {IRI(desk.curator.iri), IRI(second.iri)} <= named_in


def test_curator_does_not_decide_an_own_contribution(desk: Desk, second: Agent) -> None:
    own = replace(desk, sender=replace(desk.curator, token="2" * 12)).sent(FUNDED).id
    for reviewers in (2, 1):
        desk.service.reviewers = reviewers
        with pytest.raises(NotPermittedError, match="another curator decides"):
            desk.service.accept(own, desk.curator, "Right.")
        with pytest.raises(NotPermittedError, match="another curator decides"):
            desk.service.reject(own, desk.curator, "Wrong.")
    desk.service.reviewers = 0
    contribution, contributor = desk.ledger.find(own), replace(desk.curator, role=Role.CONTRIBUTOR)
    assert desk.service.may_decide(contribution, desk.curator)
    assert not desk.service.may_decide(contribution, contributor)
    assert desk.service.accept(own, desk.curator, "Right.").state is State.ACCEPTED


def test_two_curators_accept_when_they_return_the_same_statements(
    desk: Desk, second: Agent
) -> None:
    sent = desk.sent(FUNDED)
    key = key_of(desk, sent.id)
    desk.service.accept(sent.id, desk.curator, "Right.")
    assert (
        desk.service.accept(sent.id, second, "Not all.", {key: "No source."}).state
        is State.SUBMITTED
    )
    decided = desk.service.accept(
        sent.id, desk.curator, "I agree.", {key: "No source in the report."}
    )
    assert decided.state is State.ACCEPTED
    assert [one.reason for one in decided.returned] == ["No source in the report."]
    assert [event.verb for event in decided.events] == [Verb.APPROVE, Verb.APPROVE, Verb.ACCEPT]


def test_contribution_is_rejected_or_withdrawn_after_one_acceptance(
    desk: Desk, second: Agent
) -> None:
    sent = desk.sent(FUNDED)
    desk.service.accept(sent.id, desk.curator, "Right.")
    assert desk.service.reject(sent.id, second, "Wrong.").state is State.REJECTED
    other = desk.sent(practice("other"))
    desk.service.accept(other.id, desk.curator, "Right.")
    assert desk.service.withdraw(other.id, desk.sender, "No.").state is State.WITHDRAWN


def test_statements_are_returned_on_the_command_line(desk: Desk) -> None:
    sent = desk.sent(FUNDED)
    ledger = ("--contributions", desk.folder)
    created = run("contribution", "create-token", "curator", "C", "https://e.org/c", *ledger)
    token = ("--token", created.stdout.strip())
    shown = run("contribution", "show", sent.id, "--keys", *ledger).stdout
    key = next(line.split()[0] for line in shown.splitlines() if "country/PHL" in line)
    accept = ("contribution", "accept", sent.id, "--reason", "Right.", *token, *ledger)
    wrong = run(
        *accept, "--return", key, "--store", desk.store.path, "--root", desk.repository.root
    )
    assert wrong.exit_code == 2
    assert f"'{key}' is not KEY=REASON" in wrong.stderr
    more = ("--store", desk.store.path, "--root", desk.repository.root, "--reviewers", "2")
    first = run(*accept, "--return", f"{key}=No source.", *more)
    assert first.stdout == f"{sent.id}: submitted\n", first.stderr
    done = run(*accept, "--return", f"{key}=No source.", *more[:-2])
    assert done.stdout.startswith(f"{sent.id}: accepted\nreturned: <"), done.stderr
    assert "(No source.)" in run("contribution", "show", sent.id, *ledger).stdout
