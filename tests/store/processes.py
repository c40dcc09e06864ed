"""What is running: the children of a process, and waiting until something has happened."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline, "nothing happened in 20 s"
        time.sleep(0.02)


def children_of(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task")
    return [int(child) for task in tasks.iterdir() for child in (task / "children").read_text("ascii").split()]
