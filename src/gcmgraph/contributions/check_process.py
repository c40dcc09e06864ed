"""Checks of contributions in a process that can be killed.

Its command is `python -m … FD STORE ROOT BASE MEGABYTES NICENESS`. The process has no network and a
memory cap. It checks one content at a time; a limited number wait, decisions first. After a check
that took much memory it ends, and the next check starts another.
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

#: Limit of the checks that wait for others. A longer queue would only grow.
WAITING = 8

#: Seconds for which a check waits.
WAIT = 15.0

#: Seconds that a process may take to start and read the rules.
_START = 60.0

#: Megabytes above those of its start up to which a process is used again.
_REUSED = 256

#: Module that the process runs.
_MODULE = "gcmgraph.contributions.check_process"

#: Errors that the process reports; one of another class becomes the last one.
_ERRORS = (
    errors.RdfSyntaxError,
    errors.StoreError,
    errors.DamagedError,
    errors.ContributionError,
)


@dataclass(frozen=True)
class _Method:
    """A method of the checker in the process."""

    #: type of the arguments
    arguments: Any
    #: type of the result
    result: Any
    #: subject of the sentence of an error
    activity: str


#: Methods of the checker in the process, by name.
_METHODS = {
    "check": _Method(tuple[Request], Verdict, "Checking this contribution"),
    "names": _Method(tuple[Content, str | None, int], ColumnNames, "Reading this table"),
}


@dataclass(frozen=True)
class CheckLimits:
    """Limits of one check."""

    seconds: float = 20.0
    megabytes: int = 1024
    #: niceness of the process; with less urgent checks than other processes, the process may get a
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
    """One process, started at the first check and replaced after its end.

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
        self._arguments = (
            str(store.absolute()),
            str(root),
            addresses.base,
            str(limits.megabytes),
            str(limits.niceness),
        )
        self._limits = limits
        self._process: Worker | None = None
        self._slots = slots or check_slot()

    def check(self, request: Request) -> Verdict:
        """Check a contribution (`Checker.check`).

        Also raises `CheckOverLimitError`, and `CheckBusyError` if too many checks wait.
        """
        if request.content is not None:
            require_bytes(request.content)
        return cast("Verdict", self._call("check", request, first=request.has_priority))

    def names(self, table: Content, heading: str | None, limit: int) -> ColumnNames:
        """Read the names of a column (`Checker.names`). Also raises as `check` does."""
        return cast("ColumnNames", self._call("names", table, heading, limit))

    def _call(self, name: str, *arguments: object, first: bool = False) -> Any:
        """Return the result of a method of the checker in the process."""
        method = _METHODS[name]
        seconds = self._limits.seconds
        head = json.dumps({"method": name, "seconds": seconds}).encode()
        body = msgspec.msgpack.encode(arguments)
        with self._slots.slot(first=first):
            process = self._running_process()
            try:
                answer, result = process.exchange(head, body, time.monotonic() + seconds)
            except TimeoutError:
                self.close()
                raise errors.CheckOverLimitError(
                    f"{method.activity} takes longer than {seconds:g} s.",
                    hint="Send it in parts; or try again later, when the server is less busy.",
                ) from None
            except (EOFError, OSError):
                self.close()
                raise self._memory_error(method) from None
            failure: dict[str, Any] = json.loads(answer)
            if failure.pop("retiring"):
                self.close()
        if "memory" in failure:
            raise self._memory_error(method)
        if failure:
            raise errors.recorded_error(failure, *_ERRORS)
        return msgspec.msgpack.decode(result, type=method.result)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.close()
        self._process = None

    def _running_process(self) -> Worker:
        if self._process is not None and self._process.alive:
            return self._process
        return self._start()

    def _start(self) -> Worker:
        self.close()
        self._process = process = Worker(_MODULE, *self._arguments, capped=True)
        try:
            process.receive(time.monotonic() + _START)
        except (EOFError, OSError):
            self.close()
            raise errors.StoreError(
                "The process that checks contributions does not start.",
                hint="See the server's log.",
            ) from None
        return process

    def _memory_error(self, method: _Method) -> errors.CheckOverLimitError:
        return errors.CheckOverLimitError(
            f"{method.activity} takes more than {self._limits.megabytes:,} MB of memory, "
            "or more than the parser bears.",
            hint="Send it in parts, and nest less deeply.",
        )


def main() -> None:
    """Answer requests until the server closes the channel."""
    channel, (folder, root, base, megabytes, niceness) = start_arguments()
    os.nice(int(niceness))
    store = StoreFolder(Path(folder))
    repository = Repository.find(root)
    addresses = Addresses(base)

    @lru_cache(maxsize=1)
    def snapshot_of(version: str) -> Store:
        return store.open_current()

    rules = cache(lambda: load_rules(repository, addresses))
    checker = LocalChecker(lambda: snapshot_of(store.current_version() or ""), rules, addresses)
    rules()
    in_use = megabytes_in_use()
    limit = in_use() + _REUSED
    cap_memory(int(megabytes))
    close_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server handles Ctrl-C

    def answer(head: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        name = head["method"]
        arguments = msgspec.msgpack.decode(body, type=_METHODS[name].arguments)
        result = getattr(checker, name)(*arguments)
        return {}, msgspec.msgpack.encode(result)

    with suppress(ConnectionError):  # the server process ended, so no thread waits for an answer
        send_frame(channel, b"{}")  # ready
        serve(channel, answer, lambda: in_use() > limit)


if __name__ == "__main__":
    main()
