"""Counts of requests by path, status and duration for all server processes: WSGI middleware (PEP 3333)."""

from __future__ import annotations

import fcntl
import mmap
import os
import threading
import time
import weakref
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from gcmgraph.web.http.wsgi import Headers

#: Key of an application's extensions for its counts of requests.
REQUEST_COUNTS = "gcmgraph.request_counts"

_SUCCESSES = (200, 201, 204)
_REDIRECTS = (301, 303, 304)
_CLIENT_ERRORS = (400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 413, 415, 422, 429, 431)
_SERVER_ERRORS = (500, 503)

#: Stands for all statuses that are not counted separately.
_OTHER_STATUS = 0

#: Statuses counted separately; the last is for all others.
STATUSES = (*_SUCCESSES, *_REDIRECTS, *_CLIENT_ERRORS, *_SERVER_ERRORS, _OTHER_STATUS)
_STATUS_CELLS = {status: cell for cell, status in enumerate(STATUSES)}

#: Upper bounds of the histogram of durations, in seconds; the last bucket has none.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

#: The name of all unknown addresses.
OTHER_PATHS = "other"

#: Cells of a path: a number for each status and each bucket, and the seconds of all.
_CELLS_OF_PATH = len(STATUSES) + len(BOUNDS) + 1 + 1

#: Bytes of a cell: a double.
_CELL_SIZE = 8

#: Name of the file in memory that processes lock.
_LOCK_NAME = "gcmgraph"


@dataclass(frozen=True)
class PathCounts:
    """The counts of responses at a path."""

    path: str
    #: responses by status; 0 for all others
    statuses: dict[int, int]
    #: responses within each of `BOUNDS`, and all
    within: tuple[int, ...]
    #: of all responses together
    seconds: float


class RequestCounts:
    """Responses by path, status and duration, in memory shared with processes that are forked later."""

    def __init__(self, paths: Iterable[str]) -> None:
        """`paths` are the first parts of all addresses, such as `/doc`."""
        names = [*sorted(set(paths)), OTHER_PATHS]
        self._first_cells = {path: row * _CELLS_OF_PATH for row, path in enumerate(names)}
        memory = mmap.mmap(-1, len(names) * _CELLS_OF_PATH * _CELL_SIZE)
        self._cells = memoryview(memory).cast("d")
        self._thread_lock = threading.Lock()
        self._process_lock = _lock_file()
        weakref.finalize(self, self._process_lock.close)

    def add(self, path: str, status: int, seconds: float) -> None:
        """Count a response."""
        first_cell = self._first_cells.get(path, self._first_cells[OTHER_PATHS])
        status_cell = _STATUS_CELLS.get(status, _STATUS_CELLS[_OTHER_STATUS])
        bucket = bisect_left(BOUNDS, seconds)
        with self._locked():
            self._cells[first_cell + status_cell] += 1
            self._cells[first_cell + len(STATUSES) + bucket] += 1
            self._cells[first_cell + _CELLS_OF_PATH - 1] += seconds

    def __iter__(self) -> Iterator[PathCounts]:
        """The counts of each path that was requested."""
        for path, first_cell in self._first_cells.items():
            *counts, seconds = self._cells[first_cell : first_cell + _CELLS_OF_PATH]
            by_status = zip(STATUSES, counts, strict=False)
            statuses = {status: int(count) for status, count in by_status if count}
            if statuses:
                within = accumulate(map(int, counts[len(STATUSES) :]))
                yield PathCounts(path, statuses, tuple(within), seconds)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """No other thread or process changes the numbers meanwhile.

        The lock of a killed process is released.
        """
        with self._thread_lock:
            fcntl.lockf(self._process_lock, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._process_lock, fcntl.LOCK_UN)


def _lock_file() -> IO[Any]:
    """An open file for locks between processes; on no disk, where the system has such files."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create(_LOCK_NAME), "w")
    return TemporaryFile()


class Counting:
    """WSGI middleware that counts the responses of `app`, with the time until each began."""

    def __init__(self, app: WSGIApplication, counts: RequestCounts) -> None:
        self._app = app
        self._counts = counts

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        begun = time.perf_counter()
        path = first_part(environ.get("PATH_INFO", ""))
        statuses = ["500"]  # the server's own, where the application fails

        def start(
            status: str, headers: Headers, exc_info: object = None
        ) -> Callable[[bytes], object]:
            statuses.append(status)
            return start_response(status, headers)

        try:
            return self._app(environ, start)
        finally:
            self._counts.add(path, int(statuses[-1][:3]), time.perf_counter() - begun)


def first_part(path: str) -> str:
    """The first part of a path, with its slash and without a suffix; `/` for the home page.

    >>> first_part("/doc/country/AFG.ttl"), first_part("/shapes.ttl"), first_part("/")
    ('/doc', '/shapes', '/')
    """
    part = path[1:].partition("/")[0]
    # a dot at the start begins no suffix
    return f"/{part[:1]}{part[1:].partition('.')[0]}"
