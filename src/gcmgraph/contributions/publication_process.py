"""Publication of decisions by the server: process of a version, its thread, and the wait for it.

The server publishes in a process of its own, `python -m … FD`, whose first message has the
locations of the dataset and of the database, with their passwords. The server never writes to the
store itself: its processes are forked, and the engine's threads, which a write waits for, are not
in a fork (a flush in a forked process that inherited an opened store never ends).

One process of the server checks each second whether the ledger has decisions that the current
version does not show, of this server or of another one. A request that decides waits some seconds
until they are shown (`AwaitedPublication`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.recorded_versions import difference
from gcmgraph.contributions.repeated_work import RepeatedWork
from gcmgraph.contributions.version_derivation import is_behind, publish_decisions
from gcmgraph.platform.errors import GcmGraphError, LedgerError, StoreError, UnwritableError
from gcmgraph.platform.files import disk_fault, force_folder, force_tree, write_file
from gcmgraph.platform.processes import answer_once, request_once
from gcmgraph.publication.versions.dataset import complete_kept_dumps, open_dataset
from gcmgraph.publication.versions.derivation import Derivation
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.store.port import Location
from gcmgraph.store.store_folder import StoreFolder

_LOG = logging.getLogger(__name__)

#: Seconds that publishing may take, including the wait for another writer.
SECONDS = 900.0

#: Seconds for which a decision waits to be published.
ANSWERED_AFTER = 5.0

#: Seconds between two reads of the store meanwhile.
POLL_SECONDS = 0.05

#: Module that the process of a version runs.
_MODULE = "gcmgraph.contributions.publication_process"

#: File of a store folder with a sentence on a version of another store that differs.
DIFFERENCE = "difference"

#: Publishes all decisions; raises what `publish_decisions` does.
Publish = Callable[[], object]


def read_difference(store: Path) -> str:
    """Read the sentence on a version of another store that differs, though its decisions are equal.

    Empty if no version differs.
    """
    try:
        return (store / DIFFERENCE).read_text("utf-8")
    except OSError:
        return ""


@dataclass(frozen=True)
class PublishProcess:
    """Calls `publish_decisions` in a process of its own."""

    database: str
    location: Location

    def __call__(self) -> None:
        """Publish all decisions. Raises `StoreError`, `LedgerError`."""
        arguments = (self.database, self.location)
        errors = (LedgerError, UnwritableError, StoreError)
        try:
            request_once(_MODULE, arguments, SECONDS, *errors)
        except (EOFError, OSError):
            hint = "The decision is stored and will be published later; see the server's log."
            raise StoreError("Publishing did not come to its end.", hint=hint) from None


@dataclass
class Publication(RepeatedWork):
    """The decisions of a ledger, and the store that is to show them."""

    name = "publishing"
    failure = "Decisions on contributions are not shown yet; the server tries again"
    ledger: Ledger
    publish: Publish

    def work(self) -> None:
        """Publish the decisions that the store does not show."""
        if is_behind(self.ledger, self.store):
            self.publish()

    def run_once(self) -> bool:
        """Publish, and compare the version with those of other stores.

        Returns whether the store shows all decisions.
        """
        shows_all = self.catch_up()
        self.compare()
        return shows_all

    def compare(self) -> None:
        """Compare the version with those of other stores with the same decisions.

        A new difference is logged.
        """
        try:
            sentence = difference(self.ledger, self.store)
            if sentence != read_difference(self.store.path):
                if sentence:
                    _LOG.warning("%s", sentence)
                write_file(self.store.path / DIFFERENCE, sentence.encode())
        except (GcmGraphError, OSError):  # the versions are compared again in a second
            return


@dataclass(frozen=True)
class AwaitedPublication:
    """Wait of a request until this server shows all decisions made before.

    The wait ends after `ANSWERED_AFTER` seconds.
    """

    ledger: Ledger
    store: StoreFolder

    def __call__(self) -> None:
        """Wait. Raises `LedgerError`, `StoreError`."""
        deadline = time.monotonic() + ANSWERED_AFTER
        last_event = self.ledger.last_decision()
        identity = self.ledger.database.identity()
        while not self._shows(identity, last_event) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)

    def _shows(self, ledger: str, event: int) -> bool:
        derivation = Derivation.read(self.store.current_folder())
        return derivation.ledger == ledger and derivation.event >= event


def _publish(database: str, location: Location) -> Iterator[str | None]:
    """Publish, yield the name of the new version, and then write files that no request awaits."""
    addresses = Addresses(location.base)
    store = open_dataset(location)
    ledger = Ledger(Database(database, addresses.base))
    try:
        version = publish_decisions(ledger, store, addresses)
    except OSError as error:
        reason = disk_fault(error)
        if reason is None:
            raise
        raise UnwritableError(f"A decision cannot be published: {reason}.") from error
    yield version
    if version is not None:
        try:
            force_tree(store.current_folder())
            force_folder(store.path / "versions")
            force_folder(store.path)
            complete_kept_dumps(store, addresses)
        except OSError as error:
            reason = disk_fault(error)
            if reason is None:
                raise
            _LOG.warning("Downloads of the version %s cannot be written: %s.", version, reason)


if __name__ == "__main__":
    answer_once(_publish)
