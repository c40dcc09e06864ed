"""Counts of the requests of all server processes, by address and status. Plain WSGI (PEP 3333)."""

from __future__ import annotations

import mmap
import os
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Key of an application's extensions for its counts.
REQUEST_COUNTS = "gcmgraph.request_counts"

#: Statuses counted separately; the last is for all others.
STATUSES = (
    *(200, 201, 204, 301, 303, 304, 400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 413, 415, 422, 429),
    500,
    503,
    0,
)

_STATUS_CELLS = {status: cell for cell, status in enumerate(STATUSES)}

#: Upper bounds of the histogram of durations, in seconds; the last bucket has none.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

#: The name of all unknown addresses.
OTHER = "other"

#: Limit on processes with counts of their own, those that replaced ended ones included. Later ones share the first.
_SLOTS = 64

#: Cells of an address: a number for each status and each bucket, and the seconds of all.
_CELLS = len(STATUSES) + len(BOUNDS) + 1 + 1


@dataclass(frozen=True)
class Counted:
    """The counts of an address."""

    path: str
    #: responses by status; 0 for all others
    statuses: dict[int, int]
    #: responses within each of `BOUNDS`, and all
    within: tuple[int, ...]
    #: of all responses together
    seconds: float


class RequestCounts:
    """Counts in memory shared with processes that are forked later. Each process writes into a slot of its own.

    The counts of ended processes stay.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        """`paths` are the first parts of all addresses, such as `/doc`."""
        self._paths = {path: number for number, path in enumerate([*sorted(set(paths)), OTHER])}
        self._size = len(self._paths) * _CELLS
        self._cells = memoryview(mmap.mmap(-1, _SLOTS * self._size * 8)).cast("d")
        self._slot = 0
        self._lock = threading.Lock()
        self._free: int | None = None

    def share(self) -> None:
        """Make slots for processes that are forked from now on."""
        self._free, given = os.pipe()  # a byte is read by one process alone, however many read at once
        os.write(given, bytes(range(1, _SLOTS)))
        os.close(given)

    def join(self) -> None:
        """Take a slot for this process, which was forked after `share`."""
        if self._free is not None and (slot := os.read(self._free, 1)):
            self._slot = slot[0]

    def add(self, path: str, status: int, seconds: float) -> None:
        """Count a response."""
        first = self._slot * self._size + self._paths.get(path, self._paths[OTHER]) * _CELLS
        with self._lock:
            self._cells[first + _STATUS_CELLS.get(status, len(STATUSES) - 1)] += 1
            self._cells[first + len(STATUSES) + bisect_left(BOUNDS, seconds)] += 1
            self._cells[first + _CELLS - 1] += seconds

    def __iter__(self) -> Iterator[Counted]:
        """The counts of all processes, for each address that was requested."""
        for path, number in self._paths.items():
            starts = (slot * self._size + number * _CELLS for slot in range(_SLOTS))
            cells = [sum(same) for same in zip(*(self._cells[s : s + _CELLS] for s in starts), strict=True)]
            *numbers, seconds = cells
            statuses = {status: int(n) for status, n in zip(STATUSES, numbers, strict=False) if n}
            if statuses:
                yield Counted(path, statuses, tuple(accumulate(map(int, numbers[len(STATUSES) :]))), seconds)


class Counting:
    """WSGI middleware that counts the responses of `app`, with the time until each began."""

    def __init__(self, app: WSGIApplication, counts: RequestCounts) -> None:
        self._app = app
        self._counts = counts

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        begun, path = time.perf_counter(), first_part(environ.get("PATH_INFO", ""))
        statuses = ["500"]  # the server's own, where the application fails

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
            statuses[:] = [status]
            return start_response(status, headers)

        try:
            return self._app(environ, start)
        finally:
            self._counts.add(path, int(statuses[0][:3]), time.perf_counter() - begun)


def first_part(path: str) -> str:
    """The first part of a path, with its slash and without a suffix: `/doc`, `/shapes`; `/` for the home page."""
    part = path[1:].partition("/")[0]
    return f"/{part[:1]}{part[1:].partition('.')[0]}"
