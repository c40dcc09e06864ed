"""Counts of requests by path and status, which all server processes share.

`Counting` is plain WSGI (PEP 3333).
"""

from __future__ import annotations

import fcntl
import mmap
import os
import tempfile
import threading
import time
import weakref
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Key of an application's extensions for its counts of requests.
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

#: Cells of a path: a number for each status and each bucket, and the seconds of all.
_CELLS_OF_PATH = len(STATUSES) + len(BOUNDS) + 1 + 1


class SharedCells:
    """Numbers in memory shared with processes that are forked later. All are 0 at first."""

    def __init__(self, size: int) -> None:
        self.values = memoryview(mmap.mmap(-1, size * 8)).cast("d")
        self._thread_lock = threading.Lock()
        self._process_lock = _anonymous_file()
        weakref.finalize(self, os.close, self._process_lock)

    @contextmanager
    def changing(self) -> Iterator[memoryview[float]]:
        """The numbers, which no other thread or process changes meanwhile. The lock of a killed process is released."""
        with self._thread_lock:
            fcntl.lockf(self._process_lock, fcntl.LOCK_EX)
            try:
                yield self.values
            finally:
                fcntl.lockf(self._process_lock, fcntl.LOCK_UN)


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
    """Responses by path, status and duration."""

    def __init__(self, paths: Iterable[str]) -> None:
        """`paths` are the first parts of all addresses, such as `/doc`."""
        self._paths = {path: number for number, path in enumerate([*sorted(set(paths)), OTHER])}
        self._cells = SharedCells(len(self._paths) * _CELLS_OF_PATH)

    def add(self, path: str, status: int, seconds: float) -> None:
        """Count a response."""
        first = self._paths.get(path, self._paths[OTHER]) * _CELLS_OF_PATH
        with self._cells.changing() as cells:
            cells[first + _STATUS_CELLS.get(status, len(STATUSES) - 1)] += 1
            cells[first + len(STATUSES) + bisect_left(BOUNDS, seconds)] += 1
            cells[first + _CELLS_OF_PATH - 1] += seconds

    def __iter__(self) -> Iterator[Counted]:
        """The counts of each path that was requested."""
        for path, number in self._paths.items():
            first = number * _CELLS_OF_PATH
            *numbers, seconds = self._cells.values[first : first + _CELLS_OF_PATH]
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


def _anonymous_file() -> int:
    """A file that no disk holds, where the system has such files."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("gcmgraph")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
