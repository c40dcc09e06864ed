"""Published statements of contributions, and the change after which the graph shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gcmgraph.contributions.contribution import (
    Agent,
    Contribution,
    LedgerEvent,
    Returned,
    State,
    Verb,
)
from gcmgraph.contributions.ledger import Ledger, read_each
from gcmgraph.contributions.provenance import provenance
from gcmgraph.platform.errors import DamagedError
from gcmgraph.publication.inference import with_inferred
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Quad
from gcmgraph.store.port import Change, Store

#: Parts of the activity of a contribution that have provenance of their own.
_PARTS_WITH_PROVENANCE = ("review", "file", "checksum")


@dataclass(frozen=True)
class PublishedState:
    """The published statements of all contributions after the last decision.

    They are in the order of submission. `damages` are the errors of contributions that cannot be
    read.
    """

    event: int
    quads: list[Quad]
    damages: list[DamagedError]


def published_quads(
    ledger: Ledger, contribution: Contribution, addresses: Addresses
) -> Iterator[Quad]:
    """The published statements of a contribution: its own if it is accepted, and its provenance."""
    if contribution.state is State.ACCEPTED:
        yield from ledger.accepted_statements(contribution)
    yield from provenance(contribution, addresses)


def quads_by_contribution(
    ledger: Ledger,
    contributions: Iterable[Contribution],
    addresses: Addresses,
    damages: list[DamagedError],
) -> dict[str, list[Quad]]:
    """The published statements of contributions by identifier.

    The errors of those that cannot be read are added to `damages`.
    """
    by_identifier = {contribution.id: contribution for contribution in contributions}

    def read(identifier: str) -> tuple[str, list[Quad]]:
        return identifier, list(published_quads(ledger, by_identifier[identifier], addresses))

    return dict(read_each(read, by_identifier, damages))


def published_state(ledger: Ledger, addresses: Addresses) -> PublishedState:
    """The published statements of all contributions."""
    decided = ledger.all_decided()
    damages = list(decided.damages)
    quads: list[Quad] = []
    published = quads_by_contribution(ledger, decided.contributions, addresses, damages)
    for quads_of_contribution in published.values():
        quads += quads_of_contribution
    return PublishedState(decided.last, quads, damages)


def change_of(
    store: Store, published: Mapping[str, Iterable[Quad]], addresses: Addresses
) -> Change:
    """The change after which the graph shows contributions as their published statements.

    `published` has the statements by the identifier of their contribution.
    """
    quads_after: set[Quad] = set()
    quads_before: set[Quad] = set()
    for identifier, quads in published.items():
        quads_after.update(quads)
        quads_before.update(store.quads(graph=IRI(addresses.graph(f"contribution/{identifier}"))))
        quads_before.update(_stored_provenance(store, identifier, addresses))
    return Change.towards(quads_after, quads_before, store.holds)


def _stored_provenance(store: Store, identifier: str, addresses: Addresses) -> Iterator[Quad]:
    """The stored provenance of a contribution, its graph and its parts, without names of agents."""
    provenance_graph = IRI(addresses.graph("provenance"))
    activity = addresses.resource("contribution", identifier)
    subjects = [activity, addresses.graph(f"contribution/{identifier}")]
    subjects += [f"{activity}#{part}" for part in _PARTS_WITH_PROVENANCE]
    for subject in subjects:
        yield from store.quads(IRI(subject), graph=provenance_graph)


def change_by_acceptance(
    ledger: Ledger,
    contribution: Contribution,
    curator: Agent,
    store: Store,
    addresses: Addresses,
    returned: tuple[Returned, ...] = (),
) -> Change:
    """The change to the published graph if a curator accepted a submitted contribution now.

    Raises `DamagedError`.
    """
    now = datetime.now(UTC)
    acceptance = LedgerEvent(Verb.ACCEPT, curator, now, "", returned=returned)
    accepted = replace(contribution, events=(*contribution.events, acceptance))
    published = {contribution.id: list(published_quads(ledger, accepted, addresses))}
    replaced = ledger.replaced(contribution)
    if replaced is not None and replaced.state is State.ACCEPTED:
        end = LedgerEvent(Verb.SUPERSEDE, curator, now, "", contribution.id)
        superseded = replace(replaced, events=(*replaced.events, end))
        published[replaced.id] = list(published_quads(ledger, superseded, addresses))
    return with_inferred(store, change_of(store, published, addresses), addresses)
