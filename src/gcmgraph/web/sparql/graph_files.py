"""Graphs written to temporary files, each once for a dataset version, and read by many responses."""

from __future__ import annotations

import os
import tempfile
import threading
import weakref
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from operator import attrgetter
from typing import IO

from cachetools import LRUCache

from gcmgraph.translations.languages import SOURCE_LANGUAGE
from gcmgraph.web.http.limits import GRAPH_BYTES, GRAPH_WAIT, GRAPH_WAITING
from gcmgraph.web.http.problems import RETRY_AFTER, Problem, ProblemError

_PIECE = 64 * 1024


class GraphFile:
    """A written graph. Its file has no name, and is closed when the last response that reads it has ended."""

    def __init__(self, file: IO[bytes]) -> None:
        file.flush()
        self.size = os.fstat(file.fileno()).st_size
        self._descriptor = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._descriptor)

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the graph."""
        start = 0
        while piece := os.pread(self._descriptor, _PIECE, start):
            yield piece
            start += len(piece)


class GraphFiles:
    """The files of the newest version, up to `GRAPH_BYTES` of them. One is written at a time."""

    def __init__(self) -> None:
        self._files: LRUCache[Hashable, GraphFile] = LRUCache(GRAPH_BYTES, getsizeof=attrgetter("size"))
        self._version = ""
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._waiting = threading.BoundedSemaphore(GRAPH_WAITING)

    def get(self, version: str, name: Hashable, write: Callable[[IO[bytes]], object]) -> GraphFile:
        """The file of a graph, written by `write` where it is not there. Raises `ProblemError` where others are."""
        if (known := self._known(version, name)) is not None:
            return known
        with self._turn():
            if (known := self._known(version, name)) is not None:  # written meanwhile
                return known
            with tempfile.TemporaryFile() as file:
                write(file)
                written = GraphFile(file)
            with self._lock, suppress(ValueError):  # larger than all may be together
                if version == self._version:
                    self._files[name] = written
            return written

    def _known(self, version: str, name: Hashable) -> GraphFile | None:
        with self._lock:
            if version != self._version:
                self._files.clear()
                self._version = version
            return self._files.get(name)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """The right to write a file."""
        if not self._writing.acquire(blocking=False):
            if not self._waiting.acquire(blocking=False):
                raise _busy()
            try:
                if not self._writing.acquire(timeout=GRAPH_WAIT):
                    raise _busy()
            finally:
                self._waiting.release()
        try:
            yield
        finally:
            self._writing.release()


def _busy() -> ProblemError:
    detail, hint = "Other graphs are being written to be sent.", "Try again in a moment."
    headers = {"Retry-After": str(RETRY_AFTER)}
    return ProblemError(
        Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"hint": hint}, headers, language=SOURCE_LANGUAGE)
    )
