"""The addresses reachable from some others, written by this process or by several."""

from __future__ import annotations

import json
import os
import pickle
import selectors
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

import msgspec

from gcmgraph.platform.errors import StoreError, recorded_error
from gcmgraph.platform.frames import receive_frame, send_frame
from gcmgraph.platform.processes import Worker
from gcmgraph.web.export.addresses import SiteAddress
from gcmgraph.web.export.folder import GO_ON, ExportFolder
from gcmgraph.web.export.journal import WrittenAddress
from gcmgraph.web.export.worker import ExportTask, TaskWriter

_MODULE = "gcmgraph.web.export.worker"

#: Maximum number of processes; each takes up to 0.6 GB of memory.
_MAX_PROCESSES = 4

#: Number of addresses that a process is given at a time.
_BATCH = 4

#: Seconds to wait for written addresses before the progress is stated again.
_PATIENCE = 5.0

#: The head of a batch; its process ends itself after these seconds.
_HEAD = json.dumps({"seconds": 600}).encode()

_DECODER = msgspec.json.Decoder(list[WrittenAddress])


@dataclass(frozen=True)
class Counts:
    """Progress of an export."""

    #: addresses written, and all that were met so far
    written: int
    total: int
    files: int


#: Function that takes the progress.
Progress = Callable[[Counts], object]


class Writers(Protocol):
    """Writers of addresses, some at a time."""

    def can_take(self) -> bool:
        """Whether a batch can be given."""

    def give(self, batch: Sequence[SiteAddress]) -> None:
        """Have a batch written."""

    def results(self) -> list[WrittenAddress]:
        """Addresses that were written meanwhile; waits a while for some."""


class ThisProcess:
    """Writer of one batch at a time, in this process."""

    def __init__(self, writer: TaskWriter) -> None:
        self._writer = writer
        self._batch: Sequence[SiteAddress] = ()

    def can_take(self) -> bool:
        """Whether a batch can be given."""
        return not self._batch

    def give(self, batch: Sequence[SiteAddress]) -> None:
        """Have a batch written."""
        self._batch = batch

    def results(self) -> list[WrittenAddress]:
        """The addresses of the batch, written."""
        written = [self._writer.write(address) for address in self._batch]
        self._batch = ()
        return written


class WriterProcesses:
    """Processes that write one batch each at a time, and end with this one."""

    def __init__(self, task: ExportTask, count: int) -> None:
        self._idle: list[Worker] = []
        self._busy = selectors.DefaultSelector()
        for _ in range(count):
            worker = Worker(_MODULE)
            # answered by a batch of nothing when the process is ready
            self._busy.register(worker.channel, selectors.EVENT_READ, worker)
            send_frame(worker.channel, _HEAD, pickle.dumps(task))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        busy = [key.data for key in self._busy.get_map().values()]
        for worker in (*self._idle, *busy):
            worker.close()
        self._busy.close()

    def can_take(self) -> bool:
        """Whether a process is idle."""
        return bool(self._idle)

    def give(self, batch: Sequence[SiteAddress]) -> None:
        """Have a batch written by an idle process."""
        worker = self._idle.pop()
        self._busy.register(worker.channel, selectors.EVENT_READ, worker)
        send_frame(worker.channel, _HEAD, msgspec.json.encode(batch))

    def results(self) -> list[WrittenAddress]:
        """The addresses of the batches that are written next. `StoreError` where a process failed."""
        written: list[WrittenAddress] = []
        if not self._busy.get_map():
            return written
        for key, _ in self._busy.select(_PATIENCE):
            frame = receive_frame(key.data.channel)
            if frame is None:
                raise StoreError("A process of the export was killed.", hint=GO_ON)
            head = json.loads(frame[0])
            if "error" in head:
                raise recorded_error(head, StoreError)
            written += _DECODER.decode(frame[1])
            self._busy.unregister(key.data.channel)
            self._idle.append(key.data)
        return written


def process_count() -> int:
    """The number of processes that write: one for each processor that this one may use."""
    return min(len(os.sched_getaffinity(0)), _MAX_PROCESSES)


class Crawl:
    """The addresses reachable from some others, each written once to a folder."""

    def __init__(self, folder: ExportFolder, progress: Progress) -> None:
        self._folder = folder
        self._progress = progress
        self._queue: deque[SiteAddress] = deque()
        #: addresses that were ever in the queue, and those that were written
        self._known: set[SiteAddress] = set()
        self._written: set[SiteAddress] = set()
        #: request targets of links to nothing
        self.dead: set[str] = set()

    def run(self, seeds: Iterable[SiteAddress], writers: Writers) -> None:
        """Write all addresses reachable from the seeds, but for those that the folder has."""
        self._known = {written.address for written in self._folder.written}
        for written in self._folder.written:
            self._take(written)
        self._add(seeds)
        self._report()
        while len(self._written) < len(self._known):
            while self._queue and writers.can_take():
                writers.give([self._queue.popleft() for _ in range(min(_BATCH, len(self._queue)))])
            for written in writers.results():
                self._folder.add(written)
                self._take(written)
            self._report()

    def _report(self) -> None:
        self._progress(Counts(len(self._written), len(self._known), len(self._folder.states)))

    def _take(self, written: WrittenAddress) -> None:
        self._written.add(written.address)
        self.dead |= written.dead
        self._add(written.links)

    def _add(self, addresses: Iterable[SiteAddress]) -> None:
        """Queue the addresses that are new."""
        for address in addresses:
            if address not in self._known:
                self._known.add(address)
                self._queue.append(address)
