"""Process that publishes what is pending: `python -m … FD`.

The first message has the locations of the dataset and of the database, with their passwords.

The server never writes to the store itself: its processes are forked, and the engine's threads, which a write waits
for, are not in a fork (a flush in a forked process that inherited an opened store never ends).
"""

from __future__ import annotations

import json
import logging
import threading
import time
from dataclasses import dataclass

from gcmgraph.contributions.errors import LedgerError
from gcmgraph.contributions.storage.database import Database
from gcmgraph.contributions.storage.ledger import Ledger
from gcmgraph.errors import GcmGraphError, StoreError, UnwritableError
from gcmgraph.files.atomic import force_folder, force_tree
from gcmgraph.files.faults import disk_fault
from gcmgraph.namespaces import Addresses
from gcmgraph.processes.ipc import receive_frame, send_frame
from gcmgraph.processes.worker import Worker, start_arguments
from gcmgraph.publication.versions.following import open_dataset
from gcmgraph.store.port import Location

_LOG = logging.getLogger(__name__)

#: Seconds that publishing may take, including the wait for another writer.
SECONDS = 300.0


@dataclass(frozen=True)
class PublishProcess:
    """Calls `publish_pending` in a process of its own. For use while `deciding`."""

    database: str
    location: Location

    def __call__(self) -> str | None:
        """The name of the new version, or None where nothing was pending. Raises `StoreError`, `LedgerError`."""
        deadline = time.monotonic() + SECONDS
        process = Worker("gcmgraph.contributions.publishing.child")
        try:
            outcome = json.loads(process.exchange(self.location.to_json(), self.database.encode(), deadline)[0])
        except (EOFError, OSError):
            process.kill()
            hint = "The decision is stored and will be published later; see the server's log."
            raise StoreError("Publishing did not come to its end.", hint=hint) from None
        finally:
            process.channel.close()
            threading.Thread(target=process.wait, args=(deadline,), daemon=True).start()  # it compresses dumps
        if "error" in outcome:
            kinds = {"LedgerError": LedgerError, "UnwritableError": UnwritableError}
            error = kinds.get(outcome["error"], StoreError)
            raise error(outcome["message"], hint=outcome["hint"])
        version: str | None = outcome["version"]
        return version


def main() -> None:
    """Publish, report the outcome, and then write the files that nobody waits for."""
    from gcmgraph.contributions.publishing.publisher import publish_pending  # noqa: PLC0415 - not for the server
    from gcmgraph.publication.versions.files import complete_kept_dumps  # noqa: PLC0415

    channel, _ = start_arguments()
    frame = receive_frame(channel)
    if frame is None:
        return
    location, version = Location.from_json(frame[0]), None
    database = frame[1].decode()
    store, addresses = open_dataset(location), Addresses(location.base)
    try:
        version = publish_pending(Ledger(Database(database, addresses.base)), store, addresses)
        outcome = {"version": version}
    except GcmGraphError as error:
        outcome = {"error": type(error).__name__, "message": error.message, "hint": error.hint}
    except OSError as error:
        if (reason := disk_fault(error)) is None:
            raise
        outcome = {"error": "UnwritableError", "message": f"A decision cannot be published: {reason}.", "hint": None}
    with channel:
        send_frame(channel, json.dumps(outcome).encode())
    if version is not None:
        try:
            force_tree(store.current_folder())
            for place in (store.path / "versions", store.path):
                force_folder(place)
            complete_kept_dumps(store, addresses)
        except OSError as error:
            if (reason := disk_fault(error)) is None:
                raise
            _LOG.warning("Downloads of the version %s cannot be written: %s.", version, reason)


if __name__ == "__main__":
    main()
