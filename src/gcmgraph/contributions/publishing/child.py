"""Publish what is pending in a process of its own: `python -m … LEDGER STORE KEEP BASE`.

The server never writes to the store itself: its processes are forked, and the engine's threads, which a write waits
for, do not come along (measured: a flush in a forked process that inherited an opened store never ends).
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gcmgraph.contributions.errors import LedgerError
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.errors import GcmGraphError, StoreError
from gcmgraph.namespaces import Addresses
from gcmgraph.store.versions.folder import StoreFolder

#: Seconds that publishing may take, the waiting for another writer included.
SECONDS = 300.0


@dataclass(frozen=True)
class PublishProcess:
    """Calls `publish_pending` in a process of its own. For use while `deciding`."""

    ledger: Path
    store: Path
    keep: int
    base: str

    def __call__(self) -> str | None:
        """The name of the new version, or None where nothing was pending. Raises `StoreError`, `LedgerError`."""
        arguments = [str(self.ledger.absolute()), str(self.store.absolute()), str(self.keep), self.base]
        command = [sys.executable, "-m", "gcmgraph.contributions.publishing.child", *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603 - our own program
        limit = threading.Timer(SECONDS, process.kill)
        limit.daemon = True
        limit.start()
        try:
            with process.stdout or io.BytesIO() as said:
                told = _told(said.read())
        finally:
            threading.Thread(target=_await_end, args=(process, limit), daemon=True).start()  # it has dumps to compress
        if "error" in told:
            raise (LedgerError if told["error"] == "LedgerError" else StoreError)(told["message"], hint=told["hint"])
        version: str | None = told["version"]
        return version


def _told(said: bytes) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(said)
    except ValueError:
        hint = "The decision is kept, and is shown later; see the server's log."
        raise StoreError("Publishing did not come to its end.", hint=hint) from None
    return told


def _await_end(process: subprocess.Popen[bytes], limit: threading.Timer) -> None:
    process.wait()
    limit.cancel()


def main() -> None:
    """Publish, tell on standard output how that went, and then make what nobody waits for."""
    from gcmgraph.contributions.publishing.publisher import publish_pending  # noqa: PLC0415 - what the server does not need
    from gcmgraph.publication.versions.incremental import complete_dumps  # noqa: PLC0415

    ledger, store = Ledger(Path(sys.argv[1])), StoreFolder(Path(sys.argv[2]), int(sys.argv[3]))
    try:
        told = {"version": publish_pending(ledger, store, Addresses(sys.argv[4]))}
    except GcmGraphError as error:
        told = {"error": type(error).__name__, "message": error.message, "hint": error.hint}
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    os.close(sys.stdout.fileno())  # whoever waits for the answer has it
    if "version" in told and told["version"] is not None:
        complete_dumps(store.current_folder(), Addresses(sys.argv[4]))


if __name__ == "__main__":
    main()
