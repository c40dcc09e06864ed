"""Union of all graphs in memory: two to five times as fast as on disk (decision 7).

Most queries are about the union, which is half of a store folder. Blank nodes keep their labels.
"""

from __future__ import annotations

import logging
import os
import platform
import resource
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import Quad
from gcmgraph.store.embedded.bulk_load import CanonicalDump
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.versions.folder import DUMP, require_whole

_LOG = logging.getLogger(__name__)

#: Triples between two checks of the memory in use.
_STEP = 4096

#: Niceness of processes and threads whose work may wait for short queries
#: (https://man7.org/linux/man-pages/man7/sched.7.html).
NICENESS = 10

#: A folder this many times as large as the limit of memory is not tried: the union is larger than half of its folder.
_SURELY = 2


class _TooLargeError(Exception):
    """The graph takes more memory than its limit."""


@dataclass(frozen=True)
class MemoryGraph:
    """Union, in memory, of the graphs whose index is in a folder."""

    folder: Path
    store: EmbeddedStore


def load_memory_graph(folder: Path, megabytes: int) -> MemoryGraph | None:
    """The union of the graphs whose index is in a folder; None where it takes more than `megabytes`, or is unreadable.

    It is read from the dump beside the index, at a third of the processor time; opening an index would start threads,
    and a process with threads cannot be forked. Unlike `EmbeddedStore.of_union`, which gives the whole file to the
    engine, it can stop and pause on the way.
    """
    if _megabytes_on_disk(folder) > _SURELY * megabytes:
        return None
    in_use = megabytes_in_use()
    most = in_use() + megabytes
    engine = ox.Store()

    def triples() -> Iterator[Quad]:
        paused = time.process_time()
        for count, quad in enumerate(CanonicalDump.of(folder.parent / DUMP).triples()):
            if not count % _STEP:
                if in_use() > most:
                    raise _TooLargeError
                now = time.process_time()
                time.sleep(now - paused)  # half of a core at most: queries go on meanwhile
                paused = now
            yield quad

    try:
        require_whole(folder.parent / DUMP)
        engine.bulk_extend(triples())
    except (_TooLargeError, OSError, SyntaxError):  # a version that was removed, or its dump is missing or unreadable
        return None
    except StoreError as damaged:
        _LOG.warning("%s Queries are answered from the index.", damaged)
        return None
    return MemoryGraph(folder, EmbeddedStore(engine))


class ServerMemoryGraph:
    """Memory graph of the server process itself, or nothing, for queries that it answers without another process.

    A fork server holds the same graph already, so there is room for it.
    """

    def __init__(self) -> None:
        self._graph: MemoryGraph | None = None

    def union(self, folder: Path) -> EmbeddedStore | None:
        """The union of the graphs whose index is in this folder, if it is in memory."""
        graph = self._graph
        return graph.store if graph is not None and graph.folder == folder else None

    def load(self, folder: Path | None) -> None:
        """Load the dump beside this folder in place of the graph before; nothing where there is no dump."""
        self._graph = None  # first, so that there is never memory for two
        if folder is not None:
            reader = threading.Thread(target=self._read, args=(folder,), name="load the memory graph")
            reader.start()
            reader.join()

    def _read(self, folder: Path) -> None:
        if platform.system() == "Linux":  # where a thread has a priority of its own
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        try:
            self._graph = MemoryGraph(folder, EmbeddedStore.of_union(folder.parent / DUMP))
        except OSError:  # the dump is missing, or the version was removed; queries are answered on disk
            return


def _megabytes_on_disk(folder: Path) -> float:
    try:
        return sum(file.stat().st_size for file in folder.iterdir()) / 2**20
    except OSError:  # missing, or removed meanwhile; reading the dump fails then
        return 0


def megabytes_in_use() -> Callable[[], float]:
    """A function that returns the memory of this process in megabytes; always 0 where the system has no /proc."""
    if not Path("/proc/self/statm").exists():
        return lambda: 0
    file = os.open("/proc/self/statm", os.O_RDONLY)
    page = resource.getpagesize() / 2**20
    return lambda: int(os.pread(file, 64, 0).split()[1]) * page
