"""How long another process has run on a processor, which is less than what the clock says where others run too."""

from __future__ import annotations

import platform
import time

_LINUX = platform.system() == "Linux"

#: The lowest bits of a clock's number that make it the clock of a process, counting all its threads
#: (`CPUCLOCK_SCHED` in https://github.com/torvalds/linux/blob/master/include/linux/posix-timers_types.h).
_OF_A_PROCESS = 2


def processor_seconds(pid: int) -> float | None:
    """Seconds that a process has used a processor since its start; None where it has ended or nobody tells.

    It is what `clock_getcpuclockid(3)` gives: the number of such a clock is made from that of the process.
    """
    if not _LINUX:
        return None
    try:
        return time.clock_gettime(~pid << 3 | _OF_A_PROCESS)
    except OSError:
        return None
