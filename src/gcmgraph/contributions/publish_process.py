"""Publish what is pending in a process of its own: `python -m … LEDGER STORE KEEP BASE`.

The server never writes to the store itself: its processes are forked, and the engine's threads, which a write waits
for, do not come along (measured: a flush in a forked process that inherited an opened store never ends).
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.contributions.errors import LedgerError
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.errors import GcmGraphError, StoreError
from gcmgraph.namespaces import Addresses
from gcmgraph.store.versions import StoreFolder

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
        command = [sys.executable, "-m", "gcmgraph.contributions.publish_process", *arguments]
        try:
            ended = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - ours
        except subprocess.TimeoutExpired as error:
            raise StoreError("Publishing takes too long.", hint="The decision is kept, and is shown later.") from error
        try:
            told = json.loads(ended.stdout)
        except ValueError:
            raise StoreError(
                f"Publishing ended with status {ended.returncode}: {ended.stderr.decode(errors='replace')[-500:]}",
                hint="The decision is kept, and is shown later.",
            ) from None
        if "error" in told:
            raise (LedgerError if told["error"] == "LedgerError" else StoreError)(told["message"], hint=told["hint"])
        version: str | None = told["version"]
        return version


def main() -> None:
    """Publish, and tell on standard output how that went."""
    from gcmgraph.contributions.publishing import publish_pending  # noqa: PLC0415 - what the server does not need

    ledger, store = Ledger(Path(sys.argv[1])), StoreFolder(Path(sys.argv[2]), int(sys.argv[3]))
    try:
        told = {"version": publish_pending(ledger, store, Addresses(sys.argv[4]))}
    except GcmGraphError as error:
        told = {"error": type(error).__name__, "message": error.message, "hint": error.hint}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
