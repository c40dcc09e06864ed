"""Replacement of server processes that ended unexpectedly."""

from __future__ import annotations

import time
from collections import deque

#: Number of replacements within `WINDOW` seconds after which the server ends: no process of it can serve.
LIMIT = 10
WINDOW = 60.0


class Respawns(dict[int, float]):
    """The times of replacements by number of a process, as granian records them; in place of `respawned_wrks`.

    Granian (2.8.7) ends the server where a process ends within 5.5 s of its replacement, which two crashes suffice
    for. It reads the time by `get`. This returns a time long ago until there were more than `LIMIT` replacements.
    """

    def __init__(self) -> None:
        super().__init__()
        self._times: deque[float] = deque(maxlen=LIMIT)

    def __setitem__(self, number: int, at: float) -> None:
        self._times.append(at)
        super().__setitem__(number, at)

    def get(self, number: int, default: float = 0.0) -> float:  # type: ignore[override]
        """The time of the last replacement where there were too many; else `default`."""
        now = time.monotonic()
        return now if len(self._times) == LIMIT and now - self._times[0] < WINDOW else default
