"""Union of all graphs in memory: two to five times as fast as on disk (decision 7).

Most queries are about the union, which is half of a store folder. Blank nodes keep their labels.
"""

from __future__ import annotations

import logging
import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import Triple
from gcmgraph.store.embedded.bulk_load import CanonicalDump
from gcmgraph.store.port import Store
from gcmgraph.store.stores import of_triples
from gcmgraph.store.versions.folder import DUMP, require_whole

_LOG = logging.getLogger(__name__)

#: Triples between two checks of the memory in use.
_STEP = 4096

#: A folder this many times as large as the limit of memory is not tried: the union is larger than half of its folder.
_MAX_RATIO = 2

_PAGE = resource.getpagesize() / 2**20


class _TooLargeError(Exception):
    """The graph takes more memory than its limit."""


@dataclass(frozen=True)
class MemoryGraph:
    """Union, in memory, of the graphs whose index is in a folder."""

    folder: Path
    store: Store


def load_memory_graph(folder: Path, megabytes: int) -> MemoryGraph | None:
    """The union of the graphs whose index is in a folder; None where it takes more than `megabytes`, or is unreadable.

    It is read from the dump beside the index, at a third of the processor time; opening an index would start threads,
    and a process with threads cannot be forked. Unlike `CanonicalDump.load_triples`, it can stop and pause on the way.
    """
    if _megabytes_on_disk(folder) > _MAX_RATIO * megabytes:
        return None
    in_use = megabytes_in_use()
    most = in_use() + megabytes
    dump = folder.parent / DUMP

    def triples() -> Iterator[Triple]:
        paused = time.process_time()
        for count, quad in enumerate(CanonicalDump.of(dump).triples()):
            if not count % _STEP:
                if in_use() > most:
                    raise _TooLargeError
                now = time.process_time()
                time.sleep(now - paused)  # half of a core at most: queries go on meanwhile
                paused = now
            yield quad.triple

    try:
        require_whole(dump)
        return MemoryGraph(folder, of_triples(triples()))
    except (_TooLargeError, OSError, SyntaxError):  # a version that was removed, or its dump is missing or unreadable
        return None
    except StoreError as damaged:
        _LOG.warning("%s Queries are answered from the index.", damaged)
        return None


def _megabytes_on_disk(folder: Path) -> float:
    try:
        return sum(file.stat().st_size for file in folder.iterdir()) / 2**20
    except OSError:  # missing, or removed meanwhile; reading the dump fails then
        return 0


def megabytes_in_use() -> Callable[[], float]:
    """A function that returns the memory of this process in megabytes; always 0 where the system has no /proc.

    It opens the file once: a query process may open none but those of its store.
    """
    try:
        file = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return lambda: 0.0
    return lambda: int(os.pread(file, 64, 0).split()[1]) * _PAGE


def resident_megabytes(pid: int) -> float:
    """Memory of a process, pages that it shares included; 0 where it has ended or the system has no /proc."""
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE
    return 0.0
