"""Sent, reviewed, published, taken back: and at each step the graph that a whole build would make."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from desk import ADDRESSES, PREFIXES, Desk, key_of, open_desk, practice

from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.check_process import CheckLimits, CheckWorker, check_slot
from gcmgraph.contributions.content import Content
from gcmgraph.contributions.contribution import NotReplaceableError, Role, State
from gcmgraph.contributions.quotas import Quotas
from gcmgraph.contributions.service import Envelope
from gcmgraph.contributions.submission_check import LocalChecker, Request
from gcmgraph.platform.errors import (
    CheckBusyError,
    ConflictError,
    ContributionError,
    NotPermittedError,
    QuotaError,
    UnknownContributionError,
)
from gcmgraph.publication.assembly import read_known
from gcmgraph.publication.descriptions import Describer
from gcmgraph.publication.versions.changes import Changes, Resources
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.queries.library import read_queries
from gcmgraph.rdf.terms import IRI, Quad, Vocabulary, text
from gcmgraph.repository.layout import Repository
from gcmgraph.spreadsheets.lists import PublishedLists
from gcmgraph.store.port import Store
from gcmgraph.store.version_files import CHANGES
from gcmgraph.validation.rules import Rules
from shared import copy_store

V = Vocabulary(ADDRESSES)


def titles(desk: Desk, slug: str) -> set[str]:
    """What the published graph calls a practice."""
    found = desk.store.open_current().quads(V(f"practice:{slug}"), V("dct:title"))
    return {quad.object.value for quad in found if not isinstance(quad.object, IRI)}  # type: ignore[union-attr]


@pytest.mark.usefixtures("whole_versions")
def test_acceptance_publishes_and_withdrawal_removes_a_contribution(desk: Desk) -> None:
    before = {
        quad for quad in desk.store.open_current().quads() if quad.predicate == V("schema:position")
    }
    content = practice(
        more="; schema:position 1.0, 02"
    )  # whose lexical forms the engine does not keep
    sent = desk.sent(content)
    assert sent.state is State.SUBMITTED
    assert titles(desk, "one-stop-shop") == set()
    assert desk.service.accept(sent.id, desk.curator, "Well described.").state is State.ACCEPTED
    assert titles(desk, "one-stop-shop") == {"One-stop shop"}
    contributions = read_queries(desk.repository, ADDRESSES)["contributions"].text
    (row,) = desk.store.open_current().select(contributions).rows
    assert (row["statements"].value, "withdrawn" in row) == ("8", False)
    assert desk.store.current_version() == desk.version_of_a_whole_build()
    folder = desk.store.current_folder()
    assert Statistics.read(folder) == Statistics.of(desk.store.open_current(), ADDRESSES)

    desk.service.withdraw(sent.id, desk.sender, "Sent by mistake.")
    assert titles(desk, "one-stop-shop") == set()
    assert desk.store.current_version() == desk.version_of_a_whole_build()
    store = desk.store.open_current()
    assert {quad for quad in store.quads() if quad.predicate == V("schema:position")} == before
    (row,) = store.select(contributions).rows
    columns = ("title", "senderName", "reviewerName", "statements")
    assert [row[column].value for column in columns] == ["A title", "Contributor", "Curator", "0"]
    assert row["sent"].value <= row["accepted"].value <= row["withdrawn"].value
    (gone,) = store.quads(V("practice:one-stop-shop"))
    assert gone.predicate == V("prov:wasInvalidatedBy")
    told = Changes.from_json((desk.store.current_folder() / CHANGES).read_bytes(), CHANGES)
    assert told.went == {"practice": Resources(1, (V("practice:one-stop-shop").value,))}
    again = desk.service.submit(practice(), Envelope("Again"), desk.sender)
    assert again.contribution is None
    assert "never used again" in again.verdict.results[0]["message"]["en"]
    naming = practice("fc", "Third", "; dct:relation practice:one-stop-shop")
    named = desk.service.submit(naming, Envelope("C"), desk.sender)
    assert named.contribution is None
    assert "unknown-thing" in {
        result["component"].rpartition("#")[2] for result in named.verdict.results
    }


def test_accepted_contribution_has_its_provenance(desk: Desk) -> None:
    accepted = desk.accepted(practice())
    store, activity = desk.store.open_current(), V(f"contribution:{accepted.id}")
    query = """
      PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX spdx: <http://spdx.org/rdf/terms#>
      SELECT ?activity ?graph ?sender ?curator ?digest WHERE {
        ?graph prov:wasGeneratedBy ?activity . ?activity prov:wasAssociatedWith ?sender ; prov:used/spdx:checksum ?sum .
        ?sum spdx:checksumValue ?digest . ?review prov:wasInformedBy ?activity ; prov:wasAssociatedWith ?curator }"""
    (row,) = store.select(query, substitutions={"activity": activity}).rows
    assert row["graph"] == IRI(ADDRESSES.graph(f"contribution/{accepted.id}"))
    assert (row["sender"], row["curator"]) == (IRI(desk.sender.iri), IRI(desk.curator.iri))
    assert row["digest"].value == accepted.submission.sha256


@pytest.mark.exhaustive
@pytest.mark.usefixtures("whole_versions")
def test_decisions_in_the_real_graph_equal_a_whole_build(
    built_store: Path, repository: Repository, rules: Rules, tmp_path: Path
) -> None:
    copy_store(built_store, tmp_path / "store")
    desk = open_desk(tmp_path, rules, repository)
    accepted = desk.accepted(practice())
    assert desk.store.current_version() == desk.version_of_a_whole_build()
    desk.service.withdraw(accepted.id, desk.sender, "Sent by mistake.")
    assert desk.store.current_version() == desk.version_of_a_whole_build()


def test_curator_does_not_ask_for_changes_of_an_own_contribution(desk: Desk) -> None:
    sent = desk.service.submit(practice(), Envelope("Mine"), desk.curator).contribution
    assert sent is not None
    with pytest.raises(NotPermittedError, match="another curator decides on it"):
        desk.service.ask_changes(sent.id, desk.curator, "Spelling.")
    assert desk.ledger.find(sent.id).events == ()


@pytest.mark.parametrize("decision", ["reject", "ask_changes", "withdraw"])
def test_decided_contribution_is_unknown_to_other_contributors(desk: Desk, decision: str) -> None:
    tokens = Tokens(desk.ledger.database)
    other, _ = tokens.create(Role.CONTRIBUTOR, "Another", "https://example.org/another")
    sent = desk.sent(practice())
    getattr(desk.service, decision)(sent.id, desk.curator, "Because.")
    assert desk.service.visible(sent.id, desk.sender).id == sent.id
    with pytest.raises(UnknownContributionError):
        desk.service.visible(sent.id, other)


def test_megabytes_that_await_a_decision_are_limited(desk: Desk) -> None:
    """A megabyte of a token may wait; what was decided does not count."""
    service = replace(desk.service, quotas=Quotas(megabytes=1))
    padding = f"# {'x' * 600_000}\n".encode()
    first, second = (
        Content(padding + practice(slug).data, f"{slug}.ttl")
        for slug in ("first-office", "second-office")
    )
    waiting = service.submit(first, Envelope("First"), desk.sender).contribution
    assert waiting is not None
    with pytest.raises(
        QuotaError, match=r"1\.2 MB of this token would await a decision; the limit is 1 MB"
    ):
        service.submit(second, Envelope("Second"), desk.sender)
    service.reject(waiting.id, desk.curator, "Because.")
    assert service.submit(second, Envelope("Second"), desk.sender).contribution is not None


def test_corrected_file_takes_the_place_of_one_that_waits(desk: Desk) -> None:
    published = desk.accepted(practice(title="Old title"))
    with pytest.raises(NotPermittedError, match="somebody else"):
        desk.service.submit(practice(), Envelope("Mine", supersedes=published.id), desk.curator)
    first = desk.sent(practice(title="New titel"), supersedes=published.id)
    asked = desk.service.ask_changes(
        first.id, desk.curator, "Spelling.", {key_of(desk, first.id, "title"): "Titel?"}
    )
    assert asked.state is State.CHANGES_DUE
    (returned,) = asked.events[-1].returned
    assert (returned.reason, returned.place) == ("Titel?", "one-stop-shop.ttl:10:51")
    second = desk.sent(practice(title="New title"), supersedes=first.id)
    before = desk.ledger.find(first.id)
    assert (before.state, before.successor) == (State.SUPERSEDED, second.id)
    with pytest.raises(ConflictError, match="superseded already"):
        desk.service.accept(first.id, desk.curator, "Right.")
    with pytest.raises(NotReplaceableError) as refused:  # two corrected files at once
        desk.sent(practice(title="Another title"), supersedes=first.id)
    assert second.id in refused.value.message
    assert refused.value.in_language("fr")[0] != refused.value.message
    desk.service.accept(second.id, desk.curator, "Right.")
    assert titles(desk, "one-stop-shop") == {"New title"}
    assert desk.ledger.find(published.id).state is State.SUPERSEDED


def test_corrected_file_replaces_one_that_was_accepted_meanwhile(desk: Desk) -> None:
    first = desk.sent(practice(title="Old title"))
    desk.service.ask_changes(first.id, desk.curator, "Another title.")
    desk.service.accept(first.id, desk.curator, "It is right as it is.")
    second = desk.service.submit(
        practice(title="New title"), Envelope("A", supersedes=first.id), desk.sender
    )
    assert second.replaced.state is State.ACCEPTED
    assert titles(desk, "one-stop-shop") == {"Old title"}
    desk.service.accept(second.contribution.id, desk.curator, "Right.")
    assert titles(desk, "one-stop-shop") == {"New title"}


def test_contribution_that_ended_is_not_replaced(desk: Desk) -> None:
    for end in (desk.service.reject, desk.service.withdraw):
        sent = desk.sent(practice())
        end(sent.id, desk.curator, "No.")
        with pytest.raises(NotReplaceableError, match="no file takes its place"):
            desk.sent(practice(), supersedes=sent.id)
        with pytest.raises(ConflictError):
            desk.service.ask_changes(sent.id, desk.curator, "Why?")


def test_withdrawal_of_a_resource_that_others_name_is_refused(desk: Desk) -> None:
    first = desk.accepted(practice("fa", "First"))
    describing = desk.accepted(
        Content(f"{PREFIXES} practice:fa gcm:country country:AFG .".encode(), "more.ttl")
    )
    with pytest.raises(ConflictError, match="others' statements need it"):
        desk.service.withdraw(first.id, desk.sender, "No longer.")
    instead = desk.service.submit(
        practice("fb", "Second"), Envelope("B", supersedes=first.id), desk.sender
    )
    assert instead.contribution is None
    desk.service.withdraw(describing.id, desk.sender, "No longer.")
    naming = desk.accepted(practice("fc", "Third", "; dct:relation practice:fa"))
    with pytest.raises(ConflictError, match="others' statements need it"):
        desk.service.withdraw(first.id, desk.sender, "No longer.")
    assert desk.ledger.find(first.id).state is State.ACCEPTED
    desk.accepted(practice("fa", "First, mended"), supersedes=first.id)
    desk.service.withdraw(naming.id, desk.sender, "No longer.")
    ended = {
        q.subject
        for q in desk.store.open_current().quads()
        if q.predicate == V("prov:wasInvalidatedBy")
    }
    assert V("practice:fa") not in ended
    assert titles(desk, "fa") == {"First, mended"}


def test_contribution_is_checked_again_before_acceptance(desk: Desk) -> None:
    first, second = desk.sent(practice(title="One")), desk.sent(practice(title="Two"))
    desk.service.accept(first.id, desk.curator, "Right.")
    with pytest.raises(ConflictError, match="does not conform to what is published now"):
        desk.service.accept(second.id, desk.curator, "Right.")
    assert desk.ledger.find(second.id).state is State.SUBMITTED


def test_repeated_key_returns_the_stored_contribution(desk: Desk) -> None:
    first = desk.service.submit(practice(), Envelope("A", key="k1"), desk.sender)
    again = desk.service.submit(practice(), Envelope("A", key="k1"), desk.sender)
    assert (again.contribution.id, again.again) == (first.contribution.id, True)
    for part, content, envelope in (
        ("content", practice(title="Other"), Envelope("A", key="k1")),
        ("title", practice(), Envelope("B", key="k1")),
        ("language", practice(), Envelope("A", key="k1", language="fr")),
        ("predecessor", practice(), Envelope("A", key="k1", supersedes=first.contribution.id)),
    ):
        with pytest.raises(ConflictError, match=f"another {part}"):
            desk.service.submit(content, envelope, desk.sender)
    assert len(desk.ledger.identifiers()) == 1


def test_anonymous_checks_wait_in_a_queue_of_their_own(desk: Desk, rules: Rules) -> None:
    checker = LocalChecker(desk.store.open_current, lambda: rules, ADDRESSES)
    slots = check_slot(waiting=0, seconds=0.1)
    visitors = CheckWorker(desk.store.path, Path("/nowhere"), ADDRESSES, CheckLimits(), slots)
    service = replace(desk.service, checker=checker, visitors=visitors)
    with slots.slot():
        with pytest.raises(CheckBusyError, match="Other contributions are being checked"):
            visitors.check(Request(practice()))
        sent = service.submit(practice(), Envelope("A title"), desk.sender).contribution
        assert service.accept(sent.id, desk.curator, "Right.").state is State.ACCEPTED
    assert not slots.full


def test_decisions_require_the_role_of_a_curator(desk: Desk) -> None:
    sent = desk.sent(practice())
    for decide in (desk.service.accept, desk.service.reject):
        with pytest.raises(NotPermittedError, match="needs the token of a curator"):
            decide(sent.id, desk.sender, "Right.")
    desk.service.comment(sent.id, desk.curator, "Which year?")
    desk.service.comment(sent.id, desk.sender, "2019.")
    rejected = desk.service.reject(sent.id, desk.curator, "No source for the year.")
    assert [event.reason for event in rejected.events] == [
        "Which year?",
        "2019.",
        "No source for the year.",
    ]
    with pytest.raises(ConflictError, match="rejected"):
        desk.service.accept(sent.id, desk.curator, "Right.")
    for identifier in ("", "x", "../../etc", "01ARZ3NDEKTSV4RRFFQ69G5FAV"):
        with pytest.raises(UnknownContributionError, match="There is no contribution"):
            desk.ledger.find(identifier)


def test_invalid_titles_reasons_and_keys_are_refused(desk: Desk) -> None:
    sent = desk.sent(practice())
    controls = [(bad, "holds a control character") for bad in ("A\x01B\x00C", "A\ud800", "A\ufffe")]
    for title, says in (("x" * 301, "title has"), ("", "title is missing"), *controls):
        with pytest.raises(ContributionError, match=says) as caught:
            desk.service.submit(practice(), Envelope(title), desk.sender)
        assert title or caught.value.hint == "Write one of at most 300 characters."
    for reason, says in (("  ", "reason is missing"), *controls):
        for decide in (desk.service.accept, desk.service.reject, desk.service.withdraw):
            with pytest.raises(ContributionError, match=says):
                decide(sent.id, desk.curator, reason)
    for bad, says in controls:
        with pytest.raises(ContributionError, match=says):
            desk.service.submit(practice(), Envelope("A", key=bad), desk.sender)
        with pytest.raises(ContributionError, match=says):
            desk.service.comment(sent.id, desk.curator, bad)
    assert desk.ledger.find(sent.id) == sent


PRACTICE, END = V("practice:one-stop-shop"), IRI("https://example.org/end")


def published(graph: str, *more: Quad) -> Store:
    """A practice, of which a graph says that it is no more."""
    said = (
        (PRACTICE, V("rdf:type"), V("gcm:Practice")),
        (PRACTICE, V("prov:wasInvalidatedBy"), END),
        (END, V("prov:endedAtTime"), text("some day", "en")),
    )
    return Store.in_memory(
        [*(Quad(s, p, o, IRI(ADDRESSES.graph(graph))) for s, p, o in said), *more]
    )


def withdrawn(store: Store) -> list[bool]:
    """Whether the practice is withdrawn: for pages and the site as files, and for spreadsheets."""
    listed = PublishedLists(store, ADDRESSES).of((V("gcm:Practice"),)).all
    return [PRACTICE.value in Describer(store, ADDRESSES).invalidated, not listed]


def test_invalidation_counts_in_provenance_alone() -> None:
    assert withdrawn(published("contribution/1")) == [False, False]
    assert withdrawn(published("provenance")) == [True, True]


def test_practice_that_provenance_says_ended_is_refused(
    rules: Rules, small_repository: Repository
) -> None:
    known = list(read_known(small_repository, ADDRESSES))

    def conforms(graph: str) -> bool:
        store = published(graph, *known)
        return (
            LocalChecker(lambda: store, lambda: rules, ADDRESSES)
            .check(Request(practice()))
            .conforms
        )

    assert conforms("contribution/1")
    assert not conforms("provenance")
