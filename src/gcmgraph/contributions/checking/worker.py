"""Checks of contributions in a process that can be killed (`child`)."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gcmgraph.contributions.checking.port import Request, Verdict
from gcmgraph.contributions.errors import CheckBusyError, CheckOverLimitError, ContributionError
from gcmgraph.errors import GcmGraphError, Place, RdfSyntaxError, StoreError
from gcmgraph.namespaces import Addresses
from gcmgraph.processes.worker import Worker
from gcmgraph.rdfio.canonical import serialize_in_order

#: Seconds to wait for the check before this one; a longer queue would only grow.
MAX_WAIT = 5.0

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

    def __init__(self, store: Path, root: Path, addresses: Addresses, limits: CheckLimits) -> None:
        self._arguments = (str(store.absolute()), str(root), addresses.base)
        self._limits = limits
        self._process: Worker | None = None
        self._turn = threading.Lock()

    def check(self, request: Request) -> Verdict:
        """See `Checker.check`; also raises `CheckOverLimitError`, and `CheckBusyError` where others wait already."""
        if not self._turn.acquire(timeout=MAX_WAIT):
            raise CheckBusyError("Other contributions are being checked.", hint="Try again in a moment.")
        try:
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
                    hint="Send it in parts.",
                ) from None
            except (EOFError, OSError):
                self.close()
                raise _too_much(self._limits) from None
            return _verdict(json.loads(head), body, self._limits)
        finally:
            self._turn.release()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.close()
        self._process = None

    def _start(self) -> Worker:
        self.close()
        module, megabytes = "gcmgraph.contributions.checking.child", str(self._limits.megabytes)
        self._process = process = Worker(module, *self._arguments, megabytes, capped=True)
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
    first, second = head["lengths"]
    report, written = body[:first].decode(), body[first : first + second].decode()
    return Verdict(head["conforms"], report, written, body[first + second :])


def _too_much(limits: CheckLimits) -> CheckOverLimitError:
    return CheckOverLimitError(
        f"Checking this contribution takes more than {limits.megabytes:,} MB of memory, or more than the parser bears.",
        hint="Send it in parts, and nest less deeply.",
    )
