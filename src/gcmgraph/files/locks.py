"""Locks among processes, which the system releases when their process ends, however it ends (flock(2))."""

from __future__ import annotations

import fcntl
import time
from typing import IO

#: Seconds between two attempts.
_LOOK_AGAIN = 0.05


def locked(file: IO[str] | int, wait: float = 0.0) -> bool:
    """Lock an open file or descriptor until it is closed; False where another still holds it after `wait` seconds."""
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_LOOK_AGAIN)
        else:
            return True
