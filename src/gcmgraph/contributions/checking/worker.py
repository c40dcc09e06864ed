"""Checks of contributions in a process that can be killed (`child`)."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from gcmgraph.contributions.checking.port import Request, Verdict
from gcmgraph.contributions.checking.turns import Queue, Turns, busy
from gcmgraph.contributions.content import Content
from gcmgraph.contributions.errors import CheckOverLimitError, ContributionError
from gcmgraph.errors import GcmGraphError, Place, RdfSyntaxError, StoreError
from gcmgraph.namespaces import Addresses
from gcmgraph.processes.worker import Worker
from gcmgraph.publication.reconciliation.columns import ColumnNames
from gcmgraph.rdfio.canonical import serialize_in_order

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
        self._process = process = Worker("gcmgraph.contributions.checking.child", *self._arguments, capped=True)
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
