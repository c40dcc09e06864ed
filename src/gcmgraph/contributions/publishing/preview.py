"""The published graph as it would be after the acceptance of a contribution."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from gcmgraph.contributions.contribution import Agent, Contribution, LedgerEvent, Returned, State, Verb
from gcmgraph.contributions.publishing.publisher import change_of, published_quads
from gcmgraph.contributions.storage.ledger import Ledger
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.inference import with_inferred
from gcmgraph.store.change import Change
from gcmgraph.store.port import Store


def change_by_acceptance(
    ledger: Ledger,
    contribution: Contribution,
    curator: Agent,
    store: Store,
    addresses: Addresses,
    returned: tuple[Returned, ...] = (),
) -> Change:
    """The change to the published graph if a curator accepted a submitted contribution now. Raises `DamagedError`."""
    now = datetime.now(UTC)
    accepted = replace(
        contribution,
        events=(*contribution.events, LedgerEvent(Verb.ACCEPT, curator, now, "", returned=returned)),
    )
    after = {contribution.id: list(published_quads(ledger, accepted, addresses))}
    if (predecessor := contribution.submission.supersedes) is not None:
        old = ledger.find(predecessor)
        if old.state is State.ACCEPTED:
            ended = LedgerEvent(Verb.SUPERSEDE, curator, now, "", contribution.id)
            superseded = replace(old, events=(*old.events, ended))
            after[old.id] = list(published_quads(ledger, superseded, addresses))
    return with_inferred(store, change_of(store, after, addresses), addresses)
