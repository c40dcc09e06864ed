"""What is running: the children of a process, and waiting until something has happened."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def until(happened: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"nothing happened in {seconds} s"
        time.sleep(0.02)


def runs(pid: int) -> bool:
    """Whether a process has not ended; one that nobody asked how it ended has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children_of(pid: int, program: str = "") -> list[int]:
    """The processes that a process started and whose command line names a program; none where it has ended."""
    tasks = Path(f"/proc/{pid}/task")
    while tasks.exists():
        try:
            told = " ".join((task / "children").read_text("ascii") for task in tasks.iterdir())
            return [
                int(child)
                for child in told.split()
                if program in Path(f"/proc/{child}/cmdline").read_text()
            ]
        except (FileNotFoundError, ProcessLookupError):
            continue  # a thread or a child ended meanwhile, and what a thread had started is another's now
    return []
