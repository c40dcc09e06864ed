"""Derivation of dataset versions from the ledger: they show the decisions, in their order.

The ledger is the order of decisions. Each store folder records the last event that its version
contains, so the next version follows from the decisions after that one, for any number of them at
once. They are the same quads whether they were applied one by one, together, or by a build, so
equal events give equal versions. When a server derives them is in `publication_process`.

Example. A store has version A with all decisions up to event 7. The ledger has event 8 (accept 01J)
and 9 (withdraw 01H). The next version is A with the statements of 01J, and without those of 01H.

A contribution with damaged rows holds up no decision on another: it is named in the record of the
version, and read again with the next decision. A build publishes nothing then, since it would make
another version.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import partial

from gcmgraph.contributions.ledger import Decided, Ledger
from gcmgraph.contributions.published_contributions import published_contributions, require_known
from gcmgraph.contributions.published_statements import change_of, quads_by_contribution
from gcmgraph.contributions.recorded_versions import record_version, version_time
from gcmgraph.publication.inference import with_inferred
from gcmgraph.publication.metadata.partitions import with_partitions
from gcmgraph.publication.versions.dataset import write_files
from gcmgraph.publication.versions.derivation import Derivation
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.store.changed_versions import apply_change
from gcmgraph.store.port import Change, Store
from gcmgraph.store.store_folder import StoreFolder

_LOG = logging.getLogger(__name__)

#: Seconds to wait for another writer of the store.
WAIT = 60.0


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
    """Make the version that shows all decisions current.

    Returns its name, or None if the current version shows all decisions already.

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
        published = quads_by_contribution(ledger, decided.contributions, addresses, damages)
        for error in damages:
            _LOG.error("A decision on a contribution cannot be published: %s", error)

        def change(current: Store) -> Change:
            decisions = change_of(current, published, addresses)
            return with_partitions(current, with_inferred(current, decisions, addresses), addresses)

        time = partial(version_time, ledger, decided.last, decided.at or datetime.now(UTC))
        version, _ = apply_change(
            store, change, lambda folder: write_files(folder, addresses, time(folder.name))
        )
        identifiers = [contribution.id for contribution in decided.contributions]
        missing = [identifier for identifier in identifiers if identifier not in published]
        derivation = Derivation(
            ledger.database.identity(), decided.last, (*decided.unread, *missing), before.inputs
        )
        record_version(ledger, store, derivation, time(version))
    return version


def unpublished_change(ledger: Ledger, dataset: StoreFolder, addresses: Addresses) -> Change:
    """The change by the decisions that the current version does not show yet.

    Raises `StoreError`, `LedgerError`.
    """
    if not is_behind(ledger, dataset):
        return Change()
    version = dataset.open_version()
    derivation = Derivation.read(version.index.parent)
    decided = _decided_since(derivation, ledger, dataset, addresses)
    published = quads_by_contribution(ledger, decided.contributions, addresses, [])
    return with_inferred(version.store, change_of(version.store, published, addresses), addresses)


def _decided_since(
    derivation: Derivation, ledger: Ledger, store: StoreFolder, addresses: Addresses
) -> Decided:
    """The contributions on which was decided since a version was made; all where that is not known.

    Raises `LedgerError` where it shows contributions that the ledger does not have.
    """
    if derivation.ledger == ledger.database.identity():
        decided = ledger.decided_after(derivation.event, derivation.unread)
        if decided.last >= derivation.event:
            return decided
    require_known(ledger, published_contributions(store, addresses))
    return ledger.all_decided()
