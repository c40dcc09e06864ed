"""Checks of contributions in a process that can be killed: `python -m … FD STORE ROOT BASE MEGABYTES NICENESS`.

The process has no network and a memory cap. It checks one content at a time; a limited number wait, decisions first.
"""

from __future__ import annotations

import functools
import heapq
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from gcmgraph.contributions.checking import LocalChecker, Request, Verdict
from gcmgraph.contributions.content import Content
from gcmgraph.contributions.contribution import CheckBusyError, CheckOverLimitError, ContributionError
from gcmgraph.errors import GcmGraphError, Place, RdfSyntaxError, StoreError
from gcmgraph.namespaces import Addresses
from gcmgraph.processes.sandbox import cap_memory, close_network
from gcmgraph.processes.worker import Worker, send_frame, serve, start_arguments
from gcmgraph.publication.reconciliation.columns import ColumnNames
from gcmgraph.rdfio.canonical import serialize_in_order
from gcmgraph.rdfio.media import N_QUADS
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store
from gcmgraph.store.versions import StoreFolder
from gcmgraph.validation.rules import Basis, load_rules


@dataclass(frozen=True)
class Queue:
    """Limits on waiting for a turn: number of checks, and seconds of each."""

    waiting: int
    seconds: float


class Turns:
    """Gives one check at a time its turn, in the order of arrival; `first` are before the others."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._changed = threading.Condition()
        self._taken = False
        self._waiting: list[tuple[bool, int]] = []
        self._arrived = 0

    @property
    def full(self) -> bool:
        """Whether one more check would be refused."""
        return self._taken and len(self._waiting) >= self._queue.waiting

    @contextmanager
    def turn(self, *, first: bool = False) -> Iterator[None]:
        """Wait for a turn, which ends with the block. Raises `CheckBusyError`, at once where too many wait."""
        with self._changed:
            if self.full and not first:
                raise busy()
            self._arrived += 1
            own = (not first, self._arrived)
            heapq.heappush(self._waiting, own)
            try:
                if not self._changed.wait_for(lambda: self._is_next(own), self._queue.seconds):
                    raise busy()
                self._taken = True
            finally:
                self._waiting.remove(own)
                heapq.heapify(self._waiting)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()

    def _is_next(self, own: tuple[bool, int]) -> bool:
        return not self._taken and self._waiting[0] == own


def busy() -> CheckBusyError:
    """The error of a check that is refused."""
    return CheckBusyError("Other contributions are being checked.", hint="Try again in a moment.")


# ---------------------------------------------------------------------------------------------------- the server's side

#: Limits on waiting for other checks. A longer queue would only grow.
QUEUE = Queue(waiting=8, seconds=15.0)

#: Niceness of a process whose checks are less urgent than other processes: it gets a tenth of their processor time.
_NICENESS = 10

#: Seconds that a process may take to start and read the rules.
_START = 60.0

_ERRORS: dict[str, type[GcmGraphError]] = {
    "RdfSyntaxError": RdfSyntaxError,
    "StoreError": StoreError,
    "ContributionError": ContributionError,
}


@dataclass(frozen=True)
class CheckLimits:
    """Limits of one check."""

    seconds: float = 20.0
    megabytes: int = 1024


class CheckWorker:
    """One process, started at its first use and replaced when it was killed. For use by many threads."""

    def __init__(
        self,
        store: Path,
        root: Path,
        addresses: Addresses,
        limits: CheckLimits,
        turns: Turns | None = None,
        *,
        background: bool = False,
    ) -> None:
        """`turns` are those of `QUEUE` by default. `background`: the process has a low priority."""
        niceness = _NICENESS if background else 0
        self._arguments = (str(store.absolute()), str(root), addresses.base, str(limits.megabytes), str(niceness))
        self._limits = limits
        self._process: Worker | None = None
        self._turns = turns or Turns(QUEUE)

    def admit(self) -> None:
        """See `Checker.admit`."""
        if self._turns.full:
            raise busy()

    def check(self, request: Request) -> Verdict:
        """See `Checker.check`; also raises `CheckOverLimitError`, and `CheckBusyError` where others wait already."""
        head, body = self._exchange(*_frame(request), "Checking this contribution", first=request.first)
        first, second, third = accumulate(head["lengths"])
        report, written = body[:first].decode(), body[first:second].decode()
        return Verdict(head["conforms"], report, written, body[third:], body[second:third])

    def names(self, table: Content, heading: str | None, most: int) -> ColumnNames:
        """See `Checker.names`; also raises as `check` does."""
        head, body = self._exchange(
            {"name": table.name, "heading": heading, "most": most}, table.data, "Reading this table"
        )
        return ColumnNames(json.loads(body), head["count"])

    def _exchange(
        self, head: dict[str, Any], body: bytes, subject: str, *, first: bool = False
    ) -> tuple[dict[str, Any], bytes]:
        """The answer of the process to a request. `subject` begins the sentence about a limit."""
        with self._turns.turn(first=first):
            process = self._process
            if process is None or not process.alive:
                process = self._start()
            deadline = time.monotonic() + self._limits.seconds
            sent = json.dumps({**head, "seconds": self._limits.seconds}).encode()
            try:
                received, answer = process.exchange(sent, body, deadline)
            except TimeoutError:
                self.close()
                raise CheckOverLimitError(
                    f"{subject} takes longer than {self._limits.seconds:g} s.",
                    hint="Send it in parts; or try again later, when the server is less busy.",
                ) from None
            except (EOFError, OSError):
                self.close()
                raise _too_much(self._limits, subject) from None
        result: dict[str, Any] = json.loads(received)
        if result.get("error") == "MemoryError":
            raise _too_much(self._limits, subject)
        if "error" in result:
            place = Place(*result["place"]) if result["place"] else None
            raise _ERRORS[result["error"]](result["message"], place=place, hint=result["hint"])
        return result, answer

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.close()
        self._process = None

    def _start(self) -> Worker:
        self.close()
        self._process = process = Worker("gcmgraph.contributions.check_process", *self._arguments, capped=True)
        try:
            process.receive(time.monotonic() + _START)
        except (EOFError, OSError):
            self.close()
            raise StoreError(
                "The process that checks contributions does not start.", hint="See the server's log."
            ) from None
        return process


def _frame(request: Request) -> tuple[dict[str, Any], bytes]:
    removed = serialize_in_order(request.removed)
    content = request.content
    head = {
        "removed": len(removed),
        "format": request.format,
        "language": request.language,
        "whole": request.whole and str(request.whole),
        "basis": request.basis,
        "mark": request.mark,
        "name": content and content.name,
        "media_type": content and content.media_type,
    }
    return head, removed + (content.data if content else b"")


def _too_much(limits: CheckLimits, subject: str) -> CheckOverLimitError:
    return CheckOverLimitError(
        f"{subject} takes more than {limits.megabytes:,} MB of memory, or more than the parser bears.",
        hint="Send it in parts, and nest less deeply.",
    )


# ---------------------------------------------------------------------------------------------------------- the process


def main() -> None:
    """Answer requests until the other side hangs up."""
    channel, (folder, root, base, megabytes, niceness) = start_arguments()
    os.nice(int(niceness))
    store, repository, addresses = StoreFolder(Path(folder)), Repository.find(root), Addresses(base)

    @functools.lru_cache(maxsize=1)
    def opened(version: str) -> Store:
        return store.open_current()

    rules = functools.cache(lambda: load_rules(repository, addresses))
    checker = LocalChecker(lambda: opened(store.current_version() or ""), rules, addresses)
    rules()
    cap_memory(int(megabytes))
    close_network()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the server's to handle
    send_frame(channel, b"{}")  # ready
    serve(channel, functools.partial(_answer, checker))


def _answer(checker: LocalChecker, head: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        if "most" in head:
            found = checker.names(Content(body, head["name"]), head["heading"], head["most"])
            return {"count": found.count}, json.dumps(found.names).encode()
        verdict = checker.check(read_request(head, body))
    except GcmGraphError as error:
        kind = next((k.__name__ for k in (RdfSyntaxError, StoreError) if isinstance(error, k)), "ContributionError")
        place = error.place and [error.place.source, error.place.line, error.place.column, error.place.sheet]
        return {"error": kind, "message": error.message, "hint": error.hint, "place": place}, b""
    except MemoryError:
        return {"error": "MemoryError"}, b""
    report, written = verdict.report.encode(), verdict.written.encode()
    lengths = [len(report), len(written), len(verdict.marked)]
    return {"conforms": verdict.conforms, "lengths": lengths}, report + written + verdict.marked + verdict.statements


def read_request(head: dict[str, Any], body: bytes) -> Request:
    """The request of a frame of `CheckWorker`."""
    length = int(head["removed"])
    removed = tuple(parse_quads(body[:length], N_QUADS, source="removed"))
    whole = Path(head["whole"]) if head["whole"] else None
    basis, mark = Basis(head["basis"]), bool(head["mark"])
    request = Request(None, removed, str(head["format"]), str(head["language"]), basis, mark, whole=whole)
    if head["name"] is None:
        return request
    return replace(request, content=Content(body[length:], str(head["name"]), str(head["media_type"])))


if __name__ == "__main__":
    main()
