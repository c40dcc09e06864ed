"""Limit on the memory of all query processes together, those of other server processes included.

Each server process measures its own query processes while queries run, and writes the sum into memory that all share.
Where the sums exceed the budget, the largest query process ends: short queries go on, and memory is free at once.
"""

from __future__ import annotations

import mmap
import os
import resource
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol

#: Server processes that share a budget, those that replaced ended ones included while both run.
_ROWS = 64

#: Cells of a row: number of the process, megabytes of all its query processes, and of the largest one.
_PID, _TOTAL, _LARGEST, _CELLS = 0, 1, 2, 3

#: Seconds between two measurements while queries run.
INTERVAL = 0.02

#: Part of the budget at which a process ends: it grows on until the next measurement.
_PART = 0.9


class Measured(Protocol):
    """A query process, as the budget sees it."""

    @property
    def megabytes(self) -> float:
        """Memory in use above that of its start; 0 where it has ended."""
        ...

    def end_over_budget(self) -> None:
        """End it, so that its query fails with the reason."""
        ...


class MemoryBudget:
    """Megabytes for all query processes of this process and of those forked later; 0 is no limit."""

    def __init__(self, megabytes: int) -> None:
        self.megabytes = megabytes
        self._cells = memoryview(mmap.mmap(-1, _ROWS * _CELLS * 8)).cast("q")
        self._lock = threading.Lock()
        self._running = threading.Event()
        self._processes: set[Measured] = set()
        self._busy: set[Measured] = set()
        self._row: int | None = None
        self._pid = 0

    def add(self, process: Measured) -> None:
        """Measure a query process from now on."""
        if not self.megabytes:
            return
        with self._lock:
            if self._pid != os.getpid():  # the first one in this process, which was forked
                self._pid = os.getpid()
                self._row = self._free_row()
                threading.Thread(target=self._watch, name="memory of queries", daemon=True).start()
            self._processes.add(process)

    def remove(self, process: Measured) -> None:
        """Measure a query process no longer: it has ended."""
        with self._lock:
            self._processes.discard(process)
            self._busy.discard(process)
        self._running.set()

    def begin(self, process: Measured) -> None:
        """A query begins in a process."""
        if self.megabytes:
            with self._lock:
                self._busy.add(process)
            self._running.set()

    def end(self, process: Measured) -> None:
        """A query ended in a process."""
        with self._lock:
            self._busy.discard(process)

    # -------------------------------------------------------------------------------------------------- inside

    def _watch(self) -> None:
        """Measure while queries run; end with the last process."""
        while True:
            self._running.wait()
            time.sleep(INTERVAL)
            self._measure()
            with self._lock:
                if not self._busy:
                    self._running.clear()
                if not self._processes:
                    self._give_back()
                    return

    def _measure(self) -> None:
        """Write the megabytes of the processes here; end the largest where all are over the budget."""
        with self._lock:
            sizes = {process: process.megabytes for process in self._processes}
        total = sum(sizes.values())
        largest = max(sizes, key=lambda process: sizes[process], default=None)
        if self._row is not None:
            self._cells[self._row + _TOTAL] = round(total)
            self._cells[self._row + _LARGEST] = round(sizes[largest]) if largest else 0
        others, others_largest = self._others()
        over = total + others > self.megabytes * _PART
        if over and largest is not None and sizes[largest] >= others_largest:
            largest.end_over_budget()
            self.remove(largest)

    def _others(self) -> tuple[float, float]:
        """Megabytes of the query processes of other server processes, and of the largest one."""
        total = most = 0
        for row in range(0, _ROWS * _CELLS, _CELLS):
            if row != self._row and self._cells[row + _TOTAL] and _lives(self._cells[row + _PID]):
                total += self._cells[row + _TOTAL]
                most = max(most, self._cells[row + _LARGEST])
        return total, most

    def _free_row(self) -> int | None:
        """A row of this process; two that take one at once try again."""
        for row in range(0, _ROWS * _CELLS, _CELLS):
            if not _lives(self._cells[row + _PID]):
                self._cells[row + _PID], self._cells[row + _TOTAL] = self._pid, 0
                time.sleep(INTERVAL)
                if self._cells[row + _PID] == self._pid:
                    return row
        return None

    def _give_back(self) -> None:
        if self._row is not None:
            self._cells[self._row + _TOTAL] = self._cells[self._row + _PID] = 0
        self._pid, self._row = 0, None


def _lives(pid: int) -> bool:
    if not pid:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def resident_megabytes(pid: int) -> float:
    """Memory of a process, pages that it shares included; 0 where it has ended or the system has no /proc."""
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * resource.getpagesize() / 2**20
    return 0.0
