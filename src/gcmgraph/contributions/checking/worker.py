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
from gcmgraph.contributions.errors import CheckOverLimitError, ContributionError
from gcmgraph.errors import GcmGraphError, Place, RdfSyntaxError, StoreError
from gcmgraph.namespaces import Addresses
from gcmgraph.processes.worker import Worker
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
        with self._turns.turn(first=request.first):
            process = self._process
            if process is None or not process.alive:
                process = self._start()
            deadline = time.monotonic() + self._limits.seconds
            try:
                head, body = process.exchange(*_frame(request, self._limits.seconds), deadline)
            except TimeoutError:
                self.close()
                raise CheckOverLimitError(
                    f"Checking this contribution takes longer than {self._limits.seconds:g} s.",
                    hint="Send it in parts; or try again later, when the server is less busy.",
                ) from None
            except (EOFError, OSError):
                self.close()
                raise _too_much(self._limits) from None
            return _verdict(json.loads(head), body, self._limits)

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


def _frame(request: Request, seconds: float) -> tuple[bytes, bytes]:
    removed = serialize_in_order(request.removed)
    content = request.content
    head = {
        "seconds": seconds,
        "removed": len(removed),
        "format": request.format,
        "language": request.language,
        "whole": request.whole and str(request.whole),
        "basis": request.basis,
        "mark": request.mark,
        "name": content and content.name,
        "media_type": content and content.media_type,
    }
    return json.dumps(head).encode(), removed + (content.data if content else b"")


def _verdict(head: dict[str, Any], body: bytes, limits: CheckLimits) -> Verdict:
    if head.get("error") == "MemoryError":
        raise _too_much(limits)
    if "error" in head:
        place = Place(*head["place"]) if head["place"] else None
        raise _ERRORS[head["error"]](head["message"], place=place, hint=head["hint"])
    first, second, third = accumulate(head["lengths"])
    report, written = body[:first].decode(), body[first:second].decode()
    return Verdict(head["conforms"], report, written, body[third:], body[second:third])


def _too_much(limits: CheckLimits) -> CheckOverLimitError:
    return CheckOverLimitError(
        f"Checking this contribution takes more than {limits.megabytes:,} MB of memory, or more than the parser bears.",
        hint="Send it in parts, and nest less deeply.",
    )
