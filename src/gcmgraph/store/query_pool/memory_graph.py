"""The union of all graphs, held in memory: about two to five times as fast as on disk (decision 7).

Only the union is held, which most queries ask; it is half of what a store folder holds. Blank nodes keep their labels.
"""

from __future__ import annotations

import logging
import os
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import Quad
from gcmgraph.store.embedded.bulk_load import Dump
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.versions.folder import DUMP, require_whole

_LOG = logging.getLogger(__name__)

#: After so many triples it is seen whether they take too much.
_STEP = 4096

#: How far a process or thread steps back behind those who answer short queries
#: (https://man7.org/linux/man-pages/man7/sched.7.html, nice).
NICENESS = 10

#: A folder so many times as large as the union may be in memory is not even tried (measured: it is 0.6 times as large).
_SURELY = 2


class _TooLargeError(Exception):
    """The graph takes more memory than it may."""


@dataclass(frozen=True)
class HeldGraph:
    """The union of the graphs whose index is in a folder, in memory."""

    folder: Path
    store: EmbeddedStore


def hold(folder: Path, megabytes: int) -> HeldGraph | None:
    """The union of the graphs whose index is in a folder; None where it takes more than `megabytes`, or cannot be read.

    It is read from the dump beside the index, at a third of the processor time; opening an index would leave threads
    behind, with which this process could not be forked. Unlike `EmbeddedStore.of_union`, which gives the whole file to
    the engine, it can stop and rest on the way.
    """
    if _megabytes_on_disk(folder) > _SURELY * megabytes:
        return None
    in_use = megabytes_in_use()
    most = in_use() + megabytes
    engine = ox.Store()

    def some() -> Iterator[Quad]:
        rested = time.process_time()
        for count, quad in enumerate(Dump.of(folder.parent / DUMP).triples()):
            if not count % _STEP:
                if in_use() > most:
                    raise _TooLargeError
                now = time.process_time()
                time.sleep(now - rested)  # half of a core at most: meanwhile others are answered
                rested = now
            yield quad

    try:
        require_whole(folder.parent / DUMP)
        engine.bulk_extend(some())
    except (_TooLargeError, OSError, SyntaxError):  # a version that went away, has no dump, or one that cannot be read
        return None
    except StoreError as damaged:
        _LOG.warning("%s Queries are answered from the index.", damaged)
        return None
    return HeldGraph(folder, EmbeddedStore(engine))


def _megabytes_on_disk(folder: Path) -> float:
    try:
        return sum(file.stat().st_size for file in folder.iterdir()) / 2**20
    except OSError:  # it is not there, or goes away; reading the dump will tell
        return 0


def megabytes_in_use() -> Callable[[], float]:
    """Tell how much memory this process holds; always 0 where the system has no /proc."""
    if not Path("/proc/self/statm").exists():
        return lambda: 0
    file = os.open("/proc/self/statm", os.O_RDONLY)
    page = resource.getpagesize() / 2**20
    return lambda: int(os.pread(file, 64, 0).split()[1]) * page
