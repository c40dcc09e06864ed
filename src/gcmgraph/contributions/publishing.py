"""Derivation of dataset versions from the ledger: the published graph shows the decisions, in their order.

The ledger is the order of decisions. Each store folder records the last event that its version
contains, so the next version follows from the decisions after that one, for any number of them at
once. They are the same quads whether they were applied one by one, together, or by a build, so
equal events give equal versions.

A contribution with damaged rows holds up no decision on another: it is named in the record of the
version, and read again with the next decision. A build publishes nothing then, since it would make
another version.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from gcmgraph.contributions.contribution import (
    Agent,
    Contribution,
    LedgerEvent,
    Returned,
    State,
    Verb,
)
from gcmgraph.contributions.ledger import Decided, Ledger, read_each
from gcmgraph.contributions.provenance import provenance
from gcmgraph.contributions.recorded_versions import RecordedVersion, RecordedVersions
from gcmgraph.platform.errors import DamagedError, LedgerError, StoreError
from gcmgraph.publication.build import with_inferred
from gcmgraph.publication.metadata.void import with_partitions
from gcmgraph.publication.versions.dataset import write_files
from gcmgraph.publication.versions.derivation import Derivation
from gcmgraph.publication.versions.inputs import NAMES
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import stream_quads
from gcmgraph.rdf.terms import IRI, Quad, Vocabulary
from gcmgraph.store.changed_versions import apply_change
from gcmgraph.store.port import Change, Store
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import DUMP, require_whole

_LOG = logging.getLogger(__name__)

#: Seconds to wait for another writer of the store.
WAIT = 60.0

#: Published contributions at most that a message lists where the ledger lacks them.
LISTED_UNKNOWN = 3


def published_quads(
    ledger: Ledger, contribution: Contribution, addresses: Addresses
) -> Iterator[Quad]:
    """The published statements of a contribution: its own while it is accepted, and its provenance."""
    if contribution.state is State.ACCEPTED:
        yield from ledger.accepted_statements(contribution)
    yield from provenance(contribution, addresses)


@dataclass(frozen=True)
class PublishedState:
    """The published statements of all contributions, in the order of submission, after the last decision.

    `damages` are the errors of contributions that cannot be read.
    """

    event: int
    quads: list[Quad]
    damages: list[DamagedError]


def published_state(ledger: Ledger, addresses: Addresses) -> PublishedState:
    """The published statements of all contributions."""
    decided = ledger.all_decided()
    damages = list(decided.damages)
    published = _published(ledger, decided.contributions, addresses, damages)
    return PublishedState(
        decided.last, [quad for quads in published.values() for quad in quads], damages
    )


def all_published_quads(ledger: Ledger, addresses: Addresses) -> list[Quad]:
    """The published statements of all contributions.

    Raises `DamagedError` for one that cannot be read.
    """
    state = published_state(ledger, addresses)
    for error in state.damages:
        raise error
    return state.quads


def _published(
    ledger: Ledger,
    contributions: Iterable[Contribution],
    addresses: Addresses,
    damaged: list[DamagedError],
) -> dict[str, list[Quad]]:
    """The published statements of contributions by identifier; errors of those that cannot be read are added."""
    by_identifier = {contribution.id: contribution for contribution in contributions}

    def read(identifier: str) -> tuple[str, list[Quad]]:
        return identifier, list(published_quads(ledger, by_identifier[identifier], addresses))

    return dict(read_each(read, by_identifier, damaged))


# ------------------------------------------------------------------------------------------ versions from decisions


def is_behind(ledger: Ledger, store: StoreFolder) -> bool:
    """Whether the current version of a store lacks a decision. Raises `StoreError`, `LedgerError`.

    An empty ledger has no decisions: a store with those of another one is no matter of this
    function.
    """
    last = ledger.last_decision()
    derivation = Derivation.read(store.current_folder())
    if derivation.ledger != ledger.database.identity():
        return last > 0
    return derivation.event != last


def publish_decisions(ledger: Ledger, store: StoreFolder, addresses: Addresses) -> str | None:
    """Make the version that shows all decisions current: its name, or None where the current one did.

    Decisions on contributions with damaged rows are logged, and missing in the version.

    Raises `StoreError` where nothing was built yet or another process is still writing after `WAIT`
    seconds; `LedgerError`. The version stays then.
    """
    if not ledger.database.exists():
        return None
    with store.writing(WAIT):
        if not is_behind(ledger, store):
            return None
        before = Derivation.read(store.current_folder())
        decided = _decided_since(before, ledger, store, addresses)
        damages = list(decided.damages)
        published = _published(ledger, decided.contributions, addresses, damages)
        for error in damages:
            _LOG.error("A decision on a contribution cannot be published: %s", error)

        def change(now: Store) -> Change:
            return with_partitions(
                now, with_inferred(now, change_of(now, published, addresses), addresses), addresses
            )

        time = partial(version_time, ledger, decided.last, decided.at or datetime.now(UTC))
        version, _ = apply_change(
            store, change, lambda made: write_files(made, addresses, time(made.name))
        )
        missing = [
            contribution.id
            for contribution in decided.contributions
            if contribution.id not in published
        ]
        identity = ledger.database.identity()
        derivation = Derivation(identity, decided.last, (*decided.unread, *missing), before.inputs)
        record_version(ledger, store, derivation, time(version))
    return version


def version_time(ledger: Ledger, event: int, otherwise: datetime, version: str) -> datetime:
    """The time of a version with all decisions up to an event: that of the first server that made it, if any."""
    return RecordedVersions(ledger.database).time(event, version) or otherwise


def record_version(
    ledger: Ledger, store: StoreFolder, derivation: Derivation, at: datetime
) -> None:
    """Record what the current version of a store was made from: in the database, and then beside the version.

    To be used while `writing`. Raises `LedgerError`, after which the version counts as one of which
    nothing is known.
    """
    folder = store.current_folder()
    if ledger.database.exists():
        made = RecordedVersion(
            store_name(store), derivation.event, folder.name, at, dict(derivation.inputs)
        )
        RecordedVersions(ledger.database).add(made)
    derivation.write(folder)


@dataclass(frozen=True)
class BuiltVersion:
    """A version that a build makes: the last event that it contains, its inputs, and the time of the build."""

    ledger: Ledger
    store: StoreFolder
    event: int
    inputs: Mapping[str, str]
    at: datetime

    def time(self, version: str) -> datetime:
        """The time of the version, by its name."""
        return version_time(self.ledger, self.event, self.at, version)

    def record(self) -> None:
        """Record it once it is current. To be used while `writing`."""
        derivation = Derivation(self.ledger.database.identity(), self.event, inputs=self.inputs)
        record_version(
            self.ledger, self.store, derivation, self.time(self.store.current_folder().name)
        )


def store_name(store: StoreFolder) -> str:
    """Host and folder of a store."""
    return f"{socket.gethostname()}:{store.path.absolute()}"


def difference(ledger: Ledger, store: StoreFolder) -> str:
    """A sentence on a version of another store with the same decisions that differs; empty where there is none.

    Raises `StoreError`, `LedgerError`.
    """
    folder = store.current_folder()
    derivation = Derivation.read(folder)
    if derivation.ledger != ledger.database.identity():
        return ""
    own_name = store_name(store)
    for name, other in RecordedVersions(ledger.database).at_event(derivation.event).items():
        if name != own_name and other.version != folder.name:
            return _difference(folder.name, derivation, other)
    return ""


def _difference(version: str, derivation: Derivation, other: RecordedVersion) -> str:
    keys = sorted(derivation.inputs.keys() | other.inputs.keys())
    different = [
        NAMES.get(key, key) for key in keys if derivation.inputs.get(key) != other.inputs.get(key)
    ]
    reason = (
        f"They differ in: {', '.join(different)}."
        if different
        else "They were built from the same."
    )
    return (
        f"The version {version} of this server is not the version {other.version} of {other.store}, though both "
        f"contain the decisions up to number {derivation.event}. {reason} This server continues with its own."
    )


def unpublished_change(ledger: Ledger, dataset: StoreFolder, addresses: Addresses) -> Change:
    """The change by the decisions that the current version does not show yet.

    Raises `StoreError`, `LedgerError`.
    """
    if not is_behind(ledger, dataset):
        return Change()
    version = dataset.open_version()
    decided = _decided_since(Derivation.read(version.index.parent), ledger, dataset, addresses)
    published = _published(ledger, decided.contributions, addresses, [])
    return with_inferred(version.store, change_of(version.store, published, addresses), addresses)


def _decided_since(
    before: Derivation, ledger: Ledger, store: StoreFolder, addresses: Addresses
) -> Decided:
    """The contributions on which was decided since a version was made; all where that is not known.

    Raises `LedgerError` where it shows contributions that the ledger does not have.
    """
    if before.ledger == ledger.database.identity():
        decided = ledger.decided_after(before.event, before.unread)
        if decided.last >= before.event:
            return decided
    require_known(ledger, published_contributions(store, addresses))
    return ledger.all_decided()


def change_of(
    store: Store, published: Mapping[str, Iterable[Quad]], addresses: Addresses
) -> Change:
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
    activity = addresses.resource("contribution", identifier)
    graph = addresses.graph(f"contribution/{identifier}")
    for name in (
        activity,
        graph,
        *(f"{activity}#{part}" for part in ("review", "file", "checksum")),
    ):
        yield from store.quads(IRI(name), graph=where)


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
    event = LedgerEvent(Verb.ACCEPT, curator, now, "", returned=returned)
    accepted = replace(contribution, events=(*contribution.events, event))
    after = {contribution.id: list(published_quads(ledger, accepted, addresses))}
    if (old := ledger.replaced(contribution)) is not None and old.state is State.ACCEPTED:
        ended = LedgerEvent(Verb.SUPERSEDE, curator, now, "", contribution.id)
        superseded = replace(old, events=(*old.events, ended))
        after[old.id] = list(published_quads(ledger, superseded, addresses))
    return with_inferred(store, change_of(store, after, addresses), addresses)


# ---------------------------------------------------------------------------------------- contributions of a version


def published_contributions(dataset: StoreFolder, addresses: Addresses) -> set[str]:
    """The identifiers of the contributions that the current version describes; none before the first build.

    They are read from the dump where the index of a folder is damaged. Raises `StoreError` where
    both are.
    """
    if not dataset.current_version():
        return set()
    v, where = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    kind, contribution = v("rdf:type"), v("gcm:Contribution")
    try:
        subjects = [
            quad.subject for quad in dataset.open_current().quads(None, kind, contribution, where)
        ]
    except (StoreError, OSError):
        dump = dataset.current_folder() / DUMP
        try:
            require_whole(dump)
        except (StoreError, OSError):
            message = f"The index and the dump of the version {dump.parent.name} are damaged."
            raise StoreError(
                message, hint="Restore them from a backup, or build into another 'store'."
            ) from None
        subjects = [
            q.subject for q in stream_quads(dump) if (q.predicate, q.object) == (kind, contribution)
        ]
    start = addresses.resource("contribution", "")
    return {subject.value.removeprefix(start) for subject in subjects if isinstance(subject, IRI)}


def list_unknown(ledger: Ledger, published: set[str]) -> str:
    """The published contributions that a ledger lacks, for a message; empty where it has all.

    Raises `LedgerError`.
    """
    unknown = sorted(published - set(ledger.identifiers()))
    more = f" and {len(unknown) - LISTED_UNKNOWN} more" if len(unknown) > LISTED_UNKNOWN else ""
    return ", ".join(unknown[:LISTED_UNKNOWN]) + more


def require_known(
    ledger: Ledger,
    published: set[str],
    consequence: str = "A build would drop them; nothing was built.",
) -> None:
    """Raise `LedgerError`, with the consequence, where contributions of another ledger are published."""
    if unknown := list_unknown(ledger, published):
        raise LedgerError(
            f"What is published has contributions that are not in {ledger.database.name}: {unknown}. {consequence}",
            hint="Set 'contributions' or 'database' to theirs; to leave them out, build into another 'store'.",
        )
