"""Have strangers' contributions checked in a process that can be killed (`check_process`)."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gcmgraph.contributions.checking.port import Request, Verdict
from gcmgraph.contributions.errors import CheckBusyError, CheckOverLimitError, ContributionError
from gcmgraph.errors import GcmGraphError, Place, RdfSyntaxError, StoreError
from gcmgraph.namespaces import Addresses
from gcmgraph.processes.ipc import await_frame, finish_frame, send_frame
from gcmgraph.processes.sandbox import ALLOCATION
from gcmgraph.rdfio.canonical import serialize_in_order

#: Seconds to wait for the check before; a longer queue would only grow.
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
    """What one check may take."""

    seconds: float = 20.0
    megabytes: int = 1024


class CheckWorker:
    """One process, started when first needed and replaced when it was killed. For use by many threads."""

    def __init__(self, store: Path, root: Path, addresses: Addresses, limits: CheckLimits) -> None:
        self._arguments = (str(store.absolute()), str(root), addresses.base)
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._turn = threading.Lock()

    def check(self, request: Request) -> Verdict:
        """See `Checker.check`; also raises `CheckOverLimitError`, and `CheckBusyError` where others wait already."""
        if not self._turn.acquire(timeout=MAX_WAIT):
            raise CheckBusyError("Other contributions are being checked.", hint="Try again in a moment.")
        try:
            fresh = self._process is None or self._process.poll() is not None
            channel = self._start() if fresh else self._channel
            if channel is None:
                raise RuntimeError("a process without a channel")
            deadline = time.monotonic() + self._limits.seconds
            try:
                channel.settimeout(self._limits.seconds)
                send_frame(channel, *_frame(request, self._limits.seconds))
                first = await_frame(channel, deadline)
                if first is None:
                    raise TimeoutError
                head, body = finish_frame(channel, first, deadline)
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
            self._process.kill()
            self._process.wait()
        if self._channel is not None:
            self._channel.close()
        self._process = self._channel = None

    def _start(self) -> socket.socket:
        self.close()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [
                    *(sys.executable, "-m", "gcmgraph.contributions.checking.child", str(theirs.fileno())),
                    *self._arguments,
                    str(self._limits.megabytes),
                ],
                pass_fds=[theirs.fileno()],
                env={**os.environ, **ALLOCATION},
                stdin=subprocess.DEVNULL,
            )
        self._channel = ours
        first = await_frame(ours, time.monotonic() + _START)
        if not first:
            self.close()
            raise StoreError("The process that checks contributions does not start.", hint="See the server's log.")
        return ours


def _frame(request: Request, seconds: float) -> tuple[bytes, bytes]:
    removed = serialize_in_order(request.removed)
    content = request.content
    head = {
        "seconds": seconds,
        "removed": len(removed),
        "format": request.format,
        "language": request.language,
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
