"""Update of the published graph from the ledger: at once for one decision, or for all by a build.

A decision is in the ledger, and marked as pending there, before the graph changes; the mark is removed when the graph
shows it. If the process ends in between, the next decision or the next start of the server completes it. A build shows
every decision before it and leaves the marks, since its store may not be the one that is served.

A contribution with damaged rows holds up no decision on another: its own stays pending. A build publishes nothing
then, since it would make another version.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from gcmgraph.contributions.contribution import Agent, Contribution, LedgerEvent, Returned, State, Verb
from gcmgraph.contributions.errors import DamagedError, LedgerError
from gcmgraph.contributions.provenance import provenance
from gcmgraph.contributions.storage.ledger import Ledger
from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.inference import with_inferred
from gcmgraph.publication.self_description import with_partitions
from gcmgraph.publication.versions.files import write_files
from gcmgraph.rdfio.parsing import stream_quads
from gcmgraph.store.port import Change, Store
from gcmgraph.store.versions import DUMP, StoreFolder, change_version, require_whole

_LOG = logging.getLogger(__name__)

#: Seconds to wait for another writer of the store.
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


def published_contributions(dataset: StoreFolder, addresses: Addresses) -> set[str]:
    """The identifiers of the contributions that the current version describes; none before the first build.

    They are read from the dump where the index of a folder is damaged. Raises `StoreError` where both are.
    """
    if not dataset.current_version():
        return set()
    v, where = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    kind, contribution = v("rdf:type"), v("gcm:Contribution")
    try:
        subjects = [quad.subject for quad in dataset.open_current().quads(None, kind, contribution, where)]
    except (StoreError, OSError):
        dump = dataset.current_folder() / DUMP
        try:
            require_whole(dump)
        except (StoreError, OSError):
            raise StoreError(
                f"The index and the dump of the version {dump.parent.name} are damaged.",
                hint="Restore them from a backup, or build into another 'store'.",
            ) from None
        subjects = [q.subject for q in stream_quads(dump) if (q.predicate, q.object) == (kind, contribution)]
    start = addresses.thing("contribution", "")
    return {subject.value.removeprefix(start) for subject in subjects if isinstance(subject, IRI)}


def require_known(ledger: Ledger, published: set[str]) -> None:
    """Raise `LedgerError` where contributions of another ledger are published."""
    if unknown := ledger.unknown(published):
        named = ", ".join(unknown[:3]) + (f" and {len(unknown) - 3} more" if len(unknown) > 3 else "")
        raise LedgerError(
            f"What is published has contributions that are not in {ledger.database.name}: {named}. "
            "A build would drop them; nothing was built.",
            hint="Set 'contributions' or 'database' to theirs; to leave them out, build into another 'store'.",
        )
