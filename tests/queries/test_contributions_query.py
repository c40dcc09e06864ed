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
from gcmgraph.store.embedded import EmbeddedStore
from gcmgraph.store.port import Store
from gcmgraph.store.versions import StoreFolder

A = Addresses()

#: The same question as one would ask it of a small graph.
PLAIN = """
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX gcm: <https://w3id.org/gcmgraph/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?contribution ?title ?sender ?senderName ?sent ?reviewer ?reviewerName ?accepted ?withdrawn
  (COUNT(?s) AS ?statements)
WHERE {
  ?contribution a gcm:Contribution ; dct:title ?title ; prov:wasAssociatedWith ?sender ; prov:startedAtTime ?sent .
  ?graph prov:wasGeneratedBy ?contribution ; prov:generatedAtTime ?accepted .
  ?review prov:wasInformedBy ?contribution ; prov:wasAssociatedWith ?reviewer ; prov:endedAtTime ?accepted .
  OPTIONAL { ?graph prov:invalidatedAtTime ?withdrawn }
  OPTIONAL { ?sender foaf:name ?senderName }
  OPTIONAL { ?reviewer foaf:name ?reviewerName }
  OPTIONAL { GRAPH ?graph { ?s ?p ?o } }
}
GROUP BY ?contribution ?title ?sender ?senderName ?sent ?reviewer ?reviewerName ?accepted ?withdrawn
ORDER BY DESC(?accepted) ?contribution
"""

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


def rows(store: Store, query: str) -> list[dict[str, str]]:
    found = store.select(query).rows
    return [{name: str(term) for name, term in row.items()} for row in found]


@pytest.fixture(scope="module")
def graph(small_store: Path) -> EmbeddedStore:
    return EmbeddedStore.in_memory([*StoreFolder(small_store).open_current().quads(), *contributed()])


def test_contributions_have_the_rows_of_the_plain_question(
    graph: EmbeddedStore, queries: dict[str, NamedQuery]
) -> None:
    found = rows(graph, queries["contributions"].text)
    assert found == rows(graph, PLAIN)
    counts = [row["statements"].partition("^^")[0].strip('"') for row in found]
    assert counts == ["2", "1", "0", "3"]  # the newest first
    assert [row["senderName"] for row in found if "senderName" in row] == ['"Curator"', '"Ministry"', '"Ministry"']
    assert ["withdrawn" in row for row in found] == [False, False, True, False]
