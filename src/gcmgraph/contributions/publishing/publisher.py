"""Update of the published graph from the ledger: at once for one decision, or for all by a build.

A decision is in the ledger, and marked as pending there, before the graph changes; the mark is removed when the graph
shows it. If the process ends in between, the next decision or the next start of the server completes it. A build shows
every decision before it and leaves the marks, since its store may not be the one that is served.

A contribution with damaged files holds up no decision on another: its own stays pending. A build publishes nothing
then, since it would make another version.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping

from gcmgraph.contributions.contribution import Contribution, State
from gcmgraph.contributions.errors import DamagedError
from gcmgraph.contributions.provenance import provenance
from gcmgraph.contributions.storage.ledger import Ledger
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.inference import with_inferred
from gcmgraph.publication.self_description.update import with_partitions
from gcmgraph.publication.versions.files import write_files
from gcmgraph.store.change import Change
from gcmgraph.store.port import Store
from gcmgraph.store.versions.folder import StoreFolder
from gcmgraph.store.versions.incremental import change_version

_LOG = logging.getLogger(__name__)

#: Seconds to wait for a build that runs.
WAIT = 60.0


def published_quads(ledger: Ledger, contribution: Contribution, addresses: Addresses) -> Iterator[Quad]:
    """The published statements of a contribution: its own while it is accepted, and its provenance."""
    if contribution.state is State.ACCEPTED:
        yield from ledger.accepted_statements(contribution)
    yield from provenance(contribution, addresses)


def all_published_quads(ledger: Ledger, addresses: Addresses, damaged: list[DamagedError] | None = None) -> list[Quad]:
    """The published statements of all contributions, in the order of submission.

    With `damaged`, the error of a contribution that cannot be read is added there. Raises `DamagedError` otherwise.
    """
    quads: list[Quad] = []
    for identifier in ledger.identifiers():
        try:
            quads += list(published_quads(ledger, ledger.find(identifier), addresses))
        except DamagedError as error:
            if damaged is None:
                raise
            damaged.append(error)
    return quads


def publish_pending(ledger: Ledger, store: StoreFolder, addresses: Addresses) -> str | None:
    """Publish all pending decisions in one new version: its name, or None where nothing was pending.

    Decisions on contributions with damaged files are logged, and remain pending.

    For use while `deciding`. Raises `StoreError` where nothing was built yet or another process is still writing after
    `WAIT` seconds; `LedgerError`. Pending decisions remain so then.
    """
    pending: dict[str, list[Quad]] = {}
    for identifier in ledger.pending():
        try:
            pending[identifier] = list(published_quads(ledger, ledger.find(identifier), addresses))
        except DamagedError as error:
            _LOG.error("A decision on a contribution cannot be published: %s", error)
    if not pending:
        return None
    version, _ = change_version(
        store,
        lambda now: with_partitions(now, with_inferred(now, change_of(now, pending, addresses), addresses), addresses),
        lambda made: write_files(made, addresses),
        wait=WAIT,
    )
    ledger.settle(pending)
    return version


def change_of(store: Store, published: Mapping[str, Iterable[Quad]], addresses: Addresses) -> Change:
    """The change after which the graph shows these contributions, by identifier, as their published statements."""
    wanted: set[Quad] = set()
    unwanted: set[Quad] = set()
    for identifier, quads in published.items():
        wanted.update(quads)
        unwanted.update(store.quads(graph=IRI(addresses.graph(f"contribution/{identifier}"))))
        unwanted.update(_stored_provenance(store, identifier, addresses))
    return Change.towards(wanted, unwanted, store.holds)


def _stored_provenance(store: Store, identifier: str, addresses: Addresses) -> Iterator[Quad]:
    """The provenance in the graph of a contribution, its graph and its parts; names of agents stay."""
    where = IRI(addresses.graph("provenance"))
    activity = addresses.thing("contribution", identifier)
    graph = addresses.graph(f"contribution/{identifier}")
    for name in (activity, graph, *(f"{activity}#{part}" for part in ("review", "file", "checksum"))):
        yield from store.quads(IRI(name), graph=where)
