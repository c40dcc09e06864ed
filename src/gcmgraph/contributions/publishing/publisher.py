"""Update of the published graph from the ledger: at once for one decision, or for all by a build.

A decision is in the ledger, and marked as pending there, before the graph changes; the mark is removed when the graph
shows it. If the process ends in between, the next decision or the next start of the server completes it. A build shows
every decision and leaves the marks, since its store may not be the one that is served; completing them changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gcmgraph.contributions.contribution import Contribution, LedgerEvent, State, Verb
from gcmgraph.contributions.errors import LedgerError
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.provenance import provenance
from gcmgraph.model.terms import IRI, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.inference.incremental import with_inferred
from gcmgraph.publication.versions.incremental import write_files
from gcmgraph.store.change import Change
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.port import Store
from gcmgraph.store.versions.folder import StoreFolder
from gcmgraph.store.versions.incremental import change_version

#: Seconds to wait for a build that runs.
WAIT = 60.0


def published_quads(ledger: Ledger, contribution: Contribution, addresses: Addresses) -> Iterator[Quad]:
    """The published statements of a contribution: its own while it is accepted, and its provenance."""
    if contribution.state is State.ACCEPTED:
        yield from ledger.statements(contribution)
    yield from provenance(contribution, addresses)


def all_published_quads(ledger: Ledger, addresses: Addresses) -> list[Quad]:
    """The published statements of all contributions, in the order of submission. For use while `deciding`."""
    complete(ledger, ledger.identifiers())
    return [quad for contribution in ledger for quad in published_quads(ledger, contribution, addresses)]


def require_known(ledger: Ledger, published: Store, addresses: Addresses) -> None:
    """Raise `LedgerError` where the published graph has contributions of another ledger."""
    v, start = Vocabulary(addresses), addresses.thing("contribution", "")
    where = IRI(addresses.graph("provenance"))
    shown = published.quads(None, v("rdf:type"), v("gcm:Contribution"), where)
    names = {quad.subject.value.removeprefix(start) for quad in shown if isinstance(quad.subject, IRI)}
    if unknown := ledger.unknown(names):
        named = ", ".join(unknown[:3]) + (f" and {len(unknown) - 3} more" if len(unknown) > 3 else "")
        raise LedgerError(
            f"What is published has contributions that are not in {ledger.folder}: {named}. "
            "A build would drop them; nothing was built.",
            hint="Set 'contributions' to their folder; to leave them out, build into another 'store'.",
        )


def publish_pending(ledger: Ledger, store: StoreFolder, addresses: Addresses) -> str | None:
    """Publish all pending decisions in one new version: its name, or None where nothing was pending.

    For use while `deciding`. Raises `StoreError` where nothing was built yet or another process is still writing after
    `WAIT` seconds; `LedgerError`. Pending decisions remain so then.
    """
    complete(ledger, ledger.pending())
    pending = ledger.pending()
    if not pending:
        return None
    version, _ = change_version(
        store,
        lambda now: with_inferred(now, _change(now, ledger, map(ledger.find, pending), addresses), addresses),
        lambda made: write_files(made, addresses),
        wait=WAIT,
    )
    for identifier in pending:
        ledger.settle(identifier)
    return version


def complete(ledger: Ledger, identifiers: Iterable[str]) -> None:
    """Supersede the predecessors of accepted contributions: the second half of an acceptance."""
    for identifier in identifiers:
        contribution = ledger.find(identifier)
        replaced, accepted = contribution.submission.supersedes, contribution.event(Verb.ACCEPT)
        if replaced is None or accepted is None:
            continue
        old = ledger.find(replaced)
        if old.state is State.ACCEPTED:
            ledger.mark_pending(replaced)
            by, at, reason = accepted.by, accepted.at, accepted.reason
            ledger.record(old, LedgerEvent(Verb.SUPERSEDE, by, at, reason, identifier, accepted.gone))


def _change(
    store: EmbeddedStore, ledger: Ledger, contributions: Iterable[Contribution], addresses: Addresses
) -> Change:
    """The change after which the graph shows the state of these contributions."""
    wanted: set[Quad] = set()
    unwanted: set[Quad] = set()
    for contribution in contributions:
        wanted.update(published_quads(ledger, contribution, addresses))
        unwanted.update(store.quads(graph=IRI(addresses.graph(f"contribution/{contribution.id}"))))
        unwanted.update(_stored_provenance(store, contribution, addresses))
    return Change.towards(wanted, unwanted, store.holds)


def _stored_provenance(store: EmbeddedStore, contribution: Contribution, addresses: Addresses) -> Iterator[Quad]:
    """The provenance in the graph of a contribution, its graph and its parts; names of agents stay."""
    where = IRI(addresses.graph("provenance"))
    activity = addresses.thing("contribution", contribution.id)
    graph = addresses.graph(f"contribution/{contribution.id}")
    for name in (activity, graph, *(f"{activity}#{part}" for part in ("review", "file", "checksum"))):
        yield from store.quads(IRI(name), graph=where)
