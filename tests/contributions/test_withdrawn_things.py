"""What is withdrawn: only `graph/provenance` says so, whoever asks."""

from __future__ import annotations

from desk import ADDRESSES, practice

from gcmgraph.contributions.checking import LocalChecker, Request
from gcmgraph.model.terms import IRI, Quad, Vocabulary, text
from gcmgraph.publication.build import read_known
from gcmgraph.publication.descriptions import Describer
from gcmgraph.repository.layout import Repository
from gcmgraph.spreadsheets.cells import PublishedLists
from gcmgraph.store.port import Store
from gcmgraph.validation.rules import Rules

V = Vocabulary(ADDRESSES)
PRACTICE, END = V("practice:one-stop-shop"), IRI("https://example.org/end")


def published(graph: str, *more: Quad) -> Store:
    """A practice, of which a graph says that it is no more."""
    said = (
        (PRACTICE, V("rdf:type"), V("gcm:Practice")),
        (PRACTICE, V("prov:wasInvalidatedBy"), END),
        (END, V("prov:endedAtTime"), text("some day", "en")),
    )
    return Store.in_memory([*(Quad(s, p, o, IRI(ADDRESSES.graph(graph))) for s, p, o in said), *more])


def withdrawn(store: Store) -> list[bool]:
    """Whether the practice is withdrawn: for pages and the site as files, and for spreadsheets."""
    listed = PublishedLists(store, ADDRESSES).of((V("gcm:Practice"),)).all
    return [PRACTICE.value in Describer(store, ADDRESSES).invalidated, not listed]


def test_invalidation_in_a_contribution_and_in_provenance() -> None:
    assert withdrawn(published("contribution/1")) == [False, False]
    assert withdrawn(published("provenance")) == [True, True]


def test_statements_about_an_invalidated_practice(rules: Rules) -> None:
    known = read_known(Repository.find(), ADDRESSES)

    def conforms(graph: str) -> bool:
        store = published(graph, *known)
        return LocalChecker(lambda: store, lambda: rules, ADDRESSES).check(Request(practice())).conforms

    assert conforms("contribution/1")
    assert not conforms("provenance")
