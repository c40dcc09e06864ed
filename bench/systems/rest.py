"""Wait until a server is idle, so that only its answers are measured."""

from __future__ import annotations

import os
import time
from pathlib import Path

from bench.systems.process import NotAvailableError, Server

#: Seconds that a server may be busy after its start, and CPU seconds in one in which it is at rest.
REST_SECONDS, IDLE = 180, 0.05


def come_to_rest(server: Server) -> None:
    """Wait until a server that has just started uses next to no CPU time, at most `REST_SECONDS`."""
    end, before = time.monotonic() + REST_SECONDS, -1.0
    while time.monotonic() < end:
        used = sum(map(_cpu_seconds, server.processes()))
        if 0 <= used - before < IDLE:
            return
        before = used
        time.sleep(1)
    raise NotAvailableError(f"The server was still busy {REST_SECONDS} s after its start.")


def _cpu_seconds(pid: int) -> float:
    """Processor time of a process; 0 where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
