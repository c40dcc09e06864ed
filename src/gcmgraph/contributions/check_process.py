"""Checks of contributions in a process that can be killed: `python -m … FD STORE ROOT BASE MEGABYTES NICENESS`.

The process has no network and a memory cap. It checks one content at a time; a limited number wait,
decisions first. After a check that took much memory it ends, and the next check starts another.
"""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, cast

import msgspec

from gcmgraph.contributions.content import Content, require_bytes
from gcmgraph.contributions.submission_check import LocalChecker, Request, Verdict
from gcmgraph.platform import errors
from gcmgraph.platform.confinement import cap_memory, close_network
from gcmgraph.platform.frames import send_frame
from gcmgraph.platform.processes import Worker, serve, start_arguments
from gcmgraph.platform.slots import Slots
from gcmgraph.publication.reconciliation.column_files import ColumnNames
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store
from gcmgraph.store.query_process import megabytes_in_use
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.validation.rules import load_rules

#: Limits on waiting for other checks: their number, and seconds of each. A longer queue would only
#: grow.
WAITING, WAIT = 8, 15.0

#: Seconds that a process may take to start and read the rules.
_START = 60.0

#: Megabytes above those of its start up to which a process is used again.
_REUSED = 256

#: Methods of the checker in the process: types of their arguments and of their result, and the
#: start of an error.
_METHODS: dict[str, tuple[Any, Any, str]] = {
    "check": (tuple[Request], Verdict, "Checking this contribution"),
    "names": (tuple[Content, str | None, int], ColumnNames, "Reading this table"),
}

#: Errors that the process reports; one of another class becomes the last one.
_ERRORS = (
    errors.RdfSyntaxError,
    errors.StoreError,
    errors.DamagedError,
    errors.ContributionError,
)


@dataclass(frozen=True)
class CheckLimits:
    """Limits of one check."""

    seconds: float = 20.0
    megabytes: int = 1024
    #: niceness of the process: one whose checks are less urgent than other processes may get a
    #: tenth of their time
    niceness: int = 0


def check_slot(waiting: int = WAITING, seconds: float = WAIT) -> Slots:
    """The slot of one check at a time, for which others wait."""
    error = partial(
        errors.CheckBusyError,
        "Other contributions are being checked.",
        hint="Try again in a moment.",
    )
    return Slots(1, waiting, seconds, error)


class CheckWorker:
    """One process, started at its first use and replaced when it was killed.

    For use by many threads.
    """

    def __init__(
        self,
        store: Path,
        root: Path,
        addresses: Addresses,
        limits: CheckLimits,
        slots: Slots | None = None,
    ) -> None:
        numbers = str(limits.megabytes), str(limits.niceness)
        self._arguments = (str(store.absolute()), str(root), addresses.base, *numbers)
        self._limits = limits
        self._process: Worker | None = None
        self._slots = slots or check_slot()

    def check(self, request: Request) -> Verdict:
        """See `Checker.check`; also raises `CheckOverLimitError`, and `CheckBusyError` where others wait already."""
        if request.content is not None:
            require_bytes(request.content)
        return cast("Verdict", self._call("check", request, first=request.first))

    def names(self, table: Content, heading: str | None, most: int) -> ColumnNames:
        """See `Checker.names`; also raises as `check` does."""
        return cast("ColumnNames", self._call("names", table, heading, most))

    def _call(self, method: str, *arguments: object, first: bool = False) -> Any:
        """The result of a method of the checker in the process."""
        _, kind, subject = _METHODS[method]
        head = json.dumps({"method": method, "seconds": self._limits.seconds}).encode()
        body = msgspec.msgpack.encode(arguments)
        with self._slots.slot(first=first):
            process = (
                self._process
                if self._process is not None and self._process.alive
                else self._start()
            )
            try:
                answer, result = process.exchange(
                    head, body, time.monotonic() + self._limits.seconds
                )
            except TimeoutError:
                self.close()
                message = f"{subject} takes longer than {self._limits.seconds:g} s."
                hint = "Send it in parts; or try again later, when the server is less busy."
                raise errors.CheckOverLimitError(message, hint=hint) from None
            except (EOFError, OSError):
                self.close()
                raise self._too_much(subject) from None
            failure: dict[str, Any] = json.loads(answer)
            if failure.pop("retiring"):
                self.close()
        if "memory" in failure:
            raise self._too_much(subject)
        if failure:
            raise errors.recorded_error(failure, *_ERRORS)
        return msgspec.msgpack.decode(result, type=kind)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.close()
        self._process = None

    def _start(self) -> Worker:
        self.close()
        self._process = process = Worker(
            "gcmgraph.contributions.check_process", *self._arguments, capped=True
        )
        try:
            process.receive(time.monotonic() + _START)
        except (EOFError, OSError):
            self.close()
            hint = "See the server's log."
            raise errors.StoreError(
                "The process that checks contributions does not start.", hint=hint
            ) from None
        return process

    def _too_much(self, subject: str) -> errors.CheckOverLimitError:
        message = f"{subject} takes more than {self._limits.megabytes:,} MB of memory, or more than the parser bears."
        return errors.CheckOverLimitError(message, hint="Send it in parts, and nest less deeply.")


# ---------------------------------------------------------------------------------------------------------- the process


def main() -> None:
    """Answer requests until the other side hangs up."""
    channel, (folder, root, base, megabytes, niceness) = start_arguments()
    os.nice(int(niceness))
    store, repository, addresses = StoreFolder(Path(folder)), Repository.find(root), Addresses(base)

    @lru_cache(maxsize=1)
    def opened(version: str) -> Store:
        return store.open_current()

    rules = cache(lambda: load_rules(repository, addresses))
    checker = LocalChecker(lambda: opened(store.current_version() or ""), rules, addresses)
    rules()
    in_use = megabytes_in_use()
    most = in_use() + _REUSED
    cap_memory(int(megabytes))
    close_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the server's to handle

    def answer(head: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        arguments = msgspec.msgpack.decode(body, type=_METHODS[head["method"]][0])
        return {}, msgspec.msgpack.encode(getattr(checker, head["method"])(*arguments))

    with suppress(ConnectionError):  # the server process ended, so nobody waits for an answer
        send_frame(channel, b"{}")  # ready
        serve(channel, answer, lambda: in_use() > most)


if __name__ == "__main__":
    main()
