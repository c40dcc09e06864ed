"""The query on contributions, which the repository's own graph has none of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gcmgraph.contributions.contribution import Agent, Contribution, LedgerEvent, Role, Submission, Verb
from gcmgraph.contributions.publishing import provenance
from gcmgraph.model.terms import IRI, Literal, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.library import NamedQuery
from gcmgraph.store.port import Store
from gcmgraph.store.versions import StoreFolder

A = Addresses()

SENDER = Agent("t1", Role.CONTRIBUTOR, "Ministry", "https://example.org/ministry")
OURS = Agent("t2", Role.CONTRIBUTOR, "UNODC", A.thing("organisation", "unodc"))
CURATOR = Agent("t3", Role.CURATOR, "Curator", "https://example.org/curator")


def sent(number: int, sender: Agent, *events: tuple[Verb, int]) -> Contribution:
    """A contribution of day `number`, and what became of it on which day."""
    submission = Submission(
        f"C{number:025}",
        sender,
        datetime(2026, 1, number, tzinfo=UTC),
        f"Title {number}",
        "en",
        "a.ttl",
        "text/turtle",
        "0" * 64,
    )
    happened = [LedgerEvent(verb, CURATOR, datetime(2026, 2, day, tzinfo=UTC), "why") for verb, day in events]
    return Contribution(submission, tuple(happened))


#: Each with how many statements it has now.
CONTRIBUTIONS = (
    (sent(1, SENDER, (Verb.ACCEPT, 1)), 3),
    (sent(2, OURS, (Verb.ACCEPT, 2)), 1),
    (sent(3, SENDER, (Verb.ACCEPT, 2), (Verb.WITHDRAW, 5)), 0),
    (sent(4, SENDER, (Verb.REJECT, 3)), 0),
    (sent(5, CURATOR, (Verb.ACCEPT, 4)), 2),
    (sent(6, SENDER), 0),
)


def contributed() -> Iterator[Quad]:
    for contribution, statements in CONTRIBUTIONS:
        yield from provenance(contribution, A)
        graph = IRI(A.graph(f"contribution/{contribution.id}"))
        for number in range(statements):
            yield Quad(IRI("urn:x:s"), IRI("urn:x:p"), Literal(str(number)), graph)


@pytest.fixture(scope="module")
def graph(small_store: Path) -> Store:
    return Store.in_memory([*StoreFolder(small_store).open_current().quads(), *contributed()])


def test_contributions_with_their_decisions(graph: Store, queries: dict[str, NamedQuery]) -> None:
    rows = graph.select(queries["contributions"].text).rows
    columns = ("title", "senderName", "sent", "reviewerName", "accepted", "statements", "withdrawn")
    found = [[row[column].value[:10] if column in row else "" for column in columns] for row in rows]
    assert found == [  # the newest first
        ["Title 5", "Curator", "2026-01-05", "Curator", "2026-02-04", "2", ""],
        ["Title 2", "", "2026-01-02", "Curator", "2026-02-02", "1", ""],
        ["Title 3", "Ministry", "2026-01-03", "Curator", "2026-02-02", "0", "2026-02-05"],
        ["Title 1", "Ministry", "2026-01-01", "Curator", "2026-02-01", "3", ""],
    ]
    assert {row["sender"] for row in rows} == {IRI(agent.iri) for agent in (SENDER, OURS, CURATOR)}
