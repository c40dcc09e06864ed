"""The union of all graphs, held in memory: about two to five times as fast as on disk (decision 10).

Only the union is held, which most queries ask; it is half of what a store folder holds. Blank nodes keep their labels.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import DefaultGraph, Quad
from gcmgraph.store.embedded import EmbeddedStore

#: After so many triples it is seen whether they take too much.
_STEP = 4096

_BUFFER = 256 * 1024

#: How far a process or thread steps back behind those who answer short queries
#: (https://man7.org/linux/man-pages/man7/sched.7.html, nice).
NICENESS = 10

#: A folder so many times as large as the union may be in memory is not even tried (measured: it is 0.6 times as large).
_SURELY = 2


class _TooLargeError(Exception):
    """The graph takes more memory than it may."""


@dataclass(frozen=True)
class HeldGraph:
    """The union of a store folder's graphs, in memory."""

    folder: Path
    store: EmbeddedStore


def hold(folder: Path, megabytes: int) -> HeldGraph | None:
    """The union of the graphs in a store folder; None where it takes more than `megabytes`, or cannot be read.

    No thread is left, as opening a folder would leave some, so this process can be forked afterwards.
    """
    if _megabytes_on_disk(folder) > _SURELY * megabytes:
        return None
    in_use = megabytes_in_use()
    most = in_use() + megabytes
    triples, reader = _read_elsewhere(folder)

    def some() -> Iterator[Quad]:
        rested = time.process_time()
        for count, quad in enumerate(ox.parse(triples, ox.RdfFormat.N_TRIPLES)):
            if not count % _STEP:
                if in_use() > most:
                    raise _TooLargeError
                now = time.process_time()
                time.sleep(now - rested)  # half of a core at most: meanwhile others are answered
                rested = now
            yield quad

    engine = ox.Store()
    try:
        with triples:
            engine.bulk_extend(some())
    except (_TooLargeError, SyntaxError):  # the reader may have ended within a line
        return None
    finally:
        _, status = os.waitpid(reader, 0)
    return HeldGraph(folder, EmbeddedStore(engine)) if status == 0 else None


def _megabytes_on_disk(folder: Path) -> float:
    try:
        return sum(file.stat().st_size for file in folder.iterdir()) / 2**20
    except OSError:  # it is not there, or goes away; the reader will tell
        return 0


def megabytes_in_use() -> Callable[[], float]:
    """Tell how much memory this process holds; always 0 where the system has no /proc."""
    if not Path("/proc/self/statm").exists():
        return lambda: 0
    file = os.open("/proc/self/statm", os.O_RDONLY)
    page = resource.getpagesize() / 2**20
    return lambda: int(os.pread(file, 64, 0).split()[1]) * page


def _read_elsewhere(folder: Path) -> tuple[IO[bytes], int]:
    """The triples as N-Triples, from a process of that number that reads the folder."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(reading)
            os.nice(NICENESS)
            with os.fdopen(writing, "wb", buffering=_BUFFER) as out:
                store = EmbeddedStore.open(folder, read_only=True)
                store.engine.dump(out, ox.RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
            status = 0
        except (StoreError, OSError):  # a folder that went away, or a reader that has enough
            pass
        finally:
            os._exit(status)  # nothing of the process that this one is a copy of is to be ended here
    os.close(writing)
    return os.fdopen(reading, "rb", buffering=_BUFFER), pid
